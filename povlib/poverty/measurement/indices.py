"""The indices of poverty, and the registry of all: estimate, influence, and slope in the line.

Responsible for one entry an index: its value under given weights, the influence of each row (so that
``sum of weight x influence`` linearises it) and how it moves with an estimated line.
Not responsible for domains, designs or errors (`.measures`, `.survey_design`).

Sources: Foster, Greer and Thorbecke (1984); Watts (1968); Sen (1976); Shorrocks (1995); Takayama
(1979); the formulas of inequality are in `.inequality`. Influence: Deville (1999), Osier (2009).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from povlib.arrays import Floats
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import checked_number
from povlib.poverty.measurement.inequality import (
    IndexInfluence,
    IndexValue,
    atkinson_index,
    generalised_entropy,
    gini_influence,
    gini_undefined,
    gini_value,
    income_spread,
    income_spread_influence,
    j_divergence,
    mean_influence,
    quintile_influence,
    quintile_ratio,
    quintile_ratio_undefined,
    zenga_index,
    zenga_influence,
)
from povlib.poverty.measurement.sorted_domain import SortedDomain

LineSlope = Callable[[SortedDomain], float]


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
    by_amount : bool
        Needs its rows in order of income even where lines differ by row (else in order of income in lines).
    undefined : callable
        Sample -> why there is no value, "" where there is one.
    relative : bool
        Always uses a relative line (at-risk-of-poverty family).
    form : tuple of str
        Names of the conventions that matter.
    """

    key: str
    estimate: IndexValue
    influence: IndexInfluence
    slope: LineSlope | None = None
    share: bool = False
    skewed: bool = False
    positive: bool = False
    relative: bool = False
    by_amount: bool = False
    undefined: Callable[[SortedDomain], str] = field(default=lambda sample: "")
    form: tuple[str, ...] = field(default=())


def _mean_income(sample: SortedDomain) -> Floats:
    """Return the mean income, one value per replicate."""
    return sample.mean


def _mean_influence(sample: SortedDomain) -> Floats:
    """Return the influence of each person on the mean income."""
    return mean_influence(sample, sample.income)


def _quantile_influence(sample: SortedDomain, share: float) -> Floats:
    """Return the influence of each person on the income below which a `share` of the people lies."""
    at = float(sample.quantile(share)[0])
    return np.asarray(-((sample.income <= at) - share) / (sample.total[0] * sample.density(at)))


def _gap_powers(sample: SortedDomain, alpha: float) -> Floats:
    """Return each person's share of the line that is missing, to the power `alpha`; 0 above the line."""
    return sample.poor.astype(np.float64) if alpha == 0 else sample.gap**alpha


def _fgt_slope(sample: SortedDomain, alpha: float) -> float:
    """Return by how much the index of order `alpha` rises when the line rises by one unit."""
    line = float(sample.line[0, 0])
    if alpha == 0:
        return sample.density(line)
    lower, same = sample.average(_gap_powers(sample, alpha - 1))[0], sample.average(_gap_powers(sample, alpha))[0]
    return float(alpha * (lower - same) / line)


def fgt(alpha: float) -> Index:
    """Return the Foster-Greer-Thorbecke `Index` of order `alpha`: 0, or at least 1.

    Raises
    ------
    DataError
        For other orders: below 1 a gap counts for less the deeper it is, and the error of an estimated line has no
        finite slope.

    Examples
    --------
    >>> fgt(2).key
    'fgt2'
    """
    alpha = checked_number(alpha, "alpha")
    if alpha != 0 and alpha < 1:
        raise DataError("{value} is no order of the FGT family", where="alpha", allowed="0, or 1 and more", value=alpha)
    return Index(
        f"fgt{alpha:g}",
        lambda s: s.average(_gap_powers(s, alpha)),
        lambda s: mean_influence(s, _gap_powers(s, alpha)),
        lambda s: _fgt_slope(s, alpha),
        share=True,
        form=("poor",),
    )


def _log_gap(sample: SortedDomain) -> Floats:
    """Return each person's logarithm of line over income, whose mean is the Watts index; 0 above the line."""
    return np.where(sample.poor, np.log(sample.line / sample.income), 0.0)


def _watts_slope(sample: SortedDomain) -> float:
    """Return by how much the Watts index rises when the line rises by one unit."""
    return float(sample.average(_gap_powers(sample, 0))[0] / sample.line[0, 0])


def _sen_index(sample: SortedDomain) -> Floats:
    """Return the Sen index, one value per replicate; 0 where nobody is poor.

    The mean gap plus (Gini of the poor) x (their incomes in lines) / (number of people), written without dividing by
    the income of the poor, which may be 0 or below.
    """
    spread = income_spread(sample.income / sample.line, sample.weight * sample.poor)
    return np.asarray(sample.average(sample.gap) + spread / sample.total)


