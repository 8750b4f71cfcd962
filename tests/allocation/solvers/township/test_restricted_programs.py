"""A program that begins without the rows of the funds ends with the optimum of every choice tried."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from povlib.allocation import Problem
from povlib.allocation.proof.fund_split import split_bills
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.restricted_programs import plan_worth, solve_part
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.errors import InfeasiblePlanError, ProblemError

SEEDS = 40


def test_rows_left_out_come_back_where_an_answer_breaks_them() -> None:
    """No row of a fund is in the program at first; what it ends with is held to brute force and to a split of bills."""
    shared_solver().start()
    solved = added = 0
    for seed in range(SEEDS):
        tables = sys.modules["tiny_townships"].tiny(seed, doors=0.3, mills=0.0)
        best = sys.modules["tiny_townships"].brute_force(tables)
        try:
            problem = Problem.from_tables(**tables)
        except (InfeasiblePlanError, ProblemError):
            continue
        relaxed = relax(problem, 60.0)
        if problem.stages or relaxed is None or not relaxed.funds.states:
            continue
        far = replace(relaxed, x=np.zeros_like(relaxed.x), row_prices=np.zeros_like(relaxed.row_prices))
        funds = relaxed.funds.tight(far)
        assert funds.states == []
        free = np.full(problem.groups, -1, dtype=np.int64)
        answer = solve_part(problem, funds, problem.allowed, free, nodes=10**6, time_limit_s=60.0)
        assert (answer.rows is None) == (best is None), seed
        if answer.rows is not None:
            assert answer.status == "Optimal"
            assert plan_worth(problem, answer.rows) == best, seed
            assert answer.bound_micro >= best - 0.5
            assert split_bills(problem, answer.rows) is not None
            solved += 1
        added += bool(funds.states)
    assert solved > SEEDS / 3
    assert added > 2


def test_rows_near_which_the_relaxation_comes_stay() -> None:
    """A fund used up by the relaxation, and one of which hardly anything is used (by hand)."""
    from tests.allocation.solvers.township.test_opening_search import workshop

    problem = workshop(cost=75)
    shared_solver().start()
    relaxed = relax(problem, 60.0)
    assert relaxed is not None
    assert relaxed.funds.tight(relaxed).states == relaxed.funds.states
    idle = replace(relaxed, x=relaxed.x * 0.5, row_prices=relaxed.row_prices * 0)
    assert relaxed.funds.tight(idle).states == []
