"""Randomisation inference: how often would chance alone give an effect as large?

Responsible for re-drawing who was helped when, keeping the sizes of the cohorts. It is what is left to
say when a cohort has one or two units. Not responsible for the estimate itself.

Source: Fisher (1935); MacKinnon and Webb (2020) for few treated clusters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib.arrays import Ints
from povlib.errors import DataError
from povlib.impact.cohort_panels import CohortPanel, cohort_panel
from povlib.impact.difference_in_differences import Comparison, simple_effect


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
    covariates: Sequence[str] | str = (),
    control: str = "never",
    trends: str = "parallel",
    anticipation: int = 0,
    cluster: str | None = None,
    weight: str | None = None,
    draws: int = 499,
    seed: int = 0,
) -> RandomisationTest:
    """Test the sharp hypothesis that help changed nobody's outcome.

    Parameters
    ----------
    frame, outcome, unit, period, cohort, covariates, control, trends, anticipation, cluster, weight
        As in `povlib.impact.did`. With clusters, help is re-drawn between clusters, which must then be
        helped as a whole.
    draws : int
        Re-drawings; p can be no smaller than 1 / (draws + 1).
    seed : int

    Raises
    ------
    DataError
        If a cluster holds units of different cohorts, or nothing can be re-drawn.

    Examples
    --------
    >>> rows = [(u, t, u + t + 9 * (u == 0 and t == 2), 2 if u == 0 else 0) for u in range(20) for t in (1, 2)]
    >>> frame = pd.DataFrame(rows, columns=["hh", "t", "y", "first"])
    >>> randomisation_test(frame, outcome="y", unit="hh", period="t", cohort="first", draws=99).p <= 0.1
    True
    """
    if not draws >= 1:
        raise DataError("{value} is no choice", where="draws", allowed="1, 2, 3, ...", value=draws)
    how = Comparison(control, trends=trends, anticipation=anticipation)
    panel = cohort_panel(frame, outcome, unit, period, cohort, covariates, cluster, weight, anticipation)
    codes = np.arange(len(panel.first)) if panel.cluster is None else panel.cluster
    of_cluster = np.full(int(codes.max()) + 1, np.nan)
    of_cluster[codes] = panel.first
    if (of_cluster[codes] != panel.first).any():
        raise DataError("a cluster holds units of different cohorts, so help cannot be re-drawn between clusters")
    if (of_cluster == of_cluster[0]).all():
        raise DataError("all were helped at the same time, so nothing can be re-drawn")
    observed, rng = simple_effect(panel, how), np.random.default_rng(seed)
    values = [_redrawn_effect(panel, how, codes, rng.permutation(of_cluster)) for _ in range(draws)]
    larger = 1 + sum(abs(value) >= abs(observed) * (1 - 1e-12) for value in values)
    return RandomisationTest(observed, larger / (draws + 1), draws)


def _redrawn_effect(panel: CohortPanel, how: Comparison, codes: Ints, of_cluster: np.ndarray) -> float:
    try:
        return simple_effect(replace(panel, first=of_cluster[codes]), how)
    except DataError:  # a draw that cannot be compared (gaps, separation) counts against the effect
        return float("inf")
