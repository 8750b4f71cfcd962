"""What the paper says of openings: numbers by hand, one table an opening, nothing where nothing may be opened."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.report.villages.facts import OpeningFacts
from povlib.report.villages.openings_section import opening_sentence, openings_section
from povlib.words import languages

ROWS = [
    ("tea", "茶坊", "甲", "茶社", True, "2016-07", "2016-07、2016-10", 11, 0, 9, 38000_00, 0, 4, ["甲-1", "甲-2"]),
    ("noodles", "粉坊", "", "粉厂", True, "2016-09", "2016-09", 4, 2, 3, 30000_00, 5000_00, 2, ["乙-1"]),
    ("parts", "件坊", "丙", "", False, "2016-08", "2016-08", 5, 3, 0, 27000_00, 0, None, []),
]
COLUMNS = ["facility", "name", "village", "enterprise", "opened", "month", "months", "seats", "least", "taken",
           "opening_fen", "grant_fen", "breaks_even", "who"]  # fmt: skip


@pytest.fixture
def facts() -> OpeningFacts:
    return OpeningFacts(pd.DataFrame(ROWS, columns=COLUMNS).astype({"breaks_even": "Int64"}))


@pytest.mark.parametrize("lang", languages())
def test_the_sentence_counts_what_the_plan_opens(facts: OpeningFacts, lang: str) -> None:
    """Two of three, 68,000 yuan, 15 posts and places, 12 taken (by hand); what stays shut costs nothing."""
    numbers = {number.key: number.value for number in opening_sentence(facts, lang).numbers}
    assert numbers == {
        "villages.openings": 3, "villages.opened": 2, "villages.opening_cost": 6_800_000,
        "villages.opened_seats": 15, "villages.opened_taken": 12,
    }  # fmt: skip


@pytest.mark.parametrize("lang", languages())
def test_a_month_is_named_only_of_what_opens(facts: OpeningFacts, lang: str) -> None:
    section = openings_section(facts, lang)
    rows = next(block.frame for block in section.blocks if getattr(block, "key", "") == "openings")
    assert rows["month"].tolist() == ["2016-07", "2016-09", ""]
    assert rows["breaks_even"].isna().tolist() == [False, False, True]
    comers = next(block.frame for block in section.blocks if getattr(block, "key", "") == "opening_takers")
    assert comers["who"].tolist() == ["甲-1, 甲-2" if lang == "en" else "甲-1、甲-2", "乙-1"]


@pytest.mark.parametrize("lang", languages())
def test_nothing_is_said_to_be_so(lang: str) -> None:
    section = openings_section(OpeningFacts(pd.DataFrame()), lang)
    assert len(section.blocks) == 1
    assert section.key == "openings"
