"""Amounts on whichever scale they come."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.panels.amount_scale import choose_scale


@given(st.floats(0.001, 1e9), st.booleans(), st.integers(0, 2**20))
@settings(max_examples=40, deadline=None)
def test_amounts_come_back_from_every_scale(size, signed, seed):
    rng = np.random.default_rng(seed)
    amount = size * np.exp(rng.normal(0, 0.5, 60)) * (np.where(rng.random(60) < 0.4, -1.0, 1.0) if signed else 1.0)
    scale = choose_scale(amount, np.ones((60, 1)), np.repeat(np.arange(20), 3))
    assert scale.signed == bool((amount < 0).any())
    assert np.allclose(scale.straighten(scale.bend(amount)), amount, rtol=1e-6, atol=1e-9 * size)
    step = 1e-6 * np.abs(amount)
    slope = (scale.bend(amount + step) - scale.bend(amount - step)) / (2 * step)
    assert np.allclose(np.log(slope), scale.log_slope(amount), atol=1e-3)
