"""The exact method for a township: relaxation, prices, small cores, then restricted-exact.

Responsible for the order of work and for when to stop. A value >= LP - g found over the packages
whose reduced cost is at most g is optimal for the whole problem, because any plan with another
package is worth less than LP - g. Effort is counted in nodes; the clock is only a safety, and a
plan stopped by it says so. Not responsible for the certificate, which needs only the prices.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from povlib.allocation.certificate import UNITS_PER_MICRO, Certificate, exact_sum
from povlib.allocation.child import shared
from povlib.allocation.funds import Bools, Ints
from povlib.allocation.infeasible import explain_infeasible
from povlib.allocation.neighbourhood import improved, rounded, searchable
from povlib.allocation.plan import Plan, assemble
from povlib.allocation.problem import MICRO, Problem
from povlib.allocation.relaxation import Relaxation, relax
from povlib.allocation.restoration import restored
from povlib.allocation.restricted import Answer, broken_rows, solve_part, worth
from povlib.allocation.split import split
from povlib.errors import SolverError

DEFAULT_NODES = 3000
#: nodes of the local search for each group when the optimum is asked for and when a gap is, and in all
LOCAL_NODES, GAP_NODES, MOST_LOCAL_NODES = 15_000, 150_000, 60_000_000
#: problems of fewer groups are left to the solver
SMALL = 20
#: part of the time for the local search before a solver is asked, likewise
LOCAL_PART, GAP_PART = 0.4, 0.9
CORE_SIZES = (40, 120)
CORE_NODES = 200
#: in multiples of `Relaxation.scale`
CORE_WIDTH = 8.0
WIDTHS = (2.5, 5.0, 8.0, 16.0, 40.0)
#: parts of the certified gap, one after the other, when the optimum is asked for
PARTS = (0.5, 0.65, 0.8, 1.0)
_MOST_NODES = 10**9
#: micro-persons: rounding of the solver's own bound
_FUZZ = 0.05


@dataclass(eq=False)
class _Search:
    problem: Problem
    relaxed: Relaxation
    nodes_left: int
    deadline: float
    rows: Ints | None = None
    nodes: int = 0
    calls: int = 0
    local: int = 0
    solver_bound: float = np.inf
    late: bool = False
    log: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def bound_micro(self) -> float:
        return self.relaxed.bound / UNITS_PER_MICRO

    @cached_property
    def step(self) -> int:
        """Every plan is worth a multiple of this many micro-persons."""
        worth_of = (self.problem.value + self.problem.bonus)[self.problem.allowed]
        return int(np.gcd.reduce(np.abs(worth_of))) or 1

    def floor(self, bound_micro: float) -> float:
        """Return the largest worth a plan can have below a bound in floats."""
        return bound_micro if np.isinf(bound_micro) else float(np.floor((bound_micro + _FUZZ) / self.step) * self.step)

    @property
    def certified(self) -> float:
        """Certified gap in micro-persons; infinite without a plan."""
        return np.inf if self.rows is None else self.bound_micro - exact_sum(self.problem.value[self.rows])

    def ask(self, keep: Bools, fixed: Ints, nodes: int, target: float | None, least: float | None = None) -> Answer:
        limit = self.deadline - time.monotonic()
        if limit <= 0:
            self.late = True
            return Answer(None, np.inf, "Time limit reached", 0)
        answer = solve_part(
            self.problem, self.relaxed.funds, keep, fixed, nodes=min(nodes, self.nodes_left), time_limit_s=limit,
            target_micro=target, first=self.rows, gap_micro=0.9 * (self.step - 1),
            least_micro=least,
        )  # fmt: skip
        self.nodes += answer.nodes
        self.nodes_left -= max(answer.nodes, 1)
        self.calls += 1
        self.late |= answer.status == "Time limit reached"
        if answer.rows is not None and (self.rows is None or worth(self.problem, answer.rows) > self.worth):
            self.rows = answer.rows
        return answer

    @property
    def worth(self) -> int:
        return -(2**62) if self.rows is None else worth(self.problem, self.rows)


def solve_stage(
    problem: Problem, *, gap: float, nodes: int, deadline: float, warm: Ints | None = None, local_only: bool = False,
    local_s: float = 0.0, near: npt.NDArray[np.float64] | None = None,
) -> tuple[_Search, str]:  # fmt: skip
    """Solve one stage; returns the search and why it stopped. The last `local_s` seconds are for the local search."""
    shared().start()
    relaxed = relax(problem, max(deadline - time.monotonic(), 1.0), warm=near)
    if relaxed is None:
        raise explain_infeasible(problem)
    search = _Search(problem, relaxed, nodes, deadline - local_s)
    if warm is not None and not broken_rows(problem, relaxed.funds, warm) and problem.allowed[warm].all():
        search.rows = warm
    goal = gap * MICRO
    _local(search, goal)
    if local_only and search.rows is not None:
        return search, "effort"
    _cores(search, goal)
    status = _deepen(search, goal)
    if status == "time" and local_s > 0:
        search.deadline = deadline
        _improved(search, goal, _MOST_NODES)
    if search.rows is None:
        if search.late:
            raise SolverError("no plan was found within the time limit", remedy="allow more time or fewer rules")
        raise explain_infeasible(problem)
    _closed_fund_rows(search)
    return search, status


def _local(search: _Search, goal: float) -> None:
    """Round the relaxation and improve it by exact searches over some households at a time."""
    problem, relaxed = search.problem, search.relaxed
    if not searchable(problem, relaxed.funds):
        return
    if search.rows is None:
        search.rows, nodes = rounded(problem, relaxed, relaxed.first)
        search.local += nodes
    if search.rows is None:
        search.rows, moves = restored(problem, relaxed, relaxed.first, search.deadline)
        search.local += moves
    left = search.deadline - time.monotonic()
    each, part = (GAP_NODES, GAP_PART) if goal > 0 else (LOCAL_NODES, LOCAL_PART)
    _improved(search, goal, min(each * max(problem.groups - SMALL, 1), MOST_LOCAL_NODES), (1 - part) * left)


def _improved(search: _Search, goal: float, budget: int, spare_s: float = 0.0) -> None:
    if search.rows is None or search.certified <= goal or not searchable(search.problem, search.relaxed.funds):
        return
    search.rows, nodes = improved(search.problem, search.relaxed, search.rows, goal, budget, search.deadline - spare_s)
    search.local += nodes


def _cores(search: _Search, goal: float) -> None:
    """Free the households that are split or nearly tied, fix the others where the relaxation puts them."""
    problem, relaxed = search.problem, search.relaxed
    first = relaxed.first
    fractional = relaxed.x[first] < 1 - 1e-6
    other = relaxed.loss.copy()
    other[first] = np.inf
    other[~problem.allowed] = np.inf
    margin = np.minimum.reduceat(other, problem.start[:-1])
    order = np.lexsort((np.arange(problem.groups), problem.group_rank, margin, ~fractional))
    for size in CORE_SIZES:
        if search.certified <= goal or search.nodes_left <= 0 or search.late or size >= problem.groups:
            return
        fixed = first.copy()
        fixed[order[: max(size, int(fractional.sum()))]] = -1
        search.ask(relaxed.loss <= CORE_WIDTH * relaxed.scale, fixed, CORE_NODES, _target(search, goal))


def _target(search: _Search, goal: float) -> float | None:
    return search.bound_micro - goal if goal > 0 else None


def _deepen(search: _Search, goal: float) -> str:
    """Restricted-exact by reduced cost, wider until the proof holds; returns why it stopped."""
    problem, relaxed = search.problem, search.relaxed
    everything = np.full(problem.groups, -1, dtype=np.int64)
    bonus = float(problem.bonus.max(initial=0)) * problem.households
    widths = iter(WIDTHS if goal > 0 else PARTS)
    while True:
        if search.certified <= max(goal, 0.0):
            return "optimal" if search.certified <= 0 else "gap"
        if search.late or search.nodes_left <= 0:
            return "time" if search.late else "effort"
        unit = max(relaxed.scale, 1.0) if goal > 0 or np.isinf(search.certified) else search.certified
        # beyond the loss already known no package can help
        width = min(next(widths, np.inf) * unit, search.certified + bonus)
        keep = problem.allowed & (relaxed.loss <= width)
        whole = bool(keep.sum() == problem.allowed.sum())
        outside = -np.inf if whole else search.bound_micro - width + bonus
        least = None if goal > 0 or search.rows is None else max(outside, float(search.worth + search.step)) - 1.0
        answer = search.ask(keep, everything, _MOST_NODES, _target(search, goal), least)
        if answer.closed or np.isfinite(answer.bound_micro):
            missed = -np.inf if least is None else least
            bound = max(search.floor(max(outside, answer.bound_micro, missed)), float(search.worth))
            search.solver_bound = min(search.solver_bound, bound)
            if bound <= search.worth:
                return "optimal"
            if answer.closed and whole and search.rows is None:
                return "none"


def _closed_fund_rows(search: _Search) -> None:
    """Check the plan against *every* set of funds; the split is the proof."""
    assert search.rows is not None
    if split(search.problem, search.rows) is None:
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
) -> Plan:
    """Solve a problem stage by stage (lexicographic priority first) and return the plan.

    `local_part` of the time is kept for the local search after the solver: for problems too hard
    for any proof, where only better plans count. `near`: prices of the rows from another plan, nearly
    right for this problem (1e-12 person per unit).
    """
    from povlib.allocation.certificate import with_stage

    deadline = time.monotonic() + time_limit_s
    reached: list[tuple[str, int]] = []
    proofs: list[Certificate] = []
    for name, stage in problem.stages:
        staged = _staged(problem, stage)
        search, _ = solve_stage(staged, gap=0.0, nodes=nodes, deadline=deadline, warm=warm)
        assert search.rows is not None
        warm = search.rows
        value = exact_sum(stage[warm])
        prices = search.relaxed.prices.posted(staged)
        proofs.append(Certificate(staged.digest, prices, search.relaxed.bound, value * UNITS_PER_MICRO))
        reached.append((name, value))
        problem, near = with_stage(problem, name, stage, value), None
    search, status = solve_stage(
        problem, gap=gap, nodes=nodes, deadline=deadline, warm=warm, local_s=local_part * time_limit_s, near=near
    )
    assert search.rows is not None
    effort = {
        "nodes": search.nodes,
        "local_nodes": search.local,
        "calls": search.calls,
        "iterations": search.relaxed.iterations,
    }
    return assemble(
        problem, search.rows, search.relaxed.prices, search.relaxed.bound, search.solver_bound,
        status=status, effort=effort, reached=tuple(reached), stages=tuple(proofs),
    )  # fmt: skip


def _staged(problem: Problem, stage: Ints) -> Problem:
    from dataclasses import replace

    return replace(problem, value=stage, bonus=np.zeros_like(problem.bonus))
