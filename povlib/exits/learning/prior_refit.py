"""The prior of effects refitted on earlier estimates: shrinkage is only as good as its prior.

Responsible for empirical Bayes of two numbers, how far all prior means are off together and how far all
prior spreads are, from estimates made at earlier origins. Not responsible for those estimates
(`povlib.impact`) or for choosing (`povlib.allocation`). Source: Morris (1983), parametric empirical
Bayes; the two numbers are integrated over, not plugged in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.errors import DataError, Fault
from povlib.exits.projection_constants import projection_constants
from povlib.params import Catalogue

COLUMNS = ("prior_mean", "prior_sd", "estimate", "se")
# Grid over how far the means are off together and over the log of the spread, each to 4 standard deviations: steps of
# a twentieth and a fifteenth of one. A choice: fine beside the width of the prior, and quick.
_SHIFTS, _SCALES = 161, 121
_REACH = 4.0


@dataclass(frozen=True)
class PriorRefit:
    """What earlier estimates make of the priors.

    Attributes
    ----------
    shift, shift_sd : float
        How many prior standard deviations all means must be moved, and how sure that is.
    scale : float
        By what all prior spreads must be multiplied (root mean square).
    n : int
        Estimates used.
    """

    shift: float
    shift_sd: float
    scale: float
    n: int

    def apply(self, priors: pd.DataFrame) -> pd.DataFrame:
        """Return priors with ``prior_mean`` and ``prior_sd`` refitted; the other columns stay.

        Examples
        --------
        >>> PriorRefit(-0.5, 0.0, 2.0, 9).apply(pd.DataFrame({"prior_mean": [10.0], "prior_sd": [4.0]})).values.tolist()
        [[8.0, 8.0]]
        """
        mean, sd = (priors[name].to_numpy(dtype=np.float64) for name in ("prior_mean", "prior_sd"))
        return priors.assign(prior_mean=mean + self.shift * sd, prior_sd=sd * np.hypot(self.scale, self.shift_sd))


def refit_priors(earlier: pd.DataFrame, catalogue: Catalogue) -> PriorRefit:
    """Return how the priors must be moved, given estimates from earlier origins.

    Parameters
    ----------
    earlier : DataFrame
        prior_mean, prior_sd (as believed), estimate, se: one row an effect and earlier origin (or place). Rows
        without an estimate or error do not count; none at all leave the priors as they are.
    catalogue : Catalogue
        How far priors are expected to be off together (``exits.yaml``).

    Returns
    -------
    PriorRefit

    Raises
    ------
    DataError
        If a column is missing or a spread is not above 0.

    Notes
    -----
    estimate ~ N(m + a s, b^2 s^2 + se^2) with prior mean m and spread s; a normal about 0, log b normal
    about 0. Both are integrated over on a grid; the refitted spread is s sqrt(E b^2 + var a).

    Examples
    --------
    >>> from povlib import params, places
    >>> rng = np.random.default_rng(1)
    >>> truth = rng.normal(0.0, 0.5, 400)
    >>> seen = pd.DataFrame({"prior_mean": 1.0, "prior_sd": 1.0, "estimate": rng.normal(truth, 1.0), "se": 1.0})
    >>> refit = refit_priors(seen, params.load(places.PARAMS))
    >>> bool(-1.2 < refit.shift < -0.8), bool(0.4 < refit.scale < 0.7)
    (True, True)
    """
    rows = _complete_estimates(earlier)
    prior = projection_constants(catalogue)
    if not len(rows) or prior.prior_shift_sd == 0.0 == prior.prior_scale_sd:
        return PriorRefit(0.0, 0.0, 1.0, len(rows))
    mean, sd, estimate, se = (rows[name].to_numpy(dtype=np.float64) for name in COLUMNS)
    shift = _grid_of_normal(_SHIFTS, prior.prior_shift_sd)
    scale = np.exp(_grid_of_normal(_SCALES, prior.prior_scale_sd))
    log = -0.5 * (
        _squared_standardised(shift, prior.prior_shift_sd)[:, None]
        + _squared_standardised(np.log(scale), prior.prior_scale_sd)
    )
    for m, s, y, v in zip(mean, sd, estimate, se, strict=True):
        variance = (scale * s) ** 2 + v**2
        log = log - 0.5 * ((y - m - shift[:, None] * s) ** 2 / variance + np.log(variance))
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    by_shift, by_scale = weight.sum(axis=1), weight.sum(axis=0)
    middle = float(by_shift @ shift)
    return PriorRefit(
        middle, float(np.sqrt(by_shift @ (shift - middle) ** 2)), float(np.sqrt(by_scale @ scale**2)), len(rows)
    )


def _grid_of_normal(points: int, sd: float) -> Floats:
    return np.linspace(-_REACH * sd, _REACH * sd, points) if sd > 0 else np.zeros(1)


def _squared_standardised(values: Floats, sd: float) -> Floats:
    return (values / sd) ** 2 if sd > 0 else np.zeros(len(values))


def _complete_estimates(earlier: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have all numbers and an error above 0; refuse missing columns and priors without spread."""
    lost = [name for name in COLUMNS if name not in earlier.columns]
    if lost:
        raise DataError(Fault("the frame has no column {column}", values={"column": name}) for name in lost)
    rows = earlier[list(COLUMNS)].astype("Float64")
    known = rows.notna().all(axis=1) & (rows["se"] > 0).fillna(False)
    rows = rows.loc[known].astype("float64")
    if (rows["prior_sd"] <= 0).any():
        raise DataError("{n} priors have no spread above 0", where="prior_sd", n=int((rows["prior_sd"] <= 0).sum()))
    return rows
