"""The paper of an office of many townships."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.report.area.facts import AreaFacts
from povlib.report.area.paper import MOST_PRINTED, area_paper, area_tables, township_list
from povlib.report.meeting.totals import Total
from povlib.words import languages


def _places(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": [f"T{at:03d}" for at in range(count)],
            "households": 10, "persons": 40, "served": 5, "money_fen": 1_000_000, "posts": 2,
            "additional": 3.0, "additional_low": 1.0, "additional_high": 5.0,
            "expected": 20.0, "expected_low": 15.0, "expected_high": 25.0, "poor_share": 0.5,
            "poor_persons": 20, "assessed_persons": 40,
        }
    )  # fmt: skip


def _facts(townships: int) -> AreaFacts:
    places = _places(townships)
    return AreaFacts(
        office="Prefecture", scenario="base", plan_month=Month(2016, 5), horizon=Month(2016, 12),
        help_from=Month(2016, 6), help_to=Month(2016, 12), parts=2, households=10 * townships, persons=40 * townships,
        served=5 * townships, posts=2 * townships, additional=Total(3.0 * townships, 1.0, 99.0),
        expected=Total(20.0 * townships, 1.0, 999.0), without=Total(17.0 * townships), money_fen=1_000_000 * townships,
        entitlement_fen=500_000, short_fen=0, poorest_money_share=0.25, poorest_post_share=0.5, poorest_persons=8,
        poorest_additional=2.0, gap_persons=0.4, opening_fen=3_000_000, draws=1000, first_draws=100,
        first_additional=8.25, townships=places, counties=places.iloc[:0],
        part_rows=_places(2).assign(name=["P1", "P2"]),
        villages=places.assign(township="T"),
        funds=pd.DataFrame({"name": ["special"], "amount_fen": [9_000_000], "owed_fen": [500_000],
                            "planned_fen": [1_000_000], "left_fen": [7_500_000]}),
        measures=pd.DataFrame({"name": ["grant"], "awards": [7], "money_fen": [1_000_000]}),
        openings=pd.DataFrame({"facility": ["tea", "rice"], "name": ["Tea house", "Rice mill"], "township": "T000",
                               "village": "V", "opened": [True, False], "month": ["2016-07", ""], "seats": [6, 4],
                               "least": [0, 2], "taken": [5, 0], "opening_fen": [3_000_000, 1_000_000]}),
        draft=True, synthetic=True,
    )  # fmt: skip


@pytest.mark.parametrize("lang", languages())
def test_townships_stand_side_by_side_and_the_workbook_has_every_village(lang: str) -> None:
    facts = _facts(3)
    paper = area_paper(facts, lang)
    assert len(paper.headlines) == 4
    (townships,) = (table for table in paper.tables() if table.key == "townships")
    assert townships.frame["name"].tolist() == ["T000", "T001", "T002"]
    assert [table.key for table in area_tables(facts, lang)] == ["every_village"]


def test_many_townships_are_printed_by_parts_and_listed_beside_under_the_keys_of_few() -> None:
    facts = _facts(MOST_PRINTED + 1)
    (listed,) = township_list(facts, "en").tables()
    assert (listed.key, len(listed.frame)) == ("townships", MOST_PRINTED + 1)
    (printed,) = (table for table in area_paper(facts, "en").tables() if table.key == "parts")
    assert printed.frame["name"].tolist() == ["P1", "P2"]
    assert [table.key for table in area_tables(facts, "en")] == ["every_village"]


@pytest.mark.parametrize(("townships", "tables"), [(3, ["counties", "townships"]), (MOST_PRINTED + 1, ["counties"])])
def test_counties_stand_before_their_townships_and_in_place_of_parts(townships: int, tables: list[str]) -> None:
    counties = _places(2).assign(name=["甲县", "乙县"])
    paper = area_paper(replace(_facts(townships), counties=counties), "en")
    printed = [table for table in paper.tables() if table.key in ("counties", "townships", "parts")]
    assert [table.key for table in printed] == tables
    assert printed[0].frame["name"].tolist() == ["甲县", "乙县"]


def test_the_request_names_what_opens_shared_places_and_no_township_has_it() -> None:
    paper = area_paper(_facts(2), "en")
    keys = {number.key: number.value for number in paper.numbers}
    assert keys["plan.opening"] == 3_000_000
    assert "opens places that several households share" in paper.opening[0].text
    nothing = area_paper(replace(_facts(2), opening_fen=0), "en")
    assert "opens places" not in nothing.opening[0].text
    assert "plan.opening" not in {number.key for number in nothing.numbers}


@pytest.mark.parametrize("lang", languages())
def test_by_how_many_draws_packages_were_told_apart_is_said(lang: str) -> None:
    keys = {number.key: number.value for number in area_paper(_facts(2), lang).numbers}
    assert keys["proof.first_draws"] == 100
    assert keys["proof.draws"] == 1000
    assert keys["proof.first_draws.additional"] == 8.25
    # another objective is not counted in persons
    other = {number.key for number in area_paper(replace(_facts(2), first_additional=None), lang).numbers}
    assert "proof.first_draws" in other
    assert "proof.first_draws.additional" not in other
    same = {number.key for number in area_paper(replace(_facts(2), draws=100), lang).numbers}
    assert "proof.first_draws" not in same


def test_made_up_data_say_so() -> None:
    assert area_paper(_facts(2), "en").banners


def test_what_the_funds_do_not_cover_stands_first() -> None:
    paper = area_paper(replace(_facts(2), short_fen=12_300), "en")
    assert "123" in paper.alerts[0].text


@pytest.mark.parametrize("lang", languages())
def test_what_is_opened_is_said_with_place_month_and_cost(lang: str) -> None:
    paper = area_paper(_facts(2), lang)
    (table,) = (table for table in paper.tables() if table.key == "area_openings")
    assert table.frame["facility"].tolist() == ["tea", "rice"]
    assert table.frame["month"].tolist() == ["2016-07", ""]
    assert table.frame["township"].tolist() == ["T000", "T000"]
    assert table.frame["opened"].nunique() == 2
    nothing = replace(_facts(2), openings=_facts(2).openings.iloc[:0])
    assert "openings" not in [section.key for section in area_paper(nothing, lang).sections]
