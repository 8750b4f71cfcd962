"""Plans for the bad years: as many exits as possible in the worst worlds, with a bound that is proved.

Responsible for plans that make the mean of the worst tenth of worlds as large as possible (conditional
value at risk; Rockafellar and Uryasev 2000) and for what no plan can exceed there. Not responsible
for the worlds: draws come from the projection.

The mean of the worst worlds is the least weighted mean over weights q of the worlds with
0 <= q <= 1/(tail x worlds) and sum 1. So for *any* such q, the best plan for values averaged with q is a
bound, proved by its own prices; the weights that make the bound smallest are found by cutting planes
(Kelley 1960): each plan found is a line in q.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.proof.plan import Plan
from povlib.allocation.questions.capacity_frontier import with_values
from povlib.allocation.questions.world_draws import checked_draws
from povlib.allocation.solvers.dispatch import solve
from povlib.allocation.solvers.township.township_search import DEFAULT_NODES
from povlib.arrays import Floats
from povlib.errors import ProblemError, SolverError

Progress = Callable[[str, float], None]
#: how far the next weights of the worlds stay at those that prove the least bound so far; the rest goes to those that
#: are least favourable for the plans found. Cutting planes alone jump between extremes while there are few plans. A
#: choice, not tuned: more steps more surely, less moves faster
_PROVED_WEIGHT_SHARE = 0.3


@dataclass(frozen=True, eq=False)
class WorstCasePlan:
    """The plan that does best in the worst worlds.

    Attributes
    ----------
    plan : Plan
        Its values are averages with the weights it was found with.
    worst : float
        Mean of the plan over its worst worlds (persons).
    mean : float
        Mean over all worlds.
    bound : float
        What no plan can exceed in the mean of its worst worlds: certified.
    gap : float
        bound - worst.
    tail : float
        Part of the worlds that counts as worst.
    weights : float (S,)
        The weights of the worlds that prove the bound.
    worlds : float (S,)
        Value of the plan in each world.
    search_log : DataFrame
        round, worst, mean, bound: after each solution of the allocation problem.
    """

    plan: Plan
    worst: float
    mean: float
    bound: float
    gap: float
    tail: float
    weights: Floats
    worlds: Floats
    search_log: pd.DataFrame


def worst_case_mean(worlds: npt.ArrayLike, tail: float) -> float:
    """Return the mean of the worst part of the worlds (the last one in part, if need be).

    Examples
    --------
    >>> worst_case_mean([4, 1, 3, 2], 0.5), worst_case_mean([4, 1, 3, 2], 0.375)
    (1.5, 1.3333333333333333)
    """
    ordered = np.sort(np.asarray(worlds, dtype=np.float64))
    counted = np.clip(tail * len(ordered) - np.arange(len(ordered)), 0.0, 1.0)
    return float(ordered @ counted / counted.sum())


def worst_case_plan(
    problem: Problem,
    draws: npt.ArrayLike,
    *,
    tail: float = 0.1,
    gap: float = 1.0,
    rounds: int = 12,
    warm_start: Plan | None = None,
    time_limit_s: float = 20.0,
    progress: Progress | None = None,
) -> WorstCasePlan:
    """Find the plan with the largest mean over its worst worlds.

    Parameters
    ----------
    draws : float (P, S)
        Value of each package row of the problem (in its order, households' packages only) in each world:
        members x p under one draw. Effects and years are shared by all households of a draw; the
        households' own luck, which no choice can steer, is left out.
    tail : float
        Part of the worlds that counts as worst, in (0, 1].
    gap : float
        Stop when no plan can be better by more (persons).
    rounds : int
        Most solutions of the allocation problem: effort is counted, not timed.

    Raises
    ------
    ProblemError
        If the draws do not fit the problem or `tail` is not in (0, 1].

    Examples
    --------
    Household 0 gains 5 in one world only, household 1 gains 4 in both; there is money for one of them.

    >>> from scipy import sparse
    >>> use = sparse.csr_array([[0], [2], [0], [2]])
    >>> problem = Problem.from_arrays([0, 4.5, 0, 4], [0, 0, 1, 1], [0, 0], use, [2])
    >>> found = worst_case_plan(problem, [[0, 0], [9, 0], [0, 0], [4, 4]], tail=0.5, gap=0.01)
    >>> found.worst, found.mean, round(found.bound, 6) - found.worst < 0.01
    (4.0, 4.0, True)
    """
    cuts = _CuttingPlanes(problem, _draws_of_all_rows(problem, draws, tail), tail)
    plan = warm_start
    for turn in range(rounds):
        if progress is not None:
            progress("averse", turn / rounds)
        plan = solve(
            # each step may lose a quarter of the gap asked for, so that steps and weights together still meet it
            with_values(problem, cuts.draws @ cuts.weights), gap=gap / 4, warm_start=plan, nodes=DEFAULT_NODES // 3,
            time_limit_s=time_limit_s,
        )  # fmt: skip
        cuts.add_plan(plan)
        if cuts.bound - cuts.worst <= gap:
            break
        cuts.move_weights()
    return cuts.best_plan()


class _CuttingPlanes:
    """The plans found so far, each a line in the weights of the worlds, and the least bound proved."""

    def __init__(self, problem: Problem, draws: Floats, tail: float) -> None:
        self.problem, self.draws, self.tail = problem, draws, tail
        self.weights = np.full(draws.shape[1], 1.0 / draws.shape[1])
        self.bound, self.proof = np.inf, self.weights
        self.worst = -np.inf
        self.best: tuple[Plan, Floats] | None = None
        self.plan_worlds: list[Floats] = []
        self.log: list[tuple[int, float, float, float]] = []

    def add_plan(self, plan: Plan) -> None:
        """Take a plan found for the present weights: its proof bounds every plan in the worst worlds."""
        worlds = self.draws[plan.rows].sum(axis=0)
        bound = plan.price_bound + _rounding_error(self.problem)
        if bound < self.bound:
            self.bound, self.proof = bound, self.weights
        worst = worst_case_mean(worlds, self.tail)
        if self.best is None or worst > self.worst:
            self.worst, self.best = worst, (plan, worlds)
        self.plan_worlds.append(worlds)
        self.log.append((len(self.log), self.worst, float(worlds.mean()), self.bound))

    def move_weights(self) -> None:
        """Set the weights between those that prove most and those that are worst for every plan so far."""
        self.weights = _PROVED_WEIGHT_SHARE * self.proof + (1.0 - _PROVED_WEIGHT_SHARE) * _least_favourable_weights(
            np.array(self.plan_worlds), self.tail
        )

    def best_plan(self) -> WorstCasePlan:
        """Return the best plan and what bounds it."""
        assert self.best is not None
        plan, worlds = self.best
        return WorstCasePlan(
            plan, self.worst, float(worlds.mean()), self.bound, self.bound - self.worst, self.tail, self.proof, worlds,
            pd.DataFrame(self.log, columns=["round", "worst", "mean", "bound"]),
        )  # fmt: skip


def _draws_of_all_rows(problem: Problem, draws: npt.ArrayLike, tail: float) -> Floats:
    """Return the draws with a row of nothing for each level of a facility: opening one is worth nothing in itself."""
    worlds = checked_draws(problem, draws)
    if not 0.0 < tail <= 1.0:
        raise ProblemError("the part that counts as worst lies between 0 and 1", where="tail")
    return np.vstack([worlds, np.zeros((len(problem.value) - len(worlds), worlds.shape[1]))])


def _rounding_error(problem: Problem) -> float:
    """Values are rounded to whole micro-persons before they are proved: half of one a group at most."""
    return problem.groups * 0.5 / MICRO


def _least_favourable_weights(plan_values: Floats, tail: float) -> Floats:
    """Return the weights of worlds that make the best plan known so far worth least (a small linear program)."""
    from scipy.optimize import linprog

    plans, count = plan_values.shape
    program = linprog(
        np.append(np.zeros(count), 1.0),
        A_ub=np.hstack([plan_values, -np.ones((plans, 1))]),
        b_ub=np.zeros(plans),
        A_eq=np.append(np.ones(count), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[*[(0.0, 1.0 / (tail * count))] * count, (None, None)],
        method="highs-ds",
    )
    if program.x is None:
        raise SolverError("the solver stopped without weights of the worlds")
    return np.asarray(program.x[:count], dtype=np.float64)
