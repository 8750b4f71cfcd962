"""The pass over a partition in NumPy, for computers without numba: slower, the same numbers.

Responsible for exactly what `sweep_loops.sweep` does, over all villages at once; all sums are of
whole numbers below 2**53, so that their order does not matter. The few villages whose rows stay
broken or loose go through the same `village_loops` as there. Not responsible for anything else.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.solvers.scale.sweep_loops import BEYOND, MICRO_UNITS, close, many_level_price
from povlib.arrays import Floats


def sweep(
    value: Any, amount: Any, first: Any, capacity: Any, override: Any, plan: Any, use: Any, level: Any,
    amount_price: Any, measure_price: Any, override_price: Any, sweeps: int, tolerance: float,
    choice: Any, margin: Any, price: Any, state: Any, sums: Any, tally: Any, held: Any,
) -> None:  # fmt: skip
    """Choose for every household of a partition; see `sweep_loops.sweep`."""
    best, second, arg = scores(value, amount, override, plan, len(use), amount_price, measure_price, override_price)
    size = np.diff(first)
    home = np.repeat(np.arange(len(size)), size)
    settle(best, home, first, use, capacity, level, price, sweeps)
    top, cls, rival = np.empty(len(home)), np.zeros(len(home)), np.empty(len(home))
    _chosen(best, second, home, use, price, top, cls, rival, margin)
    choice[:] = arg[cls.astype(np.int64), np.arange(len(home))].astype(np.int8)
    used = np.add.reduceat(use[cls.astype(np.int64)], first[:-1], axis=0) if use.shape[1] else np.zeros(capacity.shape)
    open_ = (used > capacity).any(axis=1) | ((price * (capacity - used)).sum(axis=1) > tolerance)
    state[:] = 0
    for v in np.flatnonzero(open_):
        kept = (top, cls, rival)
        _mend(best, second, arg, first, use, capacity, price, tolerance, choice, margin, state, sums, v, kept)
    calm = ~open_[home]
    add(sums, top[calm])
    add(sums, (price * capacity)[~open_].ravel())
    _count(choice, amount, plan[0], plan[5], tally, held)


def _mend(
    best: Any, second: Any, arg: Any, first: Any, use: Any, capacity: Any, price: Any, tolerance: float,
    choice: Any, margin: Any, state: Any, sums: Any, v: Any, kept: Any,
) -> None:  # fmt: skip
    """Mend one village by the same loops as with numba."""
    own = slice(first[v], first[v + 1])
    top, cls, rival = (row[own].copy() for row in kept)
    n = first[v + 1] - first[v]
    close(best[:, own], second[:, own], n, use, capacity[v], price[v], top, cls, rival, margin[own], tolerance,
          state, sums, v)  # fmt: skip
    choice[own] = arg[:, own][cls.astype(np.int64), np.arange(n)].astype(np.int8)


def add(sums: Any, numbers: Floats) -> None:
    """Add whole numbers to a sum kept in two halves."""
    whole = numbers.astype(np.int64)
    sums[0] += int((whole >> 32).sum())
    sums[1] += int((whole & 0xFFFFFFFF).sum())


def scores(
    value: Any, amount: Any, override: Any, plan: Any, classes: int, amount_price: Any, measure_price: Any,
    override_price: Any,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Best and second-best score of each class for every household, and the package of the best."""
    amount_measure, parent, added, of, kind, _ = plan
    households = value.shape[1]
    bill = np.repeat(measure_price[:, None], households, axis=1)
    for q, row in enumerate(amount):
        if amount_price[q] != 0.0:
            bill[amount_measure[q]] += row * amount_price[q]
    node = np.zeros((len(parent), households))
    for t in range(1, len(parent)):
        node[t] = node[parent[t]] + bill[added[t]]
    best, second = np.full((classes, households), -np.inf), np.full((classes, households), -np.inf)
    arg = np.zeros((classes, households))
    for k, worth in enumerate(value):
        extra = np.zeros(households)
        own = override[override[:, 1] == k]
        np.add.at(extra, own[:, 0], own[:, 3] * override_price[own[:, 2]])
        score = worth * MICRO_UNITS - node[of[k]] - extra
        score = np.where(worth == np.iinfo(value.dtype).min, -np.inf, score)
        c = kind[k]
        better = score > best[c]
        second[c] = np.maximum(second[c], np.where(better, best[c], score))
        arg[c] = np.where(better, float(k), arg[c])
        best[c] = np.where(better, score, best[c])
    return best, second, arg


