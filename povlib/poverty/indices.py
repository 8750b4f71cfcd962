"""The indices of poverty and inequality: estimate, influence, and slope in the line.

Responsible for one entry an index: its value under given weights, the influence of each row (so that
``sum of weight x influence`` linearises it) and how it moves with an estimated line.
Not responsible for domains, designs or errors (`povlib.poverty.measure`, `.design`).

Sources: Foster, Greer and Thorbecke (1984); Watts (1968); Sen (1976); Shorrocks (1995); Takayama
(1979); Shorrocks (1984) for GE; Atkinson (1970). Influence: Deville (1999), Osier (2009),
Langel and Tille (2013) for the Gini.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from povlib.errors import DataError
from povlib.poverty.frames import Floats
from povlib.poverty.sample import Sample

Estimate = Callable[[Sample], Floats]
Influence = Callable[[Sample], Floats]
Slope = Callable[[Sample], float]


@dataclass(frozen=True)
class Index:
    """One index.

    Attributes
    ----------
    key : str
    estimate : callable
        Sample -> value by replicate.
    influence : callable
        Sample (one set of weights) -> influence of each row.
    slope : callable, optional
        Sample -> derivative in the line; None if the line does not enter.
    share : bool
        Lies between 0 and 1: its interval is made on the logit scale.
    skewed : bool
        Above 0 with a long tail: its interval is made on the log scale.
    positive : bool
        Defined over positive incomes only.
    relative : bool
        Always uses a relative line (at-risk-of-poverty family).
    form : tuple of str
        Names of the conventions that matter.
    """

    key: str
    estimate: Estimate
    influence: Influence
    slope: Slope | None = None
    share: bool = False
    skewed: bool = False
    positive: bool = False
    relative: bool = False
    form: tuple[str, ...] = field(default=())


def gini_value(values: Floats, weight: Floats, form: str) -> Floats:
    """Return the Gini of ascending `values` by replicate."""
    cumulated = np.cumsum(weight, axis=1)
    total = cumulated[:, -1] if weight.shape[1] else np.zeros(len(weight))
    weighted = weight * values
    income = weighted.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
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


def _centred(sample: Sample, values: Floats) -> Floats:
    """Return the influence on the mean of `values`."""
    values = np.broadcast_to(values, sample.weight.shape)[0]
    return np.asarray((values - sample.average(values)[0]) / sample.total[0])


def _mean(sample: Sample) -> Floats:
    return sample.mean


def _mean_influence(sample: Sample) -> Floats:
    return _centred(sample, sample.income)


def _quantile_influence(sample: Sample, share: float) -> Floats:
    at = float(sample.quantile(share)[0])
    return np.asarray(-((sample.income <= at) - share) / (sample.total[0] * sample.density(at)))


def _powers(sample: Sample, alpha: float) -> Floats:
    return sample.poor.astype(np.float64) if alpha == 0 else sample.gap**alpha


def _fgt_slope(sample: Sample, alpha: float) -> float:
    line = float(sample.line[0, 0])
    if alpha == 0:
        return sample.density(line)
    lower, same = sample.average(_powers(sample, alpha - 1))[0], sample.average(_powers(sample, alpha))[0]
    return float(alpha * (lower - same) / line)


def fgt(alpha: float) -> Index:
    """Return the Foster-Greer-Thorbecke index of order `alpha` (0 or at least 1)."""
    return Index(
        f"fgt{alpha:g}",
        lambda s: s.average(_powers(s, alpha)),
        lambda s: _centred(s, _powers(s, alpha)),
        lambda s: _fgt_slope(s, alpha),
        share=True,
        form=("poor",),
    )


def _log_gap(sample: Sample) -> Floats:
    return np.where(sample.poor, np.log(sample.line / sample.income), 0.0)


def _watts_slope(sample: Sample) -> float:
    return float(sample.average(_powers(sample, 0))[0] / sample.line[0, 0])


def _sen_parts(sample: Sample) -> tuple[Floats, Floats, Floats]:
    """Return headcount, gap, and the Gini of income (in lines) among the poor."""
    poor_gini = gini_value(sample.income / sample.line, sample.weight * sample.poor, "population")
    return sample.average(_powers(sample, 0)), sample.average(sample.gap), poor_gini


def _sen(sample: Sample) -> Floats:
    head, gap, gini = _sen_parts(sample)
    return np.where(head > 0, head * gini + gap * (1 - gini), 0.0 * head)


def _sen_influence(sample: Sample) -> Floats:
    head, gap, gini = (float(part[0]) for part in _sen_parts(sample))
    if not head > 0:
        return np.zeros(len(sample.income))
    poor = np.broadcast_to(sample.poor, sample.weight.shape)[0]
    values = np.broadcast_to(sample.income / sample.line, sample.weight.shape)[0]
    among = np.zeros(len(values))
    among[poor] = gini_influence(values[poor], sample.weight[0, poor], "population")
    heads, gaps = _centred(sample, _powers(sample, 0)), _centred(sample, sample.gap)
    return np.asarray(gini * heads + (1 - gini) * gaps + (head - gap) * among)


def _sen_slope(sample: Sample) -> float:
    head, gap, gini = (float(part[0]) for part in _sen_parts(sample))
    line, density = float(sample.line[0, 0]), sample.density(float(sample.line[0, 0]))
    poor = sample.weight[0] * sample.poor[0]
    count, income = float(poor.sum()), float(poor @ sample.income)
    entrant = 2 * line / income - (gini + 1) * (1 / count + line / income)  # influence of one who sits on the line
    newcomers = density * float(sample.total[0])
    return gini * density + (1 - gini) * (head - gap) / line + (head - gap) * newcomers * entrant


def _gap_gini(sample: Sample) -> Floats:
    """Return the Gini of the gaps of everyone; gaps fall as income rises, so the ranks are reversed."""
    gaps = np.broadcast_to(sample.gap, sample.weight.shape)
    return np.where(
        sample.average(sample.gap) > 0, gini_value(gaps[:, ::-1], sample.weight[:, ::-1], "population"), 0.0
    )


def _sst(sample: Sample) -> Floats:
    return np.asarray(sample.average(sample.gap) * (1 + _gap_gini(sample)))


def _sst_influence(sample: Sample) -> Floats:
    gap = float(sample.average(sample.gap)[0])
    if not gap > 0:
        return np.zeros(len(sample.income))
    gaps = np.broadcast_to(sample.gap, sample.weight.shape)[0]
    ranks = gini_influence(gaps[::-1], sample.weight[0, ::-1], "population")[::-1]
    return np.asarray((1 + float(_gap_gini(sample)[0])) * _centred(sample, gaps) + gap * ranks)


def _censored(sample: Sample) -> Floats:
    return np.asarray(np.minimum(sample.income / sample.line, 1.0))


def _takayama(sample: Sample) -> Floats:
    return gini_value(_censored(sample), sample.weight, "population")


def _takayama_influence(sample: Sample) -> Floats:
    values = np.broadcast_to(_censored(sample), sample.weight.shape)[0]
    return gini_influence(values, sample.weight[0], "population")


def _numeric_slope(estimate: Estimate, step: float = 1e-4) -> Slope:
    """Return the derivative in the line by central differences: for indices that are smooth in it."""

    def slope(sample: Sample) -> float:
        up, down = (estimate(sample.with_line(sample.line * (1 + sign * step)))[0] for sign in (1, -1))
        return float((up - down) / (2 * step * sample.line[0, 0]))

    return slope


def _poor_median(sample: Sample) -> Floats:
    return sample.quantile(0.5, sample.weight * sample.poor)


def _poor_median_influence(sample: Sample) -> Floats:
    """Return the influence on the median of the poor, at a line held fixed."""
    at, total = float(_poor_median(sample)[0]), float(sample.total[0])
    poor = np.broadcast_to(sample.poor, sample.weight.shape)[0]
    rate = float(sample.average(_powers(sample, 0))[0])
    below = (sample.income <= at) - 0.5 * rate
    return np.asarray((0.5 * (poor - rate) - below) / (total * sample.density(at)))


def _poor_median_slope(sample: Sample) -> float:
    at, line = float(_poor_median(sample)[0]), float(sample.line[0, 0])
    return 0.5 * sample.density(line) / sample.density(at)


def _rmpg(sample: Sample) -> Floats:
    return np.asarray(1 - _poor_median(sample) / sample.line[:, 0])


def _rmpg_influence(sample: Sample) -> Floats:
    return -_poor_median_influence(sample) / float(sample.line[0, 0])


def _rmpg_slope(sample: Sample) -> float:
    line = float(sample.line[0, 0])
    return float(_poor_median(sample)[0] / line**2 - _poor_median_slope(sample) / line)


def _tails(sample: Sample) -> tuple[Floats, Floats]:
    """Return the income of the poorest and of the richest fifth."""
    income = sample.weight * sample.income
    if sample.conventions.quintiles == "lorenz":
        return _lorenz(sample, 0.2), income.sum(axis=1) - _lorenz(sample, 0.8)
    low, high = sample.quantile(0.2)[:, None], sample.quantile(0.8)[:, None]
    return (income * (sample.income <= low)).sum(axis=1), (income * (sample.income > high)).sum(axis=1)


def _lorenz(sample: Sample, share: float) -> Floats:
    """Return the income of the poorest `share`, by the linearly interpolated Lorenz curve."""
    sums = np.cumsum(sample.weight * sample.income, axis=1)
    return np.array(
        [
            np.interp(share * c[-1], np.concatenate([[0.0], c]), np.concatenate([[0.0], g]))
            for c, g in zip(sample.cumulated, sums, strict=True)
        ]
    )


def _quintile_ratio(sample: Sample) -> Floats:
    low, high = _tails(sample)
    return np.where(low > 0, high / np.where(low > 0, low, 1.0), np.nan)


def _tail_influence(sample: Sample, share: float) -> Floats:
    """Return the influence on the income of those up to the quantile (Osier 2009)."""
    at = float(sample.quantile(share)[0])
    below = sample.income <= at
    slope = sample.density(at, sample.income) / sample.density(at)
    return np.asarray(sample.income * below - slope * (below - share))


def _quintile_influence(sample: Sample) -> Floats:
    low, high = (part[0] for part in _tails(sample))
    d_low, d_high = _tail_influence(sample, 0.2), sample.income - _tail_influence(sample, 0.8)
    return np.asarray((d_high - high / low * d_low) / low)


def _ge(alpha: float) -> tuple[Estimate, Influence]:
    def transform(income: Floats) -> Floats:
        if alpha == 0:
            return np.log(income)
        return income * np.log(income) if alpha == 1 else income**alpha

    def estimate(s: Sample) -> Floats:
        mean, moment = s.mean, s.average(transform(s.income))
        if alpha == 0:
            return np.asarray(np.log(mean) - moment)
        if alpha == 1:
            return np.asarray(moment / mean - np.log(mean))
        return np.asarray((moment / mean**alpha - 1) / (alpha * (alpha - 1)))

    def influence(s: Sample) -> Floats:
        mean, moment = float(s.mean[0]), float(s.average(transform(s.income))[0])
        d_mean, d_moment = _centred(s, s.income), _centred(s, transform(s.income))
        if alpha == 0:
            return d_mean / mean - d_moment
        if alpha == 1:
            return d_moment / mean - (moment / mean**2 + 1 / mean) * d_mean
        scaled = d_moment / mean**alpha - alpha * moment / mean ** (alpha + 1) * d_mean
        return np.asarray(scaled / (alpha * (alpha - 1)))

    return estimate, influence


def _atkinson(epsilon: float) -> tuple[Estimate, Influence]:
    power = 1 - epsilon

    def equal(moment: Floats) -> Floats:
        return np.exp(moment) if power == 0 else moment ** (1 / power)

    def transform(income: Floats) -> Floats:
        return np.log(income) if power == 0 else income**power

    def estimate(s: Sample) -> Floats:
        return np.asarray(1 - equal(s.average(transform(s.income))) / s.mean)

    def influence(s: Sample) -> Floats:
        mean, moment = float(s.mean[0]), s.average(transform(s.income))
        level = float(equal(moment)[0])
        d_level = _centred(s, transform(s.income)) * (level if power == 0 else level / (power * float(moment[0])))
        return np.asarray(-d_level / mean + level / mean**2 * _centred(s, s.income))

    return estimate, influence


def _zenga_parts(sample: Sample) -> tuple[Floats, Floats, Floats]:
    """Return cumulated weight, remaining income, and the terms of Zenga's index (Langel and Tille 2012)."""
    weighted = sample.weight * sample.income
    total = weighted.sum(axis=1, keepdims=True)
    remaining = total - np.cumsum(weighted, axis=1) + weighted
    reached = np.where(sample.cumulated > 0, sample.cumulated, np.nan)
    terms = (1 / reached - 1 / sample.total[:, None]) * (total / np.where(remaining > 0, remaining, np.nan) - 1)
    return reached, remaining, np.nan_to_num(terms)


