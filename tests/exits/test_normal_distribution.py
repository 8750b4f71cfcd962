"""Closed forms of a normal income against numerical integration."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from povlib.exits.normal_distribution import chance_over, expected_gap, expected_squared_gap

amounts = st.floats(-5000, 12_000)


@given(amounts, st.floats(50, 4000), amounts)
@settings(max_examples=40, deadline=None)
def test_normal_closed_forms_match_integration(mean, spread, line):
    def integral(power: int) -> float:
        low = mean - 12 * spread
        if line <= low:
            return 0.0
        return quad(lambda y: (line - y) ** power * norm.pdf(y, mean, spread), low, line, limit=200)[0]

    assert float(chance_over(mean, spread, line)) == pytest.approx(1 - integral(0), abs=1e-7)
    assert float(expected_gap(mean, spread, line)) == pytest.approx(integral(1), abs=1e-4)
    assert float(expected_squared_gap(mean, spread, line)) == pytest.approx(integral(2), rel=1e-5, abs=1e-1)


def test_nothing_uncertain_is_a_step():
    assert chance_over([99.0, 100.0, 101.0], 0.0, 100.0).tolist() == [0.0, 0.0, 1.0]
    assert expected_gap([99.0, 101.0], 0.0, 100.0).tolist() == [1.0, 0.0]
    assert expected_squared_gap([97.0, 101.0], 0.0, 100.0).tolist() == [9.0, 0.0]
