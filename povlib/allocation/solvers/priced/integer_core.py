"""The core: candidate packages of nearly tied households, whole capacities left -> whole choices.

Responsible for the last step of the price method, as a function of arrays: a linear program over
the core in the form of changes against the best line (its own prices come back), rounding, and an
integer program (PuLP) over the split households and their nearest ties. What it returns keeps
every capacity in whole numbers. Not responsible for which households are in the core, nor for
what everybody else uses.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from povlib.allocation.problem.sparse_matrices import Sparse, csc, csr, diagonal_matrix, one_under_another
from povlib.allocation.solvers.priced.core_rounding import search_core
from povlib.allocation.solvers.township.restricted_programs import forbid_choice
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.arrays import Bools, Floats, Ints
from povlib.errors import SolverError

#: the solver's objective counts points: 1/1000 person
POINT = 1000.0
#: households beside the split ones in the integer programs, one after the other until one has a plan
PROGRAM_HOUSEHOLDS = (300, 1200)
#: nodes of such a program: one plan is wanted, the local search has done the rest
PROGRAM_NODES = 200
#: effort of the local search
SEARCH_NODES = 1_000_000
#: a household counts as split when its heaviest candidate weighs less than one by more than this
_SPLIT_WEIGHT = 1e-6
#: answers that break a row by rounding are forbidden one by one, so many times at most (a choice)
_MOST_FORBIDDEN_CHOICES = 8
#: a price of the core more than this many times the price outside says the core is too small
STRAINED_PRICE = 3.0


@dataclass(frozen=True, eq=False)
class IntegerCore:
    """Candidate packages of the households of a core.

    Attributes
    ----------
    start : int64 (M+1,)
        Household m has candidates start[m] .. start[m+1]-1.
    value : int64 (K,)
        Micro-persons.
    use : csr int64 (K, R)
        Use of each row in its ``<=`` form.
    capacity : int64 (R,)
        What all households outside the core leave of each row.
    price : float (R,)
        Present prices, in micro-persons a unit.
    """

    start: Ints
    value: Ints
    use: Sparse
    capacity: Ints
    price: Floats

    @property
    def group(self) -> Ints:
        """Household of each candidate."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    def lines(self, price: Floats) -> Floats:
        """Value less what each candidate uses at these prices."""
        return np.asarray(self.value - self.use.astype(np.float64) @ price, dtype=np.float64)

    def used(self, rows: Ints) -> Ints:
        """Return what chosen candidates use of each row."""
        return np.asarray(self.use[rows].sum(axis=0), dtype=np.int64).ravel()

    def part(self, free: Bools, held: Ints, keep: Bools) -> tuple[IntegerCore, Ints]:
        """Return the core of some households, the others held, and its candidates' places here."""
        group = self.group
        rows = np.flatnonzero(free[group] & keep)
        count = np.bincount(group[rows], minlength=len(free))[free]
        start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
        left = self.capacity - self.used(held[~free])
        return IntegerCore(start, self.value[rows], csr(self.use[rows]), left, self.price), rows


@dataclass(frozen=True, eq=False)
class CoreChoice:
    """What the core found.

    Attributes
    ----------
    rows : int64 (M,) or None
        Candidate of each household; None when no whole choice was found.
    price : float (R,) or None
        Prices of the core's linear program; None when it has no solution.
    absorbed : bool
        The core could take up what the prices leave over without straining any row.
    nodes : int
        Effort of the integer programs.
    late : bool
        The clock stopped a program.
    """

    rows: Ints | None
    price: Floats | None
    absorbed: bool
    nodes: int = 0
    late: bool = False


def best_candidates(line: Floats, start: Ints) -> Ints:
    """Return the candidate of greatest line of each household, the first among equals."""
    best = np.maximum.reduceat(line, start[:-1])
    at = np.flatnonzero(line >= np.repeat(best, np.diff(start)))
    return np.asarray(at[np.searchsorted(at, start[:-1])], dtype=np.int64)


def margins(line: Floats, start: Ints, chosen: Ints) -> Floats:
    """Return by how much each household's chosen line beats its other candidates; infinite without any."""
    other = line.copy()
    other[chosen] = -np.inf
    return np.asarray(line[chosen] - np.maximum.reduceat(other, start[:-1]), dtype=np.float64)


