"""Stakes, loans, entries: to the fen, and what was paid is what households had."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.sample import ledger_rows, simulate, village_rows
from povlib.sample.villages.stakes_and_entries import paid_to_households


@pytest.mark.thorough
@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 8))
def test_every_entry_sums_to_zero_and_no_coop_runs_out_of_cash(seed, months):
    lines = village_rows(simulate(80, seed=seed, months_after=months))["coop_entries"]
    assert (lines.groupby(["coop", "entry"])["fen"].sum() == 0).all()
    assert not lines.duplicated(["coop", "entry", "line"]).any()
    cash = lines[lines["account"] == "cash"].groupby(["coop", "month"])["fen"].sum().groupby("coop").cumsum()
    assert (cash >= 0).all()


def test_grants_put_in_are_the_grants_that_the_support_rows_show(tables, township):
    support = ledger_rows(township)["support"]
    given_to = support[support["measure"] == "cattle_coop"].groupby("hh")["fen"].sum()
    stakes = tables["coop_stakes"].query("coop == '立春养牛专业合作社' and kind == 'grant'").set_index("hh")["fen"]
    assert (stakes.sort_index() == given_to.sort_index()).all()
    assert len(stakes) == 43


def test_one_loan_of_a_household_is_used_by_a_coop_and_stands_behind_a_stake(tables):
    loans = tables["loans"]
    pooled = loans[loans["borrower_kind"].eq("household") & loans["used_by"].notna()]
    assert len(pooled) == 1
    stake = tables["coop_stakes"].set_index("loan").loc[pooled["loan"].iloc[0]]
    assert stake["hh"] == pooled["hh"].iloc[0]
    assert stake["fen"] == pooled["fen"].iloc[0]
    assert (loans["repaid_fen"] <= loans["fen"]).all()


@pytest.mark.parametrize("months", [0, 8])
def test_wages_and_dividends_are_in_the_income_of_the_households(months):
    township = simulate(seed=5, months_after=months)
    paid = paid_to_households(township)
    row = paid["hh"].map({hh: i for i, hh in enumerate(township.households["hh"])}).to_numpy()
    column = paid["month"].to_numpy() - township.months[0]
    for account, source in (("wages", "wage"), ("dividends", "property")):
        mine = paid["account"].eq(account).to_numpy()
        had = township.truth.money[source][row[mine], column[mine]]
        # wages are rounded line by line, up to four lines a household
        assert (paid.loc[mine, "fen"].to_numpy() / 100 <= had + 2).all(), account
    assert paid.query("account == 'dividends'")["month"].mod(12).eq(11).all()
    assert set(paid["account"]) == {"wages", "dividends"}


def test_no_dividend_is_under_the_floor_of_a_whole_year():
    tables = village_rows(simulate(months_after=8))
    paid = (
        tables["coop_entries"].query("account == 'dividends' and month == 24203").groupby(["coop", "hh"])["fen"].sum()
    )
    stakes = tables["coop_stakes"]
    floor = stakes[stakes["from_month"] <= 24195].groupby(["coop", "hh"])["floor_fen"].sum()
    assert paid.index.get_level_values("coop").nunique() == 5
    both = paid.to_frame("paid").join(floor.to_frame("floor"), how="inner").astype("int64")
    assert len(both) > 60
    assert (both["paid"] >= both["floor"]).mean() > 0.97  # a person of a household left: nobody draws that dividend
