"""The checks that offices run over the register hold on every row, for several seeds; written from the rules alone."""

import pandas as pd
import pytest

from povlib.intake.form import form
from povlib.sample import sheets, simulate

PLAN = pd.Timestamp(2016, 4, 30)


@pytest.fixture(scope="module", params=[2016, 7, 99])
def seeded(request):
    return sheets(simulate(seed=request.param))


@pytest.fixture(scope="module")
def people(seeded):
    member = seeded["member"].copy()
    born = pd.to_datetime(member["birth"])
    before = (born.dt.month > PLAN.month) | ((born.dt.month == PLAN.month) & (born.dt.day > PLAN.day))
    member["age"] = PLAN.year - born.dt.year - before
    member["attribute"] = member["hh"].map(seeded["household"].set_index("hh")["attribute"])
    return member


def test_every_household_has_one_head_and_at_most_one_spouse_of_the_other_sex(people):
    heads = people[people["relation"] == "户主"].set_index("hh")["sex"]
    assert heads.index.is_unique
    assert set(heads.index) == set(people["hh"])
    spouses = people[people["relation"] == "配偶"].set_index("hh")["sex"]
    assert spouses.index.is_unique
    assert (heads.loc[spouses.index] != spouses).all()


def test_exactly_one_of_school_and_education_is_filled(people):
    assert (people["education"].notna() ^ people["school"].notna()).all()


def test_labour_agrees_with_age_health_and_school(people):
    child, old = people["age"] < 16, people["age"] >= 60
    assert (people.loc[child, "labour"] == "无劳动力").all()
    assert people.loc[old, "labour"].isin(["弱劳动力或半劳动力", "无劳动力"]).all()
    sound = ~child & ~old & (people["health"] == "健康") & people["school"].isna()
    assert people.loc[sound, "labour"].isin(["普通劳动力", "技能劳动力"]).all()
    grown_up = (people["age"] >= 7) & (people["health"] == "健康")
    assert not people.loc[grown_up, "school"].isin(["学龄前儿童", "学前教育"]).any()


def test_who_works_away_has_labour_and_months(people):
    placed = people["workplace"].notna()
    assert (placed == people["work_months"].notna()).all()
    assert people.loc[placed, "work_months"].between(1, 12).all()
    assert not people.loc[placed, "labour"].isin(["无劳动力", "丧失劳动力"]).any()
    assert not (people.loc[placed, "attribute"] == "五保户").any()


def test_posts_go_to_able_persons_of_the_right_age(people):
    held = people[people["post"].notna()]
    assert held["age"].between(16, 69).all()
    assert not held["labour"].isin(["无劳动力", "丧失劳动力"]).any()
    assert held["school"].isna().all()
    assert (held["attribute"] != "五保户").all()
    assert held.loc[held["post_route"] == "就业-企业", "age"].between(18, 50).all()
    assert held["workplace"].notna().all()


def test_help_goes_to_whom_it_may(seeded, people):
    support = seeded["support"].merge(people[["person", "labour", "school", "age"]], on="person", how="left")
    jobs = support[support["measure"].isin(["保洁员岗位", "小微企业岗位", "企业就业岗位"])]
    assert jobs["person"].notna().all()
    assert not jobs["labour"].isin(["无劳动力", "丧失劳动力"]).any()
    assert support.loc[support["measure"] == "雨露计划", "school"].str.contains("中职|高职高专").all()
    drawing = people[people["minimum_living"] == "是"]["hh"]
    assert set(support.loc[support["measure"] == "低保", "hh"]) == set(drawing)
    industry = support[support["measure"].isin(["养牛合作社", "产业扶持补助", "土鸡土鸭订单养殖", "铁皮石斛合作社"])]
    sales = seeded["income"].groupby("hh")["business"].sum()
    assert (sales.loc[industry["hh"]] > 0).all()
    assert not support.duplicated(["hh", "person", "measure", "from_month"]).any()


def test_every_household_has_cover_but_for_the_declared_gaps(seeded, people):
    last = seeded["income"].sort_values("month").groupby("hh").tail(1).set_index("hh")
    without = set(people.loc[people["medical_insurance"] == "否", "hh"])
    assert without == set(last.index[last["medical"] == "否"])
    last = last[last["month"] == "2016-04"]
    unsafe = seeded["household"].set_index("hh")["housing_grade"].isin(["C", "D", "无房"])
    assert (unsafe.loc[last.index] == (last["housing"] == "否")).all()
    homeless = seeded["household"]["housing_grade"] == "无房"
    assert (seeded["household"].loc[homeless, "house_area_m2"] == 0).all()
    assert (seeded["household"].loc[~homeless, "house_area_m2"] > 0).all()
    dropped = people[people["age"].between(7, 15) & people["school"].isna()]
    heard = dropped["hh"].isin(last.index)
    assert set(dropped["hh"][heard]) == set(last.index[last["schooling"] == "否"])


def test_rows_keep_the_bounds_keys_and_code_lists_of_the_form(seeded):
    from povlib import params

    for sheet in form().sheets:
        frame = seeded[sheet.key]
        assert not frame.duplicated(list(sheet.unique)).any()
        for field in sheet.fields:
            values = frame[field.key].dropna()
            assert not field.required or len(values) == len(frame)
            if field.low is not None:
                assert values.between(field.low, field.high).all()
            if field.codes:
                labels = set(params.table(field.codes).labels)
                assert {part for value in values for part in str(value).split("、")} <= labels


def test_months_lie_in_the_thirty_six_and_three_per_cent_are_missing(seeded):
    income = seeded["income"]
    assert (income["month"].min(), income["month"].max()) == ("2013-05", "2016-04")
    missing = 1 - len(income) / (36 * seeded["household"]["hh"].nunique())
    assert 0.015 < missing < 0.05


def test_money_is_whole_yuan_and_pomelo_comes_in_one_harvest(seeded):
    income = seeded["income"]
    growers = seeded["household"].loc[seeded["household"]["livelihood"] == "蜜柚", "hh"]
    mine = income[income["hh"].isin(growers)]
    autumn = mine["month"].str[-2:].isin(["09", "10", "11"])
    assert mine.loc[autumn, "business"].sum() > 0.7 * mine["business"].sum()
    assert income["wage"].dtype == "int64"
