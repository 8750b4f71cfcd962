"""How good were the chances: Brier score and its split, log score, calibration, observed over expected.

Responsible for these figures on arrays of chances and outcomes, with standard errors clustered by
village. Not responsible for where chances and outcomes come from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Floats
from povlib.binary_regression import clustered_meat, logistic, ridge_logit
from povlib.errors import DataError

# Below ten villages a sandwich with a t interval is too narrow to print: a choice, stated beside every ratio.
FEW_CLUSTERS = 10
# Chances are kept this far from 0 and 1, so that a sure and wrong forecast costs 13.8 and not infinitely much.
_EDGE = 1e-6
# Penalty on squared coefficients: six orders below one household's information, so it only keeps separated data finite.
_FINITE = 1e-6


@dataclass(frozen=True)
class Murphy:
    """Brier score = reliability - resolution + uncertainty, plus what lies within the bins (Murphy 1973).

    Attributes
    ----------
    brier, reliability, resolution, uncertainty : float
    within : float
        Brier less the other three: variance and covariance inside the bins (Stephenson et al. 2008).
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float


def _checked_chances(p: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return chances and outcomes as arrays; refuse other lengths, chances outside 0 to 1, outcomes not 0 or 1."""
    chance, outcome = np.asarray(p, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if chance.shape != outcome.shape or chance.ndim != 1:
        raise DataError("chances and outcomes differ in length")
    if not (np.isfinite(chance).all() and ((chance >= 0) & (chance <= 1)).all()):
        raise DataError("{n} chances are not between 0 and 1", n=int((~((chance >= 0) & (chance <= 1))).sum()))
    if not np.isin(outcome, (0.0, 1.0)).all():
        raise DataError("{n} outcomes are neither 0 nor 1", n=int((~np.isin(outcome, (0.0, 1.0))).sum()))
    return chance, outcome


def brier(p: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Return the mean of (p - y)^2 (Brier 1950).

    Examples
    --------
    >>> brier([0.5, 1.0], [0, 1])
    0.125
    """
    chance, outcome = _checked_chances(p, y)
    return float(np.mean((chance - outcome) ** 2)) if len(chance) else float("nan")


def murphy(p: npt.ArrayLike, y: npt.ArrayLike, bins: int = 10) -> Murphy:
    """Return the split of the Brier score over equal-width bins of p.

    Examples
    --------
    >>> parts = murphy([0.2, 0.2, 0.8, 0.8], [0, 0, 1, 1], bins=5)
    >>> round(parts.reliability, 3), round(parts.resolution, 3), round(parts.uncertainty, 3)
    (0.04, 0.25, 0.25)
    """
    chance, outcome = _checked_chances(p, y)
    place = np.minimum((chance * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    some = count > 0
    forecast = np.bincount(place, weights=chance, minlength=bins)[some] / count[some]
    observed = np.bincount(place, weights=outcome, minlength=bins)[some] / count[some]
    share, base = count[some] / len(chance), outcome.mean()
    reliability = float(share @ (forecast - observed) ** 2)
    resolution = float(share @ (observed - base) ** 2)
    uncertainty = float(base * (1 - base))
    score = brier(chance, outcome)
    return Murphy(score, reliability, resolution, uncertainty, score - (reliability - resolution + uncertainty))


def log_score(p: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Return the mean of -log of the chance given to what happened; chances are kept 1e-6 from 0 and 1.

    Examples
    --------
    >>> round(log_score([0.5, 0.5], [0, 1]), 4)
    0.6931
    """
    chance, outcome = _checked_chances(p, y)
    inside = np.clip(chance, _EDGE, 1 - _EDGE)
    return float(-np.mean(np.where(outcome == 1, np.log(inside), np.log1p(-inside))))


@dataclass(frozen=True)
class Calibration:
    """Logistic recalibration logit P(y) = intercept + slope logit(p) (Cox 1958), with standard errors.

    `large` is the intercept with the slope held at 1: calibration in the large.
    """

    intercept: float
    slope: float
    intercept_se: float
    slope_se: float
    large: float

    def apply(self, p: npt.ArrayLike) -> Floats:
        """Return recalibrated chances."""
        return logistic(self.intercept + self.slope * _logit(np.asarray(p, dtype=np.float64)))


def calibration(p: npt.ArrayLike, y: npt.ArrayLike, cluster: npt.ArrayLike | None = None) -> Calibration:
    """Fit intercept and slope of calibration.

    Parameters
    ----------
    p, y : array
    cluster : array, optional
        Village of each: standard errors are clustered (sandwich, V / (V - 1)).

    Raises
    ------
    DataError
        If all outcomes are alike: nothing can be fitted.
    """
    chance, outcome = _checked_chances(p, y)
    if len(np.unique(outcome)) < 2:
        raise DataError("all outcomes are alike: calibration cannot be judged")
    score = _logit(chance)
    x = np.column_stack([np.ones(len(score)), score])
    beta = ridge_logit(x, outcome, _FINITE)
    mean = logistic(x @ beta)
    bread: Floats = np.asarray(np.linalg.pinv(x.T @ (x * (mean * (1 - mean))[:, None])), dtype=np.float64)
    covariance = bread if cluster is None else bread @ clustered_meat(x * (outcome - mean)[:, None], cluster) @ bread
    large = ridge_logit(x[:, :1], outcome, _FINITE, score)[0]
    se = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    return Calibration(float(beta[0]), float(beta[1]), float(se[0]), float(se[1]), float(large))


def _logit(p: Floats) -> Floats:
    inside = np.clip(p, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def reliability(p: npt.ArrayLike, y: npt.ArrayLike, bins: int = 10, share: float = 0.9) -> pd.DataFrame:
    """Return the reliability table with consistency bands.

    Returns
    -------
    DataFrame
        low, high (bounds of the bin), n, expected (mean p), observed, band_low, band_high: where the
        observed share would lie in `share` of cases if the chances were right (binomial with the bin's
        mean chance; Broecker and Smith 2007).
    """
    from scipy.stats import binom

    chance, outcome = _checked_chances(p, y)
    place = np.minimum((chance * bins).astype(np.int64), bins - 1)
    rows = []
    for number in np.unique(place).tolist():
        mine = place == number
        n, expected = int(mine.sum()), float(chance[mine].mean())
        low, high = (float(binom.ppf(q, n, expected)) / n for q in ((1 - share) / 2, (1 + share) / 2))
        rows.append((number / bins, (number + 1) / bins, n, expected, float(outcome[mine].mean()), low, high))
    return pd.DataFrame(rows, columns=["low", "high", "n", "expected", "observed", "band_low", "band_high"])


@dataclass(frozen=True)
class Ratio:
    """Observed over expected exits, with a 95 % interval clustered by village.

    `low` and `high` are NaN with fewer than ten villages: too few for such an interval.
    """

    observed: float
    expected: float
    ratio: float
    low: float
    high: float
    clusters: int


def observed_expected(
    p: npt.ArrayLike, y: npt.ArrayLike, weight: npt.ArrayLike | None = None, cluster: npt.ArrayLike | None = None
) -> Ratio:
    """Return observed over expected exits, weighted by members.

    Notes
    -----
    Linearised ratio: R = sum O / sum E, Var R = V / (V - 1) sum_v (O_v - R E_v)^2 / E^2 over V villages,
    interval with t of V - 1 degrees of freedom.

    Examples
    --------
    >>> observed_expected([0.5, 0.5], [0, 1], [2, 3]).ratio
    1.2
    """
    from scipy.stats import t

    chance, outcome = _checked_chances(p, y)
    members = np.ones(len(chance)) if weight is None else np.asarray(weight, dtype=np.float64)
    expected, observed = float(members @ chance), float(members @ outcome)
    ratio = observed / expected if expected > 0 else float("nan")
    place = np.arange(len(chance)) if cluster is None else pd.factorize(np.asarray(cluster))[0]
    count = int(place.max()) + 1 if len(place) else 0
    if count < FEW_CLUSTERS or not expected > 0:
        return Ratio(observed, expected, ratio, float("nan"), float("nan"), count)
    miss = np.bincount(place, weights=members * (outcome - ratio * chance))
    se = float(np.sqrt(count / (count - 1) * (miss**2).sum()) / expected)
    reach = float(t.ppf(0.975, count - 1)) * se
    return Ratio(observed, expected, ratio, ratio - reach, ratio + reach, count)
