"""A plan is posted, households are heard, and only then is it approved: on the practice township's finished run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from povlib import ledger, runs
from povlib.errors import RunError
from povlib.runs.decisions.recording import record_wish
from povlib.runs.facts.proposal import planned_households
from povlib.runs.routine import due_list
from povlib.runs.voice.household_voice import Said, answer_said, record_said, voice_counts, voice_standing
from povlib.runs.voice.posted_plan import post_plan, take_plan_down, unheard_faults

pytestmark = pytest.mark.whole_run
Copied = Callable[[], runs.Run]


@pytest.fixture
def unposted(copied: Copied) -> runs.Run:
    """The finished run in a copy of its office; the list that every copy has hung came down too early."""
    run = copied()
    take_plan_down(run, date(2016, 5, 3), "desk", "not hung at all")
    return run


def test_the_list_names_who_gets_new_help_and_the_day_from_which_it_may_be_approved(unposted: runs.Run) -> None:
    run = unposted
    with pytest.raises(RunError, match="was not posted for 7 days"):
        runs.approve_run(run, "chair")
    posted = post_plan(run, "desk", "en", date(2016, 5, 10))
    assert (posted.day, posted.approval_from, posted.added) == (date(2016, 5, 10), date(2016, 5, 17), True)
    assert not post_plan(run, "desk", "zh").added  # the list hangs: only written anew
    page = next(path for path in posted.files if path.suffix == ".html").read_text(encoding="utf-8")
    rows = planned_households(run)
    rows = rows[rows["k"] > 0]
    objects = run.state.households.set_index("hh")["objects"].fillna(False).astype(bool)
    assert posted.left_out == int(objects.reindex(rows["hh"]).sum())
    for village, own in rows.groupby("village"):
        shown = int((~objects.reindex(own["hh"])).sum())
        assert shown == 0 or f"{village}: {shown} household" in page
    assert "2016-05-10 to 2016-05-16" in page
    assert not any(hh in page for hh in rows["hh"])  # a list at a notice board shows no keys
    with runs.open_book(runs.sample_office(), create=False) as book:
        told = ledger.batches(book)
    assert (told["kind"] == "access").any()  # opening names is on record
    with pytest.raises(RunError, match="from 2016-05-17"):
        runs.approve_run(run, "chair", today=date(2016, 5, 16))
    assert runs.approve_run(run, "chair", today=date(2016, 5, 17)) > 0
    with pytest.raises(RunError, match="stands approved"):
        post_plan(run, "desk", "en")


def test_nothing_is_approved_over_an_objection_whichever_plan_it_was_made_against(copied: Copied) -> None:
    run = copied()
    place = runs.sample_office()
    hh = str(run.state.poor["hh"].iloc[0])
    said = Said(hh, "objection", "隔壁比我家困难", date(2016, 5, 6))
    _, (number,) = record_said(place, [said], "desk", run="of-another-plan")
    with runs.open_book(place, create=False) as book:
        (due,) = due_list._open_objections(book)
        assert number in due.words
        (waiting,) = due_list._unapproved(place, book)
        assert f"approve {run.info.run_id}" in waiting.command  # its list hangs: what comes next is the approval
    with pytest.raises(RunError, match=f"{number} of household {hh} is open"):
        runs.approve_run(run, "chair")
    with pytest.raises(RunError, match="is open"):
        runs.approve_run(run, "chair", "in a hurry", despite_decisions=True)
    _, in_time = answer_said(place, number, "rejected", "已上门核对", date(2016, 5, 16), "head")
    assert in_time  # said on the 6th, ten days
    assert unheard_faults(run, date(2016, 5, 16)) == []
    assert runs.approve_run(run, "chair") > 0
    standing = voice_standing(place, date(2016, 6, 1))
    assert standing[["state", "days_waited", "days_late"]].iloc[0].tolist() == ["answered", 10, 0]


def test_an_upheld_objection_stops_its_plan_and_a_refusal_is_a_pin_of_the_next(copied: Copied) -> None:
    run = copied()
    place = runs.sample_office()
    rows = planned_households(run)
    served = rows[rows["k"] > 0].iloc[0]
    hh, measure = str(served["hh"]), str(served["measures"]).split("+")[0]
    _, (number,) = record_said(place, [Said(hh, "objection", "x", date(2016, 5, 6))], "desk", run=run.info.run_id)
    _, in_time = answer_said(place, number, "upheld", "对", date(2016, 5, 17), "head")
    assert not in_time  # the eleventh day
    assert [fault.values["id"] for fault in unheard_faults(run, date(2016, 6, 1))] == [number]
    record_wish(place, hh, "refusal", measure, "不想要", "desk", day=date(2016, 5, 7))
    following = runs.begin(place)
    assert following.info.run_id != run.info.run_id
    assert following.decided.rules[["hh", "rule"]].to_numpy().tolist() == [[hh, f"without:{measure}"]]
    counts = voice_counts(voice_standing(place, date(2016, 6, 1))).set_index("kind")
    assert counts.loc["objection", ["said", "late", "upheld", "longest_days"]].tolist() == [1, 1, 1, 11]
    assert counts.loc["refusal", ["said", "open", "overdue"]].tolist() == [1, 0, 0]


def test_words_about_a_list_that_did_not_hang_are_refused(copied: Copied) -> None:
    from povlib.runs.voice.household_voice import posted_run

    run = copied()
    posted_run(runs.sample_office(), run.info.run_id, date(2016, 5, 1))
    with pytest.raises(RunError, match=f"voice post {run.info.run_id}"):
        posted_run(runs.sample_office(), run.info.run_id, date(2016, 4, 30))
