"""One call for every measure, by domain, with design-based errors.

Responsible for running the indices over each domain and turning influence into standard errors and
intervals. Not responsible for the formulas (`.indices`), reading the frame (`.measurement_input`),
the design (`.survey_design`), contrasts (`.estimates`) or replicates (`.replication`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.errors import DataError
from povlib.poverty.measurement.estimates import TIDY_COLUMNS, Estimates
from povlib.poverty.measurement.frame_columns import checked_table, column_names
from povlib.poverty.measurement.indices import DEFAULT_MEASURES, Index, index_of_key
from povlib.poverty.measurement.linearisation import linearised_estimate, linearised_variance
from povlib.poverty.measurement.measurement_input import MeasurementInput, read_measurement_input
from povlib.poverty.measurement.poverty_line import RelativeLine
from povlib.poverty.measurement.replication import Replicates, replicate_variance
from povlib.poverty.measurement.studentised_bootstrap import studentised_quantiles
from povlib.poverty.measurement.survey_design import confidence_limits, warn_few_clusters


def measure(
    frame: pd.DataFrame,
    *,
    income: str,
    line: float | str | RelativeLine | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    by: str | Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Estimate measures of poverty and inequality with design-based standard errors.

    Differences between domains and changes between waves, with their covariance: `estimate` takes the same arguments.

    Parameters
    ----------
    frame : DataFrame
        One row a person or household; of pandas, polars, pyarrow or dask.
    income : str
        Column of income per head.
    line : float, str or Relative, optional
        Poverty line: a number, a column, or a share of the median or mean (then estimated, and its
        error counted). Needed by the FGT family, Watts, Sen, SST and Takayama.
    weight, strata, cluster : str, optional
        Design columns; see `povlib.poverty.measurement.survey_design.design_from`. Without weight every row counts 1.
    by : str or list of str, optional
        Domain columns. The design stays the whole one.
    measures : list of str, optional
        Keys: fgt0 fgt1 fgt2 watts sen sst takayama arop arop_line rmpg gini s80s20 ge0 ge1 ge2
        atkinson_0.5 atkinson_1 mean median, any other order of fgt, ge and atkinson, and
        median_poor, zenga, jdiv.
        Default: all these (without those that need a line when none is given).
    **options
        ``fraction``, ``lonely``, ``census``, ``df`` (see `design_from`); ``missing`` = "refuse" or "drop" for
        rows without income; ``overall`` = True adds the whole sample as domain "all"; ``relative``, the
        line of arop, arop_line and rmpg when `line` is not one; ``level`` of the intervals;
        ``replicates`` = `Replicates` for a bootstrap, a jackknife or given replicate weights; and the
        conventions ``poor``, ``gini``, ``quantile``, ``quintiles``, ``zenga``, ``nonpositive`` (see `Conventions`).

    Returns
    -------
    DataFrame
        measure, convention, domain, estimate, se, ci_low, ci_high, n, clusters. Where a measure does not exist (a Gini
        of incomes that sum to zero or less) the estimate is NaN and the convention says why ("undefined: ...").

    Raises
    ------
    DataError
        If a column, a weight, an income or a line is missing or impossible, or the design is.

    Examples
    --------
    >>> frame = pd.DataFrame({"income": [1.0, 2.0, 3.0, 4.0]})
    >>> measure(frame, income="income", line=2.5, measures=["fgt0", "gini"], census=True)[["measure", "estimate"]]
      measure  estimate
    0    fgt0      0.50
    1    gini      0.25
    """
    return _estimate_all(frame, income, line, weight, strata, cluster, by, measures, options, keep=False).frame


def estimate(
    frame: pd.DataFrame,
    *,
    income: str,
    line: float | str | RelativeLine | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    by: str | Sequence[str] | None = None,
    measures: Sequence[str] | None = None,
    **options: Any,
) -> Estimates:
    """Return what `measure` returns, with covariances and contrasts between domains and waves.

    Waves of one panel are domains of one frame: clusters that appear in both give the covariance.

    Examples
    --------
    >>> frame = pd.DataFrame({"hh": list(range(40)) * 2, "wave": [1] * 40 + [2] * 40})
    >>> frame["income"] = 100.0 + frame["hh"] + 5 * frame["wave"]
    >>> made = estimate(frame, income="income", cluster="hh", by="wave", measures=["mean"])
    >>> made.difference(2, 1)[["domain", "estimate", "se"]].round(9).to_numpy().tolist()
    [['2 - 1', 5.0, 0.0]]
    """
    return _estimate_all(frame, income, line, weight, strata, cluster, by, measures, options, keep=True)


