"""Every fund and window to the fen, on horizons of every kind."""

from tiny_horizons import horizon_of, tiny

from povlib.allocation.horizon.horizon_search import solve_horizon


def test_the_sum_of_the_periods_keeps_every_tranche_and_window_to_the_fen():
    for seed in range(12):
        made = tiny(seed)
        plan = solve_horizon(horizon_of(made), gap=0.2)
        paid = plan.payments
        for name, fund, arrives, until, amount, _ in made["tranches"]:
            mine = paid[paid["tranche"] == name]
            assert set(mine["fund"]) <= {fund}
            assert mine["period"].between(arrives, until).all()
            assert mine["fen"].sum() <= amount
        bills = {
            (own, m): cost
            for own, package, t in plan.chosen[["hh", "package", "period"]].itertuples(index=False)
            if t >= 0
            for h, k, _, billed, _, _ in made["offered"][t]
            if f"{h}-{k}@{t}" == package
            for m, cost, _ in billed
        }
        own_bills = paid[~paid["hh"].str.startswith("facility:")]
        assert own_bills.groupby(["hh", "measure"])["fen"].sum().to_dict() == bills


def test_an_account_brings_over_what_was_not_spent_and_loses_what_lapsed():
    for seed in range(12):
        made = tiny(seed)
        accounts = solve_horizon(horizon_of(made), gap=0.2).accounts
        total = sum(row[4] for row in made["tranches"])
        last = accounts[accounts["period"] == made["periods"] - 1]
        assert accounts["arrived_fen"].sum() == total
        assert accounts["spent_fen"].sum() + accounts["lapsed_fen"].sum() + last["carried_fen"].sum() == total
        assert last["carried_fen"].eq(0).all()  # what lies in the last period lapses with the horizon at the latest
        for _, mine in accounts.groupby("fund"):
            assert mine["brought_fen"].tolist() == [0, *mine["carried_fen"].tolist()[:-1]]
