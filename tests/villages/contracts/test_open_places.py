"""Places of a contract: what it lacks, never more than the partner buys."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.villages.contracts.open_places import open_places


@given(st.integers(0, 6000), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300))), st.integers(1, 200))
def test_places_never_oversell_and_one_more_would(asked: int, rows: list[tuple[int, int]], per_place: int) -> None:
    shares = pd.DataFrame(rows, columns=["quantity", "capacity"], dtype="float64")
    found = open_places(asked, shares, per_place, 0.0)
    held = sum(min(share, capacity) for share, capacity in rows)
    assert found.held == held
    assert found.places * per_place <= max(asked - held, 0) < (found.places + 1) * per_place


def test_a_place_that_brings_nothing_is_refused() -> None:
    none = pd.DataFrame({"quantity": [], "capacity": []})
    for per_place, mortality in ((0.0, 0.1), (80.0, 1.0)):
        with pytest.raises(DataError):
            open_places(100, none, per_place, mortality)
