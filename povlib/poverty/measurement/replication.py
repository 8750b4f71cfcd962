"""Replicate variance: bootstrap, jackknife, or replicate weights that come with the data.

Responsible for drawing replicates of the design and for running indices over many weight sets at once.
Not responsible for linearised errors (`povlib.poverty.measure`).

Sources: Rao and Wu (1988) for the rescaled bootstrap; Wolter (2007) for the stratified jackknife.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib.arrays import Floats, Ints
from povlib.errors import DataError
from povlib.poverty.measurement.frame_columns import checked_number, checked_table, full_column, whole_number
from povlib.poverty.measurement.indices import Index
from povlib.poverty.measurement.measurement_input import MeasurementInput
from povlib.poverty.measurement.poverty_line import PovertyLine, RelativeLine
from povlib.poverty.measurement.sorted_domain import SortedDomain
from povlib.poverty.measurement.survey_design import Design, sums_by_code

REPLICATION_METHODS = ("bootstrap", "jackknife", "given")
# Replicate weights are made and used in blocks, so that memory stays at 40 x rows. A choice, and part of what a seed
# means: the draws come block by block and stratum by stratum, so another size gives other replicates.
_REPLICATES_AT_ONCE = 40


@dataclass(frozen=True)
class Replicates:
    """How replicates are made and put together.

    Parameters
    ----------
    method : {"bootstrap", "jackknife", "given"}
        Rescaled bootstrap of clusters within strata; delete one cluster; weights in the frame.
    count : int
        Number of bootstrap replicates.
    seed : int
        Seed of the bootstrap.
    columns : sequence of str
        Columns of replicate weights ("given").
    scale : float
        Factor (above 0) of the sum of squared deviations from the estimate ("given"): 1/R for balanced
        repeated replication, 1/(R (1 - rho)^2) with Fay's rho, (R - 1)/R for a jackknife.
    studentised : bool
        Bootstrap-t intervals around the linearised error, for heavy-tailed measures (GE(2), Watts, RMPG).
    """

    method: str = "bootstrap"
    count: int = 1000
    seed: int = 0
    columns: Sequence[str] = ()
    scale: float | None = None
    studentised: bool = False

    def __post_init__(self) -> None:
        if self.method not in REPLICATION_METHODS:
            raise DataError("{value} is no way to replicate", allowed=", ".join(REPLICATION_METHODS), value=self.method)
        for name, least in (("count", 2), ("seed", 0)):
            number = whole_number(getattr(self, name))
            if self.method == "bootstrap" and (number is None or number < least):
                raise DataError("a bootstrap needs two replicates or more, and a seed of 0 or more", where=name)
        if self.studentised and self.method != "bootstrap":
            raise DataError("only a bootstrap can be studentised", where="studentised")
        named = len(self.columns) > 0 and not isinstance(self.columns, str)
        if self.method == "given" and not (named and self.scale and checked_number(self.scale, "scale") > 0):
            raise DataError("replicate weights need their columns and a scale above 0", where="columns, scale")

    @property
    def label(self) -> str:
        """The way in words, as shown in the column ``convention``."""
        return "bootstrap-t" if self.studentised else self.method


def replicate_variance(
    problem: MeasurementInput, wanted: Sequence[Index], how: Replicates, frame: pd.DataFrame | None = None
) -> tuple[Floats, Floats]:
    """Return the variance of every estimate, and the replicates.

    Parameters
    ----------
    problem : Problem
    wanted : sequence of Index
    how : Replicates
    frame : DataFrame, optional
        Holds the columns of replicate weights ("given").

    Returns
    -------
    variance : array (measures x domains)
    values : array (replicates x measures x domains)
    """
    if how.method != "given" and problem.design.alone.any() and problem.design.lonely != "certainty":
        raise DataError(
            "replicates take a lonely cluster as drawn for certain",
            where="lonely",
            allowed="lonely = certainty, or errors by linearisation",
        )
    small = collapse_rows(problem)
    parts = [_replicate_estimates(small, wanted, weights) for weights in _replicate_weights(problem, small, how, frame)]
    values = np.concatenate(parts)
    if how.method == "bootstrap":
        # around the mean of the replicates, as survey packages do for a bootstrap
        return np.asarray(values.var(axis=0, ddof=1)), values
    # around the estimate itself, as jackknife and given replicate weights are defined
    centre = np.concatenate([_replicate_estimates(small, wanted, small.problem.design.weight[None, :])])
    squares = (values - centre) ** 2
    factor = _jackknife_scale(problem.design) if how.method == "jackknife" else np.full(len(values), how.scale)
    return np.asarray((squares * factor[:, None, None]).sum(axis=0)), values


@dataclass(frozen=True)
class CollapsedInput:
    """The problem with rows of one cluster, domain, income and line put together."""

    problem: MeasurementInput
    member: Ints  # row of the small problem that each old row went into


def collapse_rows(problem: MeasurementInput) -> CollapsedInput:
    """Put rows together that no index can tell apart: members of one household share its income."""
    lines = [t for t in (problem.fixed, problem.relative) if t is not None]
    keys = [
        problem.income,
        problem.design.cluster,
        problem.domain,
        *(t.amount for t in lines),
        *(t.group for t in lines),
    ]
    # lexsort takes its last key first: income must count most, so that rows stay in its order
    order = np.lexsort(keys[::-1])
    new = np.ones(len(order), dtype=bool)
    if len(order):
        new[1:] = np.any([key[order][1:] != key[order][:-1] for key in keys], axis=0)
    member = np.empty(len(order), dtype=np.int64)
    member[order] = np.cumsum(new) - 1
    first = order[new]
    weight = sums_by_code(member, problem.design.weight, len(first))
    design = replace(problem.design, weight=weight, cluster=problem.design.cluster[first])
    slices = [_unique_rows(member[rows]) for rows in problem.slices]
    small = replace(
        problem,
        income=problem.income[first],
        fixed=_line_of_rows(problem.fixed, first),
        relative=_line_of_rows(problem.relative, first),
        design=design,
        domain=problem.domain[first],
        slices=slices,
        samples={},
    )
    return CollapsedInput(small, member)


def _unique_rows(rows: Ints) -> Ints:
    """Return each row once; rows come in order of income, in which equal ones are neighbours by key."""
    return np.unique(rows)  # small rows are numbered in order of income, so sorting by number sorts by income


def _line_of_rows(line: PovertyLine | None, first: Ints) -> PovertyLine | None:
    if line is None:
        return None
    return PovertyLine(line.amount[first], line.relative, line.group[first], line.influence[first])


def _replicate_weights(
    problem: MeasurementInput, small: CollapsedInput, how: Replicates, frame: pd.DataFrame | None
) -> Iterator[Floats]:
    """Yield replicate weights of the small problem's rows, some replicates at a time."""
    design = small.problem.design
    if how.method == "given":
        if frame is None:
            raise DataError("replicate weights need their columns and a scale above 0", where="columns, scale")
        frame = checked_table(frame, how.columns)
        for name in how.columns:
            column = full_column(frame, name)
            yield sums_by_code(small.member, column, len(design.weight))[None, :]
        return
    for factors in (
        bootstrap_factors(problem.design, how) if how.method == "bootstrap" else _jackknife_factors(problem.design)
    ):
        yield factors[:, design.cluster] * design.weight


