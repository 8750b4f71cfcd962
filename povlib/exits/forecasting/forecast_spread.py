"""How far a forecast misses: the usual spread, and how often and how far large shocks exceed it.

Responsible for the spread of the net sum ahead from errors of earlier windows: variance by size and source,
a household's own, what villages and years have in common, and rare large shocks (heavy tails). Not responsible for
the forecast itself (`povlib.exits.forecasting.income_forecast`). Source: scale mixture of two normals by EM, as Lange,
Little and Taylor (1989) do for the t: a few households whose life changed wholly must not make everybody's range wide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Bools, Floats, Ints
from povlib.exits.forecasting.robust_regression import huber_mean
from povlib.exits.projection_constants import ProjectionConstants
from povlib.vocabulary import INCOME_PARTS

# Errors needed to learn a variance: the usual thirty; with fewer the assumed spread stands.
ENOUGH = 30
LARGEST_SHOCK_SHARE = 0.25
"""More than a quarter are no exceptions: the usual spread is then the wider one."""
LEAST_SCALE, MOST_SCALE = 1.5, 6.0
"""A large shock is wider than the usual spread; beyond six times it nothing is over or under the line any more."""
GROUP_WEIGHT = 20.0
"""Windows of households that count against a livelihood's own."""
# Where EM begins: one error in twenty three times as wide. Only a start; the share and scale are then learnt.
_START_SHARE, _START_SCALE = 0.05, 3.0
# EM rounds at most; it stops earlier once rates move by less than a thousandth.
_ROUNDS = 60
# Errors count at most 3 usual spreads when common variance is learnt: one household must not make a village's year.
_WITHIN = 3.0


@dataclass(frozen=True)
class LargeShocks:
    """Misses of another order: `share` of households and windows, `scale` times the usual spread."""

    share: float = 0.0
    scale: float = 1.0

    def weights(self, standard: Floats) -> Floats:
        """Return the precision of each standardised error: 1 if usual for sure, 1 / scale^2 if a large shock for sure.

        Examples
        --------
        >>> LargeShocks(0.1, 4.0).weights(np.array([0.0, 8.0])).round(2).tolist()
        [0.97, 0.06]
        """
        if self.share <= 0:
            return np.ones(len(standard))
        usual = (1.0 - self.share) * np.exp(-0.5 * standard**2)
        shock_density = self.share / self.scale * np.exp(-0.5 * (standard / self.scale) ** 2)
        shock_weight = shock_density / np.maximum(usual + shock_density, 1e-300)
        return np.asarray(1.0 - shock_weight * (1.0 - self.scale**-2.0))


@dataclass(frozen=True)
class ForecastSpread:
    """What earlier windows say of the misses.

    Attributes
    ----------
    rates : array
        Usual variance of the net sum = rates . `variance_features`.
    own : array (households,)
        A household's own usual variance relative to that.
    middle : array (households,)
        Middle standardised error.
    large_shocks : LargeShocks
    village_share, common_share : float
        Shares of the usual variance that a village's year, and everybody's year, have in common.
    standard : array (windows x households)
        Errors in units of the usual spread (nan: not used).
    """

    rates: Floats
    own: Floats
    middle: Floats
    large_shocks: LargeShocks
    village_share: float
    common_share: float
    standard: Floats


def variance_features(mean: dict[str, Floats], size: Floats) -> Floats:
    """Return what the variance of the net sum grows with: squared members, squared means by source."""
    return np.column_stack([size**2 * 1e6, *(mean[name] ** 2 for name in INCOME_PARTS)])


def learn_spread(
    errors: Floats,
    feature: Floats,
    settled: Bools,
    group: Ints,
    village: Ints,
    prior: ProjectionConstants,
) -> ForecastSpread:
    """Learn the spread from the errors of earlier windows.

    Parameters
    ----------
    errors : array (windows x households)
        Net sum less its forecast, fen; nan where it cannot serve.
    feature : array (windows x households x features)
        `variance_features` of the forecasts.
    settled : array of bool (windows x households)
        Where the household's standing did not change: both what is usual and large shocks are learnt there. The leap of
        a year of exit came with that year's help, which packages add by themselves: taken for chance, it would let
        every household hope for it twice.
    group, village : int array (households,)
    prior : ProjectionConstants
    """
    rates, large_shocks = _fit_error_mixture(np.where(settled, errors, np.nan), feature, prior.income_spread)
    every = errors / np.sqrt(np.maximum(feature @ rates, 1.0))
    of_group = _group_variance_ratio(np.where(settled, every, np.nan), large_shocks, group)
    every = every / np.sqrt(of_group)
    standard = np.where(settled, every, np.nan)
    squares, count = _usual_squares(standard, large_shocks)
    weight = prior.own_spread_weight
    return ForecastSpread(
        rates,
        of_group * (weight + squares) / (weight + count),
        _middle_errors(standard, group),
        large_shocks,
        *_common_variance_shares(np.clip(standard, -_WITHIN, _WITHIN), village, prior),
        standard,
    )


