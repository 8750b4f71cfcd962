"""Exact searches over a dozen groups at a time: two lists of choices, joined by a tree.

Responsible for listing the cheap choices of each half of a part (Horowitz and Sahni 1974), for a
k-d tree over the uses of the second list (Bentley 1975) that finds, for each choice of the first,
the best partner that fits, and for the walk from part to part. It reaches gaps that a depth-first
search over half as many groups does not. Compiled on import, so imported only when needed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled
from povlib.allocation.solvers.township.neighbourhood_loops import live_rows, next_random_state, uniform_share
from povlib.arrays import Floats, Ints

#: choices in a leaf of the tree: below this looking at all of them costs no more than another node (a choice)
LEAF_SIZE = 8
#: a list that grows too long is made again with a smaller limit on its losses
_LIMIT_SHRINKS = 0.8
#: choices looked at for each that the list holds
MOST_STEPS = 20
#: micro-persons that count as a gain: values are whole, a quarter is above the rounding of their floats
_LEAST_GAIN = 0.25


class ChoiceList(NamedTuple):
    """Room for the choices of one half: losses (N,), uses (N, R) and options (N, groups of the half)."""

    cost: Floats
    used: Ints
    choice: Ints


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
def list_choices(members: Any, options: Any, live: Any, room: Any, limit: float, banned: Any, choices: Any) -> int:
    """List all choices of `members` with losses up to `limit` that fit `room`.

    Returns how many; less than 0 when the list is full or too many choices that do not fit were met: the steps made.
    """
    first, last, loss, _, use, _ = options
    cost, used, choice = choices
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


@compiled
def _set_room_for_half(others: Any, first: Any, last: Any, use: Any, live: Any, slack: Any, room: Any) -> None:
    """Leave for one half what the other half needs at least."""
    for r in range(len(live)):
        room[r] = slack[r]
        for g in others:
            least = use[first[g], live[r]]
            for o in range(first[g] + 1, last[g]):
                least = min(least, use[o, live[r]])
            room[r] -= least


@compiled
def _draw_part(state: Any, drawing: Any, away: Any, members: Any) -> Any:
    """Draw the groups of one part: some that pay for the rounding, some neighbours, the others near ties."""
    order, village, start, local = drawing
    size, count, drawn, tries = len(members), len(order), 0, 0
    while drawn < size and tries < 40 * size:
        tries += 1
        state = next_random_state(state)
        u = uniform_share(state)
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
        state = next_random_state(state)
        e = np.int64(uniform_share(state) * (d + 1))
        members[d], members[e] = members[e], members[d]
    return state, drawn


@compiled
def improve_by_joins(drawing: Any, options: Any, slack: Any, chosen: Any, best: Any, limits: Any) -> tuple[int, float]:
    """Search part after part by joining two lists of choices.

    `slack` and `chosen` follow the walk, `best` the best plan met; for `limits` see `WalkLimits`.
    Some parts must change one of their members even at a loss of up to `heat`. Returns nodes and
    the cost (bound - value) of `best`.
    """
    first, last, loss, _, use, price = options
    size, seed, rounds, most, goal, cost, heat = limits
    order, rows, half = drawing.order, len(slack), size // 2
    cost_a, cost_b = np.empty(most), np.empty(most)
    used_a, used_b = np.empty((most, rows), dtype=np.int64), np.empty((most, rows), dtype=np.int64)
    pick_a, pick_b = np.empty((most, half), dtype=np.int64), np.empty((most, size - half), dtype=np.int64)
    tree = empty_tree(most, rows)
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
        state, drawn = _draw_part(state, drawing, off[:away], members)
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
        state = next_random_state(state)
        u = uniform_share(state)
        banned, target = np.int64(-1), now
        if u < 0.3:
            banned = chosen[one[np.int64(u / 0.3 * half)]]
            target = now + heat * (1.0 - at / rounds) * uniform_share(next_random_state(state))
        count_a, limit = -1, target
        _set_room_for_half(two, first, last, use, live, free, room)
        while count_a < 0:
            count_a = list_choices(one, options, live, room, limit, banned, ChoiceList(cost_a, used_a, pick_a))
            limit *= _LIMIT_SHRINKS
            nodes += max(-count_a, 0) // 4
        count_b, limit = -1, target
        _set_room_for_half(one, first, last, use, live, free, room)
        while count_b < 0:
            count_b = list_choices(two, options, live, room, limit, np.int64(-1), ChoiceList(cost_b, used_b, pick_b))
            limit *= _LIMIT_SHRINKS
            nodes += max(-count_b, 0) // 4
        if count_a == 0 or count_b == 0:
            continue
        fill_tree(used_b, cost_b, count_b, len(live), value, tree)
        after, a, b, tried = cheapest_pair(
            cost_a, used_a, count_a, cost_b, used_b, len(live), free, value, target, tree
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
