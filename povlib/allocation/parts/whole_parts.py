"""Whole choices at posted prices: of one part within its quota of the office's rows, and of all parts one by one.

Villages that prices leave open are chosen exactly, then a core of near ties takes up what is left of every row, and
programs over those who could take up the rest refine it (`povlib.allocation.solvers.priced`). Responsible for one part
at a time, for what each may use and for handing on what it leaves. Not responsible for the prices (`office_prices`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from povlib.allocation.parts.compact_form import CompactOffice
from povlib.allocation.parts.office_prices import GroupPrices
from povlib.allocation.parts.part_relaxation import POINT, columns_with_office_rows, relaxed_columns
from povlib.allocation.problem.sparse_matrices import Sparse, csr, side_by_side
from povlib.allocation.solvers.priced.choice_refinement import refined_choice
from povlib.allocation.solvers.priced.dual_bound import DualBound
from povlib.allocation.solvers.priced.integer_core import IntegerCore, choose_core
from povlib.allocation.solvers.priced.near_ties import class_core, full_core
from povlib.allocation.solvers.priced.price_store import PriceStore, store_of
from povlib.allocation.solvers.priced.village_choices import SettledVillages, settle_open_villages
from povlib.arrays import Floats, Ints

#: households of the core among packages of equal village-row use, larger ones where it holds no plan or a poor one,
#: then with every row. Of 20,000 households 4,800 end 3.2 persons below the bound (of three places of a post one stays
#: empty: whoever could fill it is no near tie), 8,000 end 0.5 below it, in the same 0.3 s
CLASS_CORES, FULL_CORES = (1200, 3200, 4800, 8000, 12000), (1200, 4800)
#: of a part's value: a choice so far below the bound with exact villages is worth refining; of one that is
#: farther a larger core is asked first
NEAR_ENOUGH = 2.5e-5
#: effort of the local search in a core: 0.4 s a part
CORE_NODES = 200_000
#: nodes of one village's search
VILLAGE_NODES = 50_000


@dataclass(frozen=True, eq=False)
class WholePart:
    """What was chosen in one part.

    Attributes
    ----------
    taken : int64 (H,)
        Package of each household, among those of the compact part.
    bound : float
        Micro-persons: the part's line at the posted prices with villages chosen exactly, below that of prices alone.
    nodes : int
    """

    taken: Ints
    bound: float
    nodes: int


def whole_part(
    compact: CompactOffice, at: int, prices: GroupPrices, room: Ints, wanted: float, time_limit_s: float
) -> WholePart | None:
    """Choose a package for each household of a part; None where no choice was found.

    Parameters
    ----------
    room : int64 (O,)
        What the part may use of each of the office's rows.
    wanted : float
        Micro-persons: how far below its bound a choice may be.
    """
    part = compact.parts[at]
    table = csr(side_by_side([part.office, part.own], np.int64))
    use: Sparse = csr(table[part.kind])
    capacity = np.concatenate([room, compact.limit[at]])
    allowed = np.ones(len(part.value), dtype=bool)
    store = store_of(part.value, use, capacity, part.start, part.village, allowed)
    price = np.concatenate([prices.shared, prices.own[at]]) * POINT
    dual = DualBound(store, local=np.where(store.slot >= 0, price[np.maximum(store.slot, 0)], 0.0))
    found = dual(price[store.common])
    settled = settle_open_villages(store, found, VILLAGE_NODES)
    found_in = None if settled.lost else _choice_in_cores(store, settled, found.common, wanted, time_limit_s)
    best: Ints | None = None
    nodes = settled.nodes
    if found_in is not None:
        best, nodes = found_in.chosen, nodes + found_in.nodes
    if best is None or not _keeps_rows(use, capacity, best):
        best, more = _with_every_row(part.value, use, capacity, part.start, store, settled, price, time_limit_s)
        nodes += more
    return None if best is None else WholePart(best, settled.bound, nodes)


@dataclass(frozen=True, eq=False)
class _ChoiceInCore:
    """Package of each household of a part, and what it took to find them."""

    chosen: Ints
    nodes: int


def _choice_in_cores(
    store: PriceStore, settled: SettledVillages, common: Floats, wanted: float, time_limit_s: float
) -> _ChoiceInCore | None:
    """Choose in a core of near ties and refine it, in larger ones until a choice is as near its bound as is wanted."""
    deadline, target, nodes = time.monotonic() + time_limit_s, settled.bound - wanted, 0
    best, best_value = None, -np.inf
    for size in CLASS_CORES:
        core, rows = class_core(store, settled.taken, common, size)
        outside = _value_outside(store, settled, rows)
        answer = choose_core(core, target_micro=target - outside, nodes=CORE_NODES, time_limit_s=time_limit_s)
        nodes, held, last = nodes + answer.nodes, answer.rows, size >= min(CLASS_CORES[-1], store.households)
        if held is not None:
            value = outside + float(core.value[held].sum())
            if last or settled.bound - value <= NEAR_ENOUGH * value:
                left_s = max(deadline - time.monotonic(), 1.0)
                held, more = refined_choice(core, held, wanted_micro=target - outside, time_limit_s=left_s)
                value, nodes = outside + float(core.value[held].sum()), nodes + more
            if value > best_value:
                best, best_value = _with_core(store, settled, rows[held]), value
        if best_value >= target or last or time.monotonic() >= deadline:
            break
    return None if best is None else _ChoiceInCore(best, nodes)


def _part_by_its_own_prices(
    compact: CompactOffice, at: int, prices: GroupPrices, room: Ints, wanted: float, time_limit_s: float
) -> WholePart | None:
    """Choose in a part at prices of what it may use, where near ties at the office's prices hold no choice.

    A quota in whole numbers may be a place or two away from what the relaxed optimum gives the part.
    """
    part = compact.parts[at]
    answer = relaxed_columns(columns_with_office_rows(part, room.astype(np.float64), compact.limit[at]))
    if answer is None:
        return None
    own = list(prices.own)
    own[at] = answer.price[len(room) :]
    found = whole_part(
        compact, at, replace(prices, shared=answer.price[: len(room)], own=own), room, wanted, time_limit_s
    )
    # a line at other prices than the office's bounds nothing of the office
    return None if found is None else replace(found, bound=np.inf)


def _value(value: Ints, chosen: Ints) -> float:
    return float(value[chosen].sum())


def _keeps_rows(use: Sparse, capacity: Ints, chosen: Ints) -> bool:
    """Say whether chosen packages keep every row, in whole numbers."""
    return bool((np.asarray(use[chosen].sum(axis=0)).ravel() <= capacity).all())


def _core_homes(store: PriceStore, rows: Ints) -> Ints:
    """Return the household (in the order of the store) of store rows."""
    kind = np.searchsorted(store.begin, rows, side="right") - 1
    return np.asarray(np.searchsorted(store.entry, kind, side="right") - 1)


def _value_outside(store: PriceStore, settled: SettledVillages, rows: Ints) -> float:
    """Return the value of the households outside a core."""
    inside = np.zeros(store.households, dtype=bool)
    inside[_core_homes(store, rows)] = True
    return float(store.value[settled.taken[~inside]].sum())


def _with_core(store: PriceStore, settled: SettledVillages, rows: Ints) -> Ints:
    """Return the package of each household: a settled pass with a core's choice put in."""
    taken = settled.taken.copy()
    taken[_core_homes(store, rows)] = rows
    chosen = np.empty(store.households, dtype=np.int64)
    chosen[store.member] = store.package[taken]
    return chosen


