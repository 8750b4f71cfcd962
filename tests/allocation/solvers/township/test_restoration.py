"""A first plan where the rounded relaxation breaks rows."""

import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from povlib.allocation import Problem, solve
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.restoration import restored
from povlib.errors import InfeasiblePlanError


def tight(seed: int, groups: int, items: int, rows: int, spare: int = 0) -> Problem:
    """Return groups whose capacities are what one random choice uses: little else fits."""
    rng = np.random.default_rng(seed)
    use = rng.integers(1, 11, (groups * items, rows))
    one = np.arange(groups) * items + rng.integers(0, items, groups)
    return Problem.from_arrays(
        (5 * use.sum(axis=1) + rng.integers(-40, 41, len(use))).astype(float),
        np.repeat(np.arange(groups), items), np.zeros(groups, dtype=np.int64), sparse.csr_array(use),
        use[one].sum(axis=0) + spare,
    )  # fmt: skip


def holds(problem: Problem, rows: np.ndarray) -> bool:
    return bool((np.asarray(problem.use[rows].sum(axis=0)).ravel() <= problem.capacity).all())


@pytest.mark.parametrize("seed", range(5))
def test_finds_a_plan_under_twenty_five_tight_rows(seed: int) -> None:
    problem = tight(seed, groups=100, items=5, rows=25, spare=25)
    relaxed = relax(problem, 60.0)
    assert relaxed is not None
    assert not holds(problem, relaxed.first)
    rows, moves = restored(problem, relaxed, relaxed.first, time.monotonic() + 60)
    assert rows is not None
    assert moves > 0
    assert holds(problem, rows)
    assert (problem.group[rows] == np.arange(problem.groups)).all()


def test_the_same_walk_every_time() -> None:
    problem = tight(3, groups=60, items=5, rows=20, spare=20)
    relaxed = relax(problem, 60.0)
    assert relaxed is not None
    walks = [restored(problem, relaxed, relaxed.first, time.monotonic() + 60) for _ in range(2)]
    assert walks[0][1] == walks[1][1]
    assert np.array_equal(walks[0][0], walks[1][0])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 4), st.integers(1, 4))
def test_what_it_finds_is_one_of_the_plans_that_fit(seed: int, groups: int, items: int, rows: int) -> None:
    problem = tight(seed, groups, items, rows)
    relaxed = relax(problem, 60.0)
    assert relaxed is not None  # the random choice itself fits
    found, _ = restored(problem, relaxed, relaxed.first, time.monotonic() + 20)
    fits = [
        np.array(choice) + np.arange(groups) * items
        for choice in itertools.product(range(items), repeat=groups)
        if holds(problem, np.array(choice) + np.arange(groups) * items)
    ]
    assert fits
    # a handful of groups is rounded exactly before this walk is asked; here it may go in a circle
    assert found is None or any(np.array_equal(found, rows) for rows in fits)


def test_a_problem_without_a_plan_ends_and_is_explained() -> None:
    use = sparse.csr_array(np.full((20, 1), 3))
    problem = Problem.from_arrays(np.ones(20), np.repeat(np.arange(10), 2), np.zeros(10, dtype=int), use, [29])
    with pytest.raises(InfeasiblePlanError):
        solve(problem, "exact", gap=0.0, time_limit_s=10)


def test_the_engine_uses_it() -> None:
    plan = solve(tight(1, groups=100, items=5, rows=25, spare=25), "exact", gap=1e9, time_limit_s=30)
    assert plan.status == "gap"
