"""The four big numbers, what heads the paper, and the office's own record."""

from __future__ import annotations

from types import ModuleType

import pandas as pd

from povlib.report import Report, meeting_paper
from povlib.report.meeting import FRAMES, Decision, MeetingFacts, brief_paper
from povlib.report.model.paper import Bullets


def test_big_numbers_carry_their_range_and_explain_themselves(english: Report) -> None:
    first, second, third, fourth = english.headlines
    assert first.range is not None
    assert first.range.show("en") == "118–210 persons"
    assert first.label == "More persons out of poverty by 2016-12 than without the plan"
    assert second.note is not None
    assert second.note.text.startswith("Of 1,056 persons on the register; without the plan 232 persons.")
    assert third.note is not None
    # 1,412,345 yuan / 171.26 persons = 8,246.79
    assert third.note.text == "8,247 yuan for each person more out of poverty."
    assert fourth.note is not None
    assert fourth.note.text.startswith("The poorest 211 persons: 22.5% of the new posts, 21 persons more")
    # a simple rule is no yardstick before it was explained: it has a section of its own
    assert all(head.change is None for head in english.headlines)


def test_the_paper_opens_with_what_is_asked_or_with_what_was_decided(made_up: ModuleType) -> None:
    asked = meeting_paper(made_up.facts(), "en").opening[0].text
    assert asked == (
        "The meeting is asked to approve 1,412,345 yuan of new money and 71 posts for 187 households, in steps "
        "from 2016-06 to 2016-12."
    )
    decided = (Decision("approved", "陈局长", "2016-06-02", "as proposed"),)
    said = meeting_paper(made_up.facts(decisions=decided, draft=False), "en").opening[0].text
    assert said == "Approved by 陈局长 on 2016-06-02. Reason: as proposed"


def test_an_approved_paper_still_says_what_was_approved(made_up: ModuleType) -> None:
    decided = (Decision("approved", "陈局长", "2016-05-10", "as proposed"),)
    facts = made_up.facts(decisions=decided, draft=False)
    for paper in (meeting_paper(facts, "zh"), brief_paper(facts, "zh")):
        assert paper.opening[0].text == "2016年5月10日由陈局长批准。理由：as proposed"
        # 1,412,345 yuan
        assert paper.opening[1].text == (
            "会议批准：2016年6月至2016年12月陆续实施，安排新增资金141.23万元、71个岗位，帮扶187户。"
        )
        assert {"plan.posts", "plan.served", "headline.money"} <= {number.key for number in paper.opening[1].numbers}
        assert "会议批准" in paper.subtitle
    gone = made_up.facts(decisions=(*decided, Decision("withdrawn", "陈局长", "2016-07-01", "x")), draft=False)
    assert meeting_paper(gone, "en").opening[-1].text.startswith("Approved then: 1,412,345 yuan of new money")
    assert "no longer in force" in meeting_paper(gone, "en").subtitle
    assert meeting_paper(made_up.facts(), "zh").subtitle.startswith("提请会议审议")


def test_a_shortfall_heads_the_paper_by_name_and_amount(english: Report) -> None:
    assert english.alerts[0].text == (
        "Owed by law and not covered: 危房改造（D级） needs 124,500 yuan; 危房改造补助 is short of 4,500 yuan."
    )


def _record(facts: MeetingFacts) -> str:
    brief = next(s for s in meeting_paper(facts, "en").sections if s.brief)
    return next(b for b in brief.blocks if isinstance(b, Bullets)).items[-1].text


def test_the_record_stands_on_the_page_that_decides(made_up: ModuleType) -> None:
    with_record = _record(made_up.facts())
    assert "in 1 of 2 the outcome surely lies inside" in with_record
    assert "came true between 124 persons and 126 persons" in with_record
    none = made_up.facts(record=made_up.none("record"))
    assert "no promises yet" in _record(none)
    waiting = made_up.facts(record=made_up.none("record"), promises_open=3)
    assert "3 promises on the book" in _record(waiting)
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
