"""The money of a plan from its raw tables: shares by hand, and every payment that was altered is named."""

import sys
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from povlib.allocation import Problem, solve
from povlib.allocation.proof.payment_checks import check_payments, check_shares, shares_received
from povlib.allocation.proof.pencil_arithmetic import tables_of_packages
from povlib.errors import InfeasiblePlanError, ProblemError


@pytest.fixture(scope="module")
def planned():
    """A small plan with a rule about money and at least two payments."""
    for seed in range(60000, 60200):
        tables = sys.modules["tiny_townships"].tiny(seed)
        try:
            problem = Problem.from_tables(**tables)
            plan = solve(problem, "exact", gap=0)
        except (InfeasiblePlanError, ProblemError):
            continue
        if len(plan.payments) > 1 and len(tables["shares"]):
            return problem, plan, tables
    raise AssertionError("no township has such a plan")


def _faults(plan, problem):
    faults = []
    opened = {(str(f), int(level)) for f, level in zip(plan.opened["facility"], plan.opened["level"], strict=True)}
    check_payments(faults, plan, problem, {str(key) for key in problem.package[plan.rows]}, opened)
    return [fault.show("en") for fault in faults]


def test_a_true_plan_has_no_fault(planned):
    problem, plan, _ = planned
    assert _faults(plan, problem) == []
    faults = []
    check_shares(faults, problem.tables, tables_of_packages(problem.tables, plan.rows))
    assert faults == []


def test_shares_are_those_added_up_by_hand(planned):
    problem, plan, tables = planned
    chosen = set(plan.chosen["package"].astype(str))
    home = tables["packages"].set_index("package")["hh"]
    poor = tables["households"].set_index("hh")["poor"]
    bills = tables["bills"][tables["bills"]["package"].isin(chosen)]
    for rule, inside, total in shares_received(problem.tables, tables_of_packages(problem.tables, plan.rows)):
        if rule["of"] != "money":
            continue
        of_poor = bills["package"].map(home).map(poor)
        assert (inside, total) == (int(bills.loc[of_poor, "cost_fen"].sum()), int(bills["cost_fen"].sum()))
        assert total == 0 or Fraction(inside, total) >= Fraction(str(rule["at_least"]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: p.assign(fen=p["fen"] + 1), "more for"),
        (lambda p: p.iloc[1:], "the bill for"),
        (lambda p: p.assign(fen=p["fen"].astype(float) + 0.5), "no whole number"),
        (lambda p: pd.concat([p, p.iloc[:1]]), "the bill for"),
    ],
    ids=["a fen more", "one left out", "half a fen", "paid twice"],
)
def test_a_payment_that_was_altered_is_named(planned, change, said):
    problem, plan, _ = planned
    found = _faults(replace(plan, payments=change(plan.payments)), problem)
    assert any(said in words for words in found), found
