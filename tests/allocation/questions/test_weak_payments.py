"""Payments that bring little, against every exchange written down."""

import sys

import numpy as np
import pandas as pd
import pytest

from povlib.allocation import Problem, explain, solve
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.questions.weak_payments import weak_payments
from povlib.errors import InfeasiblePlanError, ProblemError


@pytest.mark.parametrize("seed", range(12))
def test_each_payment_below_the_worth_is_listed_with_a_use_that_keeps_every_rule(seed):
    tables = sys.modules["tiny_townships"].tiny(seed)
    try:
        problem = Problem.from_tables(**tables)
        plan = solve(problem, gap=0.5)
    except (ProblemError, InfeasiblePlanError):
        return
    oracle = sys.modules["tiny_townships"].Oracle(tables)
    weak = weak_payments(plan, problem, least_points=700)
    value = dict(zip(problem.package, problem.value / MICRO, strict=True))
    chosen = plan.chosen.set_index("hh")["package"]
    bills = tables["bills"].groupby("package")["measure"].agg(set)
    for row in weak.itertuples(index=False):
        assert chosen[row.hh] == row.package
        assert row.points == pytest.approx(1000 * (value[row.package] - value[row.without]))
        assert row.points < 700
        assert row.measure in bills[row.package]
        assert row.measure not in bills.get(row.without, set())
        if row.other_hh is not None:
            assert not row.needed_for
            assert row.other_hh != row.hh
            changed = {**chosen.to_dict(), row.hh: row.without, row.other_hh: row.other_package}
            assert _keeps_rules(oracle, problem, plan, changed)
            assert row.other_points == pytest.approx(1000 * (value[row.other_package] - value[chosen[row.other_hh]]))


def _keeps_rules(oracle, problem, plan, chosen):
    """The tables with each household's package pinned still have a plan, the facilities as they were opened."""
    pins = pd.DataFrame({"hh": list(chosen), "package": list(chosen.values()), "pin": "chosen"})
    tables = {**oracle.tables, "pins": pins}
    try:
        return sys.modules["tiny_townships"].Oracle(tables).best() is not None
    except KeyError:
        return False


def _two_payments(least_share=0.0):
    paid = pd.DataFrame(
        {"package": ["a1", "a2", "a2", "b1", "c1"], "measure": ["house", "house", "grant", "grant", "house"],
         "cost_fen": [300, 300, 100, 150, 100]}
    )  # fmt: skip
    return Problem.from_tables(
        pd.DataFrame({"package": ["a0", "a1", "a2", "b0", "b1", "c0", "c1"], "hh": list("aaabbcc"),
                      "value": [0, 1.0, 1.004, 0, 0.003, 0, 0.5]}),
        pd.DataFrame(columns=["package", "resource", "amount"]),
        pd.DataFrame({"resource": ["fund"], "kind": ["fund"], "capacity": [500]}),
        pd.DataFrame({"hh": list("abc"), "village": "A", "members": 3, "poor": [True, False, False]}),
        bills=paid,
        payers=paid.rename(columns={"cost_fen": "ceiling_fen"}).assign(fund="fund"),
        shares=pd.DataFrame({"share": ["kept"], "of": ["money"], "group": ["poor"], "at_least": [least_share]}),
    )  # fmt: skip


def test_one_payment_of_several_is_judged_by_itself():
    problem = _two_payments()
    weak = weak_payments(solve(problem, gap=0), problem, least_points=20)
    assert weak[["hh", "measure", "fen", "points", "without", "saved_fen"]].to_numpy().tolist() == [
        ["a", "grant", 100, 4.0, "a1", 100]
    ]
    # 100 fen are left over: b's grant costs 150 and does not fit
    assert weak["other_hh"].tolist() == [None]
    assert len(weak_payments(solve(problem, gap=0), problem, least_points=0)) == 0
    assert len(weak_payments(solve(problem, gap=0), problem, least_points=4)) == 0


def test_a_payment_that_a_share_needs_says_so():
    problem = _two_payments(least_share=0.8)
    weak = weak_payments(solve(problem, gap=0), problem, least_points=20)
    assert weak["needed_for"].tolist() == ["share:kept"]


def test_a_runner_up_that_would_fit_is_not_said_not_to():
    problem = _two_payments()
    from povlib.allocation.solvers.second_rule import plan_by_second_rule

    plan = plan_by_second_rule(solve(problem, gap=0), problem, within=0.01, gap=10)
    assert plan.payments["fen"].sum() == 400
    told = explain(plan, problem).households.set_index("hh")
    assert told.loc["a", "reason"] == "equal"
    assert "counts as equal" in told.loc["a", "en"]
    assert np.isclose(plan.value, 1.5)
