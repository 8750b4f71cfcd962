"""Linear and integer programs solved in silence, the same way on every computer.

Responsible for calling HiGHS through PuLP. Not responsible for what a program says.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import Any

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


def quiet_highs(options: dict[str, Any]) -> Any:
    """Return HiGHS itself, silent and on one core, for programs too large to be written out variable by variable.

    Its heuristic RENS is left out: in its presolve HiGHS 1.16 went round for ever on a practice township.

    Examples
    --------
    >>> quiet_highs({"mip_max_nodes": 5}).getOptionValue("mip_max_nodes")[1]
    5
    """
    _say_hello_to_nobody()
    import highspy

    # HiGHS keeps the number of threads of its first model and refuses another one without a word; whoever asked before
    # is not asked again
    highspy.Highs.resetGlobalScheduler(True)
    highs = highspy.Highs()
    silent = {"output_flag": False, "parallel": "off", "random_seed": 0, "mip_heuristic_run_rens": False}
    for name, value in {**silent, **options}.items():
        highs.setOptionValue(name, value)
    return highs


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
