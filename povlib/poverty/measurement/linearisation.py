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
from povlib.poverty.measurement.measurement_input import Problem, line_rows
from povlib.poverty.measurement.poverty_line import Threshold
from povlib.poverty.measurement.survey_design import sums_by


@dataclass(frozen=True)
class Linearised:
    """Estimate of one index in one domain, with what its variance needs."""

    estimate: float
    rows: Ints
    influence: Floats
    line: Threshold | None
    slope: float
    line_rows: Ints
    clusters: int
    strata: int


def in_domain(problem: Problem, which: Index, code: int) -> Linearised:
    """Estimate one index in one domain."""
    sample, rows = problem.sample(which, code)
    _check_positive(problem, which, code, rows)
    nothing = np.zeros(0, dtype=np.int64)
    if not (len(rows) and sample.weight.sum() > 0) or np.isnan(sample.line).any():
        return Linearised(np.nan, rows[:0], np.zeros(0), None, 0.0, nothing, 0, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(which.estimate(sample)[0])
        if problem.design.census:
            influence, slope = np.zeros(len(rows)), 0.0
        else:
            influence = which.influence(sample)
            line = problem.threshold(which)
            estimated = line is not None and line.relative is not None
            slope = which.slope(sample) if which.slope is not None and estimated else 0.0
    line = problem.threshold(which) if slope else None
    source = line_rows(line, rows) if line is not None else nothing
    cells = problem.membership(rows)
    return Linearised(value, rows, influence, line, slope, source, len(cells.clusters), cells.strata_count)


def _check_positive(problem: Problem, which: Index, code: int, rows: Ints) -> None:
    dropped = len(problem.slices[code]) - len(rows)
    if which.positive and dropped and problem.conventions.nonpositive == "refuse":
        raise DataError("{n} incomes are not above zero, and {key} is not defined there", n=dropped, key=which.key)


def variance_of(problem: Problem, result: Linearised, keep: bool) -> tuple[float, Floats]:
    """Return the variance of one estimate, by the clusters its influence touches."""
    design = problem.design
    if result.line is None and not keep and len(result.rows):
        cells = problem.membership(result.rows)
        total = sums_by(cells.at, design.weight[result.rows] * result.influence, len(cells.clusters))
        strata = cells.strata
    else:
        total = design.cluster_totals(result.influence, result.rows)
        if result.line is not None:
            rows = result.line_rows
            total = total + result.slope * design.cluster_totals(result.line.influence[rows], rows)
        strata = design.stratum
    squares, sums = sums_by(strata, total**2, design.strata), sums_by(strata, total, design.strata)
    grand = np.array([total.sum()])
    return float(design.variance(squares[None, :], sums[None, :], grand)[0]), total
