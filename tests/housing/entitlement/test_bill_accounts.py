"""Accounts: each thing that may not agree is named, sums are those of the lines."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from povlib.housing.entitlement.bill_accounts import PROBLEMS, bill_accounts
from povlib.support.example_township import example_township

Line = tuple[str, float | None, int | None]


def works(lines: list[Line], **project: Any) -> SimpleNamespace:
    row = {"project": "P1", "hh": "H1", "kind": "修缮", "grade": "C", "status": "完工", "cost_fen": 1000} | project
    items = pd.DataFrame(
        [("P1", stage, f"项目{i}", qty, "平方米", price, None) for i, (stage, qty, price) in enumerate(lines)],
        columns=["project", "stage", "item", "qty", "unit", "unit_fen", "remark"],
    ).astype({"qty": "float64", "unit_fen": "Int64"})
    return example_township(projects=pd.DataFrame([row]).astype({"cost_fen": "Int64"}), bill_items=items)


EVEN: list[Line] = [("estimate", 8, 100), ("variation", 2, 100), ("final", 10, 100)]


@pytest.mark.parametrize(
    ("lines", "project", "problem"),
    [
        (EVEN, {}, ""),
        (EVEN, {"cost_fen": 999}, "list_differs"),
        ([*EVEN, ("final", None, 100)], {}, "unpriced"),
        ([("final", 10, 100)], {}, "no_estimate"),
        (EVEN, {"status": "在建"}, "final_early"),
        ([("estimate", 8, 100), ("final", 10, 100)], {}, "far_off"),
        ([("estimate", 10, 100)], {"status": "在建"}, ""),
        ([("estimate", 8, 100), ("variation", -3, 100)], {"status": "在建", "cost_fen": 500}, ""),
    ],
)
def test_what_does_not_agree_is_named(lines: list[Line], project: dict[str, Any], problem: str) -> None:
    found = bill_accounts(works(lines, **project)).iloc[0]
    assert found["problem"] == problem
    assert problem == "" or problem in PROBLEMS


def test_finished_without_a_final_account() -> None:
    state = works([("estimate", 10, 100)])
    assert bill_accounts(state)["problem"].tolist() == [""]  # nobody keeps final accounts here
    other = works(EVEN).bill_items.assign(project="P2")
    state.bill_items = pd.concat([state.bill_items, other], ignore_index=True)
    found = bill_accounts(state).set_index("project")["problem"]
    assert found["P1"] == "no_final"


def test_sums_of_the_practice_township(practice: SimpleNamespace) -> None:
    found = bill_accounts(practice)
    bills = practice.bill_items
    for stage in ("estimate", "variation", "final"):
        rows = bills[bills["stage"] == stage]
        by_hand = sum(int(qty) * int(price) for qty, price in zip(rows["qty"], rows["unit_fen"], strict=True))
        assert int(found[f"{stage}_fen"].fillna(0).sum()) == by_hand
    # what was planted: two bills whose final price is more than twice the agreed one
    assert set(found["problem"]) == {"", "far_off"}
    assert (found["problem"] == "far_off").sum() == 2
