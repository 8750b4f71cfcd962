"""Approval and scoring: a run's projections become promises, and a closed month scores them.

Responsible for turning a run into rows of the promise book and a state into outcomes. Not responsible
for the book (`povlib.ledger.promises`) or for judging it (`povlib.review`).
"""

from __future__ import annotations

import pandas as pd

from povlib import ledger, params, review, scenarios
from povlib.calendar import Month
from povlib.errors import RunError
from povlib.runs.artefacts import file_digest
from povlib.runs.chain import Run
from povlib.runs.facts.proposal import chosen_of, households
from povlib.runs.making import is_finished
from povlib.runs.manifest import NAME
from povlib.runs.offices import Place, open_book
from povlib.runs.outcome import additional_exits, expected_exits
from povlib.runs.verifying import verify_run


def approve_run(run: Run, officer: str, reason: str = "") -> int:
    """Approve a run: write its promises into the ledger before their outcome is known.

    One promise for every registered household (package 0 included: p and p0, interval, due month) and
    one for each printed total.

    Returns
    -------
    int
        Promises written; 0 when the run was approved before.

    Raises
    ------
    RunError
        If the run is not finished or does not verify: what was changed cannot be approved.
    LedgerError
        If the outcome is already known.
    """
    if not is_finished(run):
        raise RunError("the run is not finished", where=run.info.run_id)
    checked = verify_run(run)
    if not checked.ok:
        raise RunError(checked.faults)
    frame = _promises(run)
    info = ledger.BatchInfo(
        kind="promise",
        officer=officer,
        role="approve",
        source_name=f"run {run.info.run_id}",
        source_sha256=file_digest(run.folder / NAME),
        reason=reason or f"approval of {run.info.scenario}",
    )
    with open_book(Place(run.office, run.info.synthetic)) as book:
        written = ledger.record_promises(book, run.info.run_id, frame, info)
    return len(frame) if written.added else 0


def _promises(run: Run) -> pd.DataFrame:
    chosen = households(run)
    projected = run.projection.frame.set_index("package")
    due = run.settings.horizon.ordinal
    own = pd.DataFrame(
        {
            "kind": "household",
            "hh": chosen["hh"],
            "village": chosen["village"],
            "key": None,
            "package": chosen["package"].astype("str"),
            "p": chosen["p"],
            "p0": chosen["p0"],
            "lo": chosen["package"].map(projected["p_low"].astype("float64")),
            "hi": chosen["package"].map(projected["p_high"].astype("float64")),
            "due_month": due,
        }
    )
    # not assessable: nothing in any total, and an interval that rules nothing out
    own = own.fillna({"p": 0.0, "p0": 0.0, "lo": 0.0, "hi": 1.0})
    # the interval is of p over the draws; rounding must not push the mean out of it
    own["lo"], own["hi"] = own[["lo", "p"]].min(axis=1), own[["hi", "p"]].max(axis=1)
    rows = chosen_of(run)
    totals = {
        "expected": expected_exits(run.projection, rows),
        "without": expected_exits(run.projection, rows, nothing=True),
        "additional": additional_exits(run.projection, rows),
    }
    printed = pd.DataFrame(
        [
            {
                "kind": "total",
                "hh": None,
                "village": None,
                "key": key,
                "package": None,
                "p": total.value,
                "p0": None,
                "lo": total.low,
                "hi": total.high,
                "due_month": due,
            }
            for key, total in totals.items()
        ]
    )
    return pd.concat([own.astype(object), printed.astype(object)], ignore_index=True)


def close_month(place: Place, month: Month, officer: str) -> int:
    """Freeze a month of which something was reported, then score what falls due in it, as it was promised.

    A month is frozen once, as of its last batch (`ledger.close_month`); closing it again only scores.

    Returns
    -------
    int
        Promises scored; 0 when nothing was promised for that month.

    Raises
    ------
    RunError
        If nothing was reported for that month yet: a promise is scored once, so it waits for its rows.
    """
    own = place.office.params
    rules = scenarios.resolve(scenarios.load("base", own / "scenarios"), params.load(own))
    with open_book(place) as book:
        if not int(ledger.summarise(book, month).villages["reported"].sum()):
            raise RunError(
                "nothing was reported for {month} yet: it cannot be closed",
                remedy="load the villages' workbooks of that month first",
                month=str(month),
            )
        if month.ordinal not in set(ledger.closings(book)["month"]):
            ledger.close_month(book, month, ledger.BatchInfo(officer=officer, role="approve"))
        due = ledger.promises(book)
        due = due[(due["due_month"] == month.ordinal) & ~due["scored"]]
        if due.empty:
            return 0
        review.score(book, month, officer=officer, catalogue=rules.catalogue, settings=rules.settings)
        return len(due)
