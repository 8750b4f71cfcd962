"""Linear and integer programs solved in silence, the same way on every computer.

Responsible for calling HiGHS through PuLP. Not responsible for what a program says.
"""

from __future__ import annotations

import os
import sys
from functools import cache

import pulp


def is_solved(program: pulp.LpProblem) -> bool:
    """Solve a program; return whether its optimum was found (its variables then hold their values).

    Examples
    --------
    >>> program = pulp.LpProblem("two", pulp.LpMaximize)
    >>> x = program.add_variable("x", 0, 2.5, cat=pulp.LpInteger)
    >>> program += x
    >>> is_solved(program), x.value()
    (True, 2.0)
    """
    _say_hello_to_nobody()
    if program.isMIP():
        # no gap: a plan that is a little worse than the best would change with the computer
        solver = pulp.HiGHS(msg=False, parallel="off", mip_rel_gap=0, mip_abs_gap=1e-9)
    else:
        # simplex without threads: the same vertex on every computer. No number of threads is asked for: HiGHS refuses
        # another one than its process began with
        solver = pulp.HiGHS(msg=False, parallel="off", solver="simplex")
    program.solve(solver)
    return bool(program.status == pulp.LpStatusOptimal)


@cache
def _say_hello_to_nobody() -> None:
    """Make the first model of this process with the output closed: HiGHS prints its name into the answer then."""
    import highspy

    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
