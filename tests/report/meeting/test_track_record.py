"""Beside every projected total stands how earlier ones fared; a plan not made for persons is not told in persons."""

from __future__ import annotations

import json
from dataclasses import replace
from types import ModuleType

import pandas as pd
import pytest

from povlib.calendar import Month
from povlib.errors import ReportError
from povlib.report.meeting import Target, TrackRecord, meeting_paper
from povlib.report.meeting.track_record import record_in_brief, record_in_full, record_in_plain_words
from povlib.report.model.numbers import Number
from povlib.report.model.paper import Note, Report, numbers_json
from povlib.report.writers.payload import payload, shown_texts

TESTED = TrackRecord(
    ratio=0.79, ratio_low=0.62, ratio_high=0.96, skill=0.31, skill_low=0.1, skill_high=0.5, held=53, ranges=60,
    origins=5, months=8, first=Month(2014, 4), last=Month(2015, 8), corrected=347.2, corrected_by=Month(2016, 4),
)  # fmt: skip


def said(paper: Report) -> str:
    return "\n".join(shown_texts(payload(paper)))


def test_the_three_figures_stand_beside_every_projected_total(made_up: ModuleType) -> None:
    paper = meeting_paper(made_up.facts(tested=TESTED), "en")
    short = record_in_brief(TESTED, "en").text
    assert short == "Back-test: delivered 0.79, skill 0.31, ranges 53 of 60."
    for key in ("proposal", "baselines"):
        section = next(s for s in paper.sections if s.key == key)
        assert any(isinstance(block, Note) and block.prose.text == short for block in section.blocks), key
    assert said(paper).count(short) == 2
    # the page that decides and the words beside the proof say it to readers who know no measure of forecasts
    plain = record_in_plain_words(TESTED, 402.8, "en").text
    assert plain == (
        "In earlier months, for every hundred with new help who were expected to leave poverty, 79 did. With each "
        "household's chance corrected by this, 347 persons in all would leave poverty, not 403 persons."
    )
    assert said(paper).count(plain) == 2
    values = json.loads(numbers_json(paper))["numbers"]
    assert values["backtest.delivered"]["value"] == 0.79
    assert values["backtest.held"]["value"] == 53


@pytest.mark.parametrize(("target", "named"), [(None, False), (347, False), (348, True), (402, True), (403, False)])
def test_a_target_that_the_correction_alone_misses_is_named(target: int | None, named: bool) -> None:
    plain = record_in_plain_words(TESTED, 402.8, "en", target).text
    assert plain.endswith(f" That is below the target of {target} persons." if named else "not 403 persons.")


def test_what_it_means_is_said_once_and_warns_of_what_is_too_high(made_up: ModuleType) -> None:
    words = said(meeting_paper(made_up.facts(tested=TESTED), "en"))
    assert words.count("earlier projections promised too much") == 1
    assert "(95 % range 62.0%–96.0%)" in words
    assert "would be 347.2 persons" in words
    assert "not settled" not in words
    chinese = record_in_full(TESTED, "zh").text
    assert "79.0%（95%区间62.0%–96.0%）" in chinese
    even = record_in_full(
        TrackRecord(1.01, -0.02, 53, 60, 5, 8, Month(2014, 4), Month(2015, 8), skill_low=-0.2, skill_high=0.2), "en"
    )
    assert "too much" not in even.text
    assert "not settled" in even.text


def test_a_correction_that_did_not_help_is_not_recommended() -> None:
    assert "larger by 14.0%: do not rely on it." in record_in_full(replace(TESTED, correction_skill=-0.14), "en").text
    assert "smaller by 6.0%." in record_in_full(replace(TESTED, correction_skill=0.06), "en").text
    assert "At earlier origins" not in record_in_full(TESTED, "en").text


def test_without_a_back_test_the_paper_says_so(made_up: ModuleType) -> None:
    words = said(meeting_paper(made_up.facts(), "en"))
    assert "Not back-tested: the ledger does not reach far enough back." in words
    assert "未经回测" in said(meeting_paper(made_up.facts(), "zh"))


