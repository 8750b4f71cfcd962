"""Minimising a bound that is linear in pieces."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.allocation.solvers.priced.lbfgs import minimise

SEEDS = st.integers(0, 10**6)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_prices_of_a_piecewise_linear_bound_come_near_its_least_value(seed):
    rng = np.random.default_rng(seed)
    slopes, heights = rng.normal(size=(30, 2)), rng.normal(size=30)
    slopes = np.vstack([slopes, [[1.0, 0.0], [0.0, 1.0]]])  # bounded below
    heights = np.append(heights, [0.0, 0.0])

    def bound(x):
        at = int(np.argmax(slopes @ x + heights))
        return float(slopes[at] @ x + heights[at]), slopes[at]

    grid = np.linspace(0, 4, 41)
    least = min(bound(np.array([a, b]))[0] for a in grid for b in grid)
    found = minimise(bound, np.ones(2), np.ones(2), 200)
    assert (found >= 0).all()
    assert bound(found)[0] <= least + 0.35
