"""The median's range holds as often as it says, and is the published one."""

from __future__ import annotations

import numpy as np
import pytest

from povlib.errors import DataError
from povlib.poverty.measurement.median_range import median_with_range

# ranks from each end of the 95 % interval of the median: any table of the sign test (Conover, Practical Nonparametric
# Statistics)
TABLE_95 = {5: 0, 6: 1, 9: 2, 12: 3, 15: 4, 17: 5, 20: 6, 25: 8, 30: 10}


@pytest.mark.parametrize(("n", "rank"), TABLE_95.items())
def test_ranks_are_those_of_the_published_table(n: int, rank: int) -> None:
    found = median_with_range(np.arange(1, n + 1), 0.95)
    assert (np.isnan(found.low) and rank == 0) or (found.low, found.high) == (rank, n + 1 - rank)


def test_the_range_holds_the_median_as_often_as_it_says() -> None:
    draws = np.random.default_rng(7).exponential(size=(4000, 11))
    held = [found.low <= np.log(2) <= found.high for found in map(median_with_range, draws)]
    # the true share for n = 11 and ranks 3 and 9 is .935; four standard errors of 4,000 draws are .016
    assert abs(np.mean(held) - 0.935) < 0.016


def test_missing_values_are_left_out_and_none_is_no_number() -> None:
    assert median_with_range([np.nan, 2.0]).n == 1
    assert np.isnan(median_with_range([]).median)


def test_a_level_that_is_none() -> None:
    with pytest.raises(DataError):
        median_with_range([1.0], 1.0)
