"""Plain comparisons: a trial's difference in means, a weighted comparison, and before against after.

Responsible for the estimate of a randomised trial (with covariates and robust errors), normalised
inverse-propensity weighting, and the naive lines that stand beside every estimate. Not responsible
for cross-fitting (`povlib.impact.aipw`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError
from povlib.impact.cohort_panels import first_help_period, mean_one_weights
from povlib.impact.effect_result import Effect, Finding, effect_with_interval, few_cluster_findings
from povlib.impact.identification_checks import (
    SELF_FITTING,
    covariate_of_column,
    few_helped_findings,
    lone_group_findings,
    propensity_fit,
    refuse_absorbed_treatment,
    refuse_many_columns,
    refuse_outcome_as_covariate,
    rows_with_a_like,
    without_like_finding,
)
from povlib.impact.influence_errors import degrees_of_freedom, influence_convention, influence_covariance
from povlib.impact.propensity_overlap import overlap_findings
from povlib.least_squares import LeastSquares, centred, least_squares, orthogonal_basis, rank_tolerance
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
_EXACT = 1e-12  # of the largest outcome: residuals below it are rounding errors
_SMALLEST_CHANCE = 1e-15  # rounding: a chance of exactly 0 or 1 would divide by zero


@dataclass(frozen=True)
class ComparisonData:
    """The rows of a comparison of two groups.

    Attributes
    ----------
    y : array (rows)
    d : array of bool (rows)
        Who was helped.
    x : array (rows x columns)
        Covariates, categories as 0/1 columns; sorted by name, so that the order they are given in means nothing.
    owners : list of str
        Covariate of each column.
    groups : int array (rows), optional
        Clusters.
    """

    y: Floats
    d: Bools
    x: Floats
    owners: list[str]
    groups: Ints | None

    @property
    def counts(self) -> tuple[int, int, int]:
        """Helped, others, clusters (rows when there are none)."""
        helped = int(self.d.sum())
        return helped, len(self.d) - helped, len(self.d) if self.groups is None else len(np.unique(self.groups))


def comparison_columns(
    frame: pd.DataFrame, outcome: str, treatment: str, covariates: Sequence[str] | str, cluster: str | None,
    weight: str | None = None,
) -> tuple[ComparisonData, Floats]:  # fmt: skip
    """Return the checked columns of a comparison, and weights (ones without).

    Raises
    ------
    DataError
        If a column is missing, empty somewhere or not numbers, treatment is not 0/1, one group is empty, or the
        covariates decide the treatment (they are named).
    """
    explaining = sorted(column_names(covariates), key=str)
    names = [outcome, treatment, *explaining, *(name for name in (cluster, weight) if name)]
    frame = checked_table(frame, names)
    refuse_gaps(frame, names)
    refuse_outcome_as_covariate(outcome, explaining)
    w = np.ones(len(frame)) if weight is None else mean_one_weights(finite_column(frame, weight), weight)
    d = zero_one_column(frame, treatment)
    if not 0 < w @ d < w.sum():
        raise DataError("one of the two groups is empty", where=treatment)
    columns, x = covariate_columns(frame, explaining)
    owners = [covariate_of_column(name, explaining) for name in columns]
    refuse_absorbed_treatment(d, x, owners, treatment, w)
    groups = pd.factorize(frame[cluster], sort=True)[0].astype(np.int64) if cluster else None
    return ComparisonData(finite_column(frame, outcome), d == 1, x, owners, groups), w


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
        Treatment is 0 or 1; categories and text (digits, too) among the covariates become 0/1 columns.
    cluster : str, optional
        Clusters in which help was assigned: errors are then clustered (CR1: G / (G - 1) times (n - 1) / (n - k), as
        Stata's regress and statsmodels; t with G - 1, or Satterthwaite's degrees of freedom over helped and other
        clusters where these are fewer). Fixed effects nested in the clusters (a text column of households with
        households or villages as clusters) are not counted in k, nor is the intercept they take up: the convention of
        Stata's xtreg, plm and pyfixest for within estimators.
    weight : str, optional
        Weights of least squares (sampling weights).
    errors : {"classical", "HC1", "HC2", "HC3"}
        Without clusters.
    randomised : bool
        Whether chance decided who was helped; otherwise the result is naive and says so.

    Returns
    -------
    Effect
        `errors` names the convention: that of `errors` here, "CR1", or "CR1, nested effects not counted". With a single
        unit or cluster helped (or not helped) the error is NaN and a finding says why.

    Raises
    ------
    DataError
        If columns are missing or hold what they must not, a group is empty, or covariates decide the treatment.

    Notes
    -----
    Columns are centred and solved by QR (`povlib.least_squares`): units and means of covariates do not matter.

    Examples
    --------
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 4.0, 5.0], "d": [0, 0, 1, 1]})
    >>> round(difference(frame, outcome="y", treatment="d").estimate, 9)
    3.0
    """
    if errors not in ERROR_FORMULAS:
        raise DataError("{value} is no choice", allowed=", ".join(ERROR_FORMULAS), value=errors)
    case, w = comparison_columns(frame, outcome, treatment, covariates, cluster, weight)
    d, groups = case.d, case.groups
    design = np.column_stack([np.ones(len(d)), centred(case.x, w), d])
    fit = least_squares(design, case.y, w, rank_tolerance(case.x, w))
    findings = few_cluster_findings(case.counts[2]) + _lone_groups(d, groups, fit, w, errors) + few_helped_findings(d)
    if not randomised:
        findings += (Finding("assignment", False, "help was not given at random, so groups may differ in other ways"),)
    largest = float(np.abs(case.y).max())
    if np.abs(fit.residual).max() <= _EXACT * largest:
        message = "help and covariates give the outcome without remainder: is one of the covariates made from it?"
        findings += (Finding("exact", False, message),)
        fit = replace(
            fit,
            residual=np.zeros(len(d)),
            coefficients=np.where(np.abs(fit.coefficients) <= _EXACT * largest, 0.0, fit.coefficients),
        )
    df = float(len(d) - len(fit.kept))
    if groups is not None:
        influence = fit.loading[:, -1] * fit.residual
        satterthwaite = degrees_of_freedom(influence[:, None], groups, d.astype(np.float64))[0]
        df = min(case.counts[2] - 1.0, float(satterthwaite))
    nested = 0 if groups is None else _nested_effects(case)
    se, name = _error_of_coefficient(fit, w, groups, errors, nested)
    return effect_with_interval(
        "difference", "ate" if randomised else "none", float(fit.coefficients[-1]), se, case.counts, findings, df,
        checked_level(level), name,
    )  # fmt: skip


