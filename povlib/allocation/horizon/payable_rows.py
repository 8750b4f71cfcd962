"""Choices over a horizon that keep every rule in whole numbers: the solver's answers are never taken at their word.

Responsible for asking a program again when its answer breaks a rule by rounding, and for the worth of choices. Not
responsible for the program (`horizon_program`) nor for what is asked of it (`horizon_search`).
"""

from __future__ import annotations

import numpy as np

from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.horizon.payment_calendar import split_over_tranches
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import exact_sum
from povlib.arrays import Ints

#: choices that kept every row in floats and broke one in fen: each is forbidden and the program asked again
MOST_FORBIDDEN = 50


def payable_rows(
    program: HorizonProgram,
    column: Ints,
    *,
    gap: float,
    nodes: int,
    first: Ints | None = None,
    target: float | None = None,
) -> Ints | None:
    """Return the best choice among some package rows that keeps every rule in whole numbers; None without any."""
    worth = program.horizon.problem.value / MICRO
    broken: tuple[Ints, ...] = ()
    for _ in range(MOST_FORBIDDEN):
        answer = program.best_rows(column, worth, gap=gap, nodes=nodes, without=broken, first=first, target=target)
        if answer is None:
            return None
        rows = answer[0]
        if keeps_every_row(program.horizon, rows):
            return rows
        broken = (*broken, rows)
    return None


def keeps_every_row(horizon: HorizonProblem, rows: Ints) -> bool:
    """Say whether chosen package rows keep every capacity in whole numbers and can be paid to the fen."""
    problem = horizon.problem
    if (rows < 0).any() or not problem.allowed[rows].all():
        return False
    used = problem.use[rows].sum(axis=0)
    return bool((np.asarray(used).ravel() <= problem.capacity).all()) and split_over_tranches(horizon, rows) is not None


def value_of(horizon: HorizonProblem, rows: Ints) -> float:
    """Return the value of chosen package rows, in persons."""
    return exact_sum(horizon.problem.value[rows]) / MICRO
