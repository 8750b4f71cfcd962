"""What a person has to do next in an office: each with the command that does it.

Responsible for the list and for which of it holds up the month's work. Not responsible for doing any of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from povlib import intake, ledger, scenarios
from povlib.calendar import Month
from povlib.intake.checks.receipts import waiting_pairs
from povlib.ledger.money.plan_approvals import APPROVED
from povlib.ledger.voice.household_words import HOLDS_UP, household_words
from povlib.ledger.voice.plan_postings import plan_postings
from povlib.runs.office.finished_runs import LATEST, run_folder
from povlib.runs.office.head_deposits import find_deposit
from povlib.runs.office.office_place import Place
from povlib.runs.office.parameter_check import empty_inputs
from povlib.runs.routine.month_standing import MonthStanding, WaitingFiles, month_standing, months_to_score, shown_name
from povlib.runs.sharing.outbox import outbox_of
from povlib.runs.storage.manifest import NAME, read_manifest
from povlib.words import text

PROGRAM = "python3 workbench.py"
# names shown in one line; whoever has more opens the list that the command prints
_NAMES_SHOWN = 6


@dataclass(frozen=True)
class Due:
    """One thing to do.

    Attributes
    ----------
    key : str
        What it is: ``inbox refused month review score wish objection empty owed deposit decided approval letters``.
    words : str
        In the language in use.
    command : str
        What to type for it, or "" where a file is to be edited.
    blocks : bool
        Whether it holds up the month's work or spoils it: the timer's exit code 1.
    """

    key: str
    words: str
    command: str = ""
    blocks: bool = False

    def plain(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {"key": self.key, "words": self.words, "command": self.command, "blocks": self.blocks}


def due_list(
    place: Place,
    book: ledger.Ledger,
    resolved: scenarios.Resolved,
    files: WaitingFiles | None = None,
    month: Month | None = None,
) -> list[Due]:
    """Return what a person has to do, what holds up the work first.

    Parameters
    ----------
    book : Ledger
        The office's, open.
    files : WaitingFiles, optional
        The verdicts on the inbox; without them nothing is said of files.
    month : Month, optional
        The month that is due (`due_month`); None when no month is.
    """
    files = files or WaitingFiles()
    found = [
        *_refused(files),
        *(_month_due(month_standing(book, month, files)) if month is not None else ()),
        *_pairs_to_review(place, book, files),
        *_unscored(book),
        *_unanswered(book),
        *_open_objections(book),
        *_empty(resolved),
        *_undeposited(place, book),
        *_decided_since(place, book),
        *_unapproved(place, book),
        *_letters(place),
    ]
    return sorted(found, key=lambda due: not due.blocks)


def some_of(names: list[str] | tuple[str, ...]) -> str:
    """Return the first names of a list, and how many more there are."""
    shown = text(", ").join(names[:_NAMES_SHOWN])
    return shown if len(names) <= _NAMES_SHOWN else shown + text(" and {n} more", n=len(names) - _NAMES_SHOWN)


def _refused(files: WaitingFiles) -> Iterator[Due]:
    if names := [shown_name(v) for v in files.refused]:
        words = text(
            "{n} files in the inbox are refused in whole or in part: {names}. Send the receipts to the villages; a "
            "mended file replaces the old one in the inbox.",
            n=len(names),
            names=some_of(names),
        )
        yield Due("refused", words, f"{PROGRAM} load", blocks=True)


def _month_due(standing: MonthStanding) -> Iterator[Due]:
    label = standing.month.label()
    if standing.complete:
        yield Due("month", text("{month} is complete and can be closed.", month=label), f"{PROGRAM} monthly")
        return
    told = f"{PROGRAM} monthly --month {standing.month} --incomplete --reason WHY"
    yield Due("month", reason_held(standing), told if standing.reported else f"{PROGRAM} load", blocks=True)


def reason_held(standing: MonthStanding) -> str:
    """Return why a month is not closed without being told."""
    label = standing.month.label()
    if not standing.reported:
        return text("Nothing was reported for {month}, while later months are there: it is missing.", month=label)
    if not standing.over:
        return text("{month} is not over yet.", month=label)
    if standing.silent:
        return text(
            "{month} is not complete: {reported} of {households} households have reported; too few of {villages}.",
            month=label, reported=standing.reported, households=standing.households, villages=some_of(standing.silent),
        )  # fmt: skip
    return text("{month} waits for files that are refused: {names}.", month=label, names=some_of(standing.refused))


def _pairs_to_review(place: Place, book: ledger.Ledger, files: WaitingFiles) -> Iterator[Due]:
    queue = intake.review_queue(book, files.verdicts, waiting=waiting_pairs(place.office.receipts))
    if n := len(queue):
        words = text("{n} pairs of households may hold the same person: someone must decide.", n=n)
        yield Due("review", words, f"{PROGRAM} review", blocks=True)


def _unscored(book: ledger.Ledger) -> Iterator[Due]:
    for month in months_to_score(book):
        words = text("Promises due in {month} are not all scored.", month=month.label())
        yield Due("score", words, f"{PROGRAM} close {month}")


def _unanswered(book: ledger.Ledger) -> Iterator[Due]:
    """Yield what households asked for or refused, until somebody answers or a plan with it is approved."""
    waiting = ledger.open_wishes(book)
    if n := len(waiting):
        words = text("{n} households wait for an answer to what they asked for, refused or objected to: {names}.", n=n,
                     names=some_of([str(hh) for hh in waiting["hh"]]))  # fmt: skip
        yield Due("wish", words, f"{PROGRAM} decisions --open")


def _open_objections(book: ledger.Ledger) -> Iterator[Due]:
    """Yield which objections and appeals no plan is approved before."""
    said = household_words(book)
    waiting = said[said["kind"].isin(HOLDS_UP) & said["answered_day"].isna()]
    if n := len(waiting):
        words = text("{n} objections or appeals are open: {names}. No plan is approved before they are answered.", n=n,
                     names=some_of([str(number) for number in waiting["id"]]))  # fmt: skip
        yield Due("objection", words, f"{PROGRAM} voice list --open")


def _decided_since(place: Place, book: ledger.Ledger) -> Iterator[Due]:
    """Yield that decisions by hand are newer than the newest run, which may not contain them."""
    newest = newest_run(place)
    if newest is None or ledger.last_decision_batch(book) <= newest.get("decided", 0):
        return
    words = text("Decisions by hand were recorded after run {run} was made: plan again to keep them.",
                 run=newest["run_id"])  # fmt: skip
    yield Due("decided", words, f"{PROGRAM} plan {newest['scenario']}")


def _empty(resolved: scenarios.Resolved) -> Iterator[Due]:
    rows = empty_inputs(resolved.catalogue)
    if n := len(rows):
        names = [f"params/{row.file}.yaml {row.key}.{row.field}" for row in rows.itertuples(index=False)]
        yield Due(
            "empty",
            text(
                "{n} local values are still empty; what needs them is not offered: {names}", n=n, names=some_of(names)
            ),
        )


def _undeposited(place: Place, book: ledger.Ledger) -> Iterator[Due]:
    decided = ledger.standing_decisions(book)
    bound = [("approval", str(run)) for run in decided.loc[decided["decision"] == APPROVED, "run"]]
    bound += [("closing", str(Month.from_ordinal(int(month)))) for month in ledger.closings(book)["month"]]
    if bare := [subject for occasion, subject in bound if find_deposit(place, occasion, subject) is None]:
        words = text("No signed head was deposited for {subjects}: it belongs outside this computer.",
                     subjects=some_of(bare))  # fmt: skip
        yield Due("deposit", words, f"{PROGRAM} ledger deposit --officer NAME")


def _unapproved(place: Place, book: ledger.Ledger) -> Iterator[Due]:
    newest = newest_run(place)
    if newest is None:
        return
    run = newest["run_id"]
    decided = ledger.standing_decisions(book)
    if run in set(decided["run"]) or newest["batch"] < book.data_head():
        return
    words = text("Run {run} ({scenario}) is a draft: no plan binds before it is approved.",
                 run=run, scenario=newest["scenario"])  # fmt: skip
    posted = run in set(plan_postings(book)["run"])
    yield Due("approval", words, f"{PROGRAM} {'approve' if posted else 'voice post'} {run} --officer NAME")


def _letters(place: Place) -> Iterator[Due]:
    """Yield the letters that have not surely arrived."""
    left = [one for one in outbox_of(place).letters() if one.standing not in ("sent", "settled")]
    if waiting := [one.recipient for one in left if one.standing == "waits"]:
        words = text("{n} letters wait to be sent: {names}.", n=len(waiting), names=some_of(waiting))
        yield Due("letters", words, f"{PROGRAM} share send")
    if doubtful := [one.recipient for one in left if one.standing != "waits"]:
        words = text("{n} letters were refused or may have arrived: {names}. A person must ask.", n=len(doubtful),
                     names=some_of(doubtful))  # fmt: skip
        yield Due("letters", words, f"{PROGRAM} share outbox")


def newest_run(place: Place) -> dict[str, Any] | None:
    """Return the record of the run finished last; None without one."""
    if not any(place.office.runs.glob(f"*/{NAME}")):
        return None
    found: dict[str, Any] = read_manifest(run_folder(LATEST, place))["run"]
    return found
