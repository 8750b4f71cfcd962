"""The forecast of a shortfall: its range holds as often as it says, and never leaves what is possible."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.villages.contracts.fulfilment import Fulfilment
from povlib.villages.contracts.shortfall import DeliveryPrior, shortfall_forecast

PRIOR = DeliveryPrior(mean=0.9, weight=1.0, spread=0.25, spread_weight=3.0)


def _standing(due: list[float], delivered: list[float]) -> Fulfilment:
    months = pd.DataFrame(
        {"month": range(len(due)), "due": due, "delivered": [*delivered, *[0.0] * len(due)][: len(due)]}
    )
    households = pd.DataFrame({"hh": ["a"], "share": [sum(due)], "due": [0.0], "delivered": [sum(delivered)],
                               "behind": [0.0], "mortality": [np.nan]})  # fmt: skip
    return Fulfilment("c", len(delivered) - 1, sum(due), months, households)


def test_nine_ranges_in_ten_hold_the_truth() -> None:
    rng = np.random.default_rng(5)
    inside, middle = 0, []
    for _ in range(800):
        parts = rng.normal(rng.normal(0.9, 0.25), 0.25, 12)  # a contract's own level, then its months
        seen = int(rng.integers(1, 9))
        due = [100.0] * 12
        true = 1200 - 100 * parts.sum()
        found = shortfall_forecast(_standing(due, (100 * parts[:seen]).tolist()), PRIOR)
        # the range is cut at what is possible: nothing lacking, or nothing more coming
        worst = 1200 - 100 * parts[:seen].sum()
        inside += found.low - 1e-9 <= np.clip(true, 0, max(worst, 0)) <= found.high + 1e-9
        middle.append(found.part)
    assert 0.87 <= inside / 800 <= 0.95


def test_before_any_delivery_the_assumption_speaks_and_the_range_is_wide() -> None:
    found = shortfall_forecast(_standing([100.0] * 12, []), PRIOR)
    assert found.months == 0
    assert found.lacking == pytest.approx(1200 * 0.1)
    assert found.low == 0.0
    assert found.high > 300


def test_at_the_end_the_shortfall_is_what_lacks() -> None:
    found = shortfall_forecast(_standing([100.0] * 3, [90.0, 80.0, 100.0]), PRIOR)
    assert (found.low, found.lacking, found.high, found.chance_fulfilled) == (30.0, 30.0, 30.0, 0.0)
