"""Price risk from the office's own series: each year on record may happen again, with all its products together.

The trend is taken out: the logarithm of each price is fitted by a straight line over the years, and each year's
distance from its line is put on the level of the last year's line. Years stay whole, so products that fell together
fall together here too: the correlation is that of the record, and no distribution is assumed.

Responsible for prices by year. Not responsible for quantities.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.errors import DataError


def prices_by_year(series: pd.DataFrame) -> pd.DataFrame:
    """Return what each year's swing makes of the last year's level: years (index) by products, in the unit of `series`.

    Parameters
    ----------
    series : DataFrame
        Years (index) by products: average prices, above 0, none missing.

    Raises
    ------
    DataError
        If a price is missing or not above 0, or there are fewer than three years.

    Examples
    --------
    >>> steady = pd.DataFrame({"tea": [50.0, 55.0, 60.5]}, index=[2013, 2014, 2015])
    >>> prices_by_year(steady)["tea"].round(6).tolist()  # a steady rise is no risk
    [60.5, 60.5, 60.5]
    """
    values = series.to_numpy(dtype=np.float64)
    if len(values) < 3 or not np.isfinite(values).all() or (values <= 0).any():
        raise DataError("a series of prices needs three years at least, every price known and above 0")
    years = np.asarray(series.index, dtype=np.float64)
    logs = np.log(values)
    design = np.column_stack([np.ones_like(years), years - years.mean()])
    line = design @ np.linalg.lstsq(design, logs, rcond=None)[0]
    return pd.DataFrame(np.exp(line[-1] + logs - line), index=series.index, columns=series.columns)


def swing_correlation(prices: pd.DataFrame) -> pd.DataFrame:
    """Return the correlation of the products' swings over the years (of the logarithms of `prices_by_year`).

    A product whose price does not swing goes with no other: 0.
    """
    swings = np.log(prices.to_numpy(dtype=np.float64))
    swings = swings - swings.mean(axis=0)
    size = np.sqrt((swings**2).sum(axis=0))
    steady = size < 1e-12
    scaled = swings / np.where(steady, 1.0, size)
    found = np.where(steady[:, None] | steady[None, :], 0.0, scaled.T @ scaled)
    np.fill_diagonal(found, 1.0)
    return pd.DataFrame(found, index=prices.columns, columns=prices.columns)
