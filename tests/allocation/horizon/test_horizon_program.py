"""The program's prices and choices against brute force on horizons too small to err on."""

import numpy as np
from tiny_horizons import best_by_enumeration, horizon_of, tiny

from povlib.allocation.horizon.horizon_bound import horizon_bound
from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_PERSON


def test_its_best_choice_is_that_of_enumeration_and_its_prices_bound_it():
    for seed in range(10):
        made = tiny(seed)
        horizon = horizon_of(made)
        program = HorizonProgram(horizon)
        column = np.flatnonzero(horizon.problem.allowed)
        rows, said = program.best_rows(column, horizon.problem.value / MICRO, gap=0.0, nodes=0)
        best = best_by_enumeration(made)
        assert horizon.problem.value[rows].sum() == best
        assert said >= best / MICRO - 1e-6
        assert horizon_bound(horizon, program.prices()) / UNITS_PER_PERSON >= best / MICRO - 1e-9


def test_a_second_sum_must_reach_what_is_asked():
    made = tiny(0)
    horizon = horizon_of(made)
    program = HorizonProgram(horizon)
    column = np.flatnonzero(horizon.problem.allowed)
    value = horizon.problem.value / MICRO
    best, _ = program.best_rows(column, value, gap=0.0, nodes=0)
    stays = (horizon.period < 0).astype(float)  # as many as possible wait, at no loss
    rows, _ = program.best_rows(column, stays, gap=0.0, nodes=0, least=(value, value[best].sum() - 1e-9))
    assert np.isclose(value[rows].sum(), value[best].sum())
    assert stays[rows].sum() >= stays[best].sum()


def test_a_forbidden_choice_is_not_made_again():
    horizon = horizon_of(tiny(0))
    program = HorizonProgram(horizon)
    column = np.flatnonzero(horizon.problem.allowed)
    value = horizon.problem.value / MICRO
    best, _ = program.best_rows(column, value, gap=0.0, nodes=0)
    other, _ = program.best_rows(column, value, gap=0.0, nodes=0, without=(best,))
    assert (other != best).any()
