"""Streams that do not disturb each other, and picks that reach their totals."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.sample.chance import apportion, household_sizes, pick_to_total, random_stream


def test_streams_are_named_and_repeatable():
    assert random_stream(1, "a", 5).random() == random_stream(1, "a", 5).random()
    others = {
        random_stream(1, "a", 5).random(),
        random_stream(1, "a", 6).random(),
        random_stream(2, "a", 5).random(),
        random_stream(1, "b", 5).random(),
    }
    assert len(others) == 4


@given(st.lists(st.integers(1, 50), min_size=1, max_size=12), st.integers(0, 500))
def test_apportioned_parts_sum_up_and_are_within_one(weights, total):
    parts = apportion(weights, total)
    assert parts.sum() == total
    assert (abs(parts - np.array(weights) / sum(weights) * total) < 1).all()


@given(st.integers(20, 500), st.floats(2.2, 4.2))
def test_sizes_reach_the_persons_exactly(households, mean):
    share = {1: 0.16, 2: 0.24, 3: 0.23, 4: 0.19, 5: 0.11, 6: 0.05, 7: 0.02}
    persons = round(households * mean)
    sizes = household_sizes(share, households, persons)
    assert len(sizes) == households
    assert sizes.sum() == persons
    assert sizes.min() >= 1
    assert sizes.max() <= 7


@settings(max_examples=60)
@given(st.lists(st.integers(1, 4), min_size=4, max_size=9), st.data())
def test_pick_reaches_a_total_wherever_single_swaps_can(size, data):
    size = np.array(size)
    k = data.draw(st.integers(1, len(size) - 1))
    score = np.arange(len(size), dtype=float)
    possible = {int(size[list(c)].sum()) for c in itertools.combinations(range(len(size)), k)}
    total = data.draw(st.sampled_from(sorted(possible)))
    chosen = pick_to_total(score, size, np.ones(len(size), dtype=bool), k, total)
    assert len(chosen) == k
    start = pick_to_total(score, size, np.ones(len(size), dtype=bool), k)
    assert abs(size[chosen].sum() - total) <= abs(size[start].sum() - total)


def test_pick_takes_the_highest_scores_of_the_pool():
    pool = np.array([True, False, True, True])
    assert pick_to_total(np.array([1.0, 9.0, 3.0, 2.0]), np.ones(4, dtype=np.int64), pool, 2).tolist() == [2, 3]
