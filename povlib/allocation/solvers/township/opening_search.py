"""What may be opened is decided case by case, before anything else.

Responsible for the cases: a case whose prices open something in part is split into one for each way to open it, and
each way has a relaxation, prices and a bound of its own (branch and bound over the openings, Land and Doig 1960, the
case of the highest bound first). Half a workshop has half its seats at half its cost, so that one list of prices
proves little where something is opened in part; in each of the cases it is open or shut. Not responsible for
the plan of a case (`povlib.allocation.solvers.township.township_search`) or for what makes several cases a proof
(`povlib.allocation.proof.opening_cases`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.certificate import UNITS_PER_MICRO
from povlib.allocation.proof.opening_cases import CaseProof, facility_and_level
from povlib.allocation.solvers.township.relaxation import Relaxation, RelaxedModel, model_of, relax
from povlib.allocation.solvers.township.search_clock import SearchClock
from povlib.arrays import Bools, Ints

#: cases up to which one is split further: a choice. Four workshops and the tea co-op of the practice township need two
MOST_CASES = 64
#: weights of the relaxation below this are none
_NOTHING = 1e-6


@dataclass(eq=False)
class OpeningCase:
    """Some ways to open, with the prices that bound their plans.

    Attributes
    ----------
    problem : Problem
        In which what the case decides has one way only.
    held : dict
        Package row of each opening that the case decides, by its group.
    relaxed : Relaxation
        Of the case, or (`borrowed`) of the case it was split from: its prices prove `bound` here.
    bound : int
        No plan of the case is worth more, in 1e-12 person.
    weight : float
        How much of its last decision the relaxation took before the case was split off.
    searched : bool
        A plan was looked for in the case.
    empty : bool
        No weights satisfy its rules, by the solver's word.
    """

    problem: Problem
    held: dict[int, int]
    relaxed: Relaxation
    bound: int
    weight: float = 1.0
    borrowed: bool = False
    searched: bool = False
    empty: bool = False

    @property
    def bound_micro(self) -> float:
        """The bound in micro-persons."""
        return self.bound / UNITS_PER_MICRO

    def holds(self, rows: Ints) -> bool:
        """Return whether a plan, by its package rows, belongs to the case."""
        return all(int(rows[group]) == row for group, row in self.held.items())

    def opened_in_part(self) -> int | None:
        """Return the group of the opening that the relaxation leaves most undecided; None where it decides them all."""
        start, x = self.problem.start, self.relaxed.x
        first = int(start[self.problem.households])
        if self.problem.groups == self.problem.households:
            return None
        most = np.maximum.reduceat(x[first:], start[self.problem.households : -1] - first)
        group = int(np.argmin(most))
        return None if most[group] > 1.0 - _NOTHING else self.problem.households + group


@dataclass(eq=False)
class OpeningCases:
    """The cases of a problem; together they hold every way to open.

    Parameters
    ----------
    problem : Problem
    relaxed : Relaxation
        Of the whole problem.
    """

    problem: Problem
    relaxed: Relaxation
    cases: list[OpeningCase] = field(init=False)
    iterations: int = field(init=False)
    _model: RelaxedModel = field(init=False)

    def __post_init__(self) -> None:
        self.cases = [OpeningCase(self.problem, {}, self.relaxed, self.relaxed.bound)]
        self.iterations = self.relaxed.iterations
        self._model = self.relaxed.model

    @property
    def bound(self) -> int:
        """What the cases prove for every plan, in 1e-12 person."""
        return max(case.bound for case in self.cases)

    def widest(self, above: float) -> OpeningCase | None:
        """Return the case of the highest bound that was not searched; None where none lies above so many micro-persons.

        Of cases of one bound the one whose decision the relaxation took most of.
        """
        left = [case for case in self.cases if not case.searched and case.bound_micro > above]
        return max(left, key=lambda case: (case.bound, case.weight), default=None)

    def settle(self, case: OpeningCase, clock: SearchClock) -> bool:
        """Give a case prices of its own, or split it; False where neither is left to do and a plan can be looked for.

        A case that no weights satisfy has no plan: it keeps the prices it has and counts as searched.
        """
        if case.borrowed:
            self._relax(case, clock)
            return True
        group = case.opened_in_part()
        if group is None or len(self.cases) >= MOST_CASES:
            return False
        self._split(case, group)
        return True

    def proofs(self) -> tuple[CaseProof, ...]:
        """Return what proves the bound case by case; nothing where one list of prices does."""
        if len(self.cases) == 1:
            return ()
        return tuple(
            CaseProof(
                dict(facility_and_level(str(self.problem.package[row])) for row in case.held.values()),
                case.relaxed.prices.posted(self.problem), case.bound,
            )
            for case in self.cases
        )  # fmt: skip

    def _split(self, case: OpeningCase, group: int) -> None:
        """Put in the place of a case one for each way to open what a group stands for."""
        start = self.problem.start
        rows = [row for row in range(int(start[group]), int(start[group + 1])) if case.problem.allowed[row]]
        line = case.relaxed.line
        best = max(int(line[row]) for row in rows)
        ways = []
        for row in rows:
            allowed = case.problem.allowed.copy()
            allowed[start[group] : start[group + 1]] = False
            allowed[row] = True
            bound = case.bound - best + int(line[row])
            held, weight = {**case.held, group: row}, float(case.relaxed.x[row])
            ways.append(OpeningCase(self._with(allowed), held, case.relaxed, bound, weight, borrowed=True))
        at = self.cases.index(case)
        self.cases[at : at + 1] = ways

    def _with(self, allowed: Bools) -> Problem:
        """Return the problem with these package rows allowed, in the order that was found once."""
        problem = replace(self.problem, allowed=allowed)
        problem.__dict__["order"] = self.problem.order
        return problem

    def _relax(self, case: OpeningCase, clock: SearchClock) -> None:
        """Solve a case's own relaxation; its prices count where they prove more than those it has."""
        case.borrowed = False
        funds = self.relaxed.funds
        if len(self._model.b) != len(self.problem.capacity) + len(funds.states):
            self._model = model_of(self.problem, funds)
        found = relax(
            case.problem, max(clock.wall_left_s, 1.0), funds, case.relaxed.row_prices,
            self._model.within(case.problem.allowed),
        )  # fmt: skip
        if found is None:
            case.searched = case.empty = True
            return
        self.iterations += found.iterations
        case.relaxed, case.bound = found, found.bound
