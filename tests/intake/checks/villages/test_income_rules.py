"""Receipts of village income are told apart by contract, day, kind and amount, within a file and beside the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from povlib import intake
from tests.intake.township_rows import TOWNSHIP, write_rows

FIRST = TOWNSHIP["income_receipt"][0]


@pytest.mark.parametrize(
    ("other", "doubled"),
    [
        ({}, True),
        ({"amount": 30000.0}, True),
        ({"amount": 30000.01}, False),
        ({"day": "2016-03-19"}, False),
        ({"part": "收押金"}, False),
    ],
)
def test_what_agrees_in_all_but_its_number_is_one_receipt(
    other: dict[str, object], doubled: bool, tmp_path: Path
) -> None:
    told = {
        "income_contract": TOWNSHIP["income_contract"],
        "income_receipt": [FIRST, {**FIRST, "receipt": "P2", **other}],
    }
    (verdict,) = intake.check([write_rows(tmp_path / "a.xlsx", told)], villages=[{"name": "联胜"}])
    flags = [flag for flag in verdict.flags if flag.rule == "receipt_doubled"]
    assert len(flags) == int(doubled), [flag.message("en") for flag in verdict.flags]
    assert all(flag.cell.endswith("5") for flag in flags), "the second of the two is named"
