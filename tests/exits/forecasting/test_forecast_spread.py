"""How far forecasts miss: usual spread, large shocks, livelihoods, few years; truth known by making."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, t

from povlib.exits.exit_chances import student_t_draws
from povlib.exits.forecasting.forecast_spread import LargeShocks, learn_spread, variance_features
from povlib.exits.forecasting.income_forecast import HouseholdGroups
from povlib.exits.projection_constants import projection_constants
from povlib.vocabulary import INCOME_PARTS

COUNT, WINDOWS = 400, 3


def made(leap_share: float, leap_scale: float, of_group: tuple[float, float] = (1.0, 1.0), seed: int = 1):
    """Return errors, features, group of households whose misses are a fifth of their wage, large shocks apart."""
    rng = np.random.default_rng(seed)
    wage = rng.uniform(4e5, 2e6, COUNT)
    group = np.arange(COUNT) % 2
    scale = 0.2 * wage * np.sqrt(np.array(of_group))[group]
    large_shocks = rng.random((WINDOWS, COUNT)) < leap_share
    errors = scale * rng.standard_normal((WINDOWS, COUNT)) * np.where(large_shocks, leap_scale, 1.0)
    mean = {name: wage if name == "wage" else np.zeros(COUNT) for name in INCOME_PARTS}
    feature = np.stack([variance_features(mean, np.ones(COUNT))] * WINDOWS)
    return errors, feature, group, scale


def learnt(errors, feature, group, catalogue, settled=None):
    settled = np.ones(errors.shape, dtype=bool) if settled is None else settled
    return learn_spread(errors, feature, settled, group, np.arange(COUNT) % 10, projection_constants(catalogue))


def sd(found, feature):
    return np.sqrt(feature[0] @ found.rates * found.own)


def test_a_few_leaps_do_not_make_the_usual_spread_wide(catalogue):
    errors, feature, group, scale = made(0.06, 5.0)
    found = learnt(errors, feature, group, catalogue)
    assert np.median(sd(found, feature) / scale) == pytest.approx(1.0, abs=0.1)
    assert found.large_shocks.share == pytest.approx(0.06, abs=0.03)
    assert found.large_shocks.scale == pytest.approx(5.0, abs=1.2)
    together = np.sqrt((errors**2).mean() / (scale**2).mean())
    assert together > 1.4  # what everybody's range was made of before


def test_without_leaps_the_spread_is_the_usual_one(catalogue):
    errors, feature, group, scale = made(0.0, 1.0)
    found = learnt(errors, feature, group, catalogue)
    both = np.sqrt(1 + found.large_shocks.share * (found.large_shocks.scale**2 - 1))
    assert np.median(sd(found, feature) / scale) * both == pytest.approx(1.0, abs=0.07)


def test_a_calm_livelihood_has_the_narrower_spread(catalogue):
    errors, feature, group, scale = made(0.0, 1.0, of_group=(0.4, 1.3))
    found = sd(learnt(errors, feature, group, catalogue), feature)
    assert np.median((found / scale)[group == 0]) == pytest.approx(1.0, abs=0.2)
    ratio = np.median(found[group == 1]) / np.median(found[group == 0])
    assert ratio == pytest.approx(np.sqrt(1.3 / 0.4), rel=0.25)


def test_the_year_of_an_exit_teaches_nothing_of_chance(catalogue):
    """Its leap came with that year's help; with it in the mixture everybody could hope for one without help."""
    errors, feature, group, scale = made(0.0, 1.0)
    settled = np.ones(errors.shape, dtype=bool)
    settled[0, :30] = False
    shock_density = errors.copy()
    shock_density[0, :30] = 6 * scale[:30]
    found, calm = (learnt(e, feature, group, catalogue, settled) for e in (shock_density, errors))
    assert found.rates == pytest.approx(calm.rates)
    assert found.middle == pytest.approx(calm.middle)
    assert found.large_shocks == calm.large_shocks


def test_too_few_errors_leave_what_was_assumed(catalogue):
    errors, feature, group, _ = made(0.0, 1.0)
    errors[:] = np.nan
    errors[0, :10] = 1e5
    found = learnt(errors, feature, group, catalogue)
    assert found.rates[1:] == pytest.approx(projection_constants(catalogue).income_spread ** 2)
    assert found.large_shocks == LargeShocks()


def test_a_year_of_which_three_were_seen_is_students():
    z = np.linspace(-2.5, 2.5, 11)
    assert student_t_draws(z, 3.0) == pytest.approx(t.ppf(norm.cdf(z), 3))
    assert student_t_draws(z, 1e6) == pytest.approx(z, abs=1e-4)


def test_who_is_out_is_apart_only_from_the_year_after_the_exit():
    who = HouseholdGroups(
        np.array([0, 0, 1]), np.zeros(3, dtype=np.int64), np.ones(3), np.array([2014.0, np.inf, 2015.0])
    )
    assert who.classes(12 * 2014 + 11).tolist() == [0, 0, 2]
    assert who.classes(12 * 2015 + 3).tolist() == [1, 0, 2]
    assert who.classes(12 * 2016 + 3).tolist() == [1, 0, 3]
