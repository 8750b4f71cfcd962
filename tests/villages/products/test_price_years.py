"""Swings of prices: trends are no risk, years stay whole, correlations are those of numpy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.villages.products.price_years import prices_by_year, swing_correlation


def series(seed: int, n: int = 3, years: int = 10) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = np.exp(rng.normal(2, 0.3, (years, n)) + np.outer(np.arange(years), rng.normal(0, 0.05, n)))
    return pd.DataFrame(values, index=range(2000, 2000 + years), columns=[f"p{i}" for i in range(n)])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), growth=st.floats(-0.2, 0.2), scale=st.floats(0.1, 10))
def test_another_trend_changes_the_level_and_no_swing(seed: int, growth: float, scale: float) -> None:
    raw = series(seed)
    moved = raw.mul(scale * np.exp(growth * np.arange(len(raw))), axis=0)
    one, other = np.log(prices_by_year(raw)), np.log(prices_by_year(moved))
    np.testing.assert_allclose(one - one.mean(), other - other.mean(), atol=1e-9)
    same = (swing_correlation(prices_by_year(frame)) for frame in (raw, moved))
    np.testing.assert_allclose(*same, atol=1e-7)


def test_correlation_is_that_of_numpy_on_residuals_of_polyfit() -> None:
    raw = series(7)
    years = np.arange(len(raw))
    logs = np.log(raw.to_numpy())
    left = np.column_stack([column - np.polyval(np.polyfit(years, column, 1), years) for column in logs.T])
    np.testing.assert_allclose(swing_correlation(prices_by_year(raw)), np.corrcoef(left.T), atol=1e-9)


def test_a_steady_price_goes_with_no_other_and_gaps_are_refused() -> None:
    raw = series(3).assign(steady=5.0)
    found = swing_correlation(prices_by_year(raw))
    assert found.loc["steady"].drop("steady").eq(0).all()
    for wrong in (raw.head(2), raw.assign(p0=np.nan), -raw):
        with pytest.raises(DataError, match="three years"):
            prices_by_year(wrong)
