"""What the relaxation opens in part is decided beforehand; the optimum is the one of every choice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.allocation import Problem, solve, verify
from povlib.allocation.solvers.township.opening_search import _likely_decisions, search_openings
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.search_clock import SearchClock
from povlib.allocation.solvers.township.search_state import ExactSearch
from povlib.allocation.solvers.township.solver_process import shared_solver


def workshop(cost: int, seats: int = 4, households: int = 30) -> Problem:
    """Each household gains between 0.5 and 1 by a seat of the workshop, for which the fund has no more than 100 fen."""
    keys = [f"h{h:02}-{k}" for h in range(households) for k in (0, 1)]
    value = [0.0 if key.endswith("0") else round(0.5 + int(key[1:3]) / 60, 4) for key in keys]
    work = keys[1::2]
    return Problem.from_tables(
        pd.DataFrame({"package": keys, "hh": [key[:3] for key in keys], "k": [0, 1] * households, "value": value}),
        pd.DataFrame({"package": work, "resource": "posts", "amount": 1}),
        pd.DataFrame({"resource": ["f", "posts"], "capacity": [100, 0], "kind": ["fund", "post"]}),
        pd.DataFrame({"hh": [f"h{h:02}" for h in range(households)], "village": "A", "members": 1}),
        pd.DataFrame([("shop", "posts", seats, cost, "f")],
                     columns=["facility", "resource", "added", "opening_fen", "fund"]),
        bills=pd.DataFrame({"package": work, "measure": "tools", "cost_fen": 10}),
        payers=pd.DataFrame({"package": work, "measure": "tools", "fund": "f", "ceiling_fen": 10}),
    )  # fmt: skip


def test_what_is_opened_in_part_is_decided_both_ways() -> None:
    problem = workshop(cost=75)
    shared_solver().start()
    relaxed = relax(problem, 60)
    assert relaxed is not None
    ways = list(_likely_decisions(problem, relaxed))
    assert sorted(str(problem.package[way[0]]) for way in ways) == ["facility:shop:0", "facility:shop:1"]
    search = ExactSearch(problem, relaxed, 100, SearchClock(60.0))
    search_openings(search, 0.0)
    assert search.rows is not None
    # 100 fen: 75 open it, two households have their tools for the rest; the best two gain 29/60 and 28/60 above a half
    assert problem.value[search.rows].sum() == sum(np.rint((0.5 + h / 60) * 1e4) * 100 for h in (29, 28))


def test_nothing_is_tried_where_the_relaxation_decides() -> None:
    problem = workshop(cost=0)
    shared_solver().start()
    relaxed = relax(problem, 60)
    assert relaxed is not None
    assert list(_likely_decisions(problem, relaxed)) == []


def test_the_plan_is_the_optimum_and_verified() -> None:
    for cost, opened in ((75, True), (81, True), (91, False)):
        plan = solve(workshop(cost), gap=0)
        assert bool(len(plan.opened)) == opened
        assert verify(plan, workshop(cost)).ok
        assert plan.status == "optimal"
