"""How much wilder one unit's shocks are than another's."""

from __future__ import annotations

import numpy as np
import pytest

from povlib.panels.unit_spread import unit_spread


def test_a_units_own_spread_is_shrunk_to_everybodys():
    rng = np.random.default_rng(3)
    unit = np.repeat(np.arange(300), 8)
    alike = unit_spread(unit, rng.normal(0, 2.0, len(unit)), 300)
    assert alike.own.std() < 0.15
    assert np.mean(alike.shocks**2) == pytest.approx(1.0)
    true = np.exp(rng.normal(0, 0.7, 300))
    news = rng.normal(0, true[unit])
    spread = unit_spread(unit, news, 300)
    found = spread.own
    assert np.allclose(spread.of(unit, news, 300), found)
    assert np.corrcoef(np.log(true), np.log(found))[0, 1] > 0.7
    assert np.log(found).std() < np.log(true).std()
    few = unit_spread(np.arange(5), rng.normal(size=5), 5)
    assert (few.own == 1.0).all()
    assert not len(few.shocks)
