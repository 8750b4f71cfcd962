"""The median of a few households' amounts, with the range that holds whatever their distribution.

Responsible for the exact interval by order statistics. Not responsible for whose amounts they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

from povlib.errors import DataError


@dataclass(frozen=True)
class MedianRange:
    """A median with its range.

    Attributes
    ----------
    n : int
        Values it is of.
    median, low, high : float
        In the unit of the values; NaN without values, the range also where there are too few for it.
    """

    n: int
    median: float
    low: float
    high: float


def median_with_range(values: npt.ArrayLike, level: float = 0.9) -> MedianRange:
    """Return the median and the interval between two order statistics that holds the true median.

    Parameters
    ----------
    values : array (n,)
        Missing ones (NaN) are left out.
    level : float
        0-1: how often the range holds the median at least; the true share is above it, as n is whole.

    Raises
    ------
    DataError
        If `level` is not between 0 and 1.

    Notes
    -----
    The number of values below the median is binomial (n, 1/2), so the interval from the r-th smallest to the r-th
    largest holds the median with chance 1 - 2 P(B < r) (Conover, Practical Nonparametric Statistics, 3.2). r is the
    largest for which that is at least `level`; with fewer than five values no range reaches 0.9.

    Examples
    --------
    >>> median_with_range([3, 1, 4, 1, 5, 9, 2, 6, 5, 3])
    MedianRange(n=10, median=3.5, low=1.0, high=6.0)
    >>> median_with_range([1, 2, 3]).low
    nan
    """
    if not 0 < level < 1:
        raise DataError("{value} is no level", allowed="0-1", value=level)
    given = np.asarray(values, dtype=np.float64)
    known = np.sort(given[~np.isnan(given)])
    n = len(known)
    if n == 0:
        return MedianRange(0, np.nan, np.nan, np.nan)
    # ranks from the ends whose interval holds often enough: P(B <= r - 1) <= (1 - level) / 2
    enough = binom.cdf(np.arange(n), n, 0.5) <= (1 - level) / 2
    rank = int(enough.sum())
    median = float(np.median(known))
    if rank == 0:
        return MedianRange(n, median, np.nan, np.nan)
    return MedianRange(n, median, float(known[rank - 1]), float(known[n - rank]))
