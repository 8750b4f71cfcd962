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
    csr,
    diagonal_matrix,
    side_by_side,
)
from povlib.arrays import Bools, Floats, Ints
from povlib.linear_programs import quiet_highs

#: micro-persons in a point, the unit of the solver's objective: keeps its numbers near one
POINT = 1000.0
#: rounds of subgradients from nothing, and from prices that are nearly right; first steps as parts of what choosing is
#: worth a household. At 5,000 households 160 rounds take 0.2 s and end 0.05 % above the optimum, 400 rounds 0.02 %.
#: At 200,000, from prices of a fourth of them, the programs after 20 rounds took 440 s with 655,000 packages, after 160
#: 125 s with 406,000
COLD_ROUNDS, WARM_ROUNDS, COLD_STEP, WARM_STEP = 160, 160, 0.1, 0.002
#: packages in the small program beside each household's best, for each household: 1.2 took 1.6 s, 0.5 took 1.1 s
PACKAGES_A_HOUSEHOLD = 0.5
#: of all households, so few that miss a package that all of theirs are kept
FEW_MISS = 0.002
#: of the columns there are: so many more, and the program is solved from nothing, as the first is. At 20,000 households
#: 7 % more took 1.6 s from nothing and 3 s from the optimum before, 1 % more 1.5 and 0.4 s
MANY_MORE = 0.03
#: HiGHS's names of the dual and the primal simplex method
_DUAL, _PRIMAL = 1, 4
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
    wide, program = PACKAGES_A_HOUSEHOLD, None
    for _ in range(MOST_PROGRAMS):
        base = _keep_nearest(columns, kept, price, wide)
        program = program or _SmallProgram(columns, base)
        if not program.solved_with(np.flatnonzero(kept)):
            if kept.all():
                return None
            wide, program = wide * 4.0, None
            continue
        price = program.price
        line = columns.lines(price)
        best = columns.best(line)
        missed = best - columns.best(np.where(kept, line, -np.inf)) > MISSED_POINTS
        if not missed.any():
            taken, weight = program.taken()
            bound = float(best.sum() + (price * columns.limit).sum())
            return RelaxedColumns(price * scale, bound, taken, weight, program.iterations)
        if missed.mean() <= FEW_MISS:
            # the last few miss one package after the other, by prices of rows that few use: all of theirs are kept
            kept |= missed[columns.home]
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


class _SmallProgram:
    """The program over some packages as changes against one of each household; it grows, and goes on from its optimum.

    Parameters
    ----------
    base : int64 (H,)
        Package of each household that the changes are against: it has what weight the others leave.
    """

    def __init__(self, columns: KindColumns, base: Ints) -> None:
        self._columns, self._base = columns, base
        self._packages = np.zeros(0, dtype=np.int64)
        #: of each household its row that holds the weights of its changes to one together; -1 where one bound does it
        self._once = np.full(len(base), -1)
        self._highs = quiet_highs(_LP_OPTIONS)
        left = columns.limit - np.asarray(columns.use[columns.kind[base]].sum(axis=0)).ravel()
        self._add_rows(np.full(len(left), -np.inf), left, csr(np.zeros((len(left), 0))))
        self.price = np.zeros(len(left))
        self.iterations = 0

    def solved_with(self, packages: Ints) -> bool:
        """Return whether the program over these packages beside those it has has an optimum; it holds that then."""
        columns, base = self._columns, self._base
        new = np.setdiff1d(packages[packages != base[columns.home[packages]]], self._packages, assume_unique=True)
        self._hold_to_one(new)
        home = columns.home[new]
        change = csr(columns.use[columns.kind[new]] - columns.use[columns.kind[base[home]]])
        held = np.flatnonzero(self._once[home] >= 0)
        once = csr((np.ones(len(held)), (held, self._once[home[held]])), shape=(len(new), self._rows))
        change.resize((len(new), self._rows))
        own = csr(change + once)
        cost = columns.value[base[home]] - columns.value[new]
        self._highs.addCols(
            len(new), cost, np.zeros(len(new)), np.ones(len(new)), own.nnz,
            own.indptr[:-1].astype(np.int32), own.indices.astype(np.int32), own.data,
        )  # fmt: skip
        # a few more columns leave the optimum feasible, and the primal method goes on from it
        afresh = len(new) > MANY_MORE * len(self._packages)
        if afresh:
            self._highs.clearSolver()
        self._highs.setOptionValue("simplex_strategy", _DUAL if afresh else _PRIMAL)
        self._packages = np.concatenate([self._packages, new])
        self._highs.run()
        if self._highs.modelStatusToString(self._highs.getModelStatus()) != "Optimal":
            return False
        self.iterations += int(self._highs.getInfo().simplex_iteration_count)
        self.price = np.maximum(-np.asarray(self._highs.getSolution().row_dual)[: len(self.price)], 0.0)
        return True

    def taken(self) -> tuple[Ints, Floats]:
        """Return the packages with a weight in the optimum, and their weights."""
        weight = np.clip(np.asarray(self._highs.getSolution().col_value), 0.0, 1.0)
        rest = 1.0 - np.bincount(self._columns.home[self._packages], weight, minlength=len(self._base))
        taken, weights = np.concatenate([self._base, self._packages]), np.concatenate([rest, weight])
        some = weights > 0
        return taken[some], weights[some]

    @property
    def _rows(self) -> int:
        return int(self._highs.getNumRow())

    def _hold_to_one(self, new: Ints) -> None:
        """Add a row for each household that has several changes now and had one or none."""
        homes = self._columns.home
        count = np.bincount(homes[np.concatenate([self._packages, new])], minlength=len(self._base))
        several = np.flatnonzero((count > 1) & (self._once < 0))
        place = np.full(len(self._base), -1)
        place[several] = np.arange(len(several))
        before = np.flatnonzero(place[homes[self._packages]] >= 0)
        rows = csr(
            (np.ones(len(before)), (place[homes[self._packages[before]]], before)),
            shape=(len(several), len(self._packages)),
        )
        self._once[several] = self._rows + np.arange(len(several))
        self._add_rows(np.full(len(several), -np.inf), np.ones(len(several)), rows)

    def _add_rows(self, low: Floats, high: Floats, rows: Sparse) -> None:
        self._highs.addRows(
            len(high), low, high, rows.nnz, rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32),
            rows.data.astype(np.float64),
        )  # fmt: skip
