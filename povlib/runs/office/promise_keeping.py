"""Approval and scoring: a run's projections become promises, and a closed month scores them.

Responsible for turning a run into rows of the promise book and a state into outcomes. Not responsible
for the book (`povlib.ledger.money.promise_book`) or for judging it (`povlib.review`).
"""

from __future__ import annotations

from datetime import date

from povlib import ledger, params, review, scenarios
from povlib.calendar import Month
from povlib.errors import RunError
from povlib.report.privacy.personal_data import check_texts
from povlib.runs.decisions.kept import unkept_faults
from povlib.runs.office.head_deposits import deposit_head, find_deposit
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.office.promise_rows import promise_rows
from povlib.runs.run import Run
from povlib.runs.run_folders import is_finished
from povlib.runs.second_making import Progress
from povlib.runs.storage.manifest import NAME
from povlib.runs.storage.text_files import file_digest
from povlib.runs.verification import verify_run
from povlib.runs.voice.posted_plan import unheard_faults


def approve_run(
    run: Run,
    officer: str,
    reason: str = "",
    *,
    replacing: bool = False,
    despite_decisions: bool = False,
    today: date | None = None,
    progress: Progress | None = None,
) -> int:
    """Approve a run: write its promises into the ledger before their outcome is known.

    One promise for every registered household (package 0 included: p and p0, interval, due month) and
    one for each printed total.

    Parameters
    ----------
    reason : str
        Why; printed on the paper. Required when another plan is replaced.
    replacing : bool
        Whether plans in force for any of the same months are set aside by this one.
    despite_decisions : bool
        Whether a plan that does not contain what was decided by hand is approved all the same; needs a reason.
    today : date, optional
        The day of the approval, up to which postings and objections count; default the computer's.
    progress : callable, optional
        Receives stage and share done of the verification.

    Returns
    -------
    int
        Promises that came into force; 0 when the run stood approved before.

    Raises
    ------
    RunError
        If the run is not finished or does not verify: what was changed cannot be approved; or if its plan is not what
        was decided by hand (`povlib.runs.decisions.kept`); or if its list has not hung its days, or somebody's
        objection is open (`povlib.ledger.voice.approval_gate`).
    LedgerError
        If the outcome is already known, or another plan is in force for the same months and is not replaced.
    PrivacyError
        If the reason holds something personal: it is printed.
    """
    if not is_finished(run):
        raise RunError("the run is not finished", where=run.info.run_id)
    if not run.has_papers:
        raise RunError(
            "this run has no papers yet: nobody can have read what is to be approved",
            where=run.info.run_id,
            remedy="write them: python3 workbench.py report {run} --office {office}",
            run=run.info.run_id,
            office=run.office.name,
        )
    # before anything is written: a paper that the privacy gate refuses could never be handed out
    check_texts([officer, reason], where="--reason")
    place = Place(run.office, run.info.synthetic)
    with open_book(place, create=False) as book:
        book.signature(officer)  # an officer whom the office does not know is refused before the work of verifying
        stands = run.info.run_id in _in_force(book)
    if not stands:
        _refuse_unheard(run, today)
    _refuse_undecided(run, reason, despite=despite_decisions)
    # papers are written anew with the approval: what lies there now is a draft
    checked = verify_run(run, progress, papers=False)
    if not checked.ok:
        raise RunError(checked.faults)
    frame = promise_rows(run)
    info = ledger.BatchInfo(
        kind="promise",
        officer=officer,
        role="approve",
        source_name=f"run {run.info.run_id}",
        source_sha256=file_digest(run.folder / NAME),
        reason=reason,
        month=run.settings.help_from,
    )
    if not stands:
        _refuse_unheard(run, today)  # verifying takes minutes, in which somebody may have objected
    with open_book(place) as book:
        written = ledger.record_promises(book, run.info.run_id, frame, info, replacing=replacing)
        # also for an approval that stood already: a computer that stopped in between left no deposit
        if written.added or find_deposit(place, "approval", run.info.run_id) is None:
            deposit_head(place, book, "approval", run.info.run_id, officer)
    return len(frame) if written.added else 0


