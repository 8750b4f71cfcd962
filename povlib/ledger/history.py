"""脱贫履历: everything ever recorded about one household, in order.

Responsible for the exit history of a household with the value before, the value after, and the
batch that said so. Not responsible for how it is printed (`report`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.ledger.book import Ledger
from povlib.ledger.people.household_register import ENTITY
from povlib.ledger.rows_as_known import months_of
from povlib.ledger.state import batch_at
from povlib.ledger.storage.table_schema import BY_FRAME, Column, Spec

COLUMNS = ["when", "what", "key", "before", "after", "reason", "source", "officer", "role", "recorded_at", "batch"]
_VERSIONED = ("observations", "transfers", "support", "marks", "projects", "project_items", "progress", "placements",
              "household_decisions", "household_words", "dwellings", "bill_items", "project_schedules", "house_photos",
              "material_credits",
              "inspection_findings", "list_entries", "objections", "coop_stakes", "loans", "coop_entries",
              "contract_shares", "deliveries", "workers", "placement_ends", "shifts", "helper_kin",
              "helper_assignments", "income_uses", "relief_payments", "medical_bills", "disaster_losses")  # fmt: skip
_WHEN = {"observations": "month", "transfers": "month", "marks": "month", "support": "from_month",
         "placements": "from_month", "projects": "done_month", "material_credits": "from_month",
         "coop_stakes": "from_month", "loans": "from_month", "coop_entries": "month", "placement_ends": "end_month",
         "helper_assignments": "from_month", "relief_payments": "for_month"}  # fmt: skip


def history(book: Ledger, hh: str, as_of: int | str | date | Month | None = None) -> pd.DataFrame:
    """Return the history of a household: one row a value that was set, changed or taken back.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    hh : str
        户编号.
    as_of : optional
        As in `read_state`.

    Returns
    -------
    DataFrame
        when (ordinal, NA where a row has no month), what (``table.column``), key (person, kind ... or
        empty), before, after, reason, source, officer, role, recorded_at, batch; in the order of
        batches. Names and identity numbers are never in it.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         _ = book.append(ledger.BatchInfo(officer="desk"), {"households": pd.DataFrame(
    ...             {"hh": ["001"], "village": ["农家村"], "status": ["未脱贫"]})})
    ...         ledger.history(book, "001")[["what", "after", "officer"]].values.tolist()
    [['household.village', '农家村', 'desk'], ['household.status', '未脱贫', 'desk']]
    """
    number = batch_at(book, as_of)
    rows = [row for frame in ENTITY for row in _opening_rows(book, BY_FRAME[frame], hh, number)]
    rows += _event_rows(book, hh, number)
    rows += [row for frame in _VERSIONED for row in _version_rows(book, BY_FRAME[frame], hh, number)]
    rows += _answers(book, hh, number)
    rows.sort(key=lambda row: row["batch"])  # stable: within a batch the order above stays
    told = _batch_facts(book, sorted({row["batch"] for row in rows}))
    for row in rows:
        row["source"], row["officer"], row["role"], row["recorded_at"], reason = told[row["batch"]]
        row["reason"] = row["reason"] or reason
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype(
        {name: "Int64" if name == "when" else "int64" if name == "batch" else "str" for name in COLUMNS}
    )


Row = dict[str, Any]


def _batch_facts(book: Ledger, numbers: list[int]) -> dict[int, tuple[str, ...]]:
    marks = ", ".join("?" for _ in numbers) or "0"
    query = f"select id, source_name, officer, role, recorded_at, reason from batch where id in ({marks})"
    return {int(row[0]): row[1:] for row in book.store.rows(query, numbers)}


def _stored_versions(
    book: Ledger, spec: Spec, where: str, values: tuple[Any, ...], number: int, order: str
) -> list[Row]:
    """Return every stored row, superseded ones included."""
    query = f"select {book.store.selected(spec.stored)} from {spec.table} where batch <= ? and {where} order by {order}"
    rows: list[Row] = book.store.table(query, spec.stored, (number, *values)).to_pylist()
    return rows


def _history_row(when: int | None, what: str, key: str, before: str, after: str, batch: int, reason: str = "") -> Row:
    """Return one row of history, its month as an ordinal."""
    ordinal = Month.from_yyyymm(when).ordinal if when else None
    return {
        "when": ordinal,
        "what": what,
        "key": key,
        "before": before,
        "after": after,
        "reason": reason,
        "batch": batch,
    }


def _readable_value(value: Any, column: Column) -> str:
    """Return a stored value as a person reads it."""
    if value is None or value == "":
        return ""
    return str(Month.from_yyyymm(value)) if column.kind == "month" else str(value)


def _opening_rows(book: Ledger, spec: Spec, hh: str, number: int) -> Iterator[Row]:
    """Yield one row of history per value a record of the household was opened with."""
    shown = [c for c in spec.columns if c.name not in (*spec.key, "on_card")]
    for row in _stored_versions(book, spec, "hh = ?", (hh,), number, f"batch, {spec.key[0]}"):
        key = row[spec.key[0]] if spec.frame == "members" else ""
        for column in shown:
            if after := _readable_value(row[column.name], column):
                yield _history_row(row["valid_from"], f"{spec.table}.{column.name}", key, "", after, row["batch"])


def _event_rows(book: Ledger, hh: str, number: int) -> Iterator[Row]:
    """Yield one row of history per later change of the household and those who were ever its members."""
    where = (
        "((entity = 'household' and entity_id = ?)"
        " or (entity = 'member' and entity_id in (select person from member where hh = ?)))"
    )
    for row in _stored_versions(book, BY_FRAME["events"], where, (hh, hh), number, "batch, seq"):
        key = row["entity_id"] if row["entity"] == "member" else ""
        what = f"{row['entity']}.{row['field']}"
        yield _history_row(row["valid_from"], what, key, row["old_value"], row["value"], row["batch"], row["reason"])


def _answers(book: Ledger, hh: str, number: int) -> Iterator[Row]:
    """Yield what was answered to each question that no column holds, under the name of its field."""
    before: dict[tuple[str, str], str] = {}
    for row in _stored_versions(book, BY_FRAME["answers"], "hh = ?", (hh,), number, "batch, entity, entity_id, field"):
        key = row["entity_id"], row["field"]
        after = "" if row["retracted"] else row["value"]
        named = "" if row["entity"] == "household" else row["entity_id"]
        yield _history_row(None, f"{row['entity']}.{row['field']}", named, before.get(key, ""), after, row["batch"])
        before[key] = after


def _version_rows(book: Ledger, spec: Spec, hh: str, number: int) -> Iterator[Row]:
    """Yield what each version of a row changed; a retraction leaves nothing."""
    shown = [c for c in spec.columns if c.name not in (*spec.key, "hh")] or [spec.by_name["kind"]]
    label = [spec.by_name[name] for name in spec.key if name not in ("hh", "month")]
    before: dict[tuple[Any, ...], dict[str, str]] = {}
    where, values = _rows_of_household(book, spec, hh)
    for row in _stored_versions(book, spec, where, values, number, ", ".join((*spec.key, "batch"))):
        key = tuple(row[name] for name in spec.key)
        after = {c.name: "" if row["retracted"] else _readable_value(row[c.name], c) for c in shown}
        old = before.get(key, {})
        when = row[_WHEN[spec.frame]] if spec.frame in _WHEN else None
        # a digest is told by its beginning, as photos are everywhere
        name_of_row = "/".join(_readable_value(row[c.name], c)[: 12 if c.name == "sha256" else None] for c in label)
        for name, value in after.items():
            if value != old.get(name, ""):
                yield _history_row(when, f"{spec.table}.{name}", name_of_row, old.get(name, ""), value, row["batch"])
        before[key] = after


def _rows_of_household(book: Ledger, spec: Spec, hh: str) -> tuple[str, tuple[Any, ...]]:
    """Return the condition that finds a household's rows in a table, with its values."""
    where = "hh = ?" if "hh" in spec.by_name else "project in (select project from project where hh = ?)"
    if spec.key[:2] != ("month", "hh"):
        return where, (hh,)
    # the key begins with the month: named months let the database search the key instead of every row
    months = months_of(book.store, spec.table)
    return f"month in ({', '.join('?' for _ in months) or '0'}) and {where}", (*months, hh)
