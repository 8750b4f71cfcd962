"""Harvests: alike as far as the shares say, mean as ordinary, and crossed with every year of prices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.villages.products.harvest_years import HarvestShares, crossed, harvest_factors

PAIRS = [(v, p) for v in ("甲", "乙") for p in ("tea", "rice")]
SHARES = HarvestShares(0.3, 0.25, 0.2)


def test_correlations_are_those_of_the_shares() -> None:
    made = np.log(harvest_factors(PAIRS, {"tea": 0.3, "rice": 0.1}, SHARES, 40_000, 7))
    found = made.corr()
    assert found.loc[("甲", "tea"), ("乙", "tea")] == pytest.approx(0.3 + 0.25, abs=0.02)  # the same product
    assert found.loc[("甲", "tea"), ("甲", "rice")] == pytest.approx(0.3 + 0.2, abs=0.02)  # the same village
    assert found.loc[("甲", "tea"), ("乙", "rice")] == pytest.approx(0.3, abs=0.02)  # the year alone
    assert made.std().to_numpy() == pytest.approx([0.3, 0.1, 0.3, 0.1], rel=0.02)


def test_a_harvest_is_an_ordinary_one_on_average_however_few_are_drawn() -> None:
    for draws in (2, 5, 8):
        made = harvest_factors(PAIRS, {"tea": 0.4, "rice": 0.2}, SHARES, draws, 1)
        assert made.mean().to_numpy() == pytest.approx(1.0)
        assert (made > 0).all(axis=None)
    steady = harvest_factors(PAIRS, {"tea": 0.4}, SHARES, 6, 1)
    assert (steady[[("甲", "rice"), ("乙", "rice")]] == 1.0).all(axis=None)  # of rice nothing is known


def test_one_village_more_leaves_the_others_as_they_were() -> None:
    few, many = (harvest_factors(pairs, {"tea": 0.3, "rice": 0.2}, SHARES, 8, 3) for pairs in (PAIRS[:2], PAIRS))
    pd.testing.assert_frame_equal(few, many[PAIRS[:2]])
    assert not np.allclose(few, harvest_factors(PAIRS[:2], {"tea": 0.3, "rice": 0.2}, SHARES, 8, 4))


def test_every_year_of_prices_meets_every_draw_so_the_mean_income_stays() -> None:
    prices = pd.DataFrame({"tea": [3.0, 5.0, 4.0], "rice": [1.0, 2.0, 6.0]}, index=[2013, 2014, 2015])
    harvests = harvest_factors(PAIRS, {"tea": 0.3, "rice": 0.2}, SHARES, 4, 1)
    price, harvest = crossed(prices, harvests)
    assert len(price) == len(harvest) == 12
    assert set(price.index) == {(year, draw) for year in prices.index for draw in range(4)}
    for village, product in PAIRS:
        assert (price[product] * harvest[village, product]).mean() == pytest.approx(prices[product].mean())


@pytest.mark.parametrize(
    ("shares", "spread", "draws"),
    [((0.6, 0.5, 0.0), 0.1, 4), ((-0.1, 0.5, 0.0), 0.1, 4), ((0.1, 0.1, 0.1), -0.1, 4), ((0.1, 0.1, 0.1), 0.1, 1)],
)
def test_impossible_terms_are_refused(shares: tuple[float, float, float], spread: float, draws: int) -> None:
    with pytest.raises(DataError):
        harvest_factors(PAIRS, {"tea": spread}, HarvestShares(*shares), draws, 1)
