"""The price method on one computer: county to province.

Responsible for the order of work: prices (`common_prices`), whole choices of the villages that prices do not settle
(`village_choices`), cores of near ties (`core_plans`), and a plan whose every row is checked in integers. Effort is
counted in passes and nodes; the clock is only a safety. Not responsible for data that do not fit into memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from povlib.allocation.problem.allocation_problem import Problem
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
from povlib.allocation.solvers.priced.common_prices import minimised_bound, prices_for_exact_villages
from povlib.allocation.solvers.priced.core_plans import whole_plan
from povlib.allocation.solvers.priced.stage_task import StageTask, least_plan_value, posted_prices, stage_task
from povlib.allocation.solvers.priced.village_choices import settle_open_villages
from povlib.allocation.solvers.township.infeasible_rules import explain_infeasible
from povlib.allocation.solvers.township.relaxation import FundRows
from povlib.allocation.solvers.township.search_clock import SearchClock
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.allocation.solvers.township.township_search import DEFAULT_NODES, solve_exact
from povlib.arrays import Ints

#: more rows than this that several villages use: the exact method takes the problem
MOST_COMMON = 300
#: up to this many households the stages of a lexicographic priority are left to the exact method
SMALL_HOUSEHOLDS = 3000
#: villages are chosen exactly while prices are sought where that takes more than this part of the gap asked for off
#: the bound
EXACT_FROM = 0.1
#: times that a plan is sought again because it broke a set of funds that was not among the rows (`FundRows.tree`); then
#: the exact method takes the problem. The practice county of 15 townships with a fund each needed two
MOST_ROUNDS = 12


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
        task = stage_task(problem, funds, clock, more)
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
    task: StageTask, gap: float, warm: dict[str, float] | None, held: Ints | None
) -> _StageSolution | None:
    """Solve one stage with the sets of funds that are its rows; None where no plan was found that keeps every rule."""
    problem = task.problem
    dual = minimised_bound(task, warm, gap)
    best = dual.best
    assert best is not None
    if np.isinf(best.local).any() or best.bound < least_plan_value(task.store):
        raise explain_infeasible(problem)
    settled = settle_open_villages(task.store, best)
    task.nodes += settled.nodes
    prices = posted_prices(task, best)
    if best.bound - settled.bound > EXACT_FROM * gap * 1e6:
        best, settled = prices_for_exact_villages(task, best, settled, gap)
    bound = price_bound(problem, prices)
    target = min(settled.bound, bound / UNITS_PER_MICRO) - gap * 1e6
    rows = whole_plan(task, best, settled, target, held)
    if rows is None:
        return None
    return _StageSolution(rows, prices, bound, min(settled.bound, bound / UNITS_PER_MICRO), {}, task.late)
