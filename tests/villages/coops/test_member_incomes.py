"""Wage and dividend with their own risk: moments against a simulation that shares no line with them."""

from __future__ import annotations

import numpy as np
import pytest

from povlib.errors import DataError
from povlib.villages.coops.member_incomes import floored_moments, member_income


def test_moments_equal_those_of_many_simulated_years() -> None:
    rng = np.random.default_rng(1)
    years, wage, lost, fails = 400_000, 18_000.0, 0.03, 0.15
    last = np.where(rng.random(years) < fails, rng.integers(0, 12, years), 12)
    work = np.minimum(rng.geometric(lost, years), last)  # months until the work ends, that month included
    dividend = np.where(last == 12, np.maximum(rng.normal(300_000, 200_000, years), 250_000), 0.0)
    found = member_income(wage, 300_000, 200_000, 250_000, wage_lost_per_month=lost, firm_fails_per_year=fails)
    close = {"rel": 0.01}
    assert found.wage == pytest.approx((wage * work).mean(), **close)
    assert found.wage_sd == pytest.approx((wage * work).std(), **close)
    assert found.dividend == pytest.approx(dividend.mean(), **close)
    assert found.dividend_sd == pytest.approx(dividend.std(), **close)
    assert found.together_sd == pytest.approx((wage * work + dividend).std(), **close)
    assert found.no_wage == pytest.approx((work < 12).mean(), rel=0.02)
    assert found.no_dividend == pytest.approx((dividend == 0).mean(), rel=0.02)


def test_a_floor_raises_the_mean_and_narrows_the_spread() -> None:
    mean, sd = floored_moments(100.0, 50.0, 90.0)
    assert mean > 100
    assert sd < 50
    assert floored_moments(100.0, 50.0, -1e9) == pytest.approx((100.0, 50.0))


def test_a_chance_above_one_is_refused() -> None:
    with pytest.raises(DataError):
        member_income(1, 1, 1, 1, wage_lost_per_month=1.5, firm_fails_per_year=0)
