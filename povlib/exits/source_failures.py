"""Sources that fail, drawn once for all that hang on them: wages and dividends of one co-op end together.

Responsible for the month in which each source fails under each draw, for what that leaves of the months an award is
expected to pay, and for the part of their variance that is drawn so. Not responsible for which award hangs on which
source (`povlib.exits.help_effects.award_sources`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from povlib.arrays import Floats, Ints

NEVER = 10**7
"""Month of a source that does not fail under a draw."""


@dataclass(frozen=True)
class Fate:
    """Months that one award is expected to pay while they hang on a source.

    Attributes
    ----------
    source : int
    first : int
        Ordinal of the first month of `months`.
    months : tuple of float
        Expected paid months, month by month; their sum is what the award is expected to pay.
    """

    source: int
    first: int
    months: tuple[float, ...]


def failure_months(hazard: Floats, since: int, ranks: Sequence[Floats]) -> Ints:
    """Return the first month without each source (sources x draws), by the ranks of a standard normal draw.

    Parameters
    ----------
    hazard : array (sources,)
        Chance a month to fail; 0: never.
    since : int
        Ordinal of the month through which every source stands.
    ranks : sequence of array (draws,)
        One for each source. Only their order counts: the draws are spread evenly over the chances (stratified), so that
        the share of draws in which a source stands is right to one draw.

    Examples
    --------
    >>> failure_months(np.array([0.5]), 10, [np.array([0.1, -1.0, 2.0, -3.0])])
    array([[12, 11, 14, 11]])
    """
    count = len(ranks[0]) if len(ranks) else 0
    months = np.full((len(hazard), count), NEVER, dtype=np.int64)
    for source, normal in enumerate(ranks):
        if 0.0 < hazard[source] < 1.0:
            chance = (np.argsort(np.argsort(normal, kind="stable"), kind="stable") + 0.5) / count
            lasts = np.floor(np.log1p(-chance) / np.log1p(-hazard[source]))
            months[source] = since + 1 + np.minimum(lasts, NEVER).astype(np.int64)
    return months


def standing(failures: Ints, months: Ints) -> Floats:
    """Return by month and draw whether a source stands, relative to how often it does: mean 1 in every month.

    Parameters
    ----------
    failures : int array (draws,)
        First month without it.
    months : int array (months,)

    Examples
    --------
    >>> standing(np.array([12, 11, 14, 11]), np.array([10, 11, 12])).tolist()
    [[1.0, 1.0, 1.0, 1.0], [2.0, 0.0, 2.0, 0.0], [0.0, 0.0, 4.0, 0.0]]
    """
    stands = failures[None, :] > months[:, None]
    share = stands.mean(axis=1, keepdims=True)
    # Where it fails under every draw, nothing is left to tell: the mean is kept and only the spread is lost.
    return np.where(share > 0, stands / np.where(share > 0, share, 1.0), 1.0)


def fate_factor(fate: Fate, failures: Ints) -> Floats:
    """Return by draw what an award pays relative to what it is expected to.

    Examples
    --------
    >>> fate_factor(Fate(0, 11, (1.0, 1.0)), np.array([[12, 20, 20, 20]])).round(3).tolist()
    [0.5, 1.167, 1.167, 1.167]
    """
    months = np.asarray(fate.months)
    total = months.sum()
    if total <= 0:
        return np.ones(failures.shape[1])
    at = np.arange(fate.first, fate.first + len(months))
    return np.asarray(months @ standing(failures[fate.source], at) / total)


def together_variance(fate: Fate, hazard: float, since: int) -> float:
    """Return how much of the variance of the months paid comes from the source alone, in months squared.

    Notes
    -----
    With S(t) = (1 - f)^(t - since) the chance that it stands and d_t the expected months, the months expected given
    when it fails are sum_t d_t 1[stands in t] / S(t); since standing later means standing before, the covariance of
    two months is 1 / S(the earlier) - 1.

    Examples
    --------
    >>> together_variance(Fate(0, 11, (0.5,)), 0.5, 10)  # two months or none of 0.5 expected: (1 - 0.5)/0.5 of 0.25
    0.25
    """
    months = np.asarray(fate.months)
    at = np.arange(fate.first, fate.first + len(months))
    stands = (1.0 - hazard) ** np.maximum(at - since, 0)
    earlier = np.maximum(stands[:, None], stands[None, :])
    return float(months @ (1.0 / np.maximum(earlier, 1e-300) - 1.0) @ months)
