"""The order of work of the exact method: tight rows, and rows that no plan can keep."""

import numpy as np
import pytest
from scipy import sparse

from povlib.allocation import Problem, solve, verify
from povlib.errors import InfeasiblePlanError, SolverError


@pytest.mark.parametrize("seed", range(5))
def test_finds_a_plan_under_twenty_five_tight_rows(seed, tight):
    problem = tight(seed, groups=100, items=5, rows=25, spare=25)
    plan = solve(problem, "exact", gap=1e9, time_limit_s=30)
    assert plan.status == "gap"
    assert verify(plan, problem).ok


def test_a_proof_is_sought_from_a_plan_that_keeps_tight_rows(tight):
    """The integer programs of a proof find no first plan here within the time: the repair has one at once."""
    problem = tight(0, groups=100, items=5, rows=25, spare=5)
    plan = solve(problem, "exact", gap=0.0, time_limit_s=3)
    assert plan.status == "time"
    assert verify(plan, problem).ok


def test_a_problem_without_a_plan_ends_and_is_explained():
    use = sparse.csr_array(np.full((20, 1), 3))
    problem = Problem.from_arrays(np.ones(20), np.repeat(np.arange(10), 2), np.zeros(10, dtype=int), use, [29])
    with pytest.raises(InfeasiblePlanError):
        solve(problem, "exact", gap=0.0, time_limit_s=10)


def test_a_search_that_found_no_plan_does_not_say_there_is_none(monkeypatch, instances):
    from povlib.allocation.solvers.township import case_search, township_search

    problem = Problem.from_arrays(**instances.random_arrays(60, 4))
    monkeypatch.setattr(township_search, "_search_locally", lambda search, goal, local_nodes: None)
    monkeypatch.setattr(case_search, "widen_until_proven", lambda search, goal: setattr(search, "late", True))
    with pytest.raises(SolverError) as caught:
        solve(problem, "exact", time_limit_s=5)
    assert "there may still be one" in caught.value.show("en")
