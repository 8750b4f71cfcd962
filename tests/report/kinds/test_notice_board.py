"""The notice for the wall: what it shows of the meeting's figures, and what it must not show."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pandas as pd
import pypdf
import pytest

from povlib.report.kinds.notice_board import BoardTerms, notice_board
from povlib.report.model.paper import Report
from povlib.report.writers.html import render_html
from povlib.report.writers.typesetting import write_pdf

TERMS = BoardTerms(7, 10, "")


def _cells(paper: Report, key: str) -> list[list[str]]:
    return next(table for table in paper.tables() if table.key == key).cells("en")


def test_no_household_and_no_count_that_points_at_one(made_up: ModuleType) -> None:
    measures = pd.DataFrame({"name": ["a", "b"], "households": [46, 3], "money_fen": [1, 2]})
    facts = made_up.facts(measures=measures)
    paper = notice_board(facts, TERMS, "en")
    assert _cells(paper, "board_measures") == [["a", "46"], ["b", "fewer than 5"]]
    # 4 alone would be what is left of 154 less 150: with it goes the smallest of the others
    assert [row[1] for row in _cells(paper, "board_unserved")] == ["70", "—", "58", "—"]
    page = render_html(paper)
    assert [hh for hh in facts.annex["hh"] if str(hh) in page] == []


def test_prices_are_those_of_the_meeting_paper_without_special_rules(made_up: ModuleType) -> None:
    prices = pd.DataFrame(
        {
            "name": ["money", "job", "kept", "idle"],
            "kind": ["fund", "post", "share", "post"],
            "per": ["10,000 yuan", "one post", "one unit", "one post"],
            "price_points": [515.605, 1561.9, -3.0, 0.0],
            "capacity": [1, 2, 3, 4],
            "unit": "yuan",
            "used_share": 1.0,
        }
    )
    paper = notice_board(made_up.facts(prices=prices), TERMS, "en")
    assert _cells(paper, "board_prices") == [["money", "10,000 yuan", "515.6"], ["job", "one post", "1,562"]]
    assert "2 prices of special rules" in render_html(paper)


@pytest.mark.parametrize(("terms", "said"), [
    (TERMS, "answered within 10 days"), (BoardTerms(7, None, "township office, 3rd floor"), "3rd floor"),
])  # fmt: skip
def test_the_wall_says_how_to_object(made_up: ModuleType, terms: BoardTerms, said: str) -> None:
    page = render_html(notice_board(made_up.facts(), terms, "en"))
    assert said in page
    assert ("answered within" in page) == (terms.answer_days is not None)


def test_the_page_is_of_a_size_for_a_wall_and_its_type_is_large(made_up: ModuleType, tmp_path: Path) -> None:
    paper = notice_board(made_up.facts(), TERMS, "zh")
    first = pypdf.PdfReader(write_pdf(paper, tmp_path / "board.pdf")).pages[0]
    assert [round(float(side) / 72 * 25.4) for side in first.mediabox[2:]] == [297, 420]
    assert re.search(r'<body class="[^"]*\blarge\b', render_html(paper))
