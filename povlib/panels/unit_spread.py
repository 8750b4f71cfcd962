"""How much wilder one unit's shocks are than another's, and what shocks look like once that is taken out.

Responsible for a scale of shocks by unit, shrunk to everybody's, and for the standardised shocks that a
simulation draws from. Not responsible for how shocks add up (`povlib.panels.variance_components`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints

LEAST_SHOCKS = 30
"""With fewer shocks all units count as alike, and shocks as normal."""
_FLOOR = 1e-4
"""Of the mean square: an exact zero must not count as infinitely calm."""


@dataclass(frozen=True)
class UnitSpread:
    """What shocks of units look like.

    Attributes
    ----------
    own : array (units)
        How many times the usual a unit's shocks are.
    shocks : array
        Shocks of variance 1 to draw from; empty where there were too few: normal ones then.
    weight, middle, least, usual : float
        Shocks that everybody's counts for (inf: all units alike), the mean log square, the least square that
        counts, and what makes the mean square 1: `of` needs them for other histories.
    """

    own: Floats
    shocks: Floats
    weight: float = np.inf
    middle: float = 0.0
    least: float = 1e-300
    usual: float = 1.0

    def draw(self, variance: float, own: Floats, draws: int, rng: np.random.Generator) -> Floats:
        """Draw shocks (draws x units) of this variance, `own` times as large by unit: as seen, or normal."""
        if variance <= 0:
            return np.zeros((draws, len(own)))
        shape = (draws, len(own))
        known = len(self.shocks) > 0
        shock = self.shocks[rng.integers(0, len(self.shocks), shape)] if known else rng.standard_normal(shape)
        return np.asarray(np.sqrt(variance) * own * shock)

    def of(self, unit: Ints, news: Floats, units: int) -> Floats:
        """Return how many times the usual the shocks of other histories are."""
        rows = _rows_after_first(unit, news)
        if not np.isfinite(self.weight) or not len(rows):
            return np.full(units, 1.0)
        log = np.log(np.maximum(news[rows] ** 2, self.least)) - self.middle
        count = np.bincount(unit[rows], minlength=units)
        total = np.bincount(unit[rows], weights=log, minlength=units)
        return np.asarray(np.exp(total / (count + self.weight) / 2) / self.usual)


def unit_spread(unit: Ints, news: Floats, units: int) -> UnitSpread:
    """Return by unit how many times the usual its shocks are, and shocks of variance 1 to draw from.

    Parameters
    ----------
    unit : int array (rows)
        In order of unit and time.
    news : array (rows)
        Standardised innovations; nan does not count. A unit's first one says where it stands rather than
        how it moves, so it counts only where there are too few others.
    units : int

    Notes
    -----
    log(news^2) = common + unit + noise; the variance between units by analysis of variance, each unit's
    mean shrunk by it. Shocks are taken relative to what the *other* shocks of the unit say, so that what is
    left holds the doubt about the unit's scale too.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> unit = np.repeat(np.arange(200), 12)
    >>> spread = unit_spread(unit, rng.normal(0, np.where(unit < 100, 0.5, 2.0)), 200)
    >>> bool(spread.own[:100].mean() < 0.5 * spread.own[100:].mean()), round(float((spread.shocks**2).mean()), 6)
    (True, 1.0)
    """
    rows = _rows_after_first(unit, news)
    rows = rows if len(rows) >= LEAST_SHOCKS else np.flatnonzero(np.isfinite(news))
    if len(rows) < LEAST_SHOCKS or not np.mean(news[rows] ** 2) > 0:
        return UnitSpread(np.ones(units), np.zeros(0))
    who, seen = unit[rows], news[rows]
    least = _FLOOR * float(np.mean(seen**2))
    raw = np.log(np.maximum(seen**2, least))
    middle = float(raw.mean())
    log = raw - middle
    count: Floats = np.bincount(who, minlength=units).astype(np.float64)
    total: Floats = np.bincount(who, weights=log, minlength=units).astype(np.float64)
    noise, between = _within_and_between(who, log, count, total)
    if between <= 0:
        return UnitSpread(np.ones(units), np.asarray(seen / np.sqrt(np.mean(seen**2))))
    weight = noise / between
    own = np.exp(total / (count + weight) / 2)
    usual = float(np.sqrt(np.mean(own[who] ** 2)))
    shocks = seen / np.exp((total[who] - log) / (count[who] - 1 + weight) / 2)
    return UnitSpread(own / usual, np.asarray(shocks / np.sqrt(np.mean(shocks**2))), weight, middle, least, usual)


def _rows_after_first(unit: Ints, news: Floats) -> Ints:
    """Return the rows that have an innovation and are not their unit's first."""
    return np.flatnonzero(np.isfinite(news) & np.r_[False, unit[1:] == unit[:-1]][: len(unit)])


def _within_and_between(who: Ints, log: Floats, count: Floats, total: Floats) -> tuple[float, float]:
    """Return the variance within and between units (analysis of variance; units seen twice or more)."""
    several = count >= 2
    if several.sum() < 2:
        return 1.0, 0.0
    mean = total / np.maximum(count, 1)
    inside = several[who]
    within = float(((log - mean[who])[inside] ** 2).sum() / (count[several] - 1).sum())
    spread = float(np.average(mean[several] ** 2 - within / count[several], weights=count[several]))
    return within, max(spread, 0.0)
