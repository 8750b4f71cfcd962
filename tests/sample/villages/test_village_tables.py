"""The tables fit the ledger's frames, at any seed and size, and stay as quick as a township is."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.ledger.storage.village_tables import VILLAGE_SPECS
from povlib.sample import simulate, village_rows

SPECS = {spec.frame: spec for spec in VILLAGE_SPECS}


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([60, 340, 700]), st.integers(0, 12))
def test_columns_and_keys_are_those_of_the_ledger(seed, households, months):
    made = village_rows(simulate(households, seed, months))
    for name, frame in made.items():
        if name == "posts":
            continue
        spec = SPECS[name]
        assert set(frame.columns) == {c.name for c in spec.columns}, name
        assert not frame.duplicated(list(spec.key)).any(), name
        for column in spec.columns:
            if column.required:
                assert frame[column.name].notna().all(), (name, column.name)


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_table_of_the_ledger_has_rows(tables, name):
    assert len(tables[name]) > 0
    assert isinstance(tables[name].index, pd.RangeIndex)
