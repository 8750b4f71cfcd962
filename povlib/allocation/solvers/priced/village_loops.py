"""The inner loops of the price method, village by village; compiled on import, so imported only when needed.

Responsible for the prices of each village's own rows by exact coordinate minimisation: every
household has threshold prices at which it lets go of a row, and the price is the midpoint between
the threshold that clears the row and the next. `povlib.allocation.solvers.priced.village_arrays` computes
the same numbers without a compiler. Not responsible for the common prices.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled

SWEEPS = 6
#: a village is settled when no price of its moves by more than this part
SETTLED = 1e-9
#: where nobody is left to let go, the price stands this part above the last threshold
ABOVE = 1e-3


@compiled
def _settle(line: Any, local: Any, entry: Any, low: int, high: int, j: int, cap: int, t: Any, drop: Any) -> float:
    """Return the price of slot j that minimises the village's bound; line: without this row's price."""
    total, count = 0, 0
    for h in range(low, high):
        now = entry[h]
        for e in range(entry[h] + 1, entry[h + 1]):
            if line[e] > line[now] or (line[e] == line[now] and local[e, j] < local[now, j]):
                now = e
        total += local[now, j]
    if total <= cap:
        return 0.0
    for h in range(low, high):
        now = entry[h]
        for e in range(entry[h] + 1, entry[h + 1]):
            if line[e] > line[now] or (line[e] == line[now] and local[e, j] < local[now, j]):
                now = e
        while True:
            then, least = now, np.inf
            for e in range(entry[h], entry[h + 1]):
                if local[e, j] < local[now, j]:
                    threshold = (line[now] - line[e]) / (local[now, j] - local[e, j])
                    if threshold < least or (threshold == least and local[e, j] < local[then, j]):
                        then, least = e, threshold
            if then == now:
                break
            t[count] = least
            drop[count] = local[now, j] - local[then, j]
            count += 1
            now = then
    order = np.argsort(t[:count])
    for i in range(count):
        total -= drop[order[i]]
        if total <= cap:
            least = t[order[i]]
            if total < cap:
                return float(least)
            if i + 1 < count:
                return float(0.5 * (least + t[order[i + 1]]))
            return float(least * (1.0 + ABOVE))
    return np.inf


@compiled
def best_of_class(
    value: Any, data: Any, column: Any, ends: Any, common: Any, begin: Any, best: Any, top: Any, low: int, high: int
) -> None:
    """Score packages at the common prices; best score and its package of classes low .. high-1."""
    for e in range(low, high):
        most, found = -np.inf, begin[e]
        for q in range(begin[e], begin[e + 1]):
            cost = 0.0
            for at in range(ends[q], ends[q + 1]):
                cost += data[at] * common[column[at]]
            score = value[q] - cost
            if score > most:
                most, found = score, q
        best[e] = most
        top[e] = found


@compiled
def take(
    best: Any, top: Any, local: Any, entry: Any, first: Any, price: Any, data: Any, column: Any, ends: Any, line: Any,
    chosen: Any, used: Any, low: int, high: int,
) -> None:  # fmt: skip
    """Let every household of villages low .. high-1 take its best class: line, class and use of common rows."""
    width = price.shape[1]
    for v in range(low, high):
        for h in range(first[v], first[v + 1]):
            most, found = -np.inf, entry[h]
            for e in range(entry[h], entry[h + 1]):
                worth = best[e]
                for j in range(width):
                    worth -= price[v, j] * local[e, j]
                if worth > most:
                    most, found = worth, e
            line[h] = most
            chosen[h] = found
            q = top[found]
            for at in range(ends[q], ends[q + 1]):
                used[column[at]] += data[at]


@compiled
def settle_villages(
    best: Any, local: Any, entry: Any, first: Any, limit: Any, slot: Any, price: Any, line: Any, low: int, high: int
) -> None:
    """Settle the prices of villages low .. high-1 (`price` is overwritten).

    best: score of the best package of each class at the common prices; line: room to work in, as
    long as `best`. A row that cannot be kept gets an infinite price.
    """
    width = price.shape[1]
    most = 0
    for v in range(low, high):
        most = max(most, entry[first[v + 1]] - entry[first[v]])
    t, drop = np.empty(most), np.empty(most, dtype=np.int64)
    for v in range(low, high):
        if first[v] == first[v + 1]:
            continue
        a, b = entry[first[v]], entry[first[v + 1]]
        for _ in range(SWEEPS):
            moved = False
            for j in range(width):
                if slot[v, j] < 0:
                    continue
                for e in range(a, b):
                    worth = best[e]
                    for i in range(width):
                        if i != j:
                            worth -= price[v, i] * local[e, i]
                    line[e] = worth
                found = _settle(line, local, entry, first[v], first[v + 1], j, limit[v, j], t, drop)
                if found == np.inf:
                    price[v, j] = np.inf
                    moved = False
                    break
                if abs(found - price[v, j]) > SETTLED * (found + price[v, j]):
                    moved = True
                price[v, j] = found
            if not moved:
                break
