"""The second opinion in words: made-up counts of which every number is known."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.report import fonts
from povlib.report.model.paper import Report
from povlib.report.pages.second_opinion_section import OpinionFacts, second_opinion_section
from povlib.report.writers.notebook_page import Page
from povlib.report.writers.payload import payload, shown_texts
from povlib.runs.facts.exits import opinions_by_village


def houses() -> pd.DataFrame:
    return pd.DataFrame(
        {"hh": list("ABC"), "village": ["甲", "甲", "乙"], "members": [1.0, 3.0, 2.0],
         "projected": [100_000.0, 200_000.0, 300_000.0], "projected_low": 90_000.0, "projected_high": 310_000.0,
         "modelled": [80_000.0, 200_000.0, 100_000.0], "modelled_low": 60_000.0,
         "modelled_high": [95_000.0, 250_000.0, 120_000.0]}
    )  # fmt: skip


def facts() -> OpinionFacts:
    whole = opinions_by_village(houses().assign(village="all")).to_dict("records")[0]
    return OpinionFacts(opinions_by_village(houses()), {str(key): value for key, value in whole.items()})


def test_counts_are_those_of_the_ranges() -> None:
    table = opinions_by_village(houses()).set_index("village")
    assert table.loc["甲"].to_dict() == {"households": 2, "projected": 175_000, "modelled": 170_000,
                                         "outside_model": 1, "outside_projection": 1, "outside_both": 1}  # fmt: skip
    assert table.loc["乙", ["outside_model", "outside_projection"]].tolist() == [1, 0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_part_stands_with_every_glyph(lang: str) -> None:
    page = Page(Report("opinion", lang, sections=(second_opinion_section(facts(), "2016", lang),)))
    fonts.refuse_missing_characters(shown_texts(payload(page.report)), where="opinion")
    assert "2,167" in page["opinion"].words  # (1 x 1000 + 3 x 2000 + 2 x 3000) / 6 yuan


def test_what_cannot_be_compared_says_why() -> None:
    page = Page(Report("opinion", "en", sections=(second_opinion_section("too far", "2016", "en"),)))
    assert page["opinion"].words.endswith("too far")
