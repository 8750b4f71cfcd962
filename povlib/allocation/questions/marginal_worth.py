"""What one more yuan, one more post or one rule less would bring.

Responsible for solving again with a little more of each fund and pool (at township size a slope
is no answer) and for the cost of each of the planner's own rules in exits. Each figure comes with
what is certain about it. Not responsible for the posted prices (`povlib.allocation.questions.explanation`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.certificate import UNIT
from povlib.allocation.proof.plan import Plan
from povlib.allocation.questions.explanation import FEN_PER_10K_YUAN, rule_rows
from povlib.allocation.solvers.dispatch import solve
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.township_search import DEFAULT_NODES
from povlib.vocabulary.resource_keys import outside_kept_share

Progress = Callable[[str, float], None]
#: a plan found again need not be nearer to its bound than this (persons): `relaxed` is exact anyhow
_GAP = 0.5


def one_more(
    plan: Plan,
    problem: Problem,
    rows: Sequence[str] | None = None,
    *,
    nodes: int = DEFAULT_NODES // 3,
    time_limit_s: float = 20.0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Solve again with 10,000 yuan more in each fund and one more of each pool of posts.

    Parameters
    ----------
    rows : sequence of str, optional
        Funds and resources; default all funds and the pools and posts of no single village.

    Returns
    -------
    DataFrame
        row, added, unit, slope (persons by posted price), relaxed (by how much the proved bound
        rises: the relaxation solved again), found (value of the plan found again less the present
        value), at_most (bound with more less present value), proved (both plans are optimal, so
        that `found` is the answer; otherwise the answer lies between 0 and `at_most`, and
        `relaxed` is the best single figure).
    """
    chosen = list(rows) if rows is not None else _funds(problem) + _pools(problem)
    found = []
    for at, row in enumerate(chosen):
        if progress is not None:
            progress("one more", at / len(chosen))
        money = row in _funds(problem)
        added = FEN_PER_10K_YUAN if money else 1
        more = problem.changed({row: _capacity(problem, row) + added})
        again = solve(more, gap=max(plan.gap, _GAP), warm_start=plan, nodes=nodes, time_limit_s=time_limit_s)
        price = plan.prices.get(row, 0.0) + plan.prices.get(outside_kept_share(row), 0.0) * _child_part(problem, row)
        gained = max(again.value - plan.value, 0.0)
        relaxed = max(again.price_bound - plan.price_bound, 0.0)
        proved = plan.optimal and again.optimal
        unit = "fen" if money else ""
        found.append((row, added, unit, price * added, relaxed, gained, again.bound - plan.value, proved))
    columns = ["row", "added", "unit", "slope", "relaxed", "found", "at_most", "proved"]
    return pd.DataFrame(found, columns=columns)


def rule_costs(plan: Plan, problem: Problem, rows: Sequence[str] | None = None) -> pd.DataFrame:
    """Return what each of the planner's own rules (floors, shares) costs in exits.

    Returns
    -------
    DataFrame
        row, persons: by how much the bound rises without the rule (0 where it does not bind).
    """
    found = []
    for row in rows if rows is not None else rule_rows(problem):
        persons = 0.0
        if plan.prices.get(row):
            without = relax(_dropped(problem, row), 60.0)
            persons = 0.0 if without is None else without.bound / UNIT - plan.price_bound
        found.append((row, max(persons, 0.0)))
    return pd.DataFrame(found, columns=["row", "persons"])


def _dropped(problem: Problem, row: str) -> Problem:
    most = np.asarray(abs(problem.use).sum(axis=0)).ravel().astype(np.int64)
    off = (problem.rows["row"] == row).to_numpy()
    return replace(problem, capacity=np.where(off, most, problem.capacity).astype(np.int64), stages=())


def _funds(problem: Problem) -> list[str]:
    return [] if problem.money is None else list(problem.money.funds)


def _pools(problem: Problem) -> list[str]:
    rows = problem.rows
    chosen = (rows["kind"] == "post") & (rows["sense"] == "<=") & rows["village"].isna()
    return [str(row) for row in rows.loc[chosen, "row"]]


def _capacity(problem: Problem, row: str) -> int:
    if problem.money is not None and row in problem.money.funds:
        return int(problem.money.budget[problem.money.funds.index(row)])
    return int(problem.rows.loc[problem.rows["row"] == row, "capacity"].iloc[0])


def _child_part(problem: Problem, row: str) -> float:
    """Part of a fund's new money that its child may spend."""
    if problem.money is None or row not in problem.money.funds:
        return 0.0
    f = problem.money.funds.index(row)
    return float(problem.money.child[f] / problem.money.budget[f]) if problem.money.budget[f] else 0.0
