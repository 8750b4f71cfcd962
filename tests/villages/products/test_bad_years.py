"""The mean of the worst years against sorting, and against the linear program it comes from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.villages.products.bad_years import worst_years_mean


def by_sorting(incomes: np.ndarray, share: float) -> float:
    """Return the mean of the lowest share of the years, the last of them in part."""
    weight = np.full(len(incomes), 1.0 / len(incomes))
    order = np.argsort(incomes)
    left, total = share, 0.0
    for at in order:
        taken = min(weight[at], left)
        total += taken * incomes[at]
        left -= taken
    return total / share


@settings(max_examples=200, deadline=None)
@given(
    incomes=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=25),
    share=st.floats(0.01, 1.0),
)
def test_equals_the_mean_of_the_sorted_tail(incomes: list[float], share: float) -> None:
    values = np.array(incomes)
    assert worst_years_mean(values, share) == pytest.approx(by_sorting(values, share), rel=1e-6, abs=1e-3)


def test_all_years_are_the_mean_and_one_year_the_least() -> None:
    values = np.array([5.0, -1.0, 3.0, 9.0])
    assert worst_years_mean(values, 1.0) == values.mean()
    assert worst_years_mean(values, 0.25) == values.min()
