"""One domain's rows, sorted by income, with one or many columns of weights.

Responsible for the sums every index needs (cumulated weight and income, quantiles, density at a
point), for one set of weights or for many replicates at once. Not responsible for any index.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from povlib.arrays import Bools, Floats, Ints

QUANTILE_RULES = ("inverse", "midpoint")
POOR_RULES = ("strict", "weak")
GINI_FORMS = ("population", "sample", "cumulated")
QUINTILE_RULES = ("eurostat", "lorenz")
ZENGA_FORMS = ("lorenz", "rows")
# A cumulated share counts as reached within this part of the total: sums of weights carry rounding errors of about
# 1e-16 a row, and a quantile must not jump to the next row because of one.
_REACHED_TOLERANCE = 1e-12


@dataclass(frozen=True)
class Conventions:
    """Choices by which good tools differ; each travels with the number.

    Parameters
    ----------
    poor : {"strict", "weak"}
        Poor is income below the line, or below or on it.
    gini : {"population", "sample", "cumulated"}
        Population form; times n/(n-1); or ranks cumulated with the whole own weight (R convey). The two latter count
        rows: a row split in two changes them.
    quantile : {"inverse", "midpoint"}
        Smallest income whose cumulated share reaches p; or the mean with the next one where the
        share is reached exactly (Eurostat, R laeken).
    quintiles : {"eurostat", "lorenz"}
        Whole rows up to the quantile, or the interpolated Lorenz curve, for S80/S20.
    zenga : {"lorenz", "rows"}
        Integral over the linearly interpolated Lorenz curve (equal incomes are one point; 0 when all are equal); or a
        sum over rows (R convey), which counts rows.
    nonpositive : {"drop", "refuse"} or float
        Incomes of zero or less in Watts, GE and Atkinson: leave out, refuse, or set to a number above
        zero (World Bank PIP sets them to 1 in the mean log deviation).
    """

    poor: str = "strict"
    gini: str = "population"
    quantile: str = "inverse"
    quintiles: str = "eurostat"
    zenga: str = "lorenz"
    nonpositive: str | float = "drop"


@dataclass(frozen=True)
class SortedDomain:
    """Rows of one domain in ascending order of income.

    Attributes
    ----------
    income : array (rows)
    weight : array (replicates x rows)
        One row of weights for the estimate, many for replicates.
    line : array, broadcastable to (replicates x rows)
        Poverty line of each row, or of each replicate.
    conventions : Conventions
    """

    income: Floats
    weight: Floats
    line: Floats
    conventions: Conventions

    @cached_property
    def total(self) -> Floats:
        """Sum of weights, by replicate (NaN where zero, so that nothing divides by it)."""
        total = self.weight.sum(axis=1)
        # a replicate may draw nobody of a domain: unknown there, never zero
        return np.where(total > 0, total, np.nan)

    @cached_property
    def cumulated(self) -> Floats:
        """Cumulated weights."""
        return np.cumsum(self.weight, axis=1)

    @cached_property
    def mean(self) -> Floats:
        """Weighted mean income."""
        return self.average(self.income)

    @cached_property
    def poor(self) -> Bools:
        """Who is poor."""
        if self.conventions.poor == "weak":
            return np.asarray(self.income <= self.line)
        return np.asarray(self.income < self.line)

    @cached_property
    def gap(self) -> Floats:
        """Poverty gap as a share of the line, 0 for those not poor."""
        return np.where(self.poor, (self.line - self.income) / self.line, 0.0)

    def average(self, values: Floats) -> Floats:
        """Return the weighted mean of `values` (rows, or replicates x rows), by replicate."""
        # not a matrix product: the threads of BLAS wait on a busy machine, and this sum is pairwise, hence
        # exactly the sum of weights where all values are one
        return np.asarray((self.weight * values).sum(axis=1) / self.total)

    def quantile(self, share: float, weight: Floats | None = None) -> Floats:
        """Return the quantile of income at `share`, by replicate."""
        cumulated = self.cumulated if weight is None else np.cumsum(weight, axis=1)
        if not cumulated.shape[1]:
            return np.full(len(cumulated), np.nan)
        total = cumulated[:, -1]
        target = share * total
        position = np.minimum(
            (cumulated < (target - _REACHED_TOLERANCE * total)[:, None]).sum(axis=1), len(self.income) - 1
        )
        value = self.income[position]
        if self.conventions.quantile == "midpoint":
            reached = np.take_along_axis(cumulated, position[:, None], axis=1)[:, 0]
            above = np.minimum(
                (cumulated <= (target + _REACHED_TOLERANCE * total)[:, None]).sum(axis=1), len(self.income) - 1
            )
            exact = np.abs(reached - target) <= _REACHED_TOLERANCE * total
            value = np.where(exact, (value + self.income[above]) / 2, value)
        return np.where(total > 0, value, np.nan)

    @cached_property
    def bandwidth(self) -> float:
        """Bandwidth of the density: standard deviation x (sum of weights)^(-1/5), as R convey."""
        weight = self.weight[0]
        mean = float(self.mean[0])
        variance = float((weight * (self.income - mean) ** 2).sum()) / float(self.total[0])
        return float(np.sqrt(variance) / float(self.total[0]) ** 0.2)

    def density(self, at: float, values: Floats | None = None) -> float:
        """Return the density of income at a point (Gaussian kernel), weighted by `values` if given."""
        h = self.bandwidth
        if not h > 0:
            return float("nan")
        first, last = np.searchsorted(self.income, [at - 9.5 * h, at + 9.5 * h])  # beyond, less than 1e-19 of the top
        near = slice(first, last)
        kernel = np.exp(-(((at - self.income[near]) / h) ** 2) / 2) / np.sqrt(2 * np.pi)
        weighted = (kernel * (self.weight[0, near] if values is None else self.weight[0, near] * values[near])).sum()
        return np.float64(weighted / (self.total[0] * h))  # not a float: 0 must divide to infinity, not raise

    @cached_property
    def points(self) -> tuple[Ints, Ints]:
        """First row of each different income, and the number of the different income of each row."""
        new = np.ones(len(self.income), dtype=bool)
        new[1:] = self.income[1:] != self.income[:-1]
        return np.flatnonzero(new), np.cumsum(new) - 1

    def with_line(self, line: Floats) -> SortedDomain:
        """Return the same rows against another line."""
        return replace(self, line=line)
