"""The report on funds: the rate by hand, and what stands there while nothing is recorded."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from povlib.report.kinds.fund_report import FundUse, fund_report
from povlib.report.writers.html import render_html


def _facts(**changes: Any) -> FundUse:
    funds = pd.DataFrame(
        {
            "name": ["special", "housing"],
            "budget_fen": [32_000_000, 16_000_000],
            "owed_fen": [1_050_000, 0],
            "planned_fen": [30_000_000, 16_000_000],
            "granted_fen": [30_000_000, 10_000_000],
            "committed_fen": [5_000_000, 0],
            "paid_fen": [10_000_000, 0],
            "rate": [1 / 3, 0.0],
        }
    ).astype({"granted_fen": "Int64", "committed_fen": "Int64", "paid_fen": "Int64"})
    rows = pd.DataFrame({"name": ["a"], "planned_fen": [46_000_000], "committed_fen": [5_000_000], "paid_fen": [1]})
    values: dict[str, Any] = {"year": 2016, "year_share": 1 / 3, "funds": funds, "measures": rows, "villages": rows,
                              "moved": True}  # fmt: skip
    return FundUse(**(values | changes))


def _page(facts: FundUse) -> tuple[str, dict[str, Any]]:
    paper = fund_report(facts, "en", synthetic=False, issuer="o", date_line="2016-05", manifest={}, draft=True,
                        lapsed=False)  # fmt: skip
    return render_html(paper), {number.key: number.value for number in paper.numbers}


def test_the_rate_of_all_funds_is_paid_of_granted() -> None:
    page, numbers = _page(_facts())
    assert numbers["funds.rate"] == pytest.approx(0.25)  # 100,000 of 400,000 yuan
    assert numbers["fund_use.total.rate"] == numbers["funds.rate"]
    assert "25.0% of what was granted is paid" in page
    assert "33.3% of the year over" in page


def test_a_fund_that_got_more_than_planned_for_is_named() -> None:
    funds = _facts().funds.assign(budget_fen=[20_000_000, 16_000_000])
    page, _ = _page(_facts(funds=funds))
    assert "More was granted than the plan counts on: special." in page


def test_without_a_movement_nothing_is_called_zero() -> None:
    columns = ["granted_fen", "committed_fen", "paid_fen"]
    funds = _facts().funds.assign(**dict.fromkeys(columns, pd.NA)).astype(dict.fromkeys(columns, "Int64"))
    page, numbers = _page(_facts(funds=funds, moved=False))
    assert "fund appropriate" in page
    assert "is not known" in page
    assert numbers["fund_use[special].paid_fen"] is pd.NA
    assert "fund_use.total.paid_fen" not in numbers