def _estimate_all(
    frame: pd.DataFrame,
    income: str,
    line: float | str | RelativeLine | None,
    weight: str | None,
    strata: str | None,
    cluster: str | None,
    by: str | Sequence[str] | None,
    measures: Sequence[str] | None,
    options: dict[str, Any],
    *,
    keep: bool,
) -> Estimates:
    how = options.pop("replicates", None)
    if how is not None and (keep or options.get("census") or not isinstance(how, Replicates)):
        raise DataError("replicates give standard errors of a sample, not covariances or a census", where="replicates")
    keys = list(dict.fromkeys(column_names(measures))) if measures is not None else _default_measures(line)
    if not keys:
        raise DataError("no measure is named", where="measures", allowed=", ".join(DEFAULT_MEASURES))
    wanted = [index_of_key(key) for key in keys]
    frame = checked_table(frame, [])
    problem, level = read_measurement_input(frame, income, line, weight, strata, cluster, by, wanted, options)
    made = [_index_in_domains(problem, which, keep) for which in wanted]
    table = pd.concat([part for part, _ in made], ignore_index=True)
    if how is not None:
        variance, replicates = replicate_variance(problem, wanted, how, frame)
        linearised = table["se"].to_numpy()
        table["se"] = np.sqrt(variance).ravel()
        table["convention"] = [f"{text}; {how.label}".removeprefix("; ") for text in table["convention"]]
    table = _with_confidence_limits(problem, table, wanted, level)
    if how is not None and how.studentised:
        quantiles = studentised_quantiles(problem, wanted, how, replicates, level)
        table["se"] = linearised
        table["ci_low"] = table["estimate"] - quantiles[1] * linearised
        table["ci_high"] = table["estimate"] - quantiles[0] * linearised
    totals = np.concatenate([part for _, part in made]) if keep else np.zeros((0, 0))
    return Estimates(table, problem.design, totals)


def _default_measures(line: float | str | RelativeLine | None) -> list[str]:
    return [
        key
        for key in DEFAULT_MEASURES
        if line is not None or index_of_key(key).slope is None or index_of_key(key).relative
    ]


def _index_in_domains(problem: MeasurementInput, which: Index, keep: bool) -> tuple[pd.DataFrame, Floats]:
    """Estimate one index in every domain: the table, and (if `keep`) influences summed by cluster."""
    results = [linearised_estimate(problem, which, code) for code in range(len(problem.domains))]
    totals = np.zeros((len(results), problem.design.clusters)) if keep else np.zeros((0, 0))
    variances = np.zeros(len(results))
    for code, result in enumerate(results):
        if problem.design.census:
            continue
        variances[code], total = linearised_variance(problem, result, keep)
        if keep:
            totals[code] = total
    table = pd.DataFrame(
        {
            "measure": which.key,
            "convention": [_convention_label(problem, which, result.reason) for result in results],
            "domain": pd.Series(problem.domains),
            "estimate": [result.estimate for result in results],
            "se": np.sqrt(variances),
            "n": [len(result.rows) for result in results],
            "clusters": [result.clusters for result in results],
            "df": problem.design.degrees_of_freedom(
                np.array([result.clusters for result in results]), np.array([result.strata for result in results])
            ),
        }
    )
    table.loc[table["estimate"].isna() | ~np.isfinite(table["se"]), "se"] = np.nan
    return table, totals


def _convention_label(problem: MeasurementInput, which: Index, reason: str) -> str:
    """Name what was chosen where tools differ, how many rows were left out, and why there is no number."""
    parts = [f"{name}={getattr(problem.conventions, name)}" for name in which.form]
    line = problem.threshold(which)
    if line is not None and line.relative is not None:
        parts.append(f"line={line.relative.label}")
    if problem.design.census:
        parts.append("census")
    if problem.missing:
        parts.append(f"rows without income left out={problem.missing}")
    if reason:
        parts.append(f"undefined: {reason}")
    return "; ".join(parts)


def _with_confidence_limits(
    problem: MeasurementInput, table: pd.DataFrame, wanted: Sequence[Index], level: float
) -> pd.DataFrame:
    share = table["measure"].isin([which.key for which in wanted if which.share]).to_numpy()
    skewed = table["measure"].isin([which.key for which in wanted if which.skewed]).to_numpy()
    estimates, se = table["estimate"].to_numpy(), table["se"].to_numpy()
    clusters = table["clusters"].to_numpy(dtype=np.int64)
    if problem.design.census:
        table["ci_low"], table["ci_high"] = estimates, estimates
    else:
        warn_few_clusters(clusters)
        df = table["df"].to_numpy(dtype=np.int64)
        table["ci_low"], table["ci_high"] = confidence_limits(estimates, se, clusters, df, share, level, skewed)
    return table[TIDY_COLUMNS]
