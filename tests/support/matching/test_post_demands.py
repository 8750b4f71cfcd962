"""What posts ask for, and which have vacancies."""

from __future__ import annotations

import pandas as pd

from povlib import params, places
from povlib.calendar import Month
from povlib.support.example_township import example_township
from povlib.support.matching.post_demands import demand_of_post, terms_by_spelling, vacancies

CATALOGUE = params.load(places.DATA / "sample" / "params")
JUNE = Month(2016, 6)


def test_terms_are_found_by_key_and_by_name_in_any_language(terms):
    for name in ("small_parts", "零部件加工工", "small-parts worker"):
        state = example_township(post_terms=terms(**{name: {"hours_per_week": 44.0, "skill": "parts、sewing"}}))
        made = demand_of_post(CATALOGUE.posts["small_parts"], terms_by_spelling(state))
        assert (made.hours, made.skill, made.most_age) == (44.0, ("parts", "sewing"), None)


def test_vacancies_are_those_of_the_catalogue_and_of_posts_that_the_ledger_alone_has():
    posts = pd.DataFrame(
        [
            {"post": "护林员", "employer": "林场", "place": "省外", "village": "甲", "wage_fen": 60000, "slots": 3},
            {"post": "零部件加工工", "employer": "x", "place": "乡镇内", "village": None, "wage_fen": 1, "slots": 9},
            {"post": "停办", "employer": "x", "place": "", "village": None, "wage_fen": None, "slots": 9},
        ]
    ).assign(from_month=None, to_month=[None, None, Month(2016, 5).ordinal])
    held = pd.DataFrame(
        {
            "post": ["护林员"],
            "person": ["P1"],
            "hh": ["H1"],
            "employer": "林场",
            "place": "省外",
            "from_month": [24000],
            "to_month": pd.array([None], dtype="Int64"),
            "route": None,
        }
    )
    found = {post.key: post for post in vacancies(example_township(posts=posts, placements=held), CATALOGUE, JUNE)}
    assert found["护林员"].free == 2
    assert found["护林员"].away
    assert found["护林员"].village == "甲"
    assert "停办" not in found
    assert "零部件加工工" not in found
    assert found["small_parts"].free == 8
    assert "rice_noodle" not in found  # from July on
    assert "rice_noodle" in {post.key for post in vacancies(example_township(), CATALOGUE, Month(2016, 7))}
