"""Indices of inequality: values and influences.

Responsible for Gini, quintile shares, generalised entropy, Atkinson, Zenga. Not responsible for the
registry of measures (`povlib.poverty.measurement.indices`).

Sources: Shorrocks (1984) for GE; Atkinson (1970); Langel and Tille (2012, 2013) for Zenga and Gini;
Deville (1999) and Osier (2009) for influence.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from povlib.arrays import Floats
from povlib.poverty.measurement.sorted_domain import SortedDomain

IndexValue = Callable[[SortedDomain], Floats]
IndexInfluence = Callable[[SortedDomain], Floats]


def gini_value(values: Floats, weight: Floats, form: str) -> Floats:
    """Return the Gini of ascending `values` by replicate."""
    cumulated = np.cumsum(weight, axis=1)
    total = cumulated[:, -1] if weight.shape[1] else np.zeros(len(weight))
    weighted = weight * values
    income = weighted.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        # the conventions of good tools (laeken; population; n / (n - 1)) differ in the last digits: all are named
        if form == "cumulated":
            return np.asarray((2 * (weighted * cumulated).sum(axis=1) - income) / (total * income) - 1)
        value = 2 * (weighted * (cumulated - weight / 2)).sum(axis=1) / (total * income) - 1
        if form == "sample":
            count = (weight > 0).sum(axis=1)
            value = value * count / (count - 1)
    return np.asarray(value)


def gini_influence(values: Floats, weight: Floats, form: str) -> Floats:
    """Return the influence of each row on the Gini of ascending `values` (one set of weights)."""
    gini = float(gini_value(values, weight[None, :], form)[0])
    cumulated, weighted = np.cumsum(weight), np.cumsum(weight * values)
    total, income = cumulated[-1], weighted[-1]
    if form == "cumulated":
        top = 2 * (values * cumulated + income - weighted + values * weight) - values
        return np.asarray(top / (total * income) - (gini + 1) * (1 / total + values / income))
    factor = 1.0
    if form == "sample":
        count = int((weight > 0).sum())
        factor = count / (count - 1)
    top = 2 * (values * cumulated + income - weighted)
    return np.asarray(factor * (top / (total * income) - (gini / factor + 1) * (1 / total + values / income)))


def mean_influence(sample: SortedDomain, values: Floats) -> Floats:
    """Return the influence on the mean of `values`."""
    values = np.broadcast_to(values, sample.weight.shape)[0]
    return np.asarray((values - sample.average(values)[0]) / sample.total[0])


def _incomes_of_outer_fifths(sample: SortedDomain) -> tuple[Floats, Floats]:
    """Return the income of the poorest and of the richest fifth."""
    # the interpolated Lorenz curve splits the household on the border; Eurostat's rule gives it whole to one side
    income = sample.weight * sample.income
    if sample.conventions.quintiles == "lorenz":
        return _income_of_poorest(sample, 0.2), income.sum(axis=1) - _income_of_poorest(sample, 0.8)
    low, high = sample.quantile(0.2)[:, None], sample.quantile(0.8)[:, None]
    return (income * (sample.income <= low)).sum(axis=1), (income * (sample.income > high)).sum(axis=1)


def _income_of_poorest(sample: SortedDomain, share: float) -> Floats:
    """Return the income of the poorest `share`, by the linearly interpolated Lorenz curve."""
    sums = np.cumsum(sample.weight * sample.income, axis=1)
    return np.array(
        [
            np.interp(share * c[-1], np.concatenate([[0.0], c]), np.concatenate([[0.0], g]))
            for c, g in zip(sample.cumulated, sums, strict=True)
        ]
    )


def quintile_ratio(sample: SortedDomain) -> Floats:
    """Return the income of the richest over that of the poorest fifth."""
    low, high = _incomes_of_outer_fifths(sample)
    return np.where(low > 0, high / np.where(low > 0, low, 1.0), np.nan)


def _tail_influence(sample: SortedDomain, share: float) -> Floats:
    """Return the influence on the income of those up to the quantile (Osier 2009)."""
    at = float(sample.quantile(share)[0])
    below = sample.income <= at
    slope = sample.density(at, sample.income) / sample.density(at)
    return np.asarray(sample.income * below - slope * (below - share))


def quintile_influence(sample: SortedDomain) -> Floats:
    """Return the influence of each row on `quintile_ratio`."""
    low, high = (part[0] for part in _incomes_of_outer_fifths(sample))
    d_low, d_high = _tail_influence(sample, 0.2), sample.income - _tail_influence(sample, 0.8)
    return np.asarray((d_high - high / low * d_low) / low)


def generalised_entropy(alpha: float) -> tuple[IndexValue, IndexInfluence]:
    """Return value and influence of GE(alpha); over positive incomes."""

    def transform(income: Floats) -> Floats:
        if alpha == 0:
            return np.log(income)
        return income * np.log(income) if alpha == 1 else income**alpha

    def estimate(s: SortedDomain) -> Floats:
        mean, moment = s.mean, s.average(transform(s.income))
        if alpha == 0:
            return np.asarray(np.log(mean) - moment)
        if alpha == 1:
            return np.asarray(moment / mean - np.log(mean))
        return np.asarray((moment / mean**alpha - 1) / (alpha * (alpha - 1)))

    def influence(s: SortedDomain) -> Floats:
        mean, moment = float(s.mean[0]), float(s.average(transform(s.income))[0])
        d_mean, d_moment = mean_influence(s, s.income), mean_influence(s, transform(s.income))
        if alpha == 0:
            return d_mean / mean - d_moment
        if alpha == 1:
            return d_moment / mean - (moment / mean**2 + 1 / mean) * d_mean
        scaled = d_moment / mean**alpha - alpha * moment / mean ** (alpha + 1) * d_mean
        return np.asarray(scaled / (alpha * (alpha - 1)))

    return estimate, influence


def atkinson_index(epsilon: float) -> tuple[IndexValue, IndexInfluence]:
    """Return value and influence of Atkinson's index; over positive incomes."""
    power = 1 - epsilon

    def equal(moment: Floats) -> Floats:
        return np.exp(moment) if power == 0 else moment ** (1 / power)

    def transform(income: Floats) -> Floats:
        return np.log(income) if power == 0 else income**power

    def estimate(s: SortedDomain) -> Floats:
        return np.asarray(1 - equal(s.average(transform(s.income))) / s.mean)

    def influence(s: SortedDomain) -> Floats:
        mean, moment = float(s.mean[0]), s.average(transform(s.income))
        level = float(equal(moment)[0])
        d_level = mean_influence(s, transform(s.income)) * (level if power == 0 else level / (power * float(moment[0])))
        return np.asarray(-d_level / mean + level / mean**2 * mean_influence(s, s.income))

    return estimate, influence


