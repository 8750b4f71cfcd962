"""The whole choice of one village: what the few villages need that prices alone do not settle.

Comes in: classes of a village's households (packages of equal use of the village's own rows), their scores at the
common prices, the village's capacities. Goes out: one class for each household within those capacities, and a bound.
Begin with `exact_village`: a greedy choice first, then a depth-first search over classes of small reduced cost. Before
the search the village's widest row (money, where there is a row in yuan) is solved alone for every amount left (Bellman
1957), its other rows at their prices; this table says at every node what the rest costs at least, and which class to
try first. Effort is counted in nodes. Compiled on import, so imported only when needed. Not responsible for rows that
several villages use.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled

#: amounts left of the widest row that the table tells apart; a wider row is counted in steps, rounded down
STATES = 4096


@compiled
def _open_households(
    loss: Any, local: Any, entry: Any, low: int, high: int, cost: float, left: Any, people: Any
) -> int:
    """Put households with several classes of loss below `cost` into `people`; take the others off `left`.

    Returns how many, -1 where a household has no such class.
    """
    a, n = entry[low], 0
    for h in range(low, high):
        few, only = 0, entry[h]
        for e in range(entry[h], entry[h + 1]):
            if loss[e - a] < cost:
                few, only = few + 1, e
        if few == 0:
            return -1
        people[n] = h
        if few > 1:
            n += 1
        else:
            for j in range(len(left)):
                left[j] -= local[only, j]
    return n


@compiled
def _set_extreme_uses(
    loss: Any, local: Any, entry: Any, a: int, people: Any, cost: float, least: Any, most: Any
) -> None:
    """Set least and most use of each row by the households from place d on."""
    for d in range(len(least) - 2, -1, -1):
        for j in range(least.shape[1]):
            low, high = np.int64(2**62), np.int64(-(2**62))
            for e in range(entry[people[d]], entry[people[d] + 1]):
                if loss[e - a] < cost:
                    low, high = min(low, local[e, j]), max(high, local[e, j])
            least[d, j] = least[d + 1, j] + low
            most[d, j] = most[d + 1, j] + high


@compiled
def _widest_row(left: Any, least: Any, most: Any) -> int:
    """Return the row with most amounts that matter; -1 where a row cannot be kept."""
    row, span = 0, np.int64(-1)
    for j in range(len(left)):
        if left[j] < least[j]:
            return -1
        if min(left[j], most[j]) - least[j] > span:
            row, span = j, min(left[j], most[j]) - least[j]
    return row


@compiled
def _fill_bound_table(
    loss: Any, local: Any, entry: Any, a: int, people: Any, cost: float, least: Any, row: int, price: float, step: int,
    table: Any,
) -> None:  # fmt: skip
    """Set what households from place d on cost at least, with x steps of the row left above their least use.

    Cost: loss less the row's price for what is used above the least. Steps used are rounded down, so
    that nothing feasible is missed.
    """
    size = table.shape[1]
    for d in range(len(table) - 2, -1, -1):
        own = least[d, row] - least[d + 1, row]
        table[d, :] = np.inf
        for e in range(entry[people[d]], entry[people[d] + 1]):
            if loss[e - a] < cost:
                above = local[e, row] - own
                steps = above // step
                if steps < size:
                    raw = loss[e - a] - price * above
                    table[d, steps:] = np.minimum(table[d, steps:], raw + table[d + 1, : size - steps])


@compiled
def _next_class(
    loss: Any, local: Any, first: int, last: int, a: int, cost: float, left: Any, least: Any, most: Any, price: Any,
    row: int, own: int, spent: float, step: int, rest: Any, best: float, tried: float, latest: int,
) -> tuple[int, float]:  # fmt: skip
    """Return the class of least bound after (`tried`, `latest`) that may still beat `best`, and that bound.

    left: of each row before the household; least, most: use of the households after it.
    """
    pick, bound = -1, np.inf
    for e in range(first, last):
        if loss[e - a] >= cost:
            continue
        total, fits = spent + loss[e - a] - price[row] * (local[e, row] - own), True
        for j in range(len(left)):
            after = left[j] - local[e, j]
            fits = fits and after >= least[j]
            if j != row:
                total += price[j] * max(after - most[j], 0)
        if not fits:
            continue
        total += rest[min((left[row] - local[e, row] - least[row]) // step, len(rest) - 1)]
        if total >= best - 1e-9 or total < tried or (total == tried and e <= latest):
            continue
        if total < bound:
            pick, bound = e, total
    return pick, bound


@compiled
def search_village(
    loss: Any, local: Any, entry: Any, low: int, high: int, limit: Any, price: Any, chosen: Any, cost: float, nodes: int
) -> tuple[int, float, float]:
    """Search every choice of cost below `cost`: its losses and the price of what it leaves of each row.

    Returns nodes, the least cost found (`chosen` is overwritten where it is less) and a cost below
    which there is no choice, the same where the search came to its end.
    """
    a, width = entry[low], len(limit)
    left, people = limit.copy(), np.empty(high - low + 1, dtype=np.int64)
    n = _open_households(loss, local, entry, low, high, cost, left, people)
    if n < 0:
        return 0, cost, cost
    least, most = np.zeros((n + 1, width), dtype=np.int64), np.zeros((n + 1, width), dtype=np.int64)
    _set_extreme_uses(loss, local, entry, a, people, cost, least, most)
    row = _widest_row(left, least[0], most[0])
    if row < 0:
        return 0, cost, cost
    span = min(left[row], most[0, row]) - least[0, row]
    step = span // STATES + 1
    table = np.zeros((n + 1, span // step + 1))
    _fill_bound_table(loss, local, entry, a, people, cost, least, row, price[row], step, table)
    lefts, costs = np.zeros((n + 1, width), dtype=np.int64), np.zeros(n + 1)
    lefts[0], costs[0] = left, price[row] * (left[row] - least[0, row])
    bound = max(costs[0] + table[0, -1], 0.0)
    tried, taken = np.full(n + 1, -np.inf), np.full(n + 1, -1, dtype=np.int64)
    best, best_taken = cost, taken.copy()
    d, used, found = 0, 0, False
    while d >= 0 and used < nodes:
        if d < n:
            own, h = least[d, row] - least[d + 1, row], people[d]
            e, now = _next_class(
                loss, local, entry[h], entry[h + 1], a, cost, lefts[d], least[d + 1], most[d + 1], price, row, own,
                costs[d], step, table[d + 1], best, tried[d], taken[d],
            )  # fmt: skip
            if e >= 0:
                used += 1
                tried[d], taken[d] = now, e
                costs[d + 1] = costs[d] + loss[e - a] - price[row] * (local[e, row] - own)
                lefts[d + 1] = lefts[d] - local[e]
                d += 1
                tried[d], taken[d] = -np.inf, -1
                continue
        else:
            total = costs[n]
            for j in range(width):
                if j != row:
                    total += price[j] * lefts[n, j]
            if total < best - 1e-9:
                best, found = total, True
                best_taken[:] = taken
        d -= 1
    if found:
        _write_choice(loss, entry, low, high, cost, people, n, best_taken, chosen)
    return used, best, best if d < 0 else min(bound, best)


@compiled
def _write_choice(
    loss: Any, entry: Any, low: int, high: int, cost: float, people: Any, n: int, taken: Any, chosen: Any
) -> None:
    """Put a found choice into `chosen`; a household with one class left takes that."""
    for h in range(low, high):
        for e in range(entry[h], entry[h + 1]):
            if loss[e - entry[low]] < cost:
                chosen[h - low] = e
    for i in range(n):
        chosen[people[i] - low] = taken[i]


@compiled
def _set_reduced_costs(best: Any, local: Any, entry: Any, price: Any, low: int, high: int, loss: Any) -> None:
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
def _relative_excess(left: Any, scale: Any) -> float:
    total = 0.0
    for j in range(len(left)):
        if left[j] < 0:
            total -= left[j] / scale[j]
    return total


@compiled
def _greedy_choice(loss: Any, local: Any, entry: Any, low: int, high: int, left: Any, chosen: Any, scale: Any) -> bool:
    """Change classes at least loss for each part of a row mended, then take every single gain."""
    a, width = entry[low], len(left)
    trial = np.zeros(width, dtype=np.int64)
    while True:
        before = _relative_excess(left, scale)
        found_h, found_e, most = -1, -1, 0.0
        for h in range(low, high):
            now = chosen[h - low]
            for e in range(entry[h], entry[h + 1]):
                if e == now:
                    continue
                for j in range(width):
                    trial[j] = left[j] + local[now, j] - local[e, j]
                mended = before - _relative_excess(trial, scale)
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
    _set_reduced_costs(best, local, entry, price, low, high, loss)
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
    if _greedy_choice(raw, local, entry, low, high, left, chosen, scale):
        cost = 0.0
        for h in range(low, high):
            cost += loss[chosen[h - low] - a]
        for j in range(width):
            cost += price[j] * left[j]
    if cost <= 1e-9:
        return 0, max(cost, 0.0), max(cost, 0.0)
    return search_village(loss, local, entry, low, high, limit, price, chosen, cost, nodes)
