"""Villages that prices do not settle: chosen exactly, one by one.

Responsible for finding villages whose choice at the posted prices breaks a row of their own or
leaves a priced row unused, for a whole choice of each, and for what that takes off the bound: a
village row in slots is settled by prices, one in yuan is not. Not responsible for common rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.allocation.solvers.compiled_loops import answers_of_threads
from povlib.allocation.solvers.priced.dual_bound import PriceBound
from povlib.allocation.solvers.priced.price_store import PriceStore
from povlib.allocation.solvers.priced.village_loops import best_of_class
from povlib.allocation.solvers.priced.village_search_loops import exact_village
from povlib.arrays import Bools, Floats, Ints

#: nodes of the search of one village; where it ends early the bound says so and stays valid
NODES_A_VILLAGE = 200_000
#: villages in a piece of work
VILLAGES_A_PIECE = 16
#: micro-persons of priced slack that a village may have and still counts as settled
SETTLED_MICRO = 1e-3


@dataclass(frozen=True, eq=False)
class SettledVillages:
    """A pass whose choice keeps every village row.

    Attributes
    ----------
    taken : int64 (H,)
        Package (of the store) of every household.
    bound : float
        Micro-persons: no plan is worth more, villages chosen exactly; below the pass's own bound.
    used : float (C,)
        Use of the common rows.
    lost : tuple of int
        Villages for which no choice was found.
    nodes : int
    """

    taken: Ints
    bound: float
    used: Floats
    lost: tuple[int, ...]
    nodes: int


def settle_open_villages(store: PriceStore, found: PriceBound, nodes: int = NODES_A_VILLAGE) -> SettledVillages:
    """Choose the open villages of a pass exactly, in at most `nodes` nodes each."""
    kind = np.searchsorted(store.begin, found.taken, side="right") - 1
    open_ = np.flatnonzero(_is_open(store, found, kind)).tolist()
    best, top = np.empty(len(store.local)), np.empty(len(store.local), dtype=np.int64)
    taken, s, arrays = found.taken.copy(), store, store.arrays

    def village(v: int) -> tuple[int, float, float]:
        low, high = int(s.first[v]), int(s.first[v + 1])
        a, b = int(s.entry[low]), int(s.entry[high])
        best_of_class(arrays, found.common, best, top, a, b)
        chosen = np.zeros(high - low, dtype=np.int64)
        told = exact_village(best, s.local, s.entry, low, high, s.limit[v], found.local[v], chosen, nodes)
        if np.isfinite(told[1]):
            taken[low:high] = top[chosen]
        return told

    def work(at: int) -> list[tuple[int, float, float]]:
        return [village(v) for v in open_[at * VILLAGES_A_PIECE : (at + 1) * VILLAGES_A_PIECE]]

    told = [one for piece in answers_of_threads(work, -(-len(open_) // VILLAGES_A_PIECE)) for one in piece]
    bound = found.bound - sum(least for _, below, least in told if np.isfinite(below))
    lost = tuple(v for v, (_, below, _) in zip(open_, told, strict=True) if np.isinf(below))
    used = np.asarray(store.use[taken].sum(axis=0)).ravel()
    return SettledVillages(taken, bound, used, lost, sum(spent for spent, _, _ in told))


def _is_open(store: PriceStore, found: PriceBound, kind: Ints) -> Bools:
    """Villages that break a row of their own, or leave one with a price unused."""
    used = np.zeros(store.slot.shape, dtype=np.int64)
    village = np.repeat(np.arange(store.villages), np.diff(store.first))
    np.add.at(used, village, store.local[kind])
    slack = np.where(store.slot >= 0, store.limit - used, 0)
    return np.asarray((slack < 0).any(axis=1) | ((slack * found.local).sum(axis=1) > SETTLED_MICRO), dtype=bool)
