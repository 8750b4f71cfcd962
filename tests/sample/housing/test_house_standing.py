"""Dwellings, ways, credits and sites hang together; what is wrong on the list is known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.sample import house_rows, ledger_rows, list_truth, simulate
from povlib.sample.housing.house_standing import building_sites, dwellings, material_credits


@pytest.mark.thorough
@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**31))
def test_ways_follow_causes_for_any_seed(seed):
    township = simulate(seed=seed)
    tables = {**ledger_rows(township), **house_rows(township)}
    rows = tables["dwellings"].merge(tables["projects"], on="hh", how="left")
    assert rows["hh"].is_unique
    assert len(rows) == 99
    assert set(rows.loc[rows["way"] == "credit", "delay_cause"]) == {"no_money"}
    assert set(rows.loc[rows["way"] == "land", "kind"]) == {"新建"}
    words = ["guarantor", "site", "way", "delay_cause"]
    rows[words] = rows[words].fillna("")  # the tables write nothing where the office has nothing
    assert (rows["guarantor"].ne("") == rows["way"].eq("credit")).all()
    for row in rows[rows["guarantor"] != ""].itertuples():
        assert row.guarantor.split("-")[0] == tables["households"].set_index("hh").loc[row.hh, "village"]
    begun = rows["status"].isin(["完工", "在建"])
    assert (rows.loc[begun & rows["kind"].eq("租"), "way"] == "rent").all()
    assert (rows.loc[rows["willing"] == 0, "delay_cause"] == "unwilling").all()
    credits = tables["material_credits"]
    assert set(credits["hh"]) == set(rows.loc[rows["way"] == "credit", "hh"])
    assert (credits["status"] == "defaulted").sum() == 1
    late = credits["due_month"] <= township.last
    assert ((credits["repaid_fen"] < credits["fen"]) & late == credits["status"].eq("defaulted")).all()
    assert (credits["repaid_fen"] <= credits["fen"]).all()
    sites = building_sites(township)
    assert set(rows.loc[rows["site"] != "", "site"]) <= set(sites["site"])


def test_unsafe_houses_without_a_project_are_mostly_entitled(township):
    rows = dwellings(township)
    rows = rows[~rows["hh"].isin(list_truth(township)["hh"])]
    assert len(rows) == 14
    entitled = (rows["only_dwelling"] == 1) & (rows["prior_benefit"] == 0)
    assert int(entitled.sum()) == 6
    assert (rows.loc[entitled, "delay_cause"] != "").all()
    assert int(rows["only_dwelling"].isna().sum()) == 1


def test_the_list_holds_what_is_planted(township):
    true = list_truth(township)
    assert true["finding"].value_counts().to_dict() == {"ok": 80, "not_eligible": 3, "not_done": 2}
    early = true[true["finding"] == "not_done"]
    assert set(early["status"]) == {"完工"}
    assert (early["truly_done_day"] > 20160430).all() or (early["truly_done_day"] > 20160401).all()


@pytest.mark.parametrize("households", [60, 1200])
def test_other_sizes_have_some_of_each(households):
    township = simulate(households, seed=4)
    assert {"ok", "not_eligible", "not_done"} == set(list_truth(township)["finding"])
    assert len(material_credits(township)) >= 1
