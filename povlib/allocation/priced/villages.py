"""Villages that prices do not settle: chosen exactly, one by one.

Responsible for finding villages whose choice at the posted prices breaks a row of their own or
leaves a priced row unused, for a whole choice of each, and for what that takes off the bound: a
village row in slots is settled by prices, one in yuan is not. Not responsible for common rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.allocation.priced.dual import Pass
from povlib.allocation.priced.store import Bools, Floats, Ints, Store

NODES = 20_000
#: micro-persons of priced slack that a village may have and still counts as settled
SETTLED_MICRO = 1e-3


@dataclass(frozen=True, eq=False)
class Settled:
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


def settle(store: Store, found: Pass, nodes: int = NODES) -> Settled:
    """Choose the open villages of a pass exactly, in at most `nodes` nodes each."""
    from povlib.allocation.priced.exact_loops import exact_village

    kind = np.searchsorted(store.begin, found.taken, side="right") - 1
    open_ = np.flatnonzero(_open(store, found, kind))
    taken, bound, lost, spent = found.taken.copy(), found.bound, [], 0
    for v in open_.tolist():
        low, high = int(store.first[v]), int(store.first[v + 1])
        a, b = int(store.entry[low]), int(store.entry[high])
        best, top = _best(store, found.common, a, b)
        has = store.slot[v] >= 0
        chosen = np.zeros(high - low, dtype=np.int64)
        tried, below, least = exact_village(
            best, store.local[a:b, has], store.entry[low : high + 1] - a, 0, high - low, store.limit[v, has],
            found.local[v, has], chosen, nodes,
        )  # fmt: skip
        spent += tried
        if np.isinf(below):
            lost.append(v)
        else:
            taken[low:high] = top[chosen]
            bound -= least
    used = np.asarray(store.use[taken].sum(axis=0)).ravel()
    return Settled(taken, bound, used, tuple(lost), spent)


def _best(store: Store, common: Floats, a: int, b: int) -> tuple[Floats, Ints]:
    """Return score and package of the best of classes a .. b-1."""
    p, q = int(store.begin[a]), int(store.begin[b])
    score = store.value[p:q] - store.use[p:q] @ common
    begin = store.begin[a : b + 1] - p
    best = np.maximum.reduceat(score, begin[:-1])
    at = np.flatnonzero(score == np.repeat(best, np.diff(begin)))
    return best, at[np.searchsorted(at, begin[:-1])] + p


def _open(store: Store, found: Pass, kind: Ints) -> Bools:
    """Villages that break a row of their own, or leave one with a price unused."""
    used = np.zeros(store.slot.shape, dtype=np.int64)
    village = np.repeat(np.arange(store.villages), np.diff(store.first))
    np.add.at(used, village, store.local[kind])
    slack = np.where(store.slot >= 0, store.limit - used, 0)
    return np.asarray((slack < 0).any(axis=1) | ((slack * found.local).sum(axis=1) > SETTLED_MICRO), dtype=bool)
