"""What a contract will lack at its end: a forecast with a range, by the office's own deliveries.

Each past month of the contract delivered some part of what was due. These parts are taken as draws from one normal
distribution: good and bad months hit everybody, so that months are counted and not households. What is to come is what
is due times a part of the same distribution. Before there is a record, an assumed part and spread stand in, each with a
stated weight in months.

Responsible for the forecast. Not responsible for the record (`fulfilment`).

Source: predictive distribution of a normal sample under a conjugate prior, Gelman et al. (2013), Bayesian Data
Analysis, section 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.villages.contracts.fulfilment import Fulfilment


@dataclass(frozen=True)
class DeliveryPrior:
    """What is assumed of the part of what is due that is delivered, and how many months each counts like."""

    mean: float
    weight: float
    spread: float
    spread_weight: float


@dataclass(frozen=True)
class ShortfallForecast:
    """What the contract will lack; units.

    Attributes
    ----------
    months : int
        Months of the contract with something due, on record.
    part : float
        Part of what is due that is delivered, as estimated.
    to_come : float
        Units due after the month counted to.
    lacking, low, high : float
        Expected shortfall at the end and its range; never below 0.
    chance_fulfilled : float
        Chance that nothing lacks.
    """

    months: int
    part: float
    to_come: float
    lacking: float
    low: float
    high: float
    chance_fulfilled: float


def shortfall_forecast(standing: Fulfilment, prior: DeliveryPrior, coverage: float = 0.9) -> ShortfallForecast:
    """Return what a contract will lack at its end.

    Parameters
    ----------
    standing : Fulfilment
    prior : DeliveryPrior
    coverage : float
        Chance that the true shortfall lies in the range.
    """
    from scipy import stats

    past = standing.months[(standing.months["month"] <= standing.through) & (standing.months["due"] > 0)]
    ahead = standing.months.loc[standing.months["month"] > standing.through, "due"].to_numpy(dtype=np.float64)
    part = (past["delivered"] / past["due"]).to_numpy(dtype=np.float64)
    n = len(part)
    weight = prior.weight + n
    mean = (prior.weight * prior.mean + part.sum()) / weight
    centre = float(part.mean()) if n else prior.mean
    squares = prior.spread_weight * prior.spread**2 + float(((part - centre) ** 2).sum())
    # the last term: a prior far from the record widens the range
    squares += prior.weight * n / weight * (centre - prior.mean) ** 2
    freedom = prior.spread_weight + n
    scale = np.sqrt(squares / freedom * (float((ahead**2).sum()) + float(ahead.sum()) ** 2 / weight))
    open_now = standing.asked - standing.delivered
    lacking = open_now - mean * float(ahead.sum())
    if scale == 0.0:
        left = max(lacking, 0.0)
        return ShortfallForecast(n, float(mean), float(ahead.sum()), left, left, left, float(lacking <= 0.0))
    t = stats.t(freedom)
    reach = float(t.ppf(0.5 + coverage / 2)) * float(scale)
    # nobody takes a bird back: at worst nothing more comes
    worst = max(open_now, 0.0)
    low, high = (float(np.clip(value, 0.0, worst)) for value in (lacking - reach, lacking + reach))
    return ShortfallForecast(n, float(mean), float(ahead.sum()), float(np.clip(lacking, 0.0, worst)), low, high,
                             float(t.cdf(-lacking / float(scale))))  # fmt: skip
