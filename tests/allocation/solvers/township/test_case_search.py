"""The search over cases of what is opened ends with the optimum of every choice, and with a proof of it."""

from __future__ import annotations

import numpy as np
import pytest

from povlib.allocation import solve, verify
from povlib.allocation.solvers.township.case_search import certified, prove_cases, search_cases
from povlib.allocation.solvers.township.opening_search import OpeningCases
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.search_clock import SearchClock
from povlib.allocation.solvers.township.search_state import ExactSearch
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.allocation.solvers.township.township_search import _search_locally
from tests.allocation.solvers.township.test_opening_search import workshop


def searched(cost: int, goal: float = 0.0) -> tuple[ExactSearch, OpeningCases]:
    problem = workshop(cost)
    shared_solver().start()
    relaxed = relax(problem, 60)
    assert relaxed is not None
    search, cases = ExactSearch(problem, relaxed, 100, SearchClock(60.0)), OpeningCases(problem, relaxed)
    search_cases(search, cases, goal, _search_locally)
    return search, cases


def test_the_best_plan_of_all_cases_is_kept() -> None:
    """100 fen, 75 for opening: two households, who gain 29/60 and 28/60 above a half (by hand)."""
    search, cases = searched(75)
    assert search.rows is not None
    assert search.problem.value[search.rows].sum() == sum(np.rint((0.5 + h / 60) * 1e4) * 100 for h in (29, 28))
    assert prove_cases(search, cases, 0.0) == "optimal"
    assert search.solver_bound == search.worth


def test_the_gap_is_that_of_the_cases() -> None:
    search, cases = searched(75, goal=10**6)
    assert search.rows is not None
    assert certified(search, cases) == cases.bound / 10**6 - search.problem.value[search.rows].sum()
    assert prove_cases(search, cases, 10**6) == "gap"


@pytest.mark.parametrize(("cost", "opened"), [(0, True), (75, True), (81, True), (91, False), (10**9, False)])
def test_the_plan_is_the_optimum_and_verified(cost: int, opened: bool) -> None:
    """Nobody can be served beside an opening of 91 fen; one that costs nothing is never left shut."""
    problem = workshop(cost)
    plan = solve(problem, gap=0)
    served = min(max(100 - cost, 0) // 10, 4) if cost < 10**9 else 0
    assert plan.certificate.value == sum(int(np.rint((0.5 + h / 60) * 1e4)) * 10**8 for h in range(30 - served, 30))
    assert bool(len(plan.opened)) == opened
    assert verify(plan, problem).ok
    assert plan.status == "optimal"


def test_a_plan_is_found_however_late_it_is() -> None:
    """The time is over before the first case: its relaxation is rounded all the same, and nothing is split."""
    problem = workshop(75)
    shared_solver().start()
    relaxed = relax(problem, 60)
    assert relaxed is not None
    search, cases = ExactSearch(problem, relaxed, 100, SearchClock(0.0)), OpeningCases(problem, relaxed)
    search_cases(search, cases, 0.0, _search_locally)
    assert search.rows is not None
    assert len(cases.cases) == 1
