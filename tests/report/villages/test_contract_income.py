"""What is said of contracts of villages: every figure stands there, in each language, and what is missing is said."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from povlib.report.model.paper import Block, Table
from povlib.report.villages.contract_income import (
    ContractIncome,
    account_blocks,
    due_blocks,
    forecast_blocks,
    implied_sentence,
    partner_blocks,
)
from povlib.words import languages

ONE = {"contract": "甲-店", "village": "甲", "partner": "承租户1"}
FACTS = ContractIncome(
    day="2016-04-30",
    contracts=pd.DataFrame([{**ONE, "kind": "k", "footing": "f", "fen": 600, "due_fen": 1200, "received_fen": 700,
                             "overdue_fen": 500, "days_overdue": 142}]),
    overdue=pd.DataFrame([{**ONE, "overdue_fen": 500, "since": "2015-12-10", "days_overdue": 142}]),
    silent=["甲-电 2015-12-20"], due_fen=1_200, received_fen=777_00, deposits_fen=88_00, deposits_lacking_fen=12_00,
    accounts=pd.DataFrame([{"village": "甲", "income_fen": 5, "households_fen": 1, "works_fen": 1, "running_fen": 1,
                            "other_fen": 0, "left_fen": 2}]),
    differences=pd.DataFrame(columns=["village", "month", "source", "book_fen", "received_fen", "difference_fen"]),
    partners=pd.DataFrame([{"partner": "承租户1", "villages": 1, "contracts": 1, "fen": 777_00, "share": 1.0,
                            "most_village": "甲", "most": 1.0}]),
    index=1.0, concentration_share=0.5,
    related=pd.DataFrame([{**ONE, "flag": "r", "relation": "弟弟"}]),
    forecast=pd.DataFrame([{"village": "甲", "fixed_fen": 9, "risky_fen": 4, "fen": 13, "low_fen": 9,
                            "high_fen": pd.NA}]),
    default_share=None, range_share=0.9, below=["甲"],
    shared=pd.DataFrame([{"village": "甲", "rule": "平均", "plan": "2016", "households": 1, "fen": 1}]),
    stated_mean_fen=50_000_00, stated_above=2, stated_mark_fen=100_000_00, implied_fen=40_000_00,
    others_mean_fen=37_500_00,
)  # fmt: skip


def keys(blocks: tuple[Block, ...]) -> list[str]:
    return [block.key for block in blocks if isinstance(block, Table)]


@pytest.mark.parametrize("lang", languages())
def test_figures_stand_in_the_sentences(lang: str) -> None:
    said = str(due_blocks(FACTS, lang)) + str(partner_blocks(FACTS, lang)) + str(forecast_blocks(FACTS, lang))
    for figure in (1_200, 777_00, 500, 88_00, 12_00, 50_000_00, 100_000_00, 40_000_00, 37_500_00):
        assert str(figure) in said, figure
    assert "甲-电 2015-12-20" in said


def test_tables_by_part_and_the_list_of_contracts_on_demand() -> None:
    assert keys(due_blocks(FACTS, "en")) == ["income_overdue"]
    assert keys(due_blocks(FACTS, "en", listed=True)) == ["income_overdue", "income_contracts"]
    assert keys(account_blocks(FACTS, "en")) == ["income_accounts", "income_shared"]
    assert keys(partner_blocks(FACTS, "en")) == ["income_partners", "income_related"]
    assert keys(forecast_blocks(FACTS, "en")) == ["income_forecast"]


def test_books_that_differ_get_their_table_and_no_praise() -> None:
    rows = [{"village": "甲", "month": 24195, "source": "店面", "book_fen": 2, "received_fen": 1, "difference_fen": 1}]
    blocks = account_blocks(replace(FACTS, differences=pd.DataFrame(rows)), "en")
    assert "income_differences" in keys(blocks)
    assert "agree to the fen" not in str(blocks)
    assert "agree to the fen" in str(account_blocks(FACTS, "en"))


def test_a_known_share_of_defaults_and_no_document_are_not_spoken_of() -> None:
    assert "nothing is taken off" in str(forecast_blocks(FACTS, "en"))
    told = str(forecast_blocks(replace(FACTS, default_share=0.1, implied_fen=None), "en"))
    assert "nothing is taken off" not in told
    assert implied_sentence(replace(FACTS, implied_fen=None), "en") is None
    assert FACTS.overdue_fen == 500
