"""A practice beside the income of those whom it reached: who counts as reached, by hand."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from povlib.calendar import Month
from povlib.ledger import State
from povlib.runs.facts.sharing.practice_results import practice_results

Filled = Callable[..., State]
APRIL = Month(2016, 4)
AT = APRIL.ordinal


def _state(filled: Filled) -> State:
    poor = [f"A{n}" for n in range(12)]
    households = [{"hh": hh, "village": "甲", "status": "未脱贫", "size": 1} for hh in poor]
    households += [
        {"hh": "X", "village": "甲", "status": "已脱贫", "size": 1},
        {"hh": "Y", "village": "乙", "status": "未脱贫", "size": 1},
    ]
    having = [*poor[:6], "X", "Y"]
    support = [{"id": hh, "hh": hh, "measure": "cattle_coop", "from_month": AT - 5} for hh in having]
    # ended more than a year ago, and not begun
    support.append({"id": "old", "hh": "A7", "measure": "cattle_coop", "from_month": AT - 30, "to_month": AT - 12})
    support.append({"id": "next", "hh": "A8", "measure": "cattle_coop", "from_month": AT + 1})
    told = [
        {"village": "甲", "month": AT, "practice": "轮流放养", "measure": "cattle_coop", "words": "w"},
        {"village": "甲", "month": AT - 11, "practice": "无措施"},
        {"village": "甲", "month": AT - 12, "practice": "太早", "measure": "cattle_coop"},
    ]
    return filled(households=households, support=support, village_practices=told)


def test_reached_and_others_by_hand(filled: Filled) -> None:
    change = pd.Series({f"A{n}": float(n) for n in range(12)} | {"X": 999.0, "Y": 999.0})
    found = practice_results(_state(filled), APRIL, change, {"cattle_coop": "养牛"})
    assert found["practice"].tolist() == ["轮流放养", "无措施"]
    first = found.iloc[0]
    assert first["measure"] == "养牛"
    # A0..A5 have it: median 2.5; with six values the range at 90 % is the smallest to the largest
    assert (first["households"], first["low_fen"], first["high_fen"]) == (6, 0, 5)
    assert (first["others"], first["others_low_fen"], first["others_high_fen"]) == (6, 6, 11)
    assert pd.isna(found.iloc[1]["households"])
    assert found.iloc[1]["words"] == ""


def test_no_practice_is_an_empty_table(filled: Filled) -> None:
    state = filled(households=[{"hh": "A", "village": "甲", "status": "未脱贫", "size": 1}])
    assert practice_results(state, APRIL, pd.Series(dtype="float64"), {}).empty
