"""One mixed-integer program handed to HiGHS as arrays.

Responsible for the call alone: binary columns first, then continuous ones. Its answer is checked by whoever asks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.problem.sparse_matrices import Sparse, csc
from povlib.arrays import Floats, Ints
from povlib.linear_programs import quiet_highs


def integer_answer(
    worth: Floats,
    rows: Sparse,
    low: Floats,
    high: Floats,
    binary: int,
    options: dict[str, Any],
    first: Ints | None = None,
) -> tuple[Floats, float] | None:
    """Return the best x found and what HiGHS bounds its worth by; None where it found none.

    Parameters
    ----------
    worth : float (C,)
        Made as large as possible: worth . x.
    rows : sparse (R, C)
    low, high : float (R,)
        low <= rows x <= high; infinite where there is no limit.
    binary : int
        So many of the first columns are 0 or 1, the others continuous from 0.
    options : dict
        HiGHS's own (``mip_rel_gap``, ``mip_max_nodes``, ``objective_target`` of the negative worth).
    first : int array, optional
        Binary columns that are 1 in a solution to start from; HiGHS finds the continuous ones.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> x, bound = integer_answer(np.array([3.0, 2.0, 0.5]), csr_array([[1, 1, 1]]), np.zeros(1), np.ones(1), 2, {})
    >>> x.tolist(), bound
    ([1.0, 0.0, 0.0], 3.0)
    """
    import highspy

    matrix = csc(rows, dtype=np.float64)
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = -worth
    model.col_lower_ = np.zeros(len(worth))
    model.col_upper_ = np.concatenate([np.ones(binary), np.full(len(worth) - binary, highspy.kHighsInf)])
    model.row_lower_ = np.where(np.isneginf(low), -highspy.kHighsInf, low)
    model.row_upper_ = np.where(np.isposinf(high), highspy.kHighsInf, high)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger] * binary + [kinds.kContinuous] * (len(worth) - binary)
    highs = quiet_highs(options)
    highs.passModel(model)
    if first is not None:
        given = np.zeros(binary)
        given[first] = 1.0
        highs.setSolution(binary, np.arange(binary, dtype=np.int32), given)
    highs.run()
    info = highs.getInfo()
    if info.primal_solution_status != highspy.kSolutionStatusFeasible:
        return None
    # + 0.0: no negative zero, which HiGHS gives now and then
    return np.asarray(highs.getSolution().col_value) + 0.0, -float(info.mip_dual_bound)
