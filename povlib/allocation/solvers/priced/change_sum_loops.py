"""Changes of up to four households whose uses nearly cancel; compiled on import, so imported only when needed.

Responsible for listing changes of one or two households by their losses, and for matching two such
lists by a grid over their uses, so that each sum lands near a wanted point: the first half of a
search by generalised birthdays (Schroeppel and Shamir 1981; Wagner 2002). Not responsible for
which households are listed, nor for joining the sums (`povlib.allocation.solvers.priced.change_sums`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled


@compiled
def largest_loss_limit(loss: Any, most: int, highest: float) -> float:
    """Return the greatest limit, halved as often as needed, with at most `most` pairs of losses (sorted) under it."""
    limit = highest
    for _ in range(60):
        count, j = 0, len(loss)
        for i in range(len(loss)):
            while j > 0 and loss[j - 1] + loss[i] > limit:
                j -= 1
            count += max(j - i - 1, 0)
        if count <= most:
            return limit
        limit *= 0.5 if count > 4 * most else 0.9
    return limit


@compiled
def list_single_and_paired_changes(
    loss: Any, use: Any, home: Any, limit: float, cost: Any, used: Any, pick: Any
) -> int:
    """List no change, every single one and every pair of different households, up to `limit`.

    loss is sorted; pick: places of the changes, -1 where there is none. Returns how many fit the room.
    """
    n, rows, most = len(loss), use.shape[1], len(cost)
    cost[0] = 0.0
    for r in range(rows):
        used[0, r] = 0
    pick[0, 0], pick[0, 1] = -1, -1
    count = 1
    for i in range(n):
        if loss[i] > limit or count >= most:
            break
        cost[count] = loss[i]
        for r in range(rows):
            used[count, r] = use[i, r]
        pick[count, 0], pick[count, 1] = i, -1
        count += 1
    for i in range(n):
        for j in range(i + 1, n):
            if loss[i] + loss[j] > limit or count >= most:
                break
            if home[i] == home[j]:
                continue
            cost[count] = loss[i] + loss[j]
            for r in range(rows):
                used[count, r] = use[i, r] + use[j, r]
            pick[count, 0], pick[count, 1] = i, j
            count += 1
    return count


@compiled
def _set_grid_cells(used: Any, count: int, centre: Any, width: Any, shift: Any, key: Any, wanted: Any) -> None:
    """Give each use the number of its cell, and of the cell of what would bring it to `centre`."""
    mix, start = np.uint64(1099511628211), np.uint64(14695981039346656037)
    for i in range(count):
        a, b = start, start
        for r in range(used.shape[1]):
            here = np.int64(np.floor((used[i, r] + shift[r]) / width[r]))
            there = np.int64(np.floor((centre[r] - used[i, r] + shift[r]) / width[r]))
            a = (a ^ np.uint64(here)) * mix
            a ^= a >> np.uint64(29)
            b = (b ^ np.uint64(there)) * mix
            b ^= b >> np.uint64(29)
        key[i], wanted[i] = a, b


@compiled
def _share_a_household(one: Any, other: Any, home: Any) -> bool:
    """Say whether two pairs change the same household."""
    for x in range(2):
        for y in range(2):
            if one[x] >= 0 and other[y] >= 0 and home[one[x]] == home[other[y]]:
                return True
    return False


@compiled
def match_pairs_on_grid(
    cost: Any, used: Any, pick: Any, count: int, home: Any, centre: Any, width: Any, shift: Any, limit: float,
    sum_cost: Any, sum_used: Any, sum_pick: Any,
) -> tuple[int, int]:  # fmt: skip
    """List sums of two pairs within `width` of `centre` in every row, losses up to `limit`.

    Cells of a shifted grid are looked up, so some sums are missed: another shift finds others.
    Returns their number, -1 when the room is too small, and how many were looked at.
    """
    rows, most = used.shape[1], len(sum_cost)
    key, wanted = np.empty(count, dtype=np.uint64), np.empty(count, dtype=np.uint64)
    _set_grid_cells(used, count, centre, width, shift, key, wanted)
    by, asked = np.argsort(key, kind="mergesort"), np.argsort(wanted, kind="mergesort")
    matches, low, tried = 0, 0, 0
    for t in range(count):
        i = asked[t]
        while low < count and key[by[low]] < wanted[i]:
            low += 1
        at = low
        while at < count and key[by[at]] == wanted[i]:
            o = by[at]
            at += 1
            tried += 1
            if o == i or cost[i] + cost[o] > limit or (o < i and wanted[o] == key[i]):
                continue
            near = True
            for r in range(rows):
                near = near and abs(used[i, r] + used[o, r] - centre[r]) < width[r]
            if not near or _share_a_household(pick[i], pick[o], home):
                continue
            if matches >= most:
                return -1, tried
            sum_cost[matches] = cost[i] + cost[o]
            for r in range(rows):
                sum_used[matches, r] = used[i, r] + used[o, r]
            for x in range(2):
                sum_pick[matches, x], sum_pick[matches, x + 2] = pick[i, x], pick[o, x]
            matches += 1
    return matches, tried
