"""A first plan where the rounded relaxation breaks rows.

Responsible for walking from the relaxation's most likely packages to a plan that keeps every row: rows that are
broken count with a weight, the weights of those that stay broken grow (the breakout method of Morris 1993, with a
short tabu list), and reduced cost pulls lightly to good packages. Not responsible for making the plan better: the
local search does that (`neighbourhood_search`).
"""

from __future__ import annotations

import time

import numpy as np

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.solvers.township.neighbourhood_search import SortedOptions, options_within
from povlib.allocation.solvers.township.relaxation import Relaxation
from povlib.allocation.solvers.township.restricted_programs import broken_rows
from povlib.arrays import Floats, Ints

#: cells of options x rows looked at in all, and between two looks at the clock: a few seconds, and a tenth of one (a
#: choice; under 25 tight rows over 100 groups a plan is met in 30 ms of processor time, relaxation included)
MOST_CELLS, CELLS_A_STEP = 2 * 10**9, 5 * 10**7
#: moves of a walk, for each group: one that will succeed needs few
MOVES_A_GROUP = 100
#: the pull of a typical reduced cost beside one typical use over a row; halved when nothing is found, so many walks
PULL, _WALKS = 0.2, 4
#: moves for which a changed group rests (a choice: long enough that two groups do not undo each other)
_REST = 7


def repaired_plan(problem: Problem, relaxed: Relaxation, base: Ints, deadline: float) -> tuple[Ints | None, int]:
    """Walk from chosen package rows to some that keep every row.

    Returns
    -------
    rows : int64 (G,) or None
        A plan that keeps every row and can be paid, if one was met.
    int
        Changes of one group that were made: the effort, which does not depend on the clock.
    """
    options = options_within(problem, relaxed, np.inf, base)
    several = np.isfinite(options.second)
    typical = float(np.mean(options.second[several])) if several.any() else 1.0
    moves = 0
    for halvings in range(_WALKS):
        pull = PULL / 2**halvings * options.loss / max(typical, 1e-9)
        chosen, made = _plan_of_walk(options, options.place(base), pull, deadline)
        moves += made
        if chosen is not None:
            rows = np.asarray(options.row[chosen], dtype=np.int64)
            if not broken_rows(problem, relaxed.funds, rows) and relaxed.funds.pays(rows):
                return rows, moves
        if time.monotonic() >= deadline:
            break
    return None, moves


def _plan_of_walk(
    sorted_options: SortedOptions, chosen: Ints, pull: Floats, deadline: float
) -> tuple[Ints | None, int]:
    """Return the options of a plan that one walk met (None: it met none), and the moves it made."""
    from povlib.allocation.solvers.township.feasibility_repair_loops import (
        RepairOptions,
        RepairWalk,
        walk_until_feasible,
    )

    o, rows, groups = sorted_options, len(sorted_options.capacity), len(sorted_options.first)
    typical_use = np.abs(o.use).sum(axis=0) / np.maximum((o.use != 0).sum(axis=0), 1)
    options = RepairOptions(o.first, o.last, pull, o.use, 1.0 / np.maximum(typical_use, 1.0), o.capacity)
    walk = RepairWalk(chosen, o.use[chosen].sum(axis=0), np.ones(rows), np.zeros(groups, dtype=np.int64))
    rest = min(_REST, groups // 2)
    cells = max(len(o.row) * rows, 1)
    made, most = 0, min(MOST_CELLS // _WALKS // cells, MOVES_A_GROUP * groups)
    while made < most and time.monotonic() < deadline:
        share = min(max(CELLS_A_STEP // cells, 1), most - made)
        steps, feasible = walk_until_feasible(options, walk, share, made, rest)
        made += steps
        if feasible:
            return chosen, made
    return None, made
