"""Whole choices inside one village: the few villages that prices alone do not settle.

Responsible for a whole choice of classes of a village's households within its own rows, at given
common prices: a greedy one, then an exact search (`povlib.allocation.solvers.priced.village_search_loops`).
Compiled on import, so imported only when needed. Not responsible for rows that several villages use.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled
from povlib.allocation.solvers.priced.village_search_loops import search


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
def exact_village(
    best: Any, local: Any, entry: Any, low: int, high: int, limit: Any, price: Any, chosen: Any, nodes: int
) -> tuple[int, float, float]:
    """Choose classes for households low .. high-1 within `limit`.

    chosen: overwritten with a class of each. Returns nodes, how far the choice is below the
    village's bound at `price` (infinite without a choice), and how far every choice is at least.
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
    if cost <= 1e-9:
        return 0, max(cost, 0.0), max(cost, 0.0)
    return search(loss, local, entry, low, high, limit, price, chosen, cost, nodes)
