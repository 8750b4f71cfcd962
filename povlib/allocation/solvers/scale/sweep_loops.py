"""The inner loops of a pass over one partition; compiled on import, so imported only when needed.

Responsible for scoring every package at common prices, the prices of each village's own rows
(exact coordinate minimisation: the midpoint between the threshold prices at which households let
go of the row), the choice of every household and its margin. All numbers are whole numbers of
1e-12 person held in float64, below 2**53, so that every sum is exact in any order. Not
responsible for villages whose rows stay broken: `open_village_loops`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from povlib.allocation.solvers.compiled_loops import compiled
from povlib.allocation.solvers.scale.open_village_loops import repair_village
from povlib.arrays import Floats, Ints

#: how a village ended: settled, mended exactly, mended but not proved best, not mended, impossible
SETTLED, MENDED, UNSURE, BROKEN, IMPOSSIBLE = 0, 1, 2, 3, 4
MICRO_UNITS = 1e6
#: units beyond the last threshold where no further household could let go
BEYOND_LAST_THRESHOLD = 1e6


class PackagePlan(NamedTuple):
    """How packages are made of measures.

    Attributes
    ----------
    amount_measure : int64 (Q,)
        Measure of each amount.
    parent, added : int64 (T,)
        Sums over sets of measures, each one made from another by adding one measure.
    node : int64 (K,)
        The sum that each package needs.
    classes : int64 (K,)
        Class of each package: packages of equal use of village rows.
    holds : int64 (K, M)
        1 where a package holds a measure.
    """

    amount_measure: Ints
    parent: Ints
    added: Ints
    node: Ints
    classes: Ints
    holds: Ints


class PartArrays(NamedTuple):
    """The households of a partition (see `Partition`); capacities as floats."""

    value: npt.NDArray[Any]
    amount: npt.NDArray[Any]
    first: Ints
    capacity: Floats
    override: Ints


class CommonPrices(NamedTuple):
    """Units of 1e-12 person that one unit of each amount, each measure and one unit of each row of an override cost."""

    amount: Floats
    measure: Floats
    override: Floats


class SweepResult(NamedTuple):
    """What a sweep overwrites.

    Attributes
    ----------
    choice : int8 (H,)
        Package of each household.
    margin : float (H,)
        By how much the best package beats the next, units of 1e-12 person; -1 in villages not mended.
    price : float (V, L)
        Prices of the villages' own rows.
    state : int8 (V,)
        How each village ended.
    sums : int64 (2,)
        The bound without the common rows: times 2**32, and the rest.
    tally : int64 (K,)
        Households by package.
    held : int64 (Q,)
        Amounts of the chosen packages.
    """

    choice: npt.NDArray[np.int8]
    margin: Floats
    price: Floats
    state: npt.NDArray[np.int8]
    sums: Ints
    tally: Ints
    held: Ints


@compiled
def select_smallest(t: Any, n: int, rank: int) -> float:
    """Return the rank-th smallest (from 0) of t[:n]; t is rearranged (Hoare's quickselect)."""
    low, high = 0, n - 1
    while low < high:
        pivot = t[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while t[i] < pivot:
                i += 1
            while t[j] > pivot:
                j -= 1
            if i <= j:
                t[i], t[j] = t[j], t[i]
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            return t[rank]  # type: ignore[no-any-return]
    return t[rank]  # type: ignore[no-any-return]


@compiled
def score_classes(
    value: Any, amount: Any, a: int, n: int, plan: Any, prices: Any, extra: Any, bill: Any, node: Any, best: Any,
    second: Any, arg: Any,
) -> None:  # fmt: skip
    """Best and second-best score of each class of packages for the n households from a on."""
    amount_measure, parent, added, of, classes, _ = plan
    amount_price, measure_price, _ = prices
    forbidden = np.iinfo(value.dtype).min
    for m in range(measure_price.shape[0]):
        bill[m, :n] = measure_price[m]
    for q in range(amount.shape[0]):
        price = amount_price[q]
        if price != 0.0:
            row, into = amount[q, a : a + n], bill[amount_measure[q], :n]
            for i in range(n):
                into[i] += row[i] * price
    node[0, :n] = 0.0
    for t in range(1, parent.shape[0]):
        before, more, now = node[parent[t], :n], bill[added[t], :n], node[t, :n]
        for i in range(n):
            now[i] = before[i] + more[i]
    best[:, :n] = -np.inf
    second[:, :n] = -np.inf
    for k in range(value.shape[0]):
        c = classes[k]
        worth, cost = value[k, a : a + n], node[of[k], :n]
        top, next_, at, more = best[c, :n], second[c, :n], arg[c, :n], extra[k, :n]
        own = float(k)
        for i in range(n):
            v = worth[i]
            s = v * MICRO_UNITS - cost[i] - more[i]
            s = -np.inf if v == forbidden else s
            b = top[i]
            less = b if s > b else s
            next_[i] = less if less > next_[i] else next_[i]
            top[i] = s if s > b else b
            at[i] = own if s > b else at[i]


@compiled
def threshold_prices(
    best: Any, n: int, use: Any, price: Any, j: int, size: float, inside: Any, outside: Any, t: Any
) -> None:
    """Price of row j at which each household changes between using it and not (for two levels: 0 and size)."""
    inside[:n] = -np.inf
    outside[:n] = -np.inf
    for c in range(use.shape[0]):
        other = 0.0
        for l in range(use.shape[1]):  # noqa: E741
            if l != j:
                other += price[l] * use[c, l]
        row = best[c, :n]
        into = inside[:n] if use[c, j] != 0 else outside[:n]
        for i in range(n):
            s = row[i] - other
            into[i] = s if s > into[i] else into[i]
    for i in range(n):
        t[i] = (inside[i] - outside[i]) / size


@compiled
def two_level_price(t: Any, n: int, size: float, cap: float) -> float:
    """Return the price that minimises the village's bound in one row of two levels."""
    count = 0
    if size > 0:
        keep = int(np.floor(cap / size))
        for i in range(n):
            count += t[i] > 0.0
        if count <= keep or keep < 0:
            return 0.0
        low = select_smallest(t, n, n - 1 - keep)
        if np.isinf(low):
            return 0.0
        high = np.inf
        for i in range(n - keep, n):
            high = min(high, t[i])
    else:
        need = int(np.ceil(cap / size))
        for i in range(n):
            count += t[i] < 0.0
        if count >= need or need > n:
            return 0.0
        low = select_smallest(t, n, need - 1)
        if np.isinf(low):
            return 0.0
        high = np.inf
        for i in range(need, n):
            high = min(high, t[i])
    if np.isinf(high):
        return float(np.ceil(low) + BEYOND_LAST_THRESHOLD)
    return float(np.floor(0.5 * (low + high)))


@compiled
def _village_row_use(best: Any, n: int, use: Any, price: Any, j: int) -> float:
    total = 0.0
    for i in range(n):
        most, at = -np.inf, 0
        for c in range(use.shape[0]):
            s = best[c, i]
            for l in range(use.shape[1]):  # noqa: E741
                s -= price[l] * use[c, l]
            if s > most:
                most, at = s, c
        total += use[at, j]
    return total


@compiled
def many_level_price(best: Any, n: int, use: Any, price: Any, j: int, cap: float) -> float:
    """Return the least whole price at which a row of several levels holds, by bisection on its use."""
    before = price[j]
    price[j] = 0.0
    low, high = 0.0, 1e6
    found = 0.0
    if _village_row_use(best, n, use, price, j) > cap:
        price[j] = high
        while high < 1e15 and _village_row_use(best, n, use, price, j) > cap:
            low = high
            high *= 4.0
            price[j] = high
        if high < 1e15:
            while high - low > 1.0:
                middle = np.floor(0.5 * (low + high))
                price[j] = middle
                if _village_row_use(best, n, use, price, j) > cap:
                    low = middle
                else:
                    high = middle
            found = high
    price[j] = before
    return float(found)


@compiled
def settle_village_prices(
    best: Any, n: int, use: Any, cap: Any, level: Any, price: Any, sweeps: int, inside: Any, outside: Any, t: Any
) -> None:
    """Set the prices of one village's rows by coordinate minimisation of its bound."""
    rows = use.shape[1]
    for j in range(rows):
        price[j] = 0.0
    for _ in range(sweeps):
        moved = False
        for j in range(rows):
            before = price[j]
            if level[j] == 0.0:
                price[j] = many_level_price(best, n, use, price, j, cap[j])
            else:
                threshold_prices(best, n, use, price, j, level[j], inside, outside, t)
                price[j] = two_level_price(t, n, level[j], cap[j])
            moved = moved or price[j] != before
        if not moved or rows == 1:
            break


@compiled
def choose_classes(
    best: Any, second: Any, n: int, use: Any, price: Any, top: Any, cls: Any, rival: Any, margin: Any
) -> None:
    """Best class of each household at the village's prices, the best other class, and the margin."""
    top[:n] = -np.inf
    rival[:n] = -np.inf
    margin[:n] = -np.inf
    for c in range(use.shape[0]):
        cost = 0.0
        for j in range(use.shape[1]):
            cost += price[j] * use[c, j]
        row, next_, own = best[c, :n], second[c, :n], float(c)
        for i in range(n):
            s, u = row[i] - cost, next_[i] - cost
            first = s > top[i]
            less = top[i] if first else s
            rival[i] = less if less > rival[i] else rival[i]
            margin[i] = u if first else margin[i]
            cls[i] = own if first else cls[i]
            top[i] = s if first else top[i]
    for i in range(n):
        runner = margin[i] if margin[i] > rival[i] else rival[i]
        margin[i] = top[i] - runner


@compiled
def sweep_households(
    part: Any, plan: Any, use: Any, level: Any, prices: Any, sweeps: int, tolerance: float, result: Any
) -> None:
    """Choose for every household of a partition; `result` is overwritten.

    use, level: of the village rows by each class, as in `SweepTables`; sweeps: rounds of prices of the village rows.
    """
    value, amount, first, capacity, override = part
    choice, margin, price, state, sums, tally, held = result
    classes, most = use.shape[0], 1
    for v in range(len(first) - 1):
        most = max(most, first[v + 1] - first[v])
    packages = value.shape[0]
    bill, node = np.empty((prices.measure.shape[0], most)), np.empty((plan.parent.shape[0], most))
    best, second, arg = np.empty((classes, most)), np.empty((classes, most)), np.zeros((classes, most))
    top, cls, rival = np.empty(most), np.zeros(most), np.empty(most)
    inside, outside, t = np.empty(most), np.empty(most), np.empty(most)
    none = np.zeros((packages, most))
    extra = none.copy() if len(override) else none
    o = 0
    for v in range(len(first) - 1):
        a, n = first[v], first[v + 1] - first[v]
        begin = o
        while o < len(override) and override[o, 0] < a + n:
            extra[override[o, 1], override[o, 0] - a] += override[o, 3] * prices.override[override[o, 2]]
            o += 1
        score_classes(value, amount, a, n, plan, prices, extra, bill, node, best, second, arg)
        for p in range(begin, o):
            extra[override[p, 1], override[p, 0] - a] = 0.0
        settle_village_prices(best, n, use, capacity[v], level, price[v], sweeps, inside, outside, t)
        gap = margin[a : a + n]
        choose_classes(best, second, n, use, price[v], top, cls, rival, gap)
        close_village(best, second, n, use, capacity[v], price[v], top, cls, rival, gap, tolerance, state, sums, v)
        for i in range(n):
            choice[a + i] = int(arg[int(cls[i]), i])
    count_packages(choice, amount, plan.amount_measure, plan.holds, tally, held)


@compiled
def close_village(
    best: Any, second: Any, n: int, use: Any, cap: Any, price: Any, top: Any, cls: Any, rival: Any, margin: Any,
    tolerance: float, state: Any, sums: Any, v: int,
) -> None:  # fmt: skip
    """Add up one village's bound; mend its choice where rows break or the bound exceeds the value."""
    loose, broken = 0.0, False
    for j in range(use.shape[1]):
        used = 0.0
        for i in range(n):
            used += use[int(cls[i]), j]
        broken = broken or used > cap[j]
        loose += price[j] * (cap[j] - used)
    state[v] = SETTLED
    if broken or loose > tolerance:
        mended = cls[:n].copy()
        state[v] = repair_village(best, n, use, cap, price, top, mended, rival, tolerance)
        choose_classes(best, second, n, use, price, top, cls, rival, margin)
        cls[:n] = mended
        if state[v] >= BROKEN:  # its households must be in the core
            margin[:n] = -1.0
    high, low = np.int64(0), np.int64(0)
    for i in range(n):
        whole = np.int64(top[i])
        high += whole >> 32
        low += whole & 0xFFFFFFFF
    for j in range(use.shape[1]):
        whole = np.int64(price[j] * cap[j])
        high += whole >> 32
        low += whole & 0xFFFFFFFF
    sums[0] += high
    sums[1] += low


@compiled
def count_packages(choice: Any, amount: Any, amount_measure: Any, holds: Any, tally: Any, held: Any) -> None:
    """Count the chosen packages, and add up the amounts of the measures they hold."""
    for i in range(choice.shape[0]):
        tally[choice[i]] += 1
    for q in range(amount.shape[0]):
        row, has = amount[q], holds[:, amount_measure[q]]
        total = 0
        for i in range(choice.shape[0]):
            total += row[i] * has[choice[i]]
        held[q] += total
