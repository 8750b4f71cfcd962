"""Made-up facts of a plan over several years."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.report.horizon.horizon_facts import HorizonFacts

_ENDS = [Month(2016, 12).ordinal, Month(2017, 12).ordinal, Month(2018, 12).ordinal]


def facts_of(goal: int | None = 60, *, followed: bool = True) -> HorizonFacts:
    """Return facts of a plan of 3 households over two periods."""
    moves = [("S1-2", "grant", "post", "the household gains by it", 12.5)] if followed else []
    deviation = [("starts later than planned", 2, -1.25), ("newly on the register", 1, 0.5)] if followed else []
    return HorizonFacts(
        first=Month(2016, 6), last=Month(2018, 12), proved=True, value=100.0, gap=0.75, weight=0.5, goal=goal,
        goal_chance=np.nan if goal is None else 0.25, committed=1, kept=2, followed=followed,
        path=pd.DataFrame(
            {"month": _ENDS, "persons": [30.0, 40.0, 50.0], "without": [20.0, 21.0, 22.0],
             "additional": [10.0, 19.0, 28.0], "low_50": [28.0, 37.0, 45.0], "high_50": [33.0, 44.0, 55.0],
             "low_90": [20.0, 30.0, 35.0], "high_90": [40.0, 50.0, 65.0], "served": [3, 5, 5]}),
        served=pd.DataFrame({"period": ["one", "two"], "households": [2, 1], "persons": [6, 2],
                             "money_fen": [500_000, 120_050], "additional": [8.0, 2.5]}),
        waiting=pd.DataFrame({"reason": ["money", "nothing"], "later": [1, 0], "never": [4, 2]}),
        accounts=pd.DataFrame([("special", "2016-06", 0, 600_000, 500_000, 0, 100_000)],
                              columns=["fund", "period", "brought_fen", "arrived_fen", "spent_fen", "lapsed_fen",
                                       "carried_fen"]),
        households=pd.DataFrame(
            [("S1-1", "A", 4, "2016-06", "grant", 500_000, "", np.nan, np.nan),
             ("S1-2", "A", 2, "2017-01", "post", 120_050, "money", 3.0, 2.0)],
            columns=["hh", "village", "members", "served_from", "label", "money_fen", "reason", "points_now",
                     "points_then"]),
        deviation=pd.DataFrame(deviation, columns=["kind", "households", "persons"]),
        moves=pd.DataFrame(moves, columns=["hh", "before", "now", "reason", "gain_points"]),
    )  # fmt: skip


@pytest.fixture(name="made_facts")
def _made_facts() -> Callable[..., HorizonFacts]:
    """Return the function that makes them up."""
    return facts_of
