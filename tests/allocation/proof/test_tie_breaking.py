"""Among plans of equal value the cheaper one, then lower household keys; the value never changes."""

import sys

import numpy as np
import pandas as pd
import pytest

from povlib.allocation import Problem, solve, verify
from povlib.allocation.proof.fund_split import split_bills
from povlib.errors import InfeasiblePlanError, ProblemError


def tables_of(values, costs, budget=1000, **more):
    """Households a, b, ... with package 0 and one package for each value; one fund."""
    names = [chr(97 + h) for h in range(len(values))]
    rows = [(f"{hh}{k + 1}", hh, v, c) for hh, own, cost in zip(names, values, costs, strict=True)
            for k, (v, c) in enumerate(zip(own, cost, strict=True))]  # fmt: skip
    packages = pd.DataFrame(
        [(f"{hh}0", hh, 0.0) for hh in names] + [row[:3] for row in rows], columns=["package", "hh", "value"]
    )
    bills = pd.DataFrame([(row[0], "job", row[3]) for row in rows], columns=["package", "measure", "cost_fen"])
    return {
        "packages": packages,
        "uses": pd.DataFrame({"package": [], "resource": [], "amount": []}),
        "resources": pd.DataFrame({"resource": ["money"], "kind": "fund", "capacity": [budget]}),
        "households": pd.DataFrame({"hh": names, "village": "A", "members": 1}),
        "bills": bills,
        "payers": bills.rename(columns={"cost_fen": "ceiling_fen"}).assign(fund="money"),
        **more,
    }


def chosen(**tables):
    problem = Problem.from_tables(**tables)
    plan = solve(problem, gap=0)
    assert verify(plan, problem).ok
    return plan.chosen["package"].tolist(), int(plan.payments["fen"].sum())


def test_the_cheaper_of_two_packages_of_equal_value():
    assert chosen(**tables_of([[2.0, 2.0, 2.0]], [[300, 100, 200]])) == (["a2"], 100)


def test_two_households_change_together_when_that_is_cheaper():
    """a for 1 and b for 2, or a for 2 and b for 1: worth 3 both ways."""
    assert chosen(**tables_of([[1.0, 2.0], [1.0, 2.0]], [[100, 400], [100, 250]], budget=500)) == (["a1", "b2"], 350)


def test_among_alike_households_the_lower_key_is_served():
    assert chosen(**tables_of([[2.0]] * 4, [[100]] * 4, budget=200)) == (["a1", "b1", "c0", "d0"], 200)


def test_the_last_plan_counts_more_than_the_key_and_the_money():
    previous = pd.DataFrame({"hh": ["d"], "package": ["d1"]})
    assert chosen(**tables_of([[2.0]] * 4, [[100]] * 4, budget=200, previous=previous))[0] == ["a1", "b0", "c0", "d1"]


def test_a_facility_nobody_needs_stays_closed():
    facilities = pd.DataFrame(
        {
            "facility": ["mill"],
            "level": [1],
            "resource": ["posts"],
            "added": [1],
            "opening_fen": [50],
            "fund": ["money"],
        }
    )
    tables = tables_of([[2.0]], [[100]])
    tables["resources"] = pd.DataFrame(
        {"resource": ["money", "posts"], "kind": ["fund", "post"], "capacity": [1000, 0]}
    )
    problem = Problem.from_tables(**tables, facilities=facilities)
    plan = solve(problem, gap=0)
    assert verify(plan, problem).ok
    assert not len(plan.opened)


@pytest.mark.thorough
@pytest.mark.parametrize("part", range(4))
def test_no_exchange_of_one_household_is_left(part):
    """Values in whole persons tie often; every rule occurs."""
    tried = 0
    for seed in range(part * 20, part * 20 + 20):
        tables = sys.modules["tiny_townships"].tiny(seed)
        tables["packages"] = tables["packages"].assign(value=np.floor(tables["packages"]["value"] / 2))
        tables.pop("objective", None)
        try:
            problem = Problem.from_tables(**tables)
            plan = solve(problem, gap=0)
        except (ProblemError, InfeasiblePlanError):
            continue
        assert verify(plan, problem).ok
        assert plan.status == "optimal"
        tried += 1
        money, now = problem.money.total, plan.rows[problem.group]
        for row in np.flatnonzero(problem.allowed & (problem.value == problem.value[now]) & (money < money[now])):
            other = plan.rows.copy()
            other[problem.group[row]] = row
            over = np.asarray(problem.use[other].sum(axis=0)).ravel() > problem.capacity
            assert over.any() or split_bills(problem, other) is None, (seed, row)
    assert tried > 8
