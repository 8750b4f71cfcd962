"""Regression of a yes or no outcome: one Newton iteration with three front ends.

Comes in: a design matrix and an outcome of 0 and 1. Goes out: coefficients with model-based and clustered errors.
Knows nothing of households; every room above may use it. Not responsible for the design.

- `fit_logit` is maximum likelihood for propensities and spell hazards: data that are separated are refused, because an
  effect must not rest on a prior that nobody chose.
- `fit_binary` has a normal prior on every coefficient and a second link, complementary log-log, for discrete-time
  hazards. Its likelihood may lie far from quadratic at the start, so its steps are halved until they improve the fit.
- `ridge_logit` has an offset and a penalty, and always answers: calibration and the baseline forecasts of a back-test.

Source: McCullagh and Nelder (1989), Generalized Linear Models, chapter 4 (Fisher scoring); Gelman et al. (2008) on weak
priors against separation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from povlib.arrays import Floats, Ints
from povlib.errors import DataError
from povlib.least_squares import orthogonal_basis

LINKS = ("cloglog", "logit")
# Scores are cut at +-30: exp(-30) = 1e-13 is still told from 0 and 1 in double precision, and a fit that needs more
# than half of it (odds of 3 million to one) without a prior is separated data.
_LARGEST_SCORE = 30.0
# Of the information that the shares alone would give, in orthogonal coordinates: less in any direction means that all
# rows which tell about it are fitted to odds of some 1e10 to one, which no finite coefficient asks for.
_LEAST_INFORMATION = 1e-10
# Caps only for fits that will never converge (separated data): near its optimum Newton doubles the digits each step.
_PRIOR_FIT_STEPS, _LIKELIHOOD_STEPS, _RIDGE_STEPS = 100, 100, 100


@dataclass(frozen=True)
class Fit:
    """A regression fitted with a prior.

    Attributes
    ----------
    beta : array (terms)
    covariance, clustered : array (terms x terms)
        Inverse information (with the prior), and the sandwich clustered by unit, factor G / (G - 1).
    """

    beta: Floats
    covariance: Floats
    clustered: Floats


@dataclass(frozen=True)
class Logit:
    """A logit fitted by maximum likelihood.

    Attributes
    ----------
    coefficients, se, se_cluster : array (terms)
        Estimates (0 for a column that repeats earlier ones); model-based errors; errors clustered with the factor
        G/(G-1) (as Stata and R sandwich; no term for the number of coefficients). NaN for columns left out.
    fitted : array (rows)
        Probabilities.
    """

    coefficients: Floats
    se: Floats
    se_cluster: Floats
    fitted: Floats


def newton_ascent(
    beta: Floats,
    derivatives: Callable[[Floats], tuple[Floats, Floats]],
    advance: Callable[[Floats, Floats], tuple[Floats, bool]],
    most_steps: int,
    *,
    regular: bool = False,
) -> tuple[Floats, bool]:
    """Climb a log-likelihood by Newton steps; return the coefficients and whether the steps settled.

    Parameters
    ----------
    beta : array (terms)
        Start.
    derivatives : callable
        Coefficients -> gradient and information (negative Hessian, or its expectation: Fisher scoring).
    advance : callable
        Coefficients and full Newton step -> new coefficients, and whether they have settled; here a step is shortened.
    most_steps : int
    regular : bool
        Whether the information is regular at every point, as a penalty on each coefficient makes it.
    """
    for _ in range(most_steps):
        gradient, information = derivatives(beta)
        # without a penalty columns may be collinear: least squares lets them share their effect where a solve fails;
        # with one a solve drops no direction, whereas least squares would cut those below its rank tolerance
        step = np.linalg.solve(information, gradient) if regular else np.linalg.lstsq(information, gradient)[0]
        beta, settled = advance(beta, np.asarray(step, dtype=np.float64))
        if settled:
            return beta, True
    return beta, False


def clustered_meat(score: Floats, cluster: npt.ArrayLike | None) -> Floats:
    """Return the middle of a sandwich: outer products of the scores summed by cluster, times G / (G - 1).

    Parameters
    ----------
    score : array (rows x terms)
        Derivative of each row's log-likelihood.
    cluster : array (rows), optional
        Default each row its own cluster.
    """
    codes = np.arange(len(score)) if cluster is None else np.unique(np.asarray(cluster), return_inverse=True)[1]
    count = int(codes.max()) + 1 if len(codes) else 0
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=count) for column in score.T])
    return np.asarray(count / max(count - 1, 1) * sums.T @ sums)


def logistic(score: Floats) -> Floats:
    """Return 1 / (1 + exp(-score)).

    Examples
    --------
    >>> logistic(np.array([0.0])).tolist()
    [0.5]
    """
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(score, -700, 700))))


def chance(link: str, score: Floats) -> Floats:
    """Return the chance of a score under a link, scores kept within +-30.

    Examples
    --------
    >>> chance("logit", np.array([0.0])).tolist(), chance("cloglog", np.log(np.log([2.0]))).round(6).tolist()
    ([0.5], [0.5])
    """
    inside = np.clip(score, -_LARGEST_SCORE, _LARGEST_SCORE)
    if link == "logit":
        return np.asarray(1.0 / (1.0 + np.exp(-inside)))
    return np.asarray(-np.expm1(-np.exp(np.minimum(inside, 6.0))))


def fit_logit(
    design: Floats,
    outcome: Floats,
    weight: Floats | None = None,
    cluster: Ints | None = None,
    *,
    ridge: float = 0.0,
    errors: bool = True,
) -> Logit:
    """Fit ``P(outcome = 1) = 1 / (1 + exp(-design @ b))`` by maximum likelihood.

    Parameters
    ----------
    design : array (rows x terms)
        With a column of ones for the intercept.
    outcome : array of 0 and 1
    weight : array, optional
    cluster : array of int, optional
        Codes; default each row its own cluster.
    ridge : float
        Penalty on squared coefficients of columns with largest value one (0: none). A small one keeps separated data
        finite. Without it units, means and order of the columns do not matter: the fit is made in orthogonal
        coordinates (`povlib.least_squares`).
    errors : bool
        Whether standard errors are wanted (else they are NaN).

    Raises
    ------
    DataError
        If the outcome does not vary, or the data are separated so that no finite fit exists.

    Examples
    --------
    >>> x = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    >>> fit_logit(x, np.array([0.0, 0, 1, 0, 1, 1])).fitted.round(3).tolist()
    [0.333, 0.333, 0.333, 0.667, 0.667, 0.667]
    """
    w = np.ones(len(outcome)) if weight is None else weight
    if not 0 < w @ outcome < w.sum():
        raise DataError("the outcome does not vary, so nothing can be fitted")
    x, back = _logit_coordinates(design, w, ridge)

    def loss(beta: Floats) -> float:
        score = x @ beta
        return float(w @ (np.logaddexp(0.0, score) - outcome * score) + 0.5 * ridge * beta @ beta)

    def derivatives(beta: Floats) -> tuple[Floats, Floats]:
        p = logistic(x @ beta)
        information = (x * (w * p * (1 - p))[:, None]).T @ x + ridge * np.eye(x.shape[1])
        return x.T @ (w * (outcome - p)) - ridge * beta, information

    def advance(beta: Floats, step: Floats) -> tuple[Floats, bool]:
        best, size = loss(beta), min(1.0, 10.0 / max(float(np.abs(x @ step).max()), 1e-300))
        while loss(beta + size * step) > best + 1e-9 * (1.0 + best) and size > 1e-9:
            size /= 2  # a full step may overshoot where one row lies far from all others
        return beta + size * step, bool(np.abs(step).max() < 1e-10 * max(1.0, float(np.abs(beta).max())))

    beta, settled = newton_ascent(np.zeros(x.shape[1]), derivatives, advance, _LIKELIHOOD_STEPS)
    p, information = logistic(x @ beta), derivatives(beta)[1]
    usual = float(w @ outcome) * (1.0 - float(w @ outcome) / float(w.sum()))
    if not settled or (ridge == 0 and np.linalg.eigvalsh(information)[0] < _LEAST_INFORMATION * usual):
        raise DataError("the two groups are separated by the covariates, so there is no finite fit")
    if not errors:
        unknown = np.full(len(back), np.nan)
        return Logit(back @ beta, unknown, unknown, p)
    bread = np.linalg.inv(information)
    sandwich = bread @ clustered_meat(x * (w * (outcome - p))[:, None], cluster) @ bread
    left_out = ~back.any(axis=1)
    plain, clustered = (np.where(left_out, np.nan, np.sqrt(np.diag(back @ v @ back.T))) for v in (bread, sandwich))
    return Logit(back @ beta, plain, clustered, p)


def _logit_coordinates(design: Floats, weight: Floats, ridge: float) -> tuple[Floats, Floats]:
    """Return columns to fit in, and what takes their coefficients back to the design's."""
    if ridge == 0:
        basis = orthogonal_basis(design, weight)
        return basis.rows, basis.back
    scale = np.maximum(np.abs(design).max(axis=0), 1e-300)
    return design / scale, np.diag(1.0 / scale)


