"""Harvests that are good or bad: drawn for each village and product, alike as far as weather and pests are shared.

A year's weather hits every product of the township, pests and diseases one product in every village, hail and frost all
products of one village; the rest is the field's own. Each price year of the record is crossed with each draw of
harvests, so that the mean income is what prices alone say and only its spread grows.

Responsible for factors on output. Not responsible for prices (`price_years`) or for how much a product swings, which
stands in ``products.yaml``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.errors import DataError


class HarvestShares(NamedTuple):
    """Parts of the variance of a harvest (of its logarithm) that others share; they sum to 1 at most.

    Attributes
    ----------
    year : float
        All products of all villages.
    product : float
        A product, in every village.
    village : float
        A village, with all its products.
    """

    year: float
    product: float
    village: float


def harvest_factors(
    pairs: Sequence[tuple[str, str]], spread: Mapping[str, float], shares: HarvestShares, draws: int, seed: int
) -> pd.DataFrame:
    """Return what harvests are relative to an ordinary one: draws (rows) by (village, product).

    Parameters
    ----------
    pairs : sequence of (village, product)
    spread : mapping
        Product -> standard deviation of the logarithm of its harvest; a product that is not there has ordinary ones.
    shares : HarvestShares
    draws : int
        Two at least; the mean over them is 1 in every column.
    seed : int
        Draws are seeded by name: one village or product more leaves the others' as they were.

    Raises
    ------
    DataError
        If shares are negative or sum to more than 1, a spread is negative, or there are fewer than two draws.

    Notes
    -----
    log h = s (sqrt(a) Z_year + sqrt(b) Z_product + sqrt(c) Z_village + sqrt(1 - a - b - c) Z_own), all Z standard
    normal, so that the correlation of two logarithms is a, plus b for the same product, plus c for the same village.

    Examples
    --------
    >>> made = harvest_factors([("A", "tea"), ("B", "tea")], {"tea": 0.2}, HarvestShares(0.0, 1.0, 0.0), 4, 1)
    >>> bool((made["A", "tea"] == made["B", "tea"]).all()), round(float(made["A", "tea"].mean()), 9)
    (True, 1.0)
    """
    if draws < 2 or min(shares) < 0 or sum(shares) > 1 + 1e-9 or any(size < 0 for size in spread.values()):
        raise DataError("harvests need two draws at least, shares that sum to 1 at most, and no spread below 0")
    own = max(1.0 - sum(shares), 0.0)
    columns = {}
    for village, product in pairs:
        parts = (
            (shares.year, "year"), (shares.product, f"product:{product}"), (shares.village, f"village:{village}"),
            (own, f"own:{village}:{product}"),
        )  # fmt: skip
        score = sum(np.sqrt(share) * _normal(seed, name, draws) for share, name in parts if share > 0)
        factor = np.exp(spread.get(product, 0.0) * np.asarray(score))
        columns[village, product] = factor / factor.mean()
    made = pd.DataFrame(columns, index=pd.RangeIndex(draws, name="draw"))
    if not columns:
        made.columns = pd.MultiIndex.from_tuples([], names=["village", "product"])
    return made


def crossed(prices: pd.DataFrame, harvests: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return prices and harvests of every year of prices with every draw of harvests, row for row.

    Examples
    --------
    >>> prices = pd.DataFrame({"tea": [50.0, 60.0]}, index=[2014, 2015])
    >>> harvests = pd.DataFrame({("A", "tea"): [0.5, 1.5]})
    >>> both = crossed(prices, harvests)
    >>> both[0]["tea"].tolist(), both[1]["A", "tea"].tolist()
    ([50.0, 50.0, 60.0, 60.0], [0.5, 1.5, 0.5, 1.5])
    """
    years, draws = np.repeat(np.arange(len(prices)), len(harvests)), np.tile(np.arange(len(harvests)), len(prices))
    index = pd.MultiIndex.from_arrays([prices.index[years], harvests.index[draws]], names=["year", "draw"])
    return prices.iloc[years].set_axis(index), harvests.iloc[draws].set_axis(index)


def _normal(seed: int, name: str, draws: int) -> Floats:
    """Return antithetic standard normal draws of one name, scaled to unit spread: few draws, but balanced ones."""
    digest = hashlib.sha256(name.encode()).digest()
    rng = np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])
    half = rng.standard_normal(-(-draws // 2))
    both = rng.permutation(np.concatenate([half, -half])[:draws])
    both = both - both.mean()
    return np.asarray(both / both.std())
