"""Chance and the poverty line, in words: made-up comparisons of which every number is known."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.report import fonts
from povlib.report.model.paper import Report
from povlib.report.pages.doubt_section import DoubtFacts, LineFacts, doubt_sections
from povlib.report.writers.notebook_page import Page
from povlib.report.writers.payload import payload, shown_texts

CHANCE = pd.DataFrame(
    {"measure": ["post", "loan"], "source": ["wage", "business"], "basis": ["post_wage", "share_of_source"],
     "estimate": [0.8, -0.1], "treated": [50, 8], "p": [0.01, 0.4], "draws": 99}
)  # fmt: skip
NO_FINDING = pd.DataFrame({"check": [], "refuses": [], "message": [], "values": []})


def line(*, usable: bool = True, agrees: bool = True, low: float = 100.0) -> LineFacts:
    table = pd.DataFrame({"bandwidth": [50_000.0, 100_000.0], "estimate": 30_000.0, "ci_low": low, "ci_high": 60_000.0,
                          "robust": 20_000.0, "robust_low": low, "robust_high": float("nan"), "below": 30,
                          "above": 25})  # fmt: skip
    refusal = pd.DataFrame({"check": ["first_stage"], "refuses": [True], "values": ['{"step": "2%"}'],
                            "message": ["help jumps by only {step} at the limit"]})  # fmt: skip
    return LineFacts(table, NO_FINDING if usable else refusal, usable, agrees, Month(2015, 4), 296_800, 193)


def page(facts: DoubtFacts, lang: str = "en") -> Page:
    names = {"post": "岗位", "loan": "小额信贷"}
    return Page(Report("doubt", lang, sections=doubt_sections(facts, names, lang)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_parts_stand_with_every_glyph(lang: str) -> None:
    made = page(DoubtFacts(CHANCE, line()), lang)
    assert made.keys == ("chance", "line")
    fonts.refuse_missing_characters(shown_texts(payload(made.report)), where="doubt")


def test_chance_counts_the_effects_beyond_it() -> None:
    made = page(DoubtFacts(CHANCE, "no line"))
    assert "99 draws" in made["chance"].words
    assert "Of 2 effects, chance alone gives 1" in made["chance"].words
    assert made["line"].words.endswith("no line")
    assert "nothing is drawn anew" in page(DoubtFacts(CHANCE[:0], "no line"))["chance"].words


def test_the_line_speaks_or_is_refused() -> None:
    said = page(DoubtFacts(CHANCE, line()))["line"].words
    assert "2,968 yuan the limit" in said
    assert "no range holds none" in said
    assert "not all ranges" in page(DoubtFacts(CHANCE, line(low=-5.0)))["line"].words
    assert "do not agree" in page(DoubtFacts(CHANCE, line(agrees=False)))["line"].words
    refused = page(DoubtFacts(CHANCE, line(usable=False)))
    assert "help jumps by only 2%" in refused["line"].words
    assert not [table for table in refused.report.tables() if table.key == "line"]