def _usual_squares(standard: Floats, large_shocks: LargeShocks) -> tuple[Floats, Floats]:
    """Return by household the sum of squared errors, large shocks counting for little, and the number of windows."""
    known = np.isfinite(standard)
    weight = large_shocks.weights(np.where(known, standard, 0.0).ravel()).reshape(standard.shape)
    return np.where(known, weight * np.nan_to_num(standard) ** 2, 0.0).sum(axis=0), known.sum(axis=0)


def _group_variance_ratio(standard: Floats, large_shocks: LargeShocks, group: Ints) -> Floats:
    """Return by household how much larger its group's variance is than its size and sources say.

    Livelihoods differ: who lives on a pension is off by little, who works away by much. `GROUP_WEIGHT` windows of
    everybody count against a group's own.
    """
    squares, count = _usual_squares(standard, large_shocks)
    total, number = np.bincount(group, weights=squares), np.bincount(group, weights=count)
    return np.asarray((GROUP_WEIGHT + total) / (GROUP_WEIGHT + number))[group]


def _middle_errors(standard: Floats, group: Ints) -> Floats:
    """Return by household the middle error: of everybody, by year, and what its group is off beside that.

    Everybody's is shrunk as if one more year had had none, a group's by `GROUP_WEIGHT` windows without.
    """
    years = [huber_mean(row[np.isfinite(row)]) if np.isfinite(row).sum() >= ENOUGH else np.nan for row in standard]
    known = [year for year in years if np.isfinite(year)]
    middle = np.full(len(group), sum(known) / (len(known) + 1) if known else 0.0)
    around = standard - np.nan_to_num(np.array(years))[:, None]
    for number in np.unique(group).tolist():
        mine = around[:, group == number]
        mine = mine[np.isfinite(mine)]
        if len(mine):
            middle[group == number] += huber_mean(mine) * len(mine) / (len(mine) + GROUP_WEIGHT)
    return middle


def _fit_error_mixture(errors: Floats, feature: Floats, otherwise: float) -> tuple[Floats, LargeShocks]:
    """Fit usual variances (non-negative, errors relative to size) and large shocks by EM."""
    from scipy.optimize import nnls

    ok = np.isfinite(errors)
    x, square = feature[ok], errors[ok] ** 2
    if len(square) < ENOUGH:
        return np.array([0.0, *([otherwise**2] * len(INCOME_PARTS))]), LargeShocks()
    scale = 1.0 / (x[:, 1:].sum(axis=1) + x[:, 1:].sum(axis=1).mean() + 1.0)
    # begin from medians: a start from means would take the large shocks for what is usual
    middle = np.median(square * scale) / 0.455
    usual = np.minimum(square * scale, 9.0 * middle)
    rates, large_shocks = np.asarray(nnls(x * scale[:, None], usual)[0]), LargeShocks(_START_SHARE, _START_SCALE)
    for _ in range(_ROUNDS):
        before = (rates, large_shocks)
        standard = np.sqrt(square / np.maximum(x @ rates, 1.0))
        large_shocks = _mixture_step(large_shocks, standard)
        weight = large_shocks.weights(standard)
        rates = np.asarray(nnls(x * scale[:, None], weight * square * scale)[0])
        if np.allclose(before[0], rates, rtol=1e-3) and abs(before[1].share - large_shocks.share) < 1e-4:
            break
    return rates, large_shocks


def _mixture_step(now: LargeShocks, standard: Floats) -> LargeShocks:
    """Return share and scale after one step of EM."""
    shock_weight = (1.0 - now.weights(standard)) / (1.0 - now.scale**-2.0)
    total = float(shock_weight.sum())
    if total < 1.0:
        return LargeShocks(total / len(standard), now.scale)
    scale = float(np.sqrt(shock_weight @ standard**2 / total))
    return LargeShocks(min(total / len(standard), LARGEST_SHOCK_SHARE), float(np.clip(scale, LEAST_SCALE, MOST_SCALE)))


def _common_variance_shares(standard: Floats, village: Ints, prior: ProjectionConstants) -> tuple[float, float]:
    """Return the shares of variance common to a village's year and to everybody's year (analysis of variance)."""
    year_means, village_means, noise = [], [], []
    for row in standard:
        ok = np.isfinite(row)
        if ok.sum() < ENOUGH:
            continue
        mean = float(row[ok].mean())
        year_means.append(mean)
        total = np.bincount(village[ok], weights=row[ok] - mean)
        count = np.bincount(village[ok])
        several = count >= 3
        village_means += list((total[several] / count[several]) ** 2)
        noise += list(1.0 / count[several])
    years = len(year_means)
    # two or three years say little about everybody's year: the assumption counts like some more; the
    # weights were fitted to these very years, which costs one of them
    weight = prior.common_share_weight
    common = (weight * prior.common_share + sum(m * m for m in year_means)) / max(weight + years - 1, weight)
    between = float(np.mean(village_means) - np.mean(noise)) if village_means else 0.0
    return float(np.clip(between, 0.0, 0.4)), float(np.clip(common, 0.0, 0.4))
