"""The linear relaxation of one part over kinds of packages.

Responsible for prices that are nearly right (`price_loops`), for small linear programs over the packages near the best
of their household at these prices, and for pricing all others until none is missing (sifting; Bixby, Gregory, Lustig,
Marsten and Shanno 1992). 5,000 households with 168,000 packages and 261 rows take a second. Not responsible for whole
choices, nor for who shares which rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.allocation.parts.compact_form import CompactPart
from povlib.allocation.problem.sparse_matrices import (
    Sparse,
    csc,
    csr,
    diagonal_matrix,
    one_under_another,
    side_by_side,
)
from povlib.arrays import Bools, Floats, Ints
from povlib.linear_programs import quiet_highs

#: micro-persons in a point, the unit of the solver's objective: keeps its numbers near one
POINT = 1000.0
#: rounds of subgradients from nothing, and from prices that are nearly right; first steps as parts of what choosing is
#: worth a household. At 5,000 households 160 rounds take 0.2 s and end 0.05 % above the optimum, 400 rounds 0.02 %
COLD_ROUNDS, WARM_ROUNDS, COLD_STEP, WARM_STEP = 160, 20, 0.1, 0.002
#: packages in the small program beside each household's best, for each household: 1.2 took 1.6 s, 0.5 took 1.1 s
PACKAGES_A_HOUSEHOLD = 0.5
#: small programs before the search gives up; 5 were needed at most
MOST_PROGRAMS = 25
#: points; no package outside the small program is better than this
MISSED_POINTS = 1e-6
_LP_OPTIONS = {"threads": 1, "solver": "simplex", "presolve": "off", "simplex_scale_strategy": 0}


@dataclass(frozen=True, eq=False)
class KindColumns:
    """Packages with their kinds, and the rows that prices are sought for.

    Attributes
    ----------
    start : int64 (H+1,)
    value : float (Q,)
        Points.
    kind : int32 or int64 (Q,)
    use : csr float (K, R)
    limit : float (R,)
    """

    start: Ints
    value: Floats
    kind: npt.NDArray[Any]
    use: Sparse
    limit: Floats

    @cached_property
    def home(self) -> Ints:
        """Household of each package."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    def lines(self, price: Floats) -> Floats:
        """Value of each package less the price of what it uses."""
        return np.asarray(self.value - (self.use @ price)[self.kind], dtype=np.float64)

    def best(self, line: Floats) -> Floats:
        """Return each household's best line."""
        return np.asarray(np.maximum.reduceat(line, self.start[:-1]), dtype=np.float64)

    def bound(self, price: Floats) -> float:
        """Return the bound that prices prove, in points."""
        return float(self.best(self.lines(price)).sum() + (price * self.limit).sum())


@dataclass(frozen=True, eq=False)
class RelaxedColumns:
    """Result: prices in points a unit, their bound in points, and the packages with a weight."""

    price: Floats
    bound: float
    taken: Ints
    weight: Floats
    iterations: int


def columns_of_part(part: CompactPart, limit: Ints, shared: Floats | None = None) -> KindColumns:
    """Return the packages of a part and its own rows, values less the cost of the office's rows at some prices.

    Parameters
    ----------
    shared : float (O,), optional
        Points a unit of each of the office's rows.
    """
    value = part.value / POINT
    if shared is not None:
        value = value - (part.office.astype(np.float64) @ shared)[part.kind]
    return KindColumns(part.start, value, part.kind, part.own.astype(np.float64), limit.astype(np.float64))


def columns_with_office_rows(part: CompactPart, capacity: Floats, limit: Ints) -> KindColumns:
    """Return the packages of a part with the office's rows, then its own."""
    use = side_by_side([part.office, part.own], np.float64)
    return KindColumns(part.start, part.value / POINT, part.kind, use, np.concatenate([capacity, limit]))


