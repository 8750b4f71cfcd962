"""The inner loops of the price method without a compiler: the same numbers, bit by bit, from arrays.

Responsible for doing what `povlib.allocation.solvers.priced.village_loops` does where numba is not
installed: every product, quotient and difference is taken in the same order, all villages at once.
Not responsible for the common prices.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.solvers.priced.price_store import Store
from povlib.allocation.solvers.priced.village_loops import ABOVE, SETTLED, SWEEPS
from povlib.arrays import Bools, Floats, Ints


def best_of_class(store: Store, common: Floats) -> tuple[Floats, Ints]:
    """Return the best score of each class at the common prices, and its package."""
    cost = store.use.data * common[store.use.indices]
    # products first, then a sum in order of the row: as the compiled loop rounds them
    spent = csr((cost, store.use.indices, store.use.indptr), shape=store.use.shape) @ np.ones(len(common))
    score = store.value - spent
    return _first_best(score, store.begin)


def _first_best(score: Floats, begin: Ints) -> tuple[Floats, Ints]:
    """Return the greatest score of each segment and where it first occurs."""
    best = np.maximum.reduceat(score, begin[:-1]) if len(begin) > 1 else np.zeros(0)
    at = np.flatnonzero(score == np.repeat(best, np.diff(begin)))
    return best, np.asarray(at[np.searchsorted(at, begin[:-1])], dtype=np.int64)


def take(store: Store, best: Floats, top: Ints, price: Floats) -> tuple[Floats, Ints, Floats]:
    """Let every household take its best class: line, class and use of common rows in all."""
    village = np.repeat(np.arange(store.villages), np.diff(store.first))
    of = village[np.repeat(np.arange(store.households), np.diff(store.entry))]
    worth = best.copy()
    for j in range(price.shape[1]):
        worth -= price[of, j] * store.local[:, j]
    line, chosen = _first_best(worth, store.entry)
    used = np.asarray(store.use[top[chosen]].sum(axis=0)).ravel()
    return line, chosen, used


def settle_villages(store: Store, best: Floats, price: Floats) -> None:
    """Settle the prices of all villages (`price` is overwritten)."""
    village = np.repeat(np.arange(store.villages), np.diff(store.first))
    home = np.repeat(np.arange(store.households), np.diff(store.entry))
    of = village[home]
    alive = np.diff(store.first) > 0
    for _ in range(SWEEPS):
        moved = np.zeros(store.villages, dtype=bool)
        for j in range(price.shape[1]):
            mine = alive & (store.slot[:, j] >= 0)
            if not mine.any():
                continue
            line = best.copy()
            for i in range(price.shape[1]):
                if i != j:
                    with np.errstate(invalid="ignore"):
                        line -= price[of, i] * store.local[:, i]
            found = _thresholds(store, line, store.local[:, j], home, village, store.limit[:, j], mine)
            stuck = mine & np.isinf(found)
            with np.errstate(invalid="ignore"):
                moved |= mine & (np.abs(found - price[:, j]) > SETTLED * (found + price[:, j]))
            price[mine, j] = found[mine]
            alive &= ~stuck
        alive &= moved
        if not alive.any():
            return


def _thresholds(
    store: Store, line: Floats, use: Ints, home: Ints, village: Ints, limit: Ints, mine: Bools
) -> npt.NDArray[np.float64]:
    """Return the price of one slot in each village of `mine` that minimises its bound."""
    now = _leader(line, use, store.entry)
    total = np.zeros(store.villages, dtype=np.int64)
    np.add.at(total, village, use[now])
    price = np.zeros(store.villages)
    over = mine & (total > limit)
    if not over.any():
        return price
    t, drop, where = _let_go(store, line, use, home, village, now, over)
    order = np.lexsort((t, where))
    t, drop, where = t[order], drop[order], where[order]
    begin = np.searchsorted(where, np.arange(store.villages + 1))
    gone = np.cumsum(drop)
    before = np.concatenate([[0], gone])[begin[:-1]]
    left = total[where] - (gone - before[where])
    fits = np.flatnonzero(left <= limit[where])
    at = np.searchsorted(fits, begin[:-1])
    price[over] = np.inf
    for v in np.flatnonzero(over):
        if at[v] < len(fits) and fits[at[v]] < begin[v + 1]:
            i = fits[at[v]]
            if left[i] < limit[v]:
                price[v] = t[i]
            elif i + 1 < begin[v + 1]:
                price[v] = 0.5 * (t[i] + t[i + 1])
            else:
                price[v] = t[i] * (1.0 + ABOVE)
    return price


def _leader(line: Floats, use: Ints, entry: Ints) -> Ints:
    """Return each household's best class, of least use among equals."""
    best = np.maximum.reduceat(line, entry[:-1])
    tied = line == np.repeat(best, np.diff(entry))
    least = np.minimum.reduceat(np.where(tied, use, np.iinfo(np.int64).max), entry[:-1])
    at = np.flatnonzero(tied & (use == np.repeat(least, np.diff(entry))))
    return np.asarray(at[np.searchsorted(at, entry[:-1])], dtype=np.int64)


def _let_go(
    store: Store, line: Floats, use: Ints, home: Ints, village: Ints, now: Ints, over: Bools
) -> tuple[Floats, Ints, Ints]:
    """Return every threshold price in villages of `over`: price, drop of the use, village."""
    found: list[tuple[Floats, Ints, Ints]] = []
    active = over[village]
    while active.any():
        lead = now[home]
        less = active[home] & (use < use[lead])
        threshold = np.full(len(line), np.inf)
        threshold[less] = (line[lead[less]] - line[less]) / (use[lead[less]] - use[less])
        least = np.minimum.reduceat(threshold, store.entry[:-1])
        tied = less & (threshold == np.repeat(least, np.diff(store.entry)))
        lowest = np.minimum.reduceat(np.where(tied, use, np.iinfo(np.int64).max), store.entry[:-1])
        active &= np.isfinite(least)
        at = np.flatnonzero(tied & (use == np.repeat(lowest, np.diff(store.entry))))
        h = np.flatnonzero(active)
        then = at[np.searchsorted(at, store.entry[h])]
        found.append((least[h], use[now[h]] - use[then], village[h]))
        now = now.copy()
        now[h] = then
    t, drop, where = (np.concatenate(part) for part in zip(*found, strict=True))
    return t, drop, where
