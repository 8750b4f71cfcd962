"""The inner loops of the simple rules; compiled on import, so imported only when needed.

Responsible for taking packages in a given order wherever every rule holds, and for the order by gain per yuan. Not
responsible for what is taken or why (`povlib.allocation.questions.baseline_rules`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from povlib.allocation.solvers.compiled_loops import compiled
from povlib.arrays import Bools, Floats, Ints


class TakingRules(NamedTuple):
    """What must hold at every step.

    Attributes
    ----------
    begin, row, amount : int64
        Uses of package i: amount[begin[i]:begin[i + 1]] of the rows beside them.
    capacity : int64 (R,)
    firm, loosened : bool (R,)
        Rows that must hold at every step; those of them that other picks can loosen (shares).
    demand : int64 (N, S)
        What only each set of funds can pay.
    budget : int64 (S,)
    """

    begin: Ints
    row: Ints
    amount: Ints
    capacity: Ints
    firm: Bools
    loosened: Bools
    demand: Ints
    budget: Ints


class TakenSoFar(NamedTuple):
    """What is chosen, used and asked of the funds: changed in place.

    Attributes
    ----------
    rows : int64 (G,)
    unserved : bool (G,)
    used : int64 (R,)
    demand : int64 (S,)
    change : int64 (R,)
        Room for the change of one step; nought between two steps.
    """

    rows: Ints
    unserved: Bools
    used: Ints
    demand: Ints
    change: Ints


TAKEN, NOT_TAKEN = -1, -2


@compiled
def _take(row: int, group: int, rules: TakingRules, so_far: TakenSoFar) -> int:
    """Take a package: `TAKEN`, `NOT_TAKEN`, or the first of the loosened rows that alone forbid it."""
    old = so_far.rows[group]
    for s in range(len(rules.budget)):
        if so_far.demand[s] + rules.demand[row, s] - rules.demand[old, s] > rules.budget[s]:
            return NOT_TAKEN
    for at in range(rules.begin[row], rules.begin[row + 1]):
        so_far.change[rules.row[at]] += rules.amount[at]
    for at in range(rules.begin[old], rules.begin[old + 1]):
        so_far.change[rules.row[at]] -= rules.amount[at]
    answer = TAKEN
    for one in (row, old):
        for at in range(rules.begin[one], rules.begin[one + 1]):
            r = rules.row[at]
            # a row that a pin has broken from the start may stay so, but nothing is added to it
            if rules.firm[r] and so_far.used[r] + so_far.change[r] > max(rules.capacity[r], so_far.used[r]):
                if not rules.loosened[r]:
                    answer = NOT_TAKEN
                elif answer == TAKEN or (answer >= 0 and r < answer):
                    answer = r
    for one in (row, old):
        for at in range(rules.begin[one], rules.begin[one + 1]):
            r = rules.row[at]
            if answer == TAKEN:
                so_far.used[r] += so_far.change[r]
            so_far.change[r] = 0
    if answer == TAKEN:
        for s in range(len(rules.budget)):
            so_far.demand[s] += rules.demand[row, s] - rules.demand[old, s]
        so_far.unserved[group] = False
        so_far.rows[group] = row
    return answer


@compiled
def _try_to_take(
    row: int, group: Ints, value: Ints, allowed: Bools, better: bool, rules: TakingRules, so_far: TakenSoFar
) -> int:
    """Take a package where the household may still take one, with `better` also in exchange for a lesser one."""
    home = group[row]
    if not allowed[row]:
        return NOT_TAKEN
    if value[row] <= value[so_far.rows[home]] if better else not so_far.unserved[home]:
        return NOT_TAKEN
    return int(_take(row, home, rules, so_far))


@compiled
def take_in_order(
    picks: Ints,
    adding: Ints,
    adding_begin: Ints,
    group: Ints,
    value: Ints,
    allowed: Bools,
    better: bool,
    rules: TakingRules,
    so_far: TakenSoFar,
) -> None:
    """Take packages in order; where only a share forbids one, those that add to its group come first.

    `adding` holds for each row (from ``adding_begin[row]``) the picks that loosen it, in the same order.
    """
    nexts = adding_begin[:-1].copy()
    for at in range(len(picks)):
        row = picks[at]
        blocking = _try_to_take(row, group, value, allowed, better, rules, so_far)
        while blocking >= 0 and nexts[blocking] < adding_begin[blocking + 1]:
            other = adding[nexts[blocking]]
            nexts[blocking] += 1
            if _try_to_take(other, group, value, allowed, better, rules, so_far) == TAKEN:
                blocking = _try_to_take(row, group, value, allowed, better, rules, so_far)


@compiled
def steps_by_yuan(begin: Ints, gain: Ints, cost: Ints) -> tuple[Ints, Floats, int]:
    """Return the steps along each household's efficient packages: places, gain per cost, and how many there are.

    Household h owns the places begin[h] .. begin[h + 1] - 1 of `gain` and `cost`.
    """
    steps, ratios = np.empty(len(gain), dtype=np.int64), np.empty(len(gain))
    count = 0
    for h in range(len(begin) - 1):
        at_gain, at_cost = 0, 0
        while True:
            best, best_ratio = -1, 0.0
            for at in range(begin[h], begin[h + 1]):
                if gain[at] <= at_gain:
                    continue
                more = cost[at] - at_cost
                ratio = (gain[at] - at_gain) / more if more > 0 else np.inf
                if best < 0 or ratio > best_ratio or (ratio == best_ratio and gain[at] > gain[best]):
                    best, best_ratio = at, ratio
            if best < 0:
                break
            steps[count], ratios[count] = best, best_ratio
            count += 1
            at_gain, at_cost = gain[best], cost[best]
    return steps, ratios, count
