"""Corrections and retractions: a wrong row is followed by another row, never changed.

Responsible for the officer's two verbs, `correct` and `retract`, with a reason each.
Not responsible for corrected workbooks (those are appended like any other).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from povlib.errors import Fault, LedgerError
from povlib.ledger.batch import Batch, BatchInfo
from povlib.ledger.batch_writing import write_batch
from povlib.ledger.book import Ledger
from povlib.ledger.frame_conversion import frame_of, to_stored
from povlib.ledger.people.household_register import ENTITY, event_texts
from povlib.ledger.rows_as_known import in_force, key_condition, rows_until
from povlib.ledger.storage.table_schema import BY_FRAME, Spec


def correct(book: Ledger, frame: str, changes: pd.DataFrame, info: BatchInfo) -> Batch:
    """Correct values of rows that are on record.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    frame : str
        Name of a frame of a State.
    changes : DataFrame
        The key of each row and the columns to correct; other columns stay as they are. For
        households and members an empty value means "not known", and a column ``valid_from``
        (ordinal) may say from which month the correction counts (default: `info.month`).
    info : BatchInfo
        Who, and the reason (required).

    Raises
    ------
    LedgerError
        If a row is not on record, or there is no reason.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         _ = book.append(ledger.BatchInfo(), {"households": pd.DataFrame({"hh": ["1"], "village": ["甲"]})})
    ...         _ = correct(book, "households", pd.DataFrame({"hh": ["1"], "village": ["乙"]}),
    ...                     ledger.BatchInfo(reason="typing error"))
    ...         ledger.read_state(book).households.village.tolist()
    ['乙']
    """
    return correct_all(book, {frame: changes}, info)


def correct_all(book: Ledger, changes: Mapping[str, pd.DataFrame], info: BatchInfo) -> Batch:
    """Correct rows of several frames in one batch; each as for `correct`.

    A transfer that the month's row does not list is added: a month that is on record may have left it out.

    Raises
    ------
    LedgerError
        If a row is not on record, or there is no reason.
    """
    specs = [BY_FRAME[frame] for frame in changes]
    info = replace(info, kind="data" if all(spec.data for spec in specs) else info.kind, role="correct")

    def make() -> dict[str, pd.DataFrame]:
        made: dict[str, pd.DataFrame] = {}
        for spec in specs:
            if spec.shape != "register":
                made[spec.frame] = _rows_with_changes(book, spec, changes[spec.frame])
                continue
            events = _as_events(spec, changes[spec.frame])
            made["events"] = pd.concat([made["events"], events], ignore_index=True) if "events" in made else events
        return made

    return write_batch(book, info, make)


def retract(book: Ledger, frame: str, keys: pd.DataFrame, info: BatchInfo) -> Batch:
    """Take rows back: they are no longer in any State, and for ever in the history.

    Raises
    ------
    LedgerError
        If a row is not on record, the frame cannot be retracted, or there is no reason.
    """
    spec = BY_FRAME[frame]
    if spec.shape != "version":
        raise LedgerError("rows of {name} are not retracted: correct them", name=frame)
    info = replace(info, kind="data" if spec.data else info.kind, role="correct")
    return write_batch(
        book, info, lambda: {frame: _rows_with_changes(book, spec, keys[list(spec.key)]).assign(retracted=1)}
    )


def _as_events(spec: Spec, changes: pd.DataFrame) -> pd.DataFrame:
    """Return one event per row and column corrected; refuse changes that name no column."""
    key = spec.key[0]
    since = changes.get("valid_from")
    parts = []
    for column in spec.columns:
        if column.name == key or column.name not in changes:
            continue
        part = pd.DataFrame(
            {"entity_id": changes[key], "value": event_texts(to_stored(changes[column.name], column), column)}
        )
        parts.append(part.assign(entity=ENTITY[spec.frame], field=column.name, kind="correction"))
        if since is not None:
            parts[-1]["valid_from"] = since
    if not parts:
        raise LedgerError("nothing is corrected: give the columns to change")
    return pd.concat(parts, ignore_index=True)


def _rows_with_changes(book: Ledger, spec: Spec, changes: pd.DataFrame) -> pd.DataFrame:
    """Return whole rows: what is on record, with the changes laid over it."""
    key = list(spec.key)
    absent = [name for name in key if name not in changes]
    if absent:
        raise LedgerError(Fault("the column {name} is missing", spec.frame, values={"name": name}) for name in absent)
    asked_for = {name: to_stored(changes[name], spec.by_name[name]) for name in key}
    where, values = key_condition(book.store, spec, asked_for)
    found = in_force(rows_until(book.store, spec, book.head().batch, where, values), spec)
    now = frame_of(found, spec.columns)
    asked, now = _indexed_by_key(changes, key), _indexed_by_key(now, key)
    unknown = asked.index.difference(now.index)
    if len(unknown) and spec.frame == "transfers":
        new = asked.loc[unknown]
        _require_months(book, new)
        now = pd.concat([now, new.reindex(columns=now.columns)])
        unknown = unknown[:0]
    if len(unknown):
        raise LedgerError("{n} rows are not on record", where=spec.frame, n=len(unknown))
    rows = now.loc[asked.index].copy()
    for name in asked.columns.difference(key):
        rows[name] = asked[name]
    return rows.reset_index(drop=True)


def _require_months(book: Ledger, transfers: pd.DataFrame) -> None:
    """Refuse transfers of households and months that are not on record."""
    spec = BY_FRAME["observations"]
    named_keys = {name: to_stored(transfers[name], spec.by_name[name]) for name in spec.key}
    where, values = key_condition(book.store, spec, named_keys)
    known = frame_of(in_force(rows_until(book.store, spec, book.head().batch, where, values), spec), spec.columns)
    named = pd.MultiIndex.from_frame(transfers[["hh", "month"]])
    if n := int((~named.isin(pd.MultiIndex.from_frame(known[["hh", "month"]]))).sum()):
        raise LedgerError("{n} rows are not on record", where=spec.frame, n=n)


def _indexed_by_key(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Index rows by their key, an absent part of a key being empty."""
    parts: Mapping[str, pd.Series] = {name: frame[name].astype("str").fillna("") for name in key}
    return frame.set_index(pd.MultiIndex.from_arrays(list(parts.values())), drop=False)
