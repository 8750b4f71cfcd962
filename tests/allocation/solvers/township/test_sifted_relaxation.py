"""The relaxation by sifting against SciPy's linear programming, which shares no code with it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

import povlib.allocation.solvers.township.relaxation as relaxation
from povlib.allocation import Problem, solve, verify
from povlib.allocation.solvers.township.relaxation import FundRows, model_of, relax


def optimum(problem):
    """Value of the relaxation in persons, by SciPy's interior point and crossover on the plain matrices."""
    choice = sparse.csr_array((np.ones(len(problem.value)), (problem.group, np.arange(len(problem.value)))))
    found = linprog(
        -problem.value / 1e6, A_ub=problem.use.T, b_ub=problem.capacity, A_eq=choice, b_eq=np.ones(choice.shape[0]),
        method="highs-ipm",
    )  # fmt: skip
    return None if found.status == 2 else -found.fun


@pytest.fixture
def arrays(instances):
    return instances.random_arrays


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), households=st.integers(2, 90), real=st.booleans())
def test_sifting_reaches_the_optimum_of_the_whole_relaxation(instances, seed, households, real):
    problem = Problem.from_arrays(**instances.random_arrays(households, seed, real=real, per_village=20))
    relaxed = relax(problem, 60)
    best = optimum(problem)
    if best is None:
        assert relaxed is None
        return
    assert relaxed.bound / 1e12 == pytest.approx(best, abs=1e-5)
    assert np.bincount(problem.group, relaxed.x) == pytest.approx(np.ones(problem.groups), abs=1e-7)
    assert relaxed.x.min() >= -1e-7
    size = np.maximum(abs(problem.use).max(axis=0).toarray().ravel(), 1)
    assert ((problem.use.T @ relaxed.x - problem.capacity) / size).max() <= 1e-6


def test_from_the_prices_of_another_plan_the_bound_is_the_same(arrays):
    problem = Problem.from_arrays(**arrays(120, 5))
    row = problem.rows["row"].iloc[2]
    changed = problem.with_capacities({row: int(0.8 * problem.capacity[2])})
    near = relax(problem, 60).row_prices
    best = optimum(changed)
    for warm in (near, np.zeros(len(near)), 50 * near):
        assert relax(changed, 60, warm=warm).bound / 1e12 == pytest.approx(best, abs=1e-5)


def test_a_township_of_tables_with_bundled_funds_has_the_bound_of_the_whole_program(township, monkeypatch):
    sifted = relax(township, 60).bound
    monkeypatch.setattr(relaxation, "MOST_SIFTED", 0)
    assert sifted / 1e12 == pytest.approx(relax(township, 60).bound / 1e12, abs=1e-5)


def test_what_no_weights_can_satisfy_is_no_relaxation():
    use = sparse.csr_array(np.full((6, 1), 3))
    problem = Problem.from_arrays(np.arange(6.0), [0, 0, 1, 1, 2, 2], [0, 0, 0], use, [8])
    assert relax(problem, 60) is None


def test_where_nothing_is_scarce_everybody_has_the_best():
    use = sparse.csr_array([[0], [2], [0], [3]])
    relaxed = relax(Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [100]), 60)
    assert relaxed.x.tolist() == [0, 1, 0, 1]
    assert relaxed.bound == 11 * 10**12
    assert not relaxed.prices.rows.any()


def test_subgradients_prove_what_they_say_and_compile_to_the_same_bits(arrays):
    from povlib.allocation.solvers.township.sifted_relaxation import lower_bound_by_subgradients

    problem = Problem.from_arrays(**arrays(30, 3))
    model = model_of(problem, FundRows(problem))
    use = sparse.csr_array(model.a.T)
    start = np.append(np.flatnonzero(np.diff(model.group, prepend=-1)), len(model.group)).astype(np.int64)
    unit = 1 / np.maximum(abs(model.a).max(axis=1).toarray().ravel(), 1e-9)
    found = []
    for loop in (
        lower_bound_by_subgradients,
        getattr(lower_bound_by_subgradients, "py_func", lower_bound_by_subgradients),
    ):
        price = np.zeros(len(model.b))
        bound = loop(start, model.c, use.indptr, use.indices, use.data, model.b, unit, price, 40, 50.0)
        line = model.c - use @ price
        assert bound == pytest.approx(np.maximum.reduceat(line, start[:-1]).sum() + price @ model.b, rel=1e-12)
        assert (price >= 0).all()
        found.append((bound, price.tolist()))
    assert found[0] == found[1]
    assert 0.999 * relax(problem, 60).bound / 1e9 <= found[0][0] <= np.maximum.reduceat(model.c, start[:-1]).sum()


def test_a_what_if_is_proved_and_the_same_every_time(arrays):
    problem = Problem.from_arrays(**arrays(80, 11, real=True))
    plan = solve(problem, gap=2.0)
    row = problem.rows["row"].iloc[0]
    changed = problem.with_capacities({row: int(1.1 * problem.capacity[0])})
    first, second = (solve(changed, gap=2.0, warm_start=plan) for _ in range(2))
    assert verify(first, changed).ok
    assert first.certificate == second.certificate
    assert first.price_bound == pytest.approx(solve(changed, gap=2.0).price_bound, abs=1e-5)
