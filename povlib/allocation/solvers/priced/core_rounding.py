"""From the core's linear program to whole choices: rounding and local search.

Responsible for an exact search over the split households and a few near ties, then for many exact
searches over a few households at a time (`povlib.allocation.solvers.township.neighbourhood_loops`) and over eight of
all of them (`povlib.allocation.solvers.priced.change_sums`), counted in nodes. Not responsible for the linear
program nor for who is in the core.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.allocation.problem.sparse_matrices import Sparse, csr
from povlib.allocation.solvers.compiled_loops import answers_of_threads
from povlib.allocation.solvers.priced.change_sums import ChangeSumSearch
from povlib.allocation.solvers.township.neighbourhood_loops import (
    DrawingOrder,
    OptionArrays,
    WalkLimits,
    improve_by_parts,
    search_part,
)
from povlib.arrays import Bools, Floats, Ints

#: near ties searched beside the split households
NEAR_TIES_SEARCHED = (2, 6, 10)
#: nodes of the exact search that rounds the linear program
ROUNDING_NODES = 200_000
#: households searched at a time, nodes of one search, and the loss a forced change may bring as a part of the gap
PART_SIZE, PART_NODES, FORCED_LOSS = 6, 2000, 0.3
#: walks side by side, each with a sequence of its own; their number never depends on the machine
WALKERS = 2
#: nodes of the first walk, doubled so often
FIRST_WALK_NODES, WALK_DOUBLINGS = 50_000, 2
_SEED = 2016
#: the loops read one dense matrix of uses
MOST_CELLS = 2 * 10**7
#: fewer households than this that can move at all get less effort
USUAL_FREE = 256
#: households that can move from which sums of changes are searched; rounds without a gain before the
#: search starts again from the linear program's choice; starts before a walk
LEAST_FREE, DRY_ROUNDS, RESTARTS = 24, 6, 8
#: rounds that may mend a rounding
MENDING_ROUNDS = 6


@dataclass(eq=False)
class CandidateOptions:
    """Candidates sorted by household and reduced cost, as the loops read them."""

    place: Ints
    first: Ints
    last: Ints
    loss: Floats
    value: Ints
    use: Ints
    price: Floats
    capacity: Ints

    @property
    def second(self) -> Floats:
        """Reduced cost of each household's second candidate; infinite where it has one only."""
        several = self.last - self.first > 1
        return np.where(several, self.loss[np.minimum(self.first + 1, len(self.loss) - 1)], np.inf)

    @property
    def arrays(self) -> OptionArrays:
        """What the compiled loops read."""
        return OptionArrays(self.first, self.last, self.loss, self.value, self.use, self.price)

    def slack(self, chosen: Ints) -> Ints:
        """Return what chosen candidates leave of each row."""
        return np.asarray(self.capacity - self.use[chosen].sum(axis=0), dtype=np.int64)


