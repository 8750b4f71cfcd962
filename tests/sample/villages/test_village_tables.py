"""The tables fit the ledger's frames, at any seed and size, and stay as quick as a township is."""

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from povlib.ledger.storage.table_schema import BY_FRAME
from povlib.ledger.storage.village_tables import VILLAGE_SPECS
from povlib.sample import ledger_rows, simulate, village_rows

SPECS = {spec.frame: spec for spec in VILLAGE_SPECS}


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([60, 340, 700]), st.integers(0, 12))
def test_columns_and_keys_are_those_of_the_ledger(seed, households, months):
    made = village_rows(simulate(households, seed, months))
    for name, frame in made.items():
        if name == "posts":
            continue
        spec = BY_FRAME[name]
        assert set(frame.columns) == {c.name for c in spec.columns}, name
        assert not frame.duplicated(list(spec.key)).any(), name
        for column in spec.columns:
            if column.required:
                assert frame[column.name].notna().all(), (name, column.name)


@pytest.mark.parametrize("name", sorted(SPECS))
def test_every_table_of_the_ledger_has_rows(tables, name):
    assert len(tables[name]) > 0
    assert isinstance(tables[name].index, pd.RangeIndex)


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10**6))
@example(7)  # few workers in 乐北: its posts lacked holders
def test_any_seed_holds_the_counts_of_the_bulletin_in_rows(seed):
    tables = ledger_rows(simulate(seed=seed))
    assert (tables["coops"]["founded_month"].dropna() // 12 == 2016).sum() == 4
    assert tables["job_fairs"]["taken"].tolist() == [17]
    held = tables["placements"]["post"].value_counts()
    assert held[["石斛基地工", "米粉加工工", "零部件加工工"]].tolist() == [5, 4, 9]
    purchase = tables["sale_contracts"].query("kind == 'purchase'")
    assert purchase["quantity"].tolist() == [4000]
    cattle = tables["coop_stakes"].query("coop == '立春养牛专业合作社'")
    assert cattle["hh"].nunique() == 43
    register = tables["households"].query("status != '已脱贫'")
    growers = tables["village_products"].query("product == '蜜柚' and year == 2015")["households"].sum()
    assert growers == (register["livelihood"] == "蜜柚").sum() == 242
