"""The meeting paper as a whole: its order, its sentences, and what it says of nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType

import pytest

from povlib.report import Report, meeting_paper, payload
from povlib.report.meeting import Proof, Total
from povlib.report.writers.payload import shown_texts


def test_the_paper_is_in_the_order_a_meeting_reads(paper: Report) -> None:
    assert [s.key for s in paper.sections] == [
        "brief",
        "record",
        "standing",
        "entitlements",
        "proposal",
        "unserved",
        "one_more",
        "certainty",
        "baselines",
        "signatures",
        "households",
        "rounding",
        "measures_and_groups",
        "prices",
        "posts_solved_again",
        "inputs",
    ]
    assert [h.value.key for h in paper.headlines] == [
        "headline.additional",
        "headline.expected",
        "headline.money",
        "headline.poorest.money",
    ]
    assert [s.annex for s in paper.sections] == [False] * 10 + [True] * 6


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_digit_in_a_sentence_comes_from_a_number_with_a_key(
    made_up: ModuleType, paper: Report, english: Report, lang: str
) -> None:
    report = paper if lang == "zh" else english
    allowed = {"1,000", "1000", "10,000", "1", "12"}  # the measure itself: points, 10,000 yuan, 12 months
    for prose in made_up.proses(report):
        rest = re.sub(r"\d{4}年\d{1,2}月|\d{4}-\d{2}|[0-9a-f]{12}|[A-Z]级", "", prose.text)
        for number in sorted(prose.numbers, key=lambda n: -len(n.show(lang))):
            written = number.show(lang)
            rest = rest.replace(written, "")
            rest = rest.replace(re.split(r"[^\d.,%+−\-]", written)[0], "") if written[0] in "+−0123456789" else rest
        left = set(re.findall(r"\d[\d,.]*\d|\d", rest)) - allowed
        assert not left, (prose.text, left)


def test_both_languages_print_the_same_values(paper: Report, english: Report) -> None:
    ours = {n.key: n.plain() for n in paper.numbers if n.kind != "text"}
    theirs = {n.key: n.plain() for n in english.numbers if n.kind != "text"}
    assert ours == theirs


def test_the_chinese_paper_holds_no_english_sentence(paper: Report) -> None:
    data = payload(paper)
    for section in data["sections"]:
        for block in section["blocks"]:
            block.pop("png", None)
    for text in shown_texts({k: v for k, v in data.items() if k != "manifest"}):
        assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,} [A-Za-z]{2,}", text), text


EMPTY = {
    "entitlements": "Nothing is set aside before the plan",
    "unserved": "Every household receives new help.",
    "marginal": "More money alone would bring nothing",
    "one_more": "There is no pool of posts this year.",
    "prices": "there are no prices to post",
    "baselines": "No baseline was computed.",
    "rounding": "None: every household has the plan that its own line puts first.",
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_has_a_sentence_of_its_own(made_up: ModuleType, name: str) -> None:
    changes = {name: made_up.none(name)}
    if name == "entitlements":
        changes["shortfalls"] = made_up.none("shortfalls")
    assert EMPTY[name] in made_up.said(made_up.facts(**changes))


def test_a_plan_that_helps_nobody_is_said_plainly(made_up: ModuleType) -> None:
    nothing = made_up.outcome(
        additional=Total(0.0, 0.0, 0.0),
        expected=Total(231.57, 180.0, 280.0),
        money_fen=0,
        served=0,
        posts=0,
        poorest=replace(made_up.outcome().poorest, money_share=None, post_share=None, additional=0.0),
    )
    frames = {
        name: made_up.none(name) for name in ("villages", "funds", "measures", "annex", "entitlements", "shortfalls")
    }
    nothing = replace(nothing, entitlement_fen=0)
    said = made_up.said(made_up.facts(outcome=nothing, **frames))
    assert "No household receives new help under this plan" in said
    assert "Nobody more is expected to leave poverty, so there is no cost for each." in said
    assert "— of the new posts" in said


def test_branches_of_the_sentences(made_up: ModuleType) -> None:
    facts = made_up.facts()
    whole = made_up.standing(missing_months=0, complete_share=1.0, unassessable=0, exited_households=0)
    said = made_up.said(replace(facts, standing=whole))
    assert "The ledger is complete" in said
    assert "Every household can be projected." in said
    assert "earlier years" not in said
    assert "must not be called certified" in made_up.said(replace(facts, proof=Proof(1.0, 2.0, 1.0, verified=False)))
    assert "no plan is better than this one" in made_up.said(replace(facts, proof=Proof(1.0, 1.0, 0.0, verified=True)))
    assert "so no range can be given" in made_up.said(
        replace(facts, outcome=made_up.outcome(additional=Total(171.26), expected=Total(402.83)))
    )
    assert "all of them official" in made_up.said(replace(facts, input_counts={"official": 9}))
    assert "3 inputs have no value yet" in made_up.said(replace(facts, input_counts={"official": 9, "empty": 3}))
    assert "The funds cover all of it." in made_up.said(made_up.facts(shortfalls=made_up.none("shortfalls")))
    assert "does not settle" not in said
    assert "The draws do not settle that difference" in said
    worse = facts.baselines.assign(difference=-facts.baselines["difference"])
    assert "brings no more than it" in made_up.said(replace(facts, baselines=worse))
    open_still = facts.one_more.assign(at_least=0.0, at_most=0.4)
    assert "not distinguishable from nothing in any pool" in made_up.said(replace(facts, one_more=open_still))
    flat = facts.one_more.assign(at_least=0.0, at_most=0.0)
    assert "One more post would bring nothing in any pool." in made_up.said(replace(facts, one_more=flat))


def test_draft_and_synthetic_are_marks_of_their_own(made_up: ModuleType) -> None:
    assert meeting_paper(made_up.facts(draft=False, synthetic=False), "en").banners == ()
    assert len(meeting_paper(made_up.facts(), "en").banners) == 2
    approved = meeting_paper(made_up.facts(draft=False), "en")
    assert approved.banners == ("SYNTHETIC DATA, not a real township",)
    assert not any("made up" in n.text for n in meeting_paper(made_up.facts(synthetic=False), "en").notes)


def test_cannot_be_assessed_now_and_cannot_be_projected_are_two_things(made_up: ModuleType) -> None:
    facts = made_up.facts()
    said = made_up.said(facts)
    assert "6 households cannot be projected" in said
    assert "Cannot be assessed now" in said
    lines = next(t for t in meeting_paper(facts, "zh").tables() if t.key == "lines")
    assert [c.title for c in lines.columns][5:7] == ["现在无法判定（户）", "现在无法判定（人）"]
    older = facts.lines.drop(columns=["households_unknown", "persons_unknown"])
    assert "Cannot be assessed now" not in made_up.said(replace(facts, lines=older))


def test_the_paper_tells_where_it_comes_from_in_its_own_language(made_up: ModuleType) -> None:
    facts = made_up.facts(manifest={"ledger head": "4be1", "method": "exact, gap"})
    assert payload(meeting_paper(facts, "zh"))["manifest"] == [
        ["台账校验值", "4be1"],
        ["求解方法", "精确求解、已达到要求的差距"],
    ]
    assert "Names of villages stay in Chinese." in made_up.said(facts)
    assert "村名" not in made_up.said(facts, "zh")
