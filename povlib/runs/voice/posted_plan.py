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
from povlib.runs.facts.proposal import planned_households
from povlib.runs.facts.record import office_name
from povlib.runs.facts.village_order import in_village_order
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.run import Run
from povlib.runs.voice.household_voice import posting_rule
from povlib.vocabulary.register import head_of_household
from povlib.words import language_column


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
        rows, left_out = _posted_rows(run, book, officer, rule.names, lang)
        head = str(book.head())
    terms = PostingTerms(day, day + timedelta(days=days - 1), days, rule.answered_within.days, rule.ask_at)
    paper = posted_plan_paper(rows, run.settings.plan_month, office_name(run, lang), terms, lang,
                              synthetic=run.info.synthetic, head=head)  # fmt: skip
    folder = run.office.folder / "posting" / f"plan-{run.info.run_id}"
    files = publish(paper, folder, f"plan.{lang}", formats=("html", "pdf", "docx"))
    if not len(hanging):
        info = ledger.BatchInfo(officer=officer, role="desk", reason=f"posting of run {run.info.run_id}")
        with open_book(place, create=False) as book:
            record_posting(book, run.info.run_id, day, days, officer, info)
    with open_book(place, create=False) as book:
        first = approval_from(plan_postings(book), run.info.run_id, days)
    if first is None:
        raise RunError("the list of run {run} does not hang", run=run.info.run_id)
    return PostedPlan(files, left_out, day, first, not len(hanging))


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
    rows, _ = listed_households(run, lang)
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


def listed_households(run: Run, lang: str) -> tuple[pd.DataFrame, int]:
    """Return the households of a plan that get something new, by village, and how many asked not to be published.

    Returns
    -------
    (DataFrame, int)
        Columns of `planned_households`, help (in words) and name (empty: their key stands for them).
    """
    rows = planned_households(run)
    rows = rows[rows["k"] > 0]
    register = run.state.households.set_index("hh")
    objects = rows["hh"].map(register["objects"]).fillna(False).astype(bool)
    rows = rows[~objects].assign(help=lambda frame: frame[language_column("label", lang)].astype(str), name="")
    return in_village_order(rows, run), int(objects.sum())


def _posted_rows(run: Run, book: ledger.Ledger, officer: str, how: str, lang: str) -> tuple[pd.DataFrame, int]:
    """Return the households of a plan that get something new, with their head's name as it is shown.

    Who asked not to be published is left out and counted; opening the names is logged first.
    """
    rows, left_out = listed_households(run, lang)
    members = run.state.members
    heads = members[members["relation"] == head_of_household()].drop_duplicates("hh").set_index("hh")["person"]
    rows["person"] = rows["hh"].map(heads)
    if how != "none":
        purpose = f"posting of run {run.info.run_id}"
        info = ledger.BatchInfo(officer=officer, role="desk", reason=purpose)
        names = ledger.unmask(book, rows["person"].dropna().tolist(), ("name",), purpose, info)
        full = rows["person"].map(names.set_index("person")["value"])
        rows["name"] = full.map(lambda said: shown_name(str(said), how), na_action="ignore")
    return rows, left_out
