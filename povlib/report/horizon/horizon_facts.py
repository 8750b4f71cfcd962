"""Everything that papers say of a plan over several years, in one value."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.calendar import Month
from povlib.errors import Fault, ReportError

FRAMES = {
    "path": ("month", "persons", "without", "additional", "low_50", "high_50", "low_90", "high_90", "served"),
    "served": ("period", "households", "persons", "money_fen", "additional"),
    "waiting": ("reason", "later", "never"),
    "accounts": ("fund", "period", "brought_fen", "arrived_fen", "spent_fen", "lapsed_fen", "carried_fen"),
    "households": ("hh", "village", "members", "served_from", "label", "money_fen", "reason", "points_now",
                   "points_then"),
    "deviation": ("kind", "households", "persons"),
    "moves": ("hh", "before", "now", "reason", "gain_points"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class HorizonFacts:
    """What papers say of a plan over several years; texts in the frames are in the language of the paper.

    Attributes
    ----------
    first, last : Month
        Of the horizon.
    proved : bool
        Whether every rule was found kept when the plan was checked again.
    value, gap : float
        Persons of the objective; no plan is worth more than value + gap.
    weight : float
        What an exit that holds at the end of an earlier year counts.
    goal : int or None
        Persons who are to be out at the end; None: not known.
    goal_chance : float
        Chance of at least so many; NaN without a goal.
    committed, kept : int
        Households whose committed help stays; households left as the plan before had them.
    followed : bool
        Whether the plan was made again from one before.
    path : DataFrame
        By end of year: exits, with ranges, without new help, persons served so far.
    served : DataFrame
        period (in words), households, persons, money_fen, additional (persons of the objective).
    waiting : DataFrame
        reason (in words), later (households served in a later period), never (households with nothing new).
    accounts : DataFrame
        Every fund by period, to the fen.
    households : DataFrame
        One row a household: served_from (in words), label, reason (in words; empty for the first period), points.
    deviation : DataFrame
        kind (in words), households, persons.
    moves : DataFrame
        hh, before, now, reason (in words), gain_points.

    Raises
    ------
    ReportError
        If a frame lacks a column.
    """

    first: Month
    last: Month
    proved: bool
    value: float
    gap: float
    weight: float
    goal: int | None
    goal_chance: float
    committed: int
    kept: int
    followed: bool
    path: pd.DataFrame
    served: pd.DataFrame
    waiting: pd.DataFrame
    accounts: pd.DataFrame
    households: pd.DataFrame
    deviation: pd.DataFrame
    moves: pd.DataFrame

    def __post_init__(self) -> None:
        faults = [
            Fault("a table has no column {column}", where=f"horizon.{frame}", values={"column": column})
            for frame, columns in FRAMES.items()
            for column in columns
            if column not in getattr(self, frame).columns
        ]
        if faults:
            raise ReportError(faults)
