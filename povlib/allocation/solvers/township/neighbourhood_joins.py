"""Exact searches over a dozen groups at a time: two lists of choices, joined by a tree.

Responsible for listing the cheap choices of each half of a part (Horowitz and Sahni 1974), for joining the
two lists by the tree of `povlib.allocation.solvers.priced.partner_tree`, and for the walk from part to part. It reaches
gaps that a depth-first search over half as many groups does not. Compiled on import, so imported only when needed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled
from povlib.allocation.solvers.priced.partner_tree import cheapest_pair, empty_tree, fill_tree
from povlib.allocation.solvers.township.neighbourhood_loops import live_rows, next_random_state, uniform_share
from povlib.arrays import Floats, Ints

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