def search_core(
    start: Ints, value: Ints, use: Sparse, capacity: Ints, price: Floats, held: Ints, split: Bools, goal: float,
    nodes: int,
) -> tuple[Ints | None, int]:  # fmt: skip
    """Round `held` to a whole choice and improve it; None where no rounding fits.

    Parameters
    ----------
    start : int64 (M+1,)
        Household m has candidates start[m] .. start[m+1]-1.
    held : int64 (M,)
        Heaviest candidate of each household in the linear program; split: it has others too.
    goal : float
        Micro-persons; the search stops at a choice worth at least this.
    """
    group = np.repeat(np.arange(len(start) - 1), np.diff(start))
    capacity = capacity - np.asarray(use[start[:-1]].sum(axis=0), dtype=np.int64).ravel()
    use = csr(use - use[start[:-1]][group])  # against everybody's first: what does not vary is gone
    use.eliminate_zeros()
    kept, rows = _shared_rows(start, use, capacity)
    count = np.add.reduceat(kept, start[:-1]) if len(start) > 1 else np.zeros(0, dtype=np.int64)
    if not count.all() or int(kept.sum()) * len(rows) > MOST_CELLS:
        return None, 0
    if not len(rows):  # nothing is shared: everybody takes the best that fits
        worth = np.where(kept, value, np.iinfo(np.int64).min)
        best = np.flatnonzero(worth == np.maximum.reduceat(worth, start[:-1])[group])
        return np.asarray(best[np.searchsorted(best, start[:-1])], dtype=np.int64), 0
    at, begin = np.flatnonzero(kept), np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    options = sorted_candidates(begin, value[at], csr(use[at][:, rows]), capacity[rows], price[rows])
    options.place = at[options.place]
    back = np.full(len(value), -1, dtype=np.int64)
    back[options.place] = np.arange(len(at))
    back[held] = np.where(back[held] < 0, options.first, back[held])
    chosen, spent = _rounded_choice(options, back[held], split)
    free = int(np.isfinite(options.second).sum())
    if chosen is None and free >= LEAST_FREE:
        chosen, tried = _mended_choice(options, back[held])
        spent += tried
    if chosen is None:
        return None, spent
    more = max(nodes * min(free, USUAL_FREE) // USUAL_FREE, 1)
    chosen, tried = _improved_choice(options, chosen, back[held], goal, more)
    return options.place[chosen], spent + tried


def _shared_rows(start: Ints, use: Sparse, capacity: Ints) -> tuple[Bools, Ints]:
    """Return candidates that a row of one household alone leaves, and the rows that several households use."""
    group = np.repeat(np.arange(len(start) - 1), np.diff(start))
    home = group[np.repeat(np.arange(use.shape[0]), np.diff(use.indptr))]
    low, high = np.full(use.shape[1], len(start)), np.full(use.shape[1], -1)
    np.minimum.at(low, use.indices, home)
    np.maximum.at(high, use.indices, home)
    alone = (low >= high) & (capacity >= 0)
    over = use.data > np.where(alone, capacity, np.iinfo(np.int64).max)[use.indices]
    broken = np.zeros(use.shape[0] + 1, dtype=np.int64)
    np.add.at(broken, np.repeat(np.arange(use.shape[0]), np.diff(use.indptr))[over], 1)
    return np.asarray(broken[:-1] == 0, dtype=bool), np.flatnonzero(~alone)


def sorted_candidates(start: Ints, value: Ints, use: Sparse, capacity: Ints, price: Floats) -> CandidateOptions:
    """Return each household's candidates in order of their reduced cost at `price`, uses as one dense matrix."""
    group = np.repeat(np.arange(len(start) - 1), np.diff(start))
    line = value - use.astype(np.float64) @ price
    loss = np.maximum.reduceat(line, start[:-1])[group] - line
    order = np.lexsort((np.arange(len(loss)), loss, group))
    dense = np.ascontiguousarray(use[order].toarray(), dtype=np.int64)
    return CandidateOptions(order, start[:-1], start[1:], loss[order], value[order], dense, price, capacity)


def _rounded_choice(options: CandidateOptions, chosen: Ints, split: Bools) -> tuple[Ints | None, int]:
    """Search split households and a few near ties for the best that fits: the choice (None without), and nodes."""
    if not split.any() and (options.slack(chosen) >= 0).all():
        return chosen, 0
    order = np.lexsort((np.arange(len(split)), options.second, ~split))
    every = np.arange(len(options.capacity), dtype=np.int64)
    nodes = 0
    for extra in NEAR_TIES_SEARCHED:
        members = order[: int(split.sum()) + extra].astype(np.int64)
        left = options.slack(np.delete(chosen, members))
        part = np.full(len(members), -1, dtype=np.int64)
        tried, good, _ = search_part(
            members, options.arrays, every, left, part, ROUNDING_NODES, -1, -(2**62), np.inf,
        )  # fmt: skip
        nodes += int(tried)
        if good:
            rounded = chosen.copy()
            rounded[members] = part
            return rounded, nodes
    return None, nodes


def _mended_choice(options: CandidateOptions, chosen: Ints) -> tuple[Ints | None, int]:
    """Mend a choice that breaks rows by changing up to eight households: the choice (None without), and nodes."""
    change_sums, nodes = ChangeSumSearch(options), 0
    for _ in range(MENDING_ROUNDS):
        mended, tried = change_sums.better(chosen)
        nodes += tried
        if mended is not None:
            return mended, nodes
    return None, nodes


def _improved_choice(options: CandidateOptions, chosen: Ints, held: Ints, goal: float, budget: int) -> tuple[Ints, int]:
    """Search sums of changes and parts until the choice is worth `goal` or `budget` nodes are spent.

    chosen: keeps every row; held: the linear program's choice, from which the search starts again.
    """
    order = np.lexsort((np.arange(len(chosen)), options.second))
    order = order[np.isfinite(options.second[order])].astype(np.int64)
    first_line = options.loss[options.first]
    bound = float((options.value[options.first] - options.use[options.first] @ options.price).sum() + first_line.sum())
    bound += float(options.price @ options.capacity)
    best, enough = chosen, max(bound - goal, 1.0)
    nodes, starts, walks = 0, 0, 0
    change_sums, here = ChangeSumSearch(options), chosen
    while nodes < budget and len(order):
        cost = bound - float(options.value[best].sum())
        if cost <= enough:
            break
        if len(order) < LEAST_FREE or starts == RESTARTS:
            share = min((budget - nodes) // WALKERS + 1, FIRST_WALK_NODES << min(walks, WALK_DOUBLINGS))
            walked, tried = _best_of_walks(options, order, best, cost, enough, share, walks)
            nodes, starts, walks, here = nodes + tried, 0, walks + 1, walked
        else:
            better, tried = change_sums.better(here)
            nodes, here = nodes + tried, here if better is None else better
            if change_sums.dry >= DRY_ROUNDS:
                here, change_sums.dry, starts = held, 0, starts + 1
        if options.value[here].sum() > options.value[best].sum() and (options.slack(here) >= 0).all():
            best = here
    return best, nodes


def _best_of_walks(
    options: CandidateOptions, order: Ints, start: Ints, cost: float, enough: float, share: int, walks: int
) -> tuple[Ints, int]:
    """Walk from part to part, each walker by a sequence of its own; returns the best choice met."""
    one, all_of = np.zeros(len(start), dtype=np.int64), np.array([0, len(order)], dtype=np.int64)
    drawing = DrawingOrder(order, one, all_of, order.copy())

    def walk(at: int) -> tuple[int, Ints]:
        here, found = start.copy(), start.copy()
        limits = WalkLimits(
            PART_SIZE, _SEED + WALKERS * walks + at, share, PART_NODES, enough, cost, FORCED_LOSS * cost
        )
        tried, _ = improve_by_parts(drawing, options.arrays, options.slack(here), here, found, limits)
        return int(tried), found

    best, nodes = start, 0
    for tried, best_met in answers_of_threads(walk, WALKERS):
        nodes += tried
        if options.value[best_met].sum() > options.value[best].sum():
            best = best_met
    return best, nodes
