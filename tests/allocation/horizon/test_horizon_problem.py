"""Keys, periods and budgets of a horizon's problem."""

import numpy as np
import pandas as pd
from tiny_horizons import horizon_of, tiny

from povlib.allocation.horizon.horizon_problem import money_of_period


def test_periods_are_those_of_the_packages_and_nothing_new_has_none():
    made = tiny(1)
    horizon = horizon_of(made)
    for key, period, base in zip(
        horizon.problem.package,
        horizon.period,
        np.isin(np.arange(len(horizon.period)), horizon.problem.base),
        strict=True,
    ):
        if base:
            assert period == -1
        elif not str(key).startswith("facility:"):
            assert period == int(str(key)[-1])


def test_nothing_new_is_offered_once_and_everything_else_in_each_period():
    made = tiny(2)
    horizon = horizon_of(made)
    expected = {f"{own}-{k}@{t}" for t, rows in enumerate(made["offered"]) for own, k, *_ in rows if k or t == 0}
    assert set(horizon.problem.tables.packages["package"]) == expected


def test_bills_of_a_period_are_paid_by_its_own_funds_alone():
    horizon = horizon_of(tiny(5))
    money = horizon.problem.money
    for period in range(horizon.periods):
        part, rows = money_of_period(money, horizon.fund_and_period, period)
        assert {name.rpartition("#")[2] for name in part.funds} == {str(period)}
        assert set(horizon.period[rows]) <= {period}
        assert part.cost.sum() == money.cost[np.isin(money.package, rows)].sum()


def test_another_calendar_changes_money_and_nothing_else():
    made = tiny(4)
    horizon = horizon_of(made)
    calendar = horizon.calendar
    half = horizon.with_calendar(calendar.with_amounts(calendar.amount // 2, (calendar.amount - calendar.outside) // 2))
    assert (half.problem.money.budget <= horizon.problem.money.budget).all()
    assert half.problem.money.cost.tolist() == horizon.problem.money.cost.tolist()


def test_what_is_committed_is_the_only_package_left():
    made = tiny(6)
    horizon = horizon_of(made)
    own, k = next((own, k) for own, k, *_ in made["offered"][0] if k)
    pinned = horizon.with_pins(pd.DataFrame({"hh": [own], "package": [f"{own}-{k}@0"], "pin": ["approved"]}))
    group = list(pinned.problem.hh).index(own)
    mine = (pinned.problem.group == group) & pinned.problem.allowed
    assert pinned.problem.package[mine].tolist() == [f"{own}-{k}@0"]
