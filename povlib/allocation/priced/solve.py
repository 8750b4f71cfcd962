"""The price method: county to province on one computer.

Responsible for finding common prices by L-BFGS on the dual (first on a sample of whole villages,
then on everything), the prices of each village's own rows by exact coordinate minimisation, a
small core of nearly tied households solved exactly, and a plan checked in integers. Its bound is
the certificate's. Not responsible for data that do not fit into memory.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from povlib.allocation.certificate import UNIT, UNITS_PER_MICRO, Prices, exact_sum, price_bound
from povlib.allocation.exact import DEFAULT_NODES, solve_stage
from povlib.allocation.funds import Bools, Ints
from povlib.allocation.matrices import Sparse, beside, csr
from povlib.allocation.part import part_of
from povlib.allocation.plan import Plan, assemble
from povlib.allocation.problem import MICRO, Problem
from povlib.allocation.relaxation import FundRows, relax
from povlib.allocation.restricted import broken_rows
from povlib.errors import InfeasiblePlanError, ProblemError, SolverError

Floats = npt.NDArray[np.float64]
SAMPLE_HOUSEHOLDS = 30_000
SAMPLE_CALLS, FULL_CALLS = 60, 14
SWEEPS, STEPS = 4, 26
CORE_HOUSEHOLDS, LAST_HOUSEHOLDS = 3000, 150
MOST_COMMON = 300


@dataclass(eq=False)
class Layout:
    """Rows split into common ones and those only one village uses.

    Attributes
    ----------
    common : int64
        Columns (resources, then sets of funds) that households of several villages use.
    use : csr (P, C)
    cap : float (C,)
    local : int (P, L)
        Use of each package's own village rows, by slot.
    slot : int64 (V, L)
        Which column a village's slot is; -1 = none.
    """

    common: Ints
    use: Sparse
    cap: Floats
    local: npt.NDArray[np.int32]
    slot: Ints
    local_cap: Ints
    members: Ints
    first: Ints

    @classmethod
    def of(cls, problem: Problem, funds: FundRows) -> Layout:
        """Find out which rows belong to one village, from the uses themselves."""
        whole = problem.use
        cap = problem.capacity
        if funds.demand:
            whole = beside([whole, csr(np.stack(funds.demand, axis=1))])
            cap = np.concatenate([cap, np.array(funds.budget, dtype=np.int64)])
        village, count = _villages(problem)
        columns = whole.tocoo()
        where = village[problem.group[columns.row]]
        low = np.full(whole.shape[1], count, dtype=np.int64)
        high = np.full(whole.shape[1], -1, dtype=np.int64)
        np.minimum.at(low, columns.col, where)
        np.maximum.at(high, columns.col, where)
        own = low == high
        common = np.flatnonzero(~own)
        slot, local = _slots(columns, own, low, count, whole.shape[0])
        members = np.argsort(village, kind="stable").astype(np.int64)
        return cls(
            common=common,
            use=csr(whole[:, common]).astype(np.float64),
            cap=cap[common].astype(np.float64),
            local=local,
            slot=slot,
            local_cap=np.where(slot >= 0, cap[np.maximum(slot, 0)], 0),
            members=members,
            first=np.searchsorted(village[members], np.arange(count + 1)).astype(np.int64),
        )


def _villages(problem: Problem) -> tuple[Ints, int]:
    """Village number of every group; facilities form one of their own."""
    names, inverse = np.unique(problem.village.astype(str), return_inverse=True)
    more = np.full(problem.groups - problem.households, len(names))
    return np.concatenate([inverse, more]).astype(np.int64), len(names) + (1 if len(more) else 0)


def _slots(columns: Sparse, own: Bools, low: Ints, villages: int, packages: int) -> tuple[Ints, npt.NDArray[np.int32]]:
    mine = np.flatnonzero(own)
    mine = mine[np.lexsort((mine, low[mine]))]
    place = np.arange(len(mine)) - np.searchsorted(low[mine], low[mine])
    width = int(place.max()) + 1 if len(mine) else 0
    slot = np.full((villages, width), -1, dtype=np.int64)
    slot[low[mine], place] = mine
    at = np.full(len(own), -1, dtype=np.int64)
    at[mine] = place
    local = np.zeros((packages, width), dtype=np.int32)
    chosen = own[columns.col]
    if (np.abs(columns.data[chosen]) > 2**31 - 1).any():
        raise ProblemError("a village row is counted in too small a unit for the price method")
    local[columns.row[chosen], at[columns.col[chosen]]] = columns.data[chosen]
    return slot, local


@dataclass(eq=False)
class Dual:
    """The bound as a function of the common prices, in persons."""

    problem: Problem
    layout: Layout
    villages: Ints
    cap: Floats
    top: float
    passes: int = 0
    best: float = np.inf
    best_price: Floats = field(default_factory=lambda: np.zeros(0))
    price: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    kept: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    choice: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    margin: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        layout = self.layout
        self.price = np.zeros(layout.slot.shape)
        groups = self.problem.groups
        self.choice, self.margin = np.zeros(groups, dtype=np.int64), np.zeros(groups)
        sizes = np.diff(layout.first)[self.villages]
        first = np.concatenate([[0], np.cumsum(sizes)])
        members = [layout.members[layout.first[v] : layout.first[v + 1]] for v in self.villages]
        self._members = np.concatenate(members) if members else np.zeros(0, dtype=np.int64)
        self._first = first.astype(np.int64)
        self._rows = _rows_of(self.problem, self._members)
        self._whole = len(self._members) == groups
        self._value = np.where(self.problem.allowed, self.problem.value / MICRO, -1e30)
        self._use = layout.use if self._whole else layout.use[self._rows]

    def __call__(self, common: Floats) -> tuple[float, Floats]:
        """Return bound and slope at common prices (persons per unit)."""
        from povlib.allocation.village_loops import sweep

        self.passes += 1
        score = self._value.copy() if self._whole else self._value
        cost = self._use @ common
        if self._whole:
            score -= cost
        else:
            score = np.full(len(self._value), -1e30)
            score[self._rows] = self._value[self._rows] - cost
        layout, own = self.layout, self.villages
        price = self.price[own]
        total = sweep(
            score, layout.local, layout.local_cap[own], layout.slot[own] >= 0, self._members, self._first,
            self.problem.start, price, self.choice, self.margin, SWEEPS, STEPS, self.top,
        )  # fmt: skip
        self.price[own] = price
        used = np.asarray(layout.use[self.choice[self._members]].sum(axis=0)).ravel()
        bound = total + float(common @ self.cap)
        if bound < self.best:
            self.best, self.best_price, self.kept = bound, common.copy(), self.price.copy()
        return bound, self.cap - used

    def minimise(self, start: Floats, scale: Floats, calls: int) -> Floats:
        """Minimise over common prices >= 0 by L-BFGS-B, each price in its own scale."""
        from scipy.optimize import minimize

        def slope(x: Floats) -> tuple[float, Floats]:
            bound, gradient = self(x * scale)
            return bound, gradient * scale

        if len(start):
            minimize(
                slope, start / scale, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start),
                options={"maxfun": calls, "maxiter": calls, "ftol": 0.0, "gtol": 0.0},
            )  # fmt: skip
        else:
            self(start)
        return self.best_price


def _rows_of(problem: Problem, groups: Ints) -> Ints:
    """Package rows of some groups."""
    sizes = np.diff(problem.start)[groups]
    shift = np.repeat(problem.start[:-1][groups] - (np.cumsum(sizes) - sizes), sizes)
    return np.asarray(np.arange(int(sizes.sum())) + shift, dtype=np.int64)


def _top(problem: Problem) -> float:
    """Return a price of a village row that is surely high: the greatest value at stake in a household."""
    value = np.where(problem.allowed, problem.value, problem.value.min())
    span = np.maximum.reduceat(value, problem.start[:-1]) - np.minimum.reduceat(value, problem.start[:-1])
    return float(span.max(initial=1)) / MICRO


def _scale(layout: Layout, problem: Problem) -> Floats:
    """Size of each common price: total value at stake over capacity."""
    worth = float(np.maximum.reduceat(problem.value, problem.start[:-1]).sum()) / MICRO
    return np.asarray(max(worth, 1.0) / np.maximum(np.abs(layout.cap), 1.0) / max(len(layout.cap), 1), dtype=np.float64)


def solve_priced(
    problem: Problem, *, gap: float, time_limit_s: float, warm_prices: dict[str, float] | None = None
) -> Plan:
    """Solve by prices.

    Raises
    ------
    ProblemError
        If too many rows are common to several villages, or lexicographic stages are asked for.
    SolverError
        If no core gives a plan.
    """
    deadline = time.monotonic() + time_limit_s
    if problem.stages:
        raise ProblemError("the price method has no lexicographic priority: use weights or the exact method")
    funds = FundRows(problem)
    funds.add_all()
    layout = Layout.of(problem, funds)
    if len(layout.common) > MOST_COMMON:
        raise ProblemError(
            "{n} rows are used by several villages, more than the price method takes", n=len(layout.common)
        )
    dual, passes = _prices(problem, layout, warm_prices)
    dual(dual.best_price)
    rows, nodes = _core(problem, funds, dual, gap, deadline)
    prices = _posted(problem, funds, layout, dual.best_price, dual.kept)
    bound = price_bound(problem, prices)
    value = exact_sum(problem.value[rows])
    status = "gap" if bound - value * UNITS_PER_MICRO <= gap * UNIT else "effort"
    return assemble(
        problem, rows, prices, bound, bound / UNITS_PER_MICRO, status=status,
        effort={"passes": passes + dual.passes, "local_nodes": nodes}, method="priced",
    )  # fmt: skip


def _prices(problem: Problem, layout: Layout, warm: dict[str, float] | None) -> tuple[Dual, int]:
    """Minimise on a sample of whole villages, then on everything."""
    villages = np.arange(len(layout.first) - 1)
    scale, top = _scale(layout, problem), _top(problem)
    start, passes = scale.copy(), 0
    if warm is not None:
        names = problem.rows["row"].astype(str).to_numpy()
        known = [warm.get(names[c], 0.0) if c < len(names) else 0.0 for c in layout.common]
        start = np.array(known, dtype=np.float64)
    elif problem.groups > 2 * SAMPLE_HOUSEHOLDS:
        step = max(1, problem.groups // SAMPLE_HOUSEHOLDS)
        some = villages[step // 2 :: step]
        size = int(np.diff(layout.first)[some].sum())
        sample = Dual(problem, layout, some, layout.cap * size / problem.groups, top)
        start = sample.minimise(start, scale, SAMPLE_CALLS)
        passes = 0 if not len(some) else 1
    dual = Dual(problem, layout, villages, layout.cap, top)
    calls = SAMPLE_CALLS if problem.groups <= 2 * SAMPLE_HOUSEHOLDS and warm is None else FULL_CALLS
    floor = np.maximum(start, 1e-3 * scale)
    dual.minimise(start, floor, calls)
    return dual, passes


def _posted(problem: Problem, funds: FundRows, layout: Layout, common: Floats, local: Floats) -> Prices:
    """Whole-number prices of every row and fund."""
    points = np.zeros(len(problem.capacity) + len(funds.demand))
    points[layout.common] = common * 1000
    has = layout.slot >= 0
    points[layout.slot[has]] = local[has] * 1000
    fund, child = funds.posted(points[len(problem.capacity) :])
    rows = np.rint(np.maximum(points[: len(problem.capacity)], 0.0) * (UNIT // 1000)).astype(np.int64)
    return Prices(rows, fund, child)


def _core(problem: Problem, funds: FundRows, dual: Dual, gap: float, deadline: float) -> tuple[Ints, int]:
    """Free the most nearly tied households, solve their relaxation, then the last few exactly."""
    held = dual.choice.copy()
    loss = _losses(problem, dual)
    broken = _broken_villages(problem, dual)
    order = np.lexsort((problem.group_rank, dual.margin))
    mend = float(np.median(dual.margin))
    size = CORE_HOUSEHOLDS
    while True:
        free = np.zeros(problem.groups, dtype=bool)
        free[order[:size]] = True
        free |= broken
        width = np.asarray(np.maximum(_width(dual, order, size), np.where(broken, mend, 0.0)))
        core, at, _ = part_of(problem, funds, free, held, loss <= width[problem.group])
        relaxed = relax(core, max(deadline - time.monotonic(), 5.0))
        if relaxed is not None:
            rows, nodes = _last(problem, funds, core, at, relaxed.x, relaxed.first, held, gap, deadline)
            if rows is not None:
                return rows, nodes
        if size >= problem.groups or size > 16 * CORE_HOUSEHOLDS:
            raise SolverError("no core of nearly tied households gives a plan", remedy="use the exact method")
        size *= 2
        mend *= 4.0


def _broken_villages(problem: Problem, dual: Dual) -> Bools:
    """Households of villages whose own rows the choice at these prices breaks: they are freed too."""
    layout = dual.layout
    village = np.empty(problem.groups, dtype=np.int64)
    village[layout.members] = np.repeat(np.arange(len(layout.first) - 1), np.diff(layout.first))
    used = np.zeros(layout.slot.shape, dtype=np.int64)
    np.add.at(used, village, layout.local[dual.choice])
    over = ((used > layout.local_cap) & (layout.slot >= 0)).any(axis=1)
    return np.asarray(np.asarray(over)[village], dtype=bool)


def _width(dual: Dual, order: Ints, size: int) -> float:
    return 4.0 * float(dual.margin[order[min(size, len(order)) - 1]]) + 1e-9


def _losses(problem: Problem, dual: Dual) -> Floats:
    """Reduced cost of every package in persons, at the prices of the last pass."""
    village = np.empty(problem.groups, dtype=np.int64)
    village[dual.layout.members] = np.repeat(np.arange(len(dual.layout.first) - 1), np.diff(dual.layout.first))
    line = np.where(problem.allowed, problem.value / MICRO, -np.inf) - dual.layout.use @ dual.best_price
    for j in range(dual.layout.slot.shape[1]):
        line -= dual.price[village, j][problem.group] * dual.layout.local[:, j]
    best = np.maximum.reduceat(line, problem.start[:-1])
    return np.asarray(best[problem.group] - line, dtype=np.float64)


def _last(
    problem: Problem, funds: FundRows, core: Problem, at: Ints, x: Floats, first: Ints, held: Ints, gap: float,
    deadline: float,
) -> tuple[Ints | None, int]:  # fmt: skip
    """Hold what the core's relaxation decides; solve split households and their nearest exactly."""
    split = np.asarray(x[first] < 1 - 1e-6, dtype=bool)
    rows = held.copy()
    rows[core.hh.astype(np.int64)] = at[first]
    for extra in (LAST_HOUSEHOLDS, 4 * LAST_HOUSEHOLDS):
        near = np.flatnonzero(split)
        rest = np.flatnonzero(~split)
        free = np.zeros(problem.groups, dtype=bool)
        free[core.hh[np.concatenate([near, rest[:extra]])].astype(np.int64)] = True
        keep = np.zeros(len(problem.value), dtype=bool)
        keep[at] = True
        small, back, _ = part_of(problem, funds, free, rows, keep)
        try:
            search, _ = solve_stage(small, gap=gap / 4, nodes=DEFAULT_NODES // 3, deadline=deadline, local_only=True)
        except (InfeasiblePlanError, SolverError):  # too few were freed
            continue
        assert search.rows is not None
        found = rows.copy()
        found[small.hh.astype(np.int64)] = back[search.rows]
        if not broken_rows(problem, funds, found) and funds.pays(found):
            return found, search.local + search.nodes
    return None, 0
