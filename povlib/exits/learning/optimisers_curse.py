"""The optimiser's curse: how much of a promise is only the luck of estimates that led to the choice.

Responsible for the beliefs that are compared (estimates as they are, posterior, halves for cross-fitting)
and for the totals a plan promises under each. Not responsible for projecting or choosing: both are
handed in. Sources: Smith and Winkler (2006); halves of a normal estimate by thinning, Neufeld et al. (2024).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from povlib.errors import DataError, Fault
from povlib.exits.learning.prior_refit import PriorRefit
from povlib.exits.plan_totals import totals
from povlib.exits.projection import Projection

COLUMNS = ("measure", "source", "prior_mean", "prior_sd", "estimate", "se")
Project = Callable[[pd.DataFrame], Projection]
Choose = Callable[[Projection], Iterable[int]]


def posterior_effects(evidence: pd.DataFrame, refit: PriorRefit | None = None) -> pd.DataFrame:
    """Return the posterior of each effect: prior (refitted, if given) and estimate put together.

    Parameters
    ----------
    evidence : DataFrame
        measure, source, prior_mean, prior_sd, estimate, se; where nothing was estimated (NA) the prior stands.
    refit : PriorRefit, optional
        `povlib.exits.refit_priors` on earlier origins.

    Returns
    -------
    DataFrame
        measure, source, mean, sd: what `povlib.exits.project` takes as ``posterior``.

    Notes
    -----
    mean = m + B (y - m), sd = s sqrt(1 - B) with B = s^2 / (s^2 + se^2).

    Examples
    --------
    >>> seen = pd.DataFrame({"measure": ["job"], "source": ["wage"], "prior_mean": [0.5], "prior_sd": [0.1],
    ...                      "estimate": [0.9], "se": [0.1]})
    >>> posterior_effects(seen)[["mean", "sd"]].round(3).values.tolist()
    [[0.7, 0.071]]
    """
    lost = [name for name in COLUMNS if name not in evidence.columns]
    if lost:
        raise DataError(Fault("the frame has no column {column}", values={"column": name}) for name in lost)
    rows = evidence if refit is None else refit.apply(evidence)
    mean, sd, estimate, se = (rows[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in COLUMNS[2:])
    seen = np.isfinite(estimate) & (se > 0)
    share = np.where(seen, sd**2 / (sd**2 + np.where(seen, se, 1.0) ** 2), 0.0)
    moved = mean + share * (np.where(seen, estimate, mean) - mean)
    return rows[["measure", "source"]].assign(mean=moved, sd=sd * np.sqrt(1.0 - share))


def plug_in_effects(evidence: pd.DataFrame) -> pd.DataFrame:
    """Return the estimates themselves, the prior where there is none: what a naive plan would go by."""
    seen = evidence["estimate"].notna() & (evidence["se"] > 0)
    mean = evidence["estimate"].where(seen, evidence["prior_mean"])
    return evidence[["measure", "source"]].assign(mean=mean, sd=evidence["se"].where(seen, evidence["prior_sd"]))


def independent_halves(evidence: pd.DataFrame, seed: int = 2016) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return two independent halves of the evidence: estimates with noise added and taken away, se x sqrt 2.

    y + e and y - e with e ~ N(0, se^2) drawn anew are independent given the truth, each with variance 2 se^2.

    Examples
    --------
    >>> seen = pd.DataFrame({"estimate": [1.0], "se": [0.5]})
    >>> one, two = independent_halves(seen, seed=1)
    >>> float((one["estimate"] + two["estimate"]).iloc[0]), round(float(one["se"].iloc[0]), 3)
    (2.0, 0.707)
    """
    noise = np.random.default_rng([seed, 13]).standard_normal(len(evidence)) * evidence["se"].astype("float64")
    wider = evidence["se"] * np.sqrt(2.0)
    one, two = (evidence.assign(estimate=evidence["estimate"] + sign * noise, se=wider) for sign in (1.0, -1.0))
    return one, two


def optimisers_curse(
    evidence: pd.DataFrame, project: Project, choose: Choose, *, refit: PriorRefit | None = None, seed: int = 2016
) -> pd.DataFrame:
    """Return what plans promise under each belief, and the optimism of choosing by noisy estimates.

    Parameters
    ----------
    evidence : DataFrame
        As for `posterior_effects`.
    project : callable
        Effects (measure, source, mean, sd) -> `Projection`.
    choose : callable
        `Projection` -> packages chosen (row numbers as in ``Projection.frame["package"]``).
    refit : PriorRefit, optional
    seed : int
        Of the halves.

    Returns
    -------
    DataFrame
        key (plug_in, shrunken, cross_fitted, optimism), persons, additional. ``plug_in``: chosen and valued by
        the estimates. ``shrunken``: chosen and valued by the posterior; what a paper promises.
        ``cross_fitted``: chosen by one half of the evidence and valued by the other, both ways round and
        averaged. ``optimism``: plug-in less shrunken.
    """
    posterior = posterior_effects(evidence, refit)
    plain = project(plug_in_effects(evidence))
    shrunken = project(posterior)
    rows = [
        ("plug_in", *_promised_totals(plain, choose(plain))),
        ("shrunken", *_promised_totals(shrunken, choose(shrunken))),
    ]
    one, two = (project(posterior_effects(half, refit)) for half in independent_halves(evidence, seed))
    crossed = [_promised_totals(one, choose(two)), _promised_totals(two, choose(one))]
    rows.append(("cross_fitted", *np.mean(crossed, axis=0).tolist()))
    rows.append(("optimism", rows[0][1] - rows[1][1], rows[0][2] - rows[1][2]))
    return pd.DataFrame(rows, columns=["key", "persons", "additional"])


def _promised_totals(projection: Projection, chosen: Iterable[int]) -> tuple[float, float]:
    sums = totals(projection, chosen)
    return sums.persons, sums.additional
