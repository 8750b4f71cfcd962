"""Scores against hand-computed values, statsmodels, and what they must be when chances are right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.review import brier, calibration, log_score, murphy, observed_expected, reliability

pairs = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=2, max_size=60)


@given(pairs, st.integers(1, 20))
@settings(max_examples=60, deadline=None)
def test_the_parts_of_the_brier_score_add_up(rows, bins):
    p, y = np.array(rows).T
    found = murphy(p, y, bins)
    total = found.reliability - found.resolution + found.uncertainty + found.within
    assert found.brier == pytest.approx(brier(p, y)) == pytest.approx(total)
    assert found.reliability >= 0
    assert found.resolution >= -1e-12


def test_the_split_is_exact_when_chances_are_equal_inside_bins():
    p = np.array([0.15] * 4 + [0.75] * 4)
    y = np.array([0, 0, 0, 1, 1, 1, 1, 0])
    found = murphy(p, y, 10)
    assert found.within == pytest.approx(0, abs=1e-12)
    assert found.reliability == pytest.approx(0.5 * (0.15 - 0.25) ** 2 + 0.5 * 0)
    assert found.resolution == pytest.approx(0.25**2)


def test_calibration_matches_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(3)
    p = rng.uniform(0.02, 0.98, 400)
    y = (rng.random(400) < 1 / (1 + np.exp(-(0.4 + 0.7 * np.log(p / (1 - p)))))).astype(float)
    village = rng.integers(0, 12, 400)
    x = sm.add_constant(np.log(p / (1 - p)))
    plain = sm.Logit(y, x).fit(disp=0)
    found = calibration(p, y)
    assert [found.intercept, found.slope] == pytest.approx(plain.params.tolist(), abs=1e-5)
    assert [found.intercept_se, found.slope_se] == pytest.approx(plain.bse.tolist(), rel=1e-4)
    clustered = sm.GLM(y, x, family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": village, "use_correction": False}
    )
    with_villages = calibration(p, y, village)
    assert with_villages.slope_se == pytest.approx(clustered.bse[1] * np.sqrt(12 / 11), rel=1e-3)


def test_recalibration_undoes_a_known_distortion():
    rng = np.random.default_rng(5)
    true = rng.uniform(0.05, 0.95, 20_000)
    y = rng.random(20_000) < true
    logit = np.log(true / (1 - true))
    told = 1 / (1 + np.exp(-(2 * logit - 1)))
    fit = calibration(told, y)
    assert [fit.slope, fit.intercept] == pytest.approx([0.5, 0.5], abs=0.03)
    assert np.abs(fit.apply(told) - true).max() < 0.02


def test_right_chances_lie_inside_their_bands():
    rng = np.random.default_rng(7)
    p = rng.random(3000)
    y = rng.random(3000) < p
    table = reliability(p, y)
    inside = ((table["observed"] >= table["band_low"]) & (table["observed"] <= table["band_high"])).sum()
    assert table["n"].sum() == 3000
    assert inside >= 8


def test_observed_over_expected_by_hand():
    found = observed_expected([0.5, 0.2, 0.8], [1, 0, 1], [2, 5, 1])
    assert (found.observed, found.expected) == (3.0, pytest.approx(2.8))
    assert np.isnan(found.low)  # three clusters are too few


def test_the_interval_of_observed_over_expected_covers():
    """400 worlds of 20 villages with shared years: about 95 % hold 1."""
    rng = np.random.default_rng(11)
    village = np.repeat(np.arange(20), 15)
    hits = 0
    for _ in range(400):
        p = rng.uniform(0.2, 0.6, 300)
        year = rng.normal(0, 0.15, 20)[village]
        found = observed_expected(p, (rng.random(300) < np.clip(p + year, 0, 1)).astype(int), cluster=village)
        hits += found.low <= 1 <= found.high
    assert 0.91 <= hits / 400 <= 0.98


def test_log_score_punishes_certainty_that_was_wrong_but_stays_finite():
    assert log_score([0.0], [1]) == pytest.approx(-np.log(1e-6))
    assert log_score([0.9], [1]) == pytest.approx(-np.log(0.9))


@pytest.mark.parametrize(
    ("p", "y", "words"),
    [([0.5], [1, 0], "differ in length"), ([1.5], [1], "not between"), ([0.5], [2], "neither 0 nor 1"),
     ([float("nan")], [1], "not between")],
)  # fmt: skip
def test_what_is_no_chance_is_refused(p, y, words):
    from povlib.words import language_in_use

    with pytest.raises(DataError) as caught:
        brier(p, y)
    with language_in_use("en"):
        assert words in str(caught.value)


def test_outcomes_all_alike_cannot_be_calibrated():
    with pytest.raises(DataError):
        calibration([0.5, 0.6], [1, 1])
