"""Exact searches over a dozen groups at a time: two lists of choices, joined by a tree.

Responsible for listing the cheap choices of each half of a part (Horowitz and Sahni 1974), for a
k-d tree over the uses of the second list (Bentley 1975) that finds, for each choice of the first,
the best partner that fits, and for the walk from part to part. It reaches gaps that a depth-first
search over half as many groups does not. Compiled on import, so imported only when needed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled
from povlib.allocation.solvers.township.neighbourhood_loops import live_rows, next_word, share

LEAF = 8
#: a list that grows too long is made again with a smaller limit on its losses
_SHORTER = 0.8
#: choices looked at for each that the list holds
MOST_STEPS = 20
_LEAST_GAIN = 0.25


@compiled
def listed(
    members: Any, first: Any, last: Any, loss: Any, use: Any, live: Any, room: Any, limit: float, banned: Any,
    cost: Any, used: Any, choice: Any,
) -> int:  # fmt: skip
    """List all choices of `members` with losses up to `limit` that fit `room`.

    Returns how many; less than 0 when the list is full or too many choices that do not fit were met: the steps made.
    """
    n, rows, most, count, steps = len(members), len(live), len(cost), 0, 0
    cheapest = np.zeros(n + 1)
    for d in range(n - 1, -1, -1):
        cheapest[d] = cheapest[d + 1] + loss[first[members[d]]]
    at, paid = np.zeros(n, dtype=np.int64), np.zeros(n + 1)
    taken = np.zeros((n + 1, rows), dtype=np.int64)
    d = 0
    at[0] = first[members[0]]
    while d >= 0:
        o = at[d]
        if o >= last[members[d]] or paid[d] + loss[o] + cheapest[d + 1] > limit:
            d -= 1
            if d >= 0:
                at[d] += 1
            continue
        steps += 1
        if steps > MOST_STEPS * most:
            return -steps
        if o == banned:
            at[d] += 1
            continue
        paid[d + 1] = paid[d] + loss[o]
        for r in range(rows):
            taken[d + 1, r] = taken[d, r] + use[o, live[r]]
        if d < n - 1:
            d += 1
            at[d] = first[members[d]]
            continue
        fits = True
        for r in range(rows):
            if taken[n, r] > room[r]:
                fits = False
                break
        if fits:
            if count >= most:
                return -steps
            cost[count] = paid[n]
            for r in range(rows):
                used[count, r] = taken[n, r]
            for e in range(n):
                choice[count, e] = at[e]
            count += 1
        at[d] += 1
    return count


@compiled
def planted(
    used: Any, cost: Any, count: int, rows: int, price: Any, order: Any, span: Any, low: Any, high: Any, least: Any,
    child: Any,
) -> None:  # fmt: skip
    """Plant a k-d tree over the first `count` choices, split by the row that is worth most."""
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
        if b - a > LEAF:
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
def joined(
    cost_a: Any, used_a: Any, count_a: int, cost_b: Any, used_b: Any, rows: int, slack: Any, price: Any,
    target: float, order: Any, span: Any, low: Any, high: Any, least: Any, child: Any,
) -> tuple[float, int, int, int]:  # fmt: skip
    """Find the cheapest pair that fits: its losses and the price of what it leaves of each row."""
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


@compiled
def _room(others: Any, first: Any, last: Any, use: Any, live: Any, slack: Any, room: Any) -> None:
    """Leave for one half what the other half needs at least."""
    for r in range(len(live)):
        room[r] = slack[r]
        for g in others:
            least = use[first[g], live[r]]
            for o in range(first[g] + 1, last[g]):
                least = min(least, use[o, live[r]])
            room[r] -= least


@compiled
def _drawn(state: Any, order: Any, away: Any, village: Any, start: Any, local: Any, members: Any) -> Any:
    """Draw the groups of one part: some that pay for the rounding, some neighbours, the others near ties."""
    size, count, drawn, tries = len(members), len(order), 0, 0
    while drawn < size and tries < 40 * size:
        tries += 1
        state = next_word(state)
        u = share(state)
        v = village[members[0]] if drawn > 0 else 0
        width = start[v + 1] - start[v]
        if drawn % 3 == 0 and len(away) > 0 and tries < 3 * size:
            g = away[np.int64(len(away) * u)]
        elif drawn % 3 == 1 and width > 1 and tries < 10 * size:
            g = local[start[v] + np.int64(width * u * u)]
        else:
            g = order[np.int64(count * u * u)]
        fresh = True
        for d in range(drawn):
            if members[d] == g:
                fresh = False
        if fresh:
            members[drawn] = g
            drawn += 1
    for d in range(drawn - 1, 0, -1):
        state = next_word(state)
        e = np.int64(share(state) * (d + 1))
        members[d], members[e] = members[e], members[d]
    return state, drawn


@compiled
def improve_by_joins(
    order: Any, village: Any, start: Any, local: Any, first: Any, last: Any, loss: Any, use: Any, price: Any,
    slack: Any, chosen: Any, best: Any, size: int, most: int, seed: int, rounds: int, goal: float, cost: float,
    heat: float,
) -> tuple[int, float]:  # fmt: skip
    """Search `rounds` parts of `size` groups; `slack` and `chosen` follow the walk, `best` the best plan met.

    Some parts must change one of their members even at a loss of up to `heat`. Returns nodes and
    the cost (bound - value) of `best`.
    """
    rows, half = len(slack), size // 2
    cost_a, cost_b = np.empty(most), np.empty(most)
    used_a, used_b = np.empty((most, rows), dtype=np.int64), np.empty((most, rows), dtype=np.int64)
    pick_a, pick_b = np.empty((most, half), dtype=np.int64), np.empty((most, size - half), dtype=np.int64)
    by, span = np.empty(most, dtype=np.int64), np.empty((2 * most, 2), dtype=np.int64)
    low, high = np.empty((2 * most, rows), dtype=np.int64), np.empty((2 * most, rows), dtype=np.int64)
    least, child = np.empty(2 * most), np.empty(2 * most, dtype=np.int64)
    members, rows_live = np.empty(size, dtype=np.int64), np.empty(rows, dtype=np.int64)
    off, state = np.empty(len(order), dtype=np.int64), np.uint64(seed)
    nodes, best_cost = 0, cost
    for at in range(rounds):
        if best_cost <= goal:
            break
        away = 0
        for g in order:
            if loss[chosen[g]] > 0.5:
                off[away] = g
                away += 1
        state, drawn = _drawn(state, order, off[:away], village, start, local, members)
        if drawn < size:
            break
        one, two = members[:half], members[half:]
        live = rows_live[: live_rows(members, first, last, use, rows_live)]
        free, room, value = slack[live], np.empty(len(live), dtype=np.int64), price[live]
        now = 0.0
        for g in members:
            now += loss[chosen[g]]
            for r in range(len(live)):
                free[r] += use[chosen[g], live[r]]
        for r in range(len(live)):
            now += value[r] * slack[live[r]]
        state = next_word(state)
        u = share(state)
        banned, target = np.int64(-1), now
        if u < 0.3:
            banned = chosen[one[np.int64(u / 0.3 * half)]]
            target = now + heat * (1.0 - at / rounds) * share(next_word(state))
        count_a, limit = -1, target
        _room(two, first, last, use, live, free, room)
        while count_a < 0:
            count_a = listed(one, first, last, loss, use, live, room, limit, banned, cost_a, used_a, pick_a)
            limit *= _SHORTER
            nodes += max(-count_a, 0) // 4
        count_b, limit = -1, target
        _room(one, first, last, use, live, free, room)
        while count_b < 0:
            count_b = listed(two, first, last, loss, use, live, room, limit, np.int64(-1), cost_b, used_b, pick_b)
            limit *= _SHORTER
            nodes += max(-count_b, 0) // 4
        if count_a == 0 or count_b == 0:
            continue
        planted(used_b, cost_b, count_b, len(live), value, by, span, low, high, least, child)
        after, a, b, tried = joined(
            cost_a, used_a, count_a, cost_b, used_b, len(live), free, value, target, by, span, low, high, least, child
        )
        nodes += tried + 2 * (count_a + count_b)
        if a >= 0:
            for d in range(half):
                chosen[one[d]] = pick_a[a, d]
            for d in range(size - half):
                chosen[two[d]] = pick_b[b, d]
            for r in range(len(live)):
                slack[live[r]] = free[r] - used_a[a, r] - used_b[b, r]
            cost += after - now
            if cost < best_cost - _LEAST_GAIN:
                best_cost = cost
                best[:] = chosen
    return nodes, best_cost
