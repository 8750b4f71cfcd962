"""What happened in a month, counted by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from povlib.calendar import Month
from povlib.ledger import State
from povlib.runs.facts.sharing.village_months import village_months

Filled = Callable[..., State]
APRIL = Month(2016, 4)
AT = APRIL.ordinal


def _state(filled: Filled) -> State:
    homes = {"A": "甲", "B": "甲", "C": "乙"}
    return filled(
        households=[{"hh": hh, "village": village, "status": "未脱贫", "size": 2} for hh, village in homes.items()],
        observations=[{"hh": "A", "month": AT}, {"hh": "B", "month": AT - 1}, {"hh": "C", "month": AT}],
        support=[{"id": "1", "hh": "A", "measure": "m", "from_month": AT, "status": "进行中"},
                 {"id": "2", "hh": "A", "measure": "m", "from_month": AT - 1, "status": "进行中"}],
        projects=[{"project": "p", "hh": "B", "status": "完工", "done_month": AT},
                  {"project": "q", "hh": "C", "status": "在建"}],
        progress=[{"project": "q", "week": 20160404, "pct": 0.0}, {"project": "q", "week": 20160502, "pct": 5.0},
                  {"project": "p", "week": 20160328, "pct": 0.0}, {"project": "p", "week": 20160411, "pct": 9.0}],
        placements=[{"post": "x", "person": "A-1", "hh": "A", "from_month": AT}],
        placement_ends=[{"post": "x", "person": "C-1", "hh": "C", "from_month": AT - 9, "end_month": AT}],
        deliveries=[{"contract": "k", "delivery": "1", "hh": "B", "day": 20160430, "fen": 700},
                    {"contract": "k", "delivery": "2", "hh": "B", "day": 20160501, "fen": 900}],
    )  # fmt: skip


def test_a_month_by_hand(filled: Filled) -> None:
    income = pd.Series({"A": 300, "B": 500, "C": None}, dtype="Int64")
    found = village_months(_state(filled), APRIL, income, ["乙", "甲"]).set_index("village")
    assert found.index.tolist() == ["乙", "甲"]
    own = found.loc["甲"]
    assert own[["households", "reported", "helped", "works_begun", "works_done", "placed", "left"]].tolist() == [
        2, 1, 1, 0, 1, 1, 0,
    ]  # fmt: skip
    assert own["delivered_fen"] == 700
    assert (own["income_fen"], own["known"]) == (400, 2)
    assert pd.isna(own["income_low_fen"])
    other = found.loc["乙"]
    assert other[["households", "reported", "works_begun", "left"]].tolist() == [1, 1, 1, 1]
    assert pd.isna(other["income_fen"])
