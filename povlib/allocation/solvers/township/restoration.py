"""A first plan where the rounded relaxation breaks rows.

Responsible for walking from the relaxation's most likely packages to a plan that keeps every row:
broken rows are weighted, the weights of those that stay broken grow (the breakout method of Morris,
1993, with a short tabu list), and reduced cost pulls lightly to good packages. Not responsible for
making the plan better: the local search does that (`povlib.allocation.solvers.township.neighbourhood_search`).
"""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.solvers.township.neighbourhood_search import Options, options
from povlib.allocation.solvers.township.relaxation import Relaxation
from povlib.allocation.solvers.township.restricted_programs import broken_rows
from povlib.arrays import Ints

#: cells of options x rows looked at in all, and between two looks at the clock
MOST_CELLS, CELLS_A_STEP = 2 * 10**9, 5 * 10**7
#: moves of a walk, for each group: one that will succeed needs few
MOVES_A_GROUP = 100
#: the pull of a typical reduced cost beside one typical use over a row; halved when nothing is found
PULL = 0.2
_HALVINGS = 4
_TENURE = 7


def restored(problem: Problem, relaxed: Relaxation, base: Ints, deadline: float) -> tuple[Ints | None, int]:
    """Walk from chosen package rows to some that keep every row.

    Returns
    -------
    rows : int64 (G,) or None
        A plan that keeps every row and can be paid, if one was met.
    int
        Moves of one group that were made: the effort, which does not depend on the clock.
    """
    found = options(problem, relaxed, np.inf, base)
    typical = float(np.mean(found.second[np.isfinite(found.second)])) if np.isfinite(found.second).any() else 1.0
    moves = 0
    for halved in range(_HALVINGS):
        pull = PULL / 2**halved * found.loss / max(typical, 1e-9)
        place, made = _walk(found, found.place(base), pull, deadline)
        moves += made
        if place is not None:
            rows = np.asarray(found.row[place], dtype=np.int64)
            if not broken_rows(problem, relaxed.funds, rows) and relaxed.funds.pays(rows):
                return rows, moves
        if time.monotonic() >= deadline:
            break
    return None, moves


def _walk(found: Options, chosen: Ints, pull: npt.NDArray[np.float64], deadline: float) -> tuple[Ints | None, int]:
    from povlib.allocation.solvers.township.restoration_loops import restore

    rows = len(found.capacity)
    size = np.abs(found.use).sum(axis=0) / np.maximum((found.use != 0).sum(axis=0), 1)
    scale = 1.0 / np.maximum(size, 1.0)
    used = found.use[chosen].sum(axis=0)
    weight = np.ones(rows)
    until = np.zeros(len(found.first), dtype=np.int64)
    tenure = min(_TENURE, len(found.first) // 2)
    cells = max(len(found.row) * rows, 1)
    made, most = 0, min(MOST_CELLS // _HALVINGS // cells, MOVES_A_GROUP * len(found.first))
    while made < most and time.monotonic() < deadline:
        share = min(max(CELLS_A_STEP // cells, 1), most - made)
        steps, good = restore(
            found.first, found.last, pull, found.use, scale, found.capacity, chosen, weight, used,
            share, tenure, made, until,
        )  # fmt: skip
        made += steps
        if good:
            return chosen, made
    return None, made
