"""Whole plans at prices: everybody's best package, and a core of near ties chosen together so that every row is kept.

Responsible for which cores are tried, smallest first, and for taking only plans that keep every row in whole numbers.
Not responsible for choosing within a core (`integer_core`) nor for which households are near ties (`near_ties`).
"""

from __future__ import annotations

import numpy as np

from povlib.allocation.proof.certificate import exact_sum
from povlib.allocation.solvers.priced.dual_bound import PriceBound
from povlib.allocation.solvers.priced.integer_core import CoreChoice, IntegerCore, choose_core
from povlib.allocation.solvers.priced.near_ties import class_core, full_core
from povlib.allocation.solvers.priced.stage_task import StageTask, row_prices
from povlib.allocation.solvers.priced.village_choices import SettledVillages
from povlib.allocation.solvers.township.restricted_programs import broken_rows
from povlib.arrays import Ints

#: households of the core among packages of equal village-row use, then with every row
CLASS_CORES, FULL_CORES = (1200, 4800), (3000, 12_000)
#: local search at the usual effort
CORE_NODES = 4_000_000
#: local search where every row is in the core: only a plan is wanted there, not the best one
WIDE_NODES = 300_000


def whole_plan(
    task: StageTask, found: PriceBound, settled: SettledVillages, target: float, held: Ints | None
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


def _core_choice(task: StageTask, core: IntegerCore, nodes: int, target: float) -> CoreChoice:
    """Solve a core within the task's time and add the nodes and lateness to the task."""
    effort = max(int(nodes * task.more), 1)
    chosen = choose_core(core, target_micro=target, nodes=effort, time_limit_s=task.left_s)
    task.nodes += chosen.nodes
    task.late |= chosen.late
    return chosen


def _value_outside_core(task: StageTask, settled: SettledVillages, rows: Ints) -> float:
    """Value of the households outside a core."""
    own = np.searchsorted(task.store.entry, np.searchsorted(task.store.begin, rows, side="right") - 1, side="right") - 1
    inside = np.zeros(task.store.households, dtype=bool)
    inside[own] = True
    return float(task.store.value[settled.taken[~inside]].sum())


def _plan_with_core(task: StageTask, settled: SettledVillages, rows: Ints) -> Ints:
    """Return the problem's package row of every group: a settled pass with a core's choice put in."""
    store = task.store
    taken = settled.taken.copy()
    home = np.searchsorted(store.entry, np.searchsorted(store.begin, rows, side="right") - 1, side="right") - 1
    taken[home] = rows
    plan = np.empty(store.households, dtype=np.int64)
    plan[store.member] = store.package[taken]
    return plan


def _plan_with_every_row(task: StageTask, found: PriceBound, settled: SettledVillages, target: float) -> Ints | None:
    """Return a plan found by freeing nearly tied households with all their rows; None when none fits."""
    problem = task.problem
    plan = _plan_with_core(task, settled, np.zeros(0, dtype=np.int64))
    price = row_prices(task, found)
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


def _plan_value(task: StageTask, rows: Ints) -> int:
    return exact_sum(task.value[rows])


def _better_plan(task: StageTask, best: Ints | None, rows: Ints | None) -> Ints | None:
    """Return the better of two plans, the new one only if it keeps every row in integers; None without any."""
    if rows is None or broken_rows(task.problem, task.funds, rows) or not task.funds.pays(rows):
        return best
    return rows if best is None or _plan_value(task, rows) > _plan_value(task, best) else best
