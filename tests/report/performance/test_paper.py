"""The paper on performance: figures with their parts, not recorded where nothing is, a sheet of rows for each."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.report.performance.facts import IndicatorRow, PerformanceFacts
from povlib.report.performance.paper import performance_paper, row_tables, rows_as_read, written_value
from povlib.report.writers.html import render_html
from povlib.runs.voice.household_voice import standing_of_words, voice_counts

COLUMNS = ["id", "kind", "day", "outcome", "due_day", "answered_day"]
NO_WORDS = standing_of_words(
    pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(("day", "due_day", "answered_day"), "Int64")),
    pd.Timestamp(2016, 12, 31).date(),
)
FINDINGS = pd.DataFrame({"round": ["1"], "hh": ["S01-0001"], "village": ["甲"], "day": [20160512],
                         "finding": ["not_done"], "note": ["inner"]})  # fmt: skip


def _row(key: str, **more: object) -> IndicatorRow:
    blank = {"key": key, "group": "execution", "name": key, "kind": "share", "value": None, "part": None,
             "whole": None, "money": False, "full_points": None, "points": None, "status": "official",
             "rows": pd.DataFrame(), "command": "fund balances"}  # fmt: skip
    return IndicatorRow(**{**blank, **more})  # type: ignore[arg-type]


def _facts(total: float | None = None) -> PerformanceFacts:
    rows = (
        _row("execution", value=0.5, part=200_00, whole=400_00, money=True),
        _row("days_posted", kind="days", value=7.0),
        _row("not_as_listed", kind="count", group="violations", value=1.0, part=1, whole=3, rows=FINDINGS),
        _row("consent"),
    )
    return PerformanceFacts(2016, rows, total, "B" if total else "", (("A", 90.0),), voice_counts(NO_WORDS), "1:ab")


def _paper(facts: PerformanceFacts, lang: str):
    return performance_paper(facts, issuer="office", date_line="2016", manifest={}, draft=False, lapsed=False,
                             synthetic=True, lang=lang)  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_figures_stand_with_what_they_are_made_of(lang: str) -> None:
    paper = _paper(_facts(), lang)
    numbers = {number.key: number.value for number in paper.numbers}
    assert (numbers["performance.known"], numbers["performance.all"], numbers["performance.scored"]) == (3, 4, 0)
    table = next(block for block in paper.sections[0].blocks if getattr(block, "key", "") == "indicators")
    assert table.frame["value"].tolist() == {
        "en": ["50.0%", "7 days", "1", "not recorded"], "zh": ["50.0%", "7天", "1", "尚无记录"]
    }[lang]  # fmt: skip
    assert "200" in table.frame["made_of"].iloc[0]
    assert "performance.yaml" in render_html(paper)


def test_a_total_is_printed_with_its_grade() -> None:
    assert "Total: 85.5 points of 100, grade B" in render_html(_paper(_facts(85.5), "en"))


def test_each_indicator_with_rows_has_a_sheet_of_them_in_words() -> None:
    (sheet,) = row_tables(_facts(), "zh")
    assert sheet.key == "rows_not_as_listed"
    told = rows_as_read(_facts().indicators[2], "en")
    assert told["day"].tolist() == ["2016-05-12"]
    assert "not_done" not in told.to_string()
    assert "inner" not in told.to_string()  # words of inspectors are no part of it


def test_a_value_is_never_a_bare_dash() -> None:
    assert written_value(_row("x"), "en") == "not recorded"
