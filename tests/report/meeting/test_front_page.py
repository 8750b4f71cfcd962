"""The four big numbers, what heads the paper, and the office's own record."""

from __future__ import annotations

from types import ModuleType

import pandas as pd

from povlib.report import Report, meeting_paper
from povlib.report.meeting import FRAMES


def test_big_numbers_carry_range_and_change(english: Report) -> None:
    first, second, third, fourth = english.headlines
    assert first.range is not None
    assert first.range.show("en") == "118.4–209.9 persons"
    assert first.change is not None
    assert first.change.show("en") == "+50.0 persons"
    assert second.change is not None
    assert second.change.show("en") == "+171.3 persons"
    assert third.note is not None
    # 1,412,345 yuan / 171.26 persons = 8,246.79
    assert third.note.text == "8,247 yuan for each additional exit"
    assert fourth.change is not None
    assert fourth.change.show("en") == "+7.1 percentage points"


def test_a_shortfall_heads_the_paper_by_name_and_amount(english: Report) -> None:
    assert english.alerts[0].text == (
        "Owed by law and not covered: 危房改造（D级） needs 124,500 yuan; 危房改造补助 is short of 4,500 yuan."
    )


def test_the_record_opens_the_paper(made_up: ModuleType) -> None:
    with_record = meeting_paper(made_up.facts(), "en").opening[0].text
    assert "in 1 of 2 the outcome surely lies inside" in with_record
    assert "came true between 124.0 persons and 126.0 persons" in with_record
    none = made_up.facts(record=made_up.none("record"))
    assert "no promises yet" in meeting_paper(none, "en").opening[0].text
    waiting = made_up.facts(record=made_up.none("record"), promises_open=3)
    assert "3 promises on the book" in meeting_paper(waiting, "en").opening[0].text
    assert "record" not in [s.key for s in meeting_paper(none, "en").sections]


def test_what_the_law_owes_without_an_amount_heads_the_paper_by_name_and_households(made_up: ModuleType) -> None:
    rows = [("aid", "school aid", 4, None, True, False), ("min", "minimum living", 9, 7, True, True)]
    frame = pd.DataFrame(rows, columns=FRAMES["outside"]).astype({"seen": "Int64"})
    paper = meeting_paper(made_up.facts(outside=frame, shortfalls=made_up.none("shortfalls")), "en")
    alerts = " ".join(prose.text for prose in paper.alerts)
    assert "not in this plan: school aid, 4 households; its amount has not been entered" in alerts
    assert "left to others to pay: minimum living, 9 households. Of these, 2 households are not seen" in alerts
    said = made_up.said(made_up.facts(outside=frame, shortfalls=made_up.none("shortfalls")))
    assert "The funds cover all of it." not in said
    assert "what is owed without one is named below" in said


def test_a_fund_that_the_law_used_up_is_said_before_the_big_numbers(made_up: ModuleType) -> None:
    row = ("county fund", 900_000, 725_000, 175_000, 210_000, 19, "cleaner")
    frame = pd.DataFrame([row], columns=FRAMES["used_up"])
    alerts = " ".join(prose.text for prose in meeting_paper(made_up.facts(used_up=frame), "en").alerts)
    assert "county fund holds 9,000 yuan; the law takes 7,250 yuan of it first" in alerts
    assert "the 1,750 yuan left are less than the 2,100 yuan that a post costs: 19 posts stay empty (cleaner)" in alerts
    assert "stay empty" not in " ".join(prose.text for prose in meeting_paper(made_up.facts(), "en").alerts)
