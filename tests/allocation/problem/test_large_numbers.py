"""Whole numbers near and beyond what floats and int64 hold: counted exactly, or refused in words."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from povlib.allocation import Problem, solve, verify
from povlib.allocation.proof.certificate import Prices, best_net_values, net_values, price_bound
from povlib.allocation.proof.exact_arithmetic import ExactArithmetic
from povlib.errors import ProblemError


def _tables(cost=300, capacity=500, share=0.0, amount=1):
    """Two households, one fund, one pool of posts."""
    paid = pd.DataFrame({"package": ["a1", "b1"], "measure": "m", "cost_fen": [cost, cost + 1]})
    return {
        "packages": pd.DataFrame({"package": ["a0", "a1", "b0", "b1"], "hh": list("aabb"), "value": [0, 1.0, 0, 2.0]}),
        "uses": pd.DataFrame({"package": ["a1", "b1"], "resource": "posts", "amount": amount}),
        "resources": pd.DataFrame({"resource": ["posts", "fund"], "kind": ["post", "fund"], "capacity": [9, capacity]}),
        "households": pd.DataFrame({"hh": ["a", "b"], "village": "A", "members": 3, "poor": [True, False]}),
        "bills": paid,
        "payers": paid.rename(columns={"cost_fen": "ceiling_fen"}).assign(fund="fund"),
        "shares": pd.DataFrame({"share": ["kept"], "of": ["money"], "group": ["poor"], "at_least": [share]}),
    }  # fmt: skip


@pytest.mark.parametrize("amount", [2**53, 2**53 + 1, 2**60, 2**63 - 1, 2**64 + 3])
def test_amounts_that_floats_cannot_tell_apart_are_refused(amount):
    use = sparse.csr_array(np.array([[0], [amount]], dtype=object).astype(np.float64))
    with pytest.raises(ProblemError, match="too large"):
        Problem.from_arrays([0, 1], [0, 0], [0], use, [1])
    for name in ("cost", "capacity", "amount"):
        with pytest.raises(ProblemError, match="too large"):
            Problem.from_tables(**_tables(**{name: amount}))


def test_amounts_just_below_are_counted_to_the_fen():
    cost = 2**53 - 2
    for capacity, best in ((cost, 1.0), (cost + 1, 2.0)):
        problem = Problem.from_tables(**_tables(cost=cost, capacity=capacity))
        plan = solve(problem, gap=0)
        assert plan.value == best
        assert int(plan.payments["fen"].sum()) == capacity
        assert verify(plan, problem).ok


@pytest.mark.parametrize("share", [1 / 3, 0.1234567890123456, 0.2, 0.5])
def test_a_share_of_many_decimals_is_the_rule_it_is_written_as_or_refused(share):
    for cost in (3, 300, 10**7, 10**12):
        tables = _tables(cost=cost, capacity=3 * cost, share=share)
        exact = Fraction(str(share))
        row = [cost * (exact.numerator - exact.denominator), (cost + 1) * exact.numerator]
        if sum(map(abs, row)) // math.gcd(*row) > 2**61:
            with pytest.raises(ProblemError, match="more decimals"):
                Problem.from_tables(**tables)
            continue
        problem = Problem.from_tables(**tables)
        # both may be helped, where a's part is the share; else a alone
        both = cost >= exact * (2 * cost + 1)
        plan = solve(problem, gap=0)
        assert plan.value == (3.0 if both else 1.0)
        assert verify(plan, problem).ok


def test_dear_money_and_long_bills_do_not_run_over():
    problem = Problem.from_tables(**_tables(cost=10**14, capacity=3 * 10**14))
    price = 10**8
    prices = Prices(np.zeros(len(problem.rows), dtype=np.int64), np.array([price]), np.array([0]))
    net = net_values(problem, prices)
    bills = [0, 10**14, 0, 10**14 + 1]
    assert net.tolist() == [v * 10**6 - price * b for v, b in zip(problem.value.tolist(), bills, strict=True)]
    assert best_net_values(problem, net).tolist() == [0, 0]
    assert price_bound(problem, prices) == price * 3 * 10**14
    assert ExactArithmetic(problem).bound(prices.posted(problem)) == price * 3 * 10**14


def test_sums_over_households_that_int64_does_not_hold_are_refused():
    households, each = 2000, 2**52
    key = [f"h{h}-{k}" for h in range(households) for k in (0, 1)]
    tables = _tables()
    with pytest.raises(ProblemError, match="too large to be added up"):
        Problem.from_tables(
            pd.DataFrame({"package": key, "hh": [k.split("-")[0] for k in key], "value": [0, 1.0] * households}),
            pd.DataFrame({"package": key[1::2], "resource": "posts", "amount": each}),
            tables["resources"].query("resource == 'posts'"),
            pd.DataFrame({"hh": [f"h{h}" for h in range(households)], "village": "A", "members": 1}),
        )


@pytest.mark.parametrize("capacity", [10.5, float("nan"), 2**53, float("inf")])
def test_a_changed_capacity_is_a_whole_number_or_refused(capacity):
    problem = Problem.from_tables(**_tables())
    with pytest.raises(ProblemError, match=r"whole numbers|too large"):
        problem.with_capacities({"fund": capacity})
    assert solve(problem.with_capacities({"fund": 301.0}), gap=0).value == 2.0
