"""Who stands by which household: nobody left out who can be served, even loads, short ways, today's pairs kept.

An integer program in PuLP, solved in the order of its aims: as few households as possible without a helper; then the
smallest difference between the largest and the smallest load; then the fewest kilometres in all; then as many of
today's pairs as possible. Households of one village that the same helpers may not serve and that have the same helper
today are alike, and are counted together: the program grows with the villages, not with the households.

Responsible for the choice and for naming what stays vacant. Not responsible for what bars a pair (`barred_pairs`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pulp

from povlib.errors import DataError
from povlib.linear_programs import is_solved
from povlib.villages.helpers.barred_pairs import FULL, pairs

METRES_PER_KM = 1000


@dataclass(frozen=True)
class HelperPlan:
    """A plan of helpers.

    Attributes
    ----------
    assigned : DataFrame
        hh, village, helper (missing: none), today (the helper it has, missing: none), metres (one way), by hh.
    loads : DataFrame
        helper, capacity, may_serve (households not barred), households (of the plan), today, by helper.
    vacant : DataFrame
        hh, village, own_village, kin, full: how many helpers do not stand by it for each reason.
    """

    assigned: pd.DataFrame
    loads: pd.DataFrame
    vacant: pd.DataFrame

    @property
    def difference(self) -> int:
        """Largest difference in load between two helpers who may serve anybody; 0 where nobody may."""
        serving = self.loads.loc[self.loads["may_serve"] > 0, "households"]
        return int(serving.max() - serving.min()) if len(serving) else 0

    @property
    def metres(self) -> int:
        """Ways of all pairs together, one way."""
        return int(self.assigned["metres"].sum())

    @property
    def kept(self) -> int:
        """Pairs of today that stay."""
        return int(self.assigned["helper"].eq(self.assigned["today"]).fillna(False).sum())


@dataclass(frozen=True)
class _Alike:
    """Households that differ in nothing the program looks at."""

    village: str
    today: str
    may: tuple[str, ...]
    hh: tuple[str, ...]


def helper_plan(
    households: pd.DataFrame,
    helpers: pd.DataFrame,
    kin: pd.DataFrame,
    km: Mapping[tuple[str, str], float],
    today: Mapping[str, str] | None = None,
) -> HelperPlan:
    """Return the best plan: see the order of aims above.

    Parameters
    ----------
    households : DataFrame
        hh, village.
    helpers : DataFrame
        helper, village (where the helper is stationed; missing: anywhere, no way counted), home_village, capacity.
    kin : DataFrame
        helper, hh.
    km : mapping
        Kilometres between two villages, either way round; a village and itself: 0.
    today : mapping, optional
        Helper of a household as things stand. A helper who is not among `helpers` any more is passed over, and so is
        a pair that a rule bars.

    Raises
    ------
    DataError
        As `barred_pairs.pairs`; also for villages between which no way is known.

    Examples
    --------
    >>> hh = pd.DataFrame({"hh": ["1", "2", "3"], "village": ["A", "A", "B"]})
    >>> staff = pd.DataFrame({"helper": ["a", "b"], "village": ["A", "B"], "home_village": ["B", "A"], "capacity": 2})
    >>> plan = helper_plan(hh, staff, hh.head(0).assign(helper=""), {("A", "B"): 4.0})
    >>> plan.assigned["helper"].tolist(), plan.difference, len(plan.vacant)
    (['a', 'a', 'b'], 1, 0)
    """
    frame = pairs(households, helpers, kin)
    staff = helpers.sort_values("helper").set_index("helper")
    capacity = {str(k): int(v) for k, v in staff["capacity"].items()}
    at = {str(k): "" if pd.isna(v) else str(v) for k, v in staff["village"].items()}
    now = {hh: helper for hh, helper in (today or {}).items() if helper in capacity}
    groups = _alike_households(frame, households, now)
    ways = _metres({at[helper] for helper in capacity}, {group.village for group in groups}, km)
    flow = _flow(groups, capacity, {h: {v: ways[at[h], v] for v in households["village"].unique()} for h in capacity})
    chosen: dict[str, str] = {}
    for number, group in enumerate(groups):
        left = list(group.hh)
        for helper in group.may:
            for _ in range(flow.get((number, helper), 0)):
                chosen[left.pop(0)] = helper
    return _described_plan(frame, households, staff, chosen, now, lambda helper, village: ways[at[helper], village])


def _alike_households(frame: pd.DataFrame, households: pd.DataFrame, now: Mapping[str, str]) -> list[_Alike]:
    free = frame[frame["barred"].eq("")].groupby("hh")["helper"].agg(tuple)
    groups: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for hh, village in households[["hh", "village"]].sort_values("hh").itertuples(index=False):
        may = tuple(free.get(hh, ()))
        helper = now.get(hh, "")
        groups.setdefault((village, helper if helper in may else "", may), []).append(hh)
    return [_Alike(village, helper, may, tuple(hh)) for (village, helper, may), hh in groups.items()]


def _metres(stations: set[str], villages: set[str], km: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], int]:
    ways: dict[tuple[str, str], int] = {}
    unknown = []
    for station in sorted(stations):
        for village in sorted(villages):
            near = not station or station == village
            found = 0.0 if near else km.get((station, village), km.get((village, station)))
            if found is None:
                unknown.append(f"{station}–{village}")
            else:
                # whole metres: sums are exact, and two plans of the same length are seen to be so
                ways[station, village] = round(found * METRES_PER_KM)
    if unknown:
        raise DataError("there is no distance for {names}", names=", ".join(unknown))
    return ways


def _flow(
    groups: Sequence[_Alike], capacity: Mapping[str, int], metres: Mapping[str, Mapping[str, int]]
) -> dict[tuple[int, str], int]:
    """Return how many households of each group each helper takes.

    Only the smallest and the largest load are asked to be whole numbers. Once they are fixed, what remains is a flow
    from groups to helpers with whole bounds, whose corners are whole (Hoffman and Kruskal 1956): simplex gives one.
    """
    program = pulp.LpProblem("helpers", pulp.LpMinimize)
    number = {helper: i for i, helper in enumerate(capacity)}
    x: dict[tuple[int, str], Any] = {}
    taken: dict[str, list[Any]] = {helper: [] for helper in capacity}
    for g, group in enumerate(groups):
        for helper in group.may:
            x[g, helper] = program.add_variable(f"x_{g}_{number[helper]}", 0, len(group.hh))
            taken[helper].append(x[g, helper])
        program += pulp.lpSum(x[g, helper] for helper in group.may) <= len(group.hh)
    if not x:
        return {}
    most = max(capacity.values())
    low, high = (program.add_variable(name, 0, most, cat=pulp.LpInteger) for name in ("low", "high"))
    for helper, own in taken.items():
        if own:
            load = pulp.lpSum(own)
            program += load <= capacity[helper]
            program += load >= low
            program += load <= high
    served = pulp.lpSum(x.values())
    way = pulp.lpSum(metres[helper][groups[g].village] * variable for (g, helper), variable in x.items())
    kept = pulp.lpSum(variable for (g, helper), variable in x.items() if groups[g].today == helper)
    # a metre outweighs all pairs of today together: two aims in one, as a row for the first would spoil the flow
    dearest = 1 + sum(len(group.hh) for group in groups)
    shortest = dearest * way - kept
    for aim in (-served, high - low):
        _follow(program, aim)
        # what is reached is kept while the next aim is followed; whole numbers, so rounding is exact
        program += aim <= round(pulp.value(aim) or 0)
    _follow(program, shortest)
    for border in (low, high):
        border.cat = pulp.LpContinuous
        border.bounds(round(border.value()), round(border.value()))
    _follow(program, shortest)
    return {key: round(variable.value()) for key, variable in x.items() if round(variable.value())}


def _follow(program: pulp.LpProblem, aim: Any) -> None:
    program.setObjective(aim + 0)
    if not is_solved(program):  # pragma: no cover - nobody served is always allowed
        raise DataError("no plan of helpers was found")


def _described_plan(
    frame: pd.DataFrame,
    households: pd.DataFrame,
    staff: pd.DataFrame,
    chosen: Mapping[str, str],
    now: Mapping[str, str],
    metres: Any,
) -> HelperPlan:
    assigned = households[["hh", "village"]].sort_values("hh").reset_index(drop=True)
    assigned["helper"] = assigned["hh"].map(chosen).astype("str").where(assigned["hh"].isin(chosen), None)
    assigned["today"] = assigned["hh"].map(now).astype("str").where(assigned["hh"].isin(now), None)
    assigned["metres"] = [
        metres(chosen[hh], village) if hh in chosen else 0
        for hh, village in assigned[["hh", "village"]].itertuples(index=False)
    ]
    counted = assigned["helper"].value_counts()
    today = assigned["today"].value_counts()
    free = frame.loc[frame["barred"].eq(""), "helper"].value_counts()
    loads = pd.DataFrame({"helper": staff.index, "capacity": staff["capacity"].to_numpy(dtype="int64")})
    for name, series in (("may_serve", free), ("households", counted), ("today", today)):
        loads[name] = loads["helper"].map(series).fillna(0).astype("int64")
    without = assigned.loc[assigned["helper"].isna(), ["hh", "village"]]
    # whoever may serve a vacant household is full, or the plan would serve one household more
    why = frame[frame["hh"].isin(without["hh"])].assign(barred=lambda f: f["barred"].replace("", FULL))
    table = pd.crosstab(why["hh"], why["barred"]) if len(why) else pd.DataFrame()
    vacant = without.reset_index(drop=True)
    for reason in ("own_village", "kin", FULL):
        counts = table[reason] if reason in table else pd.Series(dtype="int64")
        vacant[reason] = vacant["hh"].map(counts).fillna(0).astype("int64")
    return HelperPlan(assigned, loads, vacant)
