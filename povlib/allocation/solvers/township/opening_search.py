"""First plans with openings: what the relaxation opens in part is opened or shut, and the plan sought under that.

A search over a few households at a time hardly ever opens or shuts anything: many households must move at once. Where
the relaxation opens something in part, the likeliest decisions are made beforehand, each with a relaxation of its own
whose prices speak of what is really open. The bound stays that of the whole problem. Responsible for these plans alone;
not responsible for the search over households (`povlib.allocation.solvers.township.neighbourhood_search`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import prod

import numpy as np

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, exact_sum
from povlib.allocation.solvers.township.feasibility_repair import repaired_plan
from povlib.allocation.solvers.township.neighbourhood_search import improved_plan
from povlib.allocation.solvers.township.relaxation import Relaxation, relax
from povlib.allocation.solvers.township.restricted_programs import broken_rows
from povlib.allocation.solvers.township.search_clock import NODE_S
from povlib.allocation.solvers.township.search_state import ExactSearch
from povlib.arrays import Ints

#: decisions tried, likeliest first: a choice. The practice township opens one thing in part, which makes two of them
_TRIED = 6
#: nodes of the local search for each decision: a quarter of a second at most; the rest is for the whole problem
_NODES = 1_500_000
#: weights of the relaxation below this are none
_NOTHING = 1e-6


def search_openings(search: ExactSearch, goal: float) -> None:
    """Put into `search` a better plan under the likeliest decisions about what the relaxation opens in part.

    Parameters
    ----------
    search : ExactSearch
        With the relaxation of the whole problem.
    goal : float
        Micro-persons within which a plan must be proved; nothing is done where it is reached.
    """
    problem, relaxed = search.problem, search.relaxed
    for opened in _likely_decisions(problem, relaxed):
        if search.clock.left_s <= search.spare_s or (search.rows is not None and search.certified <= goal):
            return
        own = problem.group >= problem.households
        allowed = problem.allowed & (~own | np.isin(np.arange(len(own)), opened))
        fixed = replace(problem, allowed=allowed)
        under = relax(fixed, max(search.clock.wall_left_s, 1.0), relaxed.funds, warm=relaxed.row_prices)
        # a plan so fixed is worth no more than its own relaxation
        if under is None or (search.rows is not None and under.bound <= _value(problem, search.rows) * UNITS_PER_MICRO):
            continue
        rows, moves = repaired_plan(fixed, under, under.first, search.clock.deadline)
        search.local += moves
        if rows is None:
            continue
        lost = (relaxed.bound - under.bound) / UNITS_PER_MICRO
        rows, nodes = improved_plan(fixed, under, rows, max(goal - lost, 0.0), _NODES, search.clock.deadline)
        search.local += nodes
        search.clock.spend(nodes * NODE_S)
        better = search.rows is None or _value(problem, rows) > _value(problem, search.rows)
        if better and not broken_rows(problem, relaxed.funds, rows) and relaxed.funds.pays(rows):
            search.rows = rows


def _value(problem: Problem, rows: Ints) -> int:
    """Return what the search counts of a plan: its value and the bonus for what stays as it was, in micro-persons."""
    return exact_sum((problem.value + problem.bonus)[rows])


def _likely_decisions(problem: Problem, relaxed: Relaxation) -> Iterator[Ints]:
    """Yield the package rows of openings to hold to, likeliest first; none where the relaxation decides them all."""
    choices = []
    for group in range(problem.households, problem.groups):
        rows = np.arange(problem.start[group], problem.start[group + 1])
        rows = rows[relaxed.x[rows] > _NOTHING]
        choices.append([(int(row), float(relaxed.x[row])) for row in rows])
    if all(len(choice) == 1 for choice in choices):
        return
    # few are ever in part; with very many only their likeliest ways are combined
    split = sorted((c for c in choices if len(c) > 1), key=lambda c: max(weight for _, weight in c))
    kept = {id(choice) for choice in split[:_TRIED]}
    ways = [choice if id(choice) in kept else [max(choice, key=lambda way: way[1])] for choice in choices]
    combined = sorted(product(*ways), key=lambda way: (-prod(weight for _, weight in way), [row for row, _ in way]))
    for way in combined[:_TRIED]:
        yield np.array([row for row, _ in way], dtype=np.int64)
