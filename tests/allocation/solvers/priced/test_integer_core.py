"""The integer core keeps its capacities and comes near the best of every choice."""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_arrays import best_of, small

from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.solvers.priced import integer_core as cores

SEEDS = st.integers(0, 10**6)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
@example(17355)  # no row is shared by two households
def test_a_core_is_chosen_within_its_capacities_and_near_the_best(seed):
    value, use, capacity, start, _ = small(seed, villages=2, wide=2)
    core = cores.IntegerCore(start, value, use, capacity, np.zeros(len(capacity)))
    chosen = cores.choose_core(core, nodes=20_000)
    best = best_of(value, use, capacity, start)
    assert chosen.rows is not None
    assert best is not None
    assert (core.used(chosen.rows) <= capacity).all()
    assert np.array_equal(core.group[chosen.rows], np.arange(len(start) - 1))
    assert value[chosen.rows].sum() <= best
    assert value[chosen.rows].sum() >= 0.9 * best


def test_a_core_without_any_choice_says_so():
    core = cores.IntegerCore(np.array([0, 1]), np.array([5]), csr(np.array([[3]])), np.array([2]), np.array([1.0]))
    assert cores.choose_core(core).rows is None


def test_whole_choice_by_integer_program_agrees_with_brute_force():
    for seed in range(4):
        value, use, capacity, start, _ = small(seed, villages=2, wide=2)
        core = cores.IntegerCore(start, value, use, capacity, np.zeros(len(capacity)))
        rows, _, late = cores.whole_choice(core, None, 10_000, 20.0)
        assert not late
        assert value[rows].sum() == best_of(value, use, capacity, start)
