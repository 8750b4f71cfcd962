"""Dividends: to the fen, never under the floor while the firm pays."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.villages.coops.dividends import dividends_of_year


def _stakes(rows: list[tuple[str, int, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["hh", "fen", "floor_fen"])
    return frame.assign(stake=[f"{i:03d}" for i in range(len(frame))])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 10**8), st.integers(0, 10**6)), min_size=1, max_size=12),
    st.integers(-(10**8), 10**8), st.floats(0, 1).map(lambda x: round(x, 3)), st.booleans(),
)  # fmt: skip
def test_every_fen_is_paid_put_aside_or_added_by_the_firm(
    rows: list[tuple[str, int, int]], profit: int, reserve: float, firm: bool
) -> None:
    year = dividends_of_year(_stakes(rows), profit, reserve_share=reserve, firm_pays=firm)
    assert year.paid_fen + year.reserve_fen == max(profit, 0) + year.from_firm_fen
    assert int(year.households()["dividend_fen"].sum()) == year.paid_fen
    if firm:
        assert (year.stakes["dividend_fen"] >= year.stakes["floor_fen"]).all()
    else:
        assert year.from_firm_fen == 0
        assert year.paid_fen <= max(profit, 0)
    assert (year.stakes["dividend_fen"] >= 0).all()


def test_wrong_stakes_are_named_at_once() -> None:
    stakes = _stakes([("a", 0, -1)])
    with pytest.raises(DataError) as raised:
        dividends_of_year(pd.concat([stakes, stakes]), 0, reserve_share=2, firm_pays=True)
    assert len(raised.value.faults) == 6
