"""The meeting paper of one township, and the annex of one village."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.report.area.facts import SingleAreaFacts
from povlib.report.area.hand_decisions import MOST_PRINTED, area_decisions
from povlib.report.area.single_area_paper import single_area_paper
from povlib.report.area.village_annex import annex_sheets, village_annex
from povlib.report.meeting.annex import MOST_LISTED
from povlib.report.meeting.totals import Total
from povlib.report.model.paper import Bullets, Paragraph, Report
from povlib.words import languages


def _facts(villages: int = 3) -> SingleAreaFacts:
    places = pd.DataFrame(
        {
            "name": [f"V{at:02d}" for at in range(villages)],
            "households": 10, "persons": 40, "served": 5, "money_fen": 1_000_000, "posts": 2,
            "additional": 3.0, "additional_low": 1.0, "additional_high": 5.0,
            "expected": 20.0, "expected_low": 15.0, "expected_high": 25.0,
            "poor_persons": 20, "assessed_persons": 40, "poor_share": 0.5,
        }
    )  # fmt: skip
    return SingleAreaFacts(
        office="County", scenario="base", plan_month=Month(2016, 5), horizon=Month(2016, 12),
        help_from=Month(2016, 6), help_to=Month(2016, 12), parts=2, households=10 * villages, persons=40 * villages,
        served=5 * villages, posts=2 * villages, additional=Total(3.0 * villages, 1.0, 99.0),
        expected=Total(20.0 * villages, 1.0, 999.0), without=Total(17.0 * villages), money_fen=1_000_000 * villages,
        entitlement_fen=500_000, short_fen=0, poorest_money_share=0.25, poorest_post_share=0.5, poorest_persons=8,
        poorest_additional=2.0, gap_persons=0.4, opening_fen=3_000_000, draws=1000, first_draws=100,
        first_additional=8.25, measures=pd.DataFrame(
            {"name": ["grant"], "awards": [7], "money_fen": [1_000_000 * villages]}
        ), draft=True, synthetic=True, area="T", level="township", townships=5, places=places,
        funds=pd.DataFrame({"name": ["special"], "owed_fen": [500_000], "planned_fen": [1_000_000 * villages]}),
        unserved=5 * villages, unserved_persons=20 * villages, unserved_poorest=2, unassessable=1, poorest_households=4,
    )  # fmt: skip


def _told(paper: Report) -> str:
    bullets = [block for section in paper.sections for block in section.blocks if isinstance(block, Bullets)]
    return " ".join(item.text for block in bullets for item in block.items)


@pytest.mark.parametrize("lang", languages())
def test_villages_stand_side_by_side_with_ranges(lang: str) -> None:
    paper = single_area_paper(_facts(), lang)
    assert len(paper.headlines) == 4
    (villages,) = (table for table in paper.tables() if table.key == "villages_T")
    assert villages.frame["name"].tolist() == ["V00", "V01", "V02"]
    assert villages.cells(lang)[0][-1].count("15") == 1
    assert villages.cells(lang)[0][-1].count("25") == 1
    assert len(paper.banners) == 2


def test_what_the_paper_of_the_office_says_too_has_the_key_it_has_there() -> None:
    keys = {number.key: number.value for number in single_area_paper(_facts(), "en").numbers}
    assert keys["townships[T].additional"] == 9.0
    assert keys["townships[T].money_fen"] == 3_000_000
    assert keys["proof.gap"] == 0.4
    # what the office counts otherwise is not said under the office's key
    assert "headline.additional" not in keys
    assert "entitlements.total" not in keys


@pytest.mark.parametrize("lang", languages())
def test_a_county_has_its_townships_side_by_side_under_its_own_keys(lang: str) -> None:
    paper = single_area_paper(replace(_facts(), area="C", level="county"), lang)
    assert paper.sections[0].key == "townships"
    assert next(iter(paper.tables())).key == "townships_C"
    assert {"counties[C].additional", "counties[C].money_fen", "county.C.plan.left_out"} <= {
        n.key for n in paper.numbers
    }
    told = _told(paper)
    assert ("this county" in told) if lang == "en" else ("本县" in told)


def test_who_is_left_out_is_counted() -> None:
    told = _told(single_area_paper(_facts(), "en"))
    assert "15 households with 60 persons get no new help" in told
    assert "Of the 4 households of this township among the poorest fifth, 2 households get no new help" in told
    assert "Of all households without new help, 1 household cannot be assessed" in told


def test_openings_are_those_of_the_office_and_the_draws_are_said() -> None:
    paper = single_area_paper(_facts(), "en")
    assert "opens places" not in paper.opening[0].text
    keys = {number.key: number.value for number in paper.numbers}
    assert keys["plan.opening"] == 3_000_000
    assert keys["proof.first_draws.additional"] == 8.25
    shut = {number.key for number in single_area_paper(replace(_facts(), opening_fen=0), "en").numbers}
    assert "plan.opening" not in shut


def test_a_township_where_everybody_receives_something_says_so() -> None:
    facts = replace(_facts(), unserved=0, unserved_persons=0, unserved_poorest=0, unassessable=0)
    (left_out,) = (section for section in single_area_paper(facts, "en").sections if section.key == "left_out")
    assert [block.prose.text for block in left_out.blocks] == ["Every household receives new help."]  # type: ignore[union-attr]


def test_a_township_without_anybody_on_the_register_has_a_paper() -> None:
    none, empty = Total(0.0, 0.0, 0.0), _facts(1)
    facts = replace(
        empty, households=0, persons=0, served=0, posts=0, additional=none, expected=none, without=Total(0.0),
        money_fen=0, entitlement_fen=0, poorest_money_share=None, poorest_post_share=None, poorest_persons=0,
        poorest_additional=0.0, places=empty.places.iloc[:0], funds=empty.funds.iloc[:0],
        measures=empty.measures.iloc[:0], unserved=0, unserved_persons=0, unserved_poorest=0, unassessable=0,
    )  # fmt: skip
    paper = single_area_paper(facts, "en")
    assert "no household receives new help" in paper.opening[0].text
    (left_out,) = (section for section in paper.sections if section.key == "left_out")
    (said,) = left_out.blocks
    assert said.prose.text == "No household of this township is on the register."  # type: ignore[union-attr]


def test_what_the_law_owes_and_no_fund_has_stands_first() -> None:
    assert "123" in single_area_paper(replace(_facts(), short_fen=12_300), "en").alerts[0].text


def _households(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "hh": [f"H-{at:04d}" for at in range(count)], "members": 4, "help": "grant", "start": 24_000,
            "money_fen": 100_000, "posts": 0, "p0": 0.25, "p": 0.75,
        }
    )  # fmt: skip


def _annex(count: int, lang: str = "en") -> Report:
    return village_annex(
        "V", "T", _households(count), lang, issuer="County", date_line="May", run="abc", synthetic=True, draft=True
    )


@pytest.mark.parametrize("lang", languages())
def test_an_annex_has_a_row_a_household(lang: str) -> None:
    (table,) = _annex(3, lang).tables()
    assert table.frame["hh"].tolist() == ["H-0000", "H-0001", "H-0002"]
    assert not annex_sheets("V", _households(3), lang)


def test_a_list_too_long_to_be_read_stands_in_the_workbook_alone() -> None:
    many = MOST_LISTED + 1
    assert not _annex(many).tables()
    assert f"{many:,}" in _annex(many).sections[0].blocks[0].prose.text  # type: ignore[union-attr]
    (sheet,) = annex_sheets("V", _households(many), "en")
    assert len(sheet.frame) == many


def test_a_village_without_anybody_on_the_register_says_so() -> None:
    assert not _annex(0).tables()


@pytest.mark.parametrize("lang", languages())
def test_what_was_decided_by_hand_is_printed_with_who_and_why(lang: str) -> None:
    assert "decided" not in [section.key for section in single_area_paper(_facts(), lang).sections]
    rows = pd.DataFrame({"hh": ["a", "b"], "decision": ["refused", "other"], "decided_by": "meeting", "reason": "so",
                         "kept": [True, False]})  # fmt: skip
    paper = single_area_paper(replace(_facts(), decided=rows), lang)
    (table,) = (table for table in paper.tables() if table.key == "decided_T")
    assert table.frame["hh"].tolist() == ["a", "b"]
    keys = {number.key: number.value for number in paper.numbers}
    assert (keys["township.T.decided.n"], keys["township.T.decided.lost"]) == (2, 1)


def test_too_many_decisions_are_counted_and_left_to_the_townships() -> None:
    count = MOST_PRINTED + 1
    rows = pd.DataFrame({"hh": [f"{at}" for at in range(count)], "decision": "refused", "decided_by": "meeting",
                         "reason": "so", "kept": True})  # fmt: skip
    (section,) = area_decisions(replace(_facts(), decided=rows), "en")
    assert [type(block) for block in section.blocks] == [Paragraph, Paragraph]
    assert str(count) in section.blocks[0].prose.text
