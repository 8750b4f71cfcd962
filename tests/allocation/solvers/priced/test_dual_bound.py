"""The bound at given common prices against its definition and against every choice tried."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_arrays import best_of, small, store

from povlib.allocation.solvers.priced.dual_bound import DualBound
from povlib.allocation.solvers.priced.price_store import store_of
from povlib.allocation.solvers.priced.village_choices import settle_open_villages

SEEDS = st.integers(0, 10**6)


def village_bound(s, v, best, price):
    """The village's part of the bound, straight from its definition."""
    total = float((np.where(s.slot[v] >= 0, price, 0) * s.limit[v]).sum())
    for h in range(s.first[v], s.first[v + 1]):
        total += max(best[e] - price @ s.local[e] for e in range(s.entry[h], s.entry[h + 1]))
    return total


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.booleans())
def test_no_price_of_one_village_row_alone_gives_a_lower_bound(seed, yuan):
    s = store(seed, yuan=yuan)
    common = np.full(len(s.common), 1000.0)
    found = DualBound(s)(common)
    score = s.value - s.use @ common
    best = np.array([score[a:b].max() for a, b in itertools.pairwise(s.begin)])
    for v in range(s.villages):
        here = village_bound(s, v, best, found.local[v])
        last = [j for j in range(s.slot.shape[1]) if s.slot[v, j] >= 0][-1:]
        for j in last:  # the row settled last is at its least for good
            for step in (-0.5, -0.01, 0.01, 0.5):
                price = found.local[v].copy()
                price[j] = max(price[j] + step * (price[j] + 1000.0), 0.0)
                assert village_bound(s, v, best, price) >= here - 1e-3


@pytest.mark.thorough
@settings(max_examples=40, deadline=None)
@given(SEEDS, st.booleans())
def test_every_pass_bounds_the_best_choice(seed, yuan):
    value, use, capacity, start, village = small(seed, villages=2, yuan=yuan)
    s = store_of(value, use, capacity, start, village, np.ones(len(value), dtype=bool))
    found = DualBound(s)(np.full(len(s.common), 2000.0))
    settled = settle_open_villages(s, found)
    best = best_of(value, use, capacity, start)
    assert settled.bound <= found.bound + 1e-6
    assert best is None or best <= settled.bound + 1e-3
    assert not settled.lost  # nothing new fits every village
