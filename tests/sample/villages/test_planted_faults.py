"""Faults that the checks must find, each planted once, on tables that have none."""

from tests.sample.villages.planted_faults import with_planted_faults


def test_each_case_holds_its_one_fault_and_the_shipped_tables_none(tables):
    cases = with_planted_faults(tables)
    same = ["contract", "hh", "day", "quantity", "fen"]
    assert not tables["deliveries"].duplicated(same).any()
    assert cases["delivery entered twice"]["deliveries"].duplicated(same).sum() == 1
    loans = tables["coop_stakes"]["loan"].dropna()
    assert loans.is_unique
    assert cases["one stake in two co-ops"]["coop_stakes"]["loan"].dropna().duplicated().sum() == 1
    capacity = tables["contract_shares"].groupby("contract")["capacity"].sum()
    asked = {name: t["sale_contracts"].set_index("contract")["quantity"] for name, t in cases.items()}
    assert (tables["sale_contracts"].set_index("contract")["quantity"] <= capacity).all()
    assert (asked["contract over capacity"] > capacity).sum() == 1
