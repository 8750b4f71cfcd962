"""From influence to standard errors: clustered sums, covariances, degrees of freedom, simultaneous bands.

Responsible for the one way in which all methods of this room turn influence (one number a unit) into
errors and intervals. Not responsible for the influence.
"""

from __future__ import annotations

import numpy as np

from povlib.arrays import Floats, Ints

_MIXED_COHORTS = -1.0  # a cluster that holds several cohorts


def influence_covariance(influence: Floats, cluster: Ints | None = None) -> Floats:
    """Return the covariance of estimates from influence (units x estimates), averages over units.

    With clusters: sums by cluster, with the factor G / (G - 1). NaN with fewer than two units or clusters, whose spread
    nothing tells.
    """
    n = len(influence)
    if n < 2 or (cluster is not None and len(np.unique(cluster)) < 2):
        return np.full((influence.shape[1], influence.shape[1]), np.nan)
    if cluster is None:
        return np.asarray(influence.T @ influence / n**2)
    sums = cluster_sums(influence, cluster)
    groups = len(sums)
    return np.asarray(groups / (groups - 1) * sums.T @ sums / n**2)


def influence_convention(cluster: Ints | None) -> str:
    """Return the name of the convention of `influence_covariance`."""
    return "influence" if cluster is None else "influence by cluster, G / (G - 1)"


def cluster_sums(influence: Floats, cluster: Ints) -> Floats:
    """Return the sums of influence by cluster, clusters that occur only."""
    _, codes = np.unique(cluster, return_inverse=True)
    sums = np.zeros((int(codes.max()) + 1, influence.shape[1]))
    np.add.at(sums, codes, influence)
    return sums


def cohort_of_clusters(cluster: Ints | None, kind: Floats) -> Floats:
    """Return the kind (cohort) of each cluster: that of its units, or `mixed` when they are of several."""
    if cluster is None:
        return kind
    _, codes = np.unique(cluster, return_inverse=True)
    low, high = np.full(int(codes.max()) + 1, np.inf), np.full(int(codes.max()) + 1, -np.inf)
    np.minimum.at(low, codes, kind)
    np.maximum.at(high, codes, kind)
    return np.where(low == high, low, _MIXED_COHORTS)


def degrees_of_freedom(influence: Floats, cluster: Ints | None, kind: Floats, borrowed: Floats | None = None) -> Floats:
    """Return degrees of freedom of each estimate: Satterthwaite over the kinds of clusters.

    A kind (a cohort, those never helped, clusters that hold several) with m clusters that contributes the
    variance v has m - 1 degrees of freedom; together they have ``(sum v)^2 / sum(v^2 / (m - 1))``. With two groups
    and no clusters this is Welch's t. Borrowed rows are one kind more.

    Source: Satterthwaite (1946); few treated clusters: MacKinnon and Webb (2017).
    """
    sums = influence if cluster is None else cluster_sums(influence, cluster)
    kinds = cohort_of_clusters(cluster, kind)
    parts = [sums[kinds == label] for label in np.unique(kinds)]
    if borrowed is not None and len(borrowed):
        parts.append(borrowed)
    squares = np.stack([(part**2).sum(axis=0) for part in parts])
    count = np.array([max(len(part) - 1, 1) for part in parts], dtype=np.float64)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        df = squares.sum(axis=0) ** 2 / (squares**2 / count).sum(axis=0)
    return np.where(np.isfinite(df), np.maximum(df, 1.0), np.nan)


def t_limits(estimate: Floats, se: Floats, df: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the lower and the upper confidence limits by Student's t."""
    from scipy.stats import t

    half = t.ppf(0.5 + level / 2, df) * se
    return estimate - half, estimate + half


def simultaneous_quantile(sums: Floats, *, level: float = 0.95, draws: int = 2000, seed: int = 0) -> float:
    """Return the critical value of a uniform band: multiplier bootstrap with Rademacher signs.

    `sums` are the independent contributions (units or clusters x estimates).

    Source: Callaway and Sant'Anna (2021), algorithm 1.
    """
    se = np.sqrt((sums**2).sum(axis=0))
    moving = se > 1e-12 * max(float(se.max(initial=0.0)), 1e-300)
    if not moving.any():
        return float("nan")
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(draws, len(sums)))
    largest = np.abs(signs @ sums[:, moving] / se[moving]).max(axis=1)
    return float(np.quantile(largest, level))
