"""What is late, and how far the works are, one house at a time."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from povlib.runs.facts.houses.house_progress import days_of, progress_facts, weekly_counts


def _date(number: int) -> dt.date:
    return dt.date(number // 10000, number // 100 % 100, number % 100)


def test_late_works_are_those_past_their_own_day(township: SimpleNamespace, houses: pd.DataFrame) -> None:
    told = progress_facts(township, houses)
    assert told is not None
    last = _date(int(township.progress["week"].max()))
    status = dict(township.projects[["project", "status"]].itertuples(index=False))
    late = {
        row.project: (last - _date(row.planned_done_day)).days
        for row in township.project_schedules.itertuples()
        if status[row.project] != "完工" and _date(row.planned_done_day) < last
    }
    assert dict(told.late[["project", "days_late"]].itertuples(index=False)) == late
    assert told.day == last.isoformat()
    assert told.done == 56


def test_the_share_done_is_that_of_the_last_week_of_each(township: SimpleNamespace, houses: pd.DataFrame) -> None:
    told = progress_facts(township, houses)
    assert told is not None
    shares = []
    for row in township.projects.itertuples():
        weeks = township.progress[township.progress["project"] == row.project].sort_values("week")
        shares.append(1.0 if row.status == "完工" else weeks["pct"].iloc[-1] / 100)
    assert told.share == pytest.approx(sum(shares) / len(shares))
    assert 0 < told.planned_share <= 1


def test_the_weekly_counts_are_those_of_a_clerk(township: SimpleNamespace) -> None:
    plans = township.project_schedules
    works = pd.DataFrame({"planned": days_of(plans["planned_done_day"]), "finished": days_of(plans["done_day"])})
    counts = weekly_counts(works, pd.Timestamp("2016-04-30"))
    for row in counts.itertuples():
        assert row.planned == sum(_date(day) <= row.day.date() for day in plans["planned_done_day"])
        if row.day <= pd.Timestamp("2016-04-30"):
            assert row.done == sum(_date(day) <= row.day.date() for day in plans["done_day"].dropna())
        else:
            assert row.done is pd.NA
    assert counts["planned"].iloc[-1] == len(plans)
    assert counts["planned"].iloc[0] == counts["done"].iloc[0] == 0
