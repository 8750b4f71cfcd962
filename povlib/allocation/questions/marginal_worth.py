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
from povlib.allocation.proof.certificate import UNITS_PER_PERSON
from povlib.allocation.proof.plan import Plan
from povlib.allocation.questions.capacity_frontier import outside_share_of_fund, present_capacity
from povlib.allocation.questions.explanation import FEN_PER_10K_YUAN, planner_rules
from povlib.allocation.questions.single_exchange import SingleExchanges
from povlib.allocation.solvers.dispatch import solve
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.township_search import DEFAULT_NODES
from povlib.vocabulary.resource_keys import (
    outside_kept_share,
)

Progress = Callable[[str, float], None]
#: a plan found again need not be nearer to its bound than this (persons): `relaxed` is exact anyhow
_LEAST_GAP = 0.5
#: with workshops to open it is looked for by local search alone: a general solver took 7 s for each of seven questions
_LEAST_GAP_OF_CASES = 1.0
_COLUMNS = ["row", "added", "unit", "slope", "relaxed", "found", "at_most", "proved"]


def value_of_one_more(
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

    Notes
    -----
    A plan found by prices is not solved again (`is_solved_again`): each time took half a minute at 5,000 households.
    What is certain is then what the best exchange of one household's package brings with one more, and the bound rises
    by the posted price, by which the same prices prove it for the larger problem too.

    Returns
    -------
    DataFrame
        row, added, unit, slope (persons by posted price), relaxed (by how much the proved bound
        rises: the relaxation solved again), found (what is certain: value of the plan found again less the
        present *bound*, since what lies between the present plan and its bound may be slack of its search),
        at_most (bound with more less present value), proved (both plans are optimal, so that `found` is the
        answer; otherwise the answer lies between `found` and `at_most`, and `relaxed` is the best single figure).
    """
    keys = list(rows) if rows is not None else _fund_keys(problem) + _shared_post_rows(problem)
    if not is_solved_again(plan):
        return _worth_without_solving(plan, problem, keys)
    near_enough = max(plan.gap, _LEAST_GAP_OF_CASES if plan.certificate.cases else _LEAST_GAP)
    table_rows = []
    for at, row in enumerate(keys):
        if progress is not None:
            progress("one more", at / len(keys))
        is_fund = row in _fund_keys(problem)
        added = FEN_PER_10K_YUAN if is_fund else 1
        enlarged = problem.with_capacities({row: present_capacity(problem, row) + added})
        better_plan = solve(enlarged, gap=near_enough, warm_start=plan, nodes=nodes, time_limit_s=time_limit_s)
        price = _posted_price(plan, problem, row)
        certain = max(better_plan.value - plan.bound, 0.0)
        relaxed = max(better_plan.price_bound - plan.price_bound, 0.0)
        proved = plan.optimal and better_plan.optimal
        unit = "fen" if is_fund else ""
        table_rows.append((row, added, unit, price * added, relaxed, certain, better_plan.bound - plan.value, proved))
    return pd.DataFrame(table_rows, columns=_COLUMNS)


def is_solved_again(plan: Plan) -> bool:
    """Return whether what one more would bring is found by solving again: not where prices found the plan."""
    return plan.method == "exact"


def _posted_price(plan: Plan, problem: Problem, row: str) -> float:
    """Return what one unit more of a row or fund is worth at the posted prices, in persons."""
    outside = plan.prices.get(outside_kept_share(row), 0.0) * outside_share_of_fund(problem, row)
    return plan.prices.get(row, 0.0) + outside


def _worth_without_solving(plan: Plan, problem: Problem, keys: Sequence[str]) -> pd.DataFrame:
    """Return what one more of each row brings by the best single exchange, and at most by the same prices."""
    exchanges = SingleExchanges(plan, problem)
    table_rows = []
    for row in keys:
        is_fund = row in _fund_keys(problem)
        added = FEN_PER_10K_YUAN if is_fund else 1
        slope = _posted_price(plan, problem, row) * added
        # sets of funds are rows of their own: nothing is certain of more money without solving again
        enlarged = problem.capacity + added * (problem.rows["row"] == row).to_numpy(dtype=np.int64)
        gained = 0.0 if is_fund else exchanges.best_with(enlarged)
        certain = max(plan.value + gained - plan.bound, 0.0)
        at_most = plan.price_bound + slope - plan.value
        table_rows.append((row, added, "fen" if is_fund else "", slope, slope, certain, at_most, False))
    return pd.DataFrame(table_rows, columns=_COLUMNS)


def rule_costs(plan: Plan, problem: Problem, rows: Sequence[str] | None = None) -> pd.DataFrame:
    """Return what each of the planner's own rules (floors, shares) costs in exits.

    Returns
    -------
    DataFrame
        row, persons: by how much the bound rises without the rule (0 where it does not bind).
    """
    costs, whole = [], plan.price_bound
    if plan.certificate.cases:  # the bounds without a rule are of one list of prices: so must be the one with it
        found = relax(problem, 60.0)
        whole = plan.price_bound if found is None else found.bound / UNITS_PER_PERSON
    for row in rows if rows is not None else planner_rules(problem):
        persons = 0.0
        if plan.prices.get(row):
            # a price of nothing proves already that the rule costs nothing; else the bound without it says how much
            without = relax(_without_rule(problem, row), 60.0)
            persons = 0.0 if without is None else without.bound / UNITS_PER_PERSON - whole
        costs.append((row, max(persons, 0.0)))
    return pd.DataFrame(costs, columns=["row", "persons"])


def _without_rule(problem: Problem, row: str) -> Problem:
    """Return the problem in which a rule cannot bind: its capacity is what everything together would use."""
    total_use = np.asarray(abs(problem.use).sum(axis=0)).ravel().astype(np.int64)
    is_rule = (problem.rows["row"] == row).to_numpy()
    return replace(problem, capacity=np.where(is_rule, total_use, problem.capacity).astype(np.int64), stages=())


def _fund_keys(problem: Problem) -> list[str]:
    """Return the funds that pay bills."""
    return [] if problem.money is None else list(problem.money.funds)


def _shared_post_rows(problem: Problem) -> list[str]:
    """Return the pools of posts that belong to no single village."""
    rows = problem.rows
    chosen = (rows["kind"] == "post") & (rows["sense"] == "<=") & rows["village"].isna()
    return [str(row) for row in rows.loc[chosen, "row"]]
