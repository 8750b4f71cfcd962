"""The inner loops of the price method; compiled on import, so imported only when needed.

Responsible for one pass over all villages: at given prices of the common rows, the best price of
each village's own rows (exact coordinate minimisation by bisection on a monotone use), the best
package of each household, and how near the second is. Not responsible for the common prices.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.compiled import compiled


@compiled
def _best(score: Any, use: Any, price: Any, low: int, high: int) -> int:
    """Return the package of one household with the greatest score less its village rows' prices."""
    rows = price.shape[0]
    found, most = low, -np.inf
    for k in range(low, high):
        worth = score[k]
        for j in range(rows):
            if use[k, j] != 0:
                worth -= price[j] * use[k, j]
        if worth > most:
            found, most = k, worth
    return found


@compiled
def _used(score: Any, use: Any, price: Any, own: Any, start: Any, j: int) -> int:
    total = 0
    for h in own:
        total += use[_best(score, use, price, start[h], start[h + 1]), j]
    return total


@compiled
def _settle(score: Any, use: Any, price: Any, own: Any, start: Any, j: int, cap: int, steps: int, top: float) -> None:
    """Set price j of one village to the least at which its row holds."""
    before = price[j]
    price[j] = 0.0
    if _used(score, use, price, own, start, j) <= cap:
        return
    low, high = 0.0, max(2.0 * before, top)
    if before > 0.0:  # a narrow bracket about the last price, widened while it does not hold
        width = 0.02 * before
        low, high = before - width, before + width
        price[j] = high
        while _used(score, use, price, own, start, j) > cap and high < 1e12:
            low = high
            width *= 4.0
            high = high + width
            price[j] = high
        if low == before - width:
            price[j] = low
            while low > 0.0 and _used(score, use, price, own, start, j) <= cap:
                high = low
                width *= 4.0
                low = max(0.0, low - width)
                price[j] = low
    else:
        price[j] = high
        while _used(score, use, price, own, start, j) > cap and high < 1e12:
            low = high
            high *= 2.0
            price[j] = high
    for _ in range(steps):
        middle = 0.5 * (low + high)
        price[j] = middle
        if _used(score, use, price, own, start, j) <= cap:
            high = middle
        else:
            low = middle
    price[j] = high


@compiled
def sweep(
    score: Any, use: Any, cap: Any, binding: Any, members: Any, first: Any, start: Any, price: Any, choice: Any,
    margin: Any, sweeps: int, steps: int, top: float,
) -> float:  # fmt: skip
    """Settle the prices of every village and choose for every household.

    score: value less the common rows' prices; use (P x L): the village rows of each package; cap,
    binding, price (V x L); members, first: households by village. `price`, `choice` and `margin`
    (best less second) are overwritten. Returns the villages' part of the bound.
    """
    villages, rows = cap.shape
    total = 0.0
    for v in range(villages):
        own = members[first[v] : first[v + 1]]
        for _ in range(sweeps):
            moved = 0.0
            for j in range(rows):
                if binding[v, j]:
                    before = price[v, j]
                    _settle(score, use, price[v], own, start, j, cap[v, j], steps, top)
                    moved = max(moved, abs(price[v, j] - before))
            if moved <= 1e-9 * top:
                break
        for h in own:
            best, second, found = -np.inf, -np.inf, start[h]
            for k in range(start[h], start[h + 1]):
                worth = score[k]
                for j in range(rows):
                    if use[k, j] != 0:
                        worth -= price[v, j] * use[k, j]
                if worth > best:
                    best, second, found = worth, best, k
                elif worth > second:
                    second = worth
            choice[h] = found
            margin[h] = best - second
            total += best
        for j in range(rows):
            total += price[v, j] * cap[v, j]
    return total
