"""A household's history as it is read: in order, in words, in yuan; nothing removed, nothing personal."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib import ledger
from povlib.calendar import Month
from povlib.report.pages.history_page import HistoryFacts, history_lines, history_paper

MARCH, APRIL = Month(2016, 3), Month(2016, 4)


@pytest.fixture
def rows(tmp_path) -> pd.DataFrame:  # type: ignore[no-untyped-def]
    """A household: opened in April's file with March's month, then corrected."""
    with ledger.open(tmp_path / "l.sqlite", create=True, seed=1) as book:
        info = ledger.BatchInfo(officer="Li", source_name="a.xlsx", month=APRIL)
        frames = {
            "households": pd.DataFrame({"hh": ["1"], "village": ["甲"], "status": ["未脱贫"], "cause": ["因病"]}),
            "members": pd.DataFrame({"person": ["1-1"], "hh": ["1"], "sex": ["女"]}),
            "observations": pd.DataFrame({"hh": ["1", "1"], "month": [MARCH.ordinal, APRIL.ordinal],
                                          "wage_fen": [40700, 123450], "water": [0, 1]}),
            "transfers": pd.DataFrame({"hh": ["1"], "month": [MARCH.ordinal], "kind": ["pension"], "fen": [10000]}),
        }  # fmt: skip
        book.append(info, frames)
        fix = pd.DataFrame({"hh": ["1"], "month": [MARCH.ordinal], "wage_fen": [50700]})
        ledger.correct(book, "observations", fix, ledger.BatchInfo(officer="Wang", reason="slip"))
        key = pd.DataFrame({"hh": ["1"], "month": [MARCH.ordinal], "kind": ["pension"]})
        ledger.retract(book, "transfers", key, ledger.BatchInfo(officer="Wang", reason="not hers"))
        return ledger.history(book, "1")


def test_lines_stand_in_the_order_of_what_happened(rows: pd.DataFrame) -> None:
    lines = history_lines(rows, {"pension": "pension"}, "en")
    months = [line for line in lines["month"] if line]
    assert months == sorted(months)
    march = lines[lines["month"] == "2016-03"]
    assert march["batch"].tolist() == sorted(march["batch"])
    assert march["what"].iloc[0] == "wages: 407 yuan; safe water: no"


def test_what_was_before_and_what_was_taken_back_is_said(rows: pd.DataFrame) -> None:
    lines = history_lines(rows, {"pension": "Pension"}, "en")
    (wage,) = lines.loc[lines["reason"] == "slip", "what"]
    assert wage == "wages: 407 yuan → 507 yuan"
    (gone,) = lines.loc[lines["reason"] == "not hers", "what"]
    assert gone == "transfer received: 100 yuan → taken back"
    assert set(lines.loc[lines["reason"] == "not hers", "of"]) == {"Pension"}


def test_every_recorded_value_stands_on_a_line(rows: pd.DataFrame) -> None:
    lines = history_lines(rows, {}, "zh")
    assert sum(len(what.split("；")) for what in lines["what"]) == len(rows)
    assert "工资性收入：1,234.50元" in " ".join(lines["what"])
    assert "2016年3月" in set(lines["month"])


def test_a_paper_is_made_of_it_in_both_languages(rows: pd.DataFrame) -> None:
    for lang, word in (("zh", "脱贫履历"), ("en", "exit history")):
        paper = history_paper(HistoryFacts("1", rows, {}, None, "3:abc", True), lang)
        assert word in paper.title
        assert paper.synthetic
        (section,) = paper.sections
        assert section.key == "entries"


def test_an_empty_history_is_an_empty_table() -> None:
    assert history_lines(pd.DataFrame(columns=["when"]), {}).empty
