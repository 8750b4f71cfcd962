"""Queries about stakes and loans: each made once, pooled loans flagged and never forbidden."""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.villages.coops.stake_rules import StakeLimits, loans_owed, pooled_loans, stake_findings

LIMITS = StakeLimits(5_000_000, 36, 4.75, 5, 0.05, 0.08)
MAY = Month(2016, 5).ordinal
COOPS = pd.DataFrame({"coop": ["c"], "status": ["operating"], "registered_month": [MAY], "members": [6],
                      "poor_members": [6]})  # fmt: skip


def _loans(**changed: object) -> pd.DataFrame:
    row = {"loan": "L1", "borrower_kind": "household", "borrower": "a", "hh": "a", "used_by": None, "fen": 3_000_000,
           "from_month": MAY, "due_month": MAY + 24, "rate_percent": 4.35, "repaid_fen": 0}  # fmt: skip
    return pd.DataFrame([{**row, **changed}])


def _stakes(**changed: object) -> pd.DataFrame:
    row = {"coop": "c", "stake": "S1", "hh": "a", "kind": "loan", "fen": 3_000_000, "loan": "L1", "floor_fen": 180_000}
    return pd.DataFrame([{**row, **changed}]).astype({"floor_fen": "Int64"})


def _said(
    coops: pd.DataFrame = COOPS, stakes: pd.DataFrame | None = None, loans: pd.DataFrame | None = None
) -> list[str]:
    found = stake_findings(coops, _stakes() if stakes is None else stakes, _loans() if loans is None else loans, LIMITS)
    return [finding.what for finding in found]


def test_sound_rows_raise_no_query() -> None:
    assert _said() == []


def test_each_rule_is_seen_alone() -> None:
    cases: list[tuple[dict[str, object], str]] = [
        ({"stakes": _stakes(loan=None)}, "names none"),
        ({"stakes": _stakes(loan="L9")}, "not on record"),
        ({"stakes": _stakes(hh="b")}, "a loan of {other}"),
        ({"stakes": _stakes(fen=4_000_000, floor_fen=280_000)}, "is of {yuan} yuan only"),
        ({"stakes": _stakes(floor_fen=400_000)}, "guarantees"),
        ({"loans": _loans(used_by="c")}, "pooled"),
        ({"loans": _loans(fen=6_000_000)}, "more than {most} for one household"),
        ({"loans": _loans(due_month=MAY + 40)}, "longer than"),
        ({"loans": _loans(due_month=MAY)}, "due before"),
        ({"loans": _loans(rate_percent=6.0)}, "% a year"),
        ({"loans": _loans(repaid_fen=4_000_000)}, "was repaid"),
        ({"coops": COOPS.assign(members=3)}, "fewer than"),
        ({"coops": COOPS.assign(registered_month=pd.NA)}, "without being registered"),
        ({"coops": COOPS.assign(poor_members=0)}, "poor members"),
    ]
    for changed, words in cases:
        said = _said(**changed)  # type: ignore[arg-type]
        assert len(said) == 1, (words, said)
        assert words in said[0]


def test_one_loan_for_two_coops_is_seen() -> None:
    stakes = pd.concat([_stakes(fen=1_500_000, floor_fen=90_000),
                        _stakes(coop="d", stake="S2", fen=1_500_000, floor_fen=90_000)])  # fmt: skip
    assert _said(stakes=stakes) == ["bought stakes in more than one co-op: {coops}"]


def test_what_is_owed_is_what_was_given_less_repaid() -> None:
    found = loans_owed(_loans(repaid_fen=1_000_000, due_month=MAY + 2), Month(2016, 9))
    row = found.iloc[0]
    assert (row["principal_fen"], row["interest_fen"], row["months_left"], bool(row["overdue"])) == (
        2_000_000, 87_000, -2, True,
    )  # fmt: skip
    assert loans_owed(_loans(), Month(2016, 4)).empty
    assert pooled_loans(_loans(hh=None, used_by="c"))["hh"].tolist() == ["a"]
