"""Rows of few places counted whole, against every whole choice tried."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from povlib.allocation.proof.counted_rows import best_by_places, joined_households, no_households

PACKAGES = st.lists(st.tuples(st.integers(-50, 50), st.integers(0, 4)), min_size=1, max_size=4)


def _best_of_all(households: list[list[tuple[int, int]]], places: int) -> list[float]:
    """Return by places the best of every choice of one package a household."""
    best = [-math.inf] * (places + 1)
    for chosen in itertools.product(*households):
        worth, taken = (sum(column) for column in zip((0, 0), *chosen, strict=True))
        for most in range(taken, places + 1):
            best[most] = max(best[most], worth)
    return best


def _columns(households: list[list[tuple[int, int]]], kind: type) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = [(worth, at, taken) for at, own in enumerate(households) for worth, taken in own]
    worth, home, taken = zip(*rows, strict=True) if rows else ((), (), ())
    return np.array(worth, dtype=kind), np.array(home, dtype=np.int64), np.array(taken, dtype=np.int64)


@given(st.lists(PACKAGES, max_size=5), st.integers(0, 6), st.sampled_from([np.int64, object]))
def test_it_is_the_best_of_every_choice(households: list[list[tuple[int, int]]], places: int, kind: type) -> None:
    assert best_by_places(*_columns(households, kind), places) == _best_of_all(households, places)


@given(st.lists(PACKAGES, max_size=3), st.lists(PACKAGES, max_size=3), st.integers(0, 5))
def test_households_of_two_parts_are_those_of_both(
    here: list[list[tuple[int, int]]], there: list[list[tuple[int, int]]], places: int
) -> None:
    each = (best_by_places(*_columns(own, np.int64), places) for own in (here, there))
    assert joined_households(*each) == best_by_places(*_columns(here + there, np.int64), places)


def test_numbers_larger_than_a_machines_stay_exact() -> None:
    far = 2**70
    line, home, taken = np.array([0, far + 1, 0, far + 2], dtype=object), np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    assert best_by_places(line, home, taken, 2) == [0, far + 2, 2 * far + 3]


def test_who_cannot_do_with_so_few_says_so() -> None:
    assert best_by_places(np.array([7]), np.array([0]), np.array([2]), 3) == [-math.inf, -math.inf, 7, 7]
    assert no_households(2) == [0, 0, 0]


@pytest.mark.parametrize("price", range(0, 40, 3))
def test_no_price_proves_less(price: int) -> None:
    line, home, taken = np.array([0, 30, 0, 28, 0, 16]), np.array([0, 0, 1, 1, 2, 2]), np.array([0, 2, 0, 2, 0, 1])
    priced = line - price * taken
    by_price = sum(max(priced[home == at]) for at in range(3)) + 2 * price
    assert best_by_places(line, home, taken, 2)[-1] <= by_price
