"""The price method on one computer: county to province.

Responsible for the order of work: prices on samples of whole villages, then on everything, whole
choices of the villages that prices do not settle, the core, and a plan whose every row is checked
in integers. Effort is counted in passes and nodes; the clock is only a safety. Not responsible for
data that do not fit into memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.sparse_matrices import Sparse, csr, side_by_side
from povlib.allocation.proof.certificate import (
    UNITS_PER_MICRO,
    UNITS_PER_PERSON,
    Certificate,
    Prices,
    exact_sum,
    price_bound,
    with_stage_row,
)
from povlib.allocation.proof.plan import UNFINISHED, Plan, assemble_plan
from povlib.allocation.solvers.priced.dual_bound import DualBound, PriceBound
from povlib.allocation.solvers.priced.integer_core import CoreChoice, IntegerCore, choose_core
from povlib.allocation.solvers.priced.lbfgs import (
    SMALLEST_PRICE,
    Bound,
    Curvature,
    minimise,
    price_scale,
    scaled_curvature,
)
from povlib.allocation.solvers.priced.near_ties import class_core, full_core
from povlib.allocation.solvers.priced.price_store import PriceStore, store_of
from povlib.allocation.solvers.priced.village_choices import SettledVillages, settle_open_villages
from povlib.allocation.solvers.township.infeasible_rules import explain_infeasible
from povlib.allocation.solvers.township.relaxation import MOST_SIFTED, FundRows, relax
from povlib.allocation.solvers.township.restricted_programs import broken_rows
from povlib.allocation.solvers.township.search_clock import SearchClock
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.allocation.solvers.township.township_search import DEFAULT_NODES, solve_exact
from povlib.arrays import Floats, Ints
from povlib.errors import UnfinishedRelaxationError

#: more rows than this that several villages use: the exact method takes the problem
MOST_COMMON = 300
#: up to this many households the stages of a lexicographic priority are left to the exact method
SMALL_HOUSEHOLDS = 3000
#: households of the samples, smallest first; a sample serves where everything is three times as large
SAMPLE_HOUSEHOLDS = (4_000, 30_000)
#: evaluations on each sample, and on everything: a pass over everything costs as much as many over a sample
SAMPLE_CALLS, FULL_CALLS = 60, 40
#: passes with villages chosen exactly, where that takes more than this part of the gap asked for off the bound
EXACT_CALLS, EXACT_FROM = 16, 0.1
#: a step that gains less than this part of the bound ends the search for prices: a sample's, everything's
SAMPLE_TOLERANCE, FULL_TOLERANCE = 1e-7, 1e-9
#: or less than this part of the gap asked for
TOLERANCE_OF_GAP = 0.02
#: households of the core among packages of equal village-row use, then with every row
CLASS_CORES, FULL_CORES = (1200, 4800), (3000, 12_000)
#: times that a plan is sought again because it broke a set of funds that was not among the rows (`FundRows.tree`); then
#: the exact method takes the problem. The practice county of 15 townships with a fund each needed two
MOST_ROUNDS = 12
#: local search at the usual effort
CORE_NODES = 4_000_000
#: local search where every row is in the core: only a plan is wanted there, not the best one
WIDE_NODES = 300_000


@dataclass(eq=False)
class _StageTask:
    """One stage of a problem on its way: rows (resources, then sets of funds) and what was found."""

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


def solve_priced(
    problem: Problem,
    *,
    gap: float,
    time_limit_s: float,
    nodes: int = DEFAULT_NODES,
    warm_prices: dict[str, float] | None = None,
) -> Plan:
    """Solve by prices, stage by stage (lexicographic priority first).

    A problem with more than `MOST_COMMON` rows that several villages use, one too tight for a core,
    or a small one with lexicographic stages is given to the exact method; `Plan.method` says so.

    Raises
    ------
    InfeasiblePlanError
        With an irreducible set of rules that cannot hold together.
    SolverError
        If no plan was found within the limits.
    """
    clock = SearchClock(time_limit_s)
    more = nodes / DEFAULT_NODES
    shared_solver().start()
    if problem.stages and problem.households <= SMALL_HOUSEHOLDS:
        return _plan_by_exact_method(problem, gap, nodes, clock)
    reached: list[tuple[str, int]] = []
    proofs: list[Certificate] = []
    held: Ints | None = None
    given = problem
    for name, stage in problem.stages:
        staged = replace(problem, value=stage, bonus=np.zeros_like(problem.bonus))
        solution = _stage_solution(staged, gap, more, clock, None, held)
        if solution is None:
            return _plan_by_exact_method(given, gap, nodes, clock)
        held = solution.rows
        value = exact_sum(stage[held])
        proofs.append(
            Certificate(staged.digest, solution.prices.posted(staged), solution.bound, value * UNITS_PER_MICRO)
        )
        reached.append((name, value))
        problem = with_stage_row(problem, name, stage, value)
    solution = _stage_solution(problem, gap, more, clock, warm_prices, held)
    if solution is None:
        return _plan_by_exact_method(given, gap, nodes, clock)
    return assemble_plan(
        problem, solution.rows, solution.prices, solution.bound, solution.solver_bound_micro,
        status=solution.status(problem, gap), effort=solution.effort, method="priced",
        reached=tuple(reached), stages=tuple(proofs),
    )  # fmt: skip


def _plan_by_exact_method(problem: Problem, gap: float, nodes: int, clock: SearchClock) -> Plan:
    left = max(clock.left_s, 1.0)
    return solve_exact(problem, gap=gap, nodes=nodes, time_limit_s=left)


@dataclass(frozen=True, eq=False)
class _StageSolution:
    rows: Ints
    prices: Prices
    bound: int
    solver_bound_micro: float
    effort: dict[str, int]
    late: bool

    def status(self, problem: Problem, gap: float) -> str:
        """Say why the search stopped."""
        below = self.bound - exact_sum(problem.value[self.rows]) * UNITS_PER_MICRO
        if below <= 0:
            return "optimal"
        return "gap" if below <= gap * UNITS_PER_PERSON else "time" if self.late else "effort"


def _stage_solution(
    problem: Problem, gap: float, more: float, clock: SearchClock, warm: dict[str, float] | None, held: Ints | None
) -> _StageSolution | None:
    """Solve one stage; None where the exact method must take over.

    Where sets of funds are too many to be listed, those that the relaxation breaks are rows; a plan that breaks another
    one brings it in and is sought again. Fewer rows bound every plan too, and the plan returned breaks none.
    """
    funds, effort = FundRows(problem), {"passes": 0, "nodes": 0}
    if funds.tree is None:
        funds.add_all()
    for _ in range(MOST_ROUNDS):
        task = _stage_task(problem, funds, clock, more)
        if len(task.store.common) > MOST_COMMON:
            return None
        known = len(funds.states)
        solution = _task_solution(task, gap, warm, held)
        effort = {"passes": effort["passes"] + task.passes, "nodes": effort["nodes"] + task.nodes}
        if solution is not None:
            unfinished = {UNFINISHED: task.unfinished} if task.unfinished else {}
            return replace(solution, effort={**effort, **unfinished})
        if len(funds.states) == known or clock.wall_left_s <= 0:
            return None
    return None


def _task_solution(
    task: _StageTask, gap: float, warm: dict[str, float] | None, held: Ints | None
) -> _StageSolution | None:
    """Solve one stage with the sets of funds that are its rows; None where no plan was found that keeps every rule."""
    problem = task.problem
    dual = _minimised_bound(task, warm, gap)
    best = dual.best
    assert best is not None
    if np.isinf(best.local).any() or best.bound < _least_plan_value(task.store):
        raise explain_infeasible(problem)
    settled = settle_open_villages(task.store, best)
    task.nodes += settled.nodes
    prices = _posted_prices(task, best)
    if best.bound - settled.bound > EXACT_FROM * gap * 1e6:
        best, settled = _prices_for_exact_villages(task, best, settled, gap)
    bound = price_bound(problem, prices)
    target = min(settled.bound, bound / UNITS_PER_MICRO) - gap * 1e6
    rows = _whole_plan(task, best, settled, target, held)
    if rows is None:
        return None
    return _StageSolution(rows, prices, bound, min(settled.bound, bound / UNITS_PER_MICRO), {}, task.late)


def _stage_task(problem: Problem, funds: FundRows, clock: SearchClock, more: float) -> _StageTask:
    """Return one stage of a problem as the price method takes it, budgets of funds as further rows."""
    prices, unfinished = None, 0
    if funds.tree is not None:
        prices, unfinished = _prices_of_relaxation(problem, funds, max(clock.wall_left_s, 1.0))
    use, capacity = problem.use, problem.capacity
    if funds.demand:
        use = side_by_side([use, csr(np.stack(funds.demand, axis=1))])
        capacity = np.concatenate([capacity, np.array(funds.budget, dtype=np.int64)])
    value = problem.value + problem.bonus
    store = store_of(value, use, capacity, problem.start, village_numbers(problem), problem.allowed)
    return _StageTask(
        problem, funds, use, capacity, value, store, clock, more, unfinished=unfinished, relaxed=prices
    )  # fmt: skip


def village_numbers(problem: Problem) -> Ints:
    """Return the village number of every group; facilities form one of their own."""
    names = problem.village
    if names.dtype == object:
        names = names.astype(str)
    known, inverse = np.unique(names, return_inverse=True)
    more = np.full(problem.groups - problem.households, len(known))
    return np.concatenate([inverse, more]).astype(np.int64)


def _least_plan_value(store: PriceStore) -> float:
    """Return what every plan is worth at least, less room for rounding."""
    lowest = np.minimum.reduceat(store.value, store.begin[store.entry[:-1]])
    return float(lowest.sum()) - 1e-6 * float(np.abs(lowest).sum()) - 1e6


def _greatest_plan_value(store: PriceStore) -> float:
    return max(float(np.maximum.reduceat(store.value, store.begin[store.entry[:-1]]).sum()), 1e6)


def _minimised_bound(task: _StageTask, warm: dict[str, float] | None, gap: float) -> DualBound:
    """Minimise the bound on samples of whole villages, then on everything."""
    store = task.store
    scale, floor = price_scale(store.cap, _greatest_plan_value(store)), _least_plan_value(store)
    start = 0.3 * scale
    dual = DualBound(store)
    if warm is not None and task.relaxed is None:
        start = np.maximum(_common_prices_of_plan(task, warm), 0.0)
    elif (sifted := _relaxed_prices(task)) is not None:
        start, warm = sifted[store.common], {}
    near = max(FULL_TOLERANCE, TOLERANCE_OF_GAP * gap * 1e6 / _greatest_plan_value(store))
    known, before = task.known, 1
    for size in SAMPLE_HOUSEHOLDS if warm is None else ():
        if 3 * size > store.households:
            break
        sample = DualBound(store.sample(_evenly_spread_villages(store, size)))
        known[:], before = scaled_curvature(known, sample.store.households / before), sample.store.households
        width = np.maximum(start, SMALLEST_PRICE * scale)
        start = minimise(
            _bound_function(sample), start, width, SAMPLE_CALLS, near=max(near, SAMPLE_TOLERANCE), known=known
        )
    known[:] = scaled_curvature(known, store.households / before)
    width = np.maximum(start, SMALLEST_PRICE * scale)
    minimise(_bound_function(dual), start, width, FULL_CALLS, floor=floor, near=near, known=known)
    task.passes += dual.passes
    return dual


def _relaxed_prices(task: _StageTask) -> Floats | None:
    """Return the prices of the relaxation: those that told which sets of funds are rows, else found now."""
    if task.funds.tree is not None:
        return task.relaxed
    prices, unfinished = _prices_of_relaxation(task.problem, task.funds, task.left_s)
    task.unfinished += unfinished
    return prices


def _prices_of_relaxation(problem: Problem, funds: FundRows, left_s: float) -> tuple[Floats | None, int]:
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


def _prices_for_exact_villages(
    task: _StageTask, found: PriceBound, settled: SettledVillages, gap: float
) -> tuple[PriceBound, SettledVillages]:
    """Move the prices to the least bound with exact villages; return that bound and its villages."""
    dual, worth = DualBound(task.store, local=found.local.copy()), _greatest_plan_value(task.store)
    best = [(found, settled)]

    def bound(common: Floats) -> tuple[float, Floats]:
        passed = dual(common)
        chosen = settle_open_villages(task.store, passed)
        task.nodes += chosen.nodes
        if chosen.bound < best[0][1].bound and not chosen.lost:
            best[0] = (passed, chosen)
        return chosen.bound, np.asarray(task.store.cap - chosen.used, dtype=np.float64)

    width = np.maximum(found.common, SMALLEST_PRICE * price_scale(task.store.cap, worth))
    near = max(FULL_TOLERANCE, TOLERANCE_OF_GAP * gap * 1e6 / worth)
    minimise(bound, found.common, width, EXACT_CALLS, floor=_least_plan_value(task.store), near=near, known=task.known)
    task.passes += dual.passes
    return best[0]


def _bound_function(dual: DualBound) -> Bound:
    """Return a function of the common prices that gives the bound and its slope."""

    def bound(common: Floats) -> tuple[float, Floats]:
        found = dual(common)
        return found.bound, found.slope

    return bound


def _evenly_spread_villages(store: PriceStore, size: int) -> Ints:
    """Return whole villages spread evenly over the list, about `size` households in all."""
    step = max(1, store.households // size)
    return np.arange(step // 2, store.villages, step)


def _common_prices_of_plan(task: _StageTask, prices: dict[str, float]) -> Floats:
    """Return common prices in micro-persons from posted ones; sets of funds from the funds in them."""
    names = task.problem.rows["row"].astype(str).tolist()
    money = task.problem.money
    single = [
        money.funds[int(np.argmax(state))] if money is not None and sum(t > 0 for t in state) == 1 else ""
        for state in task.funds.states
    ]
    posted = [prices.get(name, 0.0) * 1e6 for name in [*names, *single]]
    return np.array(posted, dtype=np.float64)[task.store.common]


def _row_prices(task: _StageTask, found: PriceBound) -> Floats:
    """Return the price of every row (resources, then sets of funds) in micro-persons."""
    price = np.zeros(len(task.capacity))
    price[task.store.common] = found.common
    has = task.store.slot >= 0
    price[task.store.slot[has]] = found.local[has]
    return price


def _posted_prices(task: _StageTask, found: PriceBound) -> Prices:
    """Return whole-number prices of every row and fund."""
    price = _row_prices(task, found)
    rows = len(task.problem.capacity)
    fund, child = task.funds.posted(price[rows:] / 1000)
    return Prices(np.rint(np.maximum(price[:rows], 0.0) * UNITS_PER_MICRO).astype(np.int64), fund, child)


def _whole_plan(
    task: _StageTask, found: PriceBound, settled: SettledVillages, target: float, held: Ints | None
) -> Ints | None:
    """Return the best plan of ever larger cores, of every row at last; `held` or None where none is better."""
    best: Ints | None = held
    for size in CLASS_CORES if not settled.lost else ():
        core, rows = class_core(task.store, settled.taken, found.common, size)
        chosen = _core_choice(task, core, CORE_NODES, target - _value_outside_core(task, settled, rows))
        if chosen.rows is not None:
            best = _better_plan(task, best, _plan_with_core(task, settled, rows[chosen.rows]))
        if best is not None and _plan_value(task, best) >= target:
            return best
        if size >= task.store.households:
            break
    if best is None or best is held:
        best = _better_plan(task, best, _plan_with_every_row(task, found, settled, target))
    return best


def _core_choice(task: _StageTask, core: IntegerCore, nodes: int, target: float) -> CoreChoice:
    """Solve a core within the task's time and add the nodes and lateness to the task."""
    effort = max(int(nodes * task.more), 1)
    chosen = choose_core(core, target_micro=target, nodes=effort, time_limit_s=task.left_s)
    task.nodes += chosen.nodes
    task.late |= chosen.late
    return chosen


