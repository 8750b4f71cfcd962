"""The office's own record: what was promised before and what came true."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib import ledger, review
from povlib.runs.chain import Run
from povlib.runs.offices import Place, open_book
from povlib.words import text


@dataclass(frozen=True)
class Record:
    """The promise book as a paper needs it.

    Attributes
    ----------
    frame : DataFrame
        Columns of ``MeetingFacts.record``.
    open : int
        Promises not due yet.
    approved : bool
        Whether this very run was approved.
    """

    frame: pd.DataFrame
    open: int
    approved: bool


def record(run: Run) -> Record:
    """Return the office's record as of now: promises are not part of what a run is made from."""
    with open_book(Place(run.office, run.info.synthetic)) as book:
        told = review.record(book)
        approved = bool((ledger.promises(book)["run"] == run.info.run_id).any())
    return Record(told.totals.dropna(subset=["observed_low"]), told.waiting, approved)


def office_name(run: Run, lang: str) -> str:
    """Return the name printed as the issuer."""
    return text("Practice township (synthetic)", lang) if run.info.synthetic else run.office.name
