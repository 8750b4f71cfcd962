"""The word incomes: what is printed and written, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from povlib import ledger, places
from povlib.calendar import Month
from povlib.runs.office.office_place import open_book, sample_office

APRIL = Month(2016, 4).ordinal


@pytest.fixture
def earning(loaded: Path) -> Path:
    """The loaded village with a rent of which nothing came and a dividend that is not shared out yet."""
    rows = {
        "village_income": pd.DataFrame({"village": ["联胜"], "month": APRIL, "source": "水电入股分红",
                                        "fen": 36_000_00}),
        "income_contracts": pd.DataFrame(
            {"contract": ["联胜-校舍"], "village": "联胜", "partner": "承租户9", "kind": "building", "source": "校舍",
             "footing": "fixed", "fen": 4_321_00, "due_months": "4", "due_day": 10, "from_month": APRIL,
             "to_month": APRIL + 11}),
    }  # fmt: skip
    with open_book(sample_office()) as book:
        book.append(ledger.BatchInfo(officer="test", role="desk"), rows)
    shutil.copy(places.DATA / "sample" / "params" / "village_income.yaml", loaded / "params")
    return loaded


@pytest.mark.parametrize(("lang", "late"), [("en", "days overdue"), ("zh", "逾期天数")])
def test_income_is_told_in_both_languages(cli: Any, earning: Path, lang: str, late: str) -> None:
    said = cli("incomes", lang=lang)
    assert said.code == 0, said.both
    assert late in said.out
    assert "4,321" in said.out
    assert "联胜-校舍" in said.out
    assert "incomes --page" in said.both
    before = cli("incomes", "--day", "2016-04-10", lang=lang)
    assert late not in before.out
    assert "incomes" in before.both


def test_a_paper_and_a_sheet_are_written(cli: Any, earning: Path) -> None:
    assert cli("incomes", "--page", lang="zh").code == 0
    assert sorted(p.suffix for p in (earning / "papers" / "incomes").iterdir()) == [".html", ".pdf", ".xlsx"]
    said = cli("incomes", "--share", "power_dividend", "--on", "2016-04-30")
    assert said.code == 0, said.both
    assert "load " in said.both
    (sheet,) = (earning / "desk" / "incomes").iterdir()
    assert cli("load", sheet).code == 0
    again = cli("incomes", "--share", "power_dividend")
    assert "Nothing is left" in again.out


@pytest.mark.parametrize(
    "words", [("--day", "April"), ("--known", "x"), ("--share", "nobodys_rule"), ("--on", "2016-04-30")]
)
def test_what_cannot_be_is_refused_in_words(cli: Any, earning: Path, words: tuple[str, ...]) -> None:
    said = cli("incomes", *words)
    assert said.code == 2
    assert said.err.strip()


def test_an_office_without_income_is_told_what_to_load(cli: Any, loaded: Path) -> None:
    with open_book(sample_office()) as book:
        empty = ledger.read_frame(book, "village_income").empty
    said = cli("incomes")
    assert said.code == (2 if empty else 0)
    assert ("load" in said.both) if empty else ("村财合同" in said.both)
