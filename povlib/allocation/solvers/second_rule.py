"""Among plans of equal value the one that a second rule prefers: least money, or most of another aim.

Responsible for what counts as equal, and for a second search among such plans. The certificate of the first search
stays valid, since its prices bound every plan. Not responsible for the first search
(`povlib.allocation.solvers.dispatch`) or for which rule an office sets (`povlib.params`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.proof.certificate import (
    UNITS_PER_MICRO,
    Prices,
    best_net_values,
    exact_sum,
    net_values,
    price_bound,
    with_stage_row,
)
from povlib.allocation.proof.fund_split import split_bills
from povlib.allocation.proof.plan import Plan, assemble_plan
from povlib.allocation.solvers.dispatch import PRICED_FROM
from povlib.allocation.solvers.township.search_clock import SearchClock
from povlib.allocation.solvers.township.township_search import solve_stage
from povlib.arrays import Ints
from povlib.errors import ProblemError, SolverError

#: the rule that asks for least new money; any other name is a column of the packages table to make largest
LEAST_MONEY = "least_money"
#: nodes of the local search for each household; no solver is asked. Measured on the practice township (340 households)
#: with .6 to 1.5 times its funds: 150,000 nodes and 40 nodes of the solver end with the same money at five of eight
#: budgets, with at most 0.3 % less at the others, and take 5 to 30 s where these take 0.6 s
SECOND_NODES = 30_000
#: the second search stops within this part of what the plan spends (or reaches) of its least: what a meeting rounds
_NEAR_ENOUGH = 0.002


def plan_by_second_rule(
    plan: Plan, problem: Problem, rule: str = LEAST_MONEY, *, within: float = 0.1, gap: float = 0.5,
    time_limit_s: float = 60.0,
) -> Plan:  # fmt: skip
    """Return the plan that a second rule prefers among those as good as the given one.

    Parameters
    ----------
    plan : Plan
        Of `problem`, with its proof.
    rule : str
        "least_money", or a column of the packages table whose sum is made as large as possible.
    within : float
        Plans whose values differ by no more than this (persons) count as equal; 0: none is worth less.
    gap : float
        Persons; a plan that is certified within this gap stays so. Where the given plan is not, none is worth less.
    time_limit_s : float
        A safety; effort is counted in nodes.

    Returns
    -------
    Plan
        With the prices and bound of the given plan, and never worse than it by the rule; the given plan itself
        where there is nothing to choose by: no money, an aim without a table, or more households than are searched
        exactly (for these `tie_breaking` exchanges packages of equal value).

    Raises
    ------
    ProblemError
        If the rule is no column of the packages table, or `within` is negative.

    Notes
    -----
    A plan worth at least F holds only packages whose net value at the posted prices is at most (bound - F) below the
    best of their household, so that the search needs no others.

    Examples
    --------
    Two households, either of which gains the same; helping the second costs less.

    >>> import pandas as pd
    >>> from povlib.allocation.solvers.dispatch import solve
    >>> problem = Problem.from_tables(
    ...     pd.DataFrame({"package": ["a0", "a1", "b0", "b1"], "hh": list("aabb"), "value": [0, 1.0, 0, 0.95]}),
    ...     pd.DataFrame({"package": ["a1", "b1"], "resource": "posts", "amount": 1}),
    ...     pd.DataFrame({"resource": ["posts", "fund"], "kind": ["post", "fund"], "capacity": [1, 300]}),
    ...     pd.DataFrame({"hh": ["a", "b"], "village": "A", "members": 3}),
    ...     bills=pd.DataFrame({"package": ["a1", "b1"], "measure": "m", "cost_fen": [300, 100]}),
    ...     payers=pd.DataFrame({"package": ["a1", "b1"], "measure": "m", "fund": "fund", "ceiling_fen": [300, 100]}),
    ... )
    >>> first = solve(problem)
    >>> [int(p.payments["fen"].sum()) for p in (first, plan_by_second_rule(first, problem))]
    [300, 100]
    """
    if not within >= 0:
        raise ProblemError("what counts as equal cannot be below zero", where="within")
    preference = _preference(problem, rule)
    if preference is None or problem.households > PRICED_FROM:
        return plan
    clock = SearchClock(time_limit_s)
    staged = problem
    for (name, stage), (_, reached) in zip(problem.stages, plan.certificate.reached, strict=True):
        staged = with_stage_row(staged, name, stage, reached)
    floor = _least_value_of_equals(plan, within, gap)
    rows = _preferred_rows(staged, plan, preference, floor, clock)
    if rows is None or exact_sum(preference[rows]) <= exact_sum(preference[plan.rows]):
        return plan
    proof = plan.certificate
    value = exact_sum(problem.value[rows]) * UNITS_PER_MICRO
    # the search for a plan worth more was ended by the first rule; what was given up since is no optimum any more
    status = "gap" if plan.status == "optimal" and value < proof.value else plan.status
    return assemble_plan(
        staged, rows, Prices.of(staged, proof.prices), proof.bound, plan.solver_bound * MICRO, status=status,
        effort=plan.effort, method=plan.method, reached=proof.reached, stages=proof.stages, cases=proof.cases,
        as_drawn=rule != LEAST_MONEY,
    )  # fmt: skip


def _preference(problem: Problem, rule: str) -> Ints | None:
    """Return what each package row counts by the rule, more being better; None where nothing tells plans apart."""
    if rule == LEAST_MONEY:
        return None if problem.money is None else -problem.money.total
    if problem.tables is None or rule not in problem.tables.packages:
        raise ProblemError("column {column} is missing", where="packages", column=rule)
    column = problem.tables.packages[rule].to_numpy(np.float64)
    preference = np.zeros(len(problem.value), dtype=np.int64)
    preference[: len(column)] = np.rint(column * MICRO).astype(np.int64)
    return preference


def _least_value_of_equals(plan: Plan, within: float, gap: float) -> int:
    """Return the least value, in micro-persons, of a plan that counts as equal and is certified as the plan is."""
    value = plan.certificate.value // UNITS_PER_MICRO
    # the bound rounded up: what is worth so much is certified within the gap
    certified = -(-plan.certificate.bound // UNITS_PER_MICRO) - int(gap * MICRO)
    return min(value, max(value - int(within * MICRO), certified))


def _preferred_rows(problem: Problem, plan: Plan, preference: Ints, floor: int, clock: SearchClock) -> Ints | None:
    """Return the rows of the plan that the second search ends with; None where it finds none in time."""
    problem, proved = _as_opened(problem, plan)
    prices = Prices.of(problem, proved)
    net = net_values(problem, prices)
    behind = best_net_values(problem, net)[problem.group] - net
    near = problem.allowed & np.asarray(
        behind <= price_bound(problem, prices, net) - floor * UNITS_PER_MICRO, dtype=bool
    )
    second = with_stage_row(problem, "second rule", problem.value, floor)
    if problem.bonus.any():  # families that keep last year's help go on keeping it
        second = with_stage_row(second, "kept", problem.bonus, exact_sum(problem.bonus[plan.rows]))
    second = replace(second, value=preference, bonus=np.zeros_like(problem.bonus), stages=(), allowed=near)
    scale = abs(exact_sum(preference[plan.rows])) / MICRO
    try:
        search, *_ = solve_stage(
            second, gap=_NEAR_ENOUGH * scale, nodes=1, clock=clock, warm=plan.rows, explain=False,
            local_only=True, local_nodes=SECOND_NODES,
        )  # fmt: skip
    except SolverError:
        return None
    rows = search.rows
    return rows if rows is not None and split_bills(problem, rows) is not None else None


def _as_opened(problem: Problem, plan: Plan) -> tuple[Problem, Mapping[str, int]]:
    """Return the problem and the prices that bound its plans; of a proof by cases those of the plan's own case.

    What is opened stays as the first rule decided it then: one list of prices for all cases proves so little that
    hardly a package could be left out, and the search found nothing to save.
    """
    if not plan.certificate.cases:
        return problem, plan.certificate.prices
    opened = dict(zip(plan.opened["facility"].astype(str), plan.opened["level"].astype(int), strict=True))
    own = next(case for case in plan.certificate.cases if case.holds(opened))
    allowed = problem.allowed.copy()
    allowed[int(problem.start[problem.households]) :] = False
    allowed[plan.rows[problem.households :]] = True
    return replace(problem, allowed=allowed), own.prices
