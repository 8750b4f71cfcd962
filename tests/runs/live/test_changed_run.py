"""What the panel calls final is what a fresh run of the same parameters is: problem, plan, proof and every number."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from povlib import runs
from povlib.runs.facts.proposal import fund_rows, plan_outcome, village_rows
from povlib.runs.live.answer_search import AnswerSearch
from povlib.runs.live.changed_run import StartingRun
from povlib.runs.live.panel_answer import PanelAnswer, PanelRefusal, final_answer, first_answer
from povlib.runs.live.panel_report import panel_report

pytestmark = pytest.mark.whole_run

CHANGES: tuple[dict[str, str], ...] = (
    {"funds.special.amount_yuan": "480000"},
    {"posts.helper_enterprise.slots": "16", "funds.housing.amount_yuan": "200000"},
    {"settings.poorest_fifth_money_share": "0.3", "settings.second_rule": "none"},
    {"settings.objective.persons": "0", "settings.objective.fgt2": "1"},
    {"settings.source_limits.firm_persons": "20", "settings.source_limits.counted": "possible_new",
     "settings.gap_persons": "1"},
)  # fmt: skip


@pytest.fixture(scope="module")
def start(finished: Any) -> StartingRun:
    return StartingRun(runs.find_run("latest", runs.find_office("sample")), keep=False)


@pytest.mark.parametrize(
    "changes",
    [CHANGES[0], *(pytest.param(changes, marks=pytest.mark.slow) for changes in CHANGES[1:])],
    ids=lambda changes: "+".join(changes),
)
def test_a_final_answer_is_a_fresh_run_to_the_last_digit(start: StartingRun, changes: dict[str, str]) -> None:
    answer = final_answer(start, changes)
    assert isinstance(answer, PanelAnswer)
    fresh = runs.begin(runs.find_office("sample"), "base", changes)
    assert answer.run_id == fresh.info.run_id
    assert start.changed(changes).problem.digest == fresh.problem.digest
    assert answer.plan.certificate.to_json() == fresh.plan.certificate.to_json()
    assert answer.plan.seal == fresh.plan.seal
    pd.testing.assert_frame_equal(answer.plan.chosen, fresh.plan.chosen, check_dtype=False)
    pd.testing.assert_frame_equal(answer.plan.payments, fresh.plan.payments, check_dtype=False)
    assert answer.outcome == plan_outcome(fresh)
    pd.testing.assert_frame_equal(answer.villages, village_rows(fresh))
    assert answer.funds["planned_fen"].tolist() == fund_rows(fresh, "en")["planned_fen"].tolist()
    assert fresh.proved


def test_a_first_answer_keeps_every_rule_and_its_bound_holds_for_the_final_one(start: StartingRun) -> None:
    first, final = (make(start, CHANGES[0]) for make in (first_answer, final_answer))
    assert isinstance(first, PanelAnswer)
    assert isinstance(final, PanelAnswer)
    assert (first.final, final.final) == (False, True)
    assert first.plan.value <= final.plan.value + final.plan.gap
    assert final.plan.value <= first.plan.price_bound
    paid = first.funds
    assert (paid["planned_fen"] + paid["entitlement_fen"] <= paid["amount_fen"]).all()
    assert (first.posts["filled"] <= first.posts["slots"]).all()


def test_with_less_there_is_a_plan_at_once_and_with_posts_that_were_not_there_none(start: StartingRun) -> None:
    for less in ({"funds.special.amount_yuan": "20000"}, {"posts.cleaner_lebei.slots": "0"}):
        first = first_answer(start, less)
        assert isinstance(first, PanelAnswer)
        assert (first.posts["filled"] <= first.posts["slots"]).all()
        assert (first.funds["planned_fen"] + first.funds["entitlement_fen"] <= first.funds["amount_fen"]).all()
    assert first_answer(start, {"posts.cleaner_lebei.slots": "2"}) is None


@pytest.mark.slow
def test_a_household_that_is_refused_gets_nothing_and_the_plan_is_the_run_with_that_pin(start: StartingRun) -> None:
    served = start.run.plan.chosen.set_index("hh")["additional"].idxmax()
    answer = final_answer(start, {}, {str(served): "refused"})
    assert isinstance(answer, PanelAnswer)
    assert answer.households.set_index("hh").loc[served, "k"] == 0
    fresh = runs.begin(runs.find_office("sample"), "base", pins={str(served): "refused"})
    assert answer.run_id == fresh.info.run_id
    assert answer.plan.certificate.to_json() == fresh.plan.certificate.to_json()


def test_what_no_run_can_be_made_of_is_refused_in_the_words_of_a_run(start: StartingRun) -> None:
    wrong = {"funds.special.amount_yuan": "-5", "posts.nobody.slots": "3"}
    for make in (first_answer, final_answer):
        refused = make(start, wrong)
        assert isinstance(refused, PanelRefusal)
        assert len(refused.faults) == 2


def test_a_limit_on_sources_is_kept_at_once_and_refused_where_it_is_passed_already(start: StartingRun) -> None:
    hanging = start.run.hanging_help
    record = hanging.on_record
    held = record[record["kind"] == "firm"].groupby("source")["members"].sum()
    refused = final_answer(start, {"settings.source_limits.firm_persons": "15"})
    assert isinstance(refused, PanelRefusal)
    # every firm that has more by the record is named, and the way to limit new help alone
    assert len(refused.faults) == int((held > 15).sum()) + 1
    said = "".join(fault.show("en") for fault in refused.faults)
    assert all(f"hang on {source} (firm) already" in said for source in held[held > 15].index)
    limit = {"settings.source_limits.firm_persons": "20", "settings.source_limits.counted": "possible_new"}
    changed = start.changed(limit)
    assert changed.hanging_help is hanging
    first = first_answer(start, limit)
    assert isinstance(first, PanelAnswer)
    mine = hanging.packages[hanging.packages["package"].isin(first.plan.chosen["package"].astype("int64"))]
    firms = mine[mine["kind"] == "firm"].groupby("source")["members"].sum()
    assert 0 < firms.max() <= 20


def test_where_fewer_packages_can_be_paid_all_are_listed_again(start: StartingRun) -> None:
    changed = start.changed({"funds.special.amount_yuan": "20000"})
    assert changed._quick_offer is None
    fresh = runs.begin(runs.find_office("sample"), "base", {"funds.special.amount_yuan": "20000"})
    for table in ("packages", "bills", "payers", "uses", "resources", "keeps"):
        pd.testing.assert_frame_equal(getattr(changed.offer, table), getattr(fresh.offer, table), check_dtype=False)


def test_every_number_of_the_page_has_a_key_and_the_page_of_a_meeting_names_no_household(start: StartingRun) -> None:
    search = AnswerSearch(start.run, keep=False)
    answer = search.waited_for(CHANGES[0])
    assert isinstance(answer, PanelAnswer)
    assert search.known(CHANGES[0])
    assert search.at_once(CHANGES[0]) is answer
    for lang in ("zh", "en"):
        report = panel_report(start.run, search.begun, answer, lang, named=True)
        keys = {number.key: number for number in report.numbers}
        assert keys["headline.additional"].value == answer.outcome.additional.value
        assert keys["headline.money"].value == answer.outcome.money_fen
        assert keys["funds[special].amount_fen"].value == 48_000_000
        meeting = panel_report(start.run, search.begun, answer, lang, named=False)
        assert "households" not in {section.key for section in meeting.sections}
        said = str([table.frame.to_dict() for table in meeting.tables()])
        assert not any(str(hh) in said for hh in answer.plan.chosen["hh"])