def _lone_groups(d: Bools, groups: Ints | None, fit: LeastSquares, w: Floats, errors: str) -> tuple[Finding, ...]:
    """Return what a single unit or cluster leaves unknown; classical errors take the others' spread for it."""
    found = lone_group_findings(d, groups, fit, w)
    if found and groups is None and errors == "classical" and len(d) > len(fit.kept):
        return (Finding("spread", False, "a single unit makes the difference: its spread is taken as that of others"),)
    return found


def _nested_effects(case: ComparisonData) -> int:
    """Return how many coefficients are fixed effects nested in the clusters, the intercept they take up included.

    0/1 columns of one covariate (or 0/1 covariates that together split the rows) whose ones, and whose remaining rows,
    each lie in a single cluster.
    """
    assert case.groups is not None
    whole = [j for j in range(case.x.shape[1]) if np.isin(case.x[:, j], (0.0, 1.0)).all()]
    kinds: dict[str, list[int]] = {}
    for j in whole:
        kinds.setdefault(case.owners[j], []).append(j)
    single = [columns[0] for columns in kinds.values() if len(columns) == 1]
    blocks = [columns for columns in kinds.values() if len(columns) > 1]
    blocks.append([j for j in single if _one_cluster(case.groups[case.x[:, j] == 1])])
    nested = [block for block in blocks if block and _split_within_clusters(case.x[:, block], case.groups)]
    columns = [j for block in nested for j in block]
    if not columns:
        return 0
    return len(orthogonal_basis(np.column_stack([np.ones(len(case.d)), case.x[:, columns]])).kept)


def _split_within_clusters(x: Floats, groups: Ints) -> bool:
    """Return whether 0/1 columns, and the rows that have none, each lie in one cluster without overlap."""
    member = x.sum(axis=1)
    if member.max() > 1 or not _one_cluster(groups[member == 0]):
        return False
    return all(_one_cluster(groups[column == 1]) for column in x.T)


def _one_cluster(groups: Ints) -> bool:
    return len(groups) == 0 or bool((groups == groups[0]).all())