def test_figures_that_do_not_exist_are_dashes(made_up: ModuleType) -> None:
    nobody = TrackRecord(None, None, 0, 0, 1, 8, Month(2015, 8), Month(2015, 8))
    assert record_in_brief(nobody, "en").text == "Back-test: delivered —, skill —, ranges 0 of 0."
    assert "range" not in record_in_full(nobody, "en").text.split("village")[0]


def test_a_target_has_its_chance_and_a_changed_run_says_what_was_changed(made_up: ModuleType) -> None:
    changed = (("funds.special.amount_yuan", "500000"), ("settings.margin", "0.1"))
    paper = meeting_paper(made_up.facts(target=Target(409, 0.61), changes=changed), "en")
    assert "The target is 409 persons: reached with a chance of 61.0%," in paper.headlines[1].note.text
    opening = [prose.text for prose in paper.opening]
    assert "Changed for this run only: funds.special.amount_yuan = 500000, settings.margin = 0.1." in opening
    assert "Changed for this run only" not in said(meeting_paper(made_up.facts(), "en"))


@pytest.mark.parametrize(
    ("objective", "zh", "en"),
    [
        ("depth", "个深度单位", "units of depth"),
        ("household", "户", "households"),
        ("mix", "个目标单位", "units of the objective"),
    ],
)
def test_a_plan_not_made_for_persons_is_not_proved_in_persons(
    made_up: ModuleType, objective: str, zh: str, en: str
) -> None:
    facts = made_up.facts(objective=objective)
    for lang, unit in (("zh", zh), ("en", en)):
        paper = meeting_paper(facts, lang)
        printed = {number.key: number for number in paper.numbers}
        assert printed["proof.gap"].show(lang).endswith(unit)
        assert printed["marginal.best"].show(lang).endswith(unit)
        assert printed["headline.additional"].unit == "person"  # totals stay in persons
        words = said(paper)
        assert "1,000 points are one person expected" not in words
        assert "1,000点等于一个预计脱贫的人" not in words
        assert "至多新增脱贫" not in words
    english = said(meeting_paper(facts, "en"))
    assert "not made for persons" in english
    assert "brings exits in" not in english


def test_a_plan_for_persons_reads_as_before_and_an_unknown_objective_is_refused(made_up: ModuleType) -> None:
    words = said(meeting_paper(made_up.facts(), "en"))
    assert "1,000 points are one person expected to exit." in words
    assert "not made for persons" not in words
    with pytest.raises(ReportError, match="objective"):
        made_up.facts(objective="votes")


def test_a_count_is_a_whole_number_whatever_column_it_came_from() -> None:
    values = pd.Series([85.0, None])
    assert json.dumps(Number("n", values[0], "count", "household").plain()) == "85"
    assert json.dumps(Number("n", 85.0, "persons", "person").plain()) == "85.0"
    assert Number("n", 8_500.0, "yuan").plain() == 8_500
    assert isinstance(Number("n", 8_500.0, "yuan").plain(), int)


def test_origins_whose_records_could_not_be_evaluated_are_named():
    assert "assumed effects stood alone" not in record_in_full(TESTED, "en").text
    assert "At 2 of these times" in record_in_full(replace(TESTED, priors_alone=2), "en").text
    assert "2 个时点" in record_in_full(replace(TESTED, priors_alone=2), "zh").text.replace("\u2009", " ")


def test_an_error_that_is_not_smaller_is_not_called_smaller() -> None:
    better = record_in_full(replace(TESTED, skill=0.1), "en").text
    worse = record_in_full(replace(TESTED, skill=-0.001), "en").text
    assert "the error is smaller than that of" in better
    assert "the error is not smaller than that of" in worse
    assert "is smaller than" not in worse


def test_a_shortfall_is_laid_to_the_years_or_to_the_help(made_up: ModuleType) -> None:
    years = replace(TESTED, others=0.8, others_low=0.7, others_high=0.9)
    assert "Of those given nothing new 80.0% did" in record_in_full(years, "en").text
    assert "the years themselves fell short" in record_in_full(years, "en").text
    helped = replace(TESTED, others=1.01, others_low=0.9, others_high=1.1)
    assert "the years alone do not explain the shortfall" in record_in_full(helped, "en").text
    assert "仅凭年份不能解释这一差距" in record_in_full(helped, "zh").text
    fine = replace(helped, ratio_high=1.2)
    assert "shortfall" not in record_in_full(fine, "en").text
