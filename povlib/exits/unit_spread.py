"""How much wilder one unit's shocks are than another's, and what shocks look like once that is taken out.

Responsible for a scale of shocks by unit, shrunk to everybody's, and for the standardised shocks that a
simulation draws from. Not responsible for how shocks add up (`povlib.exits.components`).
"""

from __future__ import annotations

import numpy as np

from povlib.exits.long_frame import Floats, Ints

LEAST_SHOCKS = 30
"""With fewer shocks all units count as alike, and shocks as normal."""
_FLOOR = 1e-4
"""Of the mean square: an exact zero must not count as infinitely calm."""


def unit_spread(unit: Ints, news: Floats, units: int) -> tuple[Floats, Floats]:
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
    >>> own, shocks = unit_spread(unit, rng.normal(0, np.where(unit < 100, 0.5, 2.0)), 200)
    >>> bool(own[:100].mean() < 0.5 * own[100:].mean()), round(float((shocks**2).mean()), 6)
    (True, 1.0)
    """
    later = np.isfinite(news) & np.r_[False, unit[1:] == unit[:-1]][: len(unit)]
    rows = np.flatnonzero(later if later.sum() >= LEAST_SHOCKS else np.isfinite(news))
    if len(rows) < LEAST_SHOCKS or not np.mean(news[rows] ** 2) > 0:
        return np.ones(units), np.zeros(0)
    who, seen = unit[rows], news[rows]
    log = np.log(np.maximum(seen**2, _FLOOR * np.mean(seen**2)))
    log = log - log.mean()
    count: Floats = np.bincount(who, minlength=units).astype(np.float64)
    total = np.bincount(who, weights=log, minlength=units)
    noise, between = _variances(who, log, count, total)
    if between <= 0:
        return np.ones(units), np.asarray(seen / np.sqrt(np.mean(seen**2)))
    mine = total / (count + noise / between)
    others = (total[who] - log) / (count[who] - 1 + noise / between)
    shocks = seen / np.exp(others / 2)
    own = np.exp(mine / 2)
    own = own / np.sqrt(np.mean(own[who] ** 2))
    return own, np.asarray(shocks / np.sqrt(np.mean(shocks**2)))


def _variances(who: Ints, log: Floats, count: Floats, total: Floats) -> tuple[float, float]:
    """Return the variance within and between units (analysis of variance; units seen twice or more)."""
    several = count >= 2
    if several.sum() < 2:
        return 1.0, 0.0
    mean = total / np.maximum(count, 1)
    inside = several[who]
    within = float(((log - mean[who])[inside] ** 2).sum() / (count[several] - 1).sum())
    spread = float(np.average(mean[several] ** 2 - within / count[several], weights=count[several]))
    return within, max(spread, 0.0)
