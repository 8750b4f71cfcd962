"""A village whose own rows stay broken or loose at its prices: choose its classes exactly.

Responsible for a dynamic programme over the units left of the village's rows, first for the few
households that lose least by a change of class, then for more, until the village's value meets its
bound. Compiled on import. Not responsible for prices.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.compiled import compiled

MENDED, UNSURE, BROKEN, IMPOSSIBLE = 1, 2, 3, 4
#: most entries of one dynamic programme (households x states)
MOST_ENTRIES = 4_000_000
FIRST = 8


@compiled
def repair(best: Any, n: int, use: Any, cap: Any, price: Any, top: Any, cls: Any, rival: Any, tolerance: float) -> int:
    """Mend `cls` (class of each household); return how the village ended."""
    loss = np.empty(n)
    for i in range(n):
        loss[i] = top[i] - rival[i]
    order = np.argsort(loss, kind="mergesort")
    bound = 0.0
    for i in range(n):
        bound += top[i]
    for j in range(use.shape[1]):
        bound += price[j] * cap[j]
    found, most, size = BROKEN, -np.inf, min(n, FIRST)
    before = cls[:n].copy()
    while True:
        trial = before.copy()
        worth, ended = _programme(best, n, use, cap, trial, order[:size])
        if ended == 1:  # too many states
            return found
        if ended == 0 and worth > most:
            most = worth
            cls[:n] = trial
            found = MENDED if bound - worth <= tolerance else UNSURE
        if found == MENDED or size == n:
            break
        size = min(n, 2 * size)
    if found == BROKEN:
        return IMPOSSIBLE
    return found


@compiled
def _programme(best: Any, n: int, use: Any, cap: Any, cls: Any, free: Any) -> Any:
    """Choose classes of the free households, the others held: value, and 0 done / 1 too large / 2 none."""
    classes, rows = use.shape
    held = np.ones(n, dtype=np.bool_)
    for i in free:
        held[i] = False
    worth = 0.0
    left = np.empty(rows)
    for j in range(rows):
        left[j] = cap[j]
    for i in range(n):
        if held[i]:
            c = int(cls[i])
            worth += best[c, i]
            for j in range(rows):
                left[j] -= use[c, j]
    least = np.zeros((len(free), rows))
    width = np.zeros(rows)
    for f in range(len(free)):
        for j in range(rows):
            low, high = np.inf, -np.inf
            for c in range(classes):
                if best[c, free[f]] > -np.inf:
                    low, high = min(low, use[c, j]), max(high, use[c, j])
            least[f, j] = low
            left[j] -= low
            width[j] += high - low
    states = 1.0
    stride = np.zeros(rows, dtype=np.int64)
    for j in range(rows):
        if left[j] < 0:
            return worth, 2
        if width[j] > left[j]:  # otherwise the row cannot bind
            stride[j] = int(states)
            states *= left[j] + 1
        if states * len(free) > MOST_ENTRIES:
            return worth, 1
    return _tables(best, use, cls, free, least, left, stride, int(states), worth)


@compiled
def _tables(
    best: Any, use: Any, cls: Any, free: Any, least: Any, left: Any, stride: Any, states: int, worth: float
) -> Any:
    classes, rows = use.shape
    most = np.full(states, -np.inf)
    most[0] = 0.0
    taken = np.full((len(free), states), -1, dtype=np.int8)
    for f in range(len(free)):
        new = np.full(states, -np.inf)
        for c in range(classes):
            gain = best[c, free[f]]
            if gain == -np.inf:
                continue
            step = 0
            for j in range(rows):
                step += stride[j] * int(use[c, j] - least[f, j])
            for s in range(states - step):
                if most[s] > -np.inf and most[s] + gain > new[s + step]:
                    fits = True
                    for j in range(rows):
                        if stride[j] > 0:
                            fits = fits and (s // stride[j]) % int(left[j] + 1) + use[c, j] - least[f, j] <= left[j]
                    if fits:
                        new[s + step] = most[s] + gain
                        taken[f, s + step] = c
        most = new
    at = int(np.argmax(most))
    if most[at] == -np.inf:
        return worth, 2
    worth += most[at]
    for f in range(len(free) - 1, -1, -1):
        c = taken[f, at]
        cls[free[f]] = c
        for j in range(rows):
            at -= stride[j] * int(use[c, j] - least[f, j])
    return worth, 0
