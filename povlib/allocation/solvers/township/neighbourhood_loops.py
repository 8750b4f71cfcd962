"""The inner loops of the local search; compiled on import, so imported only when needed.

Responsible for an exact depth-first search over a few groups at a time, pruned by reduced cost,
priced slack and row minima, and for drawing those groups with a fixed random sequence. Not
responsible for what is searched (`povlib.allocation.solvers.township.neighbourhood_search`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled
from povlib.arrays import Floats, Ints


class OptionArrays(NamedTuple):
    """The options of all groups, those of a group beside each other in order of reduced cost.

    Attributes
    ----------
    first, last : int64 (G,)
        Group g may have the options first[g] .. last[g]-1.
    loss : float (N,)
        Reduced cost: what an option is worth less than its group's best at the prices.
    value : int64 (N,)
        Micro-persons.
    use : int64 (N, R)
    price : float (R,)
        Micro-persons a unit.
    """

    first: Ints
    last: Ints
    loss: Floats
    value: Ints
    use: Ints
    price: Floats


class DrawingOrder(NamedTuple):
    """From where the groups of a part are drawn.

    Attributes
    ----------
    order : int64 (N,)
        Groups with a choice, the most nearly tied first.
    village : int64 (G,)
        Village of each group.
    start, local : int64 (V+1,), (N,)
        Village v holds the groups local[start[v]] .. local[start[v+1]-1] of `order`.
    """

    order: Ints
    village: Ints
    start: Ints
    local: Ints


class WalkLimits(NamedTuple):
    """How far one round of the search goes.

    Attributes
    ----------
    size : int
        Groups searched at a time.
    seed : int
        Of the groups drawn.
    budget : int
        Nodes in all.
    limit : int
        Nodes of one part.
    goal, cost : float
        Gap (bound less value) at which the search stops, and that of the plan it starts from, in micro-persons.
    heat : float
        Loss that a forced change may bring at first, in micro-persons.
    """

    size: int
    seed: int
    budget: int
    limit: int
    goal: float
    cost: float
    heat: float


@compiled
def live_rows(members: Any, first: Any, last: Any, use: Any, live: Any) -> int:
    """Find the rows whose use the members can change."""
    count = 0
    for r in range(use.shape[1]):
        moves = False
        for g in members:
            for o in range(first[g] + 1, last[g]):
                if use[o, r] != use[first[g], r]:
                    moves = True
                    break
            if moves:
                break
        if moves:
            live[count] = r
            count += 1
    return count


@compiled
def search_part(
    members: Any, options: Any, live: Any, slack: Any, chosen: Any, limit: int, banned: Any, worst_value: Any,
    worst_cost: float,
) -> tuple[int, bool, float]:  # fmt: skip
    """Find the best options of a few groups, all others fixed.

    members: groups searched; options: `OptionArrays`; live: rows that these groups can change; slack: what is left of
    them with these groups taken out; chosen: overwritten with the best options of `members` worth more than
    `worst_value`; banned: an option not to be used. The cost of a choice is its losses and the price of what it leaves
    of each row: value = constant - cost. Returns nodes, whether something was found, and its cost.
    """
    first, last, loss, value, use, price = options
    n, rows = len(members), len(live)
    least = np.zeros((n + 1, rows), dtype=np.int64)
    most = np.zeros((n + 1, rows), dtype=np.int64)
    cheapest = np.zeros(n + 1)
    for d in range(n - 1, -1, -1):
        g = members[d]
        cheapest[d] = cheapest[d + 1] + loss[first[g]]
        for r in range(rows):
            low = use[first[g], live[r]]
            high = low
            for o in range(first[g] + 1, last[g]):
                low = min(low, use[o, live[r]])
                high = max(high, use[o, live[r]])
            least[d, r] = least[d + 1, r] + low
            most[d, r] = most[d + 1, r] + high
    best_value, best_cost, found = worst_value, worst_cost, False
    at = np.zeros(n, dtype=np.int64)
    left_at = np.zeros((n + 1, rows), dtype=np.int64)
    cost_at = np.zeros(n + 1)
    value_at = np.zeros(n + 1, dtype=np.int64)
    left_at[0] = slack[:rows]
    d, nodes = 0, 0
    at[0] = first[members[0]]
    while d >= 0:
        g, o = members[d], at[d]
        if o >= last[g] or nodes >= limit or cost_at[d] + loss[o] + cheapest[d + 1] >= best_cost - 0.25:
            d -= 1
            if d >= 0:
                at[d] += 1
            continue
        nodes += 1
        cost = cost_at[d] + loss[o]
        idle, fits = 0.0, o != banned
        for r in range(rows):
            left = left_at[d, r] - use[o, live[r]]
            left_at[d + 1, r] = left
            if left < least[d + 1, r]:
                fits = False
                break
            if left > most[d + 1, r]:
                idle += price[live[r]] * (left - most[d + 1, r])
        if not fits or cost + cheapest[d + 1] + idle >= best_cost - 0.25:
            at[d] += 1
            continue
        cost_at[d + 1] = cost
        value_at[d + 1] = value_at[d] + value[o]
        if d == n - 1:
            if value_at[n] > best_value:
                best_value, best_cost, found = value_at[n], cost + idle, True
                for e in range(n):
                    chosen[e] = at[e]
            at[d] += 1
            continue
        d += 1
        at[d] = first[members[d]]
    return nodes, found, best_cost


@compiled
def next_random_state(state: Any) -> Any:
    """Advance a 64-bit xorshift (Marsaglia 2003)."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state


