"""The township's own plans before ours: posts held, industry help, and 预脱贫 marks by route.

Responsible for the exact counts of the bulletin (63 + 17 posts; 42 households and 128 persons by local posts;
172 persons by any post; 43 cattle households with 76 participants; 70 households and 265 persons with industry
help; 409 persons marked). Not responsible for what the help brings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.sample.chance import pick_to_total, random_stream
from povlib.sample.population.member_traits import ABLE, ORDINARY, SKILLED
from povlib.sample.world import World

LOCAL, ENTERPRISE = "就业-本地", "就业-企业"
CATTLE, DENDROBIUM = "产业-养牛", "产业-石斛"
OTHER_INDUSTRY, HOUSING, ASSISTANCE = "产业-其他", "其他", "保障-兜底"
_INDUSTRY_ROUTE = {
    "poultry_contract": "产业-家禽",
    "industry_grant": OTHER_INDUSTRY,
    "dendrobium_coop": DENDROBIUM,
    "cattle_coop": CATTLE,
}
_FIRM_POST = "企业务工"


@dataclass(frozen=True)
class Marks:
    """Posts (row of person, kind), industry help (row of household, measure), participants and routes."""

    posts: pd.DataFrame
    industry: pd.DataFrame
    participants: Ints
    routes: pd.DataFrame


def plan_of_township(
    frame: pd.DataFrame, members: pd.DataFrame, seed: int, counts: dict[str, int], world: World
) -> Marks:
    """Choose who holds posts, who has industry help and who is marked for exit.

    Parameters
    ----------
    frame : DataFrame
        Households (`household_needs.add_needs`).
    members : DataFrame
        Persons with traits; those who left are never chosen.
    counts : dict
        Counts scaled to the size of the township.
    """
    rng = random_stream(seed, "marks")
    workers = _ranked_workers(members, world, rng)
    chosen = _choose_households(rng, frame, workers, counts, world)
    posts = _give_out_posts(rng, frame, workers, chosen, counts, world)
    industry = _industry_help(rng, frame, chosen, world)
    routes = _marked_routes(rng, frame, chosen, posts, industry, counts)
    return Marks(posts, industry, _cattle_participants(workers, chosen.cattle, counts), routes)


@dataclass(frozen=True)
class _ChosenHouseholds:
    """Rows of households: with cattle, with other industry help, marked by local and by enterprise posts."""

    cattle: Ints
    other: Ints
    local: Ints
    firm: Ints
    pool: Bools


def _choose_households(
    rng: np.random.Generator, frame: pd.DataFrame, workers: pd.DataFrame, counts: dict[str, int], world: World
) -> _ChosenHouseholds:
    """Choose households by need and luck, each group with its exact number of households and persons."""
    n = len(frame)
    size = frame["size"].to_numpy()
    pool = (frame["registered"] & ~frame["returned"] & frame["attribute"].ne("五保户")).to_numpy()
    able, strong = _workers_per_household(workers, n), _workers_per_household(workers[workers["strong"]], n)
    need = -np.log(frame["level"].to_numpy() / frame["level"].median())
    score = 0.5 * need + 0.5 * rng.standard_normal((4, n))
    grazing = np.array([world.villages[v].cattle for v in frame["village_row"]])
    herbs = np.array([world.villages[v].name == world.named("乐北") for v in frame["village_row"]])
    workable = pool & (able > 0)
    cattle = pick_to_total(
        score[0] + 1.2 * (able >= 2), size, workable & grazing, counts["cattle_households"], counts["cattle_persons"]
    )
    persons = counts["industry_persons"] - int(size[cattle].sum())
    households = counts["industry_households"] - len(cattle)
    other = pick_to_total(score[1] + 1.0 * herbs, size, workable & ~_mask_of_rows(cattle, n), households, persons)
    persons = counts["job_marked_persons"] - counts["local_marked_persons"]
    firm = pick_to_total(score[2], size, pool & (strong > 0), counts["enterprise_marked_households"], persons)
    local = pick_to_total(
        score[3] + 0.8 * (able >= 2),
        size,
        workable & ~_mask_of_rows(firm, n),
        counts["local_marked_households"],
        counts["local_marked_persons"],
    )
    return _ChosenHouseholds(cattle, other, local, firm, pool)


def _mask_of_rows(rows: Ints, n: int) -> Bools:
    out = np.zeros(n, dtype=bool)
    out[rows] = True
    return out


def _workers_per_household(workers: pd.DataFrame, n: int) -> Ints:
    return np.bincount(workers["row"], minlength=n)


def _ranked_workers(members: pd.DataFrame, world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Persons who may hold a post, best suited first within each household."""
    fit = members["labour"].isin(ABLE) & members["age"].between(18, 66) & members["school"].eq("")
    fit &= members["left"] > world.last_seen
    workers = members.loc[fit, ["row", "age", "labour"]].copy()
    workers["person_row"] = np.flatnonzero(fit)
    workers["strong"] = workers["labour"].isin([ORDINARY, SKILLED]) & workers["age"].between(18, 49)
    workers["order"] = workers["strong"].to_numpy() * 1.0 + rng.random(len(workers))
    workers = workers.sort_values(["row", "order"], ascending=[True, False], kind="stable")
    workers["rank"] = workers.groupby("row").cumcount()
    return workers.reset_index(drop=True)


