"""Cross-fitted augmented inverse-propensity weighting: two chances to be right.

Responsible for effects of help given by what is recorded (need, village, livelihood), with nuisance
models fitted on other folds. Not responsible for whether everything that mattered is recorded; the
sentence and the findings say that it must be.

Sources: Robins, Rotnitzky and Zhao (1994); Chernozhukov et al. (2018) for cross-fitting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.binary_regression import fit_logit
from povlib.errors import DataError
from povlib.impact.comparisons import comparable_case, comparison_columns, effect_from_influence
from povlib.impact.effect_result import Effect
from povlib.impact.identification_checks import lone_group_findings
from povlib.impact.influence_errors import influence_covariance
from povlib.impact.propensity_overlap import overlap_table
from povlib.least_squares import centred

NUISANCE_LEARNERS = ("linear", "forest")
# Fitted propensities are kept inside these limits: weights stay below 200. A choice; overlap is judged apart from it.
_MOST_WITH_PRODUCTS = 12  # columns: 78 products; more would outgrow an office's rows. A choice.
_LOWEST_PROPENSITY, _HIGHEST_PROPENSITY = 0.005, 0.995


@dataclass(frozen=True)
class Aipw:
    """A cross-fitted estimate with its propensities.

    Attributes
    ----------
    effect : Effect
    propensity : array
        Chance of help of each row, fitted without its own fold; 0 where the row is like none of the helped.
    overlap : DataFrame
        Quantiles among helped and not helped.
    """

    effect: Effect
    propensity: Floats
    overlap: pd.DataFrame


def aipw(
    frame: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    covariates: Sequence[str] | str,
    target: str = "att",
    cluster: str | None = None,
    folds: int = 5,
    repeats: int = 3,
    learner: str = "linear",
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> Aipw:
    """Estimate an effect with cross-fitted nuisance models.

    Parameters
    ----------
    frame, outcome, treatment, covariates : columns
        Treatment is 0 or 1; covariates measured before the help, categories and text become 0/1 columns.
    target : {"att", "ate"}
        Effect on the helped, or on all.
    cluster : str, optional
        Clusters stay together in a fold, and errors are clustered.
    folds : int
        Parts in which the nuisance models leave one out.
    repeats : int
        Splits; the median estimate is reported, its error includes the spread over splits
        (Chernozhukov et al. 2018, definition 3.3).
    learner : {"linear", "forest"}
        Logit and least squares with squares and products of standardised covariates (ridge, penalty
        by generalised cross-validation); or
        random forests (scikit-learn, extra ``stats``).
    seed : int
    progress : callable, optional
        Told "aipw" and the share done, after each fold.

    Raises
    ------
    DataError
        If columns are missing, one group is empty, or there are fewer clusters than folds.
    """
    if target not in ("att", "ate") or learner not in NUISANCE_LEARNERS:
        raise DataError("{value} is no choice", allowed="att, ate; linear, forest", value=f"{target}, {learner}")
    case, _ = comparison_columns(frame, outcome, treatment, covariates, cluster)
    case, rows, left_out = comparable_case(case)
    if lone := lone_group_findings(case.d, case.groups):  # no part of the rows can be left out
        raise DataError(lone[0].message, where=treatment)
    # folds are drawn by position: rows in an order of their own make the answer the same in any order of the frame
    order = np.lexsort((*case.x.T, case.d, case.y))
    y, d, groups = case.y[order], case.d[order], None if case.groups is None else case.groups[order]
    x = _standardised(case.x[order])
    if not x.size:
        raise DataError(
            "no covariate varies, so nothing can be allowed for", where="covariates", remedy="use difference()"
        )
    units = np.arange(len(y)) if groups is None else groups
    if len(np.unique(units)) < folds or not folds >= 2:
        raise DataError("there are fewer cases than folds", where="folds", allowed="2 or more, up to the clusters")
    features = _covariate_features(x) if learner == "linear" else x
    estimates, variances, chances = [], [], []
    for repeat in range(repeats):
        fold = _fold_of_rows(units, d, folds, seed + repeat)
        tell = (lambda share: None) if progress is None else partial(_tell_share, progress, repeat, repeats)
        p, mean0, mean1 = _cross_fitted_nuisances(features, y, d, fold, folds, learner, seed, tell)
        value, influence = _augmented_estimate(y, d, p, mean0, mean1, target)
        estimates.append(value)
        variances.append(influence_covariance(influence[:, None], groups)[0, 0])
        chances.append(p)
    estimate = float(np.median(estimates))
    variance = float(np.median(np.array(variances) + (np.array(estimates) - estimate) ** 2))
    p = np.empty(len(y))
    p[order] = np.median(np.stack(chances), axis=0)
    every = np.zeros(len(rows))
    every[rows] = p
    effect = effect_from_influence("aipw", target, estimate, variance, case, p, left_out)
    return Aipw(effect, every, overlap_table(p, case.d))


def _tell_share(progress: Callable[[str, float], None], repeat: int, repeats: int, share: float) -> None:
    progress("aipw", (repeat + share) / repeats)


def _standardised(x: Floats) -> Floats:
    """Return the columns that vary, with mean zero and a spread of one."""
    z = centred(x)
    z = z[:, z.any(axis=0)]
    z = z / np.abs(z).max(axis=0, initial=0.0)  # by the largest value first, whose square cannot overflow
    return np.asarray(z / z.std(axis=0))


def _covariate_features(z: Floats) -> Floats:
    """Return standardised covariates with their squares and products."""
    k = z.shape[1]
    if k <= _MOST_WITH_PRODUCTS:
        pairs = [z[:, i] * z[:, j] for i in range(k) for j in range(i, k)]
    else:  # the square of a 0/1 column says nothing new
        pairs = [z[:, i] ** 2 for i in range(k) if len(np.unique(z[:, i])) > 2]
    table = np.column_stack([z, *pairs]) if pairs else z
    table = table[:, table.std(axis=0) > 1e-9]
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    return np.asarray(np.clip(table, -6, 6))  # a wild product must not steer a fold


def _fold_of_rows(units: Ints, d: Bools, folds: int, seed: int) -> Ints:
    """Return a fold for each row: clusters together, helped and others spread evenly."""
    names, code = np.unique(units, return_inverse=True)
    helped = np.bincount(code, d.astype(np.float64)) / np.bincount(code)
    order = np.lexsort((np.random.default_rng(seed).random(len(names)), helped > 0.5))
    of_unit = np.empty(len(names), dtype=np.int64)
    of_unit[order] = np.arange(len(names)) % folds
    return np.asarray(of_unit[code])


def _cross_fitted_nuisances(
    x: Floats, y: Floats, d: Bools, fold: Ints, folds: int, learner: str, seed: int,
    tell: Callable[[float], None],
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    p, mean0, mean1 = np.zeros(len(y)), np.zeros(len(y)), np.zeros(len(y))
    for part in range(folds):
        out, rest = fold == part, fold != part
        if d[rest].all() or not d[rest].any():
            raise DataError("a fold has no helped or no others; use fewer folds", where="folds")
        fit = _linear_nuisances if learner == "linear" else _forest_nuisances
        p[out], mean0[out], mean1[out] = fit(x[rest], y[rest], d[rest], x[out], seed)
        tell((part + 1) / folds)
    return np.clip(p, _LOWEST_PROPENSITY, _HIGHEST_PROPENSITY), mean0, mean1


def _linear_nuisances(x: Floats, y: Floats, d: Bools, new: Floats, seed: int) -> tuple[Floats, Floats, Floats]:
    helped = d.astype(np.float64)
    # a logit's curvature is at most a quarter of least squares', so its penalty is a quarter too
    penalty = max(_ridge_predictions(x, helped, new)[1] / 4, 1e-6)
    beta = fit_logit(np.column_stack([np.ones(len(x)), x]), helped, ridge=penalty, errors=False).coefficients
    chance = 1 / (1 + np.exp(-np.clip(np.column_stack([np.ones(len(new)), new]) @ beta, -30, 30)))
    means = [_ridge_predictions(x[rows], y[rows], new)[0] for rows in (~d, d)]
    return chance, means[0], means[1]


def _ridge_predictions(x: Floats, y: Floats, at: Floats) -> tuple[Floats, float]:
    """Return ridge predictions and the penalty, chosen by generalised cross-validation."""
    centre, level = x.mean(axis=0), float(y.mean())
    z = x - centre
    square, vectors = np.linalg.eigh(z.T @ z)
    square = np.maximum(square, 1e-12 * max(float(square.max()), 1e-300))
    moments = vectors.T @ (z.T @ (y - level))
    target = moments / np.sqrt(square)
    rest = max(float(((y - level) ** 2).sum() - (target**2).sum()), 0.0)
    best, chosen = np.inf, 1.0
    for penalty in len(y) * 10.0 ** np.arange(-4, 3):
        kept = square / (square + penalty)
        lost = rest + float((((1 - kept) * target) ** 2).sum())
        score = lost / (1 - (1 + kept.sum()) / len(y)) ** 2 if 1 + kept.sum() < len(y) else np.inf
        if score < best:
            best, chosen = score, float(penalty)
    prediction = level + (at - centre) @ (vectors @ (moments / (square + chosen)))
    return np.asarray(np.clip(prediction, y.min(), y.max())), chosen  # nothing beyond what was ever seen


def _forest_nuisances(x: Floats, y: Floats, d: Bools, new: Floats, seed: int) -> tuple[Floats, Floats, Floats]:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    shape = {"n_estimators": 200, "min_samples_leaf": 10, "random_state": seed}
    chance = RandomForestClassifier(**shape).fit(x, d).predict_proba(new)[:, 1]
    means = [RandomForestRegressor(**shape).fit(x[rows], y[rows]).predict(new) for rows in (~d, d)]
    return np.asarray(chance), np.asarray(means[0]), np.asarray(means[1])


def _augmented_estimate(
    y: Floats, d: Bools, p: Floats, mean0: Floats, mean1: Floats, target: str
) -> tuple[float, Floats]:
    """Return the estimate with normalised weights, and its influence."""
    own, other = d.astype(np.float64), 1.0 - d
    if target == "att":
        share, odds = own.mean(), other * p / (1 - p)
        correction = odds / odds.mean() * (y - mean0)
        value = (own / share * (y - mean0)).mean() - correction.mean()
        influence = own / share * (y - mean0 - value) - correction
        return float(value), influence - influence.mean()
    left, right = own / p, other / (1 - p)
    scores = mean1 - mean0 + left / left.mean() * (y - mean1) - right / right.mean() * (y - mean0)
    return float(scores.mean()), scores - scores.mean()
