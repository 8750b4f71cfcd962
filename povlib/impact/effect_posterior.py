"""The effect used for planning: prior and local records put together, the prior's share shown.

Responsible for the normal hierarchical posterior of each measure's effect, pooled partly over
villages, livelihoods or measures. Not responsible for the priors (``params/support.yaml``) or for
writing anything back: the posterior is an artefact of the run.

Source: Gelman et al. (2013), Bayesian Data Analysis, chapter 5 (integrated over the spread by grid).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.errors import DataError, Fault

# Points of the spread between groups over which the posterior is summed, up to four scales of its half-normal prior
# (6e-5 of its mass lies beyond). The tests hold the result against integration by simulation.
_SPREAD_GRID_POINTS = 200


@dataclass(frozen=True)
class Prior:
    """What was believed before looking at local records.

    Parameters
    ----------
    mean, sd : float
        In units of the effect.
    transport : float
        Factor on the mean for a place unlike the source's (1: as it is).
    transport_sd : float
        Spread added for the same reason, in units of the effect.
    """

    mean: float
    sd: float
    transport: float = 1.0
    transport_sd: float = 0.0

    def __post_init__(self) -> None:
        if not (self.sd > 0 and self.transport_sd >= 0 and np.isfinite(self.mean)):
            raise DataError("a prior needs a mean and a spread above 0", where="prior")

    @property
    def centre(self) -> float:
        """Mean after transport."""
        return self.mean * self.transport

    @property
    def variance(self) -> float:
        """Variance after transport."""
        return self.sd**2 + self.transport_sd**2


def posterior(
    estimates: pd.DataFrame, priors: dict[str, Prior], *, spread: float | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Put priors and local estimates together.

    Parameters
    ----------
    estimates : DataFrame
        measure, group, estimate, se, usable; one row a measure and group (a village, a livelihood, or
        one group for all). Rows that are not usable do not count.
    priors : dict
        Measure -> `Prior`.
    spread : float, optional
        Scale of the half-normal prior of the spread of a measure's effect between groups; default
        half the prior's standard deviation. With a single group the spread is not used.
    level : float

    Returns
    -------
    DataFrame
        measure, group (NA: the measure as a whole), estimate, se (local), prior_mean, prior_sd, mean, sd,
        low, high, prior_share (0-1: how much of the posterior mean is the prior's mean), status
        ("posterior", or "prior" where nothing usable is recorded).

    Notes
    -----
    For one group the prior's share is ``s^2 / (s^2 + v^2)`` with s the local standard error and v the
    prior's standard deviation.

    Examples
    --------
    >>> local = pd.DataFrame({"measure": ["job"], "group": ["all"], "estimate": [10.0], "se": [3.0], "usable": [True]})
    >>> made = posterior(local, {"job": Prior(4.0, 3.0), "cow": Prior(1.0, 2.0)})
    >>> made.set_index("measure")[["mean", "prior_share", "status"]].T.to_dict("list")
    {'cow': [1.0, 1.0, 'prior'], 'job': [7.0, 0.5, 'posterior']}
    """
    lost = [name for name in ("measure", "group", "estimate", "se", "usable") if name not in estimates.columns]
    if lost:
        raise DataError(
            Fault("table {table} has no column {column}", values={"table": "estimates", "column": name})
            for name in lost
        )
    unknown = sorted(set(estimates["measure"]) - set(priors))
    if unknown:
        raise DataError("there is no prior for {measures}", where="support.yaml", measures=", ".join(unknown))
    good = estimates[estimates["usable"].astype(bool) & (estimates["se"] > 0) & estimates["estimate"].notna()]
    tables = [
        _posterior_of_measure(key, priors[key], good[good["measure"] == key], spread, level) for key in sorted(priors)
    ]
    return pd.concat(tables, ignore_index=True)


def _posterior_of_measure(
    key: str, prior: Prior, rows: pd.DataFrame, spread: float | None, level: float
) -> pd.DataFrame:
    y, s = rows["estimate"].to_numpy(dtype=np.float64), rows["se"].to_numpy(dtype=np.float64)
    if len(y) < 2:
        made = [_single_posterior(prior, y, s)]
        groups: list[object] = [rows["group"].iloc[0] if len(y) else pd.NA]
        local = [(y[0], s[0]) if len(y) else (np.nan, np.nan)]
    else:
        scale = spread if spread is not None else float(np.sqrt(prior.variance)) / 2
        made = _pooled_posteriors(prior, y, s, scale)
        groups = [pd.NA, *rows["group"]]
        precision = 1 / s**2
        local = [(float(precision @ y / precision.sum()), float(precision.sum() ** -0.5)), *zip(y, s, strict=True)]
    table = pd.DataFrame(made, columns=["mean", "sd", "prior_share"])
    table.insert(0, "measure", key)
    table.insert(1, "group", groups)
    table[["estimate", "se"]] = np.array(local, dtype=np.float64)
    table["prior_mean"], table["prior_sd"] = prior.centre, np.sqrt(prior.variance)
    half = _normal_quantile(level) * table["sd"]
    table["low"], table["high"] = table["mean"] - half, table["mean"] + half
    table["status"] = "posterior" if len(y) else "prior"
    columns = ["measure", "group", "estimate", "se", "prior_mean", "prior_sd", "mean", "sd"]
    return table[[*columns, "low", "high", "prior_share", "status"]]


def _normal_quantile(level: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf(0.5 + level / 2))


def _single_posterior(prior: Prior, y: Floats, s: Floats) -> tuple[float, float, float]:
    if not len(y):
        return prior.centre, float(np.sqrt(prior.variance)), 1.0
    share = float(s[0] ** 2 / (s[0] ** 2 + prior.variance))
    mean = share * prior.centre + (1 - share) * float(y[0])
    return mean, float(np.sqrt((1 - share) * s[0] ** 2)), share


def _pooled_posteriors(prior: Prior, y: Floats, s: Floats, scale: float) -> list[tuple[float, float, float]]:
    """Integrate over the spread between groups on a grid; given it, everything is normal."""
    grid = np.linspace(0, 4 * scale, _SPREAD_GRID_POINTS + 1)[1:] - 2 * scale / _SPREAD_GRID_POINTS
    total = s[None, :] ** 2 + grid[:, None] ** 2
    precision = (1 / total).sum(axis=1) + 1 / prior.variance
    centre = ((y / total).sum(axis=1) + prior.centre / prior.variance) / precision
    # log marginal of y given the spread, its prior a half-normal
    squares = ((y - centre[:, None]) ** 2 / total).sum(axis=1) + (prior.centre - centre) ** 2 / prior.variance
    log = -0.5 * (np.log(total).sum(axis=1) + np.log(precision) + squares) - 0.5 * (grid / scale) ** 2
    weight = np.exp(log - log.max())
    weight = weight / weight.sum()
    share_of_prior = 1 / prior.variance / precision
    result = [_mixture_moments(weight, centre, 1 / precision, share_of_prior)]
    for j in range(len(y)):
        pull = s[j] ** 2 / total[:, j]  # how much of the group's estimate gives way to the common mean
        mean = (1 - pull) * y[j] + pull * centre
        variance = (1 - pull) * s[j] ** 2 + pull**2 / precision
        result.append(_mixture_moments(weight, mean, variance, pull * share_of_prior))
    return result


def _mixture_moments(weight: Floats, mean: Floats, variance: Floats, share: Floats) -> tuple[float, float, float]:
    centre = float(weight @ mean)
    return centre, float(np.sqrt(weight @ (variance + (mean - centre) ** 2))), float(weight @ share)
