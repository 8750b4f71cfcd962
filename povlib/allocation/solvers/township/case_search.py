"""The search of a township case by case: what may be opened is decided first, the plan of each case after it.

Responsible for the order of the cases, for what a plan of one case says about the others, and for joining what was
found. A case is left alone once no plan of it can matter: its bound is below the best plan. Not responsible for the
cases themselves (`povlib.allocation.solvers.township.opening_search`) or for the search in one of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from povlib.allocation.proof.certificate import UNITS_PER_MICRO, exact_sum
from povlib.allocation.solvers.township.opening_search import OpeningCase, OpeningCases
from povlib.allocation.solvers.township.reduced_cost_search import widen_until_proven
from povlib.allocation.solvers.township.search_state import ExactSearch

#: improves the plan of a search until so many micro-persons are certified
LocalSearch = Callable[[ExactSearch, float], None]


def search_cases(search: ExactSearch, cases: OpeningCases, goal: float, search_locally: LocalSearch) -> None:
    """Look for a plan in each case that may hold one good enough, that of the highest bound first.

    Parameters
    ----------
    search : ExactSearch
        Of the whole problem; the best plan of all cases is put into it.
    goal : float
        Micro-persons within which a plan must be proved.
    """
    while search.rows is None or certified(search, cases) > goal:
        # nothing below the best plan matters, nor what cannot reach the goal because another case's bound is so high
        hopeless = cases.bound / UNITS_PER_MICRO - goal if goal > 0 else -np.inf
        case = cases.widest(-np.inf if search.rows is None else max(float(search.worth) - search.bonus, hopeless))
        late = search.clock.left_s <= search.spare_s
        if case is None or (late and search.rows is not None):
            return
        # some plan is wanted, however late it is; what is opened in part is left to the rounding then
        if not late and cases.settle(case, search.clock):
            continue
        case.searched = True
        part = _search_of_case(search, cases, case)
        if part.rows is not None and not case.holds(part.rows):
            part.rows = None  # the local search needs a plan of the case to start from
        search_locally(part, _goal_of_case(cases, case, goal))
        _join(search, part)


def prove_cases(search: ExactSearch, cases: OpeningCases, goal: float) -> str:
    """Ask the solver about each case until the gap is `goal` micro-persons or the plan is proven; return why it ended.

    Returns
    -------
    str
        As `widen_until_proven`.
    """
    if len(cases.cases) == 1:
        return widen_until_proven(search, goal)
    said, bounds = [], []
    for case in sorted(cases.cases, key=lambda case: -case.bound):
        part = _search_of_case(search, cases, case)
        if goal > 0 and search.rows is not None and certified(search, cases) <= goal:
            said.append("gap")
        elif case.empty:
            part.solver_bound = -np.inf
        elif search.rows is None or part.floor(case.bound_micro + part.bonus) > search.worth:
            said.append(widen_until_proven(part, _goal_of_case(cases, case, goal)))
            if said[-1] == "none":
                part.solver_bound = -np.inf
            _join(search, part)
        bounds.append(min(case.bound_micro + part.bonus, part.solver_bound))
    search.solver_bound = max(float(search.worth), *bounds) if search.rows is not None else max(bounds)
    if search.rows is not None and goal > 0 and certified(search, cases) <= goal:
        return "gap"
    return next((word for word in ("time", "effort", "gap") if word in said), "optimal")


def improve_in_its_case(search: ExactSearch, cases: OpeningCases, goal: float, search_locally: LocalSearch) -> None:
    """Improve the best plan within the case that it belongs to."""
    if search.rows is None:
        return
    rows = search.rows
    part = _search_of_case(search, cases, next(case for case in cases.cases if case.holds(rows)))
    search_locally(part, goal)
    _join(search, part)


def certified(search: ExactSearch, cases: OpeningCases) -> float:
    """Return the certified gap in micro-persons; infinite without a plan."""
    if search.rows is None:
        return np.inf
    return cases.bound / UNITS_PER_MICRO - exact_sum(search.problem.value[search.rows])


def _goal_of_case(cases: OpeningCases, case: OpeningCase, goal: float) -> float:
    """Return within how much of its own bound a plan of the case is good enough: another's bound may be higher."""
    return max(goal - (cases.bound - case.bound) / UNITS_PER_MICRO, 0.0)


def _search_of_case(search: ExactSearch, cases: OpeningCases, case: OpeningCase) -> ExactSearch:
    """Return the search in a case, with the best plan of all; the search itself where there is one case only."""
    if len(cases.cases) == 1:
        return search
    return ExactSearch(
        case.problem, case.relaxed, search.nodes_left, search.clock, rows=search.rows, spare_s=search.spare_s
    )


def _join(search: ExactSearch, part: ExactSearch) -> None:
    """Take over the plan of a case where it is better, and the effort spent on it."""
    if part is search:
        return
    if part.rows is not None and part.worth > search.worth:
        search.rows = part.rows
    search.nodes_left = part.nodes_left
    search.nodes += part.nodes
    search.calls += part.calls
    search.local += part.local
    search.late |= part.late
    search.ended |= part.ended
