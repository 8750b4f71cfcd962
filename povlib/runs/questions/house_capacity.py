"""Sites and builders of a plan: what an opening brings, which houses are built by when, what one crew more would do.

Responsible for these figures of a run. Not responsible for the search (`povlib.allocation`) or for words on paper.
"""

from __future__ import annotations

import pandas as pd

from povlib import allocation
from povlib.calendar import Month
from povlib.errors import ParameterError, unknown_word_fault
from povlib.runs.facts.houses.house_openings import known_openings
from povlib.runs.questions.opening_questions import LIMIT_S, NODES
from povlib.runs.questions.trial import Trial, try_changes
from povlib.runs.run import Run

#: weeks that one crew works in a month: a choice, four whole weeks
WEEKS_OF_CREW = 4


def openings(run: Run) -> pd.DataFrame:
    """Return every place of the plan that must be opened first, with what opening it brings.

    Returns
    -------
    DataFrame
        Of `known_openings`, and brings, low, high (persons; the true figure lies between them, by proof), worth_fen
        (what the opening could cost at most before it no longer pays; missing where money has no price).
    """
    known = known_openings(run)
    if known.empty:
        return known.assign(brings=0.0, low=0.0, high=0.0, worth_fen=pd.array([], dtype="Int64"))
    worth = allocation.opening_worth(
        run.plan, run.problem, gap=run.settings.gap_persons, nodes=NODES, time_limit_s=LIMIT_S, only=known["facility"]
    )
    found = worth[["facility", "brings", "low", "high", "worth_fen"]]
    return known.merge(found, on="facility", how="left")


def try_crew(run: Run, crew: str = "", weeks: int = WEEKS_OF_CREW) -> Trial:
    """Return a run as it would be with one crew more: so many weeks more in every month that the crew works.

    Months of start are offered anew, so that houses may begin earlier too.

    Parameters
    ----------
    crew : str
        Key of the crew in crews.yaml; empty: the first that has weeks.
    weeks : int
        Weeks a month; below nothing: fewer, never under none.

    Raises
    ------
    ParameterError
        If there is no such crew, or none has weeks.
    """
    crews = {key: found for key, found in run.catalogue.crews.items() if found.filled}
    if not crews or (crew and crew not in crews):
        raise ParameterError([unknown_word_fault("there is no crew {value}", crew, list(crews), "crews.yaml")])
    found = crews[crew or next(iter(crews))]
    months: list[Month] = sorted(found.weeks)
    more = {f"crews.{found.key}.weeks.{month}": max(found.capacity(month) + weeks, 0) for month in months}
    return try_changes(run, "; ".join(f"{key}={value}" for key, value in more.items()))
