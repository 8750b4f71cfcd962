"""Regression of a yes or no: complementary log-log or logit, with a weak prior that keeps it finite.

Responsible for one dependable fit (Fisher scoring with a normal prior on the coefficients) and its
errors, model-based and clustered. Not responsible for the design. Source: McCullagh and Nelder (1989),
Generalized Linear Models, chapter 4; Gelman et al. (2008) on weak priors against separation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints
from povlib.errors import DataError

LINKS = ("cloglog", "logit")
_STEPS, _MOST = 100, 30.0


@dataclass(frozen=True)
class Fit:
    """A fitted regression.

    Attributes
    ----------
    beta : array (terms)
    covariance, clustered : array (terms x terms)
        Inverse information (with the prior), and the sandwich clustered by unit, factor G / (G - 1).
    """

    beta: Floats
    covariance: Floats
    clustered: Floats


def chance(link: str, score: Floats) -> Floats:
    """Return the chance of a score.

    Examples
    --------
    >>> chance("logit", np.array([0.0])).tolist(), chance("cloglog", np.log(np.log([2.0]))).round(6).tolist()
    ([0.5], [0.5])
    """
    inside = np.clip(score, -_MOST, _MOST)
    if link == "logit":
        return np.asarray(1.0 / (1.0 + np.exp(-inside)))
    return np.asarray(-np.expm1(-np.exp(np.minimum(inside, 6.0))))


def fit_binary(
    link: str, design: Floats, outcome: Floats, precision: Floats, cluster: Ints | None = None,
    weight: Floats | None = None,
) -> Fit:  # fmt: skip
    """Fit P(outcome = 1) = chance(design @ beta), beta normal about zero with `precision` (0: no prior).

    Parameters
    ----------
    link : {"cloglog", "logit"}
    design : array (rows x terms)
    outcome : array of 0 and 1
    precision : array (terms)
        One over the prior variance of each coefficient.
    cluster : int array, optional
    weight : array, optional

    Raises
    ------
    DataError
        If no finite fit exists: the covariates separate the outcomes and there is no prior.
    """
    w = np.ones(len(outcome)) if weight is None else weight
    beta = np.zeros(design.shape[1])
    base = float(np.clip(w @ outcome / max(w.sum(), 1e-12), 1e-4, 1 - 1e-4))
    beta[0] = np.log(base / (1 - base)) if link == "logit" else np.log(-np.log1p(-base))
    best = _loss(link, design, outcome, w, precision, beta)
    for _ in range(_STEPS):
        slope, information = _parts(link, design, outcome, w, precision, beta)
        step = np.asarray(np.linalg.lstsq(information, slope, rcond=None)[0], dtype=np.float64)
        beta, better = _walk(link, design, outcome, w, precision, beta, step, best)
        done = best - better < 1e-11 * (1.0 + abs(best))
        best = better
        if done:
            break
    if (precision == 0).any() and np.abs(design @ beta).max(initial=0.0) > _MOST / 2:
        raise DataError("the covariates separate those with the event from those without, so there is no finite fit")
    _, information = _parts(link, design, outcome, w, precision, beta)
    inverse = np.asarray(np.linalg.pinv(information), dtype=np.float64)
    score = design * (w * _residual(link, design @ beta, outcome))[:, None]
    return Fit(beta, inverse, inverse @ _meat(score, cluster) @ inverse)


def _walk(
    link: str, design: Floats, outcome: Floats, w: Floats, precision: Floats, beta: Floats, step: Floats, best: float
) -> tuple[Floats, float]:
    """Return the coefficients after the longest halved step that makes the fit no worse."""
    size = min(1.0, 5.0 / max(float(np.abs(design @ step).max(initial=0.0)), 1e-12))
    for _ in range(30):
        loss = _loss(link, design, outcome, w, precision, beta + size * step)
        if loss <= best:
            return beta + size * step, loss
        size /= 2
    return beta, best


def _loss(link: str, design: Floats, outcome: Floats, w: Floats, precision: Floats, beta: Floats) -> float:
    p = np.clip(chance(link, design @ beta), 1e-14, 1 - 1e-14)
    return float(-(w * np.where(outcome == 1, np.log(p), np.log1p(-p))).sum() + 0.5 * precision @ beta**2)


def _derivative(link: str, score: Floats) -> Floats:
    p = chance(link, score)
    if link == "logit":
        return np.asarray(p * (1 - p))
    hazard = np.exp(np.clip(score, -_MOST, 6.0))
    return np.asarray(hazard * np.exp(-hazard))


def _residual(link: str, score: Floats, outcome: Floats) -> Floats:
    """Return d log-likelihood / d score of each row."""
    p = np.clip(chance(link, score), 1e-14, 1 - 1e-14)
    return np.asarray((outcome - p) / (p * (1 - p)) * _derivative(link, score))


def parts_of(link: str, score: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """Return, by row, d log-likelihood / d score and the expected information."""
    p = np.clip(chance(link, score), 1e-14, 1 - 1e-14)
    return _residual(link, score, outcome), np.asarray(_derivative(link, score) ** 2 / (p * (1 - p)))


def _parts(
    link: str, design: Floats, outcome: Floats, w: Floats, precision: Floats, beta: Floats
) -> tuple[Floats, Floats]:
    score = design @ beta
    residual, curvature = parts_of(link, score, outcome)
    slope = design.T @ (w * residual) - precision * beta
    return slope, (design * (w * curvature)[:, None]).T @ design + np.diag(precision)


def _meat(score: Floats, cluster: Ints | None) -> Floats:
    codes = np.arange(len(score)) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    count = int(codes.max()) + 1 if len(codes) else 0
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=count) for column in score.T])
    return np.asarray(count / max(count - 1, 1) * sums.T @ sums)
