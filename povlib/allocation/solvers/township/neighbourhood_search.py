"""Local search for a township: exact searches over a few nearly tied households at a time.

Responsible for preparing the options that can still help (reduced cost below the present gap),
the first rounding of the relaxation, and the search itself, counted in nodes. Not responsible
for proofs: what it finds is checked again in integers, like any other plan.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, exact_sum
from povlib.allocation.solvers.township.relaxation import FundRows, Relaxation
from povlib.allocation.solvers.township.restricted_programs import broken_rows
from povlib.arrays import Ints

if TYPE_CHECKING:
    from povlib.allocation.solvers.township.neighbourhood_loops import DrawingOrder, OptionArrays

#: groups searched at a time and nodes spent on them, round after round: many shallow searches over more
#: groups find more than few deep ones over less
PARTS = ((10, 500), (14, 1000), (8, 200), (12, 1000))
#: a short round first: each gain shortens the lists of options of the next
FIRST_ROUND_NODES, QUICK_ROUNDS, _DOUBLINGS = 50_000, 16, 5
#: the loss a forced change may bring at first, in multiples of the mean reduced cost of second options
FORCED_LOSS = 10.0
#: groups searched at a time, choices listed of each half, parts a round
JOINS = ((8, 500, 60), (12, 2000, 10), (14, 4000, 6), (16, 8000, 4))
#: groups below which two halves are too small to be worth joining
_LEAST_JOIN = 4
#: a node of the tree costs about as much as this many of a depth-first search; a step of the lists counts as one
_JOIN_NODES = 4
#: nodes of the exact search over the split groups and a few near ties: 5 ms of a first plan of 33 ms
_ROUNDING_NODES = 200_000
#: of the groups drawn: any number does, the same one gives the same plan everywhere
_SEED = 2016
#: packages times rows of the one dense matrix that the loops read: 160 MB, far above a township of 400 households
MOST_CELLS = 2 * 10**7
_options_of_relaxation: WeakKeyDictionary[Relaxation, SortedOptions] = WeakKeyDictionary()


@dataclass(eq=False)
class SortedOptions:
    """Options of every group, sorted by reduced cost, as the loops read them."""

    row: Ints
    first: Ints
    last: Ints
    loss: npt.NDArray[np.float64]
    value: Ints
    use: Ints
    price: npt.NDArray[np.float64]
    capacity: Ints
    bound: float
    heat: float

    @property
    def second(self) -> npt.NDArray[np.float64]:
        """Reduced cost of each group's second option; infinite where it has one only."""
        several = self.last - self.first > 1
        return np.where(several, self.loss[np.minimum(self.first + 1, len(self.loss) - 1)], np.inf)

    @property
    def arrays(self) -> OptionArrays:
        """What the compiled loops read."""
        from povlib.allocation.solvers.township.neighbourhood_loops import OptionArrays

        return OptionArrays(self.first, self.last, self.loss, self.value, self.use, self.price)

    def within(self, width: float, also: Ints) -> SortedOptions:
        """Return the options of reduced cost at most `width`, and those in `also` (package rows)."""
        keep = self.loss <= width
        own = self.place(also)
        keep[own[own >= 0]] = True
        before = np.append(0, np.cumsum(keep))
        return replace(
            self,
            row=self.row[keep],
            first=before[self.first],
            last=before[self.last],
            loss=self.loss[keep],
            value=self.value[keep],
            use=self.use[keep],
        )

    def place(self, rows: Ints) -> Ints:
        """Return where chosen package rows stand among the options; -1 where they do not."""
        at = np.full(int(self.row.max()) + 1 if len(self.row) else 1, -1, dtype=np.int64)
        at[self.row] = np.arange(len(self.row))
        return np.asarray(at[rows], dtype=np.int64)


def dense_rows(problem: Problem, funds: FundRows) -> tuple[Ints, Ints]:
    """Return uses (package row x row of the model) and capacities."""
    parts = [problem.use.toarray(), *(demand[:, None] for demand in funds.demand)]
    use = np.ascontiguousarray(np.hstack(parts), dtype=np.int64)
    return use, np.concatenate([problem.capacity, np.array(funds.budget, dtype=np.int64)])


