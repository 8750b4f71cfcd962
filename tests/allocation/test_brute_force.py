"""The optimum of random tiny townships with every kind of rule equals brute force."""

import sys

import pytest

from povlib.allocation import Problem, solve, verify
from povlib.errors import InfeasiblePlanError, ProblemError

FAST, SLOW = 200, 1000


def _agrees(seed):
    tiny = sys.modules["tiny_townships"]
    tables = tiny.tiny(seed, infeasible_floors=seed % 5 == 0)
    best = tiny.brute_force(dict(tables))
    try:
        problem = Problem.from_tables(**tables)
        plan = solve(problem, gap=0)
    except (InfeasiblePlanError, ProblemError):
        assert best is None, seed
        return False
    assert best is not None, seed
    assert plan.certificate.value == best * 10**6, (seed, plan.value, best / 1e6)
    assert plan.status == "optimal"
    assert plan.price_bound >= plan.solver_bound >= plan.value
    check = verify(plan, problem)
    assert check.ok, (seed, check.show("en"))
    return True


def test_optimum_equals_brute_force():
    feasible = sum(_agrees(seed) for seed in range(FAST))
    assert FAST * 0.5 < feasible < FAST


@pytest.mark.slow
def test_optimum_equals_brute_force_on_many():
    assert sum(_agrees(seed) for seed in range(FAST, FAST + SLOW)) > SLOW * 0.5