def _value_outside_core(task: _StageTask, settled: SettledVillages, rows: Ints) -> float:
    """Value of the households outside a core."""
    own = np.searchsorted(task.store.entry, np.searchsorted(task.store.begin, rows, side="right") - 1, side="right") - 1
    inside = np.zeros(task.store.households, dtype=bool)
    inside[own] = True
    return float(task.store.value[settled.taken[~inside]].sum())


def _plan_with_core(task: _StageTask, settled: SettledVillages, rows: Ints) -> Ints:
    """Return the problem's package row of every group: a settled pass with a core's choice put in."""
    store = task.store
    taken = settled.taken.copy()
    home = np.searchsorted(store.entry, np.searchsorted(store.begin, rows, side="right") - 1, side="right") - 1
    taken[home] = rows
    plan = np.empty(store.households, dtype=np.int64)
    plan[store.member] = store.package[taken]
    return plan


def _plan_with_every_row(task: _StageTask, found: PriceBound, settled: SettledVillages, target: float) -> Ints | None:
    """Return a plan found by freeing nearly tied households with all their rows; None when none fits."""
    problem = task.problem
    plan = _plan_with_core(task, settled, np.zeros(0, dtype=np.int64))
    price = _row_prices(task, found)
    value = task.value.astype(np.float64)
    for size in FULL_CORES:
        core, rows = full_core(
            value, task.use.astype(np.float64), task.capacity, problem.start, plan, price, problem.allowed, size
        )
        chosen = choose_core(core, nodes=max(int(WIDE_NODES * task.more), 1), time_limit_s=task.left_s)
        task.nodes += chosen.nodes
        task.late |= chosen.late
        if chosen.rows is not None:
            whole = plan.copy()
            whole[problem.group[rows[chosen.rows]]] = rows[chosen.rows]
            return whole
        if size >= problem.groups:
            break
    return None


def _plan_value(task: _StageTask, rows: Ints) -> int:
    return exact_sum(task.value[rows])


def _better_plan(task: _StageTask, best: Ints | None, rows: Ints | None) -> Ints | None:
    """Return the better of two plans, the new one only if it keeps every row in integers; None without any."""
    if rows is None or broken_rows(task.problem, task.funds, rows) or not task.funds.pays(rows):
        return best
    return rows if best is None or _plan_value(task, rows) > _plan_value(task, best) else best
