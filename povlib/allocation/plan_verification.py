"""`verify`: check a plan against its problem, whatever the size of both.

Responsible for choosing the check that fits: plans in memory (`povlib.allocation.proof.verification`) or plans of
millions beside their data (`povlib.allocation.solvers.scale`). Stands above both, so that neither needs the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.plan import Plan
from povlib.allocation.proof.verification import Check, verify_plan
from povlib.errors import Fault

if TYPE_CHECKING:
    from povlib.allocation.solvers.scale import Blocks, LargePlan


def verify(plan: Plan | LargePlan, problem: Problem | Blocks) -> Check:
    """Check a plan against a problem; of millions of households partition by partition.

    Parameters
    ----------
    plan : Plan or LargePlan
    problem : Problem or Blocks
        What the plan was made for, as given; a plan of one form never fits a problem of the other.

    Returns
    -------
    Check
        Every fault found and the certified gap, recomputed in whole numbers; no solver is asked.

    Examples
    --------
    >>> from scipy import sparse
    >>> from povlib.allocation.solvers.dispatch import solve
    >>> use = sparse.csr_array([[0], [2], [0], [3]])
    >>> problem = Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [4])
    >>> verify(solve(problem, gap=0), problem).ok
    True
    """
    if isinstance(plan, Plan) and isinstance(problem, Problem):
        return verify_plan(plan, problem)
    # imported here: the compiled loops of the large solvers take seconds to load, and a township needs none of them
    from povlib.allocation.solvers.scale import Blocks, LargePlan, verify_large

    if isinstance(plan, LargePlan) and isinstance(problem, Blocks):
        return verify_large(plan, problem)
    return Check((Fault("the plan speaks of a problem of another form"),))
