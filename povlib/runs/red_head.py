"""The paper that an office issues under its red head: whether a run has one, and what it is made from.

Responsible for refusing it where the office has no red head or the plan is not in force, and for calling back what was
issued before. Not responsible for words
(`povlib.report.meeting.red_head_paper`) or for what the office wrote of itself (`povlib.params.procedures.red_head`).
"""

from __future__ import annotations

from collections.abc import Sequence

from povlib.errors import RunError
from povlib.params.procedures.red_head import FILE, load_red_head
from povlib.report.kinds.recalled_paper import recalled_paper
from povlib.report.meeting.red_head_paper import red_head_paper
from povlib.report.model.paper import Report
from povlib.report.model.red_head import RedHeadTerms
from povlib.runs.facts.record import promise_record
from povlib.runs.paper_folder import papers_folder
from povlib.runs.paper_shape import PaperInput
from povlib.runs.run import Run

RED_HEAD = "red-head"


def issued_report(given: PaperInput) -> Report:
    """Return the meeting paper as the office issues it; of a plan no longer in force, the page that calls it back."""
    terms = _terms(given.run)
    if given.meeting.lapsed:
        return recalled_paper(given.meeting, terms, given.lang)
    assert terms is not None  # it applies only where there is a red head
    return red_head_paper(given.meeting, terms, given.lang)


def _terms(run: Run) -> RedHeadTerms | None:
    head = load_red_head(run.office.folder)
    if head is None:
        return None
    return RedHeadTerms(
        head.organ, head.addressed, head.mark, head.number_of(run.info.run_id), head.signer, head.copies,
        head.printed_by,
    )  # fmt: skip


def has_red_head(run: Run) -> bool:
    """Return whether a run has a paper under the red head, or one lies there that is to be called back.

    A plan that lost its force after its paper was issued must not leave that paper among its papers as if it held.
    """
    if is_issued(run):
        return True
    if not any(papers_folder(run).glob(f"{RED_HEAD}.*")):
        return False
    decisions = promise_record(run).decisions
    return bool(decisions) and decisions[-1].decision != "approved"


def is_issued(run: Run) -> bool:
    """Return whether the office issues papers under its red head, and the plan is in force."""
    if load_red_head(run.office.folder) is None:
        return False
    decisions = promise_record(run).decisions
    return bool(decisions) and decisions[-1].decision == "approved"


def refuse_unissued(run: Run, kinds: Sequence[str]) -> None:
    """Say why a plan has no paper under the red head, where one is asked for by name.

    Raises
    ------
    RunError
        If the office has no red head, or the plan is a draft or no longer in force.
    """
    if RED_HEAD not in kinds or is_issued(run):
        return
    if load_red_head(run.office.folder) is None:
        raise RunError(
            "this office has no red head",
            where=FILE,
            remedy="write {file} into {folder}: organ: NAME, addressed: NAME; also mark, numbers, printed_by, "
            "copies: [NAME, NAME] (a list, in brackets), and signer: NAME, which makes it a report to a higher organ: "
            "leave signer out where the paper goes to villages",
            file=FILE,
            folder=str(run.office.folder),
        )
    raise RunError(
        "a plan that is not in force carries no red head: who reads it would take it for decided",
        where=run.info.run_id,
        remedy="approve it first: python3 workbench.py approve {run} --officer OFFICER",
        run=run.info.run_id,
    )
