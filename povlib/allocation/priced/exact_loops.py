"""Whole choices inside one village: the few villages that prices alone do not settle.

Responsible for an exact search over the classes of a village's households within its own rows, at
given common prices, started from a greedy plan and pruned by reduced cost and priced slack; counted
in nodes. Compiled on import, so imported only when needed. Not responsible for rows that several
villages use.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.compiled import compiled


@compiled
def _losses(best: Any, local: Any, entry: Any, price: Any, low: int, high: int, loss: Any) -> None:
    """Reduced cost of each class of households low .. high-1 at the village's prices."""
    a = entry[low]
    for h in range(low, high):
        most = -np.inf
        for e in range(entry[h], entry[h + 1]):
            worth = best[e]
            for j in range(price.shape[0]):
                worth -= price[j] * local[e, j]
            loss[e - a] = worth
            most = max(most, worth)
        for e in range(entry[h], entry[h + 1]):
            loss[e - a] = most - loss[e - a]


@compiled
def _excess(left: Any, scale: Any) -> float:
    total = 0.0
    for j in range(len(left)):
        if left[j] < 0:
            total -= left[j] / scale[j]
    return total


@compiled
def _greedy(loss: Any, local: Any, entry: Any, low: int, high: int, left: Any, chosen: Any, scale: Any) -> bool:
    """Change classes at least loss for each part of a row mended, then take every single gain."""
    a, width = entry[low], len(left)
    trial = np.zeros(width, dtype=np.int64)
    while True:
        before = _excess(left, scale)
        found_h, found_e, most = -1, -1, 0.0
        for h in range(low, high):
            now = chosen[h - low]
            for e in range(entry[h], entry[h + 1]):
                if e == now:
                    continue
                for j in range(width):
                    trial[j] = left[j] + local[now, j] - local[e, j]
                mended = before - _excess(trial, scale)
                cost = loss[e - a] - loss[now - a]
                if before > 0 and mended > 1e-12:
                    gain = mended / (max(cost, 0.0) + 1e-3)
                elif before == 0 and mended == 0:
                    gain = -cost
                else:
                    continue
                if gain > most * (1 + 1e-12) + 1e-9:
                    found_h, found_e, most = h, e, gain
        if found_h < 0:
            return before == 0
        now = chosen[found_h - low]
        for j in range(width):
            left[j] += local[now, j] - local[found_e, j]
        chosen[found_h - low] = found_e


@compiled
def _search(
    loss: Any, local: Any, entry: Any, low: int, high: int, limit: Any, price: Any, chosen: Any, cost: float, nodes: int
) -> tuple[int, float, bool]:
    """Search every choice of cost below `cost`: its losses and the price of what it leaves of each row.

    Returns nodes, the least cost (`chosen` is overwritten where it is less) and whether it is proved.
    """
    a, width, n = entry[low], len(limit), 0
    left = limit.copy()
    people = np.empty(high - low, dtype=np.int64)
    for h in range(low, high):
        few, only = 0, entry[h]
        for e in range(entry[h], entry[h + 1]):
            if loss[e - a] < cost:
                few, only = few + 1, e
        if few == 0:
            return 0, cost, True
        people[n] = h
        if few > 1:
            n += 1
        else:
            for j in range(width):
                left[j] -= local[only, j]
    least = np.zeros((n + 1, width), dtype=np.int64)
    for d in range(n - 1, -1, -1):
        for j in range(width):
            use = np.int64(2**62)
            for e in range(entry[people[d]], entry[people[d] + 1]):
                if loss[e - a] < cost:
                    use = min(use, local[e, j])
            least[d, j] = least[d + 1, j] + use
    at, taken = np.zeros(n + 1, dtype=np.int64), np.zeros(n + 1, dtype=np.int64)
    lefts, costs = np.zeros((n + 1, width), dtype=np.int64), np.zeros(n + 1)
    lefts[0] = left
    d, used, best, found = 0, 0, cost, False
    best_taken = np.zeros(n + 1, dtype=np.int64)
    if n > 0:
        at[0] = entry[people[0]]
    while d >= 0:
        if d == n:
            total = costs[d]
            fits = True
            for j in range(width):
                fits = fits and lefts[d, j] >= 0
                total += price[j] * lefts[d, j]
            if fits and total < best - 1e-9:
                best, found = total, True
                best_taken[:] = taken
            d -= 1
        elif at[d] >= entry[people[d] + 1] or used >= nodes:
            d -= 1
        else:
            e = at[d]
            at[d] += 1
            total = costs[d] + loss[e - a]
            if total >= best - 1e-9:
                continue
            used += 1
            fits = True
            for j in range(width):
                lefts[d + 1, j] = lefts[d, j] - local[e, j]
                fits = fits and lefts[d + 1, j] >= least[d + 1, j]
            if fits:
                taken[d] = e
                costs[d + 1] = total
                d += 1
                if d < n:
                    at[d] = entry[people[d]]
    if found:
        for h in range(low, high):
            for e in range(entry[h], entry[h + 1]):
                if loss[e - a] < cost:
                    chosen[h - low] = e
        for i in range(n):
            chosen[people[i] - low] = best_taken[i]
    return used, best, used < nodes


@compiled
def exact_village(
    best: Any, local: Any, entry: Any, low: int, high: int, limit: Any, price: Any, chosen: Any, nodes: int
) -> tuple[int, float, bool]:
    """Choose classes for households low .. high-1 within `limit`.

    chosen: overwritten with a class of each. Returns nodes, how far the choice is below the
    village's bound at `price` (infinite without a choice), and whether no choice is nearer.
    """
    a, width = entry[low], len(limit)
    loss = np.empty(entry[high] - a)
    _losses(best, local, entry, price, low, high, loss)
    left = limit.copy()
    scale = np.maximum(np.abs(limit), 1).astype(np.float64)
    raw = loss.copy()
    for h in range(low, high):
        now = entry[h]
        for e in range(entry[h], entry[h + 1]):
            for j in range(width):
                raw[e - a] -= price[j] * local[e, j]
            if loss[e - a] < loss[now - a]:
                now = e
        chosen[h - low] = now
        for j in range(width):
            left[j] -= local[now, j]
    cost = np.inf
    if _greedy(raw, local, entry, low, high, left, chosen, scale):
        cost = 0.0
        for h in range(low, high):
            cost += loss[chosen[h - low] - a]
        for j in range(width):
            cost += price[j] * left[j]
    return _with_nodes(loss, local, entry, low, high, limit, price, chosen, cost, nodes)


@compiled
def _with_nodes(
    loss: Any, local: Any, entry: Any, low: int, high: int, limit: Any, price: Any, chosen: Any, cost: float, nodes: int
) -> tuple[int, float, bool]:
    """Search; a village that is settled already needs none."""
    if cost <= 1e-9:
        return 0, max(cost, 0.0), True
    return _search(loss, local, entry, low, high, limit, price, chosen, cost, nodes)
