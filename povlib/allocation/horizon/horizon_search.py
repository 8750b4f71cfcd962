"""Find a plan over a horizon, and the prices that prove how good it is.

Responsible for the search: prices of the relaxation, then a program of the package rows that are near the best of their
household at these prices, more of them as long as the certified gap is too wide. Not responsible for rows and columns
(`horizon_program`) nor for the bound (`horizon_bound`).
"""

from __future__ import annotations

import numpy as np

from povlib.allocation.horizon.horizon_bound import horizon_bound, losses
from povlib.allocation.horizon.horizon_plan import HorizonPlan, assemble_horizon_plan
from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.horizon.payment_calendar import split_over_tranches
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, exact_sum
from povlib.arrays import Ints
from povlib.errors import SolverError

#: package rows of the first program: those that lose least at the posted prices; each program that follows has twice as
#: many. Measured on the practice township with four periods: 400 rows left 2.2 persons open (0.6 s), 900 0.8 (7 s)
FIRST_COLUMNS = 400
#: of the gap asked for: a search ends at a plan that is so near the bound
_ENOUGH = 0.95
#: choices that kept every row in floats and broke one in fen: each is forbidden and the program asked again
MOST_FORBIDDEN = 50


def solve_horizon(
    horizon: HorizonProblem, *, gap: float = 0.5, nodes: int = 300, program: HorizonProgram | None = None
) -> HorizonPlan:
    """Return a plan for all periods at once, with its proof.

    Parameters
    ----------
    horizon : HorizonProblem
    gap : float
        Persons; the search stops when this gap is certified. 0: every package row is in the program, and it is solved
        to its end.
    nodes : int
        Effort of each program's search; 0: no limit.
    program : HorizonProgram, optional
        The program, where it was made before.

    Raises
    ------
    SolverError
        If no plan keeps every rule.
    """
    program = program or HorizonProgram(horizon)
    problem = horizon.problem
    prices = program.prices()
    bound = horizon_bound(horizon, prices) / UNITS_PER_PERSON
    loss = np.where(problem.allowed, losses(horizon, prices), np.inf)
    able = np.flatnonzero(problem.allowed)
    order = able[np.argsort(loss[able], kind="stable")]
    best_of_group = _best_of_each_group(horizon, order)
    count = len(order) if gap <= 0 else min(FIRST_COLUMNS, len(order))
    found: HorizonPlan | None = None
    rounds = 0
    while True:
        rounds += 1
        column = np.unique(np.concatenate([order[:count], best_of_group, _base_rows(horizon)]))
        rows = (
            payable_rows(program, column, gap=gap / 2, nodes=nodes, first=None if found is None else found.rows,
                         target=bound - _ENOUGH * gap)
            if gap > 0 else payable_rows(program, column, gap=0.0, nodes=0)
        )  # fmt: skip
        if rows is not None:
            payments = split_over_tranches(horizon, rows)
            assert payments is not None
            plan = assemble_horizon_plan(horizon, rows, payments, prices, {"columns": len(column), "rounds": rounds})
            found = plan if found is None or plan.value > found.value else found
            if bound - found.value <= gap:
                return found
        if count >= len(order):
            break
        count = min(2 * count, len(order))
    if found is None:
        raise SolverError("no plan over the horizon keeps every rule", where="horizon")
    return found


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


def _base_rows(horizon: HorizonProblem) -> Ints:
    """Return "nothing new" of every group that may have it."""
    base = horizon.problem.base[horizon.problem.base >= 0]
    return np.asarray(base[horizon.problem.allowed[base]])


def _best_of_each_group(horizon: HorizonProblem, order: Ints) -> Ints:
    """Return the first package row of each group in an order."""
    _, first = np.unique(horizon.problem.group[order], return_index=True)
    return np.asarray(order[first])
