"""Logistic regression with clustered errors: for hazards here, for propensities in `povlib.impact`.

Responsible for one small, dependable fit (Newton steps) and its errors. Not responsible for choosing
covariates; anything richer belongs to statsmodels or scikit-learn (extra ``stats``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints
from povlib.errors import DataError

_STEPS = 50


@dataclass(frozen=True)
class Logit:
    """A fitted logit.

    Attributes
    ----------
    coefficients, se, se_cluster : array (terms)
        Estimates; model-based errors; errors clustered with the factor G/(G-1) (as Stata and R sandwich).
    fitted : array (rows)
        Probabilities.
    """

    coefficients: Floats
    se: Floats
    se_cluster: Floats
    fitted: Floats


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
        Penalty on squared coefficients (0: none). A small one keeps separated data finite.
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
    scale = np.maximum(np.abs(design).max(axis=0), 1e-300)
    x = design / scale
    beta = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = _probability(x @ beta)
        hessian = (x * (w * p * (1 - p))[:, None]).T @ x + ridge * np.eye(x.shape[1])
        step = np.linalg.lstsq(hessian, x.T @ (w * (outcome - p)) - ridge * beta, rcond=None)[0]
        beta = beta + step * min(1.0, 10.0 / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < 1e-10 * max(1.0, float(np.abs(beta).max())):
            break
    else:
        raise DataError("the two groups are separated by the covariates, so there is no finite fit")
    if np.abs(x @ beta).max() > 30 and ridge == 0:
        raise DataError("the two groups are separated by the covariates, so there is no finite fit")
    p = _probability(x @ beta)
    if not errors:
        unknown = np.full(len(beta), np.nan)
        return Logit(beta / scale, unknown, unknown, p)
    bread = np.linalg.pinv((x * (w * p * (1 - p))[:, None]).T @ x)
    score = x * (w * (outcome - p))[:, None]
    sandwich = _clustered(score, cluster)
    se, clustered = np.sqrt(np.diag(bread)), np.sqrt(np.diag(bread @ sandwich @ bread))
    return Logit(beta / scale, se / scale, clustered / scale, p)


def _probability(value: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -700, 700))))


def _clustered(score: Floats, cluster: Ints | None) -> Floats:
    codes = np.arange(len(score)) if cluster is None else cluster
    sums = np.zeros((int(codes.max()) + 1, score.shape[1]))
    np.add.at(sums, codes, score)
    used = len(np.unique(codes))
    return np.asarray(used / max(used - 1, 1) * sums.T @ sums)