def _give_out_posts(
    rng: np.random.Generator,
    frame: pd.DataFrame,
    workers: pd.DataFrame,
    chosen: _ChosenHouseholds,
    counts: dict[str, int],
    world: World,
) -> pd.DataFrame:
    """Give out posts: one in every marked household, then second holders, then households that are not marked."""
    n = len(frame)
    first = workers[workers["rank"] == 0].set_index("row")["person_row"]
    second = workers[workers["rank"] == 1].set_index("row")
    seconds = second[second.index.isin(chosen.local)]
    firm = list(first[chosen.firm])
    both = seconds.loc[seconds["strong"], "person_row"].to_numpy()
    firm += list(both[: max(0, min(2, counts["enterprise_posts"] - len(firm)))])
    local = list(first[chosen.local])
    spare = seconds.loc[~seconds["person_row"].isin(firm), "person_row"].to_numpy()
    local += list(rng.permutation(spare)[: max(0, min(12, counts["local_posts"] - len(local)))])
    free = chosen.pool & ~_mask_of_rows(chosen.local, n) & ~_mask_of_rows(chosen.firm, n)
    unmarked = workers[(workers["rank"] == 0) & free[workers["row"]]]
    unmarked = unmarked.iloc[rng.permutation(len(unmarked))]
    more = unmarked.loc[unmarked["strong"], "person_row"].to_numpy()[: max(0, counts["enterprise_posts"] - len(firm))]
    rest = unmarked.loc[~unmarked["person_row"].isin(more), "person_row"].to_numpy()
    wanted = max(0, counts["local_posts"] - len(local))
    home = workers.set_index("person_row")["row"].map(frame["village_row"])
    local += _with_holders_of_villages(rest, wanted, local, home, counts["local_posts"], world)
    firm += list(more)
    people = np.array(local + firm, dtype=np.int64)
    household = workers.set_index("person_row")["row"].reindex(people).to_numpy()
    kinds = _post_kinds(rng, frame, household[: len(local)], world)
    enterprise = [p.name for p in world.posts if p.measure == "enterprise_post"]
    held = pd.DataFrame({"person_row": people, "row": household, "kind": kinds + enterprise * len(firm)})
    return held.sort_values("person_row", ignore_index=True)


def _with_holders_of_villages(
    rest: Ints, wanted: int, local: list[int], home: pd.Series, posts: int, world: World
) -> list[int]:
    """Return the first of `rest`; where the posts of one village lack holders, its own people in place of the last."""
    taken = list(rest[:wanted])
    names = [v.name for v in world.villages]
    total = sum(p.slots for p in world.posts if p.measure != "enterprise_post")
    for post in world.posts:
        if not post.village:
            continue
        village = names.index(post.village)
        slots = round(post.slots * posts / total)
        short = slots - int((home.loc[[*local, *taken]] == village).sum())
        own = [person for person in rest[wanted:] if home.loc[person] == village][: max(short, 0)]
        others = [at for at, person in enumerate(taken) if home.loc[person] != village]
        for at, person in zip(reversed(others), own, strict=False):
            taken[at] = person
    return taken


