"""Where a unit's own history leaves it: its level, its lingering part and its drift, filtered.

Responsible for the Kalman filter over units of an unbalanced panel. Not responsible for the variances
(`povlib.panels.variance_components`). Source: Harvey (1989).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints
from povlib.panels.variance_components import VarianceComponents


@dataclass(frozen=True)
class UnitStanding:
    """What each unit's history says at a step of its level, persistent part and drift a step.

    Attributes
    ----------
    mean : array (units x 3)
    covariance : array (units x 3 x 3)
    """

    mean: Floats
    covariance: Floats


def filter_standing(
    parts: VarianceComponents, units: int, unit: Ints, step: Ints, residual: Floats, at: Ints, own: Floats | None = None
) -> tuple[UnitStanding, Floats]:
    """Filter the residuals of every unit up to its step `at` (Kalman), and return the standardised innovations by row.

    Parameters
    ----------
    parts : VarianceComponents
    units : int
    unit, step : int array (rows)
        In any order; a step that is missing is a step without news.
    residual : array (rows, or rows x columns)
        Several columns are filtered alike (what regressors become); the standing is then that of the first.
    at : int array (units)
        Step at which each unit's standing is wanted; rows after it do not count (their innovation is nan).
    own : array (units), optional
        How much larger than usual the unit's shocks are (1: as usual).
    """
    columns = residual[:, None] if residual.ndim == 1 else residual
    times = np.ones(units) if own is None else own**2
    mean = np.zeros((units, 3, columns.shape[1]))
    variance = np.zeros((units, 3, 3))
    variance[:, 0, 0], variance[:, 1, 1], variance[:, 2, 2] = parts.permanent, parts.persistent * times, parts.slope
    moves = np.array([[1.0, 0.0, 1.0], [0.0, parts.rho, 0.0], [0.0, 0.0, 1.0]])
    seen = np.array([1.0, 1.0, 0.0])
    first = np.full(units, np.iinfo(np.int64).max)
    np.minimum.at(first, unit, step)
    news = np.full(columns.shape, np.nan)
    order = np.argsort(step, kind="stable")
    bounds = np.searchsorted(step[order], np.arange(int(at.max(initial=0)) + 2))
    for now in range(int(at.max(initial=-1)) + 1):
        rows = order[bounds[now] : bounds[now + 1]]
        rows = rows[now <= at[unit[rows]]]
        who = unit[rows]
        loads = variance[who] @ seen
        spread = np.maximum(loads @ seen + parts.transitory * times[who], 1e-12)
        surprise = columns[rows] - np.einsum("i,uik->uk", seen, mean[who])
        news[rows] = surprise / np.sqrt(spread)[:, None]
        gain = loads / spread[:, None]
        mean[who] += gain[:, :, None] * surprise[:, None, :]
        variance[who] -= gain[:, :, None] * loads[:, None, :]
        # A unit stays as it stands at the step it was asked for, and before its first row, while the others go on.
        on = np.flatnonzero((now < at) & (now >= first))
        mean[on] = moves @ mean[on]
        moved = moves @ variance[on] @ moves.T
        moved[:, 0, 0] += parts.walk * times[on]
        moved[:, 1, 1] += (1 - parts.rho**2) * parts.persistent * times[on]
        variance[on] = moved
    return UnitStanding(mean[:, :, 0], variance), news.reshape(residual.shape)
