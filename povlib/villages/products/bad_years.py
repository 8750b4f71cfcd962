"""The mean of the worst years: conditional value at risk of an income, over years that are equally likely."""

from __future__ import annotations

import numpy as np

from povlib.arrays import Floats


def worst_years_mean(incomes: Floats, share: float) -> float:
    """Return the mean income of the worst `share` of the years; a year that lies across the border counts in part.

    The lower tail mean of Rockafellar and Uryasev (2000), Optimization of conditional value-at-risk, Journal of Risk 2:
    the largest value over t of  t - mean(max(t - income, 0)) / share.

    Examples
    --------
    >>> worst_years_mean(np.array([4.0, 1.0, 2.0, 3.0]), 0.5), worst_years_mean(np.array([4.0, 1.0]), 1.0)
    (1.5, 2.5)
    """
    # the best t is one of the incomes: the expression is concave and bends only there
    excess = np.maximum(incomes[:, None] - incomes[None, :], 0.0).mean(axis=1)
    return float((incomes - excess / share).max())
