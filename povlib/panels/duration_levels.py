"""Bumps of a hazard by duration: what a smooth curve over time in the state does not hold.

Responsible for a level of each duration beside the curve, shrunk to it as far as the data ask (benefits that
end after 26 weeks, contracts of a year). Not responsible for the curve (`povlib.panels.hazards`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints
from povlib.binary_regression import score_and_information

FEWEST, MOST = 4, 500
"""Durations: with fewer the curve holds them all; levels beyond so many are left to the curve."""
START_VARIANCE = 0.01
"""Counts like one more duration: without bumps the levels stay near the curve."""
_ROUNDS, _STEPS = 25, 3


@dataclass(frozen=True)
class DurationLevels:
    """Levels by duration on the scale of the link, and their variances; index = duration, 0 beyond."""

    level: Floats
    variance: Floats

    def at(self, duration: Floats) -> Floats:
        """Return the level at each duration."""
        return np.asarray(np.r_[self.level, 0.0][_level_index(duration, len(self.level))])

    def spread(self, duration: Floats) -> Floats:
        """Return the standard deviation of the level at each duration; beyond those seen that of any."""
        usual = float((self.level**2 + self.variance).mean()) if len(self.level) else 0.0
        return np.asarray(np.sqrt(np.r_[self.variance, usual][_level_index(duration, len(self.level))]))


NO_LEVELS = DurationLevels(np.zeros(0), np.zeros(0))


def _level_index(duration: Floats, count: int) -> Ints:
    whole = np.rint(np.nan_to_num(duration)).astype(np.int64)
    return np.asarray(np.where((whole >= 0) & (whole < count), whole, count))


def duration_levels(
    link: str, score: Floats, outcome: Floats, duration: Floats, weight: Floats | None
) -> DurationLevels:
    """Return the levels of durations beside a fitted curve.

    Parameters
    ----------
    link : {"cloglog", "logit"}
    score : array (rows)
        Of the fitted curve.
    outcome : array of 0 and 1
    duration : array (rows)
    weight : array, optional

    Notes
    -----
    Normal levels about the curve, by penalised scoring; their variance by expectation maximisation,
    (`START_VARIANCE` + sum (b^2 + var b)) / (durations + 1).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> duration = np.tile(np.arange(1.0, 11.0), 2000)
    >>> p = np.where(duration == 6, 0.3, 0.1)
    >>> left = (rng.random(20_000) < p) * 1.0
    >>> levels = duration_levels("logit", np.full(20_000, np.log(1 / 9)), left, duration, None)
    >>> bool(levels.at(np.array([6.0]))[0] > 1.0), bool(abs(levels.at(np.array([3.0]))[0]) < 0.2)
    (True, True)
    """
    whole = np.rint(duration).astype(np.int64)
    count = int(whole.max(initial=0)) + 1
    if len(np.unique(whole)) < FEWEST or count > MOST or whole.min(initial=0) < 0:
        return NO_LEVELS
    w = np.ones(len(outcome)) if weight is None else weight
    seen = np.bincount(whole, minlength=count) > 0
    level: Floats = np.zeros(count)
    variance: Floats = np.zeros(count)
    # Where expectation maximisation starts: bumps of a fifth on the scale of the link.
    spread = 0.04
    for _ in range(_ROUNDS):
        for _ in range(_STEPS):
            slope, curve = score_and_information(link, score + level[whole], outcome)
            gain = np.bincount(whole, weights=w * slope, minlength=count) - level / spread
            information = np.bincount(whole, weights=w * curve, minlength=count) + 1.0 / spread
            # One on the scale of the link at most: scoring overshoots where a duration has hardly an event.
            step = np.clip(gain / information, -1.0, 1.0)
            level = np.asarray(level + step)
            if np.abs(step).max() < 1e-6:
                break
        variance = np.asarray(1.0 / information)
        before = spread
        spread = float((START_VARIANCE + (level**2 + variance)[seen].sum()) / (seen.sum() + 1))
        if abs(spread - before) < 1e-3 * before:
            break
    return DurationLevels(level, variance)
