"""Moving the common prices: pure functions of a bound and its slope.

Responsible for minimising a convex bound over prices >= 0 by L-BFGS-B (Byrd, Lu, Nocedal and Zhu
1995), each price in its own scale, and for the corrected minimisation of a sample's bound that
saves passes over everything. Not responsible for what a pass is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bound = Callable[[Floats], tuple[float, Floats]]
"""Bound and slope (capacity less use) at some prices."""
#: prices start from this part of the scale where nothing is known
SMALLEST = 1e-3


class _Enough(Exception):
    """The bound fell below what any plan is worth."""


def scale_of(cap: Floats, worth: float) -> Floats:
    """Return the size of each price: the value at stake over the capacity, shared by the rows."""
    return np.asarray(worth / np.maximum(np.abs(cap), 1.0) / max(len(cap), 1), dtype=np.float64)


def minimise(bound: Bound, start: Floats, scale: Floats, calls: int, floor: float = -np.inf, near: float = 0.0) -> Floats:
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
        Stop when a step gains less than this part of the bound.

    Examples
    --------
    >>> def bound(p):
    ...     return float(((p - 2.0) ** 2).sum()), 2.0 * (p - 2.0)
    >>> minimise(bound, np.array([5.0, 0.0]), np.ones(2), 20).round(6).tolist()
    [2.0, 2.0]
    """
    from scipy.optimize import minimize

    best = [np.inf, start.copy()]

    def slope(x: Floats) -> tuple[float, Floats]:
        price = x * scale
        value, gradient = bound(price)
        if value < best[0]:
            best[:] = [value, price.copy()]
        if value < floor:
            raise _Enough
        return value / unit, gradient * scale / unit

    if not len(start):
        bound(start)
        return start
    unit = max(abs(bound(start)[0]), 1.0)
    try:
        minimize(
            slope, start / scale, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(start),
            options={"maxfun": calls, "maxiter": calls, "ftol": near, "gtol": 0.0},
        )  # fmt: skip
    except _Enough:
        pass
    return np.asarray(best[1], dtype=np.float64)


def corrected(bound: Bound, here: Floats, slope: Floats, calls: int, scale: Floats) -> Floats:
    """Minimise a sample's bound tilted so that its slope at `here` is that of everything.

    Parameters
    ----------
    bound : callable
        The sample's, scaled up to everything.
    here : float (C,)
        Prices at which `slope` was found by a full pass.

    Notes
    -----
    The tilt is the same as correcting the sample's capacities; one full pass then brings the bound
    about a hundred times nearer to its least value.
    """
    tilt = slope - bound(here)[1]

    def tilted(price: Floats) -> tuple[float, Floats]:
        value, own = bound(price)
        return value + float(tilt @ price), own + tilt

    return minimise(tilted, here, np.maximum(here, SMALLEST * scale), calls)
