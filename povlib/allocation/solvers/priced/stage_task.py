"""One stage of a problem as the price method works on it: its rows, sets of funds among them, and what was found.

Responsible for the rows that prices are sought for, and for prices as they are posted. Not responsible for finding
prices (`common_prices`) nor whole choices (`core_plans`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.sparse_matrices import Sparse, csr, side_by_side
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, Prices
from povlib.allocation.solvers.priced.dual_bound import PriceBound
from povlib.allocation.solvers.priced.lbfgs import Curvature
from povlib.allocation.solvers.priced.price_store import PriceStore, store_of
from povlib.allocation.solvers.township.relaxation import MOST_SIFTED, FundRows, relax
from povlib.allocation.solvers.township.search_clock import SearchClock
from povlib.arrays import Floats, Ints
from povlib.errors import UnfinishedRelaxationError


@dataclass(eq=False)
class StageTask:
    """One stage of a problem on its way: its rows, and what was found so far.

    Attributes
    ----------
    use, capacity
        Of the rows that prices are sought for: resources, then sets of funds.
    value : int64
        Micro-persons of each package, the bonus of the last plan within.
    more : float
        Effort allowed, as a multiple of the usual one.
    known : Curvature
        What steps along slopes have learnt, carried on from sample to sample.
    unfinished : int
        Relaxations that did not end in time.
    relaxed : float, optional
        Prices of the relaxation that told which sets of funds are rows.
    """

    problem: Problem
    funds: FundRows
    use: Sparse
    capacity: Ints
    value: Ints
    store: PriceStore
    clock: SearchClock
    more: float = 1.0
    known: Curvature = field(default_factory=list)
    passes: int = 0
    nodes: int = 0
    late: bool = False
    unfinished: int = 0
    relaxed: Floats | None = None

    @property
    def left_s(self) -> float:
        """Seconds left, never less than a little."""
        return max(self.clock.wall_left_s, 1.0)


def stage_task(problem: Problem, funds: FundRows, clock: SearchClock, more: float) -> StageTask:
    """Return one stage of a problem as the price method takes it, budgets of funds as further rows.

    Parameters
    ----------
    more : float
        Effort allowed, as a multiple of the usual one.
    """
    prices, unfinished = None, 0
    if funds.tree is not None:
        prices, unfinished = prices_of_relaxation(problem, funds, max(clock.wall_left_s, 1.0))
    use, capacity = problem.use, problem.capacity
    if funds.demand:
        use = side_by_side([use, csr(np.stack(funds.demand, axis=1))])
        capacity = np.concatenate([capacity, np.array(funds.budget, dtype=np.int64)])
    value = problem.value + problem.bonus
    store = store_of(value, use, capacity, problem.start, village_numbers(problem), problem.allowed)
    return StageTask(
        problem, funds, use, capacity, value, store, clock, more, unfinished=unfinished, relaxed=prices
    )  # fmt: skip


def prices_of_relaxation(problem: Problem, funds: FundRows, left_s: float) -> tuple[Floats | None, int]:
    """Return the prices of rows in the relaxation, where sets of funds make them hang together; None elsewhere.

    The bound is flat along prices that a fund and its sets can exchange: steps along slopes stall far from
    the optimum there (1 % of the value at 4,000 households), a small linear program does not. Sets of funds that it
    breaks are rows afterwards. The second answer counts relaxations that did not end in time.
    """
    if not funds.demand or not 0 < len(problem.value) <= MOST_SIFTED:
        return None, 0
    try:
        # half of what is left: where it does not end, the steps along slopes need the other half
        relaxed = relax(problem, left_s / 2, funds)
    except UnfinishedRelaxationError:
        return None, 1
    return (None if relaxed is None else np.maximum(relaxed.row_prices / UNITS_PER_MICRO, 0.0)), 0


def village_numbers(problem: Problem) -> Ints:
    """Return the village number of every group; facilities form one of their own."""
    names = problem.village
    if names.dtype == object:
        names = names.astype(str)
    known, inverse = np.unique(names, return_inverse=True)
    more = np.full(problem.groups - problem.households, len(known))
    return np.concatenate([inverse, more]).astype(np.int64)


def least_plan_value(store: PriceStore) -> float:
    """Return what every plan is worth at least, less room for rounding."""
    lowest = np.minimum.reduceat(store.value, store.begin[store.entry[:-1]])
    return float(lowest.sum()) - 1e-6 * float(np.abs(lowest).sum()) - 1e6


def greatest_plan_value(store: PriceStore) -> float:
    """Return what no plan is worth more than, in micro-persons: everybody's best package, were everything free."""
    return max(float(np.maximum.reduceat(store.value, store.begin[store.entry[:-1]]).sum()), 1e6)


def row_prices(task: StageTask, found: PriceBound) -> Floats:
    """Return the price of every row (resources, then sets of funds) in micro-persons."""
    price = np.zeros(len(task.capacity))
    price[task.store.common] = found.common
    has = task.store.slot >= 0
    price[task.store.slot[has]] = found.local[has]
    return price


def posted_prices(task: StageTask, found: PriceBound) -> Prices:
    """Return whole-number prices of every row and fund."""
    price = row_prices(task, found)
    rows = len(task.problem.capacity)
    fund, child = task.funds.posted(price[rows:] / 1000)
    return Prices(np.rint(np.maximum(price[:rows], 0.0) * UNITS_PER_MICRO).astype(np.int64), fund, child)
