"""Work: terms that holders meet, workers, and ends of placements by a hazard that is known."""

import pandas as pd
import pytest

from povlib.sample import ledger_rows, retention_truth, simulate


def estimated(townships):
    """Leavings over months at risk by kind, the plain estimate of a constant chance."""
    ended, months = {}, {}
    for township in townships:
        tables, last = ledger_rows(township), township.last
        kinds = tables["post_terms"].set_index("post")["kind"]
        ends, runs = tables["placement_ends"], tables["placements"]
        left = ends["reason"] != "ended"
        risk = ends["end_month"] - ends["from_month"] + 1
        for kind, part in pd.DataFrame({"n": left.astype(int), "m": risk}).groupby(ends["post"].map(kinds)):
            ended[kind] = ended.get(kind, 0) + part["n"].sum()
            months[kind] = months.get(kind, 0) + part["m"].sum()
        for kind, part in (last - runs["from_month"]).groupby(runs["post"].map(kinds)):
            months[kind] = months.get(kind, 0) + part.sum()
    return pd.Series(ended) / pd.Series(months), pd.Series(ended)


@pytest.mark.thorough
def test_the_plain_estimate_finds_the_chance_that_is_true():
    rates, ended = estimated(simulate(seed=s) for s in range(12))
    truth = retention_truth(simulate(60)).set_index("kind")["lost_per_month"]
    for kind, true in truth.items():
        assert rates[kind] == pytest.approx(true, abs=3.5 * true / ended[kind] ** 0.5), kind


def test_posts_lost_after_the_plan_are_ends_too():
    later = simulate(2000, seed=4, months_after=8)
    tables = ledger_rows(later)
    ends, runs = tables["placement_ends"], tables["placements"]
    since = ends[ends["end_month"] >= 24195]
    assert len(since) > 50
    assert not set(zip(since["person"], since["post"], since["from_month"], strict=True)) & set(
        zip(runs["person"], runs["post"], runs["from_month"], strict=True)
    )


def test_whoever_holds_a_post_meets_its_terms(tables, rows):
    held = rows["member"][rows["member"]["post"].notna()].merge(tables["post_terms"], on="post")
    assert len(held) == 80
    age = 2016 - held["birth"].str[:4].astype(int)
    assert ((age >= held["least_age"]) & (age - 1 <= held["most_age"])).all()
    assert not (held["health"] == held["health_barred"]).any()
    away = held["kind"] == "enterprise"
    assert held.loc[away, "labour"].isin(["普通劳动力", "技能劳动力"]).all()


def test_seventeen_were_taken_at_the_fair(tables, rows):
    fair = tables["job_fairs"].iloc[0]
    held = rows["member"][rows["member"]["post"] == fair["post"]]
    assert fair["taken"] == len(held) == 17 <= fair["offered"]
    assert set(held["employer"]) == {fair["employer"]}
    assert (held["post_from"] > f"{fair['day'] // 10000}-{fair['day'] // 100 % 100:02d}").all()


def test_workers_have_labour_and_carers_are_no_holders(tables, rows):
    workers, people = tables["workers"], rows["member"].set_index("person")
    mine = people.loc[workers["person"]]
    assert (mine["labour"] != "无劳动力").all()
    assert mine["school"].isna().all()
    caring = workers["caring"].eq(1).to_numpy()
    assert 0 < caring.sum() < 0.3 * len(workers)
    assert mine.loc[caring, "post"].isna().all()
    assert not set(workers.loc[caring, "person"]) & set(tables["shifts"]["person"])
    assert workers["available"].isna().any()


def test_nobody_ends_before_beginning_or_after_the_data(tables, township):
    ends = tables["placement_ends"]
    assert (ends["end_month"] >= ends["from_month"]).all()
    assert (ends["end_month"] <= township.last).all()
    assert not ends.duplicated(["post", "person", "from_month"]).any()
