"""Posts taken for good, weeks of their month, money of its period: by hand."""

import pandas as pd

from povlib.allocation.horizon.money_calendar import money_calendar
from povlib.allocation.horizon.period_tables import PeriodTables, joined_tables

NONE = pd.DataFrame({"facility": [], "level": [], "resource": [], "added": [], "opening_fen": [], "fund": []})


def offered(posts, weeks, mill=None):
    packages = pd.DataFrame({"package": [0, 1], "hh": "a", "k": [0, 1], "value": [0.0, 1.0]})
    uses = pd.DataFrame({"package": [1, 1], "resource": ["post:p", "weeks:c:1"], "amount": [1, 2]})
    resources = pd.DataFrame(
        {"resource": ["f", "post:p", "weeks:c:1"], "kind": ["fund", "post", "weeks"], "capacity": [9, posts, weeks]}
    )
    bills = pd.DataFrame({"package": [1], "measure": ["m"], "cost_fen": [5]})
    payers = bills.assign(fund="f").rename(columns={"cost_fen": "ceiling_fen"})
    keeps = pd.DataFrame({"fund": ["f"], "measure": ["m"], "share": [0.5]})
    return PeriodTables(packages, uses, resources, NONE if mill is None else mill, bills, payers, keeps)


def calendar():
    table = {"tranche": ["f1"], "fund": ["f"], "arrives": [0], "until": [1], "amount_fen": [8], "kept_fen": [0]}
    return money_calendar(pd.DataFrame(table), 2)


def test_posts_whose_number_changes_have_a_row_for_what_is_taken_up_to_each_period():
    made = joined_tables([offered(1, 4), offered(2, 4)], calendar())
    capacity = made["resources"].set_index("resource")["capacity"].to_dict()
    assert capacity == {"f#0": 8, "f#1": 8, "post:p#0": 1, "post:p#1": 2, "weeks:c:1": 4}
    uses = set(made["uses"].itertuples(index=False, name=None))
    first = {("1@0", "post:p#0", 1), ("1@0", "post:p#1", 1), ("1@0", "weeks:c:1", 2)}
    assert uses == first | {("1@1", "post:p#1", 1), ("1@1", "weeks:c:1", 2)}
    assert set(made["payers"]["fund"]) == set(made["keeps"]["fund"]) == {"f#0", "f#1"}


def test_posts_that_stay_the_same_have_one_row():
    made = joined_tables([offered(2, 4), offered(2, 4)], calendar())
    assert "post:p" in set(made["resources"]["resource"])
    assert made["packages"]["package"].tolist() == ["0@0", "1@0", "1@1"]
    assert made["packages"]["k"].is_unique


def test_what_is_opened_adds_from_its_period_on_and_is_opened_once():
    row = {"facility": ["mill"], "level": [1], "resource": ["post:p"], "added": [3], "opening_fen": [7], "fund": ["f"]}
    made = joined_tables([offered(0, 4, pd.DataFrame(row)), offered(0, 4, pd.DataFrame(row))], calendar())
    openings = made["facilities"][["level", "resource", "fund"]].to_numpy().tolist()
    assert openings == [[1001, "post:p#0", "f#0"], [1001, "post:p#1", "f#0"], [2001, "post:p#1", "f#1"]]
