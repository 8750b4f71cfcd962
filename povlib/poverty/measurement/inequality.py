"""Indices of inequality: values and influences.

Responsible for Gini, quintile shares, generalised entropy, Atkinson, Zenga. Not responsible for the
registry of measures (`povlib.poverty.measurement.indices`).

Rows of equal income are one point for every index (a row split in two changes nothing), but for the conventions that
count rows: gini "sample" and "cumulated", zenga "rows".

Sources: Shorrocks (1984) for GE; Atkinson (1970); Zenga (2007), Langel and Tille (2012, 2013) for Zenga and Gini;
Deville (1999) and Osier (2009) for influence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from povlib.arrays import Floats, Ints
from povlib.poverty.measurement.sorted_domain import SortedDomain

IndexValue = Callable[[SortedDomain], Floats]
IndexInfluence = Callable[[SortedDomain], Floats]


def gini_value(values: Floats, weight: Floats, form: str) -> Floats:
    """Return the Gini of ascending `values` by replicate."""
    cumulated = np.cumsum(weight, axis=1)
    total = cumulated[:, -1] if weight.shape[1] else np.zeros(len(weight))
    weighted = weight * values
    income = weighted.sum(axis=1)
    income = np.where(income > 0, income, np.nan)  # a mean difference in parts of a mean that is not above zero is none
    with np.errstate(divide="ignore", invalid="ignore"):
        # the conventions of good tools (laeken; population; n / (n - 1)) differ in the last digits: all are named
        if form == "cumulated":
            return np.asarray((2 * (weighted * cumulated).sum(axis=1) - income) / (total * income) - 1)
        value = 2 * (weighted * (cumulated - weight / 2)).sum(axis=1) / (total * income) - 1
        if form == "sample":
            count = (weight > 0).sum(axis=1)
            value = value * count / (count - 1)
    return np.asarray(value)


def gini_undefined(sample: SortedDomain) -> str:
    """Return why a Gini of a positive total has no value, "" if it has one."""
    alone = sample.conventions.gini == "sample" and int((sample.weight[0] > 0).sum()) < 2
    return "a single row has no n / (n - 1)" if alone else ""


def income_spread(values: Floats, weight: Floats) -> Floats:
    """Return half the mean difference of ascending `values` times the sum of weights, by replicate; 0 of nobody.

    It is the population Gini times the total of `values`, and exists whatever that total is.

    Examples
    --------
    >>> income_spread(np.array([-1.0, 1.0]), np.ones((1, 2))).tolist()
    [1.0]
    """
    cumulated = np.cumsum(weight, axis=1)
    weighted = weight * values
    total = weight.sum(axis=1)
    ranked = 2 * (weighted * (cumulated - weight / 2)).sum(axis=1)
    return np.asarray(ranked / np.where(total > 0, total, 1.0) - weighted.sum(axis=1))


def income_spread_influence(values: Floats, weight: Floats) -> Floats:
    """Return the influence of each row on `income_spread` (one set of weights); rows without weight count, too."""
    cumulated, weighted = np.cumsum(weight), np.cumsum(weight * values)
    total, income = cumulated[-1], weighted[-1]
    spread = float(income_spread(values, weight[None, :])[0])
    return np.asarray((2 * (values * cumulated + income - weighted) - spread - income) / total - values)


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
    """Return the income of the richest over that of the poorest fifth; NaN where it is none (below 1)."""
    low, high = _incomes_of_outer_fifths(sample)
    # the rich cannot have less than the poor: below 1 (but for rounding) ties at a quantile left a fifth next to empty
    sound = (low > 0) & (high >= low * (1 - 1e-9))
    return np.where(sound, high / np.where(low > 0, low, 1.0), np.nan)


def quintile_ratio_undefined(sample: SortedDomain) -> str:
    """Return why `quintile_ratio` has no value, "" if it has one."""
    if not np.isnan(quintile_ratio(sample)[0]):
        return ""
    if not _incomes_of_outer_fifths(sample)[0][0] > 0:
        return "the poorest fifth has no income above zero"
    return "no fifth lies above the quantile, as too many rows share it (quintiles=lorenz splits them)"


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


def _in_means(sample: SortedDomain) -> SortedDomain:
    """Return the sample with incomes as multiples of their plain mean: powers of money in fen leave a float's range."""
    return replace(sample, income=sample.income / sample.income.mean())


