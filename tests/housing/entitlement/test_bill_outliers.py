"""Lines out of line: the rule written out by hand, and what the practice township planted."""

from __future__ import annotations

import math
from statistics import median
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.housing.entitlement.bill_outliers import bill_outliers, outlier_rule
from povlib.sample.housing.house_bills import planted_bills
from povlib.sample.township import Township
from povlib.support.example_township import example_township


def bills(prices: list[int], quantities: list[float]) -> SimpleNamespace:
    keys = [f"P{i:03d}" for i in range(len(prices))]
    projects = pd.DataFrame({"project": keys, "hh": keys, "kind": "修缮", "grade": "C", "status": "未开工"})
    items = pd.DataFrame(
        {"project": keys, "stage": "estimate", "item": "屋面翻修", "qty": quantities, "unit": "平方米",
         "unit_fen": pd.array(prices, dtype="Int64"), "remark": None}
    )  # fmt: skip
    return example_township(
        projects=projects.assign(cost_fen=pd.array([None] * len(keys), dtype="Int64")), bill_items=items
    )


def named_by_hand(values: list[float], least: float) -> set[int]:
    """The rule of the docstring, with the standard library alone."""
    logs = [math.log(value) for value in values]
    middle = median(logs)
    scale = max(1.4826 * median(abs(x - middle) for x in logs), least)
    return {i for i, x in enumerate(logs) if abs(x - middle) / scale > 3.5} if len(values) >= 8 else set()


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(st.integers(1, 10**6), st.floats(0.1, 1e4, allow_nan=False)), min_size=1, max_size=30))
def test_the_rule_by_hand(rows: list[tuple[int, float]]) -> None:
    prices, quantities = [row[0] for row in rows], [row[1] for row in rows]
    found = bill_outliers(bills(prices, quantities))
    for what, values, least in (("price", [*map(float, prices)], 0.08), ("quantity", quantities, 0.30)):
        mine = found.loc[found["what"] == what, "project"]
        assert {int(key[1:]) for key in mine} == named_by_hand(values, least)


def test_what_was_planted_is_found_and_nothing_else(practice: SimpleNamespace, town: Township) -> None:
    planted = planted_bills(town)
    found = bill_outliers(practice)
    assert set(zip(found["project"], found["what"], strict=True)) == set(
        zip(planted["project"], planted["planted"], strict=True)
    )


def test_a_few_lines_and_a_kept_price_list_name_nobody() -> None:
    assert bill_outliers(bills([100] * 6 + [10_000], [10.0] * 7)).empty
    assert bill_outliers(bills([6500] * 10 + [6900], [10.0] * 11)).empty


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_rule_is_stated(lang: str) -> None:
    assert all(part in outlier_rule(lang) for part in ("3.5", "1.4826", "0.08", "0.3", "8"))
