"""The summary of a month: every event has its line, what is not recorded is a dash, and what waits is told once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.report.kinds.month_report import MonthReport, month_report
from povlib.report.model.paper import Report
from povlib.report.sharing.facts import DigestFacts
from povlib.report.writers.html import render_html

EVENTS = ("entered", "marked", "posted", "exited", "returned", "helped", "placed", "left", "works_begun", "works_done",
          "inspected", "asked", "answered")  # fmt: skip
MONEY = ("granted", "committed", "paid", "relief", "deliveries", "income")
VILLAGES = pd.DataFrame(
    {"village": ["甲"], "households": [30], "reported": [29], "helped": [1], "works_begun": [0], "works_done": [2],
     "placed": [3], "left": [0], "delivered_fen": [5_000], "income_fen": [2_500_00], "income_low_fen": [2_000_00],
     "income_high_fen": [2_900_00], "known": [25]}
)  # fmt: skip
NOTHING_DUE = dict.fromkeys(
    ("wishes", "objections", "promises", "committed_fen", "works", "works_late", "credits", "rents"), 0
)


def _rows(keys: tuple[str, ...], unknown: tuple[str, ...] = ()) -> pd.DataFrame:
    rows = [[key, *((pd.NA,) * 3 if key in unknown else (at + 1, at, 10 * at))] for at, key in enumerate(keys)]
    return pd.DataFrame(rows, columns=["key", "now", "before", "year"]).astype(
        dict.fromkeys(["now", "before", "year"], "Int64")
    )


def _facts(**changes: Any) -> MonthReport:
    starts = pd.DataFrame({"month": [24197], "households": [4], "persons": [9], "money_fen": [120_000], "posts": [1]})
    values: dict[str, Any] = {
        "month": Month(2016, 4), "counts": _rows(EVENTS, ("posted", "exited")), "money": _rows(MONEY, MONEY[:3]),
        "reported": 29, "households": 30, "starts": starts, "due": NOTHING_DUE, "moved": False, "stepped": False,
    }  # fmt: skip
    return MonthReport(**(values | changes))


def _paper(facts: MonthReport, lang: str = "en") -> Report:
    villages = DigestFacts(Month(2016, 4), VILLAGES, pd.DataFrame(), [], synthetic=False)
    return month_report(facts, villages, lang, synthetic=False, issuer="o", date_line="2016-04", manifest={},
                        draft=True, lapsed=False)  # fmt: skip


def test_every_event_has_a_line_and_what_is_not_recorded_is_a_dash() -> None:
    paper = _paper(_facts())
    (counts,) = [table for table in paper.tables() if table.key == "month_counts"]
    cells = {str(key): row for key, row in zip(counts.frame["key"], counts.cells("en"), strict=True)}
    assert list(cells) == list(EVENTS)
    assert cells["exited"][1:] == ["—", "—", "—"]
    assert cells["helped"][1:] == ["6", "5", "50"]
    page = render_html(paper)
    assert "no step of the exit procedure is recorded yet" in page
    assert "fund appropriate" in page


def test_once_recorded_nothing_is_said_of_dashes() -> None:
    page = render_html(_paper(_facts(moved=True, stepped=True, counts=_rows(EVENTS), money=_rows(MONEY))))
    assert "A dash" not in page


@pytest.mark.parametrize(("key", "said"), [
    ("wishes", "3 households wait for an answer"), ("objections", "3 objections or appeals are open"),
    ("promises", "3 promises of earlier plans fall due by the end of 2016-05"),
    ("works", "3 works on houses should be finished by the end of 2016-05"), ("rents", "3 contracts of villages pay"),
    ("credits", "3 credits of building material"),
])  # fmt: skip
def test_what_waits_is_told_where_there_is_any(key: str, said: str) -> None:
    assert said in render_html(_paper(_facts(due=NOTHING_DUE | {key: 3})))
    assert said.removeprefix("3 ") not in render_html(_paper(_facts()))


def test_a_month_with_nothing_left_to_do_says_so() -> None:
    facts = replace(_facts(), reported=30, starts=_facts().starts.iloc[:0])
    assert "Nothing else waits or falls due." in render_html(_paper(facts))
    assert "1 households have no record" in render_html(_paper(_facts()))
