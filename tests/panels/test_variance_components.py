"""What a unit's own history says of its permanent and persistent part."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.panels import income
from povlib.panels.variance_components import filter_standing


def panel(
    n: int = 500, periods: int = 12, *, permanent=0.25, persistent=0.09, rho=0.6, transitory=0.04, zero=0.0, drop=0.1,
    common=0.0, season=None, seed=1,
):  # fmt: skip
    """Return the whole panel and what an office would have of it."""
    rng = np.random.default_rng(seed)
    slow = np.zeros((n, periods))
    slow[:, 0] = rng.normal(0, np.sqrt(persistent), n)
    for t in range(1, periods):
        slow[:, t] = rho * slow[:, t - 1] + rng.normal(0, np.sqrt(persistent * (1 - rho**2)), n)
    trade = rng.integers(0, 3, n)
    log = 8 + 0.3 * trade[:, None] + 0.03 * np.arange(periods) + rng.normal(0, np.sqrt(permanent), n)[:, None] + slow
    log = log + rng.normal(0, common, periods) + rng.normal(0, np.sqrt(transitory), (n, periods))
    if season is not None:
        log = log + np.asarray(season)[np.arange(periods) % len(season)]
    amount = np.exp(log) * (rng.random((n, periods)) >= zero)
    hh = np.repeat(np.arange(n), periods)
    words = np.array(list("abc"))[trade][hh]
    whole = pd.DataFrame(
        {"hh": hh, "t": np.tile(np.arange(periods), n), "wage": amount.ravel(), "trade": words, "village": hh % 10}
    )
    return whole, whole[rng.random(len(whole)) > drop].reset_index(drop=True)


def test_the_filter_is_the_regression_on_a_units_own_residuals():
    """Against the normal conditional mean and variance by matrices, with a gap."""
    _, seen = panel(300, 8, seed=2)
    model = income(seen, id="hh", time="t", amount="wage", covariates=["trade"])
    parts = model.components
    step, residual = np.array([0, 1, 3, 6]), np.array([0.5, 0.1, -0.2, 0.4])
    stood, _ = filter_standing(parts, 1, np.zeros(4, dtype=np.int64), step, residual, np.array([7]))
    lags = np.abs(step[:, None] - step[None, :])
    seen_cov = parts.permanent + parts.persistent * parts.rho**lags + np.diag(np.full(4, parts.transitory))
    with_a, with_u = np.full(4, parts.permanent), parts.persistent * parts.rho ** (7 - step)
    for mean, variance, row, own in (
        (stood.permanent[0], stood.variance[0], with_a, parts.permanent),
        (stood.persistent[0], stood.persistent_variance[0], with_u, parts.persistent),
    ):
        assert mean == pytest.approx(row @ np.linalg.solve(seen_cov, residual))
        assert variance == pytest.approx(own - row @ np.linalg.solve(seen_cov, row))
    assert stood.covariance[0] == pytest.approx(-with_a @ np.linalg.solve(seen_cov, with_u))
