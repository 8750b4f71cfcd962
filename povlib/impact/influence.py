"""From influence to standard errors: clustered sums, covariances, simultaneous bands.

Responsible for the one way in which all methods of this room turn influence (one number a unit) into
errors. Not responsible for the influence.
"""

from __future__ import annotations

import numpy as np

from povlib.impact.effect import Floats, Ints


def covariance(influence: Floats, cluster: Ints | None = None) -> Floats:
    """Return the covariance of estimates from influence (units x estimates), averages over units.

    With clusters: sums by cluster, with the factor G / (G - 1).
    """
    n = len(influence)
    if cluster is None:
        return np.asarray(influence.T @ influence / n**2)
    sums = cluster_sums(influence, cluster)
    groups = len(sums)
    return np.asarray(groups / max(groups - 1, 1) * sums.T @ sums / n**2)


def cluster_sums(influence: Floats, cluster: Ints) -> Floats:
    """Return the sums of influence by cluster, clusters that occur only."""
    _, codes = np.unique(cluster, return_inverse=True)
    sums = np.zeros((int(codes.max()) + 1, influence.shape[1]))
    np.add.at(sums, codes, influence)
    return sums


def simultaneous_quantile(
    influence: Floats, cluster: Ints | None, *, level: float = 0.95, draws: int = 2000, seed: int = 0
) -> float:
    """Return the critical value of a uniform band: multiplier bootstrap with Rademacher signs.

    Source: Callaway and Sant'Anna (2021), algorithm 1.
    """
    sums = influence if cluster is None else cluster_sums(influence, cluster)
    se = np.sqrt((sums**2).sum(axis=0))
    moving = se > 1e-12 * max(float(se.max(initial=0.0)), 1e-300)
    if not moving.any():
        return float("nan")
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(draws, len(sums)))
    largest = np.abs(signs @ sums[:, moving] / se[moving]).max(axis=1)
    return float(np.quantile(largest, level))
