"""Rosters: turns at the cattle bases, helpers and the households they help.

Responsible for who took which turn so far and who helps whom today; some helpers have gone, and their households wait
for another. No helper is kin of a household or lives in its village. Not responsible for names (`sheet_rows`).
"""

from __future__ import annotations

from datetime import date, timedelta
from heapq import heappop, heappush

import numpy as np
import pandas as pd

from povlib.arrays import Ints
from povlib.calendar import Month
from povlib.sample.chance import random_stream
from povlib.sample.population.member_traits import ABLE
from povlib.sample.township import Township
from povlib.sample.villages.coops_and_firms import economy, founded_coops, ordinal, scaled_to, village_of

_RELATIONS = ("堂兄弟", "表亲", "姻亲", "叔侄")


def shifts(township: Township) -> pd.DataFrame:
    """Return the turns at the cattle bases, week by week since the co-op was founded: base, week, person, hh, days.

    Each week some of the participants of the base share its days, those with the fewest days so far first; nobody who
    cares for a child or a gravely ill person of the household is among the participants.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> turns = shifts(simulate(60, seed=3))
    >>> bool(turns["days"].between(1, 7).all())
    True
    """
    columns = ["base", "week", "person", "hh", "days"]
    coop = next((c for c in founded_coops(township) if c.get("measure") == "cattle_coop"), None)
    if coop is None:
        return pd.DataFrame(columns=columns)
    people, rules = township.members, economy(township)["shifts"]
    spells = township.spells_known
    mine = spells[spells["measure"].eq("cattle_coop") & spells["taken"]]
    can = people["labour"].isin(ABLE).to_numpy()
    home = village_of(township, mine["row"])
    parts = []
    for number, base in enumerate(b for b in economy(township)["bases"] if b["coop"] == coop["coop"]):
        here = mine[home == base["village"]]
        parts.append(
            _turns(township, base["base"], number, here[can[here["person_row"]]], rules, ordinal(coop["founded"]))
        )
    turns = pd.concat(parts, ignore_index=True)
    # the ledger's members are those who live there now
    rows = turns.pop("person_row").to_numpy(dtype=np.int64)
    stay = township.present()[rows]
    rows = rows[stay]
    frame: pd.DataFrame = turns[stay].reset_index(drop=True)
    frame["person"] = people["person"].to_numpy()[rows]
    frame["hh"] = township.households["hh"].to_numpy()[people["row"].to_numpy()[rows]]
    return frame[columns].sort_values(["base", "week", "person"], ignore_index=True)


