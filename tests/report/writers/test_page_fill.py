"""No page of a paper is left half empty, and the meeting's own part is short; measured on what is drawn."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from povlib.report import Report, annex_paper, meeting_paper
from povlib.report.meeting import brief_paper
from povlib.report.model.numbers import say
from povlib.report.model.paper import PageBreak, Paragraph, Section
from povlib.report.model.table import Column, Table
from povlib.report.writers.typesetting import write_pdf

pytestmark = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="poppler (pdftoppm) is not installed")
MOST_PAGES = 8


@pytest.fixture(scope="module")
def page_fill() -> ModuleType:
    path = Path(__file__).parents[3] / "tools" / "page_fill.py"
    spec = importlib.util.spec_from_file_location("page_fill", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_is_under_half_full_and_the_paper_is_short(
    made_up: ModuleType, page_fill: ModuleType, tmp_path: Path, lang: str
) -> None:
    facts = made_up.facts(figures=made_up.charts(lang))
    for make in (meeting_paper, brief_paper, annex_paper):
        path = write_pdf(make(facts, lang), tmp_path / f"{make.__name__}.pdf")
        assert page_fill.pages_under_half(path) == [], make.__name__
    assert page_fill.first_annex_page(tmp_path / "meeting_paper.pdf") <= MOST_PAGES


def test_a_page_that_is_nearly_empty_is_named(page_fill: ModuleType, tmp_path: Path) -> None:
    line = Paragraph(say("Every household receives new help.", "en"))
    half = Report("Plan", "en", sections=(Section("a", "Where", (line, PageBreak(), line)),), synthetic=True)
    path = write_pdf(half, tmp_path / "half.pdf")
    assert page_fill.pages_under_half(path) == [1]
    assert page_fill.first_annex_page(path) is None
    annex = Section("b", "Annex", (line,), annex=True)
    ended = Report("Plan", "en", sections=(Section("a", "Where", (line,)), annex), synthetic=True)
    path = write_pdf(ended, tmp_path / "ended.pdf")
    assert page_fill.first_annex_page(path) == 0  # a body of one line: the annex follows on its page
    assert page_fill.pages_under_half(path) == []
    long = Section("a", "Where", (line,) * 20)
    path = write_pdf(Report("Plan", "en", sections=(long, annex), synthetic=True), tmp_path / "long.pdf")
    assert page_fill.first_annex_page(path) == 1  # a body beyond the middle: annexes can be taken off
    assert page_fill.pages_under_half(path) == []


def test_fill_is_measured_from_the_top_margin_to_the_lowest_line(page_fill: ModuleType, tmp_path: Path) -> None:
    def fill(rows: int) -> float:
        frame = pd.DataFrame({"n": range(rows)})
        table = Table("t", "Rows", (Column("n", "n", "count"),), frame, small=True)
        path = write_pdf(Report("Plan", "en", sections=(Section("a", "Where", (table,)),)), tmp_path / f"{rows}.pdf")
        return page_fill.page_fills(path)[0]

    # one row of small type takes 8.5 pt and twice 3.6 pt of room: ten rows a quarter of the 638 pt between the margins
    assert fill(20) - fill(10) == pytest.approx(10 * (8.5 + 7.2) / 637.8, abs=0.03)