@compiled
def uniform_share(state: Any) -> float:
    """Return the random number between 0 and 1 that a state stands for."""
    return np.float64(state >> np.uint64(11)) / 9007199254740992.0


@compiled
def _list_groups_off_best(order: Any, loss: Any, chosen: Any, off: Any) -> int:
    """List in `off` the groups that have not their best option at the prices; return how many."""
    count = 0
    for g in order:
        if loss[chosen[g]] > 0.5:
            off[count] = g
            count += 1
    return count


@compiled
def _draw_members(state: Any, drawing: Any, off: Any, members: Any) -> Any:
    """Draw different groups into `members`; return the random state and how many there are."""
    order, village, start, local = drawing
    size, count = len(members), len(order)
    drawn, tries = 0, 0
    while drawn < size and tries < 20 * size:
        tries += 1
        state = next_random_state(state)
        u = uniform_share(state)
        v = village[members[0]] if drawn > 0 else 0
        width = start[v + 1] - start[v]
        if drawn % 3 == 0 and len(off) > 0 and tries < 3 * size:
            g = off[np.int64(len(off) * u)]
        elif drawn > 0 and drawn <= size // 2 and width > 1:
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
    return state, drawn


@compiled
def _take_out_part(part: Any, use: Any, price: Any, live: Any, slack: Any, free: Any, cost: float) -> float:
    """Set `free` to what is left of the live rows with the options of a part taken out.

    Returns `cost` (the losses of the part) and the price of what was left before.
    """
    for r in range(len(live)):
        cost += price[live[r]] * slack[live[r]]
        free[r] = slack[live[r]]
        for o in part:
            free[r] += use[o, live[r]]
    return cost


@compiled
def _take_options(own: Any, part: Any, use: Any, live: Any, free: Any, chosen: Any, slack: Any) -> None:
    """Give the groups of a part the options found, and take these out of the room of the live rows."""
    for d in range(len(own)):
        chosen[own[d]] = part[d]
    for r in range(len(live)):
        slack[live[r]] = free[r]
        for o in part:
            slack[live[r]] -= use[o, live[r]]


@compiled
def improve_by_parts(drawing: Any, options: Any, slack: Any, chosen: Any, best: Any, limits: Any) -> tuple[int, float]:
    """Search many small parts until `goal` or `budget`: every third member is one that pays for the rounding
    (it has not its best option), some are its neighbours, the others are near ties.

    Some parts must change one of their members even at a loss of up to `heat` (annealed to nothing
    over the budget): exact answers to a forced change. `slack` and `chosen` follow the walk, `best`
    the best plan met. Returns nodes and the cost (bound - value) of `best`.
    """
    first, last, loss, value, use, price = options
    size, seed, budget, limit, goal, cost, heat = limits
    rows, state = len(slack), np.uint64(seed)
    nodes, best_cost = 0, cost
    members, options_of_part = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    off = np.zeros(len(drawing.order), dtype=np.int64)
    free, places = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    while nodes < budget and best_cost > goal:
        away = _list_groups_off_best(drawing.order, loss, chosen, off)
        state, drawn = _draw_members(state, drawing, off[:away], members)
        own, part = members[:drawn], options_of_part[:drawn]
        live = places[: live_rows(own, first, last, use, places)]
        now, before = 0.0, np.int64(0)
        for d in range(drawn):
            part[d] = chosen[own[d]]
            before += value[part[d]]
            now += loss[part[d]]
        now = _take_out_part(part, use, price, live, slack, free, now)
        state = next_random_state(state)
        u = uniform_share(state)
        banned, allowance = np.int64(-1), np.int64(0)
        if u < 0.3:
            banned = part[np.int64(u / 0.3 * drawn)]
            allowance = np.int64(heat * (1.0 - nodes / budget) * uniform_share(next_random_state(state)))
        tried, found, _ = search_part(
            own, options, live, free, part, limit, banned, before - allowance, now + allowance
        )
        nodes += tried + drawn
        if found:
            after = np.int64(0)
            for d in range(drawn):
                after += value[part[d]]
            _take_options(own, part, use, live, free, chosen, slack)
            cost -= after - before
            if cost < best_cost:
                best_cost = cost
                best[:] = chosen
    return nodes, best_cost
