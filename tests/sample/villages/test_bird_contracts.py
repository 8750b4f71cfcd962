"""The contract of 4,000 birds: shares within capacity, a schedule that sums, deliveries once, a shortfall."""

import numpy as np

from povlib.sample import contract_truth, simulate, village_rows

BIRDS = "土鸡土鸭购销-2016"


def of(tables, name):
    return tables[name].query("contract == @BIRDS")


def test_four_thousand_birds_are_asked_for_and_households_could_raise_them(tables):
    contract, shares = of(tables, "sale_contracts").iloc[0], of(tables, "contract_shares")
    assert contract["quantity"] == 4000
    assert of(tables, "contract_schedules")["quantity"].sum() == 4000
    assert (shares["quantity"] <= shares["capacity"]).all()
    assert shares["capacity"].sum() >= 4000 > shares["quantity"].sum()


def test_deliveries_come_once_at_the_floor_price_from_those_who_share(tables):
    brought = of(tables, "deliveries")
    assert brought["delivery"].is_unique
    assert not brought.duplicated(["hh", "day", "quantity", "fen"]).any()
    assert (brought["fen"] >= 4500 * brought["quantity"]).all()
    assert set(brought["hh"]) <= set(of(tables, "contract_shares")["hh"])
    assert brought["mortality"].between(0, 0.4).all()


def test_less_came_than_was_due_and_never_more_than_income_allows(tables, township):
    brought, due = of(tables, "deliveries"), of(tables, "contract_schedules").set_index("month")["quantity"]
    month = brought["day"] // 10000 * 12 + brought["day"] // 100 % 100 - 1
    came = brought.groupby(month)["quantity"].sum()
    assert (came < due.loc[came.index]).all()
    row = brought["hh"].map({hh: i for i, hh in enumerate(township.households["hh"])}).to_numpy()
    sold = township.truth.money["business"][row, month.to_numpy() - township.months[0]]
    assert (17 * brought["quantity"].to_numpy() <= sold).all()  # what a bird leaves after costs


def test_services_follow_the_birds(tables):
    services, brought = tables["village_services"], of(tables, "deliveries")
    assert set(services["kind"]) == {"slaughter", "transport", "feed", "purchase"}
    assert services.query("kind == 'slaughter'")["quantity"].sum() == brought["quantity"].sum()


def test_the_past_stays_when_months_are_added(tables):
    later = village_rows(simulate(months_after=6))["deliveries"]
    old = later[later["day"] < 20160500].reset_index(drop=True)
    assert old.drop(columns="delivery").equals(tables["deliveries"].drop(columns="delivery"))


def test_households_bring_their_own_true_part_of_what_is_due():
    township = simulate(2000, seed=3, months_after=8)
    truth = contract_truth(township).set_index("hh")
    brought = village_rows(township)["deliveries"].groupby("hh")["quantity"].sum()
    part = (brought / truth["share"]).dropna()
    assert np.corrcoef(part, truth.loc[part.index, "fulfils"])[0, 1] > 0.4
