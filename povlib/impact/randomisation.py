"""Randomisation inference: how often would chance alone give an effect as large?

Responsible for re-drawing who was helped when, keeping the sizes of the cohorts. It is what is left to
say when a cohort has one or two units. Not responsible for the estimate itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.errors import DataError
from povlib.impact.did import did, unsteady


@dataclass(frozen=True)
class RandomisationTest:
    """Result of re-drawing the help.

    Attributes
    ----------
    estimate : float
        Simple effect in the data.
    p : float
        Share of draws (the data included) with an effect at least as large in size.
    draws : int
    """

    estimate: float
    p: float
    draws: int


def randomisation_test(
    frame: pd.DataFrame,
    *,
    outcome: str,
    unit: str,
    period: str,
    cohort: str,
    control: str = "never",
    cluster: str | None = None,
    draws: int = 499,
    seed: int = 0,
) -> RandomisationTest:
    """Test the sharp hypothesis that help changed nobody's outcome.

    Parameters
    ----------
    frame, outcome, unit, period, cohort, control, cluster
        As in `povlib.impact.did`. With clusters, help is re-drawn between clusters, which must then be
        helped as a whole.
    draws : int
    seed : int

    Raises
    ------
    DataError
        If a cluster holds units of different cohorts, or nothing can be re-drawn.
    """
    base = did(frame, outcome=outcome, unit=unit, period=period, cohort=cohort, control=control)
    observed = float(base.aggregate("simple")["estimate"].iloc[0])
    key = cluster or unit
    if unsteady(frame[key], frame[cohort]):
        raise DataError("a cluster holds units of different cohorts, so help cannot be re-drawn between clusters")
    of_key = frame.drop_duplicates(key).set_index(key)[cohort].sort_index()
    if (of_key == of_key.iloc[0]).all():
        raise DataError("all were helped at the same time, so nothing can be re-drawn")
    rng = np.random.default_rng(seed)
    larger = 1
    for _ in range(draws):
        shuffled = pd.Series(rng.permutation(of_key.to_numpy()), index=of_key.index)
        drawn = frame.assign(**{cohort: frame[key].map(shuffled)})
        made = did(drawn, outcome=outcome, unit=unit, period=period, cohort=cohort, control=control)
        value = float(made.aggregate("simple")["estimate"].iloc[0])
        larger += abs(value) >= abs(observed) * (1 - 1e-12)
    return RandomisationTest(observed, larger / (draws + 1), draws)
