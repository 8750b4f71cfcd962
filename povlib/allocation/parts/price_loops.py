"""Passes of prices over the packages of parts, kind by kind; compiled on import, so imported only when needed.

Responsible for each household's best package at the cost of each kind, and for subgradient steps from nothing to prices
that are nearly right. Not responsible for the linear program that makes them exact (`part_relaxation`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled


@compiled
def take_best_packages(start: Any, value: Any, kind: Any, cost: Any, taken: Any) -> float:
    """Let every household take its best package at the cost of each kind; returns the sum of their lines."""
    total = 0.0
    for h in range(len(start) - 1):
        most, best = -np.inf, start[h]
        for q in range(start[h], start[h + 1]):
            line = value[q] - cost[kind[q]]
            if line > most:
                most, best = line, q
        total += most
        taken[h] = best
    return total


@compiled
def lower_bound_by_steps(
    start: Any, value: Any, kind: Any, ends: Any, column: Any, data: Any, limit: Any, unit: Any, price: Any,
    rounds: int, step: float,
) -> float:  # fmt: skip
    """Lower the bound that `price` proves by subgradients with momentum (Kingma and Ba 2015).

    ends, column, data: use of each row by each kind; unit: step of each price. `price` becomes the best met; returns
    its bound.
    """
    rows, kinds = len(limit), len(ends) - 1
    at, mean, square, left = price.copy(), np.zeros(rows), np.zeros(rows), np.empty(rows)
    cost, count, taken = np.empty(kinds), np.empty(kinds), np.empty(len(start) - 1, dtype=np.int64)
    best, fades, lasts = np.inf, 1.0, 1.0
    for t in range(rounds):
        bound = 0.0
        for r in range(rows):
            left[r] = limit[r]
            bound += limit[r] * at[r]
        for k in range(kinds):
            paid = 0.0
            for q in range(ends[k], ends[k + 1]):
                paid += data[q] * at[column[q]]
            cost[k] = paid
            count[k] = 0.0
        bound += take_best_packages(start, value, kind, cost, taken)
        for h in range(len(taken)):
            count[kind[taken[h]]] += 1.0
        for k in range(kinds):
            if count[k] > 0:
                for q in range(ends[k], ends[k + 1]):
                    left[column[q]] -= count[k] * data[q]
        if bound < best:
            best = bound
            price[:] = at
        size = step * (1.0 - t / rounds)
        fades, lasts = 0.9 * fades, 0.99 * lasts
        for r in range(rows):
            mean[r] = 0.9 * mean[r] + 0.1 * left[r]
            square[r] = 0.99 * square[r] + 0.01 * left[r] * left[r]
            slope = mean[r] / (1.0 - fades) / (np.sqrt(square[r] / (1.0 - lasts)) + 1e-12)
            at[r] = max(0.0, at[r] - size * unit[r] * slope)
    return best
