"""公示: when the list of a plan was hung at the notice boards, for how many days, and whether it came down early.

Responsible for the rows `plan_postings`, one a plan and day. Not responsible for the paper that hangs
(`povlib.report.voice.posted_plan`) or for whether the plan may be approved (`.approval_gate`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pandas as pd

from povlib.errors import Fault, LedgerError
from povlib.ledger.batch import Batch, BatchInfo
from povlib.ledger.batch_writing import write_batch
from povlib.ledger.book import Ledger
from povlib.ledger.rows_as_known import known_frame
from povlib.ledger.storage.table_schema import BY_FRAME
from povlib.ledger.voice.household_words import day_number, day_of

_FRAME = "plan_postings"


def plan_postings(book: Ledger, as_of: int | None = None) -> pd.DataFrame:
    """Return postings of plans: run, posted_day, days, officer, taken_down_day, reason, batch; by run and day."""
    number = book.head().batch if as_of is None else as_of
    frame = known_frame(book.store, BY_FRAME[_FRAME], number)
    days = ["posted_day", "days", "taken_down_day"]
    frame[days] = frame[days].astype("Int64")
    names = [column.name for column in BY_FRAME[_FRAME].columns]
    return frame[[*names, "batch"]].sort_values(["run", "posted_day"], ignore_index=True)


def record_posting(book: Ledger, run: str, day: date, days: int, officer: str, info: BatchInfo) -> Batch:
    """Record that the list of a plan hangs from a day on, for a number of days.

    Raises
    ------
    LedgerError
        If the day lies in the future, or the list hangs already.
    """

    def make() -> dict[str, pd.DataFrame]:
        before = plan_postings(book)
        hanging = before[(before["run"] == run) & before["taken_down_day"].isna()]
        faults = list(_future(day))
        if len(hanging):
            since = day_of(hanging["posted_day"].iloc[0]).isoformat()
            faults.append(Fault("the list of run {run} hangs since {day}", values={"run": run, "day": since}))
        if faults:
            raise LedgerError(faults)
        row = {"run": run, "posted_day": day_number(day), "days": days, "officer": officer, "taken_down_day": pd.NA,
               "reason": ""}  # fmt: skip
        return {_FRAME: pd.DataFrame([row]).astype({"taken_down_day": "Int64"})}

    return write_batch(book, replace(info, kind="decision"), make)


def take_posting_down(book: Ledger, run: str, day: date, info: BatchInfo) -> Batch:
    """Record that the list of a plan came down on a day: rain, a mistake, a list that changed.

    Raises
    ------
    LedgerError
        If it does not hang, the day lies before it was hung or in the future, or no reason is given.
    """

    def make() -> dict[str, pd.DataFrame]:
        before = plan_postings(book)
        hanging = before[(before["run"] == run) & before["taken_down_day"].isna()]
        faults = list(_future(day))
        if not info.reason.strip():
            faults.append(Fault("a list comes down for a reason", remedy="add --reason WHY"))
        if hanging.empty:
            faults.append(Fault("the list of run {run} does not hang", values={"run": run}))
        elif day < day_of(hanging["posted_day"].iloc[0]):
            faults.append(Fault("the list of run {run} was not hung before {day}", values={
                "run": run, "day": day_of(hanging["posted_day"].iloc[0]).isoformat()}))  # fmt: skip
        if faults:
            raise LedgerError(faults)
        row = hanging.iloc[[0]].drop(columns="batch").assign(taken_down_day=day_number(day), reason=info.reason)
        return {_FRAME: row.astype({"taken_down_day": "Int64"})}

    return write_batch(book, replace(info, kind="decision"), make)


def _future(day: date) -> Iterator[Fault]:
    if day > date.today():
        yield Fault("{value} lies in the future", values={"value": day.isoformat()})
