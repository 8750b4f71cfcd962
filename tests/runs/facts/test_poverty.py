"""What the page on poverty counts beyond the frames it is given, against counts by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from povlib.runs.facts.poverty import (
    households_held_back,
    largest_net_source,
    net_income_by_village,
    persons_by_cause,
    shares_by_length,
)
from povlib.vocabulary import GUARANTEES


class _Frames:
    """Stands for an overview or movements: only the frames that a count reads."""

    def __init__(self, **frames: pd.DataFrame) -> None:
        self.__dict__ |= frames


def _frames(**frames: pd.DataFrame) -> Any:
    return _Frames(**frames)


def test_what_is_not_known_counts_on_neither_side() -> None:
    houses = pd.DataFrame({"over_line": pd.array([True, True, False, False, False, None], dtype="boolean"),
                           **{g: pd.array([1] * 6, dtype="Int8") for g in GUARANTEES}})  # fmt: skip
    houses["housing"] = pd.array([0, None, 1, None, 0, 0], dtype="Int8")
    assert households_held_back(houses) == {"over": 2, "held": 1, "under": 3, "only": 1}


def _sources() -> Any:
    rows = [("all", "wage", 900), ("all", "business", 1000), ("all", "cost", -200), ("all", "transfer", 700),
            ("乙", "wage", 500), ("乙", "business", 400), ("乙", "cost", -100),
            ("甲", "wage", 900), ("甲", "business", 300), ("甲", "cost", -250)]  # fmt: skip
    by_village = pd.DataFrame({"domain": ["甲", "乙"], "mean_income_fen": [950, 801]})
    return _frames(by_source=pd.DataFrame(rows, columns=["domain", "source", "fen_per_head"]), by_village=by_village)


def test_own_production_is_compared_after_its_costs() -> None:
    assert largest_net_source(_sources()) == ("wage", 900)  # 1000 of own production are 800 after costs


def test_bars_stand_in_the_given_order_and_end_where_the_table_says() -> None:
    bars = net_income_by_village(_sources())
    assert bars["group"].tolist() == ["乙", "甲"]
    assert bars["business_fen"].tolist() == [300, 50]
    assert bars["total_fen"].tolist() == [801, 950]


def test_the_commonest_cause_comes_first_and_one_that_nobody_has_is_left_out() -> None:
    causes = pd.DataFrame({"village": ["甲", "乙", "乙", "甲"], "cause": ["因学", "因病", "因学", "缺水"],
                           "poor_persons": [2, 5, 1, 0]})  # fmt: skip
    wide = persons_by_cause(_frames(causes=causes, by_village=pd.DataFrame({"domain": ["乙", "甲", "丙"]})))
    assert wide.columns.tolist() == ["village", "因病", "因学"]
    assert wide.to_numpy().tolist() == [["乙", 5, 1], ["甲", 0, 2], ["丙", 0, 0]]


def test_a_length_watched_by_too_few_is_left_out() -> None:
    below = pd.DataFrame({"length": [1, 2, 6, 12], "at_risk": [9, 8, 6, 4], "survival": [0.9, 0.8, 0.5, 0.4]})
    above = pd.DataFrame({"length": [1, 6, 12], "at_risk": [3, 5, 4], "survival": [1.0, 0.75, 0.7]})
    shares = shares_by_length(_frames(durations=below, returns=above))
    assert shares["length"].tolist() == [1, 6]  # 2 is no row of the table; at 12 nobody's side has five
    assert shares["below"].tolist() == [0.9, 0.5]
    assert shares["back"].tolist() == pytest.approx([0.0, 0.25])
