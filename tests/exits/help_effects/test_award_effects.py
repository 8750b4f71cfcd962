"""Paid months and the variance of an award against enumeration and hand-computed values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.calendar import Month
from povlib.exits.help_effects.award_effects import AwardSpan, Effect, award_variance, paid_months
from povlib.params import Earning

BETWEEN = 0.5


def earning(**more):
    return Earning(**({"source": "wage", "basis": "yuan_per_month", "mean": 100, "sd": 10, "prior_source": "x"} | more))


@given(
    st.integers(0, 6), st.floats(0, 0.5), st.floats(0, 0.9), st.integers(0, 20), st.integers(1, 24),
    st.sets(st.integers(1, 12), min_size=1),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_paid_months_match_enumeration_of_the_month_of_loss(delay, hazard, decay, start, length, paid_in):
    one = earning(delay_months=delay, loss_per_month=hazard, decay_per_year=decay, paid_in=tuple(sorted(paid_in)))
    first, last = 10, 10 + length
    span = AwardSpan(start)
    outcomes, chances = [], []
    for alive in range(last - start + 2):  # ended after `alive` months, the last: never within the window
        never = alive == last - start + 1
        chances.append((1 - hazard) ** alive * (1 if never else hazard))
        worth = [
            (1 - decay) ** (max(t - start - 12, 0) / 12)
            for t in range(max(first, start + delay), last + 1)
            if t - start <= alive and t % 12 + 1 in paid_in
        ]
        outcomes.append(sum(worth))
    if last < start:
        outcomes, chances = [0.0], [1.0]
    mean = float(np.dot(outcomes, chances))
    variance = float(np.dot(np.square(outcomes), chances)) - mean**2
    found = paid_months(one, span, first, last)
    assert found[0] == pytest.approx(mean, abs=1e-9)
    assert found[1] == pytest.approx(variance, abs=1e-7)


def test_award_variance_is_that_of_a_product_of_independent_parts():
    """Var(E N) = (m^2 + s^2)(V + n^2) - m^2 n^2 with E of mean m, spread s = h m, N of mean n, variance V."""
    n, v, m = 5.0, 1.5, 100.0
    s = BETWEEN * m
    assert award_variance(Effect("job", 0, earning(), BETWEEN), n, v) == pytest.approx(
        (m**2 + s**2) * (v + n**2) - m**2 * n**2
    )


def test_a_dividend_of_december_is_one_payment():
    one = earning(paid_in=(12,), delay_months=6)
    june = Month(2016, 6).ordinal
    assert paid_months(one, AwardSpan(june), june - 5, Month(2016, 12).ordinal) == (1.0, 0.0)
    assert paid_months(one, AwardSpan(june + 1), june - 5, Month(2016, 12).ordinal) == (0.0, 0.0)


def test_a_post_that_starts_in_june_brings_seven_months_by_december():
    june = Month(2016, 6).ordinal
    assert paid_months(earning(), AwardSpan(june), Month(2016, 1).ordinal, Month(2016, 12).ordinal)[0] == 7.0
