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
from povlib.poverty.measurement.survey_design import sums_by_code


@dataclass(frozen=True)
class LinearisedEstimate:
    """Estimate of one index in one domain, with what its variance needs."""

    estimate: float
    rows: Ints
    influence: Floats
    line: PovertyLine | None
    slope: float
    line_rows: Ints
    clusters: int
    strata: int


def linearised_estimate(problem: MeasurementInput, which: Index, code: int) -> LinearisedEstimate:
    """Estimate one index in one domain."""
    sample, rows = problem.sorted_domain(which, code)
    _refuse_nonpositive(problem, which, code, rows)
    nothing = np.zeros(0, dtype=np.int64)
    if not (len(rows) and sample.weight.sum() > 0) or np.isnan(sample.line).any():
        return LinearisedEstimate(np.nan, rows[:0], np.zeros(0), None, 0.0, nothing, 0, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(which.estimate(sample)[0])
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
    return LinearisedEstimate(value, rows, influence, line, slope, source, len(cells.clusters), cells.strata_count)


def _refuse_nonpositive(problem: MeasurementInput, which: Index, code: int, rows: Ints) -> None:
    dropped = len(problem.slices[code]) - len(rows)
    if which.positive and dropped and problem.conventions.nonpositive == "refuse":
        raise DataError("{n} incomes are not above zero, and {key} is not defined there", n=dropped, key=which.key)


def linearised_variance(problem: MeasurementInput, result: LinearisedEstimate, keep: bool) -> tuple[float, Floats]:
    """Return the variance of one estimate, by the clusters its influence touches."""
    design = problem.design
    # the short way touches only the clusters of this domain; a line estimated elsewhere touches others too
    if result.line is None and not keep and len(result.rows):
        cells = problem.cluster_membership(result.rows)
        total = sums_by_code(cells.at, design.weight[result.rows] * result.influence, len(cells.clusters))
        strata = cells.strata
    else:
        total = design.cluster_totals(result.influence, result.rows)
        if result.line is not None:
            rows = result.line_rows
            total = total + result.slope * design.cluster_totals(result.line.influence[rows], rows)
        strata = design.stratum
    squares, sums = sums_by_code(strata, total**2, design.strata), sums_by_code(strata, total, design.strata)
    grand = np.array([total.sum()])
    return float(design.variance(squares[None, :], sums[None, :], grand)[0]), total
