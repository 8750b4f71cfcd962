"""Rows of the ledger's tables of work and co-ops by key, kept up to date over the files of a load.

Responsible for reading a table once and then only what batches since have written. Not responsible for registers
(`known_households`) nor for what follows from a row (`povlib.intake.checks.villages`).
"""

from __future__ import annotations

from collections.abc import Mapping

from povlib.intake.checks.villages.told_rows import Key, Record, key_of, plain_records
from povlib.ledger import Ledger
from povlib.ledger.frame_conversion import frame_of
from povlib.ledger.rows_as_known import rows_until
from povlib.ledger.storage.table_schema import BY_FRAME


class KnownRecords:
    """Tables of an open ledger as known at its head.

    An office of many files would else make anew, for each, the records of all rows that files before it brought.
    """

    def __init__(self, book: Ledger) -> None:
        self._book = book
        self._held: dict[str, dict[Key, Record]] = {}
        self._until: dict[str, int] = {}

    def of(self, table: str) -> Mapping[Key, Record]:
        """Return the rows in force of a table of versions by their key, in the order of their keys.

        Parameters
        ----------
        table : str
            Name of a frame of which rows have versions (`Spec.shape`).
        """
        head, until = self._book.head().batch, self._until.get(table, 0)
        if table not in self._held or until != head:
            self._held[table] = self._renewed(table, until, head)
            self._until[table] = head
        return self._held[table]

    def _renewed(self, table: str, until: int, head: int) -> dict[Key, Record]:
        """Return a table with what batches after `until` wrote; those who hold it as it was keep it so."""
        spec = BY_FRAME[table]
        rows = rows_until(self._book.store, spec, head, "batch > ?", (until,))
        held = dict(self._held.get(table, {}))
        known = len(held)
        told = plain_records(frame_of(rows.select([column.name for column in spec.columns]), spec.columns))
        for record, gone in zip(told, rows.column("retracted").to_pylist(), strict=True):
            if gone:
                held.pop(key_of(table, record), None)
            else:
                held[key_of(table, record)] = record
        # sums over real numbers hang on their order: as if the table had been read whole
        return dict(sorted(held.items())) if known and len(told) else held