def _sen_influence(sample: SortedDomain) -> Floats:
    """Return the influence of each person on the Sen index, at a line held fixed."""
    poor = np.broadcast_to(sample.poor, sample.weight.shape)[0]
    weight, total = sample.weight[0] * poor, float(sample.total[0])
    if not weight.sum() > 0:
        return np.zeros(len(sample.income))
    values = np.broadcast_to(sample.income / sample.line, sample.weight.shape)[0]
    spread = float(income_spread(values, weight[None, :])[0])
    among = income_spread_influence(values, weight) * poor / total - spread / total**2
    return np.asarray(mean_influence(sample, sample.gap) + among)


def _sen_slope(sample: SortedDomain) -> float:
    """Return by how much the Sen index rises when the line rises by one unit."""
    line, density = float(sample.line[0, 0]), sample.density(float(sample.line[0, 0]))
    poor = sample.weight[0] * sample.poor[0]
    count, income = float(poor.sum()), float(poor @ sample.income) / line
    if not count > 0:
        return 0.0
    spread = float(income_spread(sample.income / line, poor[None, :])[0])
    # incomes of the poor shrink in lines, and newcomers join them, on the line itself and with the highest rank
    return float((income - spread) / (line * sample.total[0]) + density * (1 - (spread + income) / count))


def _gap_gini(sample: SortedDomain) -> Floats:
    """Return the Gini of everyone's gap, one value per replicate; gaps fall as income rises, so ranks are reversed."""
    gaps = np.broadcast_to(sample.gap, sample.weight.shape)
    some = sample.average(sample.gap) > 0
    return np.where(some, gini_value(gaps[:, ::-1], sample.weight[:, ::-1], "population"), 0.0)


def _sst_index(sample: SortedDomain) -> Floats:
    """Return the Sen-Shorrocks-Thon index, one value per replicate."""
    return np.asarray(sample.average(sample.gap) * (1 + _gap_gini(sample)))


def _sst_influence(sample: SortedDomain) -> Floats:
    """Return the influence of each person on the Sen-Shorrocks-Thon index, at a line held fixed."""
    gap = float(sample.average(sample.gap)[0])
    if not gap > 0:
        return np.zeros(len(sample.income))
    gaps = np.broadcast_to(sample.gap, sample.weight.shape)[0]
    ranks = gini_influence(gaps[::-1], sample.weight[0, ::-1], "population")[::-1]
    return np.asarray((1 + float(_gap_gini(sample)[0])) * mean_influence(sample, gaps) + gap * ranks)


def _censored_income(sample: SortedDomain) -> Floats:
    """Return each person's income in lines, those above the line counted as on it (1)."""
    return np.asarray(np.minimum(sample.income / sample.line, 1.0))


def _takayama_index(sample: SortedDomain) -> Floats:
    """Return the Takayama index, the Gini of incomes censored at the line, one value per replicate."""
    return gini_value(_censored_income(sample), sample.weight, "population")


def _takayama_influence(sample: SortedDomain) -> Floats:
    """Return the influence of each person on the Takayama index, at a line held fixed."""
    values = np.broadcast_to(_censored_income(sample), sample.weight.shape)[0]
    return gini_influence(values, sample.weight[0], "population")


def _numeric_slope(estimate: IndexValue, step: float = 1e-4) -> LineSlope:
    """Return a function that takes an index's derivative in the line by central differences: for smooth indices."""

    def slope(sample: SortedDomain) -> float:
        up, down = (estimate(sample.with_line(sample.line * (1 + sign * step)))[0] for sign in (1, -1))
        return float((up - down) / (2 * step * sample.line[0, 0]))

    return slope


def _poor_median(sample: SortedDomain) -> Floats:
    """Return the median income of those under the line, one value per replicate."""
    return sample.quantile(0.5, sample.weight * sample.poor)


def _poor_median_influence(sample: SortedDomain) -> Floats:
    """Return the influence of each person on the median of the poor, at a line held fixed."""
    at, total = float(_poor_median(sample)[0]), float(sample.total[0])  # rows in order of income: `by_amount`
    poor = np.broadcast_to(sample.poor, sample.weight.shape)[0]
    rate = float(sample.average(_gap_powers(sample, 0))[0])
    below = (sample.income <= at) - 0.5 * rate
    return np.asarray((0.5 * (poor - rate) - below) / (total * sample.density(at)))


def _poor_median_slope(sample: SortedDomain) -> float:
    """Return by how much the median of the poor rises when the line rises by one unit."""
    at, line = float(_poor_median(sample)[0]), float(sample.line[0, 0])
    return 0.5 * sample.density(line) / sample.density(at)


def _relative_median_gap(sample: SortedDomain) -> Floats:
    """Return the share of the line that the median of the poor falls short of it, one value per replicate."""
    return np.asarray(1 - _poor_median(sample) / sample.line[:, 0])


def _relative_median_gap_influence(sample: SortedDomain) -> Floats:
    """Return the influence of each person on the relative median gap, at a line held fixed."""
    return -_poor_median_influence(sample) / float(sample.line[0, 0])


