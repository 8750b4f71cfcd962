"""Who is nearly tied at the posted prices: the core of a pass.

Responsible for picking the households of least margin and the packages that matter to them, first
among packages of equal village-row use (so that no village row can break), and for what all others
leave of the common rows. Not responsible for choosing (`povlib.allocation.solvers.priced.integer_core`).
"""

from __future__ import annotations

import numpy as np

from povlib.allocation.problem.sparse_matrices import Sparse, csr
from povlib.allocation.solvers.priced.integer_core import IntegerCore
from povlib.allocation.solvers.priced.price_store import PriceStore, concatenated_ranges
from povlib.arrays import Bools, Floats, Ints

#: moves of a core for each of its households, the nearest: without a limit 4,800 of a county of 5,000 households came
#: with 115,000, whose relaxation took 8 s; with 8 it takes 1.5 s and the plan is no worse
MOVES_A_HOUSEHOLD = 8


def class_core(store: PriceStore, taken: Ints, common: Floats, size: int) -> tuple[IntegerCore, Ints]:
    """Return the core of `size` households with packages of the class they take, and their store rows.

    Parameters
    ----------
    taken : int64 (H,)
        Store package of every household, keeping every village row.
    common : float (C,)
        Prices of the common rows, micro-persons a unit.
    """
    kind = np.searchsorted(store.begin, taken, side="right") - 1
    count = np.diff(store.begin)[kind]
    rows = concatenated_ranges(store.begin[kind], count)
    home = np.repeat(np.arange(len(taken)), count)
    score = store.value[rows] - store.use[rows] @ common
    own = store.value[taken] - store.use[taken] @ common
    loss = np.abs(own[home] - score)
    moves = rows != taken[home]
    home, rows, loss = _nearly_tied_moves(store.value, store.use, taken, home[moves], rows[moves], loss[moves], size)
    return _core_of_moves(store.value, store.use, store.cap, taken, common, home, rows)


def full_core(
    value: Floats, use: Sparse, capacity: Ints, start: Ints, held: Ints, price: Floats, allowed: Bools, size: int
) -> tuple[IntegerCore, Ints]:
    """Return the core of `size` households with every row in it, and its rows of the problem."""
    home = np.repeat(np.arange(len(start) - 1), np.diff(start))
    score = value - use @ price
    loss = np.abs(score[held][home] - score)
    moves = allowed.copy()
    moves[held] = False
    rows = np.flatnonzero(moves)
    home, rows, _ = _nearly_tied_moves(value, use, held, home[rows], rows, loss[rows], size)
    return _core_of_moves(value, use, capacity, held, price, home, rows)


def _nearly_tied_moves(
    value: Floats, use: Sparse, taken: Ints, home: Ints, rows: Ints, loss: Floats, size: int
) -> tuple[Ints, Ints, Floats]:
    """Return moves of the `size` households of least loss that are not plainly worse, by household."""
    wanted = 4 * size
    while True:
        if wanted < len(loss):
            near = np.flatnonzero(loss <= np.partition(loss, wanted)[wanted])
        else:
            near = np.arange(len(loss))
        near = near[~_is_dominated(value, use, taken[home[near]], rows[near])]
        order = near[np.lexsort((rows[near], loss[near]))]
        _, first = np.unique(home[order], return_index=True)
        if len(first) >= size or wanted >= len(loss):
            break
        wanted *= 4
    people = home[order[np.sort(first)[:size]]]
    width = 2.0 * float(loss[order[np.sort(first)[:size][-1]]]) if len(first) else 0.0
    kept = order[np.isin(home[order], people) & (loss[order] <= width + 1.0)][: MOVES_A_HOUSEHOLD * size]
    kept = kept[np.lexsort((rows[kept], home[kept]))]
    return home[kept], rows[kept], loss[kept]


def _is_dominated(value: Floats, use: Sparse, taken: Ints, rows: Ints) -> Bools:
    """Say which packages use nothing less than the one taken and are worth no more."""
    change = csr(use[rows] - use[taken])
    less = np.zeros(len(rows), dtype=bool)
    at = np.repeat(np.arange(len(rows)), np.diff(change.indptr))
    less[at[change.data < 0]] = True
    return np.asarray(~less & (value[rows] <= value[taken]), dtype=bool)


def _core_of_moves(
    value: Floats, use: Sparse, capacity: Floats | Ints, taken: Ints, price: Floats, home: Ints, rows: Ints
) -> tuple[IntegerCore, Ints]:
    people = np.unique(home)
    of = np.concatenate([people, home])
    all_rows = np.concatenate([taken[people], rows])
    order = np.lexsort((all_rows, of))
    all_rows, of = all_rows[order], of[order]
    outside = np.ones(len(taken), dtype=bool)
    outside[people] = False
    left = capacity - np.asarray(use[taken[outside]].sum(axis=0)).ravel()
    own = csr(use[all_rows])
    touched = np.zeros(use.shape[1], dtype=bool)
    touched[own.indices] = True
    touched |= left < 0
    columns = np.flatnonzero(touched)
    start = np.searchsorted(of, np.append(people, len(taken))).astype(np.int64)
    core = IntegerCore(
        start, value[all_rows].astype(np.int64), csr(own[:, columns]).astype(np.int64),
        left[columns].astype(np.int64), price[columns],
    )  # fmt: skip
    return core, all_rows
