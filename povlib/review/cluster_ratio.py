"""What came true of what was projected, known of some townships: the ratio, and how far others drawn would move it.

Responsible for the ratio estimate over a simple random sample of clusters and its sampling error (Cochran 1977,
Sampling Techniques, 3rd ed., chapters 6, ratio estimates, and 9A, clusters of unequal sizes). Not responsible for the
back-test of any of them (`povlib.review.backtest`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class ClusterRatio:
    """Observed over expected persons in clusters that were drawn.

    Attributes
    ----------
    observed, expected : float
        Persons in the clusters drawn.
    ratio : float
        NaN where nothing was expected.
    se : float
        Standard error by which clusters were drawn; 0 where all were, NaN of a single one among several.
    low, high : float
        95 % interval by this error alone, with t of one degree of freedom less than clusters drawn, cut off at 0, below
        which no share of persons lies; NaN as `se`.
    drawn, clusters : int
        Clusters drawn, and among how many.
    """

    observed: float
    expected: float
    ratio: float
    se: float
    low: float
    high: float
    drawn: int
    clusters: int


def clusters_drawn(names: Sequence[str], most: int, seed: int) -> tuple[str, ...]:
    """Return a simple random sample of clusters without replacement, in the order given; all where they are no more.

    Parameters
    ----------
    names : sequence of str
    most : int
        Clusters to draw.
    seed : int

    Examples
    --------
    >>> clusters_drawn(["A", "B"], 8, 1)
    ('A', 'B')
    >>> len(clusters_drawn(list("ABCDEF"), 4, 1))
    4
    """
    if len(names) <= most:
        return tuple(names)
    places = np.random.default_rng([seed, 9]).choice(len(names), most, replace=False)
    return tuple(names[at] for at in sorted(places.tolist()))


def ratio_over_clusters(observed: npt.ArrayLike, expected: npt.ArrayLike, clusters: int) -> ClusterRatio:
    """Return observed over expected of all clusters, estimated from those drawn.

    Parameters
    ----------
    observed, expected : array-like (n,)
        Persons in each cluster drawn.
    clusters : int
        Clusters they were drawn from.

    Notes
    -----
    R = sum y / sum x, v(R) = (1 - n/N) / (n xbar^2) * sum (y - R x)^2 / (n - 1): Cochran (1977), chapter 6, with the
    mean of x in the sample in place of that of the population.

    Examples
    --------
    >>> ratio_over_clusters([4.0, 6.0], [5.0, 5.0], 2)
    ClusterRatio(observed=10.0, expected=10.0, ratio=1.0, se=0.0, low=1.0, high=1.0, drawn=2, clusters=2)
    """
    y, x = np.asarray(observed, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    n, total = len(y), float(x.sum())
    unknown = float("nan")
    ratio = float(y.sum()) / total if total > 0 else unknown
    if not total > 0 or (n < 2 and n < clusters):
        return ClusterRatio(float(y.sum()), total, ratio, unknown, unknown, unknown, n, clusters)
    left = 1 - n / clusters
    spread = float(((y - ratio * x) ** 2).sum() / (n - 1)) if left > 0 else 0.0
    se = float(np.sqrt(left * spread / n) / x.mean())
    reach = 0.0
    if se > 0:
        from scipy.stats import t

        reach = float(t.ppf(0.975, n - 1)) * se
    return ClusterRatio(float(y.sum()), total, ratio, se, max(ratio - reach, 0.0), ratio + reach, n, clusters)