def _relative_median_gap_slope(sample: SortedDomain) -> float:
    """Return by how much the relative median gap rises when the line rises by one unit."""
    line = float(sample.line[0, 0])
    return float(_poor_median(sample)[0] / line**2 - _poor_median_slope(sample) / line)


def _without_total(values: Callable[[SortedDomain], Floats]) -> Callable[[SortedDomain], str]:
    """Return a function that says when the sum of some values is not above zero."""
    return lambda sample: "" if (sample.weight[0] * values(sample)).sum() > 0 else "total income is not above zero"


def _without_poor(sample: SortedDomain) -> str:
    """Say when nobody is poor, so that the poor have no median."""
    return "" if (sample.weight[0] * sample.poor).sum() > 0 else "nobody is poor"


def _without_one_line(sample: SortedDomain) -> str:
    """Say when a domain holds several lines, so that there is not one to compare a median with."""
    return "" if sample.line.shape[1] == 1 else "the domain holds several lines"


_total_income = _without_total(lambda sample: sample.income)
_INDICES_BY_KEY = {
    index.key: index
    for index in (
        Index("mean", _mean_income, _mean_influence),
        Index("median", lambda s: s.quantile(0.5), lambda s: _quantile_influence(s, 0.5), form=("quantile",)),
        Index(
            "watts",
            lambda s: s.average(_log_gap(s)),
            lambda s: mean_influence(s, _log_gap(s)),
            _watts_slope,
            skewed=True,
            positive=True,
            form=("poor", "nonpositive"),
        ),
        Index("sen", _sen_index, _sen_influence, _sen_slope, share=True, form=("poor",)),
        Index("sst", _sst_index, _sst_influence, _numeric_slope(_sst_index), share=True, form=("poor",)),
        Index(
            "takayama",
            _takayama_index,
            _takayama_influence,
            _numeric_slope(_takayama_index),
            undefined=_without_total(_censored_income),
        ),
        Index(
            "arop",
            lambda s: s.average(_gap_powers(s, 0)),
            lambda s: mean_influence(s, _gap_powers(s, 0)),
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
            undefined=_without_one_line,
            form=("quantile",),
        ),
        Index(
            "rmpg",
            _relative_median_gap,
            _relative_median_gap_influence,
            _relative_median_gap_slope,
            relative=True,
            undefined=lambda s: _without_one_line(s) or _without_poor(s),
            form=("poor", "quantile"),
        ),
        Index(
            "median_poor",
            _poor_median,
            _poor_median_influence,
            _poor_median_slope,
            by_amount=True,
            undefined=_without_poor,
            form=("poor", "quantile"),
        ),
        Index(
            "gini",
            lambda s: gini_value(s.income, s.weight, s.conventions.gini),
            lambda s: gini_influence(s.income, s.weight[0], s.conventions.gini),
            undefined=lambda s: _total_income(s) or gini_undefined(s),
            form=("gini",),
        ),
        Index(
            "zenga",
            zenga_index,
            zenga_influence,
            undefined=lambda s: "an income is below zero" if s.income[0] < 0 else _total_income(s),
            form=("zenga",),
        ),
        Index("jdiv", *j_divergence(), skewed=True, positive=True, form=("nonpositive",)),
        Index(
            "s80s20",
            quintile_ratio,
            quintile_influence,
            undefined=quintile_ratio_undefined,
            form=("quantile", "quintiles"),
        ),
    )
}
DEFAULT_MEASURES = (
    *("fgt0", "fgt1", "fgt2", "watts", "sen", "sst", "takayama", "arop", "arop_line", "rmpg"),
    *("gini", "s80s20", "ge0", "ge1", "ge2", "atkinson_0.5", "atkinson_1", "mean", "median"),
)
_KEY_WITH_ORDER = re.compile(r"(fgt|ge|atkinson_)(-?\d+(?:\.\d+)?)")


def index_of_key(key: str) -> Index:
    """Return the index of a key such as ``fgt1``, ``ge-1`` or ``atkinson_0.5``.

    Raises
    ------
    DataError
        If no index has that key.
    """
    if not isinstance(key, str):
        raise DataError("{key} is no measure", where="measures", allowed=", ".join(DEFAULT_MEASURES), key=str(key))
    if key in _INDICES_BY_KEY:
        return _INDICES_BY_KEY[key]
    family_and_order = _KEY_WITH_ORDER.fullmatch(key)
    if family_and_order:
        family, order = family_and_order[1], float(family_and_order[2])
        if family == "fgt":
            return fgt(order)
        if family == "ge":
            return Index(key, *generalised_entropy(order), skewed=True, positive=True, form=("nonpositive",))
        if family == "atkinson_" and order > 0:
            return Index(key, *atkinson_index(order), positive=True, form=("nonpositive",))
    raise DataError("{key} is no measure", where="measures", allowed=", ".join(DEFAULT_MEASURES), key=key)
