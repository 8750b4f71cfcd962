"""Plain comparisons: a trial's difference in means, a weighted comparison, and before against after.

Responsible for the estimate of a randomised trial (with covariates and robust errors), normalised
inverse-propensity weighting, and the naive lines that stand beside every estimate. Not responsible
for cross-fitting (`povlib.impact.aipw`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.binary_regression import fit_logit
from povlib.errors import DataError
from povlib.impact.cohort_panels import first_help_period, mean_one_weights
from povlib.impact.effect_result import Effect, Finding, effect_with_interval, few_cluster_findings
from povlib.impact.influence_errors import degrees_of_freedom, influence_covariance
from povlib.impact.propensity_overlap import overlap_findings
from povlib.poverty.measurement.frame_columns import (
    checked_table,
    column_names,
    covariate_columns,
    finite_column,
    number_column,
    refuse_gaps,
    zero_one_column,
)
from povlib.poverty.measurement.survey_design import checked_level

ERROR_FORMULAS = ("classical", "HC1", "HC2", "HC3")


def comparison_columns(
    frame: pd.DataFrame, outcome: str, treatment: str, covariates: Sequence[str] | str, cluster: str | None
) -> tuple[Floats, Bools, Floats, Ints | None]:
    """Return outcome, treatment, covariates (categories as 0/1 columns) and cluster codes, checked.

    Raises
    ------
    DataError
        If a column is missing, empty somewhere or not numbers, treatment is not 0/1, or one group is empty.
    """
    explaining = column_names(covariates)
    names = [outcome, treatment, *explaining, *([cluster] if cluster else [])]
    frame = checked_table(frame, names)
    refuse_gaps(frame, names)
    d = zero_one_column(frame, treatment)
    if d.sum() in (0, len(d)):
        raise DataError("one of the two groups is empty", where=treatment)
    groups = pd.factorize(frame[cluster], sort=True)[0].astype(np.int64) if cluster else None
    return finite_column(frame, outcome), d == 1, covariate_columns(frame, explaining)[1], groups


def lone_cluster_findings(d: Bools, groups: Ints | None) -> tuple[Finding, ...]:
    """Return a refusal when one of the groups lies in a single cluster: nothing is known of its spread."""
    if groups is None or min(len(np.unique(groups[d])), len(np.unique(groups[~d]))) > 1:
        return ()
    return (Finding("clusters", True, "one of the two groups lies in a single cluster"),)


def difference(
    frame: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    covariates: Sequence[str] | str = (),
    cluster: str | None = None,
    weight: str | None = None,
    errors: str = "HC2",
    randomised: bool = True,
    level: float = 0.95,
) -> Effect:
    """Compare two groups by least squares, as a trial is analysed.

    Parameters
    ----------
    frame, outcome, treatment, covariates : columns
        Treatment is 0 or 1; categories and text among the covariates become 0/1 columns.
    cluster : str, optional
        Clusters in which help was assigned: errors are then clustered (CR1 as Stata and statsmodels; t with
        G - 1, or Satterthwaite's degrees of freedom over helped and other clusters where these are fewer).
    weight : str, optional
        Weights of least squares (sampling weights).
    errors : {"classical", "HC1", "HC2", "HC3"}
        Without clusters.
    randomised : bool
        Whether chance decided who was helped; otherwise the result is naive and says so.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 4.0, 5.0], "d": [0, 0, 1, 1]})
    >>> round(difference(frame, outcome="y", treatment="d").estimate, 9)
    3.0
    """
    if errors not in ERROR_FORMULAS:
        raise DataError("{value} is no choice", allowed=", ".join(ERROR_FORMULAS), value=errors)
    y, d, x, groups = comparison_columns(frame, outcome, treatment, covariates, cluster)
    w = np.ones(len(y)) if weight is None else _row_weights(frame, weight)
    design = np.column_stack([np.ones(len(y)), d, x])
    coefficients, variance, influence = _weighted_least_squares(design, y, w, groups, errors)
    counts = (int(d.sum()), int((~d).sum()), len(y) if groups is None else len(np.unique(groups)))
    findings = few_cluster_findings(counts[2]) + lone_cluster_findings(d, groups)
    if not randomised:
        findings += (Finding("assignment", False, "help was not given at random, so groups may differ in other ways"),)
    df = float(len(y) - np.linalg.matrix_rank(design))
    if groups is not None:
        df = min(counts[2] - 1.0, float(degrees_of_freedom(influence[:, 1:2], groups, d.astype(np.float64))[0]))
    target = "ate" if randomised else "none"
    se = float(np.sqrt(variance[1, 1]))
    return effect_with_interval(
        "difference", target, float(coefficients[1]), se, counts, findings, df, checked_level(level)
    )


def _row_weights(frame: pd.DataFrame, weight: str) -> Floats:
    frame = checked_table(frame, [weight])
    refuse_gaps(frame, [weight])
    return mean_one_weights(finite_column(frame, weight), weight)


def _weighted_least_squares(
    x: Floats, y: Floats, w: Floats, groups: Ints | None, errors: str
) -> tuple[Floats, Floats, Floats]:
    """Return coefficients, their variance and the influence of each row on them."""
    n, k = len(x), int(np.linalg.matrix_rank(x))
    bread = np.linalg.pinv((x * w[:, None]).T @ x)
    coefficients = bread @ (x.T @ (w * y))
    residual = y - x @ coefficients
    influence = (x * (w * residual)[:, None]) @ bread
    if groups is not None:
        sums = np.zeros((int(groups.max()) + 1, x.shape[1]))
        np.add.at(sums, groups, influence)
        count = len(np.unique(groups))
        return coefficients, count / max(count - 1, 1) * (n - 1) / max(n - k, 1) * sums.T @ sums, influence
    if errors == "classical":
        return coefficients, bread * float((w * residual) @ residual) / max(n - k, 1), influence
    leverage = np.einsum("ij,jk,ik->i", x, bread, x) * w
    power = {"HC1": 0.0, "HC2": 0.5, "HC3": 1.0}[errors]
    free = np.where(leverage < 1 - 1e-9, 1 - leverage, 1.0)  # a row that fits itself has no residual
    scaled = influence / free[:, None] ** power
    factor = n / max(n - k, 1) if errors == "HC1" else 1.0
    return coefficients, factor * scaled.T @ scaled, influence


def weighted_comparison(
    frame: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    covariates: Sequence[str] | str,
    target: str = "att",
    cluster: str | None = None,
) -> Effect:
    """Compare with controls weighted to look like the helped: normalised inverse propensity weights.

    The standard error counts the estimated propensity (its score enters the influence).

    Parameters
    ----------
    target : {"att", "ate"}
    """
    if target not in ("att", "ate"):
        raise DataError("{value} is no choice", allowed="att, ate", value=target)
    y, d, x, groups = comparison_columns(frame, outcome, treatment, covariates, cluster)
    design = np.column_stack([np.ones(len(y)), x])
    fit = fit_logit(design, d.astype(np.float64), errors=False)
    p = fit.fitted
    own = d.astype(np.float64) if target == "att" else d / p
    other = (1.0 - d) * (p / (1 - p) if target == "att" else 1 / (1 - p))
    mean_own, mean_other = own @ y / own.sum(), other @ y / other.sum()
    influence = own / own.mean() * (y - mean_own) - other / other.mean() * (y - mean_other)
    scale = np.abs(design).max(axis=0)
    z = design / scale
    score = z * (d - p)[:, None] @ np.linalg.pinv((z * (p * (1 - p))[:, None]).T @ z / len(y))
    slope = -((other / other.mean() * (y - mean_other) * (1 if target == "att" else p))[:, None] * z).mean(axis=0)
    if target == "ate":
        slope = slope - ((own / own.mean() * (y - mean_own) * (1 - p))[:, None] * z).mean(axis=0)
    influence = influence + score @ slope
    return _effect_from_influence("ipw", target, float(mean_own - mean_other), influence, d, p, groups)


def _effect_from_influence(
    method: str, target: str, estimate: float, influence: Floats, d: Bools, p: Floats, groups: Ints | None
) -> Effect:
    variance = influence_covariance(influence[:, None], groups)[0, 0]
    counts = (int(d.sum()), int((~d).sum()), len(d) if groups is None else len(np.unique(groups)))
    findings = overlap_findings(p, d, target) + few_cluster_findings(counts[2]) + lone_cluster_findings(d, groups)
    df = None if groups is None else float(counts[2] - 1)
    return effect_with_interval(method, target, estimate, float(np.sqrt(variance)), counts, findings, df)


def before_after(
    frame: pd.DataFrame, *, outcome: str, unit: str, period: str, cohort: str, cluster: str | None = None
) -> Effect:
    """Return the naive line: the mean change of the helped from before their start to after it.

    It stands beside the other estimates to show what a comparison with nobody would have claimed.
    """
    names = [outcome, unit, period, cohort, *([cluster] if cluster else [])]
    frame = checked_table(frame, names)
    refuse_gaps(frame, [unit, period])
    start, when, value = first_help_period(frame, cohort), number_column(frame, period), finite_column(frame, outcome)
    used = np.isfinite(start) & ~np.isnan(value)
    post = pd.Series(value).where(when >= start)[used].groupby(frame[unit][used], sort=True, observed=True).mean()
    before = pd.Series(value).where(when < start)[used].groupby(frame[unit][used], sort=True, observed=True).mean()
    means = (post - before).dropna()
    if not len(means):
        raise DataError("nobody is seen both before and after the start")
    change = means.to_numpy(dtype=np.float64)
    groups = None
    if cluster:
        of_unit = frame.drop_duplicates(unit).set_index(unit)[cluster].reindex(means.index)
        groups = pd.factorize(of_unit, sort=True)[0].astype(np.int64)
    variance = influence_covariance((change - change.mean())[:, None], groups)[0, 0]
    counts = (len(change), 0, len(change) if groups is None else len(np.unique(groups)))
    finding = Finding("assignment", False, "before and after are compared without anyone who was not helped")
    return effect_with_interval(
        "before_after", "none", float(change.mean()), float(np.sqrt(variance)), counts, (finding,)
    )
