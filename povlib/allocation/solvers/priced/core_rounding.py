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
from povlib.allocation.solvers.priced.change_sums import Fours
from povlib.arrays import Bools, Floats, Ints

#: near ties searched beside the split households
EXTRA = (2, 6, 10)
ROUNDING_NODES = 200_000
PART, PART_NODES, HEAT = 6, 2000, 0.3
#: walks side by side, each with a sequence of its own; their number never depends on the machine
WALKERS = 2
FIRST_ROUND, DOUBLINGS = 50_000, 2
_SEED = 2016
#: the loops read one dense matrix of uses
MOST_CELLS = 2 * 10**7
#: fewer households than this that can move at all get less effort
USUAL_FREE = 256
#: households that can move from which sums of changes are searched; rounds without a gain before the
#: search starts again from the linear program's choice; starts before a walk
LEAST_FREE, DRY, STARTS = 24, 6, 8
#: rounds that may mend a rounding
MENDS = 6


@dataclass(eq=False)
class _Options:
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

    def slack(self, chosen: Ints) -> Ints:
        """Return what chosen candidates leave of each row."""
        return np.asarray(self.capacity - self.use[chosen].sum(axis=0), dtype=np.int64)


def search(
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
    kept, rows = _shared(start, use, capacity)
    count = np.add.reduceat(kept, start[:-1]) if len(start) > 1 else np.zeros(0, dtype=np.int64)
    if not count.all() or int(kept.sum()) * len(rows) > MOST_CELLS:
        return None, 0
    if not len(rows):  # nothing is shared: everybody takes the best that fits
        worth = np.where(kept, value, np.iinfo(np.int64).min)
        best = np.flatnonzero(worth == np.maximum.reduceat(worth, start[:-1])[group])
        return np.asarray(best[np.searchsorted(best, start[:-1])], dtype=np.int64), 0
    at, begin = np.flatnonzero(kept), np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    options = _options(begin, value[at], csr(use[at][:, rows]), capacity[rows], price[rows])
    options.place = at[options.place]
    back = np.full(len(value), -1, dtype=np.int64)
    back[options.place] = np.arange(len(at))
    back[held] = np.where(back[held] < 0, options.first, back[held])
    chosen, spent = _rounded(options, back[held], split)
    free = int(np.isfinite(options.second).sum())
    if chosen is None and free >= LEAST_FREE:
        chosen, tried = _mended(options, back[held])
        spent += tried
    if chosen is None:
        return None, spent
    more = max(nodes * min(free, USUAL_FREE) // USUAL_FREE, 1)
    chosen, tried = _improved(options, chosen, back[held], goal, more)
    return options.place[chosen], spent + tried


def _shared(start: Ints, use: Sparse, capacity: Ints) -> tuple[Bools, Ints]:
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


def _options(start: Ints, value: Ints, use: Sparse, capacity: Ints, price: Floats) -> _Options:
    group = np.repeat(np.arange(len(start) - 1), np.diff(start))
    line = value - use.astype(np.float64) @ price
    loss = np.maximum.reduceat(line, start[:-1])[group] - line
    order = np.lexsort((np.arange(len(loss)), loss, group))
    dense = np.ascontiguousarray(use[order].toarray(), dtype=np.int64)
    return _Options(order, start[:-1], start[1:], loss[order], value[order], dense, price, capacity)


def _rounded(options: _Options, chosen: Ints, split: Bools) -> tuple[Ints | None, int]:
    """Search the split households, and a few near ties, for the best that fits."""
    from povlib.allocation.solvers.township.neighbourhood_loops import search_part

    if not split.any() and (options.slack(chosen) >= 0).all():
        return chosen, 0
    order = np.lexsort((np.arange(len(split)), options.second, ~split))
    every = np.arange(len(options.capacity), dtype=np.int64)
    nodes = 0
    for extra in EXTRA:
        members = order[: int(split.sum()) + extra].astype(np.int64)
        left = options.slack(np.delete(chosen, members))
        part = np.full(len(members), -1, dtype=np.int64)
        tried, good, _ = search_part(
            members, options.first, options.last, options.loss, options.value, options.use, options.price, every, left,
            part, ROUNDING_NODES, -1, -(2**62), np.inf,
        )  # fmt: skip
        nodes += int(tried)
        if good:
            found = chosen.copy()
            found[members] = part
            return found, nodes
    return None, nodes


def _mended(options: _Options, chosen: Ints) -> tuple[Ints | None, int]:
    """Change up to eight households so that a choice which breaks rows keeps them."""
    fours, nodes = Fours(options), 0
    for _ in range(MENDS):
        found, tried = fours.better(chosen)
        nodes += tried
        if found is not None:
            return found, nodes
    return None, nodes


def _improved(options: _Options, chosen: Ints, held: Ints, goal: float, budget: int) -> tuple[Ints, int]:
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
    fours, here = Fours(options), chosen
    while nodes < budget and len(order):
        cost = bound - float(options.value[best].sum())
        if cost <= enough:
            break
        if len(order) < LEAST_FREE or starts == STARTS:
            share = min((budget - nodes) // WALKERS + 1, FIRST_ROUND << min(walks, DOUBLINGS))
            found, tried = _walked(options, order, best, cost, enough, share, walks)
            nodes, starts, walks, here = nodes + tried, 0, walks + 1, found
        else:
            better, tried = fours.better(here)
            nodes, here = nodes + tried, here if better is None else better
            if fours.dry >= DRY:
                here, fours.dry, starts = held, 0, starts + 1
        if options.value[here].sum() > options.value[best].sum() and (options.slack(here) >= 0).all():
            best = here
    return best, nodes


def _walked(
    options: _Options, order: Ints, start: Ints, cost: float, enough: float, share: int, walks: int
) -> tuple[Ints, int]:
    """Walk from part to part, each walker by a sequence of its own; returns the best choice met."""
    from povlib.allocation.solvers.township.neighbourhood_loops import improve

    one, all_of = np.zeros(len(start), dtype=np.int64), np.array([0, len(order)], dtype=np.int64)

    def walk(at: int) -> tuple[int, Ints]:
        here, found = start.copy(), start.copy()
        tried, _ = improve(
            order, one, all_of, order.copy(), options.first, options.last, options.loss, options.value, options.use,
            options.price, options.slack(here), here, found, PART, _SEED + WALKERS * walks + at, share, PART_NODES,
            enough, cost, HEAT * cost,
        )  # fmt: skip
        return int(tried), found

    best, nodes = start, 0
    for tried, found in answers_of_threads(walk, WALKERS):
        nodes += tried
        if options.value[found].sum() > options.value[best].sum():
            best = found
    return best, nodes
