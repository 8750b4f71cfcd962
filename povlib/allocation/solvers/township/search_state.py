"""The state of one exact search: the best plan so far, what bounds it, and the effort spent.

Responsible for asking the solver about a part of the problem, for keeping a plan only after its
worth was recomputed in integers, and for refusing answers that contradict what is known. Not
responsible for which part to ask about (`reduced_cost_search`) nor for the order of work
(`povlib.allocation.solvers.township.township_search`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, exact_sum
from povlib.allocation.solvers.township.relaxation import FundRows, Relaxation
from povlib.allocation.solvers.township.restricted_programs import ProgramAnswer, plan_worth, solve_part
from povlib.allocation.solvers.township.search_clock import SearchClock
from povlib.allocation.solvers.township.solver_worker import STEPS_DONE, STUCK
from povlib.arrays import Bools, Ints

#: worth in micro-persons of no plan at all
NO_PLAN = -(2**62)
#: micro-persons by which the solver's bound may be too low by rounding: far above the error of a float, far below the
#: smallest step between plans (one micro-person)
_SOLVER_ROUNDING = 0.05
LATE = "Time limit reached"
REFUSED = "refused: it contradicts a plan checked in integers"


@dataclass(eq=False)
class ExactSearch:
    """A problem, its relaxation, and what the search found; micro-persons throughout.

    The last `spare_s` seconds of the clock are kept for what comes after the solver.
    """

    problem: Problem
    relaxed: Relaxation
    nodes_left: int
    clock: SearchClock
    rows: Ints | None = None
    nodes: int = 0
    calls: int = 0
    local: int = 0
    refused: int = 0
    solver_bound: float = np.inf
    spare_s: float = 0.0
    late: bool = False
    ended: bool = False

    @property
    def bound_micro(self) -> float:
        """What the prices prove."""
        return self.relaxed.bound / UNITS_PER_MICRO

    @cached_property
    def step(self) -> int:
        """Every plan is worth a multiple of this many micro-persons."""
        worth_of = (self.problem.value + self.problem.bonus)[self.problem.allowed]
        return int(np.gcd.reduce(np.abs(worth_of))) or 1

    @cached_property
    def tight_funds(self) -> FundRows:
        """The rows of funds that the programs hold."""
        return self.relaxed.funds.tight(self.relaxed)

    @cached_property
    def bonus(self) -> float:
        """Most by which the worth of a plan can lie above its value."""
        return float(self.problem.bonus.max(initial=0)) * self.problem.households

    def floor(self, bound_micro: float) -> float:
        """Return the largest worth a plan can have below a bound in floats."""
        return (
            bound_micro
            if np.isinf(bound_micro)
            else float(np.floor((bound_micro + _SOLVER_ROUNDING) / self.step) * self.step)
        )

    @property
    def certified(self) -> float:
        """Certified gap; infinite without a plan."""
        return np.inf if self.rows is None else self.bound_micro - exact_sum(self.problem.value[self.rows])

    @property
    def worth(self) -> int:
        """Value and bonus of the best plan."""
        return NO_PLAN if self.rows is None else plan_worth(self.problem, self.rows)

    def ask(
        self, keep: Bools, fixed: Ints, nodes: int, target: float | None, least: float | None = None,
        share: float = 1.0, restarts: bool = True,
    ) -> ProgramAnswer:  # fmt: skip
        """Ask the solver about the groups that are not fixed, among the packages kept, in a share of the time left.

        Without `restarts` it keeps to the tree that it began.
        """
        limit = share * (self.clock.left_s - self.spare_s)
        if limit <= 0:
            self._end()
            return ProgramAnswer(None, np.inf, LATE, 0)
        answer = solve_part(
            self.problem, self.tight_funds, keep, fixed, nodes=min(nodes, self.nodes_left),
            time_limit_s=self.clock.wall_left_s if self.clock.in_steps else limit,
            steps_s=limit if self.clock.in_steps else None,
            target_micro=target, first=self.rows, gap_micro=0.9 * (self.step - 1),
            least_micro=least, restarts=restarts,
        )  # fmt: skip
        self.nodes += answer.nodes
        self.nodes_left -= max(answer.nodes, 1)
        self.calls += 1
        self.clock.spend(answer.seconds)
        if share >= 1.0 and answer.status in (LATE, STEPS_DONE):
            self._end()
        self.refused += answer.status == STUCK
        answer = self._doubted(answer, keep, fixed, least)
        if answer.rows is not None and plan_worth(self.problem, answer.rows) > self.worth:
            self.rows = answer.rows
        return answer

    def _end(self) -> None:
        """End the search: by the clock, or as one whose effort is spent."""
        self.ended = True
        if self.clock.in_steps:
            self.nodes_left = 0
        else:
            self.late = True

    def _doubted(self, answer: ProgramAnswer, keep: Bools, fixed: Ints, least: float | None) -> ProgramAnswer:
        """Refuse a finished answer that misses its own cutoff, or the plan known within the very part asked about.

        A solver that had lost a plan once called a worse one optimal.
        """
        if not answer.closed:
            return answer
        found = NO_PLAN if answer.rows is None else plan_worth(self.problem, answer.rows)
        known = NO_PLAN
        if self.rows is not None and keep[self.rows].all() and bool(((fixed < 0) | (fixed == self.rows)).all()):
            known = self.worth
        missed = answer.rows is not None and least is not None and found < least
        hidden = known > NO_PLAN and (least is None or known >= least) and found <= known - self.step
        if not (missed or hidden):
            return answer
        self.refused += 1
        return ProgramAnswer(answer.rows, np.inf, REFUSED, answer.nodes)