def options_within(problem: Problem, relaxed: Relaxation, width: float, also: Ints) -> SortedOptions:
    """Return packages of reduced cost at most `width` micro-persons, and those in `also`."""
    states = len(relaxed.funds.states)
    found = _options_of_relaxation.get(relaxed)
    if found is None or len(found.price) != len(problem.capacity) + states:
        found = _options_of_relaxation[relaxed] = every_option(problem, relaxed)
    return found if np.isinf(width) else found.within(width, also)


def every_option(problem: Problem, relaxed: Relaxation) -> SortedOptions:
    """Return every allowed package of every group, sorted by reduced cost.

    Reduced costs are those of the rows in the model (sets of funds by their own prices), so that
    bound - value is exactly the sum of reduced costs and of what is left of each row at its price.
    """
    use, capacity = dense_rows(problem, relaxed.funds)
    price = np.zeros(len(capacity))  # sets of funds added since have none
    price[: len(relaxed.row_prices)] = relaxed.row_prices / UNITS_PER_MICRO
    value = problem.value + problem.bonus
    line = np.where(problem.allowed, value - use @ price, -np.inf)
    best = np.maximum.reduceat(line, problem.start[:-1])
    loss = best[problem.group] - line
    rank = np.empty(len(loss), dtype=np.int64)
    rank[problem.order] = np.arange(len(loss))
    rows = np.lexsort((rank, loss, problem.group))
    rows = rows[np.isfinite(loss[rows])]
    group = problem.group[rows]
    found = SortedOptions(
        row=rows,
        first=np.searchsorted(group, np.arange(problem.groups)).astype(np.int64),
        last=np.searchsorted(group, np.arange(problem.groups), side="right").astype(np.int64),
        loss=loss[rows],
        value=value[rows],
        use=use[rows],
        price=price,
        capacity=capacity,
        bound=float(best.sum() + price @ capacity),
        heat=0.0,
    )
    tied = found.second[np.isfinite(found.second)]
    return replace(found, heat=FORCED_LOSS * float(tied.mean())) if len(tied) else found


def fits_dense_matrix(problem: Problem, funds: FundRows) -> bool:
    """Say whether the township fits the one dense matrix that the loops read."""
    return len(problem.value) * (len(problem.capacity) + len(funds.demand)) <= MOST_CELLS


def rounded_plan(problem: Problem, relaxed: Relaxation, base: Ints) -> tuple[Ints | None, int]:
    """Round the relaxation by searching split groups and near ties: the plan (None when none fits), and nodes."""
    from povlib.allocation.solvers.township.neighbourhood_loops import search_part

    found = options_within(problem, relaxed, np.inf, base)
    chosen = found.place(base)
    split = relaxed.x[base] < 1 - 1e-6
    order = np.lexsort((problem.group_rank, found.second, ~split))
    nodes = 0
    for extra in (2, 6, 10):
        members = order[: int(split.sum()) + extra].astype(np.int64)
        if not len(members):
            break
        others = np.delete(chosen, members)
        slack = found.capacity - found.use[others].sum(axis=0)
        every = np.arange(len(slack), dtype=np.int64)
        part = np.full(len(members), -1, dtype=np.int64)
        tried, good, _ = search_part(
            members, found.arrays, every, slack, part, _ROUNDING_NODES, -1, -(2**62), np.inf,
        )  # fmt: skip
        nodes += tried
        if good:
            rows = base.copy()
            rows[members] = found.row[part]
            return (_nearest_to_last_plan(problem, relaxed, rows) if problem.bonus.any() else rows), nodes
    return None, nodes


def _nearest_to_last_plan(problem: Problem, relaxed: Relaxation, rows: Ints) -> Ints:
    """Let one round decide between plans of equal value by what keeps the last plan's choices."""
    every = options_within(problem, relaxed, np.inf, rows)
    cost = every.bound - exact_sum(every.value[every.place(rows)])
    found = every.within(cost, rows)
    order = _groups_with_choice(problem, found)
    if not len(order):
        return rows
    walk = _SearchRound(found, _drawing_order(_village_of_group(problem), order), found.place(rows), -np.inf, cost)
    better = walk.parts(0, FIRST_ROUND_NODES)[1]
    return better if relaxed.funds.pays(better) else rows


