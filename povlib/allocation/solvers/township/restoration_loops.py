"""The inner loop of restoration; compiled on import, so imported only when needed.

Responsible for walking from a plan that breaks rows to one that breaks none, one household at a
time, with row weights that grow where the walk is stuck. Not responsible for the value of the plan
beyond a light pull to small reduced cost, nor for where the walk starts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled


@compiled
def restore(
    first: Any, last: Any, pull: Any, use: Any, scale: Any, capacity: Any, chosen: Any, weight: Any, used: Any,
    moves: int, tenure: int, began: int, until: Any,
) -> tuple[int, bool]:  # fmt: skip
    """Change one group's option at a time until no row is broken, or `moves` are made.

    first, last: options of each group in `pull` (reduced cost in units of a typical one) and `use`;
    scale: one over a typical use of each row; chosen: option of each group, overwritten; weight, used:
    state of the rows, overwritten; until: move up to which each group rests after a change (so that the
    walk does not turn back), overwritten; began: moves made before. Each broken row counts with its
    weight times what it is over by; a step that mends nothing raises the weights of the broken rows.
    Returns moves and whether all rows hold.
    """
    rows = len(capacity)
    groups = len(first)
    for step in range(moves):
        over = 0
        for r in range(rows):
            if used[r] > capacity[r]:
                over += 1
        if over == 0:
            return step, True
        best, at, to = np.inf, -1, -1
        for g in range(groups):
            if until[g] > began + step:
                continue
            now = chosen[g]
            for o in range(first[g], last[g]):
                if o == now:
                    continue
                gain = pull[o] - pull[now]
                for r in range(rows):
                    change = use[o, r] - use[now, r]
                    if change == 0:
                        continue
                    before = used[r] - capacity[r]
                    after = before + change
                    if after > 0:
                        gain += weight[r] * scale[r] * (after - max(before, 0))
                    elif before > 0:
                        gain -= weight[r] * scale[r] * before
                if gain < best:
                    best, at, to = gain, g, o
        if best >= 0:
            for r in range(rows):
                if used[r] > capacity[r]:
                    weight[r] += 1.0
        if at < 0:
            continue
        now = chosen[at]
        for r in range(rows):
            used[r] += use[to, r] - use[now, r]
        chosen[at] = to
        until[at] = began + step + tenure + 1
    return moves, False
