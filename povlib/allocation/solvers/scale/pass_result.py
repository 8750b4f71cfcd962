"""What a pass over everything found.

Responsible for holding it, for the least bound among several, and for correcting the curvature by
two of them. Not responsible for making passes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.allocation.proof.certificate import UNITS_PER_PERSON
from povlib.allocation.solvers.scale.partition_sweep import NearTieRecords, PassSums
from povlib.allocation.solvers.scale.resident_sample import whole_prices
from povlib.arrays import Floats, Ints


@dataclass(frozen=True, eq=False)
class PricePoint:
    """Common prices, and the slope of the bound there (capacity less use of everything)."""

    price: Ints
    slope: Floats

    def _relative(self, curvature: Floats) -> tuple[Ints, Floats, Floats]:
        """Rows with a price, the slope in relative prices (persons), and the curvature among them."""
        active = np.flatnonzero(self.price > 0)
        return active, self.slope[active] * self.price[active] / UNITS_PER_PERSON, curvature[np.ix_(active, active)]

    def drop(self, curvature: Floats) -> float:
        """Return the predicted drop of the bound in persons by a Newton step."""
        _, slope, own = self._relative(curvature)
        return float(0.5 * slope @ np.linalg.solve(own, slope)) if len(slope) else 0.0

    def stepped(self, curvature: Floats, most: float) -> Ints:
        """Return the prices after a Newton step, each changed by `most` of itself at most."""
        active, slope, own = self._relative(curvature)
        step = -np.linalg.solve(own, slope)
        step *= min(1.0, most / max(float(np.abs(step).max(initial=0.0)), 1e-300))
        price = self.price.astype(np.float64)
        price[active] *= 1.0 + step
        return whole_prices(price)


@dataclass(frozen=True, eq=False)
class PassResult(PricePoint):
    """A pass over everything."""

    sums: PassSums
    records: list[NearTieRecords]
    bound: int


def least_bound_with_more(seen: list[PassResult], at: int, more: int) -> tuple[int, PassResult]:
    """Return the least bound that any prices seen prove with `more` of one row, and that pass."""
    bounds = [found.bound + int(found.price[at]) * more for found in seen]
    best = int(np.argmin(np.array(bounds, dtype=object)))
    return bounds[best], seen[best]


def bfgs_corrected(curvature: Floats, before: PricePoint, after: PricePoint) -> Floats:
    """Correct the curvature by the change of slope between two passes (BFGS), in relative prices."""
    price = after.price.astype(np.float64)
    active = np.flatnonzero((price > 0) & (before.price > 0))
    step = (price - before.price)[active] / price[active]
    change = (after.slope - before.slope)[active] * price[active] / UNITS_PER_PERSON
    own = curvature[np.ix_(active, active)]
    along = own @ step
    inner, bent = float(step @ change), float(step @ along)
    if inner <= 1e-3 * bent or bent <= 0:
        return curvature
    corrected = curvature.copy()
    corrected[np.ix_(active, active)] = own + np.outer(change, change) / inner - np.outer(along, along) / bent
    return corrected
