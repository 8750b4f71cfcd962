"""The plan over several years in words: sentences, chart, tables and sheet, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from povlib.report.horizon.horizon_facts import HorizonFacts
from povlib.report.horizon.horizon_section import (
    horizon_section,
    horizon_sections,
    household_sheet,
    no_horizon_section,
)
from povlib.report.model.paper import FigureBlock, Report, Section, Table
from povlib.report.writers.notebook_page import Page

Made = Callable[..., HorizonFacts]


def _words(*sections: Section, lang: str = "en") -> str:
    page = Page(Report("Plan", lang, sections=sections))
    return " ".join(page[section.key].html for section in sections)


def test_the_section_says_bound_served_goal_and_why_some_wait(made_facts: Made) -> None:
    section = horizon_section(made_facts(), "en")
    said = _words(section)
    for words in (
        "no plan is better by more than 0.75 persons",
        "3 households are served over these years, 2 of them in the first period",
        "50.0 persons of the register are expected to be out (range 35.0–65.0 persons), 22.0 of them",
        "The goal is 60 persons; it is reached with a chance of 25.0%",
        "counts 0.50 of one that holds at the end",
        "Why some are served later: 1 household: money.",
        "The help of 1 household is committed",
        "2 households stay as they were planned and 1 are moved",
    ):
        assert words in said
    # short: one chart, one table
    assert sum(isinstance(block, Table) for block in section.blocks) == 1
    (figure,) = [block for block in section.blocks if isinstance(block, FigureBlock)]
    assert figure.png.startswith(b"\x89PNG")
    assert "50.0 expected, half of the time between 45.0 and 55.0" in figure.alt


def test_without_a_goal_it_says_so(made_facts: Made) -> None:
    said = _words(horizon_section(made_facts(None), "en"))
    assert "No goal is entered" in said
    assert "with a chance" not in said


def test_a_plan_that_breaks_a_rule_is_not_called_proved(made_facts: Made) -> None:
    facts = made_facts()
    broken = HorizonFacts(**{**vars(facts), "proved": False})
    said = _words(horizon_section(broken, "en"))
    assert "must not be used" in said
    assert "no plan is better" not in said


def test_the_page_shows_accounts_and_what_changed_only_where_there_is_a_plan_before(made_facts: Made) -> None:
    said = _words(*horizon_sections(made_facts(), "en"))
    assert "Why the plan comes out otherwise" in said
    assert "−1.25" in said
    assert "+12.5" in said
    assert "1,000.00" in said
    first = _words(*horizon_sections(made_facts(followed=False), "en"))
    assert "Why the plan comes out otherwise" not in first
    assert "Who is moved" not in first


def test_the_sheet_has_every_household_and_adds_up(made_facts: Made) -> None:
    table = household_sheet(made_facts(), "zh")
    assert table.total_cells("zh")[5] == "6,200.50"
    assert len(table.cells("zh")) == 2


def test_in_chinese_no_english_is_left(made_facts: Made) -> None:
    facts = made_facts(followed=False)
    text = re.sub(r"<[^>]+>", "", _words(horizon_section(facts, "zh"), lang="zh").split("</style>")[-1])
    own = {"one", "two", "money"}
    assert set(re.findall(r"[A-Za-z]{2,}", text.split("base64")[0])) <= own


def test_a_run_without_such_a_plan_is_told_how_to_make_it() -> None:
    assert "horizon plan abc" in _words(no_horizon_section("abc", "en"))


def test_a_frame_without_a_column_is_refused(made_facts: Made) -> None:
    from povlib.errors import ReportError

    facts = made_facts()
    with pytest.raises(ReportError, match="no column reason"):
        HorizonFacts(**{**vars(facts), "waiting": facts.waiting.drop(columns="reason")})
