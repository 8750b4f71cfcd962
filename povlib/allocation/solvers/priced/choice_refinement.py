"""A whole choice made better: whole programs over the households that could take up what it leaves over.

A local search ends with places or money left that have a price, since filling one takes changes of several households
at once, each of which loses a little. Who they are can be told: at the prices, a household's change costs what its line
loses, and is worth what it takes up of priced rows that are left over. The households of least cost are freed together,
the others held, and chosen again by an integer program (large neighbourhood search, Shaw 1998). Responsible for which
households are freed and for keeping the better choice. Not responsible for the core nor for the program
(`povlib.allocation.solvers.priced.integer_core`).
"""

from __future__ import annotations

import time

import numpy as np

from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.solvers.priced.integer_core import IntegerCore, whole_choice
from povlib.arrays import Bools, Floats, Ints

#: programs, one after the other. In counties of 5,000 and 20,000 households the first took two thirds of what was
#: missing (0.14 and 0.68 persons), the next five a quarter of the rest, those after them nothing
MOST_PROGRAMS = 6
#: households freed at once: some 3,000 candidates, of which a program of 200 nodes takes one to four seconds
NEAREST = 400
#: in the programs after the first: of the nearest, and drawn from some thousands of the next
NEAREST_AGAIN, DRAWN, DRAWN_FROM = 300, 300, 6_000
PROGRAM_NODES = 200


def refined_choice(
    core: IntegerCore, rows: Ints, *, wanted_micro: float, time_limit_s: float, seed: int = 0
) -> tuple[Ints, int]:
    """Return a choice at least as good, and the nodes it took.

    Parameters
    ----------
    core : IntegerCore
    rows : int64 (M,)
        Candidate of each household, keeping every row.
    wanted_micro : float
        Value at which the search may stop.
    time_limit_s : float
        A safety.

    Examples
    --------
    Two places, priced at 4: the one household that would take both is worth less than two others together.

    >>> use = csr(np.array([[0], [2], [0], [1], [0], [1]]))
    >>> value = np.array([0, 7_000, 0, 4_500, 0, 4_000])
    >>> core = IntegerCore(np.array([0, 2, 4, 6]), value, use, np.array([2]), np.array([4_000.0]))
    >>> refined_choice(core, np.array([1, 2, 4]), wanted_micro=np.inf, time_limit_s=10.0)[0].tolist()
    [0, 3, 5]
    """
    deadline, drawn, spent = time.monotonic() + time_limit_s, np.random.default_rng(seed), 0
    for number in range(MOST_PROGRAMS):
        left_s = deadline - time.monotonic()
        if float(core.value[rows].sum()) >= wanted_micro or left_s <= 0:
            break
        free = _freed_households(core, rows, number, drawn)
        small, at = core.part(free, rows, np.ones(len(core.value), dtype=bool))
        found, nodes, _ = whole_choice(small, None, PROGRAM_NODES, left_s)
        spent += nodes
        if found is not None:
            tried = rows.copy()
            tried[free] = at[found]
            if core.value[tried].sum() > core.value[rows].sum():
                rows = tried
        if free.all():
            break
    return rows, spent


def _freed_households(core: IntegerCore, rows: Ints, number: int, drawn: np.random.Generator) -> Bools:
    """Return the households whose changes cost least; after the first program some are drawn among the next."""
    order = np.argsort(_cost_of_changing(core, rows), kind="stable")
    free = np.zeros(len(rows), dtype=bool)
    if number == 0:
        free[order[:NEAREST]] = True
        return free
    free[order[:NEAREST_AGAIN]] = True
    others = order[NEAREST_AGAIN:DRAWN_FROM]
    free[drawn.choice(others, min(DRAWN, len(others)), replace=False)] = True
    return free


def _cost_of_changing(core: IntegerCore, rows: Ints) -> Floats:
    """Return by household the least that a change costs: what its line loses, less what it takes up of what is left."""
    line, group = core.lines(core.price), core.group
    left = (core.capacity - core.used(rows)).astype(np.float64)
    change = csr(core.use - core.use[rows][group]).astype(np.float64)
    taken_up = np.minimum(np.maximum(change.data, 0.0), left[change.indices]) * core.price[change.indices]
    of = np.repeat(np.arange(len(group)), np.diff(change.indptr))
    cost = line[rows][group] - line - np.bincount(of, weights=taken_up, minlength=len(group))
    cost[rows] = np.inf
    return np.asarray(np.minimum.reduceat(cost, core.start[:-1]))