def _with_every_row(
    value: Ints, use: Sparse, capacity: Ints, start: Ints, store: PriceStore, settled: SettledVillages, price: Floats,
    time_limit_s: float,
) -> tuple[Ints | None, int]:  # fmt: skip
    """Free nearly tied households with all their rows; None when none fits."""
    held = _with_core(store, settled, np.zeros(0, dtype=np.int64))
    home = np.repeat(np.arange(len(start) - 1), np.diff(start))
    nodes = 0
    for size in FULL_CORES:
        core: IntegerCore
        core, rows = full_core(
            value.astype(np.float64), use.astype(np.float64), capacity, start, held, price,
            np.ones(len(value), dtype=bool), size,
        )  # fmt: skip
        answer = choose_core(core, nodes=CORE_NODES, time_limit_s=time_limit_s)
        nodes += answer.nodes
        if answer.rows is not None:
            chosen = held.copy()
            chosen[home[rows[answer.rows]]] = rows[answer.rows]
            return (chosen if _keeps_rows(use, capacity, chosen) else None), nodes
        if size >= len(start) - 1:
            break
    return None, nodes


@dataclass(frozen=True, eq=False)
class PartChoices:
    """One package for each household of every part.

    Attributes
    ----------
    taken : list of int64 (H,)
        Of each part, places among the packages of its compact part.
    value, bound : float
        Micro-persons: what they are worth, and what the search says none is worth more than.
    nodes : int
    """

    taken: list[Ints]
    value: float
    bound: float
    nodes: int


