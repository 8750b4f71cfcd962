"""The year's budget against amounts reckoned by hand, and its range against made-up years."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.support.relief.yearly_budget import span_range, yearly_budget

APRIL = Month(2016, 4)


def test_the_year_is_what_fell_due_and_the_months_left_at_the_last() -> None:
    months = range(Month(2015, 1).ordinal, APRIL.ordinal + 1)
    rows = [("A", "minimum_living", m, 10_000) for m in months] + [("B", "minimum_living", m, 20_000) for m in months]
    rows += [("C", "minimum_living", m, None) for m in months]
    dues = pd.DataFrame(rows, columns=["hh", "measure", "month", "due_fen"]).astype({"due_fen": "Int64"})
    paid = pd.DataFrame({"hh": "A", "measure": "minimum_living", "month": [m for m in months], "fen": 9_000})
    [row] = yearly_budget(dues, paid, APRIL).itertuples(index=False)
    # C counts as the mean of A and B: 45,000 a month; four months so far, eight ahead; nothing ever moved
    assert (row.due_fen, row.ahead_fen, row.low_fen, row.high_fen) == (180_000, 360_000, 360_000, 360_000)
    assert (row.households, row.unknown, row.months_ahead, row.paid_fen) == (2, 1, 8, 36_000)


def test_the_range_by_hand() -> None:
    totals = np.array([100.0, 110, 99, 121, 100, 100, 110, 90])
    # two months ahead, six origins, four spans apart: t(0.95, 3) = 2.3534
    shares = [209 / 200, 220 / 220, 221 / 198, 200 / 242, 210 / 200, 200 / 200]
    mean = sum(shares) / 6
    sd = (sum((share - mean) ** 2 for share in shares) / 5) ** 0.5
    low, high = span_range(totals, 2) or (0.0, 0.0)
    assert low == pytest.approx(mean - 2.35336 * sd * 1.25**0.5, abs=1e-4)
    assert high == pytest.approx(mean + 2.35336 * sd * 1.25**0.5, abs=1e-4)


def test_a_past_too_short_has_no_range() -> None:
    assert span_range(np.array([100.0, 101, 102]), 2) is None
    assert span_range(np.array([100.0, 101, 102, 103]), 0) is None
    assert span_range(np.array([0.0, 101, 102, 103]), 2) is None


def test_the_range_holds_about_nine_times_out_of_ten() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        totals = 1000 * np.exp(np.cumsum(rng.normal(0, 0.01, 32)))
        low, high = span_range(totals[:24], 8) or (0.0, 0.0)
        held += low <= totals[24:].sum() / (8 * totals[23]) <= high
    # three independent spans make the range wide rather than narrow; never much less than was said
    assert held / 400 > 0.85