def generalised_entropy(alpha: float) -> tuple[IndexValue, IndexInfluence]:
    """Return value and influence of GE(alpha); over positive incomes."""

    def transform(income: Floats) -> Floats:
        if alpha == 0:
            return np.log(income)
        return income * np.log(income) if alpha == 1 else income**alpha

    def estimate(sample: SortedDomain) -> Floats:
        s = _in_means(sample)
        mean, moment = s.mean, s.average(transform(s.income))
        if alpha == 0:
            return np.asarray(np.log(mean) - moment)
        if alpha == 1:
            return np.asarray(moment / mean - np.log(mean))
        return np.asarray((moment / mean**alpha - 1) / (alpha * (alpha - 1)))

    def influence(sample: SortedDomain) -> Floats:
        s = _in_means(sample)
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

    def estimate(sample: SortedDomain) -> Floats:
        s = _in_means(sample)
        return np.asarray(1 - equal(s.average(transform(s.income))) / s.mean)

    def influence(sample: SortedDomain) -> Floats:
        s = _in_means(sample)
        mean, moment = float(s.mean[0]), s.average(transform(s.income))
        level = float(equal(moment)[0])
        d_level = mean_influence(s, transform(s.income)) * (level if power == 0 else level / (power * float(moment[0])))
        return np.asarray(-d_level / mean + level / mean**2 * mean_influence(s, s.income))

    return estimate, influence


def _zenga_parts(sample: SortedDomain) -> tuple[Floats, Floats, Floats]:
    """Return cumulated weight, remaining income, and the terms of Zenga's index by rows (Langel and Tille 2012)."""
    weighted = sample.weight * sample.income
    total = weighted.sum(axis=1, keepdims=True)
    remaining = total - np.cumsum(weighted, axis=1) + weighted
    reached = np.where(sample.cumulated > 0, sample.cumulated, np.nan)
    terms = (1 / reached - 1 / sample.total[:, None]) * (total / np.where(remaining > 0, remaining, np.nan) - 1)
    return reached, remaining, np.nan_to_num(terms)


def _ties_by_weight(sample: SortedDomain) -> tuple[SortedDomain, Ints]:
    """Return the sample with rows of equal income in order of weight, so that the order of rows means nothing."""
    order = np.lexsort((sample.weight[0], sample.income))
    return replace(sample, weight=sample.weight[:, order]), order


def zenga_index(sample: SortedDomain) -> Floats:
    """Return Zenga's index: one less the mean ratio of the means below and above, over all shares of people."""
    if sample.conventions.zenga == "rows":
        sorted_sample, _ = _ties_by_weight(sample)
        value = 1 - (sorted_sample.weight * _zenga_parts(sorted_sample)[2]).sum(axis=1)
    else:
        first, _ = sample.points
        pieces = (_LorenzPieces.of(sample.income[first], weight) for weight in np.add.reduceat(sample.weight, first, 1))
        value = np.array([piece.zenga() for piece in pieces])
    total = (sample.weight * sample.income).sum(axis=1)
    # not defined with negative incomes, nor where there is nothing to share
    return np.where((sample.income.min(initial=0.0) < 0) | ~(total > 0), np.nan, value)


def zenga_influence(sample: SortedDomain) -> Floats:
    """Return the influence of each row on `zenga_index`; rows of equal income have the same."""
    first, point = sample.points
    if sample.conventions.zenga == "lorenz":
        return _LorenzPieces.of(sample.income[first], np.add.reduceat(sample.weight[0], first)).influence()[point]
    sorted_sample, order = _ties_by_weight(sample)
    by_row = np.empty(len(order))
    by_row[order] = _zenga_influence_by_rows(sorted_sample)
    size = np.bincount(point, sample.weight[0])
    mean = np.bincount(point, sample.weight[0] * by_row) / np.where(size > 0, size, 1.0)
    return np.asarray(np.where(size > 0, mean, 0.0)[point])


def _zenga_influence_by_rows(sample: SortedDomain) -> Floats:
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


