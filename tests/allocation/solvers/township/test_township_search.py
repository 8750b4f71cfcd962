"""The order of work of the exact method: tight rows, and rows that no plan can keep."""

import numpy as np
import pytest
from scipy import sparse

from povlib.allocation import Problem, solve, verify
from povlib.errors import InfeasiblePlanError


def tight(seed, groups, items, rows, spare=0):
    """Return groups whose capacities are what one random choice uses: little else fits."""
    rng = np.random.default_rng(seed)
    use = rng.integers(1, 11, (groups * items, rows))
    one = np.arange(groups) * items + rng.integers(0, items, groups)
    return Problem.from_arrays(
        (5 * use.sum(axis=1) + rng.integers(-40, 41, len(use))).astype(float),
        np.repeat(np.arange(groups), items), np.zeros(groups, dtype=np.int64), sparse.csr_array(use),
        use[one].sum(axis=0) + spare,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_finds_a_plan_under_twenty_five_tight_rows(seed):
    problem = tight(seed, groups=100, items=5, rows=25, spare=25)
    plan = solve(problem, "exact", gap=1e9, time_limit_s=30)
    assert plan.status == "gap"
    assert verify(plan, problem).ok


def test_a_problem_without_a_plan_ends_and_is_explained():
    use = sparse.csr_array(np.full((20, 1), 3))
    problem = Problem.from_arrays(np.ones(20), np.repeat(np.arange(10), 2), np.zeros(10, dtype=int), use, [29])
    with pytest.raises(InfeasiblePlanError):
        solve(problem, "exact", gap=0.0, time_limit_s=10)
