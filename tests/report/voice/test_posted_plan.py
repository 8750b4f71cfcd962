"""The list of a plan as it hangs: who, what, how much, until when, and how to object."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.errors import ReportError
from povlib.report.voice.posted_plan import PostingTerms, posted_plan_paper
from povlib.report.writers.html import render_html

ROWS = pd.DataFrame({
    "village": ["甲", "甲", "乙"], "hh": ["S01-0001", "S01-0002", "S02-0001"], "name": ["样甲", "样乙", "样丙"],
    "members": [2, 3, 4], "help": ["训练", "补助", "岗位"], "money_fen": [80_000, 150_000, 0],
})  # fmt: skip


def _paper(rows: pd.DataFrame, answer_days: int | None = 10):
    terms = PostingTerms(date(2016, 5, 1), date(2016, 5, 7), 7, answer_days)
    return posted_plan_paper(rows, Month(2016, 5), "office", terms, "en", synthetic=True, head="1:ab")


def test_villages_stand_apart_with_names_and_money_and_no_key() -> None:
    paper = _paper(ROWS)
    numbers = {number.key: number.value for number in paper.numbers}
    assert (numbers["posting.1"], numbers["posting.2"], numbers["posting.days"]) == (2, 1, 7)
    assert numbers["posting_1.total.money_fen"] == 230_000
    page = render_html(paper)
    assert "2016-05-01 to 2016-05-07" in page
    assert "answered within 10 days" in page
    assert "样甲" in page
    assert "S01-0001" not in page


def test_an_office_that_shows_no_names_posts_keys_and_one_without_a_deadline_prints_none() -> None:
    page = render_html(_paper(ROWS.assign(name=""), None))
    assert "S01-0001" in page
    assert "answered within" not in page


def test_a_list_with_a_head_that_nobody_can_name_is_not_posted() -> None:
    with pytest.raises(ReportError, match="S01-0002"):
        _paper(ROWS.assign(name=["样甲", None, "样丙"]))
