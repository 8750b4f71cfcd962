"""The inner loop of the repair of a plan that breaks rows; compiled on import, so imported only when needed.

Responsible for walking from a plan that breaks rows to one that breaks none, one group at a time, with weights of
rows that grow where the walk is stuck. Not responsible for the value of the plan beyond a light pull to small
reduced cost, nor for where the walk starts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled
from povlib.arrays import Floats, Ints


class RepairOptions(NamedTuple):
    """What a walk may choose from.

    Attributes
    ----------
    first, last : int64 (G,)
        Group g may have the options first[g] .. last[g]-1.
    pull : float (N,)
        Reduced cost of each option, in units in which a typical use over a row counts one.
    use : int64 (N, R)
    scale : float (R,)
        One over a typical use of each row.
    capacity : int64 (R,)
    """

    first: Ints
    last: Ints
    pull: Floats
    use: Ints
    scale: Floats
    capacity: Ints


class RepairWalk(NamedTuple):
    """Where a walk stands; its arrays are overwritten.

    Attributes
    ----------
    chosen : int64 (G,)
        Option of each group.
    used : int64 (R,)
    weight : float (R,)
        What a typical use over each row counts.
    until : int64 (G,)
        Move up to which each group rests after a change, so that the walk does not turn back.
    """

    chosen: Ints
    used: Ints
    weight: Floats
    until: Ints


@compiled
def _count_broken_rows(used: Any, capacity: Any) -> int:
    """Count the rows of which more is used than there is."""
    count = 0
    for r in range(len(capacity)):
        if used[r] > capacity[r]:
            count += 1
    return count


@compiled
def _growth_by_change(to: int, now: int, options: Any, used: Any, weight: Any) -> float:
    """Return by how much pull and weighted excess over all rows grow when option `to` takes the place of `now`."""
    use, scale, capacity = options.use, options.scale, options.capacity
    growth: float = options.pull[to] - options.pull[now]
    for r in range(len(capacity)):
        change = use[to, r] - use[now, r]
        if change == 0:
            continue
        before = used[r] - capacity[r]
        after = before + change
        if after > 0:
            growth += weight[r] * scale[r] * (after - max(before, 0))
        elif before > 0:
            growth -= weight[r] * scale[r] * before
    return growth


@compiled
def _best_change(options: Any, walk: Any, move: int) -> tuple[float, int, int]:
    """Return the least growth of excess and pull that one change brings, its group and its option (-1: all rest)."""
    best, at, to = np.inf, -1, -1
    for g in range(len(options.first)):
        if walk.until[g] > move:
            continue
        now = walk.chosen[g]
        for o in range(options.first[g], options.last[g]):
            if o == now:
                continue
            growth = _growth_by_change(o, now, options, walk.used, walk.weight)
            if growth < best:
                best, at, to = growth, g, o
    return best, at, to


@compiled
def walk_until_feasible(options: Any, walk: Any, moves: int, began: int, rest: int) -> tuple[int, bool]:
    """Change one group's option at a time until no row is broken, or `moves` are made.

    options: `RepairOptions`; walk: `RepairWalk`; began: moves made before; rest: moves for which a changed group
    rests. A move that mends nothing raises the weights of the broken rows. Returns moves and whether all rows hold.
    """
    use, capacity = options.use, options.capacity
    for step in range(moves):
        if _count_broken_rows(walk.used, capacity) == 0:
            return step, True
        growth, at, to = _best_change(options, walk, began + step)
        if growth >= 0:
            for r in range(len(capacity)):
                if walk.used[r] > capacity[r]:
                    walk.weight[r] += 1.0
        if at < 0:
            continue
        now = walk.chosen[at]
        for r in range(len(capacity)):
            walk.used[r] += use[to, r] - use[now, r]
        walk.chosen[at] = to
        walk.until[at] = began + step + rest + 1
    return moves, False
