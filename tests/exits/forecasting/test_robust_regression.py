"""Robust fits in any unit of money."""

from __future__ import annotations

import numpy as np
import pytest

from povlib.exits.forecasting.robust_regression import huber_mean, huber_nonnegative_weights


@pytest.mark.parametrize("unit", [1e-9, 1e-3, 1e9])
def test_robust_fits_do_not_depend_on_units(unit: float) -> None:
    rng = np.random.default_rng(0)
    x = rng.lognormal(5, 1, (60, 2))
    y = x @ [0.7, 0.2] + rng.standard_t(2, 60) * 20
    usual = huber_nonnegative_weights(x, y, np.ones(60))
    np.testing.assert_allclose(huber_nonnegative_weights(x * unit, y * unit, np.ones(60)), usual, rtol=1e-9)
    np.testing.assert_allclose(huber_nonnegative_weights(x, y * unit, np.ones(60)) / unit, usual, rtol=1e-9)
    values = np.r_[rng.normal(size=30), 50.0]
    assert huber_mean(values * unit) / unit == pytest.approx(huber_mean(values), rel=1e-12)
