"""Did the model of incomes do at least as well as simple forecasts on periods it had not seen?

Responsible for the back-test that comes with every fitted model, and for how far a forecast leans on a simple one where
that did better. Not responsible for the model (`povlib.panels.incomes`).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.panels.income_design import read_amounts
from povlib.panels.income_model import IncomeModel, Lean, simulate_amounts
from povlib.panels.long_frame import LongFrame, read_long
from povlib.panels.simple_forecasts import SIMPLE, simple_forecasts

# The last so many periods are foretold from those before. A choice: more tell more, and each costs a fit.
ORIGINS = 3
# Rows of the back-test at most, of whole units; with so many an RMSE is known to less than a hundredth.
MOST_ROWS = 20_000
# With fewer amounts foretold the comparison is left to chance.
LEAST_FORETOLD = 30
DRAWS = 200
"""Possible amounts behind each mean: they add a 200th of the shocks' variance to its error."""
TOLERATED = 1.01
"""A model whose RMSE is above this many times the best simple one's leans on that; twice as much must never be lost."""
_SHARES = (0.75, 0.5, 0.25, 0.0)
MODEL, USED = "model", "used"


def back_test(long: LongFrame, columns: tuple[str, str, str], fit: Callable[[LongFrame], IncomeModel],
              ) -> tuple[pd.DataFrame, Lean]:  # fmt: skip
    """Return the errors of the model and of simple forecasts on the last periods, and what forecasts lean on.

    Parameters
    ----------
    long : LongFrame
    columns : tuple of str
        id, time, amount.
    fit : callable
        Fits the model to a frame. Two periods cannot tell what lasts from what passes: on those it takes the variances
        of the parts from the whole frame, and all else from the two.

    Returns
    -------
    DataFrame
        method ("model", the simple ones, "used"), rmse (in the amounts' unit), foretold (amounts), periods; empty with
        fewer than three periods or too few amounts.
    Lean
    """
    id, time, amount = columns
    some = long.unit % (1 + len(long.unit) // MOST_ROWS) == 0
    known = some & np.isfinite(read_amounts(long.frame[amount]))
    steps = np.unique(long.step[known])
    errors: list[Floats] = []
    for number in range(max(2, len(steps) - ORIGINS), len(steps)):
        before, now = int(steps[number - 1]), int(steps[number])
        past = read_long(long.frame[some & (long.step <= before)], id=id, time=time, clock=long.clock)
        later = np.flatnonzero(known & (long.step == now))
        value = read_amounts(past.frame[amount])
        simple = simple_forecasts(past.unit, past.step, value, np.ones(len(value), dtype=bool), len(past.units))
        who = past.units.get_indexer(long.units[long.unit[later]])
        met = (who >= 0) & np.isfinite(simple.last[who])
        later, who = later[met], who[met]
        if len(later) < LEAST_FORETOLD:
            continue
        at = np.full(len(past.units), now)
        after = long.clock.shown(np.array([before]))[0]
        paths = simulate_amounts(fit(past), now - before, DRAWS, 0, after, None).draws[:, :, -1]
        said = np.column_stack([paths.mean(axis=0, dtype=np.float64), *(simple.at(name, at) for name in SIMPLE)])
        errors.append(said[who] - read_amounts(long.frame[amount])[later, None])
    if not errors:
        return pd.DataFrame({"method": [], "rmse": [], "foretold": [], "periods": []}), Lean()
    every = np.concatenate(errors)
    rmse = np.sqrt((every**2).mean(axis=0))
    best = 1 + int(rmse[1:].argmin())
    share, used = 1.0, float(rmse[0])
    if used > TOLERATED * rmse[best]:
        # Errors of a mixture are the mixture of errors.
        mixed = {s: float(np.sqrt(((s * every[:, 0] + (1 - s) * every[:, best]) ** 2).mean())) for s in _SHARES}
        share = min(mixed, key=lambda one: mixed[one])
        used = mixed[share]
    table = pd.DataFrame({"method": [MODEL, *SIMPLE, USED], "rmse": [*rmse.tolist(), used]})
    return table.assign(foretold=len(every), periods=len(errors)), Lean(SIMPLE[best - 1] if share < 1 else "", share)