def choices_of_parts(compact: CompactOffice, prices: GroupPrices, wanted: float, deadline: float) -> PartChoices | None:
    """Choose part by part; what a part leaves of the office's rows is the next one's. None where that fails.

    Parameters
    ----------
    compact : CompactOffice
        In which it is decided what is opened.
    wanted : float
        Micro-persons: how far below its bound the choice of a part may be.
    deadline : float
        By the monotonic clock.
    """
    room = _rooms(compact.capacity, prices.quota, [part.households for part in compact.parts])
    left, nodes, value = np.zeros(len(compact.capacity), dtype=np.int64), 0, 0.0
    micro = float((compact.capacity * prices.shared).sum()) * POINT
    taken = []
    for at, part in enumerate(compact.parts):
        given = room[at] + left
        chosen = whole_part(compact, at, prices, given, wanted, max(deadline - time.monotonic(), 1.0))
        if chosen is None:
            chosen = _part_by_its_own_prices(compact, at, prices, given, wanted, max(deadline - time.monotonic(), 1.0))
        if chosen is None:
            return None
        left = given - np.asarray(part.office[part.kind[chosen.taken]].sum(axis=0), dtype=np.int64).ravel()
        nodes += chosen.nodes
        value += float(part.value[chosen.taken].sum())
        micro += chosen.bound - float((given * prices.shared).sum()) * POINT
        taken.append(chosen.taken)
    return PartChoices(taken, value, micro, nodes)


def _rooms(capacity: Ints, quota: Floats, households: Sequence[int]) -> Ints:
    """Return what each part may use of the office's rows, in whole numbers that add up to no more than there is.

    Parameters
    ----------
    quota : float (parts, O)
        What the relaxed optimum gives each part; what it leaves over is shared by households.
    """
    part = np.array(households, dtype=np.float64)[:, None] / sum(households)
    given, owed = np.maximum(quota, 0.0), np.minimum(quota, 0.0)
    # a place that is not opened after all is nobody's: each gives up its part of what there is too little of
    there = np.maximum(capacity - owed.sum(axis=0), 0.0)
    given = given * np.minimum(1.0, there / np.maximum(given.sum(axis=0), 1e-9))
    left = np.maximum(capacity - given.sum(axis=0) - owed.sum(axis=0), 0.0)
    # and what a row needs no more is first no more asked of those that were to bring it
    spared = np.minimum(1.0, left / np.maximum(-owed.sum(axis=0), 1e-9)) * -owed
    left = left - spared.sum(axis=0)
    room = np.floor(given + owed + spared + part * left + 1e-6).astype(np.int64)
    over = room.sum(axis=0) - capacity
    for row in np.flatnonzero(over > 0):
        room[int(np.argmax(room[:, row])), row] -= over[row]
    # what rounding down leaves goes to the first, and what it leaves to the next: posts are worth two persons each
    room[0] += np.maximum(-over, 0)
    return np.asarray(room, dtype=np.int64)
