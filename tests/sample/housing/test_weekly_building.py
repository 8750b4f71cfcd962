"""The works go on as the file of the world says, and the future of a house is not touched by what is known of it."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.sample import house_rows, ledger_rows, simulate, works_truth
from povlib.sample.housing.weekly_building import as_yyyymmdd, first_day_of, last_day_of, month_of


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**31))
def test_states_and_days_agree_for_any_seed(seed):
    township = simulate(seed=seed)
    works, truth = township.works, works_truth(township)
    assert truth["status"].value_counts().to_dict() == {"完工": 56, "在建": 21, "未开工": 8}
    cutoff = last_day_of(township.world.last_seen)
    assert (works["done_day"] >= works["start_day"]).all()
    assert (works["done_month"] == month_of(works["done_day"].to_numpy())).all()
    assert (works["status"].eq("完工") == (works["done_day"] <= cutoff)).all()
    assert (works["status"].eq("未开工") == (works["start_day"] > cutoff)).all()
    waits = truth[truth["status"] == "未开工"]
    causes = {"frail", "no_money", "unwilling", "season"} | ({"no_plot"} if "新建" in set(waits["kind"]) else set())
    assert set(waits["delay_cause"]) == causes
    assert set(truth.loc[truth["delay_cause"] == "no_plot", "kind"]) <= {"新建"}
    under_way = truth[truth["status"] == "在建"]
    assert under_way["share_done"].between(0, 1, inclusive="left").all()


def test_the_finishing_day_is_where_the_daily_work_adds_up_to_a_house(township):
    """By hand: add the work of each day until the house is whole."""
    building, works = township.building, township.works
    for i in range(0, len(works), 7):
        day = begun = int(works["start_day"].iloc[i])
        done = 0.0
        while True:
            done += building.work[i, (day - building.first_day) // 7] / 7
            if done >= 1 - 1e-9 or day > begun + 3000:
                break
            day += 1
        assert abs(day - works["done_day"].iloc[i]) <= 1  # a rounding at the very end of a day may move it


def test_days_and_months():
    assert as_yyyymmdd(np.array([0, 16921])).tolist() == [19700101, 20160430]
    month = 2016 * 12 + 3
    assert as_yyyymmdd(np.array([first_day_of(month), last_day_of(month)])).tolist() == [20160401, 20160430]


def test_the_past_does_not_change_when_months_are_added(township):
    later = simulate(months_after=6)
    assert later.works.equals(township.works)
    old, new = ledger_rows(township)["progress"], ledger_rows(later)["progress"]
    begun = works_truth(township).query("status != '未开工'")["project"]
    both = old.merge(new[new["week"] <= 20160430], on=["project", "week"], how="outer", indicator=True)
    both = both[both["project"].isin(begun)]
    assert (both["pct_x"] == both["pct_y"])[both["_merge"] == "both"].all()
    # the record of the month's last week is always there when its workbook is written, and may be lost later
    assert set(both.loc[both["_merge"] != "both", "week"]) <= {20160430}
    assert set(works_truth(later)["status"]) >= {"完工"}
    assert (works_truth(later)["status"] == "完工").sum() > 56


def test_records_are_what_a_clerk_would_write(township):
    rows = ledger_rows(township)
    progress, plans = rows["progress"], house_rows(township)["project_schedules"]
    assert (progress["pct"] % 5 == 0).all()
    assert progress["week"].max() <= 20160430
    assert not progress.duplicated(["project", "week"]).any()
    assert progress.groupby("project")["pct"].is_monotonic_increasing.all()
    last = progress.groupby("project").tail(1).set_index("project")
    done = plans.set_index("project")["done_day"]
    assert ((last["pct"] == 100) == done.reindex(last.index).notna()).all()
    assert (last.loc[done.dropna().index, "week"] == done.dropna()).all()
    waits = plans["start_day"].isna()
    assert waits.sum() == 8
    assert (plans.loc[done.reset_index()["done_day"].isna().to_numpy() & ~waits.to_numpy(), "planned_done_day"]
            <= 20160515).all()  # fmt: skip
    assert progress["text"].str.contains("下雨").any()
    assert progress["text"].str.contains("材料未到").any()


@pytest.mark.slow
def test_the_law_of_the_future_does_not_depend_on_the_state_drawn_to():
    """The work of the weeks after the data has the same mean for houses under way as for those begun later."""
    ratio = []
    for seed in range(40):
        township = simulate(seed=seed)
        works, building = township.works, township.building
        week = (last_day_of(township.world.last_seen) + 1 - building.first_day) // 7
        later = building.work[:, week + 1 : week + 30].mean(axis=1)
        repair = works["kind"].eq("修缮").to_numpy()
        ratio.append([later[repair & works["status"].eq(s).to_numpy()].mean() for s in ("在建", "未开工", "完工")])
    under, waiting, done = np.nanmean(np.array(ratio), axis=0)
    # Houses still under way are the slower ones, the finished the quicker: by less than their spread (0.25), not more.
    assert under < done
    assert under / waiting > 0.75


def test_a_township_is_whole_when_its_last_month_is_moved(township):
    moved = dataclasses.replace(township, last=township.last + 3)
    assert (works_truth(moved)["status"] == "完工").sum() >= 56
