"""Fit of both parts of amounts: any at all by a logit, how much by least squares, levels by moments.

Responsible for estimates and their covariance. Not responsible for the regressors
(`povlib.panels.income_design`) nor for the variances of a unit's parts
(`povlib.panels.variance_components`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.binary_regression import Fit, clustered_meat, fit_binary
from povlib.least_squares import least_squares as solve
from povlib.panels.income_design import AmountRegressors, log_odds, past_columns
from povlib.panels.long_frame import LongFrame
from povlib.words import text


def fit_any_amount(
    long: LongFrame, value: Floats, design: Floats, prior_sd: float, count: Floats | None
) -> tuple[Fit, float, list[str]]:
    """Return the fit of any amount at all, the usual share of rows with one, and findings."""
    known = np.isfinite(value)
    some = (value[known] != 0).astype(np.float64)
    usual = float((some.sum() + 0.5) / (len(some) + 1.0))
    full = np.column_stack([design, past_columns(long.opens, long.follows, value, usual)])[known]
    if 0 < some.sum() < len(some):
        precision = np.full(full.shape[1], prior_sd**-2)
        # A spread of ten on the scale of the logit, as `hazards.INTERCEPT_SD`: it only keeps the fit finite.
        precision[0] = 0.01
        weight = None if count is None else count[known]
        return fit_binary("logit", full, some, precision, long.unit[known], weight), usual, []
    beta = np.zeros(full.shape[1])
    beta[0] = float(log_odds(np.array([usual]))[0])
    said = [] if some.all() else [text("every known amount is zero: no amount is expected")]
    nothing = np.zeros((len(beta), len(beta)))
    return Fit(beta, nothing, nothing), usual, said


def least_squares(
    design: Floats, y: Floats, prior_sd: float, unit: Ints, weight: Floats | None, noise: float | None = None
) -> Fit:
    """Fit by least squares with a weak prior on all but the intercept, errors clustered by unit with G / (G - 1).

    `noise` is the variance of an error, where known; otherwise that of `y` stands for it.
    """
    width = design.shape[1]
    if not len(y):
        return Fit(np.zeros(width), np.zeros((width, width)), np.zeros((width, width)))
    # the prior as rows beside the data: a value of zero for each coefficient, as sure as the prior is
    penalty = np.full(width, 1.0 / prior_sd**2) * max(float(y.var()) if noise is None else noise, 1e-6)
    penalty[0] = 0.0
    w = np.ones(len(y)) if weight is None else weight
    fit = solve(np.vstack([design, np.eye(width)]), np.r_[y, np.zeros(width)], np.r_[w, penalty])
    residual = fit.residual[: len(y)]
    clustered = clustered_meat(fit.loading[: len(y)] * residual[:, None], unit)
    return Fit(fit.coefficients, fit.bread * float((residual**2).mean()), clustered)


def group_levels(residual: Floats, group: Ints, unit: Ints, count: int) -> tuple[Floats, float]:
    """Return group levels shrunk by moments of unit means, and the variance between groups."""
    effects = np.zeros(count)
    ok = group >= 0
    if count < 2 or not ok.any():
        return effects, 0.0
    means = pd.DataFrame({"g": group[ok], "u": unit[ok], "r": residual[ok]}).groupby(["g", "u"])["r"].mean()
    by = means.groupby("g").agg(["mean", "var", "size"])
    several = by[by["size"] >= 2]
    if len(several) < 2:
        return effects, 0.0
    within = float(np.average(several["var"], weights=several["size"] - 1))
    noise = within / by["size"]
    between = max(float(by["mean"].var(ddof=1) - noise.mean()), 0.0)
    shrunk = by["mean"] * between / (between + noise) if between > 0 else by["mean"] * 0.0
    effects[shrunk.index.to_numpy(dtype=np.int64)] = shrunk.to_numpy(dtype=np.float64)
    return effects, between


def period_levels(residual: Floats, unit: Ints, step: Ints, fitted: int) -> tuple[Floats, float]:
    """Return the level of each period that all units share, shrunk by moments, and its variance.

    Units are compared with themselves, so that their own levels are no noise; `fitted` columns of the regression
    (intercept, trend, season) have taken up as many of the periods' levels.
    """
    if not len(step):
        return np.zeros(1), 0.0
    count, rows = np.bincount(step), np.bincount(unit)
    own = residual - (np.bincount(unit, weights=residual) / np.maximum(rows, 1))[unit]
    mean = np.bincount(step, weights=own) / np.maximum(count, 1)
    seen = count > 0
    free, several = int(seen.sum()) - fitted, int((rows > 1).sum())
    freedom = len(residual) - several - int((rows == 1).sum())
    if free < 1 or seen.sum() < 3 or freedom < 1:
        return np.zeros(len(count)), 0.0
    noise = float((own**2).sum()) / freedom / np.maximum(count, 1)
    variance = max(float((mean[seen] ** 2).sum()) / free - float(noise[seen].mean()), 0.0)
    share = variance / (variance + noise) if variance > 0 else np.zeros(len(count))
    return np.where(seen, share * mean, 0.0), variance


def with_common_doubt(fit: Fit, regressors: AmountRegressors, common: float, steps: Ints) -> Fit:
    """Return the fit with the doubt about intercept and trend that what moved all units in one period leaves."""
    if common <= 0:
        return fit
    covariance = fit.clustered.copy()
    covariance[0, 0] += common / len(steps)
    if regressors.trend:
        at = 1 + len(regressors.coding.terms)
        covariance[at, at] += common / float(((steps - steps.mean()) ** 2).sum())
    return Fit(fit.beta, fit.covariance, covariance)


def coefficient_table(regressors: AmountRegressors, any_fit: Fit, fit: Fit) -> pd.DataFrame:
    """Return part, term, estimate and clustered se, of numbers as they are."""
    names = regressors.terms
    more = ["any before", "before known", "log odds of share before"]
    tables = []
    for part, terms, one in (("any", [*names, *more], any_fit), ("amount", names, fit)):
        back = _unscaling_matrix(regressors, len(terms))
        se = np.sqrt(np.maximum(np.diag(back @ one.clustered @ back.T), 0.0))
        tables.append(pd.DataFrame({"part": part, "term": terms, "estimate": back @ one.beta, "se": se}))
    return pd.concat(tables, ignore_index=True)


def _unscaling_matrix(regressors: AmountRegressors, width: int) -> Floats:
    """Return the matrix that takes coefficients of scaled numbers to those of the numbers as they are."""
    back = np.eye(width)
    at = 1
    for column in regressors.coding.columns:
        if not column.levels:
            back[at, at] = 1.0 / column.scale
            back[0, at] = -column.centre / column.scale
        at += len(column.terms)
    return back
