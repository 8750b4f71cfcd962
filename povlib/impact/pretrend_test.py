"""Were helped and not helped moving alike before? The test, and what it could have seen.

Responsible for the joint test of the effects before the start and for its power: a test that cannot
see a harmful trend says little when it is silent. Not responsible for the estimates
(`povlib.impact.did`).

Source: Roth (2022), Pretest with caution, for power against linear trends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.impact.effect_result import Finding
from povlib.impact.group_time_effects import StaggeredDiD
from povlib.least_squares import covariance_inverse

_WANTED_POWER = 0.8  # the usual power of trials: a trend is 'detectable' when the test finds it four times in five


@dataclass(frozen=True)
class PreTrend:
    """The test of the periods before the start.

    Attributes
    ----------
    statistic, df, p : float, int, float
        Wald statistic of the nearest effects before the start (by event time) being zero; p by F.
    detectable_slope : float
        Smallest linear trend per period (in units of the outcome) that the test would have found with
        80 % chance; NaN when there is no period before.
    bias_of_detectable : float
        How far that trend would move the simple effect.
    power_against_effect : float
        Chance to have found a trend strong enough to make up the whole simple effect.
    findings : tuple of Finding
    """

    statistic: float
    df: int
    p: float
    detectable_slope: float
    bias_of_detectable: float
    power_against_effect: float
    findings: tuple[Finding, ...]


def pre_trend(made: StaggeredDiD, level: float = 0.05) -> PreTrend:
    """Test the periods before the start of a staggered difference-in-differences.

    Parameters
    ----------
    made : StaggeredDiD
    level : float
        Size of the test.

    Returns
    -------
    PreTrend
    """
    from scipy.stats import f

    cells, post = made.cells, made.cells["post"].to_numpy(dtype=bool)
    leads = _tested_leads(made)
    if not len(leads):
        finding = Finding("pre_trend", False, "there is no period before the start to test")
        return PreTrend(np.nan, 0, np.nan, np.nan, np.nan, np.nan, (finding,))
    parts = [made.mean_of_cells(np.flatnonzero(~post & (cells["event"].to_numpy() == e))) for e in leads]
    att, influence = np.array([value for value, _ in parts]), np.stack([part for _, part in parts], axis=1)
    sigma = made.covariance(influence)
    if not np.isfinite(sigma).all():
        finding = Finding("pre_trend", False, "a single cluster tells nothing about chance")
        return PreTrend(np.nan, 0, np.nan, np.nan, np.nan, np.nan, (finding,))
    inverse, rank = covariance_inverse(sigma)
    statistic = float(att @ inverse @ att)
    free = made.clusters - rank
    # few clusters: Hotelling's form of the test, since the covariance is estimated from them
    p = float(f.sf(statistic * free / (rank * (made.clusters - 1)), rank, free)) if rank else float("nan")
    slope = _trend_at_leads(made, leads)
    unit = float(slope @ inverse @ slope)
    detectable = (
        float(np.sqrt(_detectable_noncentrality((rank, free), level) / unit)) if unit > 0 and rank else float("nan")
    )
    lead = _mean_distance_after_start(made)
    effect = float(made.aggregate("simple")["estimate"].iloc[0])
    needed = effect / lead if lead else float("nan")
    power = _power_of_test((rank, free), level, needed**2 * unit)
    findings = _pretrend_findings(p, level, detectable * lead, effect)
    return PreTrend(statistic, rank, p, detectable, detectable * lead, power, findings)


def _tested_leads(made: StaggeredDiD) -> np.ndarray:
    """Return the event times before the start that are tested: the nearest, no more than clusters can bear."""
    cells = made.cells[~made.cells["post"]]
    event = np.unique(cells["event"].to_numpy())
    event = event[event < -made.anticipation]  # help may already show in the anticipated periods
    most = max(1, min(6, made.clusters // 4))
    return np.asarray(event[-most:])


def _trend_at_leads(made: StaggeredDiD, leads: np.ndarray) -> np.ndarray:
    """Return what a trend of one per period would add to each lead.

    With a varying base each cell spans one step; with a universal one it spans the way to the base.
    """
    if not made.universal:
        return np.ones(len(leads))
    return np.asarray(leads + 1 + made.anticipation, dtype=np.float64)


def _mean_distance_after_start(made: StaggeredDiD) -> float:
    """Return the mean distance from base to cell after the start, weighted as the simple effect."""
    post = made.cells[made.cells["post"]]
    size = np.array([(made.cohort_of == g).sum() for g in post["cohort"]], dtype=np.float64)
    lead = (post["event"] + 1 + made.anticipation).to_numpy(dtype=np.float64)
    return float(size @ lead / size.sum()) if len(post) else 0.0


def _detectable_noncentrality(df: tuple[int, int], level: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(lambda nc: _power_of_test(df, level, nc) - _WANTED_POWER, 1e-6, 1e5))


def _power_of_test(df: tuple[int, int], level: float, noncentrality: float) -> float:
    from scipy.stats import f, ncf

    if not (np.isfinite(noncentrality) and min(df) > 0):
        return float("nan")
    bar = f.ppf(1 - level, *df)
    return float(ncf.sf(bar, *df, noncentrality)) if noncentrality > 0 else level


def _pretrend_findings(p: float, level: float, bias: float, effect: float) -> tuple[Finding, ...]:
    if p < level:
        message = "helped and not helped already moved apart before the start (p = {p})"
        return (Finding("pre_trend", True, message, {"p": f"{p:.3f}"}),)
    if np.isfinite(bias) and bias > abs(effect):
        message = "the test of earlier trends is weak: a trend as strong as the effect itself could have hidden from it"
        return (Finding("pre_trend", False, message),)
    return ()
