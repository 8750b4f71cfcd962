"""Do cases crowd on one side of a limit? The density of a score just below and just above it.

Responsible for the test that scores were steered. Not responsible for the effect at the limit
(`povlib.impact.regression_discontinuity`).

Source: McCrary (2008) for the idea.
"""

from __future__ import annotations

import numpy as np

from povlib.arrays import Bools, Floats
from povlib.least_squares import least_squares


def density_test_p(x: Floats, above: Bools, width: float) -> float:
    """Return the p-value that the density is even at 0: a local-linear Poisson test on narrow bins.

    Bins never straddle two values of a score that moves in steps, and heaps (round numbers) count as noise: the
    variance is inflated by the spread of the bins about their lines (quasi-Poisson).
    """
    from scipy.stats import norm

    near = np.abs(x) < width
    unit, group = _bin_width(x[near], width)
    jumps, excess, free = [], 0.0, 0
    for part in (near & ~above, near & above):
        distance = np.abs(x[part]) / unit
        begin = int(distance.min(initial=0.0) >= 1 - 1e-9)  # on the side without the limit itself the first step is 1
        place = (np.floor(distance + 1e-9).astype(np.int64) - begin) // group
        bins = int((width / unit - begin) // group)
        if bins < 3:
            return 1.0
        counts = np.bincount(place[place < bins], minlength=bins).astype(np.float64)
        fit = least_squares(np.column_stack([np.ones(bins), np.arange(bins) + 0.5]), counts)
        noise = np.maximum(counts - fit.residual, 1.0)
        excess += float((fit.residual**2 / noise).sum())
        free += bins - 2
        jumps.append((fit.coefficients[0], float((fit.loading[:, 0] ** 2 * noise).sum())))
    (low, v_low), (high, v_high) = jumps
    variance = (v_low + v_high) * max(excess / max(free, 1), 1.0)
    return float(2 * norm.sf(abs(high - low) / np.sqrt(variance)))


def _bin_width(x: Floats, width: float) -> tuple[float, int]:
    """Return the unit of the score and how many units make a bin: a tenth of the window, whole steps of the score."""
    values = np.unique(x)
    gaps = np.diff(values)
    smallest = float(gaps[gaps > 1e-9 * width].min(initial=np.inf))
    if not np.isfinite(smallest) or len(values) > 0.5 * len(x) or smallest < width / 200:
        return width / 10, 1
    return smallest, max(1, round(width / 10 / smallest))
