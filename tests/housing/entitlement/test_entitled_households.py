"""Who is owed a safe house: every combination of facts, the practice township, and what can never change it."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import params
from povlib.housing.entitlement.entitled_households import entitled_households, entitlement_reasons, unmet_counts
from povlib.support.example_township import example_township

GRADES = ("A", "B", "C", "D", "无房", None)
FLAGS = (1, 0, None)
WORKS = (None, "未开工", "在建", "完工")


def town_of(cases: list[tuple[str | None, int | None, int | None, str | None]]) -> SimpleNamespace:
    """One household a case: grade, only dwelling, earlier benefit, status of its work."""
    base = example_township().households
    hh = [f"H{i:04d}" for i in range(len(cases))]
    households = pd.concat([base.iloc[:1]] * len(cases), ignore_index=True).assign(hh=hh)
    households["housing_grade"] = pd.array([case[0] for case in cases], dtype="str")
    dwellings = pd.DataFrame(
        {
            "hh": hh,
            "only_dwelling": pd.array([case[1] for case in cases], dtype="Int8"),
            "prior_benefit": pd.array([case[2] for case in cases], dtype="Int8"),
            "willing": pd.array([None] * len(cases), dtype="Int8"),
            "delay_cause": None, "way": None, "guarantor": None, "site": None,
            "plan_fits": pd.array([None] * len(cases), dtype="Int8"),
        }
    )  # fmt: skip
    listed = [(f"{h}-Z1", h, case[3]) for h, case in zip(hh, cases, strict=True) if case[3]]
    projects = pd.DataFrame(listed, columns=["project", "hh", "status"]).assign(
        kind="修缮", grade="C", cost_fen=pd.array([None] * len(listed), dtype="Int64"),
        done_month=pd.array([None] * len(listed), dtype="Int64"),
    )  # fmt: skip
    return example_township(households=households, dwellings=dwellings, projects=projects)


def owed(grade: str | None, only: int | None, before: int | None, work: str | None) -> bool | None:
    """The rule, written out by hand."""
    need = True if work else None if grade is None else grade in ("C", "D", "无房")
    single = True if grade == "无房" and only is None else None if only is None else only == 1
    fresh = None if before is None else before == 0
    tests = (need, single, fresh)
    return False if False in tests else None if None in tests else True


def test_every_combination_of_facts(catalogue: params.Catalogue) -> None:
    cases = list(product(GRADES, FLAGS, FLAGS, WORKS))
    found = entitled_households(town_of(cases), catalogue)
    said = [None if pd.isna(value) else bool(value) for value in found["entitled"]]
    assert said == [owed(*case) for case in cases]
    expected = [owed(*case) is True and case[3] != "完工" for case in cases]
    assert found["unmet"].tolist() == expected
    reasons = entitlement_reasons(found, "en")
    assert all(reasons)
    for verdict, reason in zip(said, reasons, strict=True):
        assert reason.startswith("not known: ") == (verdict is None)


def test_the_practice_township(practice: SimpleNamespace, catalogue: params.Catalogue) -> None:
    found = entitled_households(practice, catalogue)
    counts = unmet_counts(found)
    # 85 targets of the bulletin, 56 of them done; of 14 other unsafe houses 4 have another dwelling, 3 had a benefit
    # before, of one nobody has asked (the simulator's own counts), so 6 are owed a house and have no work
    assert counts == {
        "entitled": 91, "done": 56, "under_way": 21, "waiting": 8, "not_listed": 6, "unmet": 35, "not_known": 1,
        "not_entitled": 248,
    }  # fmt: skip
    assert len(found) == counts["entitled"] + counts["not_known"] + counts["not_entitled"]


@settings(max_examples=25, deadline=None)
@given(
    amount=st.integers(0, 10**7), price=st.integers(0, 10**5), ceiling=st.integers(0, 10**5),
)  # fmt: skip
def test_no_money_and_no_price_trades_an_entitlement_away(
    practice: SimpleNamespace, catalogue: params.Catalogue, amount: int, price: int, ceiling: int
) -> None:
    before = entitled_households(practice, catalogue)
    other = catalogue.replaced(
        {
            "funds.helper.amount_yuan": amount,
            "house_prices.roof.yuan.2016-01": price,
            "funds.county_matching.household_ceiling_yuan": ceiling,
        }
    )
    pd.testing.assert_frame_equal(entitled_households(practice, other), before)


def test_a_ledger_without_rows_about_dwellings_says_not_known(catalogue: params.Catalogue) -> None:
    found = entitled_households(example_township(), catalogue)
    assert found.set_index("hh")["entitled"].isna().to_dict() == {"H1": True, "H2": False, "H3": False}
    asked = entitlement_reasons(found, "zh")[0]
    assert asked == "不明：是否另有住房、以前是否享受过住房补助"


def test_help_with_a_dwelling_given_earlier_is_a_benefit(catalogue: params.Catalogue) -> None:
    state = town_of([("D", 1, None, None)])
    given_rows = pd.DataFrame(
        {"id": ["x"], "hh": ["H0000"], "person": [None], "measure": ["relocation"], "from_month": [24100],
         "to_month": [24110], "fen": [1], "fund": ["housing"], "status": ["已完成"]}
    )  # fmt: skip
    state.support = given_rows.astype({"from_month": "Int64", "to_month": "Int64"})
    assert entitled_households(state, catalogue)["entitled"].tolist() == [False]
