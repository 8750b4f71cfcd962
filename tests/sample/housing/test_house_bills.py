"""Bills add up by hand, and what was put out of line is known."""

from collections import defaultdict

import numpy as np
import pytest
import yaml

from povlib.places import DATA
from povlib.sample import house_rows, ledger_rows, simulate, works_truth
from povlib.sample.housing.house_bills import bill_items, planted_bills, project_cost


@pytest.mark.parametrize("seed", [2016, 7, 99])
def test_costs_are_the_sum_of_the_bill_by_hand(seed):
    township = simulate(seed=seed)
    tables = {**ledger_rows(township), **house_rows(township)}
    totals = defaultdict(lambda: defaultdict(int))
    for row in tables["bill_items"].itertuples():
        fen = row.qty * row.unit_fen
        assert fen == int(fen)
        totals[row.project][row.stage] += int(fen)
    for row in tables["projects"].itertuples():
        bill = totals[row.project]
        assert row.cost_fen == (bill["final"] if row.status == "完工" else bill["estimate"] + bill["variation"])
        assert ("final" in bill) == (row.status == "完工")
        assert bill["estimate"] > 0


def test_only_the_planted_rows_leave_the_price_list(township):
    lists = {name: p["yuan"] for name, p in township.world.raw["building"]["items"].items()}
    bills, planted = bill_items(township), planted_bills(township)
    begun = works_truth(township).set_index("project")["start_day"]
    year = np.where(bills["project"].map(begun) < 20160101, "2015-01", "2016-01")
    listed = [100 * lists[i].get(y, lists[i]["2015-01"]) for i, y in zip(bills["item"], year, strict=True)]
    off = bills[bills["unit_fen"] != listed]
    assert set(off["project"]) == set(planted.loc[planted["planted"] == "price", "project"])
    assert planted.groupby("planted")["project"].nunique().to_dict() == {"price": 2, "quantity": 2}
    assert (planted["ordinary"] < planted["qty"].where(planted["planted"] == "quantity", planted["unit_fen"])).all()
    price = planted[planted["planted"] == "price"]
    assert set(price["stage"]) == {"final"}


def test_the_main_item_of_the_estimate_is_the_one_on_the_sheet_of_works(township):
    tables = {**ledger_rows(township), **house_rows(township)}
    bills = tables["bill_items"].query("stage == 'estimate'")
    both = tables["project_items"].merge(bills, on=["project", "item"])
    planted = planted_bills(township).query("planted == 'quantity'")["project"]
    both = both[~both["project"].isin(planted)]
    assert len(both) == 85 - planted.nunique()
    assert (both["qty_x"] == both["qty_y"]).all()
    assert (both["unit_fen_x"] == both["unit_fen_y"]).all()


def test_houses_not_begun_have_an_estimate_and_no_more(township):
    waits = township.works["status"].eq("未开工").to_numpy()
    tables = {**ledger_rows(township), **house_rows(township)}
    mine = tables["bill_items"][tables["bill_items"]["project"].isin(tables["projects"].loc[waits, "project"])]
    assert set(mine["stage"]) == {"estimate"}
    assert (project_cost(township) > 0).all()


def test_prices_are_those_of_the_practice_price_list(township):
    records = yaml.safe_load((DATA / "sample" / "params" / "house_prices.yaml").read_text(encoding="utf-8"))["records"]
    entered = {r["names"]["zh"]: (r["unit"], {str(m): y for m, y in r["yuan"].items()}) for r in records}
    items = township.world.raw["building"]["items"]
    assert {name: (p["unit"], p["yuan"]) for name, p in items.items()} == {n: entered[n] for n in items}
