"""Estimates that are smooth functions of weighted totals, by domain, with linearised errors.

Responsible for counting measures, ratios, contributions and splits: anything whose influence follows
from the gradient in a few totals. Not responsible for indices that need ranks or quantiles
(`povlib.poverty.measurement.indices`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import checked_table, refuse_gaps
from povlib.poverty.measurement.survey_design import (
    Design,
    confidence_limits,
    design_from,
    sums_by_code,
    warn_few_clusters,
)

FunctionOfTotals = Callable[[Any], Any]  # totals (q,) real or complex -> estimates (p,)
# Step into the imaginary direction for derivatives: nothing is subtracted, so it may be as small as its square
# underflows without harm, and the gradient is exact to rounding.
_IMAGINARY_STEP = 1e-30
# Behind the convention of an estimate that is NaN: all of these are ratios, means or logs of totals.
UNDEFINED_RATIO = "; undefined: what it is divided by is zero"
_DESIGN_OPTIONS = ("fraction", "lonely", "census", "df")


class DomainEstimates(NamedTuple):
    """Estimates by domain.

    Attributes
    ----------
    estimates, se : array (domains x estimates)
    n, clusters, df : array of int (domains)
    totals : array (domains x estimates x clusters)
        Cluster totals of the influence; empty unless they were asked for.
    """

    estimates: Floats
    se: Floats
    n: Ints
    clusters: Ints
    df: Ints
    totals: Floats


def frame_and_design(
    frame: pd.DataFrame,
    columns: Sequence[str],
    weight: str | None,
    strata: str | None,
    cluster: str | None,
    options: Any,
) -> tuple[pd.DataFrame, Design]:
    """Return the frame with a fresh index, its columns checked for gaps, and its design."""
    frame = checked_table(frame, columns)
    refuse_gaps(frame, columns)
    unknown = sorted(set(options) - set(_DESIGN_OPTIONS))
    if unknown:
        raise DataError("{key} is no option of measure", key=", ".join(unknown))
    return frame, design_from(frame, weight, strata, cluster, **options)


def complex_step_jacobian(function: FunctionOfTotals, at: Floats) -> Floats:
    """Return the Jacobian (estimates x totals) by complex steps: exact to rounding."""
    columns = []
    for j in range(len(at)):
        moved = at.astype(np.complex128)
        step = _IMAGINARY_STEP * max(abs(at[j]), 1.0)
        moved[j] += 1j * step
        columns.append(np.imag(function(moved)) / step)
    return np.stack(columns, axis=1)


def estimates_from_totals(
    design: Design, columns: Floats, domain: Ints, count: int, function: FunctionOfTotals, *, keep: bool = False
) -> DomainEstimates:
    """Estimate a smooth function of totals in each domain.

    Parameters
    ----------
    design : Design
    columns : array (totals x rows)
        Values whose weighted sums are the totals.
    domain : array of int (rows)
        Code of the domain, -1 for rows in none.
    count : int
        Number of domains.
    function : callable
        Totals -> estimates; of degree zero (shares, means, ratios), analytic.
    keep : bool
        Also return the cluster totals of the influence.

    Returns
    -------
    DomainEstimates

    Notes
    -----
    Source: Taylor linearisation of functions of totals, Wolter (2007), chapter 6.
    """
    if not count or not len(domain):
        raise DataError("the frame has no rows")
    rows = np.flatnonzero(domain >= 0)
    key = domain[rows] * design.clusters + design.cluster[rows]
    pairs, at = np.unique(key, return_inverse=True)
    weighted = columns[:, rows] * design.weight[rows]
    sums = np.stack([sums_by_code(at, part, len(pairs)) for part in weighted])
    where, clusters = pairs // design.clusters, pairs % design.clusters
    bounds = np.searchsorted(where, np.arange(count + 1))
    n = np.bincount(domain[rows], minlength=count)
    estimates, errors, kept, used, strata = [], [], [], [], []
    for code in range(count):
        part = slice(bounds[code], bounds[code + 1])
        value, error, total = _domain_estimates(design, sums[:, part], clusters[part], function, keep)
        estimates.append(value)
        errors.append(error)
        kept.append(total)
        used.append(bounds[code + 1] - bounds[code])
        strata.append(len(np.unique(design.stratum[clusters[part]])))
    df = design.degrees_of_freedom(np.array(used), np.array(strata))
    totals = np.stack(kept) if keep else np.zeros((0, 0, 0))
    return DomainEstimates(np.stack(estimates), np.stack(errors), n.astype(np.int64), np.array(used), df, totals)


def _domain_estimates(
    design: Design, sums: Floats, clusters: Ints, function: FunctionOfTotals, keep: bool
) -> tuple[Floats, Floats, Floats]:
    total = sums.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.asarray(function(total), dtype=np.float64)
        value = np.where(np.isfinite(value), value, np.nan)
        if design.census:
            return value, np.where(np.isnan(value), np.nan, 0.0), np.zeros((len(value), design.clusters if keep else 0))
        influence = complex_step_jacobian(function, total) @ sums
    influence = np.where(np.isfinite(influence), influence, 0.0)
    strata = design.stratum[clusters]
    squares = np.stack([sums_by_code(strata, u**2, design.strata) for u in influence])
    sum_u = np.stack([sums_by_code(strata, u, design.strata) for u in influence])
    error = np.sqrt(design.variance(squares, sum_u, influence.sum(axis=1), strata))
    full = np.zeros((len(value), design.clusters if keep else 0))
    if keep:
        full[:, clusters] = influence * np.sqrt(design.lonely_factor(strata))
        full[np.isnan(value)] = np.nan  # no estimate, no covariance: not one of zero
    return value, np.where(np.isnan(value), np.nan, error), full


def tidy_table(
    labels: Sequence[str],
    domains: Sequence[Any],
    made: DomainEstimates,
    share: Bools,
    convention: str,
    design: Design,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return estimates by domain as the tidy frame of this room."""
    estimates, errors, n, clusters, df, _ = made
    count = len(labels)
    frame = pd.DataFrame(
        {
            "measure": np.tile(np.asarray(labels, dtype=object), len(domains)),
            "convention": convention + ("; census" if design.census else ""),
            "domain": [domain for domain in domains for _ in range(count)],
            "estimate": estimates.ravel(),
            "se": errors.ravel(),
        }
    )
    units, freedom = np.repeat(clusters, count), np.repeat(df, count)
    if design.census:
        low, high = estimates.ravel(), estimates.ravel()
    else:
        warn_few_clusters(np.asarray(clusters))
        low, high = confidence_limits(
            frame["estimate"].to_numpy(), frame["se"].to_numpy(), units, freedom, np.tile(share, len(domains)), level
        )
    frame["ci_low"], frame["ci_high"] = low, high
    frame["n"], frame["clusters"] = np.repeat(n, count), units
    frame.loc[frame["estimate"].isna(), "convention"] += UNDEFINED_RATIO
    return frame.astype({"measure": "str"})


