"""The register itself, in words: made-up shares of which every number is known."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from povlib.report import fonts
from povlib.report.model.paper import Report
from povlib.report.pages.register_section import RegisterFacts, register_sections
from povlib.report.writers.notebook_page import Page
from povlib.report.writers.payload import payload, shown_texts
from povlib.vocabulary import GUARANTEES

QUALITY = ("recorded", "not_known", "worst_low", "worst_high", "inspected", "false_poor", "false_not_poor", "corrected")


def facts(**changes: Any) -> RegisterFacts:
    quality = pd.DataFrame({"measure": QUALITY, "estimate": [0.8, 0.1, 0.7, 0.85, 0.2, 0.05, float("nan"), 0.75]})
    quality["convention"] = ["census"] * 5 + ["inspected"] * 3
    quality = quality.assign(ci_low=quality["estimate"] - 0.02, ci_high=quality["estimate"] + 0.02, n=9, clusters=3)
    given: dict[str, Any] = {
        "together": pd.DataFrame({"key": ["income", *GUARANTEES], "lacking": 0.5, "lacking_and_poor": 0.4,
                                  "contribution": [0.9, 0.1, *(0.0,) * 5]}),
        "villages": pd.DataFrame({"domain": ["甲", "乙", "all"], "households": [3, 4, 7], "H": [0.4, 0.6, 0.5],
                                  "A": 0.6, "M0": [0.24, 0.36, 0.3]}),
        "curve": pd.DataFrame({"population": [0.5, 1.0], "income_share": [0.3, 1.0]}),
        "gini": 0.2,
        "between": 0.25,
        "parts": pd.DataFrame({"domain": ["甲", "乙"], "population_share": [0.4, 0.6], "value": [0.1, 0.2],
                               "contribution": [0.25, 0.75]}),
        "quality": quality,
    }  # fmt: skip
    return RegisterFacts(**{**given, **changes})


def page(lang: str = "en", **changes: Any) -> Page:
    return Page(Report("register", lang, sections=register_sections(facts(**changes), lang)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_parts_stand_with_every_glyph(lang: str) -> None:
    made = page(lang)
    assert made.keys == ("together", "unequal", "quality")
    fonts.refuse_missing_characters(shown_texts(payload(made.report)), where="register")


def test_each_part_says_its_numbers() -> None:
    made = page()
    assert "50.0% of the registered persons" in made["together"].words
    assert "index of 0.300" in made["together"].words
    assert "lies in 乙: 75.0%" in made["unequal"].words
    assert "met 9 households of it in 3 villages" in made["quality"].words
    assert "75.0% of all registered persons are (73.0%–77.0%)" in made["quality"].words


def test_where_nobody_is_below_the_line_no_village_is_named() -> None:
    none = facts().parts.assign(contribution=float("nan"))
    assert "squared gap, which" not in page(parts=none)["unequal"].words


def test_a_part_that_cannot_be_had_says_why() -> None:
    made = page(together="no months", curve="no income", quality="no survey")
    assert made["together"].words.endswith("no months")
    assert made["unequal"].words.endswith("no income")
    assert made["quality"].words.endswith("no survey")