def _zenga_parts(sample: SortedDomain) -> tuple[Floats, Floats, Floats]:
    """Return cumulated weight, remaining income, and the terms of Zenga's index (Langel and Tille 2012)."""
    weighted = sample.weight * sample.income
    total = weighted.sum(axis=1, keepdims=True)
    remaining = total - np.cumsum(weighted, axis=1) + weighted
    reached = np.where(sample.cumulated > 0, sample.cumulated, np.nan)
    terms = (1 / reached - 1 / sample.total[:, None]) * (total / np.where(remaining > 0, remaining, np.nan) - 1)
    return reached, remaining, np.nan_to_num(terms)


def zenga_index(sample: SortedDomain) -> Floats:
    """Return Zenga's index."""
    value = 1 - (sample.weight * _zenga_parts(sample)[2]).sum(axis=1)
    return np.where(sample.income.min(initial=0.0) < 0, np.nan, value)  # not defined with negative incomes


def zenga_influence(sample: SortedDomain) -> Floats:
    """Return the influence of each row on `zenga_index`."""
    reached, remaining, terms = (part[0] for part in _zenga_parts(sample))
    weight, income, count = sample.weight[0], sample.income, float(sample.total[0])
    total = float(weight @ income)
    excess = np.nan_to_num(total / remaining - 1)
    share = 1 / reached - 1 / count
    below = np.cumsum((weight * excess / reached**2)[::-1])[::-1]
    above = total * np.cumsum(np.nan_to_num(weight * share / remaining**2))
    constant = float(weight @ excess) / count**2
    slope = float(np.nan_to_num(weight * share / remaining).sum())
    return np.asarray(-terms - constant - income * slope + below + income * above)


def j_divergence() -> tuple[IndexValue, IndexInfluence]:
    """Return the J-divergence: the sum of GE(0) and GE(1) (Rohde 2016)."""
    (one, d_one), (two, d_two) = generalised_entropy(0), generalised_entropy(1)
    return (lambda s: one(s) + two(s)), (lambda s: d_one(s) + d_two(s))
