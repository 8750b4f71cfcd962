"""The paper on village income has its parts where contracts are known, and the totals where they are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from povlib.report.villages.income_paper import income_paper
from povlib.report.villages.income_section import income_section
from povlib.words import languages
from tests.report.villages.test_contract_income import FACTS as BEHIND
from tests.report.villages.test_income_section import FACTS


@pytest.mark.parametrize("lang", languages())
def test_parts_of_the_paper(lang: str) -> None:
    paper = income_paper(replace(FACTS, contracts=BEHIND), lang, synthetic=True)
    assert [section.key for section in paper.sections] == ["totals", "due", "accounts", "partners", "ahead"]
    assert paper.synthetic
    assert [section.key for section in income_paper(FACTS, lang).sections] == ["totals"]


def test_the_section_of_the_paper_on_villages_holds_the_same_parts_without_the_list() -> None:
    section = income_section(replace(FACTS, contracts=BEHIND), "en")
    tables = [block.key for block in section.blocks if hasattr(block, "key")]
    assert "income_overdue" in tables
    assert "income_forecast" in tables
    assert "income_contracts" not in tables
