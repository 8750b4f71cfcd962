"""The month's work in one go: load the inbox, close the month that is due, score promises, plan again, write papers.

Every step is one of the single commands and is whole or not done at all, and each looks at what is there before it
begins. So the work may be ended at any moment and begun again, and a second time in the same month does nothing.

Responsible for the order, for what is left undone and why, and for one such work at a time. Not responsible for any
step, nor for words on a screen (`povlib.cli.desk.monthly`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from povlib import ledger, params, scenarios
from povlib.calendar import Month
from povlib.ledger.state import last_month
from povlib.ledger.storage.process_lock import one_at_a_time
from povlib.runs.completion import complete
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.office.parameter_check import check_parameters
from povlib.runs.office.promise_keeping import close_month
from povlib.runs.papers import write_missing_papers
from povlib.runs.routine.due_list import Due, due_list, newest_run, reason_held
from povlib.runs.routine.inbox_loading import inbox_files, load_workbooks
from povlib.runs.routine.month_standing import (
    MonthStanding,
    WaitingFiles,
    due_month,
    month_standing,
    months_to_score,
    waiting_files,
)
from povlib.runs.run import Run
from povlib.runs.run_folders import begin, is_finished
from povlib.runs.sharing.month_sharing import share_last_month
from povlib.runs.storage.run_identity import code_digest
from povlib.words import language, text

Progress = Callable[[str, float], None]

STAGES = 2
"""Stages that the work names before it plans: the inbox and the month."""


@dataclass(frozen=True)
class MonthlyOrder:
    """What the month's work is asked to do.

    Parameters
    ----------
    scenario : str
        What is planned.
    officer, reason : str
        Who closes, and why, as it will stand in the ledger.
    month : Month, optional
        The month to close; default the one that is due.
    incomplete : bool
        Close it though villages are missing or files refused.
    """

    scenario: str = "base"
    officer: str = "-"
    reason: str = ""
    month: Month | None = None
    incomplete: bool = False


@dataclass
class MonthlyAnswer:
    """What was done this time, and what there is now.

    Attributes
    ----------
    files : WaitingFiles
        The verdicts on the inbox.
    closed : list of MonthStanding
        Months closed this time, as they stood.
    held : str
        Why a month that is due was not closed, or "".
    scored : int
        Promises scored this time.
    changes : dict
        Months of the settings that were moved for this plan.
    run : Run or None
        The plan of the month; `planned` whether it was made this time.
    no_plan : str
        Why nothing was planned, or "".
    papers : bool
        Whether papers were written this time.
    letters : int
        Letters with the month's digest that the mail server took this time.
    due : list of Due
        What a person has to do.
    month : Month or None
        The last month of data.
    """

    files: WaitingFiles = field(default_factory=WaitingFiles)
    closed: list[MonthStanding] = field(default_factory=list)
    held: str = ""
    scored: int = 0
    changes: dict[str, str] = field(default_factory=dict)
    run: Run | None = None
    planned: bool = False
    no_plan: str = ""
    papers: bool = False
    letters: int = 0
    due: list[Due] = field(default_factory=list)
    month: Month | None = None

    @property
    def loaded(self) -> int:
        """Files that were written into the ledger this time."""
        return sum(verdict.batch is not None and not verdict.already for verdict in self.files.verdicts)

    @property
    def nothing_new(self) -> bool:
        """Whether all had been done before."""
        return not (self.loaded or self.closed or self.scored or self.planned or self.papers or self.letters)

    @property
    def needs_a_person(self) -> bool:
        """Whether something holds up the work, or spoils it."""
        return bool(self.held or self.no_plan) or any(due.blocks for due in self.due)


def do_months_work(place: Place, order: MonthlyOrder | None = None, progress: Progress | None = None) -> MonthlyAnswer:
    """Do the month's work of an office; wait while another process does it.

    Raises
    ------
    ParameterError
        If a parameter or scenario is wrong: before anything is loaded.
    RunError
        If the month asked for cannot be closed.
    LedgerError
        If the ledger cannot be written.
    """
    order = order or MonthlyOrder()
    tell = progress or (lambda stage, share: None)
    resolved = check_parameters(place, order.scenario)
    waiting = text("waiting: the month's work is being done by another process")
    with one_at_a_time(place.office.folder / ".monthly.lock", lambda: tell(waiting, 0.0)):
        answer = MonthlyAnswer()
        _load(place, order, answer, tell)
        tell(text("month"), 0.0)
        _close_months(place, order, answer)
        tell(text("month"), 1.0)
        _plan(place, order, resolved, answer, tell)
        answer.letters = share_last_month(place, language())
        _list_due(place, resolved, answer)
    return answer


def foreseen_work(place: Place, order: MonthlyOrder | None = None, progress: Progress | None = None) -> MonthlyAnswer:
    """Return what the month's work would do, and do nothing: `files` are judged, `closed` are months it would close.

    `no_plan` is why it would not plan; `planned` whether it would plan anew.
    """
    order = order or MonthlyOrder()
    resolved = check_parameters(place, order.scenario)
    files = inbox_files(place)
    verdicts = load_workbooks(place, order.officer, files, dry=True, progress=progress) if files else []
    if not place.office.has_ledger:
        answer = MonthlyAnswer(waiting_files(None, verdicts, place.office.receipts))
        answer.no_plan = "" if any(v.rows for v in verdicts) else _no_data()
        answer.planned = not answer.no_plan
        return answer
    with open_book(place, create=False) as book:
        answer = MonthlyAnswer(waiting_files(book, verdicts, place.office.receipts))
        month = order.month or due_month(book, answer.files)
        standing = None if month is None else month_standing(book, month, answer.files)
        if standing is not None and not standing.closed:
            if standing.complete or (order.incomplete and standing.reported):
                answer.closed = [standing]
            else:
                answer.held = reason_held(standing)
        last = answer.month = last_month(book, book.data_head())
        answer.due = due_list(place, book, resolved, answer.files)
        fresh = any(v.rows for v in answer.files.new)
        if answer.held:
            answer.no_plan = _not_planned(answer)
        elif last is None and not fresh:
            answer.no_plan = _no_data()
        else:
            answer.planned = fresh or not _planned_already(place, order.scenario, book, resolved, last)
    return answer


def _planned_already(
    place: Place, scenario: str, book: ledger.Ledger, resolved: scenarios.Resolved, last: Month | None
) -> bool:
    """Return whether the run finished last was made of all that a plan would be made of now."""
    newest = newest_run(place)
    if newest is None or newest["scenario"] != scenario or newest["code_digest"] != code_digest():
        return False
    changes = {} if last is None else months_moved_on(resolved.settings, last)
    resolved = check_parameters(place, scenario, changes) if changes else resolved
    same = (
        newest["catalogue_digest"] == resolved.catalogue.digest
        and scenarios.RunInfo.from_plain(newest).settings == resolved.settings
    )
    # a run made before decisions could be taken names none
    known = int(newest.get("decided", 0)) >= ledger.last_decision_batch(book)
    return same and known and int(newest["batch"]) >= book.data_head()


def _load(place: Place, order: MonthlyOrder, answer: MonthlyAnswer, tell: Progress) -> None:
    stage = text("reading the inbox")
    tell(stage, 0.0)
    files = inbox_files(place)
    verdicts = []
    if files:
        verdicts = load_workbooks(place, order.officer, files, progress=lambda _, share: tell(stage, share))
    if not place.office.has_ledger:
        return
    with open_book(place, create=False) as book:
        answer.files = waiting_files(book, verdicts, place.office.receipts)
        answer.month = last_month(book, book.data_head())


def _close_months(place: Place, order: MonthlyOrder, answer: MonthlyAnswer) -> None:
    """Close every month that is due and complete, then score what is due in closed months."""
    if answer.month is None:
        return
    while True:
        with open_book(place, create=False) as book:
            month = order.month or due_month(book)
            standing = None if month is None else month_standing(book, month, answer.files)
        if standing is None or standing.closed:
            break
        if not (standing.complete or (order.incomplete and standing.reported)):
            answer.held = reason_held(standing)
            break
        answer.scored += close_month(place, standing.month, order.officer, order.reason or _reason(standing))
        answer.closed.append(standing)
        if order.incomplete:
            # told of one month, not of those after it
            break
    with open_book(place, create=False) as book:
        open_months = [*months_to_score(book), *_undeposited_closings(place, book)]
    for open_month in sorted(set(open_months)):
        # a process that was ended between the closing and the scores or the deposit: closing again completes
        answer.scored += close_month(place, open_month, order.officer)


def _undeposited_closings(place: Place, book: ledger.Ledger) -> list[Month]:
    from povlib.runs.office.head_deposits import find_deposit

    closed = [Month.from_ordinal(int(month)) for month in ledger.closings(book)["month"]]
    return [month for month in closed if find_deposit(place, "closing", str(month)) is None]


def _reason(standing: MonthStanding) -> str:
    return text(
        "monthly: every village has reported, {reported} of {households} households",
        reported=standing.reported,
        households=standing.households,
    )


def _plan(
    place: Place, order: MonthlyOrder, resolved: scenarios.Resolved, answer: MonthlyAnswer, tell: Progress
) -> None:
    if answer.month is None:
        answer.no_plan = _no_data()
    elif answer.held:
        answer.no_plan = _not_planned(answer)
    elif resolved.settings.help_to <= answer.month:
        answer.no_plan = text(
            "the ledger holds {month}, and help was planned until {until} only: enter the months of the next plan in "
            "params/settings.yaml",
            month=answer.month.label(),
            until=resolved.settings.help_to.label(),
        )
    if answer.month is None or answer.no_plan:
        return
    answer.changes = months_moved_on(resolved.settings, answer.month)
    if answer.changes:
        resolved = check_parameters(place, order.scenario, answer.changes)
    run = begin(place, order.scenario, answer.changes, resolved)
    answer.planned = not is_finished(run)
    answer.run = complete(run, language(), tell)
    answer.papers = answer.planned or bool(write_missing_papers(answer.run, language(), tell))


def _not_planned(answer: MonthlyAnswer) -> str:
    return text("Nothing was planned, since the month is not closed.") if answer.held else ""


def _no_data() -> str:
    return text("The ledger holds no month yet: put the villages' workbooks into the inbox.")


def months_moved_on(settings: params.Settings, last: Month) -> dict[str, str]:
    """Return the months of the settings that have to move on for a plan on data up to `last`, as ``--set`` takes them.

    A plan is made in the month after the data, and help begins as many months later as the settings say. The end of
    help and the horizon stay: what is left of the year is planned.

    Examples
    --------
    >>> months_moved_on(params.Settings(), Month(2016, 4))
    {}
    >>> months_moved_on(params.Settings(), Month(2016, 6))
    {'settings.plan_month': '2016-07', 'settings.help_from': '2016-08'}
    >>> months_moved_on(params.Settings(), Month(2016, 11))
    {'settings.plan_month': '2016-12', 'settings.help_from': '2016-12'}
    """
    if last < settings.plan_month:
        return {}
    made = last + 1
    # never beyond the end of help: in the last month help begins at once
    start = min(made + (settings.help_from - settings.plan_month), settings.help_to)
    changes = {"settings.plan_month": str(made)}
    return changes | ({"settings.help_from": str(start)} if start != settings.help_from else {})


def _list_due(place: Place, resolved: scenarios.Resolved, answer: MonthlyAnswer) -> None:
    found: list[Due] = []
    if not place.office.inbox.is_dir():
        words = text("There is no inbox at {folder}.", folder=str(place.office.inbox))
        found.append(Due("inbox", words, "", blocks=True))
    if place.office.has_ledger:
        with open_book(place, create=False) as book:
            found += due_list(place, book, resolved, answer.files, due_month(book))
    if answer.run is not None:
        found += _owed_without_amount(answer.run)
    answer.due = sorted(found, key=lambda due: not due.blocks)


def _owed_without_amount(run: Run) -> list[Due]:
    from povlib.runs.facts.standing import outside_rows

    words = "{name}: owed by law to {n} households, and no amount is entered in {place}"
    return [
        Due("owed", text(words, name=row.name, n=row.households, place=f"params/support.yaml: {row.key}"), blocks=True)
        for row in outside_rows(run, language()).itertuples(index=False)
        if row.blank
    ]
