"""Variances of the parts: known truths come back, and no part is invented."""

from __future__ import annotations

import numpy as np
import pytest

from povlib.panels.variance_components import VarianceComponents, fit_components


def drawn(truth: VarianceComponents, units: int, waves: int, seed: int, drop: float = 0.0) -> VarianceComponents:
    step = np.arange(waves)
    rng = np.random.default_rng(seed)
    table = rng.multivariate_normal(np.zeros(waves), truth.covariance(step[:, None], step[None, :]), units)
    seen = rng.random(table.shape) >= drop
    unit, at = np.nonzero(seen)
    return fit_components(unit, at, table[seen])


@pytest.mark.parametrize("waves", [4, 6, 12])
@pytest.mark.parametrize(
    "truth",
    [
        VarianceComponents(0.25, 0.0, 0.0, 0.0, walk=0.04),
        VarianceComponents(0.25, 0.0, 0.0, 0.04),
        VarianceComponents(0.25, 0.0, 0.0, 0.04, slope=0.01),
    ],
    ids=["wanders", "returns", "own trends"],
)
def test_what_wanders_passes_or_drifts_is_told_apart(truth: VarianceComponents, waves: int) -> None:
    found = drawn(truth, 800, waves, seed=waves)
    assert found.permanent == pytest.approx(truth.permanent, rel=0.2)
    for name in ("walk", "slope", "transitory", "persistent"):
        assert getattr(found, name) == pytest.approx(getattr(truth, name), rel=0.25, abs=0.006), name


def test_gaps_and_windows_of_long_histories_change_no_more_than_chance() -> None:
    found = drawn(VarianceComponents(0.25, 0.0, 0.0, 0.01, walk=0.04), 300, 40, seed=2, drop=0.2)
    assert found.walk == pytest.approx(0.04, rel=0.15)
