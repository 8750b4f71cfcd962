"""Cases of a horizon: what is opened when is decided first, and each case has prices of its own.

Responsible for splitting a horizon where the relaxation opens a part of something, and for what all cases prove
together. A workshop that the relaxation opens by a third costs a third and seats a third: its bound then lies persons
above any plan. With the opening decided the bound of each case is near what a plan can reach, and no plan exceeds the
highest of them (branch and bound, Land and Doig 1960). Not responsible for the bound of one case (`horizon_bound`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from povlib.allocation.horizon.horizon_bound import horizon_bound, losses
from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices
from povlib.arrays import Bools, Floats, Ints

#: cases in which the bound is looked for, each one linear program: a choice
MOST_CASES = 24
#: a part opened that is no more than rounding
_WHOLE = 1e-6


@dataclass(frozen=True, eq=False)
class HorizonCase:
    """One case.

    Attributes
    ----------
    decided : dict
        Group of something that may be opened -> its package row in this case.
    prices : Prices
        Posted in this case.
    """

    decided: dict[int, int]
    prices: Prices

    def allowed(self, horizon: HorizonProblem) -> Bools:
        """Return which package rows this case allows."""
        return _allowed(horizon, self.decided)

    def of(self, horizon: HorizonProblem) -> HorizonProblem:
        """Return the horizon with only what this case allows."""
        return HorizonProblem(replace(horizon.problem, allowed=self.allowed(horizon)), horizon.calendar)

    def bound(self, horizon: HorizonProblem) -> int:
        """Return the bound on every plan of this case, in 1e-12 person, a Python integer."""
        return horizon_bound(self.of(horizon), self.prices)

    def holds(self, rows: Ints) -> bool:
        """Say whether a choice belongs to this case."""
        return all(int(rows[group]) == row for group, row in self.decided.items())


def _allowed(horizon: HorizonProblem, decided: dict[int, int]) -> Bools:
    problem = horizon.problem
    allowed = problem.allowed.copy()
    for group, row in decided.items():
        mine = problem.group == group
        allowed[mine] = False
        allowed[row] = problem.allowed[row]
    return np.asarray(allowed)


def split_cases(program: HorizonProgram, most: int = MOST_CASES) -> list[HorizonCase]:
    """Return cases that hold every plan between them, that of the highest bound split as long as it opens parts.

    A case in which the relaxation finds no weights keeps the prices it was split with: its bound still holds.

    Raises
    ------
    SolverError
        If the relaxation of the whole horizon has no solution.
    """
    horizon = program.horizon
    problem = horizon.problem
    x, prices = program.relaxed()
    whole = HorizonCase({}, prices)
    waiting = [(whole.bound(horizon), whole, x)]
    done: list[HorizonCase] = []
    while waiting and len(waiting) + len(done) < most:
        waiting.sort(key=lambda one: one[0])
        _, case, x = waiting.pop()
        group = _most_parted(horizon, x)
        if group is None:
            # the highest bound of all is near what plans reach: nothing is won by splitting lower ones
            done.append(case)
            break
        for row in np.flatnonzero((problem.group == group) & problem.allowed).tolist():
            decided = {**case.decided, group: row}
            found = program.relaxed_within(_allowed(horizon, decided))
            if found is None:
                done.append(HorizonCase(decided, case.prices))
            else:
                part = HorizonCase(decided, found[1])
                waiting.append((part.bound(horizon), part, found[0]))
    return [*done, *(case for _, case, _ in waiting)]


def _most_parted(horizon: HorizonProblem, x: Floats) -> int | None:
    """Return the group of what may be opened whose weights are furthest from a choice; None where all are chosen."""
    problem = horizon.problem
    groups = np.arange(problem.households, problem.groups)
    if not len(groups):
        return None
    largest = np.zeros(problem.groups)
    np.maximum.at(largest, problem.group, x)
    group = int(groups[np.argmin(largest[groups])])
    return group if largest[group] < 1 - _WHOLE else None


def bound_of_cases(horizon: HorizonProblem, cases: Sequence[HorizonCase]) -> int:
    """Return the highest bound of the cases, in 1e-12 person: of every plan, where they cover the horizon."""
    return max(case.bound(horizon) for case in cases)


def case_of(rows: Ints, cases: Sequence[HorizonCase]) -> HorizonCase:
    """Return the case that a choice belongs to."""
    return next(case for case in cases if case.holds(rows))


def cover(horizon: HorizonProblem, decided: Sequence[dict[int, int]]) -> bool:
    """Say whether cases hold every plan between them: checked by going through the openings, one after the other."""
    if any(not one for one in decided):
        return True
    if not decided:
        return False
    problem = horizon.problem
    group = next(iter(decided[0]))
    rows = np.flatnonzero((problem.group == group) & problem.allowed).tolist()
    for row in rows:
        left = [{g: r for g, r in one.items() if g != group} for one in decided if one.get(group, row) == row]
        if not cover(horizon, left):
            return False
    return bool(rows)


def shortfall(horizon: HorizonProblem, cases: Sequence[HorizonCase]) -> Floats:
    """Return by how many persons every plan with a package row lies below the bound at least; infinite: none may."""
    highest = bound_of_cases(horizon, cases)
    least = np.full(len(horizon.problem.package), np.inf)
    for case in cases:
        own = case.of(horizon)
        below = (highest - case.bound(horizon)) / UNITS_PER_PERSON
        np.minimum(least, np.where(own.problem.allowed, losses(own, case.prices) + below, np.inf), out=least)
    return least