def separating_columns(x: Floats, outcome: Floats) -> list[int]:
    """Return the columns each of which alone separates outcomes of 1 from those of 0, wholly or but for one value.

    Examples
    --------
    >>> separating_columns(np.array([[1.0, 5.0], [2.0, 3.0], [2.0, 9.0], [4.0, 4.0]]), np.array([0.0, 0, 1, 1]))
    [0]
    """
    one, other = x[outcome == 1], x[outcome == 0]
    if not (len(one) and len(other)):
        return []
    apart = (one.max(axis=0) <= other.min(axis=0)) | (other.max(axis=0) <= one.min(axis=0))
    return [int(j) for j in np.flatnonzero(apart & (np.ptp(x, axis=0) > 0))]


def ridge_logit(design: Floats, outcome: Floats, ridge: npt.ArrayLike, offset: Floats | None = None) -> Floats:
    """Return the coefficients of a logit with a penalty on squares; separated data have an answer too.

    Parameters
    ----------
    design : array (rows x terms)
    outcome : array of 0 and 1
    ridge : float or array (terms)
        Penalty; one over the variance of a normal prior.
    offset : array (rows), optional
        Added to every score.

    Examples
    --------
    >>> x = np.column_stack([np.ones(4), [0.0, 0.0, 1.0, 1.0]])
    >>> ridge_logit(x, np.array([0.0, 0.0, 1.0, 1.0]), 1.0).round(2).tolist()
    [-0.18, 0.73]
    """
    penalty = np.broadcast_to(np.asarray(ridge, dtype=np.float64), (design.shape[1],))
    shift = np.zeros(len(outcome)) if offset is None else offset

    def derivatives(beta: Floats) -> tuple[Floats, Floats]:
        p = logistic(design @ beta + shift)
        return design.T @ (outcome - p) - penalty * beta, design.T @ (design * (p * (1 - p))[:, None]) + np.diag(
            penalty
        )

    def advance(beta: Floats, step: Floats) -> tuple[Floats, bool]:
        # with nearly separated data and a tiny penalty a full step can overshoot into flat ground; 2 logits cannot
        return beta + np.clip(step, -2.0, 2.0), bool(np.abs(step).max() < 1e-10)

    return newton_ascent(np.zeros(design.shape[1]), derivatives, advance, _RIDGE_STEPS, regular=True)[0]


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
    start = np.zeros(design.shape[1])
    base = float(np.clip(w @ outcome / max(w.sum(), 1e-12), 1e-4, 1 - 1e-4))
    start[0] = np.log(base / (1 - base)) if link == "logit" else np.log(-np.log1p(-base))

    def loss(beta: Floats) -> float:
        p = np.clip(chance(link, design @ beta), 1e-14, 1 - 1e-14)
        return float(-(w * np.where(outcome == 1, np.log(p), np.log1p(-p))).sum() + 0.5 * precision @ beta**2)

    def derivatives(beta: Floats) -> tuple[Floats, Floats]:
        residual, curvature = score_and_information(link, design @ beta, outcome)
        slope = design.T @ (w * residual) - precision * beta
        return slope, (design * (w * curvature)[:, None]).T @ design + np.diag(precision)

    best = loss(start)

    def advance(beta: Floats, step: Floats) -> tuple[Floats, bool]:
        nonlocal best
        before = best
        beta, best = _longest_improving_step(loss, beta, step, float(np.abs(design @ step).max(initial=0.0)), best)
        return beta, before - best < 1e-11 * (1.0 + abs(before))

    beta, _ = newton_ascent(start, derivatives, advance, _PRIOR_FIT_STEPS)
    if (precision == 0).any() and np.abs(design @ beta).max(initial=0.0) > _LARGEST_SCORE / 2:
        raise DataError("the covariates separate those with the event from those without, so there is no finite fit")
    inverse = np.asarray(np.linalg.pinv(derivatives(beta)[1]), dtype=np.float64)
    score = design * (w * score_and_information(link, design @ beta, outcome)[0])[:, None]
    return Fit(beta, inverse, inverse @ clustered_meat(score, cluster) @ inverse)


