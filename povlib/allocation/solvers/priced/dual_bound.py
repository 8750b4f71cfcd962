"""The bound as a function of the common prices.

Responsible for one pass over a store: bound, slope, prices of the villages' own rows, what each
household takes; villages side by side in threads. Keeps the best prices met. Not responsible for how prices are moved
(`povlib.allocation.solvers.priced.lbfgs`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from povlib.allocation.solvers.compiled_loops import answers_of_threads
from povlib.allocation.solvers.priced.price_store import PriceStore
from povlib.allocation.solvers.priced.village_loops import best_of_class, settle_villages, take_best_classes
from povlib.arrays import Floats, Ints

#: a block of villages is a piece of work; blocks do not depend on the number of threads
BLOCK_HOUSEHOLDS = 4000


@dataclass(frozen=True, eq=False)
class PriceBound:
    """What one pass over all households found at some common prices.

    Attributes
    ----------
    common : float (C,)
        Micro-persons a unit.
    local : float (V, L)
        Prices of the villages' own rows; infinite where a village cannot keep its rows.
    bound : float
        Micro-persons.
    slope : float (C,)
        Capacity less use.
    line : float (H,)
        Best line of each household.
    taken : int64 (H,)
        Package (of the store) that each household takes.
    """

    common: Floats
    local: Floats
    bound: float
    slope: Floats
    line: Floats
    taken: Ints


@dataclass(eq=False)
class DualBound:
    """Callable on common prices; remembers the best bound met.

    Attributes
    ----------
    passes : int
        Passes over the store so far.
    best : PriceBound or None
        The pass of least bound.
    """

    store: PriceStore
    passes: int = 0
    best: PriceBound | None = None
    local: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def __post_init__(self) -> None:
        if not self.local.size:
            self.local = np.zeros(self.store.slot.shape)
        size = np.cumsum(np.diff(self.store.first)) // BLOCK_HOUSEHOLDS
        cut = np.flatnonzero(np.diff(size)) + 1
        self._blocks = list(zip([0, *cut], [*cut, self.store.villages], strict=True))

    def __call__(self, common: Floats) -> PriceBound:
        """Pass over the store at common prices >= 0."""
        self.passes += 1
        local = np.where(np.isfinite(self.local), self.local, 0.0)
        line, taken, used = self._choices(common, local)
        store = self.store
        if np.isinf(local).any():  # a village that cannot keep its rows: no plan exists, and its lines are no numbers
            bound = -np.inf
        else:
            own = np.where(store.slot >= 0, local, 0.0) * store.limit
            bound = float(line.sum()) + float(own.sum()) + float((common * store.cap).sum())
        at_prices = PriceBound(common.copy(), local, bound, store.cap - used, line, taken)
        self.local = local
        if self.best is None or bound < self.best.bound:
            self.best = at_prices
        return at_prices

    def _choices(self, common: Floats, local: Floats) -> tuple[Floats, Ints, Floats]:
        """Return each household's best worth at these prices, the class chosen, and the use of common rows."""
        s, arrays = self.store, self.store.arrays
        best, top = np.empty(len(s.local)), np.empty(len(s.local), dtype=np.int64)
        room, line = np.empty(len(s.local)), np.empty(s.households)
        chosen = np.empty(s.households, dtype=np.int64)
        used = np.zeros((len(self._blocks), len(s.common)))

        def work(at: int) -> None:
            low, high = self._blocks[at]
            a, b = int(s.entry[s.first[low]]), int(s.entry[s.first[high]])
            best_of_class(arrays, common, best, top, a, b)
            settle_villages(arrays, best, local, room, low, high)
            take_best_classes(arrays, best, top, local, line, chosen, used[at], low, high)

        answers_of_threads(work, len(self._blocks))
        return line, top[chosen], used.sum(axis=0)
