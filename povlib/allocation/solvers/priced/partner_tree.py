"""The cheapest pair of two lists of choices that fits: a k-d tree over the uses of the second list.

Responsible for the tree (Bentley 1975) and for finding in it, for each choice of the first list, the best partner
within what is left of every row. Compiled on import, so imported only when needed. Not responsible for the lists:
`change_sums`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled
from povlib.arrays import Floats, Ints

#: choices in a leaf of the tree: below this looking at all of them costs no more than another node (a choice)
LEAF_SIZE = 8
#: micro-persons that count as a gain: values are whole, a quarter is above the rounding of their floats
_LEAST_GAIN = 0.25


class PartnerTree(NamedTuple):
    """A k-d tree over the uses of a list of choices.

    Attributes
    ----------
    order : int64 (N,)
        Choices in the order of the leaves.
    span : int64 (2N, 2)
        Node k holds order[span[k, 0]] .. order[span[k, 1]-1].
    low, high : int64 (2N, R)
        Least and greatest use of each row in a node.
    least : float (2N,)
        Least loss in a node.
    child : int64 (2N,)
        First of the two children; -1 for a leaf.
    """

    order: Ints
    span: Ints
    low: Ints
    high: Ints
    least: Floats
    child: Ints


@compiled
def empty_tree(count: int, rows: int) -> PartnerTree:
    """Return room for a tree over `count` choices."""
    return PartnerTree(
        np.empty(count, dtype=np.int64), np.empty((2 * count, 2), dtype=np.int64),
        np.empty((2 * count, rows), dtype=np.int64), np.empty((2 * count, rows), dtype=np.int64),
        np.empty(2 * count), np.empty(2 * count, dtype=np.int64),
    )  # fmt: skip


@compiled
def fill_tree(used: Any, cost: Any, count: int, rows: int, price: Any, tree: Any) -> None:
    """Build a k-d tree over the first `count` choices; a node is split by the row in which its uses are worth most."""
    order, span, low, high, least, child = tree
    for i in range(count):
        order[i] = i
    span[0, 0], span[0, 1] = 0, count
    nodes, k = 1, 0
    while k < nodes:
        a, b = span[k, 0], span[k, 1]
        least[k] = cost[order[a]]
        for r in range(rows):
            low[k, r] = high[k, r] = used[order[a], r]
        for i in range(a + 1, b):
            o = order[i]
            least[k] = min(least[k], cost[o])
            for r in range(rows):
                low[k, r] = min(low[k, r], used[o, r])
                high[k, r] = max(high[k, r], used[o, r])
        child[k] = -1
        if b - a > LEAF_SIZE:
            widest, width = -1, 0.0
            for r in range(rows):
                w = (high[k, r] - low[k, r]) * (price[r] + 1e-9)
                if w > width:
                    widest, width = r, w
            if widest >= 0:
                own = order[a:b].copy()
                by = np.argsort(used[own, widest], kind="mergesort")
                for i in range(b - a):
                    order[a + i] = own[by[i]]
                child[k] = nodes
                middle = (a + b) // 2
                span[nodes, 0], span[nodes, 1] = a, middle
                span[nodes + 1, 0], span[nodes + 1, 1] = middle, b
                nodes += 2
        k += 1


@compiled
def cheapest_pair(
    cost_a: Any, used_a: Any, count_a: int, cost_b: Any, used_b: Any, rows: int, slack: Any, price: Any,
    target: float, tree: Any,
) -> tuple[float, int, int, int]:  # fmt: skip
    """Find the cheapest pair that fits `slack`: its losses and the price of what it leaves of each row.

    tree: over the second list. Returns the cost, places in both lists (-1 where no pair costs less than `target`)
    and nodes.
    """
    order, span, low, high, least, child = tree
    best, found_a, found_b, nodes = target, -1, -1, 0
    stack, room = np.empty(256, dtype=np.int64), np.empty(rows, dtype=np.int64)
    for i in range(count_a):
        if cost_a[i] + least[0] >= best:
            continue
        for r in range(rows):
            room[r] = slack[r] - used_a[i, r]
        top = 1
        stack[0] = 0
        while top > 0:
            top -= 1
            k = stack[top]
            nodes += 1
            c = cost_a[i] + least[k]
            for r in range(rows):
                if c >= best:
                    break
                if low[k, r] > room[r]:
                    c = np.inf
                elif room[r] > high[k, r]:
                    c += price[r] * (room[r] - high[k, r])
            if c >= best:
                continue
            if child[k] >= 0:
                stack[top] = child[k]
                stack[top + 1] = child[k] + 1
                top += 2
                continue
            for j in range(span[k, 0], span[k, 1]):
                o = order[j]
                c = cost_a[i] + cost_b[o]
                for r in range(rows):
                    if c >= best:
                        break
                    left = room[r] - used_b[o, r]
                    c = c + price[r] * left if left >= 0 else np.inf
                if c < best - _LEAST_GAIN:
                    best, found_a, found_b = c, i, o
    return best, found_a, found_b, nodes
