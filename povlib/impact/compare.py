"""Plain comparisons: a trial's difference in means, a weighted comparison, and before against after.

Responsible for the estimate of a randomised trial (with covariates and robust errors), normalised
inverse-propensity weighting, and the naive lines that stand beside every estimate. Not responsible
for cross-fitting (`povlib.impact.aipw`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from povlib.errors import DataError, Fault
from povlib.impact.effect import Bools, Effect, Finding, Floats, Ints, clusters_findings, effect_from
from povlib.impact.overlap import overlap_findings
from povlib.poverty.logit import fit_logit

HC = ("classical", "HC1", "HC2", "HC3")


def columns_of(
    frame: pd.DataFrame, outcome: str, treatment: str, covariates: Sequence[str], cluster: str | None
) -> tuple[Floats, Bools, Floats, Ints | None]:
    """Return outcome, treatment, covariates and cluster codes, checked.

    Raises
    ------
    DataError
        If a column is missing or empty somewhere, treatment is not 0/1, or one group is empty.
    """
    names = [outcome, treatment, *covariates, *([cluster] if cluster else [])]
    faults = [
        Fault("table {table} has no column {column}", values={"table": "frame", "column": name})
        for name in names
        if name not in frame.columns
    ]
    if not faults:
        empty = {name: int(frame[name].isna().sum()) for name in names}
        faults = [
            Fault("{n} cells of {column} are empty", values={"n": n, "column": name}) for name, n in empty.items() if n
        ]
    if faults:
        raise DataError(faults)
    d = frame[treatment].to_numpy(dtype=np.float64)
    if not np.isin(d, (0.0, 1.0)).all():
        raise DataError("{column} holds values that are neither 0 nor 1", column=treatment)
    if d.sum() in (0, len(d)):
        raise DataError("one of the two groups is empty", where=treatment)
    x = frame[list(covariates)].to_numpy(dtype=np.float64) if len(covariates) else np.zeros((len(frame), 0))
    groups = pd.factorize(frame[cluster], sort=True)[0].astype(np.int64) if cluster else None
    return frame[outcome].to_numpy(dtype=np.float64), d == 1, x, groups


def difference(
    frame: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    errors: str = "HC2",
    randomised: bool = True,
) -> Effect:
    """Compare two groups by least squares, as a trial is analysed.

    Parameters
    ----------
    frame, outcome, treatment, covariates : columns
    cluster : str, optional
        Clusters in which help was assigned: errors are then clustered (CR1, t with G - 1).
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
    if errors not in HC:
        raise DataError("{value} is no choice", allowed=", ".join(HC), value=errors)
    y, d, x, groups = columns_of(frame, outcome, treatment, covariates, cluster)
    design = np.column_stack([np.ones(len(y)), d, x])
    coefficients, variance = _least_squares(design, y, groups, errors)
    counts = (int(d.sum()), int((~d).sum()), len(y) if groups is None else len(np.unique(groups)))
    findings = clusters_findings(counts[2])
    if not randomised:
        findings += (Finding("assignment", False, "help was not given at random, so groups may differ in other ways"),)
    df = float(counts[2] - 1 if groups is not None else len(y) - design.shape[1])
    target = "ate" if randomised else "none"
    return effect_from(
        "difference", target, float(coefficients[1]), float(np.sqrt(variance[1, 1])), counts, findings, df
    )


def _least_squares(x: Floats, y: Floats, groups: Ints | None, errors: str) -> tuple[Floats, Floats]:
    n, k = x.shape
    bread = np.linalg.pinv(x.T @ x)
    coefficients = bread @ (x.T @ y)
    residual = y - x @ coefficients
    if groups is not None:
        sums = np.zeros((int(groups.max()) + 1, k))
        np.add.at(sums, groups, x * residual[:, None])
        count = len(np.unique(groups))
        factor = count / max(count - 1, 1) * (n - 1) / (n - k)
        return coefficients, factor * bread @ (sums.T @ sums) @ bread
    if errors == "classical":
        return coefficients, bread * float(residual @ residual) / (n - k)
    leverage = np.einsum("ij,jk,ik->i", x, bread, x)
    power = {"HC1": 0.0, "HC2": 0.5, "HC3": 1.0}[errors]
    scaled = x * (residual / (1 - leverage) ** power)[:, None]
    factor = n / (n - k) if errors == "HC1" else 1.0
    return coefficients, factor * bread @ (scaled.T @ scaled) @ bread


def weighted_comparison(
    frame: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    covariates: Sequence[str],
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
    y, d, x, groups = columns_of(frame, outcome, treatment, covariates, cluster)
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
    return _from_influence("ipw", target, float(mean_own - mean_other), influence, d, p, groups)


def _from_influence(
    method: str, target: str, estimate: float, influence: Floats, d: Bools, p: Floats, groups: Ints | None
) -> Effect:
    from povlib.impact.influence import covariance

    variance = covariance(influence[:, None], groups)[0, 0]
    counts = (int(d.sum()), int((~d).sum()), len(d) if groups is None else len(np.unique(groups)))
    findings = overlap_findings(p, d, target) + clusters_findings(counts[2])
    df = None if groups is None else float(counts[2] - 1)
    return effect_from(method, target, estimate, float(np.sqrt(variance)), counts, findings, df)


def before_after(
    frame: pd.DataFrame, *, outcome: str, unit: str, period: str, cohort: str, cluster: str | None = None
) -> Effect:
    """Return the naive line: the mean change of the helped from before their start to after it.

    It stands beside the other estimates to show what a comparison with nobody would have claimed.
    """
    names = [outcome, unit, period, cohort, *([cluster] if cluster else [])]
    rows: Any = frame[names].dropna()
    rows = rows[np.isfinite(rows[cohort].astype("float64")) & (rows[cohort] > 0)]
    post = rows[period] >= rows[cohort]
    after = rows[post].groupby(unit, sort=True)[outcome].mean()
    means = (after - rows[~post].groupby(unit, sort=True)[outcome].mean()).dropna()
    if not len(means):
        raise DataError("nobody is seen both before and after the start")
    change = means.to_numpy(dtype=np.float64)
    groups = None
    if cluster:
        of_unit = rows.groupby(unit)[cluster].first().reindex(means.index)
        groups = pd.factorize(of_unit, sort=True)[0].astype(np.int64)
    from povlib.impact.influence import covariance

    variance = covariance((change - change.mean())[:, None], groups)[0, 0]
    counts = (len(change), 0, len(change) if groups is None else len(np.unique(groups)))
    finding = Finding("assignment", False, "before and after are compared without anyone who was not helped")
    return effect_from("before_after", "none", float(change.mean()), float(np.sqrt(variance)), counts, (finding,))
