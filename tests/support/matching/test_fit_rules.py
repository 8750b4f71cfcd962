"""Each rule by hand: one person, one post, one reason."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.params.conditions import Condition
from povlib.support.matching.fit_rules import MOST_POINTS, RULES, TO_ASK, CaringDuties, fit_of_post
from povlib.support.matching.fit_words import fit_reasons
from povlib.support.matching.post_demands import PostDemand

POST = PostDemand("p", {"en": "p"}, "firm", "乡镇内", away=False, village=None, wage_fen=1, free=1, hours=20.0, km=2.0)
AWAY = replace(POST, place="省外", away=True, km=500.0, hours=48.0)
PERSON = {
    "standing": "", "labour": "普通劳动力", "labour_rank": 1.0, "age": 40.0, "school": None, "attribute": "一般贫困户",
    "village": "甲", "in_post": False, "place_missing": False, "health": "健康", "sex": "女", "skill": "parts",
    "available": 1, "caring": 0, "most_km": 10.0, "wish": "post", "wish_place": None, "workplace": None,
}  # fmt: skip


def worker(**facts):
    frame = pd.DataFrame([PERSON | facts])
    texts = ["labour", "school", "attribute", "health", "sex", "skill", "wish", "wish_place", "workplace", "village"]
    return frame.astype(dict.fromkeys(texts, "str")).astype(
        dict.fromkeys(["labour_rank", "age", "available", "caring", "most_km"], "Float64")
    )


def verdict(facts, post):
    fit = fit_of_post(worker(**facts), post)
    names = {word: [rule for n, rule in enumerate(RULES) if int(bits[0]) >> n & 1]
             for word, bits in (("no", fit.barred), ("unknown", fit.unknown))}  # fmt: skip
    return bool(fit.may[0]), names["no"], names["unknown"]


def test_who_wants_it_and_has_the_skill_has_every_point():
    fit = fit_of_post(worker(), replace(POST, skill=("parts",)))
    assert fit.fits.tolist() == [True]
    assert fit.points.tolist() == [MOST_POINTS]


@pytest.mark.parametrize(
    ("facts", "post", "rule"),
    [
        ({"standing": "exited"}, POST, "standing"),
        ({"labour": "无劳动力", "labour_rank": None}, POST, "no_labour"),
        ({"labour": "丧失劳动力", "labour_rank": None}, POST, "no_labour"),
        ({"age": 15.0}, POST, "too_young"),
        ({"age": 17.0}, replace(POST, least_age=18), "too_young"),
        ({"age": 15.0}, replace(POST, least_age=12), "too_young"),
        ({"age": 70.0}, POST, "too_old"),
        ({"age": 70.0}, replace(POST, most_age=80), "too_old"),
        ({"age": 51.0}, replace(POST, most_age=50), "too_old"),
        ({"school": "中职二年级"}, POST, "in_school"),
        ({"attribute": "五保户", "most_km": 900.0, "wish": "away"}, AWAY, "hardship_away"),
        ({"labour_rank": 2.0}, replace(POST, least_labour="普通劳动力"), "labour_below"),
        ({"health": "长期慢性病、残疾"}, replace(POST, health_barred=("残疾",)), "health"),
        ({"sex": "男"}, replace(POST, sex="女"), "sex"),
        ({"skill": "tea、sewing"}, replace(POST, skill=("parts", "noodles")), "skill"),
        ({"village": "乙"}, replace(POST, village="甲"), "village"),
        ({"in_post": True}, POST, "holds_post"),
        ({"available": 0}, POST, "not_available"),
        ({"caring": 1}, replace(POST, hours=25.0), "caring"),
        ({"caring": 1, "most_km": 50.0}, replace(POST, km=11.0), "caring"),
        ({"caring": 1, "most_km": 900.0, "wish": "away"}, AWAY, "caring"),
        ({"most_km": 1.5}, POST, "distance"),
        ({"wish": "none"}, POST, "wish"),
        ({"wish": "local", "most_km": 900.0}, AWAY, "wish"),
        ({"wish_place": "乡镇内", "most_km": 900.0}, AWAY, "wish"),
    ],
)
def test_one_reason_bars(facts, post, rule):
    assert verdict(facts, post) == (False, [rule], [])
    bits = 1 << RULES.index(rule)
    for lang in ("zh", "en"):
        (said,) = fit_reasons(bits, 0, post, lang)
        assert said
        assert "{" not in said


@pytest.mark.parametrize(
    ("facts", "post", "unknown"),
    [
        ({"labour": None, "labour_rank": None}, POST, ["no_labour"]),
        ({"age": None}, POST, ["too_young", "too_old"]),
        ({"attribute": None, "most_km": 900.0, "wish": "away"}, AWAY, ["hardship_away"]),
        ({"health": None}, replace(POST, health_barred=("患有大病",)), ["health"]),
        ({"sex": None}, replace(POST, sex="男"), ["sex"]),
        ({"skill": None}, replace(POST, skill=("tea",)), ["skill"]),
        ({"place_missing": True}, POST, ["place_missing"]),
        ({}, replace(POST, least_labour="什么"), ["labour_below"]),
        ({"available": None}, POST, ["not_available"]),
        ({"caring": None}, replace(POST, hours=40.0), ["caring"]),
        ({"caring": 1}, replace(POST, hours=None), ["caring"]),
        ({"most_km": None}, POST, ["distance"]),
        ({}, replace(POST, km=None), ["distance"]),
        ({"wish": None}, POST, ["wish"]),
    ],
)
def test_what_is_not_known_is_never_a_silent_yes(facts, post, unknown):
    may, barred, found = verdict(facts, post)
    assert barred == []
    assert set(unknown) <= set(found)
    assert may == (set(found) <= TO_ASK)
    assert not fit_of_post(worker(**facts), post).fits[0]
    bits = sum(1 << RULES.index(rule) for rule in found)
    assert all(said.startswith("not known") for said in fit_reasons(0, bits, post, "en"))
    assert all("不知道" in said for said in fit_reasons(0, bits, post, "zh"))


def test_a_light_post_nearby_is_open_to_who_cares_for_somebody():
    assert verdict({"caring": 1}, POST) == (True, [], [])
    assert verdict({"caring": None}, POST) == (True, [], [])
    assert not fit_of_post(worker(caring=1), POST, CaringDuties(hours=10)).may[0]


def test_no_sex_is_asked_where_the_record_names_none():
    assert verdict({"sex": None}, POST)[0]


def test_conditions_of_the_post_count_with_their_citation():
    rule = Condition(on="worker", field="age", op="<=", value=35, citation="as they hire")
    post = replace(POST, conditions=(rule,))
    fit = fit_of_post(worker(), post)
    assert not fit.may[0]
    assert fit_reasons(int(fit.barred[0]), 0, post, "en") == ["age must be at most 35 (as they hire)"]
    unsure = fit_of_post(worker(age=None), post)
    assert any(said.startswith("not known whether age") for said in fit_reasons(0, int(unsure.unknown[0]), post, "en"))


def test_nobody_at_all_is_no_error():
    assert len(fit_of_post(worker().iloc[:0], POST).may) == 0
    assert Month(2016, 6).ordinal > 0