def choose_core(
    core: IntegerCore, *, target_micro: float | None = None, nodes: int = SEARCH_NODES, time_limit_s: float = 30.0,
    strict: bool = False,
) -> CoreChoice:  # fmt: skip
    """Choose one candidate for each household of a core within the capacities left.

    Parameters
    ----------
    core : IntegerCore
    target_micro : float, optional
        The search may stop at a choice worth at least this.
    nodes : int
        Effort of the local search; the clock is only a safety.
    strict : bool
        Choose nothing in a core that strains a row.

    Examples
    --------
    >>> use = csr(np.array([[0], [2], [0], [3]]))
    >>> core = IntegerCore(np.array([0, 2, 4]), np.array([0, 5, 0, 6]), use, np.array([4]), np.array([2.0]))
    >>> choose_core(core).rows.tolist()
    [0, 3]
    """
    deadline = time.monotonic() + time_limit_s
    relaxed = _relaxed_core(core, time_limit_s)
    if relaxed is None:
        return CoreChoice(None, None, absorbed=False)
    weight, price = relaxed
    strained = (price > STRAINED_PRICE * core.price) & (price * np.maximum(core.capacity, 1) > POINT) & (core.price > 0)
    absorbed = not strained.any()
    if strict and not absorbed:
        return CoreChoice(None, price, absorbed)
    held, split = heaviest_candidates(core, weight)
    goal = np.inf if target_micro is None else target_micro
    rows, spent = search_core(core.start, core.value, core.use, core.capacity, price, held, split, goal, nodes)
    if rows is not None and (core.used(rows) > core.capacity).any():
        rows = None
    late = False
    if rows is None:
        rows, tried, late = _choice_by_program(core, price, held, split, target_micro, deadline)
        spent += tried
    return CoreChoice(rows, price, absorbed, spent, late)


def _choice_by_program(
    core: IntegerCore, price: Floats, held: Ints, split: Bools, target_micro: float | None, deadline: float
) -> tuple[Ints | None, int, bool]:
    """Solve for split households and near ties: choice (None without), nodes, whether time ran out."""
    line = core.lines(price)
    order = np.lexsort((margins(line, core.start, held), ~split))
    loss = np.repeat(np.maximum.reduceat(line, core.start[:-1]), np.diff(core.start)) - line
    spent = 0
    for extra in PROGRAM_HOUSEHOLDS:
        limit = deadline - time.monotonic()
        if limit <= 0:
            return None, spent, True
        free = np.zeros(len(held), dtype=bool)
        free[order[: int(split.sum()) + extra]] = True
        small, at = core.part(free, held, loss <= _largest_loss_that_matters(core, loss, held, order, extra))
        target = None if target_micro is None else target_micro - float(core.value[held[~free]].sum())
        rows, tried, late = whole_choice(small, target, PROGRAM_NODES, limit)
        spent += tried
        if rows is not None:
            choice = held.copy()
            choice[free] = at[rows]
            return choice, spent, late
        if late or free.all():
            return None, spent, late
    return None, spent, False


def _largest_loss_that_matters(core: IntegerCore, loss: Floats, held: Ints, order: Ints, extra: int) -> float:
    """Return the reduced cost up to which candidates can still matter among the freed households."""
    other = loss.copy()
    other[held] = np.inf
    least = np.minimum.reduceat(other, core.start[:-1])[order[: max(extra, 1)]]
    least = least[np.isfinite(least)]
    return 8.0 * float(least.max(initial=0.0)) + 1.0


def heaviest_candidates(core: IntegerCore, weight: Floats) -> tuple[Ints, Bools]:
    """Return each household's heaviest candidate, and who is split."""
    best = np.maximum.reduceat(weight, core.start[:-1])
    return best_candidates(weight, core.start), np.asarray(best < 1 - _SPLIT_WEIGHT, dtype=bool)


@dataclass(frozen=True, eq=False)
class _CoreChanges:
    """The core as changes against one candidate of each household: far fewer rows and columns."""

    column: Ints
    gain: Floats
    rows: Sparse
    limit: Floats
    scale: Floats
    binding: Ints


def _changes_against(core: IntegerCore, held: Ints) -> _CoreChanges | None:
    """Return the changes against `held`; None when a row cannot be kept by any choice."""
    group = core.group
    moves = np.ones(len(core.value), dtype=bool)
    moves[held] = False
    column = np.flatnonzero(moves)
    change = csr(core.use[column] - core.use[held][group[column]]).astype(np.float64)
    slack = (core.capacity - core.used(held)).astype(np.float64)
    matrix = csc(change)
    low, high = _extreme_changes(matrix, group[column], len(held))
    if (slack < low).any():
        return None
    binding = np.flatnonzero(high > slack)
    kept = csr(matrix[:, binding].T)
    largest = np.asarray(abs(kept).max(axis=1).toarray()).ravel() if kept.shape[1] else np.ones(len(binding))
    scale = 2.0 ** -np.floor(np.log2(np.where(largest > 0, largest, 1.0)))
    one, limit = _one_change_rows(group[column])
    gain = (core.value[column] - core.value[held[group[column]]]) / POINT
    rows = one_under_another([csr(diagonal_matrix(scale) @ kept), one])
    return _CoreChanges(column, gain, rows, np.concatenate([slack[binding] * scale, limit]), scale, binding)


