"""Words that correct the record: correct, retract.

Responsible for turning words into calls of `povlib.ledger` and its answers into words. Not responsible for what a
name means or a value may be (`povlib.intake.records.hand_entry`).
"""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, Any

from povlib.calendar import Month
from povlib.cli.word import NAMED_OFFICER, REASON, Word, argument, chosen_place, switch
from povlib.errors import Fault, LedgerError
from povlib.words import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from povlib import ledger
    from povlib.intake.records.hand_entry import TypedCell, TypedTable
    from povlib.runs import Place


def correct(options: argparse.Namespace) -> int:
    """Correct values of one row; the values before stay in the history."""
    from povlib.intake.records.hand_entry import hand_entry_faults, table_meant, typed_cells

    # every name first: a mistyped one is answered before anything is loaded
    table = table_meant(options.table)
    keys, changes = typed_cells(table, options.key), typed_cells(table, options.set)
    since = Month.parse(options.since).ordinal if options.since else None
    place = chosen_place(options)
    rows = _rows(place, table, keys, changes)
    import pandas as pd

    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    with open_book(place, create=False) as book:
        faults = _contradictions(book, table, keys, rows)
        doubts = [] if options.sure else hand_entry_faults(book, rows)
        if faults or doubts:
            raise LedgerError([*faults, *doubts])
        frames = {frame: pd.DataFrame(listed) for frame, listed in rows.items()}
        if since is not None:
            frames = {frame: rows.assign(valid_from=since) for frame, rows in frames.items()}
        batch = ledger.correct_all(book, frames, _batch_info(options))
        closed = _closed_months(book, rows)
    code = _print_batch(batch)
    for month in closed:
        told = "{month} is closed: its summary and scores stay as they were. The correction counts from now on."
        print("! " + text(told, month=month.label()))
    return code


def retract(options: argparse.Namespace) -> int:
    """Take one row back."""
    from povlib.intake.records.hand_entry import table_meant, typed_cells

    table = table_meant(options.table)
    keys = typed_cells(table, options.key)
    place = chosen_place(options)
    rows = _rows(place, table, keys, [])
    import pandas as pd

    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    with open_book(place, create=False) as book:
        if faults := _contradictions(book, table, keys, rows):
            raise LedgerError(faults)
        (frame, listed), *_ = rows.items()
        batch = ledger.retract(book, frame, pd.DataFrame(listed), _batch_info(options))
    return _print_batch(batch)


def _rows(
    place: Place, table: TypedTable, keys: Sequence[TypedCell], changes: Sequence[TypedCell]
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows that are meant, by table."""
    from povlib.intake.checks.check import registered_villages
    from povlib.intake.records.hand_entry import typed_rows

    return typed_rows(table, keys, changes, registered_villages(place.office.params / "villages.yaml"), dt.date.today())


def _contradictions(
    book: ledger.Ledger, table: TypedTable, keys: Sequence[TypedCell], rows: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[Fault]:
    """Return what was said of the row beyond its key and is not so: it names no other row than the key does."""
    from povlib import ledger

    row = next(iter(rows.get(table.spec.frame, ())), {})
    more = [cell for cell in keys if cell.spec is table.spec and not cell.column_is_key]
    if not more or not row:
        return []
    known = ledger.read_frame(book, table.spec.frame)
    for name in table.spec.key:
        known = known[known[name].eq(row[name])]
    return [
        Fault("the ledger says otherwise", cell.word)
        for cell in more
        if len(known) and str(known[cell.column.name].iloc[0]) != cell.value
    ]


def _closed_months(book: ledger.Ledger, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Month]:
    """Return the closed months that corrected rows speak of."""
    from povlib.ledger.month_closing import closings

    closed = set(closings(book)["month"])
    told = {int(row["month"]) for listed in rows.values() for row in listed if row.get("month") is not None}
    return [Month.from_ordinal(month) for month in sorted(told & closed)]


def _batch_info(options: argparse.Namespace) -> ledger.BatchInfo:
    from povlib import ledger

    return ledger.BatchInfo(officer=options.officer, role="correct", reason=options.reason)


def _print_batch(batch: ledger.Batch) -> int:
    if not batch.added:
        print(text("The ledger says so already; nothing was added."))
        return 0
    print("✓ " + text("Recorded as batch {batch}; what was there before stays in the history.", batch=batch.id))
    return 0


_TABLE = argument("table", "a sheet of the workbook such as 月度收支, or households, observations, posts ...", "TABLE")
_KEY = argument("key", "key of the row, such as 户编号=S01-0001 or hh=S01-0001", "KEY=VALUE", nargs="+")

WORDS = (
    Word(
        "correct",
        "correct a recorded value; the old one stays in the history",
        correct,
        (
            _TABLE,
            _KEY,
            NAMED_OFFICER,
            REASON,
            argument(
                "--set",
                "what is right: money in yuan, months as 2016-05, yes or no as 1 or 0, empty = not known",
                "KEY=VALUE",
                action="append",
                required=True,
            ),
            argument("--since", "month from which it counts", "MONTH", default=None),
            switch("--sure", "an amount far from what is known was asked about and is right"),
        ),
        then="plan base",
    ),
    Word(
        "retract",
        "take a recorded row back; it stays in the history",
        retract,
        (_TABLE, _KEY, NAMED_OFFICER, REASON),
        then="plan base",
    ),
)
