"""What a unit's own history says of its level, its persistent part and its drift."""

from __future__ import annotations

import numpy as np
import pytest

from povlib.panels.unit_standing import filter_standing
from povlib.panels.variance_components import VarianceComponents


@pytest.mark.parametrize("first", [0, 2])
def test_the_filter_is_the_regression_on_a_units_own_residuals(first: int) -> None:
    """Against the normal conditional mean and variance by matrices, with a gap, wherever a unit comes in."""
    parts = VarianceComponents(0.3, 0.1, 0.6, 0.05, walk=0.02, slope=0.01)
    step, residual, end = np.array([0, 1, 3, 6]), np.array([0.5, 0.1, -0.2, 0.4]), 7
    stood, _ = filter_standing(parts, 1, np.zeros(4, dtype=np.int64), first + step, residual, np.array([first + end]))
    lag = np.abs(step[:, None] - step)
    level = 0.3 + 0.02 * np.minimum(step[:, None], step) + 0.01 * np.outer(step, step)
    seen = level + 0.1 * 0.6**lag + 0.05 * np.eye(4)
    beside = np.array([0.3 + 0.02 * step + 0.01 * step * end, 0.1 * 0.6 ** (end - step), 0.01 * step])
    own = np.array([[0.3 + 0.02 * end + 0.01 * end**2, 0, 0.01 * end], [0, 0.1, 0], [0.01 * end, 0, 0.01]])
    assert stood.mean[0] == pytest.approx(beside @ np.linalg.solve(seen, residual))
    assert stood.covariance[0] == pytest.approx(own - beside @ np.linalg.solve(seen, beside.T))


def test_columns_are_filtered_alike_and_innovations_have_variance_one() -> None:
    """Whitening by the filter is whitening by the inverse of the Cholesky factor."""
    parts, step = VarianceComponents(0.3, 0.1, 0.6, 0.05, walk=0.02, slope=0.01), np.arange(5)
    table = np.random.default_rng(1).normal(size=(5, 3))
    _, news = filter_standing(parts, 1, np.zeros(5, dtype=np.int64), step, table, np.array([4]))
    root = np.linalg.cholesky(parts.covariance(step[:, None], step[None, :]))
    assert news == pytest.approx(np.linalg.solve(root, table))
