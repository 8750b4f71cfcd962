"""The roster of turns (轮流放养): who goes to which base in which week, fair and within everybody's duties.

An integer program in PuLP. Nobody stands at two bases in one week, nobody goes in a week not free, and who cares for
somebody at home goes to the base of the own village only and never two weeks in a row. Three aims, each kept while the
next is followed: as few places unfilled as can be, the smallest largest difference in load, and as few turns away from
the own village as can be. Load is turns, those of earlier weeks counted.

Responsible for who goes when. Not responsible for what a turn pays or for paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd
import pulp

from povlib.errors import DataError, Fault
from povlib.linear_programs import is_solved


@dataclass(frozen=True)
class Roster:
    """A roster.

    Attributes
    ----------
    turns : DataFrame
        week, base, person, hh, village, away (bool: not the base of the own village); sorted by week and base.
    loads : DataFrame
        person, hh, village, caring, before (turns of earlier weeks), turns, load (their sum), most (turns that duties
        and free weeks allow), at_limit (duties or weeks away allow no turn more: not held to the others' load).
    vacant : DataFrame
        week, base, lacking: places nobody could fill.
    """

    turns: pd.DataFrame
    loads: pd.DataFrame
    vacant: pd.DataFrame

    @property
    def difference(self) -> int:
        """Largest difference in load: the most that anybody has over the least of those who could have more."""
        held = self.loads.loc[~self.loads["at_limit"], "load"]
        return int(self.loads["load"].max() - held.min()) if len(held) else 0


def fair_roster(
    people: pd.DataFrame,
    needs: pd.DataFrame,
    weeks: Sequence[int],
    *,
    away: Mapping[str, frozenset[int]] | None = None,
) -> Roster:
    """Return the roster of a co-op.

    Parameters
    ----------
    people : DataFrame
        person, hh, village, caring (bool), before (turns of earlier weeks).
    needs : DataFrame
        base, village, need (persons a week).
    weeks : sequence of int
        Mondays, yyyymmdd, ascending.
    away : mapping, optional
        person -> weeks not free.

    Raises
    ------
    DataError
        For a person or base twice, a need below zero, or weeks out of order.

    Examples
    --------
    >>> people = pd.DataFrame({"person": ["p", "q"], "hh": ["a", "b"], "village": "A", "caring": [True, False]})
    >>> needs = pd.DataFrame({"base": ["x"], "village": ["A"], "need": [1]})
    >>> roster = fair_roster(people.assign(before=0), needs, [20160606, 20160613, 20160620])
    >>> sorted(roster.loads["load"]), roster.difference, len(roster.vacant)
    ([1, 2], 1, 0)
    """
    _refuse_inputs(people, needs, weeks)
    rows = people.sort_values("person").reset_index(drop=True)
    bases = needs.sort_values("base").reset_index(drop=True)
    may = _allowed(rows, bases, weeks, away or {})
    most = [_most_turns({w for p, _, w in may if p == i}, bool(rows["caring"].iloc[i])) for i in range(len(rows))]
    return _described(rows, bases, weeks, _solved_turns(rows, bases, weeks, may, most), most)


def _refuse_inputs(people: pd.DataFrame, needs: pd.DataFrame, weeks: Sequence[int]) -> None:
    faults = [Fault("person {person} stands in the roster twice", values={"person": name})
              for name in people.loc[people["person"].duplicated(), "person"].unique()]  # fmt: skip
    faults += [Fault("base {base} stands in the roster twice", values={"base": name})
               for name in needs.loc[needs["base"].duplicated(), "base"].unique()]  # fmt: skip
    faults += [Fault("base {base} needs {n} persons a week", allowed="none or more",
                     values={"base": row.base, "n": row.need})
               for row in needs[~(needs["need"] >= 0)].itertuples(index=False)]  # fmt: skip
    if list(weeks) != sorted(set(weeks)):
        faults.append(Fault("the weeks of the roster are not in order"))
    if faults:
        raise DataError(faults)


def _allowed(
    rows: pd.DataFrame, bases: pd.DataFrame, weeks: Sequence[int], away: Mapping[str, frozenset[int]]
) -> list[tuple[int, int, int]]:
    """Return who (row) may go to which base (row) in which week (place)."""
    found = []
    person: Any
    base: Any
    for i, person in enumerate(rows.itertuples(index=False)):
        closed = away.get(str(person.person), frozenset())
        for b, base in enumerate(bases.itertuples(index=False)):
            if bool(person.caring) and person.village != base.village:
                continue
            found += [(i, b, w) for w, week in enumerate(weeks) if week not in closed]
    return found


def _most_turns(free: set[int], caring: bool) -> int:
    """Return the most turns in the weeks that are free; for who cares for somebody, never two in a row.

    Examples
    --------
    >>> _most_turns({0, 1, 2, 4}, caring=True), _most_turns({0, 1, 2, 4}, caring=False)
    (3, 4)
    """
    if not caring:
        return len(free)
    taken, last = 0, -2
    for week in sorted(free):
        if week > last + 1:
            taken, last = taken + 1, week
    return taken


def _solved_turns(
    rows: pd.DataFrame,
    bases: pd.DataFrame,
    weeks: Sequence[int],
    may: Sequence[tuple[int, int, int]],
    limits: Sequence[int],
) -> set[tuple[int, int, int]]:
    if not may:
        return set()
    program = pulp.LpProblem("roster", pulp.LpMinimize)
    x = {key: program.add_variable("x_{}_{}_{}".format(*key), 0, 1, cat=pulp.LpInteger) for key in may}
    of_week: dict[tuple[int, int], list[Any]] = {}
    at_base: dict[tuple[int, int], list[Any]] = {}
    of_person: dict[int, list[Any]] = {}
    for (i, b, w), variable in x.items():
        of_week.setdefault((i, w), []).append(variable)
        at_base.setdefault((b, w), []).append(variable)
        of_person.setdefault(i, []).append(variable)
    for together in of_week.values():
        program += pulp.lpSum(together) <= 1
    for (b, _), together in at_base.items():
        program += pulp.lpSum(together) <= int(bases["need"].iloc[b])
    for i in of_person:
        if bool(rows["caring"].iloc[i]):
            for w, after in pairwise(range(len(weeks))):
                program += pulp.lpSum([*of_week.get((i, w), ()), *of_week.get((i, after), ())]) <= 1
    most = len(weeks) + int(rows["before"].max())
    low, high = (program.add_variable(name, 0, most, cat=pulp.LpInteger) for name in ("low", "high"))
    for i in range(len(rows)):
        before = int(rows["before"].iloc[i])
        load = pulp.lpSum(of_person.get(i, ())) + before
        program += load <= high
        if limits[i] == len(weeks):
            program += load >= low
        else:
            # either held to the others' load, or at the limit of what duties and free weeks allow
            at_limit = program.add_variable(f"limit_{i}", 0, 1, cat=pulp.LpInteger)
            program += load >= low - most * at_limit
            program += load >= (limits[i] + before) * at_limit
    program += low <= high
    filled = pulp.lpSum(x.values())
    elsewhere = pulp.lpSum(v for (i, b, _), v in x.items() if rows["village"].iloc[i] != bases["village"].iloc[b])
    for aim in (-filled, high - low, elsewhere):
        program.setObjective(aim + 0)
        if not is_solved(program):  # pragma: no cover - an empty roster is always allowed
            raise DataError("no roster was found")
        program += aim <= round(pulp.value(aim) or 0)
    return {key for key, variable in x.items() if round(variable.value() or 0)}


def _described(
    rows: pd.DataFrame,
    bases: pd.DataFrame,
    weeks: Sequence[int],
    x: set[tuple[int, int, int]],
    limits: Sequence[int],
) -> Roster:
    turns = pd.DataFrame(
        [
            (weeks[w], bases["base"].iloc[b], rows["person"].iloc[i], rows["hh"].iloc[i], rows["village"].iloc[i],
             bool(rows["village"].iloc[i] != bases["village"].iloc[b]))
            for i, b, w in x
        ],
        columns=["week", "base", "person", "hh", "village", "away"],
    ).sort_values(["week", "base", "person"], ignore_index=True)  # fmt: skip
    counted = turns["person"].value_counts()
    loads = rows[["person", "hh", "village", "caring", "before"]].copy()
    loads["turns"] = loads["person"].map(counted).fillna(0).astype("int64")
    loads["load"] = loads["before"].astype("int64") + loads["turns"]
    loads["most"] = list(limits)
    # who is free in every week is always held to the others' load
    loads["at_limit"] = (loads["turns"] == loads["most"]) & (loads["most"] < len(weeks))
    filled = turns.groupby(["week", "base"]).size()
    needed = [(str(base), int(need)) for base, need in zip(bases["base"], bases["need"], strict=True)]
    lacking = [(week, base, need - int(filled.get((week, base), 0))) for week in weeks for base, need in needed]
    vacant = pd.DataFrame([row for row in lacking if row[2] > 0], columns=["week", "base", "lacking"])
    return Roster(turns, loads, vacant)
