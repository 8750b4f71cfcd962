"""Draws of possible worlds, as the questions about bad years take them: one row a package, one column a world.

Responsible for their check. Not responsible for drawing them (`povlib.exits`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import Problem
from povlib.arrays import Floats
from povlib.errors import ProblemError


def checked_draws(problem: Problem, draws: npt.ArrayLike, *, least_worlds: int = 1) -> Floats:
    """Return draws (P, S) as floats: values of the households' package rows, in the problem's order, in each world.

    Raises
    ------
    ProblemError
        If there is not one row a package of households, a number is not finite, or there are fewer worlds.

    Examples
    --------
    >>> from scipy import sparse
    >>> problem = Problem.from_arrays([0, 5], [0, 0], [0], sparse.csr_array([[0], [1]]), [1])
    >>> checked_draws(problem, [[0, 0], [6, 4]]).shape
    (2, 2)
    """
    worlds = np.asarray(draws, dtype=np.float64)
    package_rows = int(problem.start[problem.households])
    if (
        worlds.ndim != 2
        or worlds.shape[0] != package_rows
        or worlds.shape[1] < least_worlds
        or not np.isfinite(worlds).all()
    ):
        raise ProblemError(
            "the draws do not fit the problem",
            where="draws",
            allowed="{rows} rows, one a package, all finite",
            rows=package_rows,
        )
    return worlds
