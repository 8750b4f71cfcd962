from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

import pandas as pd
import pytest

from povlib.errors import PrivacyError, ReportError
from povlib.report import MeetingFacts, Prose, Report, allocation_tables, annex_paper, meeting_paper, payload
from povlib.report.meeting import FRAMES, Lot, Proof, Total
from povlib.report.model.paper import Beside, Bullets, Note, Paragraph, Table
from povlib.report.writers.payload import shown_texts


def _none(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(FRAMES[name]))


def _proses(report: Report) -> Iterator[Prose]:
    yield from (*report.alerts, *report.opening, *report.notes)
    yield from (h.note for h in report.headlines if h.note)
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, (Paragraph, Note)):
                yield block.prose
            elif isinstance(block, Bullets):
                yield from block.items
            elif isinstance(block, Beside):
                yield from (*block.left, *block.right)
            elif isinstance(block, Table):
                yield from block.notes


def _said(facts: MeetingFacts, lang: str = "en") -> str:
    return "\n".join(p.text for p in _proses(meeting_paper(facts, lang)))


def test_the_paper_is_in_the_order_a_meeting_reads(paper: Report) -> None:
    assert [s.key for s in paper.sections] == [
        "record",
        "standing",
        "entitlements",
        "proposal",
        "unserved",
        "one_more",
        "prices",
        "certainty",
        "baselines",
        "households",
        "rounding",
    ]
    assert [h.value.key for h in paper.headlines] == [
        "headline.additional",
        "headline.expected",
        "headline.money",
        "headline.poorest.money",
    ]
    assert [s.annex for s in paper.sections] == [False] * 9 + [True] * 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_digit_in_a_sentence_comes_from_a_number_with_a_key(paper: Report, english: Report, lang: str) -> None:
    report = paper if lang == "zh" else english
    allowed = {"1,000", "1000", "10,000", "1", "12"}  # the measure itself: points, 10,000 yuan, 12 months
    for prose in _proses(report):
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


def test_the_proof_stands_beside_the_projection(english: Report) -> None:
    (pair,) = [b for s in english.sections for b in s.blocks if isinstance(b, Beside)]
    left, right = (" ".join(p.text for p in side) for side in (pair.left, pair.right))
    assert "Under these estimates nobody can find a plan that is better by more than 0.330 persons." in left
    assert "118.4–209.9 persons" in right
    assert "uncertain by 91.5 persons" in right


def test_a_lot_is_disclosed_with_its_cost(made_up: ModuleType) -> None:
    lot = Lot(households=12, changed=5, eligible=40, points=0.5, cost=0.023)
    said = _said(made_up.facts(lot=lot))
    assert "12 households of 40 households that could got their package by lot" in said
    assert "5 households got another one" in said
    assert "costs 0.023" in said
    assert "what the law owes" in said
    zh = _said(made_up.facts(lot=lot), "zh")
    assert "抽签" in zh
    assert "法定待遇" in zh
    assert "by lot" not in _said(made_up.facts())
    nobody = _said(made_up.facts(lot=replace(lot, households=0, changed=0, eligible=0, cost=0.0)))
    assert "A lot was asked for, but no household" in nobody


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
    none = made_up.facts(record=_none("record"))
    assert "no promises yet" in meeting_paper(none, "en").opening[0].text
    waiting = made_up.facts(record=_none("record"), promises_open=3)
    assert "3 promises on the book" in meeting_paper(waiting, "en").opening[0].text
    assert "record" not in [s.key for s in meeting_paper(none, "en").sections]


