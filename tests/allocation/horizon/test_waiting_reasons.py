"""Why a household waits: by hand, on horizons in which only one thing is scarce."""

import pandas as pd

from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.allocation.horizon.money_calendar import money_calendar
from povlib.allocation.horizon.period_tables import PeriodTables
from povlib.allocation.horizon.waiting_reasons import waiting_reasons

NO_OPENING = pd.DataFrame({"facility": [], "level": [], "resource": [], "added": [], "opening_fen": [], "fund": []})


def solved(worth, posts=9, money=(10, 10), uses=0, cost=10):
    """Solve two households, two periods: worth[t][h] of the only package of household h in period t."""
    periods = []
    for t in range(2):
        packages = pd.DataFrame(
            [(f"{h}-{k}", h, k, worth[t][i] * k) for i, h in enumerate("ab") for k in (0, 1)],
            columns=["package", "hh", "k", "value"],
        )
        keys = ["a-1", "b-1"]
        resources = pd.DataFrame(
            [("f", "fund", 0, None), (f"weeks:c:{t}", "weeks", 9, None), ("post:p", "post", posts, None)],
            columns=["resource", "kind", "capacity", "names"],
        )
        bills = pd.DataFrame({"package": keys, "measure": "m", "cost_fen": cost})
        periods.append(
            PeriodTables(
                packages, pd.DataFrame({"package": keys * (uses > 0), "resource": "post:p", "amount": uses}), resources,
                NO_OPENING, bills, bills.assign(fund="f").rename(columns={"cost_fen": "ceiling_fen"}),
                pd.DataFrame({"fund": [], "measure": [], "share": []}),
            )
        )  # fmt: skip
    table = pd.DataFrame(
        [("f0", "f", 0, 0, money[0], 0), ("f1", "f", 1, 1, money[1], 0)],
        columns=["tranche", "fund", "arrives", "until", "amount_fen", "kept_fen"],
    )
    horizon = HorizonProblem.from_periods(
        periods, pd.DataFrame({"hh": ["a", "b"], "village": "A", "members": 1}), money_calendar(table, 2)
    )
    plan = solve_horizon(horizon, gap=0)
    return plan, waiting_reasons(plan, horizon).set_index("hh")


def test_who_brings_less_now_waits_for_the_money_of_later():
    plan, reasons = solved([[2.0, 1.5], [1.4, 1.2]])
    assert plan.chosen["period"].tolist() == [0, 1]
    assert reasons["reason"].to_dict() == {"b": "money"}
    assert reasons.loc["b", "points_now"] == 1500
    assert reasons.loc["b", "price_now"] > reasons.loc["b", "price_then"]


def test_who_gains_more_from_a_later_start_waits_for_it():
    _, reasons = solved([[2.0, 1.0], [1.0, 1.8]], money=(20, 20))
    assert reasons["reason"].to_dict() == {"b": "later"}


def test_who_can_have_no_post_gets_nothing():
    plan, reasons = solved([[2.0, 1.0], [1.0, 0.5]], money=(20, 20), posts=1, uses=1)
    assert plan.chosen["period"].tolist() == [0, -1]
    assert reasons["reason"].to_dict() == {"b": "seats"}


def test_what_brings_nothing_is_not_given():
    _, reasons = solved([[2.0, 0.0], [1.0, 0.0]], money=(20, 20))
    assert reasons["reason"].to_dict() == {"b": "no_gain"}