def bootstrap_factors(design: Design, how: Replicates) -> Iterator[Floats]:
    """Yield multipliers of clusters: n - 1 draws with replacement of n, rescaled (Rao and Wu 1988)."""
    rng = np.random.default_rng(how.seed)
    order = np.argsort(design.stratum, kind="stable")
    starts = np.concatenate([[0], np.cumsum(design.sizes)[:-1]])
    for begin in range(0, how.count, _REPLICATES_AT_ONCE):
        size = min(_REPLICATES_AT_ONCE, how.count - begin)
        factors = np.ones((size, design.clusters))
        for stratum, (start, n) in enumerate(zip(starts, design.sizes, strict=True)):
            if n < 2:  # a lonely cluster stays in every replicate
                continue
            draws = rng.integers(0, n, size=(size, n - 1)) + (np.arange(size) * n)[:, None]
            # one bincount for all replicates of a stratum: each replicate's draws are shifted into numbers of their own
            counts = np.bincount(draws.ravel(), minlength=size * n).reshape(size, n)
            drawn = counts * (n / (n - 1))
            # finite population (Rao and Wu 1988): the spread of the weights shrinks by the root of 1 - f
            left = design.scale[stratum] * (n - 1) / n
            factors[:, order[start : start + n]] = drawn if abs(left - 1) < 1e-12 else 1 + np.sqrt(left) * (drawn - 1)
        yield factors


