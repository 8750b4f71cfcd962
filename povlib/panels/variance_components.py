"""Permanent, persistent and transitory components of income: variances in an unbalanced panel.

Responsible for splitting the variance of residuals into a permanent part of the unit, a persistent one
(AR(1)) and a transitory one, from their autocovariances, and for what a unit's own history says of its
permanent and persistent part. Not responsible for the regression that left the residuals. Sources:
Abowd and Card (1989) for the moments; Harvey (1989) for the filter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints

# Three years of months: longer lags have few pairs and tell little more of what lasts. A choice.
MOST_LAGS = 36
# A choice: with fewer pairs of periods what lasts cannot be told from what passes.
LEAST_PAIRS = 20
MISFIT_SHARE_KEPT = 0.9
"""A persistent part is believed only if it leaves at most this share of the misfit: over a few periods one of
rho near 1 looks like a permanent one."""
_RHO = np.round(np.arange(0.01, 0.96, 0.01), 2)
SHORT_RHO = 0.7
"""With three periods rho cannot be found beside the variances: it is taken as this."""


@dataclass(frozen=True)
class VarianceComponents:
    """Variances of the parts of a residual.

    Attributes
    ----------
    permanent, persistent, transitory : float
        Of the unit, of its AR(1), of one period alone.
    rho : float
        Correlation of the AR(1) from one step to the next.
    told_apart : bool
        Whether there were pairs of periods to tell them apart.
    """

    permanent: float
    persistent: float
    rho: float
    transitory: float
    told_apart: bool = True

    @property
    def total(self) -> float:
        """Variance of one period's residual."""
        return self.permanent + self.persistent + self.transitory

    def covariance(self, lag: int) -> float:
        """Return the covariance of two periods so many steps apart."""
        return self.permanent + self.persistent * self.rho**lag + (self.transitory if lag == 0 else 0.0)


def autocovariances(unit: Ints, step: Ints, residual: Floats) -> tuple[Ints, Floats, Ints]:
    """Return lags, mean products of residuals so far apart, and numbers of pairs; rows in order of unit and step.

    Examples
    --------
    >>> lags, value, pairs = autocovariances(np.array([0, 0, 0]), np.array([0, 1, 3]), np.array([1.0, 2.0, 3.0]))
    >>> lags.tolist(), value.round(2).tolist(), pairs.tolist()
    ([0, 1, 2, 3], [4.67, 2.0, 6.0, 3.0], [3, 1, 1, 1])
    """
    span = int(step.max()) + 1 + MOST_LAGS if len(step) else 1
    # One sorted number for unit and step; units lie further apart than any lag, so that none reaches into the next.
    key = unit * span + step
    lags, values, pairs = [0], [float(np.mean(residual**2)) if len(residual) else 0.0], [len(residual)]
    for lag in range(1, min(MOST_LAGS, int(np.ptp(step)) if len(step) else 0) + 1):
        at = np.minimum(np.searchsorted(key, key + lag), len(key) - 1)
        match = np.flatnonzero(key[at] == key + lag)
        if len(match):
            lags.append(lag)
            values.append(float(np.mean(residual[match] * residual[at[match]])))
            pairs.append(len(match))
    return np.array(lags), np.array(values), np.array(pairs)


