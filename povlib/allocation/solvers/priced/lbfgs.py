"""Moving the common prices: pure functions of a bound and its slope.

Responsible for minimising a convex bound over prices >= 0 by projected L-BFGS (Nocedal 1980), each
price in its own scale, and for what it learns of the curvature, so that a
sample of whole villages saves passes over everything. Not responsible for what a pass is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from povlib.arrays import Floats

Bound = Callable[[Floats], tuple[float, Floats]]
"""Bound and slope (capacity less use) at some prices."""
#: prices start from this part of the scale where nothing is known
SMALLEST_PRICE = 1e-3
#: pairs of steps that describe the curvature; trials of one line search; first step as a part of the largest price
PAIRS_KEPT, LINE_TRIALS, FIRST_STEP = 30, 20, 0.1
#: weak Wolfe conditions with the usual constants (Nocedal and Wright 2006, 3.1)
SUFFICIENT_FALL, SLOPE_LEFT = 1e-4, 0.9


def price_scale(cap: Floats, worth: float) -> Floats:
    """Return the size of each price: the value at stake over the capacity, shared by the rows."""
    return np.asarray(worth / np.maximum(np.abs(cap), 1.0) / max(len(cap), 1), dtype=np.float64)


Curvature = list[tuple[Floats, Floats]]
"""How the slope turned with the prices: (change of prices, change of slope), oldest first."""


def minimise(
    bound: Bound,
    start: Floats,
    scale: Floats,
    calls: int,
    *,
    floor: float = -np.inf,
    near: float = 0.0,
    known: Curvature | None = None,
) -> Floats:
    """Return the best prices met within `calls` evaluations.

    Parameters
    ----------
    bound : callable
        Prices -> (bound, slope).
    start, scale : float (C,)
        First prices, and the size in which each is counted.
    floor : float
        Stop as soon as the bound is below this: then no plan exists.
    near : float
        Stop when two steps in a row gain less than this part of the bound.
    known : Curvature, optional
        What is known of the curvature, from a sample for instance; what is learnt is added to it.

    Notes
    -----
    Products are summed by NumPy, not by BLAS, so that the same prices come out everywhere.

    Examples
    --------
    >>> def bound(p):
    ...     return float(((p - 2.0) ** 2).sum()), 2.0 * (p - 2.0)
    >>> minimise(bound, np.array([5.0, 0.0]), np.ones(2), 20).round(6).tolist()
    [2.0, 2.0]
    """
    search = _LineSearch(bound, scale, calls)
    here = search.at(start / scale)
    pairs = [(moved / scale, turned * scale) for moved, turned in known or []]
    small = 0
    while search.calls < calls and small < 2 and here.value >= floor and len(start):
        free = (here.x > 0) | (here.slope < 0)
        down = _descent_direction(np.where(free, here.slope, 0.0), pairs, free)
        if not pairs:
            down *= FIRST_STEP * max(float(np.abs(here.x).max()), 1e-3) / max(float(np.abs(down).max()), 1e-300)
        step = search.line(here, down)
        if step is None:
            if not pairs:
                break
            pairs = []
            continue
        moved, turned = step.x - here.x, step.slope - here.slope
        if float((moved * turned).sum()) > 0:
            pairs = [*pairs[1 - PAIRS_KEPT :], (moved, turned)]
        small = small + 1 if here.value - step.value <= near * abs(here.value) else 0
        here = step
    if known is not None:
        known[:] = [(moved * scale, turned / scale) for moved, turned in pairs]
    return search.best.x * scale


def scaled_curvature(known: Curvature, factor: float) -> Curvature:
    """Return the curvature of a bound `factor` times as large."""
    return [(moved, turned * factor) for moved, turned in known]


@dataclass(frozen=True, eq=False)
class _Point:
    x: Floats
    value: float
    slope: Floats


class _LineSearch:
    """Evaluations of the bound in scaled prices; keeps the best."""

    def __init__(self, bound: Bound, scale: Floats, calls: int) -> None:
        self.bound, self.scale, self.limit = bound, scale, calls
        self.calls = 0
        self.best = _Point(np.zeros(0), np.inf, np.zeros(0))

    def at(self, x: Floats) -> _Point:
        """Evaluate the bound at scaled prices."""
        self.calls += 1
        value, slope = self.bound(x * self.scale)
        evaluated = _Point(x, value, slope * self.scale)
        if value < self.best.value:
            self.best = evaluated
        return evaluated

    def line(self, here: _Point, down: Floats) -> _Point | None:
        """Return a point of weak Wolfe descent by bisection (Lewis and Overton 2013); None without."""
        low, high, t = 0.0, np.inf, 1.0
        descended: _Point | None = None
        for _ in range(LINE_TRIALS):
            if self.calls >= self.limit:
                return descended
            point = self.at(np.maximum(here.x + t * down, 0.0))
            moved = point.x - here.x
            fall = float((here.slope * moved).sum())
            if fall >= 0:
                return descended
            if point.value > here.value + SUFFICIENT_FALL * fall:
                high = t
            else:
                descended = point
                if float((point.slope * moved).sum()) >= SLOPE_LEFT * fall:
                    return point
                low = t
            t = 0.5 * (low + high) if np.isfinite(high) else 2.0 * t
        return descended


def _descent_direction(slope: Floats, pairs: list[tuple[Floats, Floats]], free: npt.NDArray[np.bool_]) -> Floats:
    """Return the L-BFGS direction among free prices (Nocedal 1980, two loops)."""
    q = -slope
    used = []
    for moved, turned in reversed(pairs):
        s, y = np.where(free, moved, 0.0), np.where(free, turned, 0.0)
        curve = float((s * y).sum())
        if curve > 1e-14 * float((y * y).sum()):
            a = float((s * q).sum()) / curve
            q = q - a * y
            used.append((s, y, curve, a))
    if used:
        s, y, curve, _ = used[0]
        q = q * (curve / float((y * y).sum()))
    for s, y, curve, a in reversed(used):
        q = q + (a - float((y * q).sum()) / curve) * s
    return np.asarray(np.where(free, q, 0.0), dtype=np.float64)