def _jackknife_factors(design: Design) -> Iterator[Floats]:
    """Yield multipliers of clusters with one left out at a time."""
    sizes = design.sizes[design.stratum]
    for begin in range(0, design.clusters, _REPLICATES_AT_ONCE):
        left_out = np.arange(begin, min(begin + _REPLICATES_AT_ONCE, design.clusters))
        same = design.stratum[left_out][:, None] == design.stratum[None, :]
        factors = np.where(same, (sizes / np.maximum(sizes - 1, 1))[None, :], 1.0)
        factors[np.arange(len(left_out)), left_out] = np.where(sizes[left_out] > 1, 0.0, 1.0)
        yield factors


def _jackknife_scale(design: Design) -> Floats:
    """Return the factor of each replicate's squared deviation: (n - 1) / n, times 1 - f for a finite population."""
    sizes = design.sizes[design.stratum]
    left = design.scale[design.stratum] * (sizes - 1) / sizes
    return np.asarray(left * (sizes - 1) / sizes, dtype=np.float64)


def _replicate_estimates(small: CollapsedInput, wanted: Sequence[Index], weights: Floats) -> Floats:
    """Return estimates (replicates x measures x domains) under each set of weights."""
    problem = small.problem
    lines = {id(t): _replicate_lines(problem, t, weights) for t in (problem.fixed, problem.relative) if t is not None}
    result = np.full((len(weights), len(wanted), len(problem.domains)), np.nan)
    shared: dict[tuple[bool, int], SortedDomain] = {}
    for code in range(len(problem.domains)):
        shared.clear()
        for m, which in enumerate(wanted):
            line = problem.threshold(which)
            # measures over the same incomes and line share one sorted domain: sorting is most of the time
            key = (which.positive, id(line))
            if key not in shared:
                shared[key] = _reweighted_domain(problem, which, code, weights, lines.get(id(line)))
            if len(shared[key].income):
                with np.errstate(divide="ignore", invalid="ignore"):
                    result[:, m, code] = which.estimate(shared[key])
    return result


def _reweighted_domain(
    problem: MeasurementInput, which: Index, code: int, weights: Floats, lines: Floats | None
) -> SortedDomain:
    base, rows = problem.sorted_domain(which, code)
    line = base.line
    threshold = problem.threshold(which)
    if lines is not None and threshold is not None and len(rows):
        line = lines[:, threshold.group[rows[0]]][:, None]
    return SortedDomain(base.income, weights[:, rows], line, base.conventions)


def _replicate_lines(problem: MeasurementInput, line: PovertyLine, weights: Floats) -> Floats | None:
    """Return the estimated line by replicate and group; None for a fixed line."""
    if not isinstance(line.relative, RelativeLine):
        return None
    groups = int(line.group.max(initial=0)) + 1
    result = np.empty((len(weights), groups))
    for group in range(groups):
        rows = np.flatnonzero((line.group == group) & (problem.design.weight > 0))
        rows = rows[np.argsort(problem.income[rows], kind="stable")]
        sample = SortedDomain(problem.income[rows], weights[:, rows], np.ones((1, 1)), problem.conventions)
        result[:, group] = line.relative.value(sample)
    return result
