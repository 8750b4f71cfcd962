"""Parts of a paper in a notebook: the mark in full once, in a word under every other part."""

from __future__ import annotations

from povlib.report import Paragraph, Prose, Report, Section
from povlib.report.writers.notebook_page import Page


def _page(*, synthetic: bool) -> Page:
    sections = tuple(Section(key, key.upper(), (Paragraph(Prose("All is well.")),)) for key in "abc")
    return Page(Report("T", "en", sections=sections, synthetic=synthetic))


def test_the_red_line_stands_once_and_no_part_is_without_a_mark() -> None:
    page = _page(synthetic=True)
    assert "SYNTHETIC DATA, not a real township" in page["a"].html
    for key in "bc":
        assert "not a real township" not in page[key].html
        assert '<p class="foot">SYNTHETIC</p>' in page[key].html


def test_a_real_office_has_no_mark() -> None:
    page = _page(synthetic=False)
    assert not any("SYNTHETIC" in page[key].html for key in "abc")
