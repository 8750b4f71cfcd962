"""Every rule of work that an auditor runs, in every package of an offer, whatever the register holds."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from povlib.calendar import Month
from povlib.params import Settings
from povlib.support import Offer, offer
from povlib.support.example_township import example_township
from tests.support import conftest as make

HELP = Month(2016, 6)
PERSONS = ["P1", "P2", "P3", "P4", "P5", "P6"]
LABOUR = ["技能劳动力", "普通劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力", None]
maybe = st.sampled_from


def job_catalogue() -> Any:
    """Two job measures without a single condition of their own: the rules must hold by themselves."""
    return make.catalogue(
        make.measure("near", "job", one_per="worker"),
        make.measure("far", "job", one_per="worker"),
        make.post("sweeper", "near", slots=3),
        make.post("packer", "near", slots=2),
        make.post("factory", "far", slots=4).model_copy(update={"place": "县外省内"}),
    )


person = st.fixed_dictionaries(
    {
        "age": st.integers(10, 80),
        "labour": maybe(LABOUR),
        "school": maybe([None, None, None, "中职二年级"]),
        "health": maybe(["健康", "患有大病", None]),
        "sex": maybe(["男", "女", None]),
        "months": maybe([0, 6]),
        "workplace": maybe([None, "省外"]),
        "asked": st.booleans(),
        "caring": maybe([0, 1, None]),
        "available": maybe([0, 1, None]),
        "wish": maybe(["post", "away", "local", "none", None]),
        "most_km": maybe([3.0, 20.0, 900.0, None]),
        "skill": maybe(["tea", "parts、tea", None]),
        "in_post": st.booleans(),
    }
)
demand = st.fixed_dictionaries(
    {
        "hours_per_week": maybe([10.0, 30.0, None]),
        "distance_km": maybe([2.0, 15.0, None]),
        "least_age": maybe([None, 12, 18]),
        "most_age": maybe([None, 50, 90]),
        "sex": maybe([None, "女"]),
        "skill": maybe([None, "parts"]),
        "least_labour": maybe([None, "普通劳动力"]),
        "health_barred": maybe([None, "患有大病"]),
        "kind": maybe([None, "public"]),
    }
)


def township(people: list[dict[str, Any]], terms: list[dict[str, Any]], attributes: list[str | None]) -> Any:
    base = example_township()
    column = {name: [one[name] for one in people] for name in people[0]}
    members = base.members.assign(
        birth=pd.array([HELP.ordinal - 12 * age for age in column["age"]], dtype="Int64"),
        **{name: pd.array(column[name], dtype="str") for name in ("labour", "school", "health", "sex", "workplace")},
        work_months=pd.array(column["months"], dtype="Int64"),
    )
    workers = pd.DataFrame(
        [
            {"person": who, "hh": "", "wish_place": None, "from_month": 24000, **one}
            for who, one in zip(PERSONS, people, strict=True)
            if one["asked"]
        ],
        columns=["person", "hh", "skill", "caring", "wish", "wish_place", "available", "from_month", "most_km"],
    ).astype({"caring": "Int8", "available": "Int8", "skill": "str", "wish": "str", "most_km": "float64"})
    held = [who for who, one in zip(PERSONS, people, strict=True) if one["in_post"]]
    placements = pd.DataFrame({"post": "old", "person": held, "hh": "", "from_month": 24000})
    placements = placements.assign(
        employer="x", place="乡镇内", route=None, to_month=pd.array([None] * len(held), dtype="Int64")
    )
    posts = pd.DataFrame(
        [{"post": name, **row} for name, row in zip(["sweeper", "packer", "factory"], terms, strict=True)]
    )
    posts = posts.astype(
        {"least_age": "Int64", "most_age": "Int64", "hours_per_week": "float64", "distance_km": "float64"}
    )
    households = base.households.assign(attribute=pd.array(attributes, dtype="str"))
    return example_township(
        members=members, households=households, workers=workers, post_terms=posts, placements=placements
    )


def broken_rules(
    made: Offer, people: list[dict[str, Any]], terms: list[dict[str, Any]], attributes: list[Any]
) -> list[str]:
    """Return every rule that an awarded post breaks, by tests written apart from the program's."""
    home = dict(zip(PERSONS, ["H1", "H1", "H1", "H2", "H2", "H3"], strict=True))
    attribute = dict(zip(["H1", "H2", "H3"], attributes, strict=True))
    asks = dict(zip(["sweeper", "packer", "factory"], terms, strict=True))
    of = dict(zip(PERSONS, people, strict=True))
    wrong = []
    awarded = made.components.loc[made.components["post"].notna()]
    for row in awarded.to_dict("records"):
        one, ask, away = of[row["person"]], asks[row["post"]], row["post"] == "factory"
        checks = {
            "no person": one is None,
            "under 16": one["age"] < max(16, ask["least_age"] or 0),
            "70 and over": one["age"] > min(69, ask["most_age"] or 69),
            "no labour": one["labour"] in (None, "丧失劳动力", "无劳动力"),
            "labour": ask["least_labour"] is not None
            and (one["labour"] not in ("普通劳动力", "技能劳动力") or one["age"] >= 60),
            "student": one["school"] is not None,
            "hardship away": away and attribute[home[row["person"]]] in (None, "五保户", "特困供养脱贫户"),
            "months without place": one["months"] > 0 and one["workplace"] is None,
            "two posts": one["in_post"],
            "health": ask["health_barred"] is not None and one["health"] in (None, "患有大病"),
            "sex": ask["sex"] is not None and one["sex"] != ask["sex"],
            "skill": ask["skill"] is not None
            and not (one["asked"] and one["skill"] is not None and "parts" in one["skill"]),
            "start": row["start"] < HELP.ordinal,
        }
        if one["asked"]:
            far, long = (ask["distance_km"] or 0), (ask["hours_per_week"] or 0)
            checks |= {
                "not available": one["available"] == 0,
                "caring": one["caring"] == 1 and (away or far > 10 or long > 24),
                "distance": one["most_km"] is not None and far > one["most_km"],
                "wish": one["wish"] == "none" or (away and one["wish"] == "local"),
            }
        wrong += [f"{row['person']} in {row['post']}: {name}" for name, breaks in checks.items() if breaks]
    if awarded.duplicated(["package", "person"]).any():
        wrong.append("a person with two posts in one package")
    return wrong