def _turns(
    township: Township, base: str, number: int, mine: pd.DataFrame, rules: dict[str, int], founded: int
) -> pd.DataFrame:
    crews = scaled_to(township, 1)
    done = dict.fromkeys(mine["person_row"].tolist(), 0)
    starts = dict(zip(mine["person_row"], mine["start"], strict=True))
    ends = dict(zip(mine["person_row"], mine["end"], strict=True))
    rows = []
    for monday in _mondays(founded, township.last):
        month = 12 * monday.year + monday.month - 1
        week = 10000 * monday.year + 100 * monday.month + monday.day
        rng = random_stream(township.seed, "turns", number, week)
        ready = [p for p in done if starts[p] <= month < ends[p]]
        luck = dict(zip(done, rng.random(len(done)), strict=True))
        ready.sort(key=lambda p: (done[p], luck[p]))
        takes = ready[: rules["people"] * crews]
        for place, person in enumerate(takes):
            whole = rules["herders"] * crews * rules["days"]
            days = min(rules["days"], whole * (place + 1) // len(takes) - whole * place // len(takes))
            done[person] += days
            rows.append((base, week, person, days))
    return pd.DataFrame(rows, columns=["base", "week", "person_row", "days"])


def _mondays(first: int, last: int) -> list[date]:
    """Return the Mondays whose week ends by the last day of a month (ordinals)."""
    begin = Month.from_ordinal(first)
    after = Month.from_ordinal(last + 1)
    day = date(begin.year, begin.month, 1)
    day += timedelta(days=-day.weekday() % 7)
    found = []
    while day + timedelta(days=7) <= date(after.year, after.month, 1):
        found.append(day)
        day += timedelta(days=7)
    return found


def helpers(township: Township) -> pd.DataFrame:
    """Return the helpers: helper, unit, village (where they can reach best), home_village, capacity, kind, status.

    Cadres of a village help in the next one; township cadres anywhere.
    """
    names, rules = [v.name for v in township.world.villages], economy(township)["helpers"]
    counts = np.bincount(township.households["village_row"], minlength=len(names))
    rows = []
    for v, name in enumerate(names):
        # as many as the village where they help needs
        target = (v + 1) % len(names)
        for k in range(1, max(3, -(-int(counts[target]) // rules["each"])) + 1):
            rows.append({"helper": f"{name}-干部{k}", "unit": f"{name}村委会", "village": names[target],
                         "home_village": name, "kind": "village"})  # fmt: skip
    for k in range(1, max(2, -(-int(counts.sum()) // (rules["each"] * rules["township_each"] // 8))) + 1):
        rows.append({"helper": f"{township.world.prefix}乡-干部{k}", "unit": township.world.government,
                     "village": names[k % len(names)], "home_village": "", "kind": "township"})  # fmt: skip
    frame = pd.DataFrame(rows)
    low, high = rules["capacity"]
    frame["capacity"] = random_stream(township.seed, "helper capacity").integers(low, high, len(frame))
    status = np.full(len(frame), "serving", dtype=object)
    gone = random_stream(township.seed, "helpers gone").permutation(len(frame))[: scaled_to(township, 2)]
    status[gone] = np.where(np.arange(len(gone)) % 2 == 0, "moved", "ill")
    return frame.assign(status=status).sort_values("helper", ignore_index=True)


def helper_kin(township: Township) -> pd.DataFrame:
    """Return households that are kin of a helper: mostly in the helper's village, some where the helper helps."""
    mine, frame = helpers(township), township.households
    village = village_of(township, np.arange(len(frame)))
    hh = frame["hh"].to_numpy()
    of_village = {v.name: np.flatnonzero(village == v.name) for v in township.world.villages}
    rng = random_stream(township.seed, "kin")
    rows = set()
    for helper in mine.itertuples():
        for _ in range(int(rng.poisson(economy(township)["helpers"]["kin_each"]))):
            where = helper.home_village if helper.home_village and rng.random() < 0.7 else helper.village
            row = of_village[str(where)][int(rng.integers(len(of_village[str(where)])))]
            rows.add((helper.helper, hh[row], _RELATIONS[int(rng.integers(len(_RELATIONS)))]))
    found = pd.DataFrame(sorted(rows), columns=["helper", "hh", "relation"])
    return found.drop_duplicates(["helper", "hh"], ignore_index=True)


def helper_assignments(township: Township) -> pd.DataFrame:
    """Return who helps whom: helper, hh, from_month, to_month (missing: still).

    Everybody has one helper, of those who reach the village, with even loads; households of a helper who has gone wait
    since that month.
    """
    frame, mine, kin = township.households, helpers(township), helper_kin(township)
    village = village_of(township, np.arange(len(frame)))
    barred = set(zip(kin["helper"], kin["hh"], strict=True))
    hh = frame["hh"].to_numpy()
    homes = dict(zip(mine["helper"], mine["home_village"], strict=True))
    # the least loaded stands first: helpers of each village, and those of the township for all
    waiting: dict[str, list[tuple[int, str]]] = {}
    for helper, place in zip(mine["helper"], np.where(mine["kind"].eq("village"), mine["village"], ""), strict=True):
        waiting.setdefault(str(place), []).append((0, helper))
    chosen = np.empty(len(frame), dtype=object)
    for row in random_stream(township.seed, "assigned").permutation(len(frame)):
        near, passed = [waiting[p] for p in (village[row], "") if waiting.get(p)], []
        while near:
            first = min(near, key=lambda h: h[0])
            load, helper = heappop(first)
            if (helper, hh[row]) not in barred and homes[helper] != village[row]:
                heappush(first, (load + 1, helper))
                chosen[row] = helper
                break
            passed.append((first, (load, helper)))
            near = [h for h in near if h]
        for heap, entry in passed:
            heappush(heap, entry)
    status = dict(zip(mine["helper"], mine["status"], strict=True))
    first = np.maximum(township.households["identified"].to_numpy(), township.world.first_month.ordinal)
    over = np.array([status[h] == "moved" for h in chosen])
    ended = pd.array(np.full(len(frame), max(township.world.last_seen - 1, int(first.max()))), dtype="Int64")
    return pd.DataFrame(
        {"helper": chosen, "hh": hh, "from_month": first, "to_month": pd.Series(ended).mask(~over)}
    ).sort_values(["helper", "hh"], ignore_index=True)  # fmt: skip


def helper_numbers(township: Township) -> Ints:
    """Return the number (from 0) of each household's helper: what the register's made-up names go by."""
    mine = helpers(township)["helper"].tolist()
    pairs = helper_assignments(township).set_index("hh")["helper"]
    number = {h: n for n, h in enumerate(mine)}
    return np.array([number[h] for h in pairs.reindex(township.households["hh"])], dtype=np.int64)