EMPTY = {
    "entitlements": "nothing is set aside before the plan",
    "unserved": "Every household receives new help.",
    "marginal": "More money alone would bring nothing",
    "one_more": "There is no pool of posts this year.",
    "prices": "there are no prices to post",
    "baselines": "No baseline was computed.",
    "rounding": "None: every household has the plan that its own line puts first.",
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_has_a_sentence_of_its_own(made_up: ModuleType, name: str) -> None:
    changes = {name: _none(name)}
    if name == "entitlements":
        changes["shortfalls"] = _none("shortfalls")
    assert EMPTY[name] in _said(made_up.facts(**changes))


def test_a_plan_that_helps_nobody_is_said_plainly(made_up: ModuleType) -> None:
    nothing = made_up.outcome(
        additional=Total(0.0, 0.0, 0.0),
        expected=Total(231.57, 180.0, 280.0),
        money_fen=0,
        served=0,
        posts=0,
        poorest=replace(made_up.outcome().poorest, money_share=None, post_share=None, additional=0.0),
    )
    frames = {name: _none(name) for name in ("villages", "funds", "measures", "annex", "entitlements", "shortfalls")}
    nothing = replace(nothing, entitlement_fen=0)
    said = _said(made_up.facts(outcome=nothing, **frames))
    assert "No household receives new help under this plan" in said
    assert "No cost per additional exit can be given." in said
    assert "— of the new posts" in said


def test_branches_of_the_sentences(made_up: ModuleType) -> None:
    facts = made_up.facts()
    whole = made_up.standing(missing_months=0, complete_share=1.0, unassessable=0, exited_households=0)
    said = _said(replace(facts, standing=whole))
    assert "The ledger is complete" in said
    assert "Every household can be projected." in said
    assert "earlier years" not in said
    assert "must not be called certified" in _said(replace(facts, proof=Proof(1.0, 2.0, 1.0, verified=False)))
    assert "no plan is better than this one" in _said(replace(facts, proof=Proof(1.0, 1.0, 0.0, verified=True)))
    assert "so no range can be given" in _said(
        replace(facts, outcome=made_up.outcome(additional=Total(171.26), expected=Total(402.83)))
    )
    assert "all of them official" in _said(replace(facts, input_counts={"official": 9}))
    assert "3 inputs have no value yet" in _said(replace(facts, input_counts={"official": 9, "empty": 3}))
    assert "The funds cover all of it." in _said(made_up.facts(shortfalls=_none("shortfalls")))
    assert "does not settle" not in said
    assert "The draws do not settle that difference" in said
    worse = facts.baselines.assign(difference=-facts.baselines["difference"])
    assert "brings no more than it" in _said(replace(facts, baselines=worse))
    flat = facts.one_more.assign(additional=0.0)
    assert "One more post would bring nothing in any pool." in _said(replace(facts, one_more=flat))


def test_parts_that_do_not_add_up_stop_the_paper(made_up: ModuleType) -> None:
    villages = made_up.villages()
    villages.loc[0, "money_fen"] += 1
    villages.loc[0, "additional"] += 0.5
    funds = made_up.funds()
    funds.loc[1, "left_fen"] += 7
    with pytest.raises(ReportError) as refused:
        made_up.facts(villages=villages, funds=funds)
    assert [f.where for f in refused.value.faults] == [
        "villages.money_fen",
        "villages.additional",
        "funds: 危房改造补助",
    ]


def test_missing_columns_and_a_strange_baseline_are_named_at_once(made_up: ModuleType) -> None:
    with pytest.raises(ReportError) as refused:
        made_up.facts(prices=pd.DataFrame({"name": []}), villages=made_up.villages().drop(columns="posts"))
    assert {"prices.kind", "villages.posts"} <= {f.where for f in refused.value.faults}
    with pytest.raises(ReportError, match="actual"):
        made_up.facts(compare_with="actually")


def test_only_masked_names_enter(made_up: ModuleType) -> None:
    annex = made_up.annex()
    annex.loc[3, "name"] = "张三丰"
    with pytest.raises(PrivacyError) as refused:
        made_up.facts(annex=annex)
    assert "张三丰" not in refused.value.show("zh")
    plain = meeting_paper(made_up.facts(annex=made_up.annex().drop(columns="name")), "zh")
    table = next(t for t in plain.tables() if t.key == "households")
    assert [c.key for c in table.columns][:2] == ["hh", "village"]


def test_households_can_be_left_out(made_up: ModuleType) -> None:
    outside = meeting_paper(made_up.facts(), "zh", with_annex=False)
    assert not any(s.annex for s in outside.sections)
    assert not any("99990001" in n.key for n in outside.numbers)


def test_the_workbook_has_one_row_a_household(made_up: ModuleType) -> None:
    (table,) = allocation_tables(made_up.facts(), "zh")
    assert len(table.frame) == 60
    assert table.columns[0].title == "户编号"
    assert {"reason", "pencil"} <= {c.key for c in table.columns}


def test_draft_and_synthetic_are_marks_of_their_own(made_up: ModuleType) -> None:
    assert meeting_paper(made_up.facts(draft=False, synthetic=False), "en").banners == ()
    assert len(meeting_paper(made_up.facts(), "en").banners) == 2
    approved = meeting_paper(made_up.facts(draft=False), "en")
    assert approved.banners == ("SYNTHETIC DATA, not a real township",)
    assert not any("made up" in n.text for n in meeting_paper(made_up.facts(synthetic=False), "en").notes)


def test_the_annex_in_full_says_the_same_numbers_and_more(made_up: ModuleType) -> None:
    facts = made_up.facts()
    short, full = meeting_paper(facts, "zh"), annex_paper(facts, "zh")
    ours, theirs = ({n.key: n.plain() for n in report.numbers} for report in (short, full))
    shared = set(ours) & set(theirs)
    assert {key: ours[key] for key in shared} == {key: theirs[key] for key in shared}
    assert {"households[99990001].points", "rounding.points", "prices[镇村保洁员].price_points"} <= shared
    assert "households[99990001].pencil" in set(theirs) - set(ours)
    columns = next(t for t in short.tables() if t.key == "households").columns
    assert [c.key for c in columns][-3:] == ["points", "runner_points", "short"]
    assert full.banners == short.banners


def test_what_opens_shared_places_is_a_row_and_the_totals_agree(made_up: ModuleType) -> None:
    facts = made_up.facts()
    out = replace(facts.outcome, money_fen=facts.outcome.money_fen + 4_500_000, opening_fen=4_500_000)
    funds = facts.funds.copy()
    funds.loc[0, ["amount_fen", "planned_fen"]] += 4_500_000
    paper = meeting_paper(replace(facts, outcome=out, funds=funds), "en")
    numbers = {n.key: n.plain() for n in paper.numbers}
    for table in ("villages", "measures"):
        assert numbers[f"{table}[Opening of shared places].money_fen"] == 4_500_000
        assert numbers[f"{table}.total.money_fen"] == out.money_fen
    assert numbers["villages.total.households"] == 341
    assert numbers["villages[Opening of shared places].households"] is None
    assert "Opening" not in str(meeting_paper(facts, "en").tables()[3].frame)


def test_funds_that_do_the_same_are_named_together_in_either_language(made_up: ModuleType) -> None:
    tied = pd.DataFrame({"name": ["乙", "甲", "丙"], "persons_per_wan": [0.27, 0.27, 0.03], "left_fen": [0, 0, 1]})
    facts = made_up.facts(marginal=tied)
    assert "in 乙, 甲: at most 0.27 persons" in _said(facts)
    assert "放在乙、甲最见效" in _said(facts, "zh")


def test_posts_that_were_not_solved_again_are_counted(made_up: ModuleType) -> None:
    facts = made_up.facts()
    assert "not solved again" not in _said(
        replace(facts, one_more=facts.one_more.assign(name=["镇村保洁员", "永荣公司"]))
    )
    one = facts.one_more.iloc[:1].assign(name=["镇村保洁员"])
    assert "1 kinds of posts of single villages were not solved again" in _said(replace(facts, one_more=one))


def test_cannot_be_assessed_now_and_cannot_be_projected_are_two_things(made_up: ModuleType) -> None:
    facts = made_up.facts()
    said = _said(facts)
    assert "6 households cannot be projected" in said
    assert "Cannot be assessed now" in said
    lines = next(t for t in meeting_paper(facts, "zh").tables() if t.key == "lines")
    assert [c.title for c in lines.columns][5:7] == ["现在无法判定（户）", "现在无法判定（人）"]
    older = facts.lines.drop(columns=["households_unknown", "persons_unknown"])
    assert "Cannot be assessed now" not in _said(replace(facts, lines=older))


def test_a_recipe_names_its_exceptions_and_a_credit_is_explained(made_up: ModuleType) -> None:
    facts = made_up.facts()
    assert "the household's plan, except for 2 households" in _said(facts)
    assert "except for" not in _said(replace(facts, rounding=_none("rounding")))
    assert "credit" not in _said(facts)
    credit = facts.prices.assign(price_points=[35.1, 0.0, 812.3, 1204.5, 120.5, -3.2])
    assert "A price below zero is a credit" in _said(replace(facts, prices=credit))


def test_a_difference_carries_its_range_in_one_cell(paper: Report, english: Report) -> None:
    (zh,) = [t for t in paper.tables() if t.key == "baselines"]
    (en,) = [t for t in english.tables() if t.key == "baselines"]
    assert zh.cells("zh")[1][2] == "+8.1（−1.2–+15.9）"
    assert en.cells("en")[1][2] == "+8.1 (−1.2–+15.9)"
    assert [c.key for c in zh.spread("zh").columns][2:5] == ["difference", "low", "high"]


def test_the_paper_tells_where_it_comes_from_in_its_own_language(made_up: ModuleType) -> None:
    facts = made_up.facts(manifest={"ledger head": "4be1", "method": "exact, gap"})
    assert payload(meeting_paper(facts, "zh"))["manifest"] == [
        ["台账校验值", "4be1"],
        ["求解方法", "精确求解、已达到要求的差距"],
    ]
    assert "Names of villages stay in Chinese." in _said(facts)
    assert "村名" not in _said(facts, "zh")
