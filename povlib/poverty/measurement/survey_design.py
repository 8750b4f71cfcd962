"""The sampling design: strata, clusters, weights, and the variance of any linearised estimate.

Responsible for turning influence (one number a row) into variances and covariances by cluster sums
within strata, for lonely clusters by a named rule, and for intervals. Not responsible for which
influence a measure has (`povlib.poverty.measurement.indices`).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import checked_number, checked_table, full_column, is_one_of, refuse_gaps
from povlib.words import text

LONELY_CLUSTER_RULES = ("fail", "certainty", "centred", "average")
# Below these numbers of clusters an interval is warned of. The usual rules of thumb of survey practice: under thirty
# the normal quantile is too short (t is used throughout), under ten the variance itself is hardly known.
FEW_CLUSTERS = 30
TOO_FEW_CLUSTERS = 10


class DesignWarning(UserWarning):
    """The design is too thin for the usual intervals."""


@dataclass(frozen=True)
class Design:
    """Who was drawn, and how.

    Attributes
    ----------
    weight : array of float (rows)
    cluster : array of int (rows)
        Code of the row's cluster; codes run through the strata.
    stratum : array of int (clusters)
        Code of the cluster's stratum.
    scale : array of float (strata)
        Factor of the squared deviations: ``(1 - f) n / (n - 1)``; ``1 - f`` where there is one cluster (n = 1).
    sizes : array of int (strata)
        Number of clusters.
    lonely : str
        Rule for a stratum with one cluster.
    census : bool
        Everyone was recorded: nothing varies by sampling.
    df : str
        Degrees of freedom: clusters less strata of the domain, or of the whole design.
    """

    weight: Floats
    cluster: Ints
    stratum: Ints
    scale: Floats
    sizes: Ints
    lonely: str = "fail"
    census: bool = False
    df: str = "domain"

    def degrees_of_freedom(self, clusters: Ints, strata: Ints) -> Ints:
        """Return degrees of freedom of domains that hold `clusters` clusters of `strata` strata."""
        if self.df == "design":
            return np.full(len(clusters), self.clusters - self.strata, dtype=np.int64)
        return np.asarray(clusters - strata, dtype=np.int64)

    @property
    def clusters(self) -> int:
        """Number of clusters."""
        return len(self.stratum)

    @property
    def strata(self) -> int:
        """Number of strata."""
        return len(self.sizes)

    def cluster_totals(self, influence: Floats, rows: Ints | None = None) -> Floats:
        """Return the sums of ``weight x influence`` by cluster."""
        rows = np.arange(len(self.weight)) if rows is None else rows
        return sums_by_code(self.cluster[rows], self.weight[rows] * influence, self.clusters)

    @property
    def alone(self) -> Bools:
        """Which strata have a single cluster that was not drawn for certain (a sampled fraction of 1)."""
        return np.asarray((self.sizes == 1) & (self.scale > 0))

    def lonely_factor(self, strata: Ints) -> float:
        """Return by how much the lonely strata of a domain raise its variance under the rule "average".

        Parameters
        ----------
        strata : array of int
            Codes of the strata that the domain holds (repeats allowed). Each lonely one gets the mean variance of the
            others *of the domain*, as in R survey; NaN if there are no others.
        """
        if self.lonely != "average":
            return 1.0
        held = np.unique(strata)
        others = len(held) - int(self.alone[held].sum())
        return len(held) / others if others else np.nan

    def variance(self, squares: Floats, sums: Floats, grand: Floats, strata: Ints) -> Floats:
        """Return variances from sums by stratum.

        Parameters
        ----------
        squares, sums : array (estimates x strata)
            Sums over the clusters of a stratum of the squared totals, and of the totals.
        grand : array (estimates)
            Sum of the totals over all clusters (for the rule "centred").
        strata : array of int
            Codes of the strata that the domain holds (for the rule "average").
        """
        # rounding can leave a tiny negative where a stratum's totals are all alike; a variance is never below zero
        within = np.maximum(squares - sums**2 / self.sizes, 0.0) @ self.scale
        alone = self.alone
        if not alone.any() or self.lonely == "certainty":
            return np.asarray(within)
        if self.lonely == "average":
            return np.asarray(within * self.lonely_factor(strata))
        # a lonely cluster is compared with the mean of all clusters, the only spread that is known of it
        centre = grand[:, None] / self.clusters
        return np.asarray(within + ((sums - centre) ** 2)[:, alone] @ self.scale[alone])

    def covariance(self, totals: Floats) -> Floats:
        """Return the covariance matrix of estimates from their cluster totals (estimates x clusters).

        Under the rule "average" the totals must hold the root of each estimate's own `lonely_factor`.
        Source: ultimate-cluster estimator, Wolter (2007), Introduction to Variance Estimation.
        """
        order = np.argsort(self.stratum, kind="stable")
        starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]])
        sorted_totals = totals[:, order]
        sums = np.add.reduceat(sorted_totals, starts, axis=1)
        centre = sums / self.sizes
        if self.lonely == "centred":
            centre = np.where(self.alone, totals.sum(axis=1, keepdims=True) / self.clusters, centre)
        deviation = sorted_totals - np.repeat(centre, self.sizes, axis=1)
        return np.asarray((deviation * np.repeat(self.scale, self.sizes)) @ deviation.T)


def sums_by_code(code: npt.NDArray[np.integer[Any]], values: Floats, size: int) -> Floats:
    """Return the sums of `values` by code (0 to size - 1)."""
    return np.asarray(np.bincount(code, values, minlength=size), dtype=np.float64)


def design_from(
    frame: pd.DataFrame,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    *,
    fraction: str | None = None,
    lonely: str = "fail",
    census: bool = False,
    df: str = "domain",
) -> Design:
    """Read the design from the columns of a frame.

    Parameters
    ----------
    frame : DataFrame
    weight, strata, cluster : str, optional
        Columns. Without weight every row counts 1; without cluster every row is its own cluster.
        Cluster numbers may repeat from stratum to stratum.
    fraction : str, optional
        Column with the sampled fraction of the clusters of the stratum (0-1, one value a stratum), for the finite
        population correction.
    lonely : {"fail", "certainty", "centred", "average"}
        A stratum with a single cluster: refuse; count it as drawn for certain; take its deviation
        from the mean of all clusters; give it the average variance of the other strata that the domain holds (R
        survey's rule).
    census : bool
        Everyone was recorded.
    df : {"domain", "design"}
        Degrees of freedom of intervals in a domain: of the clusters and strata it holds (careful
        in small domains), or of the whole design (Stata, R mpitbR).

    Raises
    ------
    DataError
        If a weight is missing, negative or all are zero, a design cell is empty, there is a single
        cluster, a lonely one under "fail", or a stratum with two sampled fractions.
    """
    if not isinstance(census, (bool, np.bool_)):
        raise DataError("{value} is no choice", where="census", allowed="True, False", value=str(census))
    if not is_one_of(lonely, LONELY_CLUSTER_RULES):
        raise DataError("{value} is no rule for lonely clusters", allowed=", ".join(LONELY_CLUSTER_RULES), value=lonely)
    if not is_one_of(df, ("domain", "design")):
        raise DataError("{value} is no rule for degrees of freedom", allowed="domain, design", value=df)
    columns = [name for name in (weight, strata, cluster, fraction) if name is not None]
    frame = checked_table(frame, columns)
    refuse_gaps(frame, columns)
    weights = np.ones(len(frame)) if weight is None else full_column(frame, weight)
    _check_weights(weights, weight)
    stratum_code, _ = pd.factorize(frame[strata], sort=True) if strata else (np.zeros(len(frame), dtype=np.int64), None)
    if cluster is None:
        codes, stratum = np.arange(len(frame), dtype=np.int64), stratum_code.astype(np.int64)
    else:
        codes, stratum = _clusters_in_strata(stratum_code.astype(np.int64), pd.factorize(frame[cluster], sort=True)[0])
    sizes = np.bincount(stratum, minlength=int(stratum_code.max(initial=0)) + 1).astype(np.int64)
    if not census:
        _check_clusters(len(stratum), sizes, lonely)
    # n / (n - 1): the unbiased factor of a variance between the clusters drawn in a stratum
    scale = sizes / np.maximum(sizes - 1, 1)
    if fraction is not None:
        share = _fraction_of_strata(full_column(frame, fraction), stratum_code, len(sizes), fraction)
        # finite population: a stratum whose clusters were all drawn has no sampling error
        scale = scale * (1 - share)
    return Design(weights, codes, stratum, scale, sizes, lonely, census, df)


def _clusters_in_strata(stratum: Ints, cluster: npt.NDArray[np.intp]) -> tuple[Ints, Ints]:
    """Return cluster codes nested in strata, and the stratum of each."""
    # cluster 1 of one stratum is not cluster 1 of another, even where the column repeats the number
    key = stratum * (int(cluster.max(initial=0)) + 1) + cluster
    _, first, codes = np.unique(key, return_index=True, return_inverse=True)
    return codes.astype(np.int64), stratum[first]


def _fraction_of_strata(values: Floats, stratum: Ints, strata: int, name: str) -> Floats:
    """Return the sampled fraction of each stratum; refuse what is no share and strata that hold two."""
    outside = int((~((values >= 0) & (values <= 1))).sum())
    if outside:
        message = "{n} sampled fractions are not shares between 0 and 1"
        raise DataError(message, where=name, allowed="the share of the stratum's clusters that were drawn", n=outside)
    share = np.zeros(strata)
    share[stratum] = values
    if mixed := len(np.unique(stratum[values != share[stratum]])):
        raise DataError("{n} strata have more than one sampled fraction", where=name, n=mixed)
    return share


def _check_weights(weights: Floats, name: str | None) -> None:
    negative = int((weights < 0).sum())
    if negative:
        raise DataError("{n} weights are negative", where=name or "", n=negative)
    if len(weights) and not weights.sum() > 0:
        raise DataError("the weights do not add up to a positive number", where=name or "")


def _check_clusters(clusters: int, sizes: Ints, lonely: str) -> None:
    if clusters == 1:
        raise DataError(
            "a single cluster tells nothing about sampling error",
            allowed="two or more clusters, or census=True when everyone was recorded",
        )
    alone = int((sizes == 1).sum())
    if alone and lonely == "fail":
        raise DataError(
            "{n} strata have a single cluster",
            allowed="lonely = certainty, centred or average",
            remedy="join strata, or choose a rule",
            n=alone,
        )


def checked_level(level: float) -> float:
    """Return the level of intervals, refused unless it is a share such as 0.95."""
    if not 0 < checked_number(level, "level") < 1:
        raise DataError(
            "{value} is no level of an interval", where="level", allowed="a share such as 0.95", value=level
        )
    return float(level)


def confidence_limits(
    estimate: Floats,
    se: Floats,
    clusters: Ints,
    df: Ints,
    share: Bools,
    level: float = 0.95,
    skewed: Bools | None = None,
) -> tuple[Floats, Floats]:
    """Return confidence limits: by t, on the logit scale for shares and the log scale for skewed ones.

    With few clusters the quantile of t widens them; without a degree of freedom there is none. A
    share of exactly 0 or 1 gets the one-sided exact limit with the clusters as trials (conservative).
    """
    from scipy.stats import t

    freedom = np.maximum(df, 1)
    quantile = np.where(df >= 1, t.ppf(0.5 + level / 2, freedom), np.nan)
    low, high = estimate - quantile * se, estimate + quantile * se
    # on the logit scale limits of a share stay inside 0 and 1 and lean the way its distribution does
    inner = share & (estimate > 0) & (estimate < 1)
    p = np.where(inner, estimate, 0.5)
    centre, half = np.log(p / (1 - p)), quantile * se / (p * (1 - p))
    low, high = (
        np.where(inner, _inverse_logit(centre - half), low),
        np.where(inner, _inverse_logit(centre + half), high),
    )
    if skewed is not None:
        above = skewed & (estimate > 0)
        # on the log scale: right-skewed indices (generalised entropy) have a longer upper limit
        factor = np.exp(np.where(above, quantile * se / np.where(above, estimate, 1.0), 0.0))
        low, high = np.where(above, estimate / factor, low), np.where(above, estimate * factor, high)
    # none or all of n clusters: the exact binomial limit (Clopper and Pearson), since the error by t would be zero
    edge = 1 - ((1 - level) / 2) ** (1 / np.maximum(clusters, 1))
    none, every = share & (estimate == 0), share & (estimate == 1)
    low = np.where(none, 0.0, np.where(every, 1 - edge, low))
    high = np.where(none, edge, np.where(every, 1.0, high))
    return low, high


def _inverse_logit(value: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(value), dtype=np.float64)


def warn_few_clusters(clusters: Ints) -> None:
    """Warn once when the thinnest domain has fewer clusters than intervals need."""
    used = clusters[clusters > 0]
    fewest = int(used.min()) if len(used) else FEW_CLUSTERS
    if fewest < TOO_FEW_CLUSTERS:
        message = "fewer than {limit} clusters ({n}): the t interval is wide and still uncertain; no normal interval"
        warnings.warn(text(message, n=fewest, limit=TOO_FEW_CLUSTERS), DesignWarning, stacklevel=3)
    elif fewest < FEW_CLUSTERS:
        message = "fewer than {limit} clusters ({n}): intervals use t with few degrees of freedom"
        warnings.warn(text(message, n=fewest, limit=FEW_CLUSTERS), DesignWarning, stacklevel=3)