def _in_force(book: ledger.Ledger) -> set[str]:
    standing = ledger.standing_decisions(book)
    return set(standing.loc[standing["decision"] == "approved", "run"])


def _refuse_unheard(run: Run, today: date | None) -> None:
    """Refuse a plan whose list has not hung its days, or to which an objection is open."""
    if faults := unheard_faults(run, today or date.today()):
        raise RunError(faults)


def _refuse_undecided(run: Run, reason: str, *, despite: bool) -> None:
    """Refuse a plan that is not what was decided, unless it is said to be approved all the same, and why."""
    unkept = unkept_faults(run)
    if not unkept:
        return
    if not despite:
        raise RunError(unkept)
    if not reason.strip():
        raise RunError("a plan is approved against what was decided only with a reason", remedy="add --reason WHY")


def withdraw_run(run: Run, officer: str, reason: str) -> bool:
    """Take back a run's approval: its promises stay on the book and are not scored.

    Returns
    -------
    bool
        False when it was withdrawn or replaced before.

    Raises
    ------
    LedgerError
        If the run is not approved, its outcome is recorded already, or no reason is given.
    PrivacyError
        If the reason holds something personal: it is printed.
    """
    check_texts([officer, reason], where="--reason")
    place = Place(run.office, run.info.synthetic)
    info = ledger.BatchInfo(officer=officer, role="approve", source_name=f"run {run.info.run_id}", reason=reason)
    with open_book(place) as book:
        taken_back = ledger.withdraw_plan(book, run.info.run_id, info)
        if taken_back.added:
            deposit_head(place, book, "withdrawal", run.info.run_id, officer)
    return taken_back.added


def replaced_runs(run: Run) -> list[str]:
    """Return the ids of the runs that the approval of this one replaced."""
    with open_book(Place(run.office, run.info.synthetic)) as book:
        decisions = ledger.plan_decisions(book)
    own = decisions.loc[decisions["run"] == run.info.run_id, "batch"]
    gone = decisions["batch"].isin(own) & (decisions["decision"] == "replaced")
    return [str(name) for name in decisions.loc[gone, "run"]]


def open_money(run: Run) -> int:
    """Return what is committed for a run and neither paid nor released, in fen."""
    with open_book(Place(run.office, run.info.synthetic)) as book:
        left = ledger.open_commitments(book)
    return sum(amount for purpose, amount in left.items() if purpose[0] == run.info.run_id)


def close_month(place: Place, month: Month, officer: str, reason: str = "") -> int:
    """Freeze a month of which something was reported, then score what falls due in it, as it was promised.

    A month is frozen once, as of its last batch (`ledger.close_month`); closing it again only scores what could
    not be assessed before.

    Returns
    -------
    int
        Promises scored; 0 when nothing was promised for that month.

    Raises
    ------
    RunError
        If nothing was reported for that month yet: an assessed outcome stands, so a promise waits for its rows.
    """
    own = place.office.params
    rules = scenarios.resolve(scenarios.load("base", own / "scenarios"), params.load(own))
    with open_book(place) as book:
        if not int(ledger.summarise(book, month).villages["reported"].sum()):
            raise RunError(
                "nothing was reported for {month} yet: it cannot be closed",
                remedy="load the villages' workbooks of that month first: python3 workbench.py load",
                month=str(month),
            )
        if month.ordinal not in set(ledger.closings(book)["month"]):
            ledger.close_month(book, month, ledger.BatchInfo(officer=officer, role="approve", reason=reason))
        due = ledger.promises(book)
        due = due[(due["due_month"] == month.ordinal) & ledger.unsettled(due)]
        scored = 0
        if len(due):
            batch = review.score(book, month, officer=officer, catalogue=rules.catalogue, settings=rules.settings)
            scored = batch.rows.get("promise_score", 0)
        deposit_head(place, book, "closing", str(month), officer)
        return scored