def settle(
    best: Floats, home: Any, first: Any, use: Floats, cap: Floats, level: Floats, price: Floats, sweeps: int
) -> None:
    """Set the prices of all villages' rows by coordinate minimisation."""
    price[:] = 0.0
    size = np.diff(first)
    place = np.arange(len(home)) - first[:-1][home]
    for _ in range(sweeps):
        before = price.copy()
        for j in range(use.shape[1]):
            if level[j] == 0.0:
                for v in range(len(size)):
                    own = best[:, first[v] : first[v + 1]]
                    price[v, j] = many_level_price(own, own.shape[1], use, price[v], j, cap[v, j])
            else:
                t = _thresholds(best, home, use, price, j, level[j])
                price[:, j] = _two_level(t, home, place, size, level[j], cap[:, j])
        if (price == before).all() or use.shape[1] == 1:
            break


def _thresholds(best: Floats, home: Any, use: Floats, price: Floats, j: int, size: float) -> Floats:
    inside, outside = np.full(len(home), -np.inf), np.full(len(home), -np.inf)
    others = [row for row in range(use.shape[1]) if row != j]
    for c in range(len(use)):
        score = best[c] - (price[:, others] * use[c, others]).sum(axis=1)[home]
        into = inside if use[c, j] != 0 else outside
        np.maximum(into, score, out=into)
    return np.asarray((inside - outside) / size, dtype=np.float64)


def _two_level(t: Floats, home: Any, place: Any, size: Any, level: float, cap: Floats) -> Floats:
    """Return the price of a row of two levels in every village."""
    many, villages = int(size.max(initial=1)), np.arange(len(size))
    table = np.full((len(size), many + 1), np.inf)
    table[home, place] = t
    table.sort(axis=1)
    if level > 0:
        keep = np.floor(cap / level).astype(np.int64)
        active = (np.bincount(home, t > 0.0, len(size)) > keep) & (keep >= 0)
        below = size - 1 - keep
    else:
        need = np.ceil(cap / level).astype(np.int64)
        active = (np.bincount(home, t < 0.0, len(size)) < need) & (need <= size)
        below = need - 1
    below = np.where(active, below, 0)
    low, high = table[villages, below], table[villages, below + 1]
    high = np.where(below + 1 < size, high, np.inf)
    with np.errstate(invalid="ignore"):
        found = np.where(np.isinf(high), np.ceil(low) + BEYOND, np.floor(0.5 * (low + high)))
    return np.where(active & ~np.isinf(low), found, 0.0)


def _chosen(
    best: Any, second: Any, home: Any, use: Any, price: Any, top: Any, cls: Any, rival: Any, margin: Any
) -> None:
    """Choose as `sweep_loops.chosen` does, at each village's own prices."""
    cost = price @ use.T
    top[:], rival[:], margin[:] = -np.inf, -np.inf, -np.inf
    for c in range(len(use)):
        score, next_ = best[c] - cost[home, c], second[c] - cost[home, c]
        ahead = score > top
        np.maximum(rival, np.where(ahead, top, score), out=rival)
        margin[:] = np.where(ahead, next_, margin)
        cls[:] = np.where(ahead, float(c), cls)
        top[:] = np.where(ahead, score, top)
    margin[:] = top - np.maximum(margin, rival)


def _count(choice: Any, amount: Any, amount_measure: Any, holds: Any, tally: Any, held: Any) -> None:
    tally += np.bincount(choice, minlength=len(tally))
    has = holds[choice] > 0
    for q, row in enumerate(amount):
        held[q] += int(row[has[:, amount_measure[q]]].sum(dtype=np.int64))
