"""Which rows of a ledger make the plan of helpers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.params.procedures.inspection import Inspection
from povlib.runs.facts.villages.helper_lists import agreed_rows, helper_facts

RULES = Inspection(status="synthetic", source="made up for a test", km={"A": {"B": 3.0}})


def state(**changes: Any) -> Any:
    month = Month(2016, 1).ordinal
    frames = {
        "poor": pd.DataFrame({"hh": ["1", "2", "3"], "village": ["A", "A", "B"]}),
        "helpers": pd.DataFrame(
            {"helper": ["a", "b", "c"], "village": ["A", "B", "A"], "home_village": ["B", "A", None],
             "capacity": pd.array([2, 2, 2], dtype="Int64"), "status": ["serving", None, "moved"]}
        ),
        "helper_kin": pd.DataFrame({"helper": ["a"], "hh": ["1"]}),
        "helper_assignments": pd.DataFrame(
            {"helper": ["c", "a", "a", "b"], "hh": ["1", "2", "1", "3"], "from_month": month,
             "to_month": pd.array([None, None, Month(2016, 2).ordinal, None], dtype="Int64")}
        ),
    }  # fmt: skip
    return SimpleNamespace(**{**frames, **changes}, last_month=Month(2016, 4))


def test_only_those_who_serve_are_planned_and_pairs_that_ended_do_not_count() -> None:
    facts = helper_facts(state(), RULES)
    plan = facts.plan
    assert plan.loads["helper"].tolist() == ["a", "b"]
    # 1 is kin of a and in b's own village; 2 is in b's own village; 3 in a's
    assert plan.assigned["helper"].fillna("none").tolist() == ["none", "a", "b"]
    assert plan.vacant.to_dict("records") == [{"hh": "1", "village": "A", "own_village": 1, "kin": 1, "full": 0}]
    assert facts.away.to_dict("records") == [{"helper": "c", "status": "moved", "households": 1}]
    assert plan.kept == 2


def test_without_kilometres_any_other_village_is_as_far() -> None:
    facts = helper_facts(state(), Inspection(status="synthetic", source="made up for a test"))
    assert facts.without_ways
    assert facts.plan.metres == 0


def test_no_helper_is_refused_with_what_to_fill_in() -> None:
    with pytest.raises(DataError, match="forms"):
        helper_facts(state(helpers=state().helpers.head(0)), RULES)


def test_pairs_that_stay_keep_their_month_others_end_and_begin() -> None:
    """By hand: 2 stays with a, 3 with b; 1 was with c, who moved, and nobody may take it."""
    rows = agreed_rows(helper_facts(state(), RULES))
    assert rows.astype(object).where(rows.notna(), None).to_numpy().tolist() == [
        ["1", "c", "2016-01", "2016-04"],
        ["2", "a", "2016-01", None],
        ["3", "b", "2016-01", None],
    ]
    free = state(helper_kin=pd.DataFrame({"helper": ["b"], "hh": ["2"]}))
    rows = agreed_rows(helper_facts(free, RULES))
    assert ["1", "a", "2016-05"] in rows[["hh", "helper", "from_month"]].to_numpy().tolist()
    running = rows[rows["to_month"].isna()]
    assert not running["hh"].duplicated().any()  # nobody has two at once
