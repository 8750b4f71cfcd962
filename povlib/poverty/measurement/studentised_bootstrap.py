"""Bootstrap-t: intervals for estimates whose error moves with the estimate.

Responsible for the quantiles of (replicate - estimate) / its own error. Not responsible for drawing
replicates (`.replication`) or for the error formula (`.linearisation`).

Source: Efron and Tibshirani (1993), chapter 12; with the rescaled bootstrap of Rao and Wu (1988).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from povlib.arrays import Floats
from povlib.errors import DataError
from povlib.poverty.measurement.indices import Index
from povlib.poverty.measurement.linearisation import linearised_estimate
from povlib.poverty.measurement.measurement_input import MeasurementInput
from povlib.poverty.measurement.poverty_line import PovertyLine, line_by_group
from povlib.poverty.measurement.replication import Replicates, bootstrap_factors, collapse_rows
from povlib.poverty.measurement.survey_design import sums_by_code


def studentised_quantiles(
    problem: MeasurementInput, wanted: Sequence[Index], how: Replicates, replicates: Floats, level: float
) -> tuple[Floats, Floats]:
    """Return the lower and the upper quantile of the studentised replicates, measure by measure and domain.

    Parameters
    ----------
    problem, wanted, how : as drawn
    replicates : array (replicates x measures x domains)
        Estimates under the same draws.
    level : float

    Raises
    ------
    DataError
        If a stratum has fewer than three clusters: a draw of n - 1 of them then has no spread.
    """
    sizes = problem.design.sizes
    if not np.allclose(problem.design.scale, sizes / np.maximum(sizes - 1, 1)):
        raise DataError("a bootstrap-t knows no sampled fractions", where="fraction")
    if (sizes < 3).any():
        raise DataError("a bootstrap-t needs three clusters or more in each stratum")
    small = collapse_rows(problem).problem
    estimates = np.array(
        [[linearised_estimate(small, which, d).estimate for d in range(len(small.domains))] for which in wanted]
    )
    errors: list[Floats] = []
    for factors in bootstrap_factors(problem.design, how):
        errors.extend(_replicate_errors(small, wanted, factor) for factor in factors)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (replicates - estimates) / np.stack(errors)
    ratio = np.where(np.isfinite(ratio), ratio, np.nan)
    tails = [(1 - level) / 2, (1 + level) / 2]
    known = np.isfinite(ratio).any(axis=0)
    low, high = np.nanquantile(np.where(known, ratio, 0.0), tails, axis=0)
    return np.where(known, low, np.nan).ravel(), np.where(known, high, np.nan).ravel()


def _replicate_errors(small: MeasurementInput, wanted: Sequence[Index], factor: Floats) -> Floats:
    """Return the linearised error of every estimate in one replicate (measures x domains)."""
    design = small.design
    weight = design.weight * factor[design.cluster]
    drawn = replace(small, design=replace(design, weight=weight), samples={}, memberships={})
    drawn = replace(
        drawn, fixed=_reestimated_line(drawn, drawn.fixed), relative=_reestimated_line(drawn, drawn.relative)
    )
    sizes = design.sizes[design.stratum]
    times = factor * (sizes - 1) / sizes  # how often the cluster was drawn
    draws = design.sizes - 1
    result = np.full((len(wanted), len(small.domains)), np.nan)
    for m, which in enumerate(wanted):
        for d in range(len(small.domains)):
            made = linearised_estimate(drawn, which, d)
            total = sums_by_code(design.cluster[made.rows], weight[made.rows] * made.influence, design.clusters)
            if made.line is not None:
                rows = made.line_rows
                part = sums_by_code(design.cluster[rows], weight[rows] * made.line.influence[rows], design.clusters)
                total = total + made.slope * part
            squares = np.where(times > 0, total**2 / np.where(times > 0, times, 1.0), 0.0)
            within = sums_by_code(design.stratum, squares, design.strata)
            within = within - sums_by_code(design.stratum, total, design.strata) ** 2 / draws
            result[m, d] = np.sqrt(max(float((within * draws / (draws - 1)).sum()), 0.0))
    return result


def _reestimated_line(problem: MeasurementInput, line: PovertyLine | None) -> PovertyLine | None:
    """Return the line under the replicate's weights if it is relative; else as it is, None included."""
    if line is None or line.relative is None:
        return line
    order = np.argsort(problem.income, kind="stable")
    amount, influence = line_by_group(
        line.relative, line.group, problem.income, problem.design.weight, order, problem.conventions
    )
    return PovertyLine(amount, line.relative, line.group, influence)