@pytest.mark.thorough
@hypothesis_settings(max_examples=30, deadline=None)
@given(
    st.lists(person, min_size=6, max_size=6),
    st.lists(demand, min_size=3, max_size=3),
    st.lists(maybe(["一般贫困户", "五保户", "特困供养脱贫户", None]), min_size=3, max_size=3),
)
def test_no_package_breaks_a_rule_of_work(people, terms, attributes):
    made = offer(township(people, terms, attributes), job_catalogue(), Settings())
    assert broken_rules(made, people, terms, attributes) == []


def test_the_rules_leave_somebody_who_may_work_and_say_why_others_not():
    fine = {"age": 30, "labour": "普通劳动力", "school": None, "health": "健康", "sex": "女", "months": 0,
            "workplace": None, "asked": True, "caring": 0, "available": 1, "wish": "post", "most_km": 900.0,
            "skill": "parts", "in_post": False}  # fmt: skip
    free = dict.fromkeys(["hours_per_week", "distance_km", "least_age", "most_age", "sex", "skill", "least_labour",
                          "health_barred", "kind"])  # fmt: skip
    people = [fine, {**fine, "age": 71}, {**fine, "school": "中职二年级"}, {**fine, "wish": "none"},
              {**fine, "caring": 1, "available": 0}, {**fine, "age": 15}]  # fmt: skip
    attributes = ["一般贫困户"] * 3
    made = offer(township(people, [{**free, "skill": "parts"}, free, free], attributes), job_catalogue(), Settings())
    assert set(made.components["person"].dropna()) == {"P1"}
    assert set(made.components["post"].dropna()) == {"sweeper", "packer", "factory"}
    reasons = made.refused.set_index(["hh", "measure"])["reason_en"]
    assert "wishes for no work" in reasons["H2", "near"]
    assert "is younger than 16" in reasons["H3", "far"]
    assert made.refused["reason"].str.contains("{", regex=False).sum() == 0
