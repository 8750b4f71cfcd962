"""Find a plan over a horizon, and the prices that prove how good it is.

Responsible for the order of work: prices of the relaxation, case by case of what is opened (`horizon_cases`), a program
of the package rows that are near the best of their household at these prices, then one with more package rows as long
as the certified gap is too wide. Not responsible for rows and columns (`horizon_program`) nor for the bound
(`horizon_bound`).
"""

from __future__ import annotations

import numpy as np

from povlib.allocation.horizon.horizon_cases import bound_of_cases, shortfall, split_cases
from povlib.allocation.horizon.horizon_plan import HorizonPlan, assemble_horizon_plan
from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.horizon.payable_rows import payable_rows
from povlib.allocation.horizon.payment_calendar import split_over_tranches
from povlib.allocation.proof.certificate import UNITS_PER_PERSON
from povlib.arrays import Ints
from povlib.errors import SolverError

#: package rows of the first program: those that lose least at the posted prices; each program that follows has twice as
#: many. Measured on two practice townships with four periods, persons left open: 700 rows 0.96 (11 s), 900 0.95 (18 s),
#: 1,000 0.91 (3 s); on the other 1.58. Programs of sixty households at a time, with all their good packages, came no
#: nearer there (1.72)
FIRST_COLUMNS = 1_000
#: of the gap asked for: a search ends at a plan that is so near the bound
_ENOUGH = 0.99
#: of the gap asked for: what the solver may leave open within its own program. The bound of the whole horizon lies
#: above that of some of its columns, so a coarser one would end the search short of the goal
_FINE = 0.04
#: programs searched, each with twice the columns and half the nodes of the one before, once some plan is known: bounds
#: the effort where the gap asked for cannot be reached, and the certificate says how far it got; a choice
MOST_ROUNDS = 2


def solve_horizon(
    horizon: HorizonProblem, *, gap: float = 0.5, nodes: int = 1_000, program: HorizonProgram | None = None
) -> HorizonPlan:
    """Return a plan for all periods at once, with its proof.

    Parameters
    ----------
    horizon : HorizonProblem
    gap : float
        Persons; the search stops when this gap is certified. 0: every package row is in the program, and it is solved
        to its end.
    nodes : int
        Effort of the first program's search.
    program : HorizonProgram, optional
        The program, where it was made before.

    Raises
    ------
    SolverError
        If no plan keeps every rule.
    """
    program = program or HorizonProgram(horizon)
    problem = horizon.problem
    cases = split_cases(program)
    bound = bound_of_cases(horizon, cases) / UNITS_PER_PERSON
    loss = shortfall(horizon, cases)
    able = np.flatnonzero(problem.allowed)
    order = able[np.argsort(loss[able], kind="stable")]
    best_of_group = _best_of_each_group(horizon, order)
    count = len(order) if gap <= 0 else min(FIRST_COLUMNS, len(order))
    found: HorizonPlan | None = None
    rounds = 0
    while True:
        rounds += 1
        column = np.unique(np.concatenate([order[:count], best_of_group, _base_rows(horizon)]))
        known = None if found is None else found.rows
        least = bound - _ENOUGH * gap if gap > 0 else None
        effort = max(nodes >> (rounds - 1), 1) if gap > 0 else 0
        rows = payable_rows(program, column, gap=_FINE * gap, nodes=effort, first=known, target=least)
        if rows is not None:
            payments = split_over_tranches(horizon, rows)
            assert payments is not None
            plan = assemble_horizon_plan(horizon, rows, payments, cases, {"columns": len(column), "rounds": rounds})
            found = plan if found is None or plan.value > found.value else found
            if bound - found.value <= gap:
                return found
        if count >= len(order) or (gap > 0 and found is not None and rounds >= MOST_ROUNDS):
            break
        count = min(2 * count, len(order))
    if found is None:
        raise SolverError("no plan over the horizon keeps every rule", where="horizon")
    return found


def _base_rows(horizon: HorizonProblem) -> Ints:
    """Return "nothing new" of every group that may have it."""
    base = horizon.problem.base[horizon.problem.base >= 0]
    return np.asarray(base[horizon.problem.allowed[base]])


def _best_of_each_group(horizon: HorizonProblem, order: Ints) -> Ints:
    """Return the first package row of each group in an order."""
    _, first = np.unique(horizon.problem.group[order], return_index=True)
    return np.asarray(order[first])