def relaxed_columns(given: KindColumns, near: Floats | None = None) -> RelaxedColumns | None:
    """Return the optimum of the relaxation; None where no weights keep every row.

    Parameters
    ----------
    near : float (R,), optional
        Prices that are nearly right, in points a unit.
    """
    from povlib.allocation.parts.price_loops import lower_bound_by_steps

    scale = _row_scales(given.use)
    columns = KindColumns(
        given.start, given.value, given.kind, csr(given.use @ diagonal_matrix(scale)), given.limit * scale
    )
    price = np.zeros(len(scale)) if near is None else near / scale
    use, line = columns.use, columns.value
    spread = float((columns.best(line) + columns.best(-line)).mean())
    largest = np.asarray(abs(use).max(axis=0).toarray()).ravel() if len(scale) else np.zeros(0)
    unit = 1.0 / np.where(largest > 0, largest, 1.0)
    rounds, step = (COLD_ROUNDS, COLD_STEP) if near is None else (WARM_ROUNDS, WARM_STEP)
    lower_bound_by_steps(
        columns.start, columns.value, columns.kind, use.indptr, use.indices, use.data, columns.limit, unit, price,
        rounds, step * spread,
    )  # fmt: skip
    kept = (np.diff(use.indptr) == 0)[columns.kind]  # what uses nothing keeps the small programs feasible
    iterations, wide = 0, PACKAGES_A_HOUSEHOLD
    for _ in range(MOST_PROGRAMS):
        base = _keep_nearest(columns, kept, price, wide)
        own = np.flatnonzero(kept)
        own = own[own != base[columns.home[own]]]
        answer = _small_program(columns, base, own)
        if answer is None:
            if kept.all():
                return None
            wide *= 4.0
            continue
        weight, price, spent = answer
        iterations += spent
        line = columns.lines(price)
        best = columns.best(line)
        missed = best - columns.best(np.where(kept, line, -np.inf))
        if missed.max(initial=0.0) <= MISSED_POINTS:
            rest = 1.0 - np.bincount(columns.home[own], weight, minlength=len(base))
            taken, weights = np.concatenate([base, own]), np.concatenate([rest, weight])
            some = weights > 0
            bound = float(best.sum() + (price * columns.limit).sum())
            return RelaxedColumns(price * scale, bound, taken[some], weights[some], iterations)
    return None


def _row_scales(use: Sparse) -> Floats:
    """Return a power of two for each row that brings its largest use near one."""
    largest = np.asarray(abs(use).max(axis=0).toarray()).ravel() if use.shape[1] else np.zeros(0)
    return np.asarray(2.0 ** -np.floor(np.log2(np.where(largest > 0, largest, 1.0))), dtype=np.float64)


def _keep_nearest(columns: KindColumns, kept: Bools, price: Floats, wide: float) -> Ints:
    """Keep the packages nearest to the best of their household; returns each household's best."""
    line = columns.lines(price)
    loss = columns.best(line)[columns.home] - line
    last = min(int((1 + wide) * (len(columns.start) - 1)), len(loss)) - 1
    kept |= loss <= np.partition(loss, last)[last]
    base = np.zeros(len(columns.start) - 1, dtype=np.int64)
    first = np.flatnonzero(loss == 0.0)[::-1]
    base[columns.home[first]] = first
    kept[base] = True
    return base


def _small_program(columns: KindColumns, base: Ints, own: Ints) -> tuple[Floats, Floats, int] | None:
    """Solve the program over some packages as changes against each household's best: weights, prices, iterations."""
    import highspy

    home = columns.home[own]
    several = np.flatnonzero(np.bincount(home, minlength=len(base)) > 1)
    place = np.full(len(base), -1)
    place[several] = np.arange(len(several))
    at = np.flatnonzero(place[home] >= 0)
    once = csr((np.ones(len(at)), (place[home[at]], at)), shape=(len(several), len(own)))
    kind = columns.kind
    rows = csr((columns.use[kind[own]] - columns.use[kind[base[home]]]).T)
    left = columns.limit - np.asarray(columns.use[kind[base]].sum(axis=0)).ravel()
    a, limit = csc(one_under_another([rows, once])), np.concatenate([left, np.ones(len(several))])
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(own), len(limit)
    model.col_cost_ = columns.value[base[home]] - columns.value[own]
    model.col_lower_, model.col_upper_ = np.zeros(len(own)), np.ones(len(own))
    model.row_lower_, model.row_upper_ = np.full(len(limit), -highspy.kHighsInf), limit
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = a.indptr.astype(np.int32), a.indices.astype(np.int32)
    model.a_matrix_.value_ = a.data
    highs = quiet_highs(_LP_OPTIONS)
    highs.passModel(model)
    highs.run()
    if highs.modelStatusToString(highs.getModelStatus()) != "Optimal":
        return None
    found = highs.getSolution()
    weight = np.clip(np.asarray(found.col_value), 0.0, 1.0)
    price = np.maximum(-np.asarray(found.row_dual)[: len(left)], 0.0)
    return weight, price, int(highs.getInfo().simplex_iteration_count)
