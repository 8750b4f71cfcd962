"""What the record says about the next projection: recalibration by earlier origins, with its own dates.

Responsible for fitting it on outcomes that were known when the next projection is made, and for the total it
would give. Not responsible for changing a projection: a plan is printed as projected, the correction beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.calendar import Month
from povlib.review.backtest import ENOUGH
from povlib.review.forecast_metrics import Calibration, calibration


@dataclass(frozen=True)
class Correction:
    """How earlier chances would have to be moved to fit what came true.

    Attributes
    ----------
    fit : Calibration
        Of logit P(outcome) on logit p, clustered by village.
    first, last : int
        Months (ordinals) of the earliest and latest origin it was fitted on.
    known_by : int
        The month (ordinal) by which every outcome used was known.
    rows : int
        Household-origins.
    """

    fit: Calibration
    first: int
    last: int
    known_by: int
    rows: int

    def persons(self, p: npt.ArrayLike, members: npt.ArrayLike) -> float:
        """Return the expected persons once the chances are corrected.

        Examples
        --------
        >>> unmoved = Correction(Calibration(0.0, 1.0, 0.1, 0.1, 0.0), 24171, 24187, 24195, 500)
        >>> round(unmoved.persons([0.5, 0.25], [2, 4]), 6)
        2.0
        """
        return float(np.asarray(members, dtype=np.float64) @ self.fit.apply(p))


def correction(rows: pd.DataFrame, known_by: Month) -> Correction | None:
    """Return the correction that outcomes known by a month ask for; None while they are too few or all alike.

    Parameters
    ----------
    rows : DataFrame
        p, outcome, village, origin, horizon (ordinals): ``Backtest.known()``, or scored promises.
    known_by : Month
        Only outcomes of horizons up to this month are used.
    """
    mine = rows.loc[rows["horizon"] <= known_by.ordinal].dropna(subset=["p", "outcome"])
    if len(mine) < ENOUGH or mine["outcome"].nunique() < 2:
        return None
    p, outcome = (mine[name].to_numpy(dtype=np.float64) for name in ("p", "outcome"))
    fit = calibration(p, outcome, mine["village"].to_numpy())
    return Correction(fit, int(mine["origin"].min()), int(mine["origin"].max()), int(mine["horizon"].max()), len(mine))
