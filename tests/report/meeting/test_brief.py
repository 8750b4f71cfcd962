"""The page that decides: one page in both languages, and every case has a sentence of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from types import ModuleType

import pytest

from povlib.report.meeting import Decision, MeetingFacts, Proof, Total, TrackRecord, brief_paper, meeting_paper
from povlib.report.model.paper import Beside, Bullets, Pair, Table
from povlib.report.writers.payload import payload, shown_texts
from povlib.report.writers.typesetting import typeset


def _words(facts: MeetingFacts, lang: str = "en") -> str:
    return "\n".join(shown_texts(payload(brief_paper(facts, lang))))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_one_page_with_many_villages_and_funds(made_up: ModuleType, lang: str) -> None:
    from pypdf import PdfReader

    facts = made_up.facts(figures=made_up.charts(lang))
    wide = facts.funds.assign(
        name=[f"{name} of the county and its townships, second tranche" for name in facts.funds["name"]]
    )
    for given in (facts, replace(facts, funds=wide)):
        pages = PdfReader(BytesIO(typeset(payload(brief_paper(given, lang)), "paper"))).pages
        assert len(pages) == 1
        shown = pages[0].extract_text().replace("\n", "").replace(" ", "")
        last = brief_paper(given, lang).sections[0].blocks[-1]
        assert isinstance(last, Bullets)
        assert last.items[-1].text[-12:].replace(" ", "") in shown  # down to the record of promises


def test_it_opens_the_meeting_paper_with_the_same_numbers(made_up: ModuleType) -> None:
    facts = made_up.facts()
    brief, paper = brief_paper(facts, "zh"), meeting_paper(facts, "zh")
    assert paper.sections[0].key == brief.sections[0].key == "brief"
    assert (brief.opening, brief.headlines, brief.alerts) == (paper.opening, paper.headlines, paper.alerts)
    ours, theirs = ({n.key: n.plain() for n in report.numbers} for report in (brief, paper))
    assert ours.items() <= theirs.items()


def test_money_stands_by_village_beside_money_by_fund(made_up: ModuleType) -> None:
    facts = made_up.facts()
    (pair,) = [b for b in brief_paper(facts, "en").sections[0].blocks if isinstance(b, Pair)]
    assert pair.left.key == "figure_village_money"
    assert pair.right.total(pair.right.columns[1]) == facts.outcome.money_fen
    nothing = made_up.facts(
        outcome=made_up.outcome(additional=Total(0.0), money_fen=0, served=0, posts=0, entitlement_fen=0),
        **{
            name: made_up.none(name)
            for name in ("villages", "funds", "measures", "annex", "entitlements", "shortfalls")
        },
    )
    assert not [b for b in brief_paper(nothing, "en").sections[0].blocks if isinstance(b, Pair)]
    assert "asked to note that no household receives new help" in _words(nothing)
    assert "as many as with it" in _words(nothing)


def test_what_is_sure_is_kept_apart_from_what_is_not(made_up: ModuleType) -> None:
    def sides(facts: MeetingFacts) -> tuple[str, str]:
        (beside,) = [b for b in brief_paper(facts, "en").sections[0].blocks if isinstance(b, Beside)]
        return tuple(" ".join(p.text for p in side) for side in (beside.left, beside.right))

    sure, unsure = sides(made_up.facts())
    assert "the funds do not hold all of it" in sure  # a shortfall of 4,500 yuan
    assert "no other use of this money brings even one person more" in sure
    assert "118–210 persons, in nine cases of ten" in unsure
    assert "No earlier projection could be held against what came." in unsure
    # 44 assumed and 58 synthetic of 133 inputs
    assert "Of 133 inputs the plan rests on, 102 are assumed, synthetic or empty" in unsure
    sure, unsure = sides(
        made_up.facts(
            shortfalls=made_up.none("shortfalls"),
            proof=Proof(1.0, 1.0, 0.0, verified=True),
            input_counts={"official": 9},
            tested=TrackRecord(0.79, 0.31, 53, 60, 5, 8, made_up.Month(2014, 4), made_up.Month(2015, 8)),
        )
    )
    assert "the funds hold enough for it" in sure
    assert "no other use of this money brings more" in sure
    assert "for every hundred with new help who were expected to leave poverty, 79 did" in unsure
    assert "assumed" not in unsure
    unproved, _ = sides(made_up.facts(proof=Proof(1.0, 2.0, 1.0, verified=False)))
    assert "was not checked a second time" in unproved
    assert "no other use" not in unproved


def test_who_is_left_out_comes_with_the_reasons_of_most(made_up: ModuleType) -> None:
    words = _words(made_up.facts())
    assert "Who is left out: 154 households receive nothing new" in words  # 70 + 22 + 58 + 4
    told = [made_up.facts().unserved["reason"][i] for i in (0, 2, 1)]
    places = [words.index(reason) for reason in told]
    assert places == sorted(places)
    assert "本人不同意" not in words
    assert words.count("households)") == 4  # three reasons and the rest: they add up to all of them
    assert "other reasons (4 households)" in words
    # 231.57 without, 171.26 more with the plan
    assert "232 persons are expected to leave poverty, 171 persons fewer" in words


def test_what_a_refusal_would_mean_is_not_said_of_a_plan_that_was_decided(made_up: ModuleType) -> None:
    decided = made_up.facts(decisions=(Decision("approved", "陈局长", "2016-06-02", "as proposed"),), draft=False)
    assert "If it is not approved" in _words(made_up.facts())
    assert "If it is not approved" not in _words(decided)
    assert "Approved by 陈局长 on 2016-06-02" in _words(decided)


def test_persons_are_whole_and_money_is_in_wan_on_the_chinese_page(made_up: ModuleType) -> None:
    facts = made_up.facts()
    paper = brief_paper(facts, "zh")
    words = _words(facts, "zh")
    assert re.findall(r"\d+\.\d+人", words) == []
    assert "预计范围（九成把握）118–210人" in words
    (pair,) = [b for b in paper.sections[0].blocks if isinstance(b, Pair)]
    assert isinstance(pair.right, Table)
    assert pair.right.title == "资金来源（万元）"
    # 1,412,345 yuan
    assert pair.right.total_cells("zh")[1] == "141.23"
    assert pair.right.total_cells("en")[1] == "1,412,345"


@pytest.mark.parametrize(("gap", "said"), [(2.33, "over 2.330 persons more"), (0.99, "even one person more")])
def test_a_gap_of_less_than_one_person_is_said_in_words(made_up: ModuleType, gap: float, said: str) -> None:
    facts = made_up.facts()
    assert said in _words(replace(facts, proof=replace(facts.proof, gap_persons=gap)))