def _longest_improving_step(
    loss: Callable[[Floats], float], beta: Floats, step: Floats, moved: float, best: float
) -> tuple[Floats, float]:
    """Return the coefficients after the longest halved step that makes the fit no worse, and its loss.

    `moved` is by how much the full step moves the score of any row: beyond 5 logits the quadratic says nothing.
    """
    size = min(1.0, 5.0 / max(moved, 1e-12))
    for _ in range(30):  # 2^-30: a step that still makes things worse is rounding error
        new = loss(beta + size * step)
        if new <= best:
            return beta + size * step, new
        size /= 2
    return beta, best


def score_and_information(link: str, score: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """Return, by row, the derivative of the log-likelihood by the score, and the expected information."""
    p = np.clip(chance(link, score), 1e-14, 1 - 1e-14)
    derivative = _chance_derivative(link, score)
    return np.asarray((outcome - p) / (p * (1 - p)) * derivative), np.asarray(derivative**2 / (p * (1 - p)))


def _chance_derivative(link: str, score: Floats) -> Floats:
    """Return d chance / d score."""
    p = chance(link, score)
    if link == "logit":
        return np.asarray(p * (1 - p))
    hazard = np.exp(np.clip(score, -_LARGEST_SCORE, 6.0))
    return np.asarray(hazard * np.exp(-hazard))