def fit_components(unit: Ints, step: Ints, residual: Floats) -> VarianceComponents:
    """Fit the components to the autocovariances by weighted least squares, variances not negative.

    Lags count by their number of pairs; rho by grid of .01 up to .95 (`SHORT_RHO` with three periods). With
    fewer than `LEAST_PAIRS` pairs the variance is split evenly between permanent and transitory, and `told_apart`
    is False.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> unit, step = np.repeat(np.arange(400), 8), np.tile(np.arange(8), 400)
    >>> components = fit_components(unit, step, rng.normal(0, 1, 400)[unit] + rng.normal(0, 0.5, 3200))
    >>> bool(0.8 < components.permanent + components.persistent < 1.2), bool(0.2 < components.transitory < 0.3)
    (True, True)
    """
    from scipy.optimize import nnls

    lags, value, pairs = autocovariances(unit, step, residual)
    if pairs[1:].sum() < LEAST_PAIRS:
        half = float(value[0]) / 2
        return VarianceComponents(half, 0.0, 0.0, half, told_apart=False)
    weight = np.sqrt(pairs)
    now = (lags == 0).astype(np.float64)
    plain, miss = nnls(np.column_stack([np.ones(len(lags)), now]) * weight[:, None], value * weight)
    best = VarianceComponents(float(plain[0]), 0.0, 0.0, float(plain[1]))
    miss *= MISFIT_SHARE_KEPT
    tried = _RHO if len(lags) > 3 else np.array([SHORT_RHO])[: max(len(lags) - 2, 0)]
    for rho in tried:
        design = np.column_stack([np.ones(len(lags)), rho**lags, now])
        coefficients, left = nnls(design * weight[:, None], value * weight)
        if left < miss and coefficients[1] > 0:
            permanent, persistent, transitory = coefficients.tolist()
            best, miss = VarianceComponents(permanent, persistent, float(rho), transitory), left
    return best


@dataclass(frozen=True)
class UnitStanding:
    """What each unit's history says at a step of its permanent and persistent part: means, variances, covariance."""

    permanent: Floats
    persistent: Floats
    variance: Floats
    persistent_variance: Floats
    covariance: Floats


def filter_standing(
    parts: VarianceComponents, units: int, unit: Ints, step: Ints, residual: Floats, at: Ints, own: Floats | None = None
) -> tuple[UnitStanding, Floats]:
    """Filter the residuals of every unit up to its step `at` (Kalman), and return the standardised innovations by row.

    Parameters
    ----------
    parts : VarianceComponents
    units : int
    unit, step : int array (rows)
        In any order; a step that is missing is a step without news.
    residual : array (rows)
    at : int array (units)
        Step at which each unit's standing is wanted; rows after it do not count (their innovation is nan).
    own : array (units), optional
        How much larger than usual the unit's persistent and transitory shocks are (1: as usual).
    """
    times = np.ones(units) if own is None else own**2
    transitory, persistent = parts.transitory * times, parts.persistent * times
    mean_a, mean_u = np.zeros(units), np.zeros(units)
    var_a, var_u = np.full(units, parts.permanent), persistent.copy()
    cov = np.zeros(units)
    news = np.full(len(residual), np.nan)
    order = np.argsort(step, kind="stable")
    bounds = np.searchsorted(step[order], np.arange(int(at.max(initial=0)) + 2))
    for now in range(int(at.max(initial=-1)) + 1):
        rows = order[bounds[now] : bounds[now + 1]]
        rows = rows[now <= at[unit[rows]]]
        who = unit[rows]
        spread = var_a[who] + 2 * cov[who] + var_u[who] + transitory[who]
        spread = np.maximum(spread, 1e-12)
        surprise = residual[rows] - mean_a[who] - mean_u[who]
        news[rows] = surprise / np.sqrt(spread)
        gain_a, gain_u = (var_a[who] + cov[who]) / spread, (cov[who] + var_u[who]) / spread
        mean_a[who] += gain_a * surprise
        mean_u[who] += gain_u * surprise
        toward_a, toward_u = var_a[who] + cov[who], cov[who] + var_u[who]
        var_a[who] -= gain_a * toward_a
        var_u[who] -= gain_u * toward_u
        cov[who] -= gain_a * toward_u
        # A unit stays as it stands at the step it was asked for, while the others go on.
        on = now < at
        mean_u = np.where(on, parts.rho * mean_u, mean_u)
        cov = np.where(on, parts.rho * cov, cov)
        var_u = np.where(on, parts.rho**2 * var_u + (1 - parts.rho**2) * persistent, var_u)
    return UnitStanding(mean_a, mean_u, np.maximum(var_a, 0.0), np.maximum(var_u, 0.0), cov), news
