"""The local search: against brute force, repeatable, and the same without the compiler."""

import itertools
import time

import numpy as np
import pytest

from povlib.allocation import Problem
from povlib.allocation.proof.certificate import exact_sum
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.restricted_programs import broken_rows


@pytest.fixture(scope="module")
def found(instances):
    """A small township, its relaxation and a first plan."""
    from povlib.allocation.solvers.township.neighbourhood_search import rounded_plan

    problem = Problem.from_arrays(**instances.random_arrays(60, 4))
    relaxed = relax(problem, 60)
    rows, _ = rounded_plan(problem, relaxed, relaxed.first)
    return problem, relaxed, rows


def test_options_are_the_packages_near_the_best_and_count_to_the_bound(found):
    from povlib.allocation.solvers.township.neighbourhood_search import options_within

    problem, relaxed, rows = found
    near = options_within(problem, relaxed, 2e5, rows)
    every = options_within(problem, relaxed, np.inf, rows)
    assert len(every.row) == problem.allowed.sum()
    assert set(near.row) == set(every.row[every.loss <= 2e5]) | set(rows)
    assert near.row[near.place(rows)].tolist() == rows.tolist()
    for g in range(problem.groups):
        own = slice(near.first[g], near.last[g])
        assert (problem.group[near.row[own]] == g).all()
        assert (np.diff(near.loss[own]) >= 0).all()
    chosen = near.place(rows)
    slack = near.capacity - near.use[chosen].sum(axis=0)
    cost = near.loss[chosen].sum() + near.price @ slack
    assert cost == pytest.approx(near.bound - near.value[chosen].sum(), abs=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_a_part_is_searched_to_the_best(found, seed):
    from povlib.allocation.solvers.township.neighbourhood_loops import search_part
    from povlib.allocation.solvers.township.neighbourhood_search import options_within

    problem, relaxed, rows = found
    o = options_within(problem, relaxed, 4e5, rows)
    chosen = o.place(rows)
    members = np.random.default_rng(seed).choice(problem.groups, 4, replace=False).astype(np.int64)
    free = o.capacity - o.use[np.delete(chosen, members)].sum(axis=0)
    every = np.arange(len(free), dtype=np.int64)
    part = np.full(4, -1, dtype=np.int64)
    _, good, cost = search_part(members, o.arrays, every, free, part, 10**6, -1, -(2**62), np.inf)
    fits = [
        choice
        for choice in itertools.product(*(range(o.first[g], o.last[g]) for g in members))
        if (o.use[list(choice)].sum(axis=0) <= free).all()
    ]
    assert good
    assert o.value[part].sum() == max(o.value[list(choice)].sum() for choice in fits)
    assert cost == pytest.approx(o.loss[part].sum() + o.price @ (free - o.use[part].sum(axis=0)))


def test_searching_never_breaks_a_rule_never_loses_and_repeats(found):
    from povlib.allocation.solvers.township.neighbourhood_search import improved_plan

    problem, relaxed, rows = found
    late = time.monotonic() + 600
    better, nodes = improved_plan(problem, relaxed, rows, 0.0, 400_000, late)
    again, same = improved_plan(problem, relaxed, rows, 0.0, 400_000, late)
    assert better.tolist() == again.tolist()
    assert nodes == same >= 400_000
    assert not broken_rows(problem, relaxed.funds, better)
    assert exact_sum(problem.value[better]) > exact_sum(problem.value[rows])
    stopped, fewer = improved_plan(
        problem, relaxed, rows, relaxed.bound / 1e6 - exact_sum(problem.value[rows]), 10**6, late
    )
    assert stopped.tolist() == rows.tolist()
    assert fewer == 0


def test_the_walk_is_the_same_without_the_compiler(found, monkeypatch):
    import povlib.allocation.solvers.township.neighbourhood_loops as loops
    from povlib.allocation.solvers.township.neighbourhood_search import improved_plan

    problem, relaxed, rows = found
    late = time.monotonic() + 600
    compiled = improved_plan(problem, relaxed, rows, 0.0, 20_000, late)
    for name in [name for name, loop in vars(loops).items() if hasattr(loop, "py_func")]:
        monkeypatch.setattr(loops, name, getattr(loops, name).py_func)
    with np.errstate(over="ignore"):
        plain = improved_plan(problem, relaxed, rows, 0.0, 20_000, late)
    assert compiled[1] == plain[1]
    assert compiled[0].tolist() == plain[0].tolist()


@pytest.mark.thorough
def test_joined_lists_keep_every_rule_and_do_not_lose(found):
    from povlib.allocation.solvers.township import neighbourhood_search

    problem, relaxed, rows = found
    cost = relaxed.bound / 1e6 - exact_sum(problem.value[rows])
    o = neighbourhood_search.options_within(problem, relaxed, cost, rows)
    order = neighbourhood_search._groups_with_choice(problem, o)
    village = neighbourhood_search._drawing_order(neighbourhood_search._village_of_group(problem), order)
    walk = neighbourhood_search._SearchRound(o, village, o.place(rows), 0.0, cost)
    nodes, better = walk.joins(0, 8, 500, 40)
    assert nodes > 0
    assert not broken_rows(problem, relaxed.funds, better)
    assert exact_sum(problem.value[better]) >= exact_sum(problem.value[rows])
