"""The price method proves its bound, keeps every rule, and agrees with the exact method within the gaps."""

import numpy as np
import pytest

from povlib.allocation import Problem, solve, verify


@pytest.mark.parametrize("seed", [0, 1])
def test_priced_and_exact_agree_within_their_gaps(instances, seed):
    problem = Problem.from_arrays(**instances.random_arrays(600, seed))
    exact, priced = solve(problem, method="exact", gap=2.0), solve(problem, method="priced")
    for plan in (exact, priced):
        assert verify(plan, problem).ok
    assert priced.method == "priced"
    assert exact.value <= priced.price_bound
    assert priced.value <= exact.price_bound
    assert abs(priced.value - exact.value) <= max(priced.gap, exact.gap)
    assert priced.gap / priced.value < 0.01


def test_funds_bundled_over_villages(instances):
    problem = Problem.from_tables(**instances.township(0))
    plan = solve(problem, method="priced")
    assert verify(plan, problem).ok
    assert plan.payments["fen"].sum() == problem.money.total[plan.rows].sum()


def test_same_answer_every_time(instances):
    problem = Problem.from_arrays(**instances.random_arrays(400, 2))
    one, other = solve(problem, method="priced"), solve(problem, method="priced")
    assert np.array_equal(one.choice, other.choice)
    assert one.certificate.to_json() == other.certificate.to_json()


def test_lexicographic_priority_of_a_township_is_left_to_the_exact_method(instances):
    tables = instances.township(0, households=30, villages=2)
    tables["packages"]["other"] = 0.0
    problem = Problem.from_tables(**tables, objective=["other", "value"])
    plan = solve(problem, method="priced")
    assert plan.method == "exact"
    assert verify(plan, problem).ok


def test_lexicographic_priority_of_a_county(instances, monkeypatch):
    monkeypatch.setattr("povlib.allocation.priced.solve.SMALL", 0)
    tables = instances.township(0, households=60, villages=2)
    tables["packages"]["other"] = (tables["packages"]["k"] > 0).astype(float)
    problem = Problem.from_tables(**tables, objective=["other", "value"])
    plan = solve(problem, method="priced")
    assert plan.method == "priced"
    assert verify(plan, problem).ok
    name, reached = plan.certificate.reached[0]
    assert name == "other"
    assert reached <= plan.certificate.stages[0].bound // 10**6
