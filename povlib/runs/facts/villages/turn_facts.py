"""Turns at a co-op's bases: who may take them by the ledger, and the roster of the weeks to come."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.ledger import State
from povlib.params.procedures.cooperation import Cooperation
from povlib.runs.facts.villages.coop_facts import held_at, named_coop
from povlib.support.eligibility_facts import member_facts
from povlib.villages.coops.rotation import Roster, fair_roster

MOST_WEEKS = 26
"""Half a year: nobody can say further ahead who will be free."""


def mondays(first: Month, weeks: int) -> list[int]:
    """Return the Mondays (yyyymmdd) from the first one in a month on.

    Examples
    --------
    >>> mondays(Month(2016, 6), 2)
    [20160606, 20160613]
    """
    day = date(first.year, first.month, 1)
    day += timedelta(days=-day.weekday() % 7)
    return [int((day + timedelta(weeks=k)).strftime("%Y%m%d")) for k in range(weeks)]


def turn_takers(state: State, coop: str, first: Month, look_back: int) -> pd.DataFrame:
    """Return who may take turns: able members of the households that hold stakes, unless in a post or not free.

    Returns
    -------
    DataFrame
        person, hh, village, caring, before (turns in the `look_back` weeks before).
    """
    households = set(held_at(state.coop_stakes[state.coop_stakes["coop"] == coop], first)["hh"])
    people = member_facts(state, first)  # type: ignore[arg-type]
    people = people[people["hh"].isin(households) & people["able"] & ~people["in_post"]]
    villages = state.households.set_index("hh")["village"]
    workers = state.workers.set_index("person")
    free = workers["available"].reindex(people["person"]).astype("Float64").fillna(1).to_numpy() != 0
    people = people[free]
    caring = workers["caring"].reindex(people["person"]).astype("Float64").fillna(0).to_numpy() == 1
    start = date(first.year, first.month, 1) - timedelta(weeks=look_back)
    begin, end = int(start.strftime("%Y%m%d")), mondays(first, 1)[0]
    past = state.shifts[(state.shifts["week"] >= begin) & (state.shifts["week"] < end)]
    past = past[past["base"].isin(bases_of(state, coop)["base"])]
    counted = past["person"].value_counts()
    return pd.DataFrame(
        {
            "person": people["person"].astype("str").to_numpy(),
            "hh": people["hh"].astype("str").to_numpy(),
            "village": people["hh"].map(villages).astype("str").to_numpy(),
            "caring": caring,
            "before": people["person"].map(counted).fillna(0).astype("int64").to_numpy(),
        }
    )


def bases_of(state: State, coop: str) -> pd.DataFrame:
    """Return the bases of a co-op that are in use."""
    rows = state.bases[state.bases["coop"] == coop]
    status = rows["status"].fillna("").astype("str")
    return rows[status.isin(["", "operating"])].sort_values("base").reset_index(drop=True)


def people_needed(state: State, bases: pd.DataFrame, assumed: int) -> pd.DataFrame:
    """Return base, village, need (persons a week): the middle one of the weeks on record, else as assumed."""
    past = state.shifts.groupby(["base", "week"])["person"].nunique()
    middle = past.groupby("base").median() if len(past) else pd.Series(dtype="float64")
    needs = bases[["base", "village"]].copy()
    needs["need"] = [int(middle.get(base, assumed)) for base in needs["base"]]
    return needs


def coop_roster(
    state: State, rules: Cooperation, coop: str, first: Month, weeks: int, need: int | None = None
) -> Roster:
    """Return the roster of a co-op's bases.

    Parameters
    ----------
    need : int, optional
        Persons a week at each base; None: as on record, else as assumed.

    Raises
    ------
    DataError
        If there is no such co-op, it has no base in use or nobody who may take turns, or the weeks are none.
    """
    named_coop(state, coop)
    if not 1 <= weeks <= MOST_WEEKS:
        raise DataError("{n} weeks are no roster", where="--weeks", allowed="1 to {most}", n=weeks, most=MOST_WEEKS)
    if need is not None and need < 1:
        raise DataError("base {base} needs {n} persons a week", where="--need", allowed="1 or more", n=need, base="*")
    bases = bases_of(state, coop)
    if bases.empty:
        raise DataError("co-op {coop} has no base in use", remedy="fill the sheet 基地: {command}", coop=coop,
                        command="python3 workbench.py forms")  # fmt: skip
    people = turn_takers(state, coop, first, int(rules.value("weeks_looked_back")))
    if people.empty:
        raise DataError("nobody may take turns for {coop}: no able member of a household with a stake is free",
                        coop=coop, remedy="look at its households: {command}",
                        command=f"python3 workbench.py coops {coop}")  # fmt: skip
    needs = people_needed(state, bases, int(rules.value("herders_per_base")))
    if need is not None:
        needs["need"] = need
    return fair_roster(people, needs, mondays(first, weeks))
