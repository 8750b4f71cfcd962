"""Plans over horizons against the enumeration of every choice."""

import pytest
from tiny_horizons import best_by_enumeration, horizon_of, tiny

from povlib.allocation.horizon.horizon_check import check_horizon
from povlib.allocation.horizon.horizon_search import solve_horizon


# each takes a third of a second: CI solves the first sixty
@pytest.mark.thorough
@pytest.mark.parametrize(
    "first", [*range(0, 60, 20), *(pytest.param(first, marks=pytest.mark.slow) for first in range(60, 200, 20))]
)
def test_two_hundred_tiny_horizons_are_solved_to_the_best_of_all_choices(first):
    for seed in range(first, first + 20):
        made = tiny(seed)
        horizon = horizon_of(made)
        plan = solve_horizon(horizon, gap=0)
        best = best_by_enumeration(made)
        assert round(plan.value * 1e6) == best, seed
        assert round(plan.bound * 1e6) >= best
        assert not check_horizon(plan, horizon), seed


def test_a_search_that_may_stop_early_still_proves_its_gap():
    for seed in range(12):
        made = tiny(seed)
        plan = solve_horizon(horizon_of(made), gap=0.5)
        best = best_by_enumeration(made) / 1e6
        assert plan.value <= best + 1e-9 <= plan.bound + 2e-9
