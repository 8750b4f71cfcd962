"""The list of a plan as it is posted: who stands on it, when it hung, and what the plan still waits for.

Responsible for opening the heads' names (logged), for the day of the posting and for the question asked before every
approval. Not responsible for words (`povlib.report.voice.posted_plan`) or for what households say (`.household_voice`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from povlib import ledger
from povlib.errors import Fault, RunError
from povlib.ledger.voice.approval_gate import approval_faults, approval_from
from povlib.ledger.voice.household_words import day_of, household_words
from povlib.ledger.voice.plan_postings import plan_postings, record_posting, take_posting_down
from povlib.report.houses.list_posting import shown_name
from povlib.report.model.paper import Report
from povlib.report.voice.posted_plan import PostingTerms, posted_plan_paper
from povlib.report.writers.publication import publish
from povlib.runs.decisions.recording import run_faults
from povlib.runs.facts.record import office_name
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.run import Run
from povlib.runs.voice.household_voice import posting_rule
from povlib.runs.voice.listed_households import PostedList, listed_households, posted_lists


@dataclass(frozen=True)
class PostedPlan:
    """What became of posting a plan: its files, who is left out, from when it hangs and may be approved."""

    files: list[Path]
    left_out: int
    day: date
    approval_from: date
    added: bool


def post_plan(run: Run, officer: str, lang: str, day: date | None = None) -> PostedPlan:
    """Write the list of a plan for the notice boards and record from when it hangs; a second time only writes it anew.

    Parameters
    ----------
    day : date, optional
        From when it hangs; default today, and in the practice township the first day of the month the plan is made in.

    Raises
    ------
    RunError
        If the run is not finished or was decided on already, or the day lies before its data were recorded.
    LedgerError, ReportError, PrivacyError
        If the day lies in the future, a name is missing, or the paper would show more than it may.
    """
    if faults := list(run_faults(run)):
        raise RunError(faults)
    place = Place(run.office, run.info.synthetic)
    rule = posting_rule(place)
    days = max(1, rule.days_asked(run.settings.plan_month))
    with open_book(place, create=False) as book:
        before = plan_postings(book)
        hanging = before[(before["run"] == run.info.run_id) & before["taken_down_day"].isna()]
        day = day_of(hanging["posted_day"].iloc[0]) if len(hanging) else day or _first_day(run)
        if not len(hanging):
            _refuse_day_before_data(run, book, day)
        lists = _with_names(list(posted_lists(run, lang)), book, run, officer, rule.names)
        head = str(book.head())
    terms = PostingTerms(day, day + timedelta(days=days - 1), days, rule.answered_within.days, rule.ask_at)
    folder = run.office.folder / "posting" / f"plan-{run.info.run_id}"
    files: list[Path] = []
    for at, one in enumerate(lists, start=1):
        issuer = " · ".join(name for name in (office_name(run, lang), one.township) if name)
        paper = posted_plan_paper(one.rows, run.settings.plan_month, issuer, terms, lang,
                                  synthetic=run.info.synthetic, head=head)  # fmt: skip
        name = f"plan.{at:02d}.{lang}" if one.township else f"plan.{lang}"
        files += publish(paper, folder, name, formats=("html", "pdf", "docx"))
    if not len(hanging):
        info = ledger.BatchInfo(officer=officer, role="desk", reason=f"posting of run {run.info.run_id}")
        with open_book(place, create=False) as book:
            record_posting(book, run.info.run_id, day, days, officer, info)
    with open_book(place, create=False) as book:
        first = approval_from(plan_postings(book), run.info.run_id, days)
    if first is None:
        raise RunError("the list of run {run} does not hang", run=run.info.run_id)
    return PostedPlan(files, sum(one.left_out for one in lists), day, first, not len(hanging))


def list_by_key(run: Run, lang: str, *, draft: bool, lapsed: bool) -> Report:
    """Return the list of a plan with keys in place of names, and the days on which it hangs where it hangs already.

    Names are put in by `post_plan`, which logs who opened them and records the day.
    """
    place = Place(run.office, run.info.synthetic)
    rule = posting_rule(place)
    days = max(1, rule.days_asked(run.settings.plan_month))
    with open_book(place, create=False) as book:
        before = plan_postings(book)
        head = str(book.head())
    hanging = before[(before["run"] == run.info.run_id) & before["taken_down_day"].isna()]
    first = day_of(hanging["posted_day"].iloc[0]) if len(hanging) else None
    last = None if first is None else first + timedelta(days=days - 1)
    rows = listed_households(run, lang).rows
    terms = PostingTerms(first, last, days, rule.answered_within.days, rule.ask_at)
    return posted_plan_paper(rows, run.settings.plan_month, office_name(run, lang), terms, lang, draft=draft,
                             lapsed=lapsed, synthetic=run.info.synthetic, head=head)  # fmt: skip


def take_plan_down(run: Run, day: date, officer: str, reason: str) -> None:
    """Record that the list of a plan came down; hung for fewer days than the rule asks, it is posted anew."""
    info = ledger.BatchInfo(officer=officer, role="desk", reason=reason)
    with open_book(Place(run.office, run.info.synthetic), create=False) as book:
        take_posting_down(book, run.info.run_id, day, info)


def unheard_faults(run: Run, today: date) -> list[Fault]:
    """Return what a plan waits for before it may be approved on a day; none where nothing is in the way."""
    place = Place(run.office, run.info.synthetic)
    days = posting_rule(place).days_asked(run.settings.plan_month)
    with open_book(place, create=False) as book:
        return list(approval_faults(plan_postings(book), household_words(book), run.info.run_id, today, days))


def _first_day(run: Run) -> date:
    month = run.settings.plan_month
    return date(month.year, month.month, 1) if run.info.synthetic else date.today()


def _refuse_day_before_data(run: Run, book: ledger.Ledger, day: date) -> None:
    """Refuse a list that would have hung before what it rests on was on record; practice data are of another year."""
    if run.info.synthetic:
        return
    recorded = str(book.store.rows("select recorded_at from batch where id = ?", (run.info.batch,))[0][0])[:10]
    if day.isoformat() < recorded:
        raise RunError("the plan rests on data recorded on {recorded}: its list cannot have hung on {day}",
                       recorded=recorded, day=day.isoformat())  # fmt: skip


def _with_names(lists: list[PostedList], book: ledger.Ledger, run: Run, officer: str, how: str) -> list[PostedList]:
    """Return lists with their heads' names as they are shown; opening the names is logged first, once for all lists."""
    if how == "none":
        return lists
    purpose = f"posting of run {run.info.run_id}"
    info = ledger.BatchInfo(officer=officer, role="desk", reason=purpose)
    persons = pd.concat([one.rows["person"] for one in lists]).dropna().tolist()
    names = ledger.unmask(book, persons, ("name",), purpose, info).set_index("person")["value"]
    shown = names.map(lambda said: shown_name(str(said), how))
    return [one.with_names(shown) for one in lists]
