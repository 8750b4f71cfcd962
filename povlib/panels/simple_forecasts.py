"""What anyone would say without a model: the last value, that plus the mean change, or the unit's mean.

Responsible for the three forecasts that a model must not lose to. Not responsible for the comparison
(`povlib.panels.income_backtest`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Bools, Floats, Ints

LAST, LAST_AND_CHANGE, UNIT_MEAN = "last value", "last value plus mean change", "unit mean"
SIMPLE = (LAST, LAST_AND_CHANGE, UNIT_MEAN)


@dataclass(frozen=True)
class SimpleForecasts:
    """Last known amount and its step, mean amount (NaN where none is known), and the mean change a step of all units.

    Attributes
    ----------
    last, mean : array (units)
    step : int array (units)
    change : float
    """

    last: Floats
    mean: Floats
    step: Ints
    change: float

    def at(self, name: str, step: Ints) -> Floats:
        """Return what one of `SIMPLE` says of each unit at a step."""
        if name == UNIT_MEAN:
            return self.mean
        return self.last + (self.change * (step - self.step) if name == LAST_AND_CHANGE else 0.0)


def simple_forecasts(unit: Ints, step: Ints, value: Floats, used: Bools, units: int) -> SimpleForecasts:
    """Return the simple forecasts from the known amounts of rows in use (rows in order of unit and step).

    Examples
    --------
    >>> unit, step = np.array([0, 0, 1]), np.array([0, 2, 1])
    >>> made = simple_forecasts(unit, step, np.array([1.0, 5.0, 7.0]), np.ones(3, dtype=bool), 2)
    >>> made.at("last value plus mean change", np.array([3, 3])).tolist(), made.mean.tolist()
    ([7.0, 11.0], [3.0, 7.0])
    """
    rows = np.flatnonzero(used & np.isfinite(value))
    who, at, amount = unit[rows], step[rows], value[rows]
    count = np.bincount(who, minlength=units)
    total = np.bincount(who, amount, minlength=units)
    ends = np.cumsum(count) - 1
    none = count == 0
    last = np.where(none, np.nan, amount[ends] if len(amount) else np.nan)
    same = np.flatnonzero(who[1:] == who[:-1])
    # A change over several steps counts as that many changes of one.
    lengths = (at[same + 1] - at[same]).sum()
    change = float((amount[same + 1] - amount[same]).sum() / lengths) if len(same) else 0.0
    mean = np.where(none, np.nan, total / np.maximum(count, 1))
    return SimpleForecasts(last, mean, np.where(none, 0, at[ends] if len(at) else 0), change)
