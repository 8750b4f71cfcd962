"""What is said of the villages' own income."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.report.villages.facts import IncomeFacts
from povlib.report.villages.income_section import income_section
from povlib.words import languages

FACTS = IncomeFacts(
    villages=pd.DataFrame({"village": ["甲"], "fen": [120_000_00], "sources": [2], "largest": ["水电"],
                           "largest_share": [0.75]}),
    sources=pd.DataFrame({"source": ["水电"], "villages": [1], "fen": [90_000_00]}),
    mean_fen=53_000_00, low_fen=50_000_00, high_fen=100_000_00, under=7, over=2,
)  # fmt: skip


@pytest.mark.parametrize("lang", languages())
def test_marks_and_mean_are_said(lang: str) -> None:
    section = income_section(FACTS, lang)
    said = str(section.blocks[0])
    assert [block.key for block in section.blocks[1:]] == ["village_incomes", "income_sources"]  # type: ignore[union-attr]
    for figure in (53_000_00, 50_000_00, 100_000_00, 7, 2):
        assert str(figure) in said