def _error_of_coefficient(
    fit: LeastSquares, w: Floats, groups: Ints | None, errors: str, nested: int
) -> tuple[float, str]:
    """Return the error of the last coefficient and the name of its convention."""
    n, k = len(w), len(fit.kept)
    influence = fit.loading[:, -1] * fit.residual
    if groups is not None:
        sums = np.bincount(groups, influence)
        count = len(np.unique(groups))
        factor = count / max(count - 1, 1) * (n - 1) / max(n - (k - nested), 1)
        return float(np.sqrt(factor * (sums**2).sum())), "CR1, nested effects not counted" if nested else "CR1"
    if errors == "classical":
        variance = float((w * fit.residual) @ fit.residual) / max(n - k, 1)
        return float(np.sqrt(fit.bread[-1, -1] * variance)), errors
    power = {"HC1": 0.0, "HC2": 0.5, "HC3": 1.0}[errors]
    free = np.where(fit.leverage < 1 - SELF_FITTING, 1 - fit.leverage, 1.0)  # a row that fits itself has no residual
    factor = n / max(n - k, 1) if errors == "HC1" else 1.0
    return float(np.sqrt(factor * ((influence / free**power) ** 2).sum())), errors


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

    The standard error counts the estimated propensity (its score enters the influence); clustered with G / (G - 1).

    Parameters
    ----------
    target : {"att", "ate"}
    """
    if target not in ("att", "ate"):
        raise DataError("{value} is no choice", allowed="att, ate", value=target)
    case, _ = comparison_columns(frame, outcome, treatment, covariates, cluster)
    case, _, left_out = comparable_case(case)
    y, d = case.y, case.d.astype(np.float64)
    p, z = propensity_fit(case.x, d, case.owners)
    p = np.clip(p, _SMALLEST_CHANCE, 1 - _SMALLEST_CHANCE)
    own = d if target == "att" else d / p
    other = (1.0 - d) * (p / (1 - p) if target == "att" else 1 / (1 - p))
    mean_own, mean_other = own @ y / own.sum(), other @ y / other.sum()
    influence = own / own.mean() * (y - mean_own) - other / other.mean() * (y - mean_other)
    score = z * (d - p)[:, None] @ least_squares(z, d, p * (1 - p)).bread * len(y)
    slope = -((other / other.mean() * (y - mean_other) * (1 if target == "att" else p))[:, None] * z).mean(axis=0)
    if target == "ate":
        slope = slope - ((own / own.mean() * (y - mean_own) * (1 - p))[:, None] * z).mean(axis=0)
    influence = influence + score @ slope
    variance = influence_covariance(influence[:, None], case.groups)[0, 0]
    return effect_from_influence("ipw", target, float(mean_own - mean_other), float(variance), case, p, left_out)


def comparable_case(case: ComparisonData) -> tuple[ComparisonData, Bools, tuple[Finding, ...]]:
    """Return the case without rows that are like none of the helped, which rows are left, and what is said of them.

    Raises
    ------
    DataError
        If the covariates make more than `MOST_COLUMNS` columns.
    """
    refuse_many_columns(case.owners)
    rows, columns = rows_with_a_like(case.x, case.d)
    if rows.all() and columns.all():
        return case, rows, ()
    left = [owner for owner, kept in zip(case.owners, columns, strict=True) if not kept]
    groups = None if case.groups is None else case.groups[rows]
    owners = [owner for owner, kept in zip(case.owners, columns, strict=True) if kept]
    smaller = replace(case, y=case.y[rows], d=case.d[rows], x=case.x[rows][:, columns], owners=owners, groups=groups)
    return smaller, rows, without_like_finding(int((~rows).sum()), left)


def effect_from_influence(
    method: str, target: str, estimate: float, variance: float, case: ComparisonData, p: Floats,
    more: tuple[Finding, ...] = (),
) -> Effect:  # fmt: skip
    """Return the effect of a weighted comparison, with what propensities `p`, clusters and group sizes say of it."""
    findings = overlap_findings(p, case.d, target) + few_cluster_findings(case.counts[2])
    findings += lone_group_findings(case.d, case.groups) + few_helped_findings(case.d) + more
    df = None if case.groups is None else float(case.counts[2] - 1)
    return effect_with_interval(
        method, target, estimate, float(np.sqrt(variance)), case.counts, findings, df,
        errors=influence_convention(case.groups),
    )  # fmt: skip


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
    findings = [Finding("assignment", False, "before and after are compared without anyone who was not helped")]
    if len(change) < 2:
        findings.append(Finding("spread", True, "a single unit was helped: its error cannot be known"))
    elif counts[2] < 2:
        findings.append(Finding("clusters", True, "a single cluster tells nothing about chance"))
    return effect_with_interval(
        "before_after", "none", float(change.mean()), float(np.sqrt(variance)), counts, tuple(findings),
        errors=influence_convention(groups),
    )  # fmt: skip