@dataclass(frozen=True)
class _LorenzPieces:
    """The straight pieces of a Lorenz curve, and what Zenga's index integrates over each in closed form.

    On a piece of income x, at C people and S = x C - a income from below, with N people and T income in all, the index
    takes S (N - C) / (N C (T - S)), the ratio of the mean below to the mean above; T - S = x (b - C), b = (T + a) / x.

    Attributes
    ----------
    x, c, s : array (pieces)
        Income of the piece; people and income below its start.
    width : array (pieces)
        People on it.
    people, money : float
        N and T.
    a, b, log_c, log_b : array (pieces)
        ``log_c`` is log of C at the end over C at the start (0 on the first piece, where it enters nothing), ``log_b``
        the log of T - S at the start over T - S at the end (0 on the last).
    """

    x: Floats
    c: Floats
    s: Floats
    width: Floats
    people: float
    money: float
    a: Floats
    b: Floats
    log_c: Floats
    log_b: Floats

    @classmethod
    def of(cls, income: Floats, weight: Floats) -> _LorenzPieces:
        """Return the pieces of ascending different incomes, none below zero; weights of zero make no piece."""
        people, money = float(weight.sum()), float(weight @ income)
        kept = weight > 0
        x, width = income[kept], weight[kept]
        c, s = np.cumsum(width) - width, np.cumsum(width * x) - width * x
        c[:1], s[:1] = 0.0, 0.0
        a = x * c - s
        with np.errstate(divide="ignore", invalid="ignore"):
            b = (money + a) / x
            log_c = np.where(np.arange(len(x)) > 0, np.log1p(width / c), 0.0)
            log_b = -np.log1p(-x * width / (money - s))
        log_b[-1:] = 0.0
        return cls(x, c, s, width, people, money, a, b, log_c, log_b)

    def zenga(self) -> float:
        """Return the index."""
        paid = self.x > 0  # where nobody below has an income the ratio is 0
        x, a = self.x[paid], self.a[paid]
        beyond = (self.people * x - self.money - a) / (self.money + a) / x  # (N - b) / (x b)
        ratio = self.width[paid] - a * self.people / (self.money + a) * self.log_c[paid]
        return float(1 - (ratio + self.money * beyond * self.log_b[paid]).sum() / self.people)

    def influence(self) -> Floats:
        """Return the influence of a person more on each piece."""
        if len(self.x) < 2:
            return np.zeros(len(self.x))
        # A person more adds the ratio at the place where he comes in, and moves it elsewhere: pieces below him keep C
        # and S while N and T grow (low_n, low_t); pieces above keep N - C and T - S (high_n, high_t). He comes in at
        # the end of his piece, on the last one at its start, so that no integral runs into its pole.
        low_n, low_t, high_n, high_t = self._moves()
        at = np.arange(len(self.x)) + 1
        at[-1] = len(self.x) - 1
        c, s = self.c[at], self.s[at]
        here = s / (self.money - s) * (1 / c - 1 / self.people)
        below_n, below_t = np.cumsum(low_n)[at - 1], np.cumsum(low_t)[at - 1]
        above_n, above_t = (np.append(np.cumsum(part[::-1])[::-1], 0.0)[at] for part in (high_n, high_t))
        return np.asarray(-(here + below_n + above_n + self.x * (below_t + above_t)))

    def _moves(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the integrals of the ratio's derivatives in N and T with the lower, and with the upper part held."""
        n, t = self.people, self.money
        with np.errstate(divide="ignore", invalid="ignore"):
            x, a, b, width, c = self.x, self.a, self.b, self.width, self.c
            low_n = (t / x * self.log_b - width) / n**2
            alpha, gamma = -a * n / (t + a) ** 2, t * (n - b) / (x * (t + a))
            ends = 1 / (b - c - width) - 1 / (b - c)
            low_t = -(alpha * self.log_c + (alpha + 1 / x) * self.log_b + gamma * ends) / n
            high_t = (n * self.log_c + (n - b) * self.log_b) / (t + a) / n
            top = t * (n**2 - b**2) / b**2
            poles = t * n**2 / b**2 * self.log_c - a * n**2 / b * (1 / c - 1 / (c + width)) + top * self.log_b
            high_n = -(width + poles / x) / n**2
        nothing = x <= 0
        low_n, low_t = np.where(nothing, 0.0, low_n), np.where(nothing, 0.0, low_t)
        return low_n, low_t, high_n, high_t


def j_divergence() -> tuple[IndexValue, IndexInfluence]:
    """Return the J-divergence: the sum of GE(0) and GE(1) (Rohde 2016)."""
    (one, d_one), (two, d_two) = generalised_entropy(0), generalised_entropy(1)
    return (lambda s: one(s) + two(s)), (lambda s: d_one(s) + d_two(s))