def tidy_table_from_influence(
    design: Design,
    order: Ints,
    estimates: Floats,
    influence: Floats,
    keys: list[str],
    domains: list[Any],
    convention: str,
) -> pd.DataFrame:
    """Return the tidy frame of estimates whose influence is given row by row (in the order given)."""
    totals = np.stack([design.cluster_totals(np.nan_to_num(u), order) for u in influence])
    held = np.unique(design.cluster[order])
    totals = totals * np.sqrt(design.lonely_factor(design.stratum[held]))
    se = np.zeros(len(estimates)) if design.census else np.sqrt(np.diag(design.covariance(totals)))
    se = np.where(np.isnan(estimates) | np.isnan(influence).any(axis=1), np.nan, se)
    used = np.full(len(estimates), len(held))
    df = design.degrees_of_freedom(used, np.full(len(used), len(np.unique(design.stratum[held]))))
    low, high = (estimates, estimates)
    if not design.census:
        low, high = confidence_limits(estimates, se, used, df, np.zeros(len(used), dtype=bool))
    frame = pd.DataFrame({"measure": keys, "convention": convention, "domain": domains, "estimate": estimates})
    frame.loc[frame["estimate"].isna(), "convention"] += UNDEFINED_RATIO
    frame["se"], frame["ci_low"], frame["ci_high"] = se, low, high
    frame["n"], frame["clusters"] = len(order), used
    return frame
