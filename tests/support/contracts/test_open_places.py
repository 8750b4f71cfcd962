"""Places of a contract: what it lacks, never more than the partner buys."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from povlib import params
from povlib.calendar import Month
from povlib.errors import DataError
from povlib.places import DATA
from povlib.support.contracts.open_places import open_places, with_contract_places


@given(
    st.integers(0, 6000), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=6), st.integers(1, 200)
)
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


def _state(**changed: object) -> SimpleNamespace:
    row = {"contract": "c", "partner": "p", "product": "土鸡土鸭", "quantity": 4000.0,
           "from_month": Month(2016, 1).ordinal, "to_month": Month(2016, 12).ordinal, "status": "running"}  # fmt: skip
    shares = pd.DataFrame({"contract": ["c", "c", "other"], "hh": ["a", "b", "a"], "quantity": [80.0, 100.0, 900.0],
                           "capacity": [100.0, 100.0, 900.0]})  # fmt: skip
    sent = pd.DataFrame({"contract": ["c"], "quantity": [10.0], "mortality": [0.1]})
    return SimpleNamespace(sale_contracts=pd.DataFrame([{**row, **changed}]), contract_shares=shares, deliveries=sent)


def test_places_come_from_what_the_ledgers_contract_lacks() -> None:
    catalogue = params.load(DATA / "sample" / "params")

    def places(state: object) -> int | None:
        return with_contract_places(catalogue, state, Month(2016, 6)).coops["poultry_buyer"].places

    entered = catalogue.coops["poultry_buyer"].places
    # 80 and 90 that live of 100 are held; 3,830 at 80 a household are 47 whole places
    assert places(_state()) == 47
    assert places(_state(quantity=100.0)) == 0
    # no contract, another product, over or ended: what was entered stands
    for none in (SimpleNamespace(), _state(product="肉牛"), _state(to_month=Month(2016, 5).ordinal),
                 _state(status="broken")):  # fmt: skip
        assert places(none) == entered
    others = with_contract_places(catalogue, _state(), Month(2016, 6)).coops
    assert all(others[key] == coop for key, coop in catalogue.coops.items() if key != "poultry_buyer")
