"""The matching against brute force over every way to give vacancies out."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.support.matching.best_matching import best_matching


@st.composite
def cases(draw):
    persons, posts = draw(st.integers(0, 5)), draw(st.integers(0, 3))
    shape = persons * posts
    may = np.array(draw(st.lists(st.booleans(), min_size=shape, max_size=shape)), dtype=bool).reshape(persons, posts)
    points = np.array(draw(st.lists(st.integers(0, 10), min_size=shape, max_size=shape)), dtype=np.int64)
    slots = np.array(draw(st.lists(st.integers(0, 3), min_size=posts, max_size=posts)), dtype=np.int64)
    return may, points.reshape(persons, posts), slots


def worth(choice, may, points, slots):
    """Return (vacancies filled, points) of a choice of a post a person, None where it breaks a rule."""
    for person, post in enumerate(choice):
        if post >= 0 and not may[person, post]:
            return None
    if any(choice.count(post) > slots[post] for post in range(len(slots))):
        return None
    held = [(person, post) for person, post in enumerate(choice) if post >= 0]
    return len(held), int(sum(points[pair] for pair in held))


@settings(max_examples=300, deadline=None)
@given(cases())
def test_as_many_filled_as_can_be_then_the_best_fit(case):
    may, points, slots = case
    found = best_matching(may, points, slots)
    every = (worth(choice, may, points, slots) for choice in product(range(-1, len(slots)), repeat=len(may)))
    best = max(value for value in every if value is not None)
    assert worth(tuple(found.tolist()), may, points, slots) == best


def test_two_persons_and_one_post_leave_the_better_fit_only():
    may, points = np.ones((2, 1), dtype=bool), np.array([[2], [5]])
    assert best_matching(may, points, np.array([1])).tolist() == [-1, 0]


@pytest.mark.parametrize(("points", "slots"), [([[-1]], [1]), ([[1]], [-1]), ([[2**53]], [1])])
def test_what_cannot_be_weighed_exactly_is_refused(points, slots):
    with pytest.raises(ValueError, match="points"):
        best_matching(np.ones((1, 1), dtype=bool), np.array(points), np.array(slots))


def test_a_county_is_matched_in_seconds():
    rng = np.random.default_rng(1)
    may = rng.random((5000, 60)) < 0.3
    points = rng.integers(0, 11, may.shape)
    found = best_matching(may, points, np.full(60, 5))
    assert (found >= 0).sum() == 300
    assert np.bincount(found[found >= 0]).max() == 5
