"""A slice of the plan given by lot among packages that are as good: so that later estimates can be trusted.

Responsible for redrawing the packages of a few households at random, with known chances, among those whose
value net of posted prices is about that of the chosen one, every rule kept at every step. Off unless asked for; it
never touches what the law owes (entitlements are bills outside the choice) nor what a caller keeps out of the
draw. Not responsible for telling anybody (`povlib.report.meeting`). Source for chances known by design:
Horvitz and Thompson (1952).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices, net_values
from povlib.allocation.proof.plan import Plan, assemble_plan
from povlib.allocation.questions.baseline_rules import FirmRules
from povlib.arrays import Bools, Ints
from povlib.errors import ProblemError

POINTS_PER_PERSON = 1000
"""Points a person."""
DRAWN_COLUMNS = ["hh", "planned", "package", "choices", "probability", "entry", "points_lost"]


@dataclass(frozen=True, eq=False)
class LotteryPlan:
    """A plan with a slice given by lot.

    Attributes
    ----------
    plan : Plan
        What is recommended: the slice included, with the same posted prices and so the same bound; value, gap
        and payments are its own.
    drawn : DataFrame
        One row a household of the slice, by hh: planned and package (before and after the draw), choices (packages
        it was drawn from), probability (of the package it got: 1 / choices, given the draws before it), entry
        (chance of a household that could enter to be in the slice), points_lost (of its net value).
    eligible : int
        Households with at least one other package as good, the rest of the plan being as it was.
    loss : float
        What the plan is worth less than before, in its unit (persons; below 0 if more).
    """

    plan: Plan
    drawn: pd.DataFrame
    eligible: int
    loss: float


def draw_by_lot(
    plan: Plan, problem: Problem, *, households: int, points: float, seed: int, keep: pd.Series | None = None
) -> LotteryPlan:
    """Give the packages of some households by lot, among near-ties, all rules kept.

    Parameters
    ----------
    households : int
        Size of the slice: at most so many households, drawn by lot among all that have a choice.
    points : float
        A package may be drawn if its value net of posted prices is at most so many points (1/1000 person) below
        that of the package planned.
    seed : int
        Of the draws: the same seed, the same slice.
    keep : Series, optional
        By package key: what the draw must leave as it is (such as the guarantees that a package closes). Only
        packages alike in it are drawn from.

    Raises
    ------
    ProblemError
        If the size or the points are negative, or the problem has stages that must not be touched.

    Notes
    -----
    Households enter in random order. Each is given one of the packages that are near ties of the one planned
    and keep every rule as the plan then stands, each with the same chance, the planned one among them. A household
    that has no choice left when its turn comes is passed over, and the next in the order enters.

    Examples
    --------
    >>> from scipy import sparse
    >>> from povlib.allocation.solvers.dispatch import solve
    >>> use = sparse.csr_array([[0], [1], [1], [0], [1], [1]])
    >>> problem = Problem.from_arrays([0, 2, 2, 0, 3, 3], [0, 0, 0, 1, 1, 1], [0, 0], use, [2])
    >>> found = draw_by_lot(solve(problem, gap=0), problem, households=2, points=1, seed=1)
    >>> found.drawn["probability"].tolist(), found.loss
    ([0.5, 0.5], 0.0)
    """
    if households < 0 or points < 0:
        raise ProblemError("a slice has 0 or more households, and near ties 0 or more points", where="explore")
    if problem.stages:
        raise ProblemError("a plan made in stages of priority cannot be explored", where="explore")
    near = _near_ties(plan, problem, points, keep)
    rules = FirmRules(problem)
    rows = plan.rows.copy()
    used, demand = rules.use_and_demand(rows)
    eligible = [
        g for g in range(problem.households) if len(_drawable_rows(problem, rules, near, rows, used, demand, g)) > 1
    ]
    # the size of the problem is part of the seed: another township does not repeat the same lots
    rng = np.random.default_rng([seed, len(problem.package)])
    drawn: list[tuple[int, int, int]] = []
    for group in rng.permutation(np.array(eligible, dtype=np.int64)).tolist():
        if len(drawn) == households:
            break
        choices = _drawable_rows(problem, rules, near, rows, used, demand, group)
        if len(choices) < 2:
            continue
        row = int(choices[rng.integers(len(choices))])
        more_use, more_demand = rules.change_by(row, int(rows[group]))
        used, demand = used + more_use, demand + more_demand
        rows[group] = row
        drawn.append((group, row, len(choices)))
    return _lottery_plan(plan, problem, rows, drawn, len(eligible))


def _near_ties(plan: Plan, problem: Problem, points: float, keep: pd.Series | None) -> Bools:
    """Return, by package row, whether its net value is near that of its household's plan and `keep` is alike."""
    net_value = net_values(problem, Prices.of(problem, plan.certificate.prices))
    planned = plan.rows[problem.group]
    behind = net_value[planned] - net_value
    near = np.asarray(behind <= round(points * UNITS_PER_PERSON / POINTS_PER_PERSON), dtype=bool) & problem.allowed
    if keep is not None:
        kind = pd.factorize(keep.reindex(problem.package).fillna("").to_numpy(object))[0]
        near &= kind == kind[planned]
    return near


def _drawable_rows(
    problem: Problem, rules: FirmRules, near: Bools, rows: Ints, used: Ints, demand: Ints, group: int
) -> Ints:
    """Return the package rows of a household that may be drawn as the plan stands; the one it has among them."""
    near_ties = np.flatnonzero(near[problem.start[group] : problem.start[group + 1]]) + problem.start[group]
    drawable = []
    for row in near_ties.tolist():
        more_use, more_demand = rules.change_by(row, int(rows[group]))
        if rules.keeps(used, demand, more_use, more_demand):
            drawable.append(row)
    return np.array(drawable, dtype=np.int64)


def _lottery_plan(
    plan: Plan, problem: Problem, rows: Ints, drawn: list[tuple[int, int, int]], eligible: int
) -> LotteryPlan:
    """Put the plan together as drawn, with what each draw was from and what it lost."""
    net_value = net_values(problem, Prices.of(problem, plan.certificate.prices))
    entry = len(drawn) / eligible if eligible else 0.0
    table = pd.DataFrame(
        [
            (problem.hh[g], problem.package[plan.rows[g]], problem.package[row], count, 1.0 / count, entry,
             float(int(net_value[plan.rows[g]]) - int(net_value[row])) * POINTS_PER_PERSON / UNITS_PER_PERSON)
            for g, row, count in drawn
        ],
        columns=DRAWN_COLUMNS,
    ).sort_values("hh", ignore_index=True)  # fmt: skip
    if (rows == plan.rows).all():
        return LotteryPlan(plan, table, eligible, 0.0)
    proof = plan.certificate
    made = assemble_plan(
        problem, rows, Prices.of(problem, proof.prices), proof.bound, plan.solver_bound * MICRO,
        status="explored", effort=plan.effort, method=plan.method, cases=proof.cases, as_drawn=True,
    )  # fmt: skip
    return LotteryPlan(made, table, eligible, plan.value - made.value)
