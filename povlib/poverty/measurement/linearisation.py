"""One index in one domain: its value, its influence, and the variance that follows.

Responsible for the step between a prepared problem and a number with a linearised error. Not
responsible for tables (`povlib.poverty.measure`) or formulas (`povlib.poverty.measurement.indices`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints
from povlib.errors import DataError
from povlib.poverty.measurement.indices import Index
from povlib.poverty.measurement.measurement_input import MeasurementInput, rows_of_line
from povlib.poverty.measurement.poverty_line import PovertyLine
from povlib.poverty.measurement.sorted_domain import SortedDomain
from povlib.poverty.measurement.survey_design import sums_by_code

# Why a number is missing: said in the column ``convention`` behind "undefined: ".
NO_ROWS = "nobody is in the domain"
NO_POSITIVE_INCOME = "no income is above zero"
NO_LINE = "no line above zero can be taken"
OUT_OF_RANGE = "it divides by zero or leaves the range of numbers"
EMPTY_DOMAINS = (NO_ROWS, NO_POSITIVE_INCOME, NO_LINE)


@dataclass(frozen=True)
class LinearisedEstimate:
    """Estimate of one index in one domain, with what its variance needs; NaN, with the reason, where there is none."""

    estimate: float
    rows: Ints
    influence: Floats
    line: PovertyLine | None
    slope: float
    line_rows: Ints
    clusters: int
    strata: int
    reason: str = ""


def linearised_estimate(problem: MeasurementInput, which: Index, code: int) -> LinearisedEstimate:
    """Estimate one index in one domain."""
    sample, rows = problem.sorted_domain(which, code)
    _refuse_nonpositive(problem, which, code, rows)
    nothing = np.zeros(0, dtype=np.int64)
    if reason := _reason_undefined(problem, which, code, sample, rows):
        empty = reason in EMPTY_DOMAINS
        cells = problem.cluster_membership(rows[:0] if empty else rows)
        counts = len(cells.clusters), cells.strata_count
        rows = rows[:0] if empty else rows
        return LinearisedEstimate(np.nan, rows, np.zeros(len(rows)), None, 0.0, nothing, *counts, reason)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(which.estimate(sample)[0])
        if not np.isfinite(value):
            value, reason = np.nan, OUT_OF_RANGE
        if problem.design.census:
            # everybody was recorded: there is nothing to sample, and an error of zero is the right one
            influence, slope = np.zeros(len(rows)), 0.0
        else:
            influence = which.influence(sample)
            line = problem.threshold(which)
            estimated = line is not None and line.relative is not None
            # an estimated line moves with the sample: its influence times the index's slope in the line is added
            slope = which.slope(sample) if which.slope is not None and estimated else 0.0
    line = problem.threshold(which) if slope else None
    source = rows_of_line(line, rows) if line is not None else nothing
    cells = problem.cluster_membership(rows)
    counts = len(cells.clusters), cells.strata_count
    return LinearisedEstimate(value, rows, influence, line, slope, source, *counts, reason)


def _reason_undefined(problem: MeasurementInput, which: Index, code: int, sample: SortedDomain, rows: Ints) -> str:
    """Return why an index has no value in a domain, "" if it has one."""
    if not (len(rows) and sample.weight.sum() > 0):
        return NO_POSITIVE_INCOME if which.positive and len(problem.slices[code]) else NO_ROWS
    if np.isnan(sample.line).any():
        return NO_LINE
    return which.undefined(sample)


def _refuse_nonpositive(problem: MeasurementInput, which: Index, code: int, rows: Ints) -> None:
    dropped = len(problem.slices[code]) - len(rows)
    if which.positive and dropped and problem.conventions.nonpositive == "refuse":
        raise DataError("{n} incomes are not above zero, and {key} is not defined there", n=dropped, key=which.key)


def linearised_variance(problem: MeasurementInput, result: LinearisedEstimate, keep: bool) -> tuple[float, Floats]:
    """Return the variance of one estimate, by the clusters its influence touches."""
    design = problem.design
    if result.reason:
        return np.nan, np.full(design.clusters, np.nan)
    # the short way touches only the clusters of this domain; a line estimated elsewhere touches others too
    if result.line is None and not keep and len(result.rows):
        cells = problem.cluster_membership(result.rows)
        total = sums_by_code(cells.at, design.weight[result.rows] * result.influence, len(cells.clusters))
        strata = held = cells.strata
    else:
        total = design.cluster_totals(result.influence, result.rows)
        used = result.rows
        if result.line is not None:
            rows = result.line_rows
            total = total + result.slope * design.cluster_totals(result.line.influence[rows], rows)
            used = np.concatenate([used, rows])
        strata, held = design.stratum, design.stratum[np.unique(design.cluster[used])]
    squares, sums = sums_by_code(strata, total**2, design.strata), sums_by_code(strata, total, design.strata)
    grand = np.array([total.sum()])
    variance = float(design.variance(squares[None, :], sums[None, :], grand, held)[0])
    return variance, total * np.sqrt(design.lonely_factor(held)) if keep else total
