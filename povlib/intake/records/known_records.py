"""Rows of the ledger's tables of work and co-ops by key, kept up to date over the files of a load.

Responsible for reading a table once and then only what batches since have written, and for finding rows by a column.
Not responsible for registers (`known_households`) nor for what follows from a row (`povlib.intake.checks.villages`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import pandas as pd

from povlib.intake.checks.villages.told_files import Key, Record
from povlib.intake.checks.villages.told_rows import key_of, plain_records
from povlib.ledger import Ledger
from povlib.ledger.frame_conversion import frame_of
from povlib.ledger.rows_as_known import key_condition, rows_until
from povlib.ledger.storage.table_schema import BY_FRAME


class KnownRecords:
    """Tables of an open ledger as known at its head.

    An office of many files would else make anew, for each, the records of all rows that files before it brought.
    """

    def __init__(self, book: Ledger) -> None:
        self._book = book
        self._held: dict[str, dict[Key, Record]] = {}
        #: of a table that was asked for by a column: its rows by value of that column
        self._by: dict[str, dict[str, dict[Any, dict[Key, Record]]]] = defaultdict(dict)
        self._until: dict[str, int] = {}

    def of(self, table: str) -> Mapping[Key, Record]:
        """Return the rows in force of a table of versions by their key; they follow what batches write.

        Parameters
        ----------
        table : str
            Name of a frame of which rows have versions (`Spec.shape`).
        """
        head, until = self._book.head().batch, self._until.get(table, 0)
        if table not in self._held or until != head:
            self._renew(table, until, head)
            self._until[table] = head
        return self._held[table]

    def among(self, table: str, column: str, values: Iterable[Any]) -> dict[Key, Record]:
        """Return those of these rows that have one of some values in a column, in the order of their keys."""
        held, by = self.of(table), self._by[table]
        if column not in by:
            by[column] = defaultdict(dict)
            for key, record in held.items():
                by[column][record.get(column)][key] = record
        found: dict[Key, Record] = {}
        for value in set(values):
            found |= by[column].get(value, {})
        # sums over real numbers hang on their order: that of the table as it is read whole
        return dict(sorted(found.items(), key=itemgetter(0)))

    def renew(self, rows: Mapping[str, pd.DataFrame], batch: int) -> None:
        """Take over what a batch of this load wrote: its keys are looked up, other tables stay as they are.

        Parameters
        ----------
        rows : mapping
            The frames that were appended.
        batch : int
            The batch they became.
        """
        for table, until in self._until.items():
            if until != batch - 1:
                continue  # somebody else wrote too: it is read when it is asked for
            if table in rows:
                spec = BY_FRAME[table]
                keys = {name: rows[table][name] for name in spec.key if name in rows[table]}
                self._renew(table, until, batch, *key_condition(self._book.store, spec, keys))
            self._until[table] = batch

    def _renew(self, table: str, until: int, head: int, where: str = "", values: Sequence[Any] = ()) -> None:
        """Bring a table up to date by what batches after `until` wrote, where it is known which rows those are."""
        spec = BY_FRAME[table]
        condition = f"batch > ? and {where}" if where else "batch > ?"
        rows = rows_until(self._book.store, spec, head, condition, (until, *values))
        held, by = self._held.setdefault(table, {}), self._by[table]
        told = plain_records(frame_of(rows.select([column.name for column in spec.columns]), spec.columns))
        for record, gone in zip(told, rows.column("retracted").to_pylist(), strict=True):
            key = key_of(table, record)
            before = held.pop(key, None)
            for column, rows_by in by.items():
                if before is not None:
                    del rows_by[before.get(column)][key]
                if not gone:
                    rows_by[record.get(column)][key] = record
            if not gone:
                held[key] = record
