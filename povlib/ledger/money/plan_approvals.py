"""Decisions about plans: approved, replaced, withdrawn; by whom, when and why.

Responsible for reading the rows of ``approval`` and for the rule that no two plans in force speak of the same
months: a plan is replaced or withdrawn on the record, with a reason, and only before its outcome is known. Its promises
stay in the book and are not scored. Not responsible for promises (`promise_book`) or money (`fund_movements`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from povlib.calendar import Month
from povlib.errors import Fault, LedgerError
from povlib.ledger.batch import Batch, BatchInfo
from povlib.ledger.batch_writing import write_batch
from povlib.ledger.book import Ledger
from povlib.ledger.state import last_month

APPROVED, REPLACED, WITHDRAWN = "approved", "replaced", "withdrawn"
_COLUMNS = ["batch", "run", "decision", "plan_sha256", "officer", "recorded_at", "reason", "first"]


def plan_decisions(book: Ledger) -> pd.DataFrame:
    """Return every decision about a plan, oldest first; the last one of a run is what stands.

    Returns
    -------
    DataFrame
        batch, run, decision (``approved``, ``replaced``, ``withdrawn``), plan_sha256, officer, recorded_at (ISO 8601),
        reason, first (ordinal of the first month of help, missing for approvals that did not record it), due
        (ordinal, the latest month its promises speak of).
    """
    rows = book.store.rows(
        "select a.batch, a.run, a.decision, a.plan_sha256, b.officer, b.recorded_at, b.reason, b.month"
        " from approval a join batch b on b.id = a.batch order by a.batch, a.run"
    )
    due = dict(book.store.rows("select run, max(due_month) from promise group by run"))
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    frame["first"] = frame["first"].map(_ordinal, na_action="ignore").astype("Int64")
    # a batch that withdraws or replaces tells no period of its own: the plan's is that of its approval
    frame["first"] = frame["first"].where(frame["decision"] == APPROVED).groupby(frame["run"]).transform("first")
    frame["due"] = frame["run"].map(due).map(_ordinal, na_action="ignore").astype("Int64")
    return frame


def _ordinal(yyyymm: int) -> int:
    return Month(int(yyyymm) // 100, int(yyyymm) % 100).ordinal


def standing_decisions(book: Ledger) -> pd.DataFrame:
    """Return the last decision about every plan, with the columns of `plan_decisions`."""
    return plan_decisions(book).drop_duplicates("run", keep="last").reset_index(drop=True)


def approved_digests(book: Ledger, run: str) -> list[str]:
    """Return the digest (of a run's manifest) under which it stands approved; none when it does not."""
    last = standing_decisions(book)
    own = last.loc[(last["run"] == run) & (last["decision"] == APPROVED), "plan_sha256"]
    return [str(digest) for digest in own]


def overlapping_plans(book: Ledger, run: str, first: Month, due: Month) -> pd.DataFrame:
    """Return the other plans in force that speak of any month from `first` to `due`.

    A plan whose first month is not on record is taken to begin at once.
    """
    last = standing_decisions(book)
    begun = (last["first"] <= due.ordinal).fillna(True)
    until = (last["due"] >= first.ordinal).fillna(False)
    return last.loc[(last["decision"] == APPROVED) & (last["run"] != run) & begun & until]


def overlap_faults(plans: pd.DataFrame) -> Iterator[Fault]:
    """Yield one fault per plan that stands in the way of another."""
    for plan in plans.itertuples(index=False):
        yield Fault(
            "plan {run}, approved by {officer} on {day}, is in force until {due}",
            "approval",
            "one plan for the same months",
            "approve again with --replace --reason WHY to put this plan in its place, or take the other back first: "
            "python3 workbench.py withdraw {run} --officer NAME --reason WHY",
            {
                "run": str(plan.run),
                "officer": str(plan.officer) or "-",
                "day": str(plan.recorded_at)[:10],
                "due": str(Month.from_ordinal(int(str(plan.due)))),
            },
        )


def setting_aside_faults(book: Ledger, plans: pd.DataFrame, reason: str) -> Iterator[Fault]:
    """Yield why plans may not be replaced or withdrawn: no reason given, or an outcome that is known already."""
    if not reason.strip():
        yield Fault("a plan is replaced or withdrawn with a reason", "reason", remedy="add --reason WHY")
    last = last_month(book, book.data_head())
    for run, due in plans[["run", "due"]].itertuples(index=False):
        if last is not None and due <= last.ordinal:
            yield Fault("the outcome of plan {run} is recorded already: its promises stand", values={"run": str(run)})


def withdraw_plan(book: Ledger, run: str, info: BatchInfo) -> Batch:
    """Take back the approval of a plan; its promises stay and are not scored.

    Returns
    -------
    Batch
        Not added when the plan was withdrawn or replaced before.

    Raises
    ------
    LedgerError
        If the plan was never approved, its outcome is recorded already, or no reason is given.
    """
    before = standing_decisions(book)
    own = before.loc[before["run"] == run]
    if own.empty:
        raise LedgerError("the plan {run} is not approved: there is nothing to withdraw", run=run)
    if own["decision"].iloc[0] != APPROVED:
        number = int(own["batch"].iloc[0])
        return Batch(number, str(book.store.rows("select hash from batch where id = ?", (number,))[0][0]), added=False)

    def make() -> dict[str, pd.DataFrame]:
        faults = list(setting_aside_faults(book, own, info.reason))
        if faults:
            raise LedgerError(faults)
        return {"approvals": decision_rows(own, WITHDRAWN)}

    return write_batch(book, replace(info, kind="approval", source_sha256="", rules_sha256="", month=None), make)


def decision_rows(plans: pd.DataFrame, decision: str) -> pd.DataFrame:
    """Return rows of ``approval`` that say the same of several plans."""
    return plans[["run", "plan_sha256"]].assign(decision=decision)[["run", "decision", "plan_sha256"]]
