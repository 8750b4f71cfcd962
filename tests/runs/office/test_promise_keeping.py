"""From draft to promise to score: only what verifies is approved, and the next paper opens with what came true."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from povlib import ledger, review, runs, sample
from povlib.calendar import Month
from povlib.errors import LedgerError, ParameterError, PrivacyError, RunError
from povlib.report.meeting import front_page, meeting_paper
from povlib.report.meeting.wording import PaperWords
from povlib.report.writers.publication import file_name
from povlib.runs.facts.meeting import meeting_facts
from povlib.runs.office.office_place import open_book
from povlib.runs.papers import MEETING

pytestmark = pytest.mark.whole_run

PAGE = file_name(f"{MEETING}.zh", "html")
Copied = Callable[[], runs.Run]


def _promises(run: runs.Run) -> pd.DataFrame:
    with open_book(runs.find_office(run.office.name)) as book:
        return ledger.promises(book)


def test_a_draft_says_so(run: runs.Run) -> None:
    assert runs.has_papers(run, "zh")
    assert "草案" in (runs.papers_folder(run) / PAGE).read_text(encoding="utf-8")


def test_approval_promises_every_household_and_every_printed_total(copied: Copied) -> None:
    run = copied()
    before = run.info.run_id
    written = runs.approve_run(run, "officer")
    with open_book(runs.find_office("sample")) as book:
        made = ledger.promises(book)
        assert ledger.check(book).ok
        assert book.head().batch > run.info.batch
        assert book.data_head() == run.info.batch
    own = made[made["kind"] == "household"]
    assert written == len(made)
    assert set(own["hh"]) == set(run.state.poor["hh"])
    known = own["p"].notna()
    assert ((own["lo"] <= own["p"]) & (own["p"] <= own["hi"]))[known].all()
    totals = made[made["kind"] == "total"].set_index("key")
    figures = runs.headline_figures(run)
    assert totals.loc["expected", "p"] == pytest.approx(figures["expected"])
    assert totals.loc["additional", "p"] == pytest.approx(figures["additional"])
    assert (made["due_month"] == run.settings.horizon.ordinal).all()
    assert runs.approve_run(run, "officer") == 0  # a second approval adds nothing
    assert runs.begin(runs.find_office("sample")).info.run_id == before  # promises never enter the id
    assert runs.verify_run(run).ok


def _told_on_paper(run: runs.Run) -> str:
    facts = meeting_facts(run, "en")
    front = (
        *front_page.alert_sentences(PaperWords(facts, "en")),
        *front_page.opening_sentences(PaperWords(facts, "en")),
        *front_page.promise_sentences(PaperWords(facts, "en")),
    )
    return " ".join(prose.text for prose in front)


@pytest.mark.slow  # plans and approves twice
def test_the_paper_says_who_approved_when_and_why_and_when_another_plan_took_its_place(copied: Copied) -> None:
    run = copied()
    place = runs.find_office("sample")
    assert runs.approve_run(run, "Li", "agreed by the meeting of 3 June")
    assert "Approved by Li on " in _told_on_paper(run)
    assert "Reason: agreed by the meeting of 3 June" in _told_on_paper(run)
    assert not meeting_facts(run, "en").lapsed
    rows = _promises(run)[["kind", "hh", "village", "key", "package", "p", "p0", "lo", "hi", "due_month"]]
    info = ledger.BatchInfo(
        officer="Wang", role="approve", source_sha256="2" * 64, month=run.settings.help_from, reason="the fund was cut"
    )
    with open_book(place) as book:
        with pytest.raises(LedgerError, match=r"approved by Li on .* in force"):
            ledger.record_promises(book, "another", rows, info)
        ledger.record_promises(book, "another", rows, info, replacing=True)
        told = review.record(book)
        assert told.waiting == told.set_aside == len(rows)
        assert f" {len(rows)} promises of plans that were replaced or withdrawn are not scored." in told.sentence("en")
    facts = meeting_facts(run, "en")
    assert facts.lapsed
    assert not facts.draft
    assert "NO LONGER IN FORCE" in meeting_paper(facts, "en").banners
    told = _told_on_paper(run)
    for words in ("by the plan of run another (Wang)", "Reason: the fund was cut", "Approved by Li", "are not scored"):
        assert words in told
    procedure = runs.procedure_of(place)  # who is projected is read off the plan in force
    assert len(procedure[1])
    with pytest.raises(LedgerError, match=r"in force until .*--replace.*withdraw another"):
        runs.approve_run(run, "Li")


def test_a_withdrawn_run_is_approved_again_and_a_reason_with_a_phone_is_refused_before_anything_is_written(
    copied: Copied,
) -> None:
    run = copied()
    with pytest.raises(PrivacyError):
        runs.approve_run(run, "Li", "ask 13912345678")
    assert _promises(run).empty
    written = runs.approve_run(run, "Li")
    assert "No reason was recorded" in _told_on_paper(run)
    assert runs.withdraw_run(run, "Li", "an error in the funds")
    assert not runs.withdraw_run(run, "Li", "an error in the funds")
    assert "Withdrawn by Li" in _told_on_paper(run)
    with open_book(runs.find_office("sample")) as book:
        assert review.record(book).sentence("en").startswith("No promise of this office is in force.")
    assert runs.approve_run(run, "Li", "the error was none") == written
    assert _promises(run)["in_force"].all()
    assert len(_promises(run)) == written
    assert not meeting_facts(run, "en").lapsed


def test_a_tampered_run_is_not_approved(copied: Copied) -> None:
    run = copied()
    facts = run.folder / "plan" / "facts.json"
    record = json.loads(facts.read_text(encoding="utf-8"))
    facts.write_text(json.dumps({**record, "value": record["value"] + 1}), encoding="utf-8")
    with pytest.raises(RunError, match=r"plan/facts\.json"):
        runs.approve_run(run, "officer")
    with open_book(runs.find_office("sample")) as book:
        assert ledger.promises(book).empty


@pytest.mark.slow
def test_promises_are_scored_when_their_month_closes_and_the_next_paper_opens_with_them(
    copied: Copied, tmp_path: Path
) -> None:
    from povlib.cli.village_workbooks import load_inbox

    run = copied()
    place = runs.find_office("sample")
    runs.approve_run(run, "officer")
    runs.write_papers(run, "zh")
    paper = runs.papers_folder(run) / PAGE
    assert "草案" not in paper.read_text(encoding="utf-8")
    later = sample.simulate(months_after=8)
    workbooks = sorted(sample.write_workbooks(later, tmp_path / "received"))
    assert load_inbox(place, "officer", workbooks) == 0
    scored = runs.close_month(place, Month(2016, 12), "officer")
    with open_book(place) as book:
        told = ledger.promises(book)
    assert scored == len(told)
    assert told["scored"].all()
    assert runs.close_month(place, Month(2016, 12), "officer") == 0
    truly = sample.outcomes(later).set_index("hh")
    seen = told[(told["kind"] == "household") & told["outcome"].notna()].set_index("hh")
    agrees = (seen["outcome"].astype(float) == truly["exits"].reindex(seen.index).astype(float)).mean()
    assert agrees > 0.95  # the office sees late and missing months; the truth does not
    runs.write_papers(run, "zh")
    opened = paper.read_text(encoding="utf-8")
    assert "承诺兑现情况：已到期" in opened
    assert opened.index("承诺兑现情况：已到期") < opened.index("新增脱贫")
    assert runs.verify_run(run).ok  # later months do not touch what the run was made from


def test_the_past_is_not_planned(copied: Copied) -> None:
    copied()
    changes = {"settings.plan_month": "2016-03", "settings.help_from": "2016-04"}
    with pytest.raises(ParameterError, match="the past cannot be planned"):
        runs.begin(runs.find_office("sample"), "base", changes)