def _groups_with_choice(problem: Problem, found: SortedOptions) -> Ints:
    """Return the groups with a choice, those nearly tied first."""
    order = np.lexsort((problem.group_rank, found.second))
    return order[np.isfinite(found.second[order])].astype(np.int64)


def improved_plan(
    problem: Problem, relaxed: Relaxation, rows: Ints, goal: float, budget: int, deadline: float
) -> tuple[Ints, int]:
    """Search parts until `goal` micro-persons are left or `budget` is spent; return the plan and the nodes spent.

    The clock is only a safety: a search that meets its deadline is reported as stopped by it.
    """
    nodes, round_ = 0, 0
    village = _village_of_group(problem)
    while nodes < budget and time.monotonic() < deadline:
        cost = relaxed.bound / UNITS_PER_MICRO - exact_sum(problem.value[rows])
        if cost <= goal:
            break
        found = options_within(problem, relaxed, cost, rows)
        order = _groups_with_choice(problem, found)
        if not len(order):
            break
        spare = found.bound - relaxed.bound / UNITS_PER_MICRO
        walk = _SearchRound(found, _drawing_order(village, order), found.place(rows), goal + spare, cost + spare)
        # small parts are quick and come first; without the larger ones the practice township's search took three times
        # the nodes to the same gap
        if round_ < QUICK_ROUNDS or round_ % 2 == 0 or len(order) < _LEAST_JOIN:
            tried, better = walk.parts(round_, budget - nodes)
        else:
            tried, better = walk.joins(round_, *JOINS[round_ // 2 % len(JOINS)])
        nodes += tried
        round_ += 1
        if not np.array_equal(better, rows):
            assert not broken_rows(problem, relaxed.funds, better)
            if relaxed.funds.pays(better):
                rows = better
    return rows, nodes


@dataclass(eq=False)
class _SearchRound:
    """One round of the search from one plan: what the loops read, and the plan they may change."""

    found: SortedOptions
    drawing: DrawingOrder
    chosen: Ints
    goal: float
    cost: float

    def parts(self, round_: int, budget: int) -> tuple[int, Ints]:
        """Search many parts of a few groups; returns nodes and the best rows."""
        from povlib.allocation.solvers.township.neighbourhood_loops import WalkLimits, improve_by_parts

        o, best = self.found, self.chosen.copy()
        size, limit = PARTS[round_ % len(PARTS)]
        share = min(budget, FIRST_ROUND_NODES << min(round_ // 2, _DOUBLINGS))
        slack = o.capacity - o.use[self.chosen].sum(axis=0)
        limits = WalkLimits(size, _SEED + round_, share, limit, self.goal, self.cost, o.heat)
        tried, _ = improve_by_parts(self.drawing, o.arrays, slack, self.chosen, best, limits)
        return tried, np.asarray(o.row[best], dtype=np.int64)

    def joins(self, round_: int, size: int, most: int, rounds: int) -> tuple[int, Ints]:
        """Search a few large parts by joining two lists of up to `most` choices; return the effort and the plan."""
        from povlib.allocation.solvers.township.neighbourhood_joins import improve_by_joins
        from povlib.allocation.solvers.township.neighbourhood_loops import WalkLimits

        o, best = self.found, self.chosen.copy()
        slack = o.capacity - o.use[self.chosen].sum(axis=0)
        size = min(size, len(self.drawing.order))
        limits = WalkLimits(size, _SEED + round_, rounds, most, self.goal, self.cost, o.heat)
        tried, _ = improve_by_joins(self.drawing, o.arrays, slack, self.chosen, best, limits)
        return _JOIN_NODES * tried, np.asarray(o.row[best], dtype=np.int64)


def _village_of_group(problem: Problem) -> Ints:
    """Return each group's village as a number; all facilities are one."""
    names = np.concatenate([problem.village.astype(str), np.full(problem.groups - problem.households, "")])
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def _drawing_order(village: Ints, order: Ints) -> DrawingOrder:
    """Return the groups of `order`, each group's village, and the groups of `order` listed by village."""
    from povlib.allocation.solvers.township.neighbourhood_loops import DrawingOrder

    local = order[np.argsort(village[order], kind="stable")]
    start = np.searchsorted(village[local], np.arange(village.max() + 2)).astype(np.int64)
    return DrawingOrder(order, village, start, local)
