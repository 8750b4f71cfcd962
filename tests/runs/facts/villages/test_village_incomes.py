"""Collective income of villages, summed by hand over the right twelve months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from povlib.calendar import Month
from povlib.ledger import State
from povlib.runs.facts.villages.village_incomes import income_facts

Filled = Callable[..., State]
APRIL = 2016 * 12 + 3
ROWS = [
    {"village": "甲", "month": APRIL, "source": "水电", "fen": 70_000_00},
    {"village": "甲", "month": APRIL - 11, "source": "水电", "fen": 20_000_00},
    {"village": "甲", "month": APRIL - 12, "source": "水电", "fen": 99_000_00},
    {"village": "甲", "month": APRIL - 3, "source": "店面", "fen": 30_000_00},
    {"village": "乙", "month": APRIL - 1, "source": "店面", "fen": 49_999_99},
]


def test_villages_are_summed_over_a_year_by_hand(filled: Filled) -> None:
    state = replace(filled(village_income=ROWS), last_month=Month.from_ordinal(APRIL))
    found = income_facts(state, ["丙", "乙", "甲"])
    assert found is not None
    assert found.villages["village"].tolist() == ["丙", "乙", "甲"]
    assert found.villages["fen"].tolist() == [0, 49_999_99, 120_000_00]
    assert found.villages["largest"].tolist() == ["—", "店面", "水电"]
    assert found.villages["largest_share"].fillna(-1).tolist() == [-1, 1.0, 0.75]
    assert (found.under, found.over, found.mean_fen) == (2, 1, round(169_999_99 / 3))
    assert found.sources["source"].tolist() == ["水电", "店面"]
    assert found.sources["fen"].sum() == found.villages["fen"].sum()


def test_an_office_without_such_rows_has_no_table(bare_state: State) -> None:
    assert income_facts(bare_state, ["甲"]) is None
