"""Any prices prove a bound above the best of all choices."""

import numpy as np
from tiny_horizons import best_by_enumeration, horizon_of, tiny

from povlib.allocation.horizon.horizon_bound import horizon_bound, price_frame, tranche_prices
from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices


def test_random_prices_never_prove_less_than_the_best_of_all_choices():
    rng = np.random.default_rng(7)
    for seed in range(12):
        made = tiny(seed)
        horizon = horizon_of(made)
        best = best_by_enumeration(made)
        funds = len(horizon.fund_and_period)
        for size in (0, 10**9, 10**11):
            rows, fund, child = (rng.integers(0, size + 1, n) for n in (len(horizon.problem.capacity), funds, funds))
            assert horizon_bound(horizon, Prices(rows, fund, child)) * 10**6 >= best * UNITS_PER_PERSON


def test_a_tranche_is_worth_the_dearest_period_of_its_window():
    horizon = horizon_of(tiny(3))
    rng = np.random.default_rng(1)
    fund = rng.integers(0, 100, len(horizon.fund_and_period))
    prices = Prices(np.zeros(len(horizon.problem.capacity), dtype=np.int64), fund, np.zeros_like(fund))
    whole, outside = tranche_prices(horizon, prices)
    at = {key: int(p) for key, p in zip(horizon.fund_and_period, fund, strict=True)}
    for row, price, more in zip(horizon.calendar.table.to_dict("records"), whole, outside, strict=True):
        assert price == max(at[row["fund"], t] for t in range(row["arrives"], row["until"] + 1))
        assert more == 0


def test_prices_of_money_are_written_for_ten_thousand_yuan():
    horizon = horizon_of(tiny(3))
    plan = solve_horizon(horizon, gap=0)
    frame = price_frame(horizon, plan.posted)
    assert frame["persons_per_10k_yuan"].tolist() == plan.prices["persons_per_10k_yuan"].tolist()
    first = horizon.fund_and_period.index((frame["fund"].iloc[0], int(frame["period"].iloc[0])))
    assert np.isclose(frame["persons_per_10k_yuan"].iloc[0], plan.posted.funds[first] * 1e6 / 1e12)
