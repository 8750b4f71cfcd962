"""Collective income of villages, summed by hand over the right twelve months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from povlib.calendar import Month
from povlib.ledger import State
from povlib.params.procedures.cooperation import load_cooperation
from povlib.places import PARAMS
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
    found = income_facts(state, ["丙", "乙", "甲"], load_cooperation())
    assert found is not None
    assert found.villages["village"].tolist() == ["丙", "乙", "甲"]
    assert found.villages["fen"].tolist() == [0, 49_999_99, 120_000_00]
    assert found.villages["largest"].tolist() == ["—", "店面", "水电"]
    assert found.villages["largest_share"].fillna(-1).tolist() == [-1, 1.0, 0.75]
    assert (found.under, found.over, found.mean_fen) == (2, 1, round(169_999_99 / 3))
    assert found.sources["source"].tolist() == ["水电", "店面"]
    assert found.sources["fen"].sum() == found.villages["fen"].sum()


def test_an_office_without_such_rows_has_no_table(bare_state: State) -> None:
    assert income_facts(bare_state, ["甲"], load_cooperation()) is None


def test_the_marks_are_those_of_the_office(filled: Filled, tmp_path: Path) -> None:
    words = (PARAMS / "cooperation.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("low_yuan, value: 50000", "low_yuan, value: 49999.98"),
        ("high_yuan, value: 100000", "high_yuan, value: 120000"),
    ):
        assert old in words
        words = words.replace(old, new)
    (tmp_path / "cooperation.yaml").write_text(words, encoding="utf-8")
    state = replace(filled(village_income=ROWS), last_month=Month.from_ordinal(APRIL))
    found = income_facts(state, ["丙", "乙", "甲"], load_cooperation(tmp_path))
    assert found is not None
    assert (found.low_fen, found.high_fen) == (49_999_98, 120_000_00)
    assert (found.under, found.over) == (1, 0)  # 乙 has a fen more than its mark; 甲 is at the upper one, not over it
