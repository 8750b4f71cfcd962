"""Turns at the bases and helpers: even, and by the rules."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.sample import ledger_rows, simulate


def test_turns_are_even_and_nobody_is_at_two_bases(tables):
    turns = tables["shifts"]
    assert not turns.duplicated(["week", "person"]).any()
    assert (turns.groupby(["base", "week"])["days"].sum() == 14).all()
    assert turns.groupby("base")["week"].nunique().eq(16).all()
    support = set(turns["hh"])
    assert support <= set(tables["coop_stakes"].query("coop == '立春养牛专业合作社'")["hh"])


@pytest.mark.thorough
@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6))
def test_no_helper_is_kin_or_of_the_village_and_loads_are_even(seed):
    tables = ledger_rows(simulate(seed=seed))
    village = tables["households"].set_index("hh")["village"]
    pairs = tables["helper_assignments"]
    home = tables["helpers"].set_index("helper")
    assert set(pairs["hh"]) == set(village.index)
    assert not (pairs["helper"].map(home["home_village"]) == pairs["hh"].map(village)).any()
    kin = tables["helper_kin"]
    assert not set(zip(kin["helper"], kin["hh"], strict=True)) & set(zip(pairs["helper"], pairs["hh"], strict=True))
    load = pairs.groupby("helper").size()
    assert (load <= home.loc[load.index, "capacity"]).all()
    assert load.max() - load.min() <= 6
    waiting = pairs["to_month"].notna()
    assert 0 < waiting.sum() < 0.1 * len(pairs)
    assert set(home.loc[pairs.loc[waiting, "helper"], "status"]) == {"moved"}
