"""A village whose own rows stay broken or loose at its prices: choose its classes exactly.

Responsible for a dynamic programme over the units left of the village's rows, first for the few
households that lose least by a change of class, then for more, and for prices that support its
choice, until the village's value meets its bound. Compiled on import. Not responsible for the
first prices: `sweep_loops`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled

MENDED, UNSURE, BROKEN, IMPOSSIBLE = 1, 2, 3, 4
#: most entries of one dynamic programme (households x states)
MOST_ENTRIES = 4_000_000
#: households freed at first, those that lose least by another class; doubled until value and bound meet
FIRST_HOUSEHOLDS = 8
#: projections towards supporting prices, and how far beyond each inequality
PROJECTIONS, OVERSHOOT = 400, 1.3


@compiled
def repair_village(
    best: Any, n: int, use: Any, cap: Any, price: Any, top: Any, cls: Any, rival: Any, tolerance: float
) -> int:
    """Mend `cls` (class of each household) and `price` of one village; return how the village ended."""
    loss = np.empty(n)
    for i in range(n):
        loss[i] = top[i] - rival[i]
    order = np.argsort(loss, kind="mergesort")
    bound = _village_bound(best, n, use, cap, price)
    found, most, size = BROKEN, -np.inf, min(n, FIRST_HOUSEHOLDS)
    before, trial_price = cls[:n].copy(), np.empty(use.shape[1])
    while True:
        trial = before.copy()
        worth, ended = _choose_freed_households(best, n, use, cap, trial, order[:size])
        if ended == 1:  # too many states
            return found
        if ended == 0 and worth > most:
            most = worth
            cls[:n] = trial
            trial_price[:] = price
            set_supporting_prices(best, n, use, cap, trial, trial_price)
            below = _village_bound(best, n, use, cap, trial_price)
            if below < bound:
                bound = below
                price[:] = trial_price
            found = MENDED if bound - worth <= tolerance else UNSURE
        if found == MENDED or size == n:
            break
        size = min(n, 2 * size)
    if found == BROKEN:
        return IMPOSSIBLE
    return found


@compiled
def _village_bound(best: Any, n: int, use: Any, cap: Any, price: Any) -> float:
    total = 0.0
    for j in range(use.shape[1]):
        total += price[j] * cap[j]
    for i in range(n):
        most = -np.inf
        for c in range(use.shape[0]):
            s = best[c, i]
            for j in range(use.shape[1]):
                s -= price[j] * use[c, j]
            most = max(most, s)
        total += most
    return total


@compiled
def _gains_between_classes(best: Any, n: int, use: Any, cls: Any, left: Any) -> Any:
    """Return the most that anybody in each class would gain by each other one; takes the classes' use from `left`."""
    classes, rows = use.shape
    gain = np.full((classes, classes), -np.inf)
    for i in range(n):
        a = int(cls[i])
        for j in range(rows):
            left[j] -= use[a, j]
        for b in range(classes):
            gain[a, b] = max(gain[a, b], best[b, i] - best[a, i])
    return gain


@compiled
def _most_broken_inequality(gain: Any, use: Any, left: Any, price: Any) -> Any:
    """Return the distance to the inequality the prices break most, its two classes (-1: none) and its squared norm."""
    classes, rows = use.shape
    worst, at, to, norm = 0.5, -1, -1, 1.0
    for a in range(classes):
        for b in range(classes):
            if gain[a, b] > -np.inf and a != b:
                short, size = gain[a, b], 0.0
                for j in range(rows):
                    if left[j] <= 0:
                        d = use[b, j] - use[a, j]
                        short -= price[j] * d
                        size += d * d
                if size > 0 and short / np.sqrt(size) > worst:
                    worst, at, to, norm = short / np.sqrt(size), a, b, size
    return worst, at, to, norm


@compiled
def set_supporting_prices(best: Any, n: int, use: Any, cap: Any, cls: Any, price: Any) -> None:
    """Move `price` towards prices at which everybody's class is his best: they prove the choice.

    For each pair of classes one inequality, the most that anybody in the first would gain by the
    second; rows with room left cost nothing. Solved by projections on the inequality broken most
    (Agmon 1954; Motzkin and Schoenberg 1954).
    """
    rows, left = use.shape[1], cap.copy()
    gain = _gains_between_classes(best, n, use, cls, left)
    for j in range(rows):
        if left[j] > 0:
            price[j] = 0.0
    for _ in range(PROJECTIONS):
        worst, at, to, norm = _most_broken_inequality(gain, use, left, price)
        if at < 0:
            break
        step = (OVERSHOOT * worst + 1.0) / np.sqrt(norm)
        for j in range(rows):
            if left[j] <= 0:
                price[j] = max(0.0, price[j] + step * (use[to, j] - use[at, j]))
    for j in range(rows):
        price[j] = np.rint(price[j])


@compiled
def _choose_freed_households(best: Any, n: int, use: Any, cap: Any, cls: Any, free: Any) -> Any:
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
    return _dynamic_programme(best, use, cls, free, least, left, stride, int(states), worth)


@compiled
def _dynamic_programme(
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
