"""States made into rows at risk."""

from __future__ import annotations

import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.panels import at_risk, person_periods


def test_states_become_rows_at_risk():
    states = pd.DataFrame(
        {"hh": ["A"] * 6 + ["B"] * 2, "t": [1, 2, 3, 4, 6, 7, 1, 2], "poor": [1, 1, 0, 1, 1, 0, 0, 1]}
    )
    exits = at_risk(states, id="hh", time="t", state="poor")
    assert exits["t"].tolist() == [1, 2, 4, 6, 2]
    assert exits["event"].fillna(-1).tolist() == [0, 1, -1, 1, -1]
    assert exits["duration"].tolist() == [1, 2, 1, 1, 1]
    assert exits["start_seen"].tolist() == [False, False, True, False, True]
    assert exits["earlier"].tolist() == [0, 0, 1, 1, 0]
    entries = at_risk(states, id="hh", time="t", state="poor", leaves=0)
    assert entries["event"].fillna(-1).tolist() == [1, -1, 1]
    with pytest.raises(DataError):
        at_risk(states.assign(poor=2), id="hh", time="t", state="poor")
    with pytest.raises(DataError):
        person_periods(pd.DataFrame({"n": [0.5], "e": [1]}), length="n", event="e")
