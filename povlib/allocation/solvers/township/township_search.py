"""The exact method for a township: relaxation, prices, small cores, then restricted-exact.

Responsible for the order of work and for when to stop. A value >= LP - g found over the packages
whose reduced cost is at most g is optimal for the whole problem, because any plan with another
package is worth less than LP - g. Effort is counted in nodes; the clock is only a safety, and a
plan stopped by it says so; inside `search_clock.searches_counted_in_steps` nobody looks at it. Not
responsible for the certificate, which needs only the prices.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, Certificate, exact_sum
from povlib.allocation.proof.fund_split import split_bills
from povlib.allocation.proof.plan import Plan, assemble_plan
from povlib.allocation.solvers.township.case_search import improve_in_its_case, prove_cases, search_cases
from povlib.allocation.solvers.township.feasibility_repair import repaired_plan
from povlib.allocation.solvers.township.infeasible_rules import explain_infeasible
from povlib.allocation.solvers.township.neighbourhood_search import fits_dense_matrix, improved_plan, rounded_plan
from povlib.allocation.solvers.township.opening_search import OpeningCases
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.restricted_programs import broken_rows
from povlib.allocation.solvers.township.search_clock import NODE_S, SearchClock
from povlib.allocation.solvers.township.search_state import ExactSearch
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.arrays import Ints
from povlib.errors import InfeasiblePlanError, SolverError

#: nodes of the solver's search in all where the caller names none
DEFAULT_NODES = 3000
#: seconds that the diagnosis of clashing rules has, however late it is
DIAGNOSIS_S = 2.0
#: nodes of the local search for each group when the optimum is asked for and when a gap is, and in all
LOCAL_NODES, GAP_NODES, MOST_LOCAL_NODES = 15_000, 150_000, 60_000_000
#: problems of fewer groups are left to the solver
SMALL_GROUPS = 20
#: part of the time for the local search before a solver is asked, likewise: for a proof the solver needs the time, for
#: a gap the local search is nearly always enough (first plan: 7 ms of search)
LOCAL_PART, GAP_PART = 0.4, 0.9
#: goals from which the relaxation is rounded too, although there is a plan to start from
FAR_GOALS = 3.0
_MOST_NODES = 10**9


def solve_stage(
    problem: Problem, *, gap: float, nodes: int, clock: SearchClock, warm: Ints | None = None, local_only: bool = False,
    local_s: float = 0.0, local_nodes: int = 0, near: npt.NDArray[np.float64] | None = None, explain: bool = True,
) -> tuple[ExactSearch, OpeningCases, str]:  # fmt: skip
    """Solve one stage; returns the search, the cases of what is opened and why it stopped.

    The last `local_s` seconds are for the local search.
    `local_nodes`: nodes of the local search for each group; by default as many as the goal asks for.
    """
    shared_solver().start()
    relaxed = relax(problem, max(clock.wall_left_s, 1.0), warm=near)
    if relaxed is None:
        raise _infeasible_error(problem, clock, explain)
    search = ExactSearch(problem, relaxed, nodes, clock, spare_s=local_s)
    if warm is not None and not broken_rows(problem, relaxed.funds, warm) and problem.allowed[warm].all():
        search.rows = warm if relaxed.funds.pays(warm) else None
    goal = gap * MICRO
    cases = OpeningCases(problem, relaxed)
    search_cases(search, cases, goal, partial(_search_locally, local_nodes=local_nodes))
    if local_only and search.rows is not None:
        return search, cases, "effort"
    status = prove_cases(search, cases, goal)
    if local_s > 0 and (status == "time" or clock.in_steps):
        search.spare_s = 0.0
        improve_in_its_case(search, cases, goal, partial(_improve_plan, budget=_MOST_NODES))
    if search.rows is None:
        if search.late or search.ended:
            raise SolverError(
                "no plan that keeps every rule was found within the time limit; there may still be one",
                remedy="allow more time, or loosen the rules that leave least room",
            )
        raise _infeasible_error(problem, clock, explain)
    return search, cases, status


def _infeasible_error(problem: Problem, clock: SearchClock, explain: bool) -> InfeasiblePlanError:
    if not explain:
        return InfeasiblePlanError("no plan keeps all of these rules together")
    return explain_infeasible(problem, max(clock.left_s, DIAGNOSIS_S))


def _search_locally(search: ExactSearch, goal: float, local_nodes: int = 0) -> None:
    """Round the relaxation, repair what breaks rows, and improve the plan by exact searches over some households."""
    problem, relaxed = search.problem, search.relaxed
    if not fits_dense_matrix(problem, relaxed.funds):
        return
    if search.certified > FAR_GOALS * goal:  # a plan made for other amounts may be far from the best
        first, nodes = rounded_plan(problem, relaxed, relaxed.first)
        search.local += nodes
        better = first is not None and search.bound_micro - exact_sum(problem.value[first]) < search.certified
        # sets of funds that are no rows yet may be broken
        if first is not None and better and relaxed.funds.pays(first):
            search.rows = first
    if search.rows is None:
        search.rows, moves = repaired_plan(problem, relaxed, relaxed.first, search.clock.deadline)
        search.local += moves
    left = search.clock.left_s - search.spare_s
    each, part = (GAP_NODES, GAP_PART) if goal > 0 else (LOCAL_NODES, LOCAL_PART)
    each = local_nodes or each
    _improve_plan(search, goal, min(each * max(problem.groups - SMALL_GROUPS, 1), MOST_LOCAL_NODES), (1 - part) * left)


def _improve_plan(search: ExactSearch, goal: float, budget: int, spare_s: float = 0.0) -> None:
    """Put a better plan and the nodes spent into `search`; nothing without a plan or below the goal."""
    if search.rows is None or search.certified <= goal or not fits_dense_matrix(search.problem, search.relaxed.funds):
        return
    clock, spare_s = search.clock, spare_s + search.spare_s
    if clock.in_steps:
        budget, spare_s = min(budget, int((clock.left_s - spare_s) / NODE_S)), 0.0
    search.rows, nodes = improved_plan(
        search.problem, search.relaxed, search.rows, goal, budget, clock.deadline - spare_s
    )
    search.local += nodes
    clock.spend(nodes * NODE_S)


def _require_payable_bills(search: ExactSearch) -> None:
    """Check the plan against *every* set of funds; the split is the proof."""
    assert search.rows is not None
    if split_bills(search.problem, search.rows) is None:
        raise SolverError("the bills of the plan cannot be split over the funds")


def solve_exact(
    problem: Problem,
    *,
    gap: float,
    nodes: int,
    time_limit_s: float,
    warm: Ints | None = None,
    near: npt.NDArray[np.float64] | None = None,
    local_part: float = 0.0,
    explain: bool = True,
) -> Plan:
    """Solve a problem stage by stage (lexicographic priority first) and return the plan.

    `local_part` of the time is kept for the local search after the solver: for problems too hard
    for any proof, where only better plans count. `near`: prices of the rows from another plan, nearly
    right for this problem (1e-12 person per unit). Without `explain` clashing rules are not searched for.
    """
    from povlib.allocation.proof.certificate import with_stage_row

    clock = SearchClock(time_limit_s)
    reached: list[tuple[str, int]] = []
    proofs: list[Certificate] = []
    for name, stage in problem.stages:
        staged = _stage_problem(problem, stage)
        search, cases, _ = solve_stage(staged, gap=0.0, nodes=nodes, clock=clock, warm=warm, explain=explain)
        assert search.rows is not None
        _require_payable_bills(search)
        warm = search.rows
        value = exact_sum(stage[warm])
        prices = search.relaxed.prices.posted(staged)
        proofs.append(Certificate(staged.digest, prices, cases.bound, value * UNITS_PER_MICRO, cases=cases.proofs()))
        reached.append((name, value))
        problem, near = with_stage_row(problem, name, stage, value), None
    search, cases, status = solve_stage(
        problem, gap=gap, nodes=nodes, clock=clock, warm=warm, local_s=local_part * time_limit_s, near=near,
        explain=explain,
    )  # fmt: skip
    assert search.rows is not None
    effort = {
        "nodes": search.nodes,
        "local_nodes": search.local,
        "calls": search.calls,
        "iterations": cases.iterations,
    }
    return assemble_plan(
        problem, search.rows, search.relaxed.prices, cases.bound, search.solver_bound,
        status=status, effort=effort, reached=tuple(reached), stages=tuple(proofs), cases=cases.proofs(),
    )  # fmt: skip


def _stage_problem(problem: Problem, stage: Ints) -> Problem:
    from dataclasses import replace

    return replace(problem, value=stage, bonus=np.zeros_like(problem.bonus))