def _post_kinds(rng: np.random.Generator, frame: pd.DataFrame, household: Ints, world: World) -> list[str]:
    """Which local post each holder has: village posts to that village first, the rest at random."""
    names = [v.name for v in world.villages]
    local = [p for p in world.posts if p.measure != "enterprise_post"]
    total = sum(p.slots for p in local)
    out = [local[0].name] * len(household)
    home = np.array(names, dtype=object)[frame["village_row"].to_numpy()[household]]
    free = rng.permutation(len(household))
    for post in local[1:]:
        slots = round(post.slots * len(household) / total)
        fits = free[home[free] == post.village] if post.village else free
        for i in fits[:slots]:
            out[i] = post.name
        free = free[~np.isin(free, fits[:slots])]
    return out


def _industry_help(
    rng: np.random.Generator, frame: pd.DataFrame, chosen: _ChosenHouseholds, world: World
) -> pd.DataFrame:
    cattle, other = chosen.cattle, chosen.other
    village = np.array([v.name for v in world.villages])[frame["village_row"].to_numpy()[other]]
    u = rng.random(len(other))
    measure = np.where(u < 0.55, "poultry_contract", "industry_grant").astype(object)
    measure[(village == world.named("乐北"))] = "dendrobium_coop"
    rows = pd.DataFrame({"row": np.r_[cattle, other], "measure": np.r_[["cattle_coop"] * len(cattle), measure]})
    start = world.plan_month.ordinal - rng.integers(2, 14, len(rows))
    early = rng.random(len(rows)) < 0.3
    rows["start"] = np.where(early & (rows["measure"] != "cattle_coop"), start - 12, start)
    return rows.sort_values("row", ignore_index=True)


def _cattle_participants(workers: pd.DataFrame, cattle: Ints, counts: dict[str, int]) -> Ints:
    mine = workers[workers["row"].isin(cattle)]
    first = mine[mine["rank"] == 0]["person_row"].to_numpy()
    later = mine[mine["rank"] > 0].sort_values(["rank", "person_row"], kind="stable")["person_row"].to_numpy()
    more = max(0, counts["cattle_participants"] - len(first))
    return np.sort(np.r_[first, later[:more]]).astype(np.int64)


def _marked_routes(
    rng: np.random.Generator,
    frame: pd.DataFrame,
    chosen: _ChosenHouseholds,
    posts: pd.DataFrame,
    industry: pd.DataFrame,
    counts: dict[str, int],
) -> pd.DataFrame:
    """Return one row a household and route; households are added until exactly the marked persons are reached."""
    n, size = len(frame), frame["size"].to_numpy()
    own = industry.set_index("row")["measure"].map(_INDUSTRY_ROUTE)
    firm_too = np.intersect1d(chosen.local, posts.loc[posts["kind"] == _FIRM_POST, "row"].to_numpy())
    pairs = [(int(r), LOCAL) for r in chosen.local] + [(int(r), CATTLE) for r in chosen.cattle]
    pairs += [(int(r), ENTERPRISE) for r in np.r_[chosen.firm, firm_too]]
    marked = _mask_of_rows(np.r_[chosen.local, chosen.firm, chosen.cattle], n)
    room = counts["marked_persons"] - int(size[marked].sum())
    for r in rng.permutation(chosen.other):
        # Leave a twelfth of the marked persons for households that exit by a safe house or by allowances.
        if marked[r] or room - size[r] >= counts["marked_persons"] // 12:
            pairs.append((int(r), str(own.loc[r])))
            room -= 0 if marked[r] else int(size[r])
            marked[r] = True
    works = frame["works"].to_numpy() != ""
    relief = frame["attribute"].isin(["低保户", "低保贫困户", "五保户"]).to_numpy()
    free = (frame["registered"] & ~frame["returned"]).to_numpy() & ~marked
    free = free & ~_mask_of_rows(np.r_[chosen.other, posts["row"].to_numpy()], n)
    for r in _fill_to_persons(rng, size, free, works | relief, room):
        pairs.append((r, HOUSING if works[r] else ASSISTANCE))
    return pd.DataFrame(pairs, columns=["row", "route"]).sort_values(["row", "route"], ignore_index=True)


def _fill_to_persons(rng: np.random.Generator, size: Ints, pool: Bools, preferred: Bools, room: int) -> list[int]:
    """Households of the pool, preferred ones first, whose sizes sum to exactly `room` where that is possible."""
    order = rng.permutation(np.flatnonzero(pool))
    order = order[np.argsort(~preferred[order], kind="stable")]
    chosen: list[int] = []
    for r in order:
        if size[r] <= room:
            chosen.append(int(r))
            room -= int(size[r])
        if room == 0:
            break
    return chosen
