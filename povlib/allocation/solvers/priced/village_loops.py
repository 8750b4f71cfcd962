"""The inner loops of the price method, village by village; compiled on import, so imported only when needed.

Responsible for the prices of each village's own rows by exact coordinate minimisation: every
household has threshold prices at which it lets go of a row, and the price is the midpoint between
the threshold that clears the row and the next. Not responsible for the common prices.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled
from povlib.arrays import Floats, Ints

#: rounds over a village's rows; the next pass goes on from the prices reached
MOST_SWEEPS = 6
#: a village is settled when no price of its moves by more than this part
SETTLED_TOLERANCE = 1e-9
#: where nobody is left to let go, the price stands this part above the last threshold
ABOVE_LAST_THRESHOLD = 1e-3


class VillageArrays(NamedTuple):
    """What the loops read of a `PriceStore` (see there); `data`, `column` and `ends` hold its use of common rows."""

    value: Floats
    data: Floats
    column: Ints
    ends: Ints
    begin: Ints
    entry: Ints
    local: Ints
    first: Ints
    slot: Ints
    limit: Ints


@compiled
def _price_that_clears(t: Any, drop: Any, total: int, cap: int) -> float:
    """Return the midpoint between the threshold at which use falls to `cap` and the next; infinite if it never does."""
    order = np.argsort(t)
    for i in range(len(t)):
        total -= drop[order[i]]
        if total <= cap:
            least = t[order[i]]
            if total < cap:
                return float(least)
            if i + 1 < len(t):
                return float(0.5 * (least + t[order[i + 1]]))
            return float(least * (1.0 + ABOVE_LAST_THRESHOLD))
    return np.inf


@compiled
def _clearing_price(
    line: Any, local: Any, entry: Any, low: int, high: int, j: int, cap: int, t: Any, drop: Any
) -> float:
    """Return the price of slot j that minimises the village's bound; line: without this row's price."""
    total, count = 0, 0
    without_price = np.empty(high - low, dtype=np.int64)
    for h in range(low, high):
        now = entry[h]
        for e in range(entry[h] + 1, entry[h + 1]):
            if line[e] > line[now] or (line[e] == line[now] and local[e, j] < local[now, j]):
                now = e
        total += local[now, j]
        without_price[h - low] = now
    if total <= cap:
        return 0.0
    for h in range(low, high):
        now = without_price[h - low]
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
    return _price_that_clears(t[:count], drop, total, cap)


@compiled
def best_of_class(arrays: Any, common: Any, best: Any, top: Any, low: int, high: int) -> None:
    """Score packages at the common prices; best score and its package of classes low .. high-1."""
    value, data, column, ends, begin = arrays.value, arrays.data, arrays.column, arrays.ends, arrays.begin
    for e in range(low, high):
        most, best_package = -np.inf, begin[e]
        for q in range(begin[e], begin[e + 1]):
            cost = 0.0
            for at in range(ends[q], ends[q + 1]):
                cost += data[at] * common[column[at]]
            score = value[q] - cost
            if score > most:
                most, best_package = score, q
        best[e] = most
        top[e] = best_package


@compiled
def take_best_classes(
    arrays: Any, best: Any, top: Any, price: Any, line: Any, chosen: Any, used: Any, low: int, high: int
) -> None:
    """Let every household of villages low .. high-1 take its best class: line, class and use of common rows."""
    local, entry, first = arrays.local, arrays.entry, arrays.first
    data, column, ends = arrays.data, arrays.column, arrays.ends
    width = price.shape[1]
    for v in range(low, high):
        for h in range(first[v], first[v + 1]):
            most, best_class = -np.inf, entry[h]
            for e in range(entry[h], entry[h + 1]):
                worth = best[e]
                for j in range(width):
                    worth -= price[v, j] * local[e, j]
                if worth > most:
                    most, best_class = worth, e
            line[h] = most
            chosen[h] = best_class
            q = top[best_class]
            for at in range(ends[q], ends[q + 1]):
                used[column[at]] += data[at]


@compiled
def settle_villages(arrays: Any, best: Any, price: Any, line: Any, low: int, high: int) -> None:
    """Settle the prices of villages low .. high-1 (`price` is overwritten).

    best: score of the best package of each class at the common prices; line: room to work in, as
    long as `best`. A row that cannot be kept gets an infinite price.
    """
    local, entry, first, limit, slot = arrays.local, arrays.entry, arrays.first, arrays.limit, arrays.slot
    width = price.shape[1]
    most = 0
    for v in range(low, high):
        most = max(most, entry[first[v + 1]] - entry[first[v]])
    t, drop = np.empty(most), np.empty(most, dtype=np.int64)
    for v in range(low, high):
        if first[v] == first[v + 1]:
            continue
        a, b = entry[first[v]], entry[first[v + 1]]
        for _ in range(MOST_SWEEPS):
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
                clearing = _clearing_price(line, local, entry, first[v], first[v + 1], j, limit[v, j], t, drop)
                if clearing == np.inf:
                    price[v, j] = np.inf
                    moved = False
                    break
                if abs(clearing - price[v, j]) > SETTLED_TOLERANCE * (clearing + price[v, j]):
                    moved = True
                price[v, j] = clearing
            if not moved:
                break