def _zenga(sample: Sample) -> Floats:
    value = 1 - (sample.weight * _zenga_parts(sample)[2]).sum(axis=1)
    return np.where(sample.income.min(initial=0.0) < 0, np.nan, value)  # not defined with negative incomes


def _zenga_influence(sample: Sample) -> Floats:
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


def _jdiv() -> tuple[Estimate, Influence]:
    """Return the J-divergence: the sum of GE(0) and GE(1) (Rohde 2016)."""
    (one, d_one), (two, d_two) = _ge(0), _ge(1)
    return (lambda s: one(s) + two(s)), (lambda s: d_one(s) + d_two(s))


_FIXED = {
    index.key: index
    for index in (
        Index("mean", _mean, _mean_influence),
        Index("median", lambda s: s.quantile(0.5), lambda s: _quantile_influence(s, 0.5), form=("quantile",)),
        Index(
            "watts",
            lambda s: s.average(_log_gap(s)),
            lambda s: _centred(s, _log_gap(s)),
            _watts_slope,
            skewed=True,
            positive=True,
            form=("poor", "nonpositive"),
        ),
        Index("sen", _sen, _sen_influence, _sen_slope, share=True, form=("poor",)),
        Index("sst", _sst, _sst_influence, _numeric_slope(_sst), share=True, form=("poor",)),
        Index("takayama", _takayama, _takayama_influence, _numeric_slope(_takayama)),
        Index(
            "arop",
            lambda s: s.average(_powers(s, 0)),
            lambda s: _centred(s, _powers(s, 0)),
            lambda s: _fgt_slope(s, 0),
            share=True,
            relative=True,
            form=("poor", "quantile"),
        ),
        Index(
            "arop_line",
            lambda s: np.broadcast_to(s.line[:, 0], (len(s.weight),)).astype(np.float64),
            lambda s: np.zeros(len(s.income)),
            lambda s: 1.0,
            relative=True,
            form=("quantile",),
        ),
        Index("rmpg", _rmpg, _rmpg_influence, _rmpg_slope, relative=True, form=("poor", "quantile")),
        Index("median_poor", _poor_median, _poor_median_influence, _poor_median_slope, form=("poor", "quantile")),
        Index(
            "gini",
            lambda s: gini_value(s.income, s.weight, s.conventions.gini),
            lambda s: gini_influence(s.income, s.weight[0], s.conventions.gini),
            form=("gini",),
        ),
        Index("zenga", _zenga, _zenga_influence),
        Index("jdiv", *_jdiv(), skewed=True, positive=True, form=("nonpositive",)),
        Index("s80s20", _quintile_ratio, _quintile_influence, form=("quantile", "quintiles")),
    )
}
DEFAULT = (
    *("fgt0", "fgt1", "fgt2", "watts", "sen", "sst", "takayama", "arop", "arop_line", "rmpg"),
    *("gini", "s80s20", "ge0", "ge1", "ge2", "atkinson_0.5", "atkinson_1", "mean", "median"),
)
_FAMILY = re.compile(r"(fgt|ge|atkinson_)(-?\d+(?:\.\d+)?)")


def index(key: str) -> Index:
    """Return the index of a key such as ``fgt1``, ``ge-1`` or ``atkinson_0.5``.

    Raises
    ------
    DataError
        If no index has that key.
    """
    if key in _FIXED:
        return _FIXED[key]
    found = _FAMILY.fullmatch(key)
    if found:
        family, order = found[1], float(found[2])
        if family == "fgt" and (order == 0 or order >= 1):
            return fgt(order)
        if family == "ge":
            return Index(key, *_ge(order), skewed=True, positive=True, form=("nonpositive",))
        if family == "atkinson_" and order > 0:
            return Index(key, *_atkinson(order), positive=True, form=("nonpositive",))
    raise DataError("{key} is no measure", where="measures", allowed=", ".join(DEFAULT), key=key)
