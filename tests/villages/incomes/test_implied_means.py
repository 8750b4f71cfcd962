"""What two villages above a mark leave for the others: the bulletin's own figures, and any others by brute force."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.villages.incomes.implied_means import others_mean_below


def test_the_bulletins_twelve_villages() -> None:
    """(5n - 20) / (n - 2) in 10,000 yuan, and 4.0 for twelve villages: domain facts on village income."""
    assert others_mean_below(12, 50_000, 2, 100_000) == 40_000
    for n in range(5, 40):
        assert others_mean_below(n, 5, 2, 10) == Fraction(5 * n - 20, n - 2)


@given(st.integers(2, 30), st.data())
def test_villages_that_reach_the_mark_leave_the_others_at_the_bound(n: int, data: st.DataObject) -> None:
    above = data.draw(st.integers(0, n - 1))
    mark = data.draw(st.integers(1, 100))
    others = data.draw(st.lists(st.integers(0, 50), min_size=n - above, max_size=n - above))
    total = above * mark + sum(others)
    # in units of 1/n, so that the mean is whole
    assert others_mean_below(n, total, above, n * mark) == Fraction(n * sum(others), n - above)


def test_figures_that_cannot_be_are_refused() -> None:
    for villages, mean, above, mark in ((2, 5, 2, 10), (3, 5, 2, 10), (0, 5, 0, 10)):
        with pytest.raises(DataError):
            others_mean_below(villages, mean, above, mark)