def _extreme_changes(matrix: Sparse, group: Ints, groups: int) -> tuple[Floats, Floats]:
    """Least and greatest change of each row when every household moves as it likes."""
    count = matrix.shape[1]
    column = np.repeat(np.arange(count), np.diff(matrix.indptr))
    key = column * np.int64(groups) + group[matrix.indices]
    order = np.argsort(key, kind="stable")
    key, data = key[order], matrix.data[order]
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.zeros(0, dtype=np.int64)
    low, high = np.zeros(count), np.zeros(count)
    if len(key):
        row = key[first] // groups
        np.add.at(low, row, np.minimum(np.minimum.reduceat(data, first), 0.0))
        np.add.at(high, row, np.maximum(np.maximum.reduceat(data, first), 0.0))
    return low, high


def _one_change_rows(group: Ints) -> tuple[Sparse, Floats]:
    """Return rows that let a household make one change at most, and their limits; single changes need none."""
    count = np.bincount(group) if len(group) else np.zeros(0, dtype=np.int64)
    several = np.flatnonzero(count > 1)
    rank = np.full(len(count), -1)
    rank[several] = np.arange(len(several))
    at = np.flatnonzero(rank[group] >= 0)
    return csr((np.ones(len(at)), (rank[group[at]], at)), shape=(len(several), len(group))), np.ones(len(several))


def _relaxed_core(core: IntegerCore, time_limit_s: float) -> tuple[Floats, Floats] | None:
    """Solve the core's linear program: weight of each candidate, price of each row; None when infeasible."""
    held = best_candidates(core.lines(core.price), core.start)
    weight = np.zeros(len(core.value))
    weight[held] = 1.0
    price = np.zeros(len(core.capacity))
    changes = _changes_against(core, held)
    if changes is None:
        return None
    if not len(changes.binding):
        return weight, price
    a = csc(changes.rows)
    request = {
        "kind": "lp", "c": changes.gain, "b": changes.limit, "upper": np.ones(len(changes.gain)), "equalities": 0,
        "start": a.indptr.astype(np.int32), "index": a.indices.astype(np.int32), "data": a.data,
        "options": {"solver": "simplex", "presolve": "off", "time_limit": time_limit_s},
    }  # fmt: skip
    answer = shared_solver().ask(request, time_limit_s)
    if answer is None or answer["status"] not in ("Optimal", "Infeasible"):
        status = "time" if answer is None else str(answer["status"])
        raise SolverError("the linear relaxation ended with: {status}", status=status)
    if answer["status"] == "Infeasible":
        return None
    weight[changes.column] = np.clip(answer["x"], 0.0, 1.0)
    moved = np.zeros(len(held))
    np.add.at(moved, core.group[changes.column], weight[changes.column])
    weight[held] = np.maximum(1.0 - moved, 0.0)
    own = np.maximum(answer["dual"][: len(changes.binding)], 0.0)
    price[changes.binding] = own * changes.scale * POINT
    return weight, price


def whole_choice(
    core: IntegerCore, target_micro: float | None, nodes: int, time_limit_s: float
) -> tuple[Ints | None, int, bool]:
    """Solve a small core as an integer program (PuLP): candidates (None without), nodes, whether time ran out."""
    held = best_candidates(core.lines(core.price), core.start)
    changes = _changes_against(core, held)
    if changes is None:
        return None, 0, False
    if not len(changes.binding):
        return held, 0, False
    rows = changes.rows
    request: dict[str, Any] = {
        "kind": "mip", "c": changes.gain, "b": changes.limit, "equalities": 0, "start": rows.indptr,
        "index": rows.indices, "data": rows.data,
        "options": {"gapAbs": 1e-4, "mip_max_nodes": nodes, "mip_feasibility_tolerance": 1e-7},
    }  # fmt: skip
    if target_micro is not None:
        request["options"]["objective_target"] = (float(core.value[held].sum()) - target_micro) / POINT
    request["options"]["timeLimit"] = time_limit_s
    spent = 0
    for _ in range(_MOST_FORBIDDEN_CHOICES):
        answer = shared_solver().ask(request, time_limit_s)
        if answer is None:
            return None, spent, True
        spent += int(answer["nodes"])
        late = answer["status"] == "Time limit reached"
        if answer["x"] is None:
            return None, spent, late
        taken = answer["x"] > 0.5
        choice = held.copy()
        choice[core.group[changes.column[taken]]] = changes.column[taken]
        if (core.used(choice) <= core.capacity).all():
            return choice, spent, late
        forbid_choice(request, np.arange(len(taken)), np.where(taken, 1.0, -1.0))
    return None, spent, False
