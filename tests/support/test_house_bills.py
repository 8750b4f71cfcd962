"""Bills to the fen: every line and sum against exact fractions; prices by month; what stands in where one lacks."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import params, places
from povlib.calendar import Month
from povlib.support.award_cost import award_costs, credit_fen
from povlib.support.example_township import example_township
from povlib.support.house_bills import bill_lines, bills_of_work, line_fen, lines_in_force, planned_bills

JUNE = Month(2016, 6)


@pytest.fixture(scope="module")
def catalogue() -> params.Catalogue:
    return params.load(places.DATA / "sample" / "params")


def half_even(value: Fraction) -> int:
    """Round by hand: the nearest whole number, the even one when two are as near."""
    low = value.numerator // value.denominator
    rest = value - low
    return low + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low % 2 == 1))


@settings(max_examples=200, deadline=None)
@given(
    lines=st.lists(
        st.tuples(st.decimals("-999", "99999", places=3, allow_nan=False), st.integers(0, 10**8)),
        min_size=1,
        max_size=9,
    )
)
def test_a_line_is_the_exact_product(lines: list[tuple[Any, int]]) -> None:
    qty = pd.Series([float(q) for q, _ in lines])
    price = pd.Series([p for _, p in lines], dtype="Int64")
    assert line_fen(qty, price).tolist() == [half_even(Fraction(q) * p) for q, p in lines]


def house(items: list[tuple[str, str, float | None, str | None, int | None]], **project: Any) -> SimpleNamespace:
    """One planned house with bill lines: stage, item, quantity, unit, unit price in fen."""
    row = {
        "project": "P1",
        "hh": "H1",
        "kind": "修缮",
        "grade": "C",
        "status": "未开工",
        "cost_fen": 777_700,
        **project,
    }
    projects = pd.DataFrame([row]).astype({"cost_fen": "Int64"})
    bill = pd.DataFrame(items, columns=["stage", "item", "qty", "unit", "unit_fen"])
    bill = bill.assign(project="P1", remark=None).astype({"unit_fen": "Int64", "qty": "float64"})
    return example_township(projects=projects, bill_items=bill)


def test_a_bill_by_hand(catalogue: params.Catalogue) -> None:
    state = house([
        ("estimate", "屋面翻修", 42.35, "平方米", 6_100),  # on the list at 65 yuan since 2016-01
        ("estimate", "雕花窗", 2.5, "樘", 33_333),  # not on the list: its own price
        ("variation", "内墙粉刷", -3.125, "平方米", 1_150),  # 12 yuan on the list
    ])  # fmt: skip
    by_hand = (
        half_even(Fraction("42.35") * 6500) + half_even(Fraction("2.5") * 33_333) + half_even(Fraction("-3.125") * 1200)
    )
    found = planned_bills(state, catalogue, JUNE)
    assert found.iloc[0][["hh", "kind", "cost_fen"]].tolist() == ["H1", "修缮", by_hand]
    # in 2015 the roof was 61 yuan and the plaster 11
    earlier = half_even(Fraction("42.35") * 6100) + 83_332 + half_even(Fraction("-3.125") * 1100)
    assert planned_bills(state, catalogue, Month(2015, 7))["cost_fen"].tolist() == [earlier]
    assert pd.isna(found["material_fen"].iloc[0])  # nobody knows how much of a carved window is material


def test_a_final_account_stands_for_estimate_and_variations() -> None:
    state = house([
        ("estimate", "屋面翻修", 10, "平方米", 6_500), ("variation", "屋面翻修", 2, "平方米", 6_500),
        ("final", "屋面翻修", 11, "平方米", 6_500),
    ])  # fmt: skip
    lines = bill_lines(state)
    assert lines["stage"].tolist() == ["estimate", "variation", "final"]
    assert lines_in_force(lines)["fen"].tolist() == [71_500]


@pytest.mark.parametrize(
    "line",
    [("estimate", "雕花窗", 2, "樘", None), ("estimate", "屋面翻修", None, "平方米", 6_500)],
)
def test_a_line_without_an_amount_leaves_the_bill_to_the_list_of_works(
    catalogue: params.Catalogue, line: tuple[str, str, float | None, str, int | None]
) -> None:
    assert planned_bills(house([line]), catalogue, JUNE)["cost_fen"].tolist() == [777_700]
    assert planned_bills(house([line], cost_fen=None), catalogue, JUNE)["cost_fen"].isna().all()


def test_a_price_for_another_unit_is_not_used(catalogue: params.Catalogue) -> None:
    state = house([("estimate", "屋面翻修", 2, "间", 50_000)])
    assert planned_bills(state, catalogue, JUNE)["cost_fen"].tolist() == [100_000]


def test_items_of_the_list_of_works_are_an_estimate(catalogue: params.Catalogue) -> None:
    state = house([])
    state.project_items = pd.DataFrame(
        {"project": ["P1"], "item": ["墙体加固"], "qty": [10.0], "unit": ["平方米"],
         "unit_fen": pd.array([8_000], dtype="Int64")}
    )  # fmt: skip
    assert planned_bills(state, catalogue, JUNE)["cost_fen"].tolist() == [80_000]


def test_what_the_plan_pays_is_the_bill_of_that_kind_of_work(catalogue: params.Catalogue) -> None:
    state = house([("estimate", "屋面翻修", 42, "平方米", 6_100)])
    bills = planned_bills(state, catalogue, JUNE)
    facts = state.households[["hh", "size", "house_area_m2"]]
    repair, rebuild = (catalogue.measures[key] for key in ("housing_repair", "housing_rebuild"))
    assert award_costs(repair, JUNE, Month(2016, 12), facts, bills).tolist() == [273_000, 800_000, 800_000]
    assert award_costs(rebuild, JUNE, Month(2016, 12), facts, bills).tolist() == [3_800_000] * 3
    assert bills_of_work(bills, "新建").empty


def test_materials_on_credit_come_off_the_bill(catalogue: params.Catalogue) -> None:
    state = house([("estimate", "屋面翻修", 42, "平方米", 6_100), ("estimate", "墙体加固", 7.5, "平方米", 8_000)])
    bills = planned_bills(state, catalogue, JUNE)
    facts = state.households[["hh", "size", "house_area_m2"]]
    measure = catalogue.measures["repair_on_credit"]
    # 60 % of the roof and 50 % of the walls are material, in whole yuan: 1638 + 300
    roof, walls = 42 * 6_500, 60_000
    material = (roof * 6 // 10 + walls // 2) // 100 * 100
    assert credit_fen(measure, facts, bills).tolist() == [material, 480_000, 480_000]
    paid = award_costs(measure, JUNE, Month(2016, 12), facts, bills)
    assert paid.tolist() == [roof + walls - material, 320_000, 320_000]
    assert credit_fen(catalogue.measures["housing_repair"], facts, bills).tolist() == [0, 0, 0]
