"""What the ledger knows that a file is judged by, read once for many files.

Responsible for what the ledger holds of a file's own households, works and identity numbers, beside registers
(`known_registers`) and rows by key (`known_records`). Not responsible for what follows from it
(`povlib.intake.records.loading`, `povlib.intake.checks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from povlib.intake.checks.villages.told_files import Key, Record
from povlib.intake.form import Field
from povlib.intake.records.known_records import KnownRecords
from povlib.intake.records.known_registers import KnownRegisters
from povlib.intake.records.review import decided_pairs
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.sheets.row_conflicts import HouseholdPairs
from povlib.ledger import Ledger, read_frame
from povlib.ledger.frame_conversion import frame_of, listed
from povlib.ledger.rows_as_known import in_force, key_condition, months_of, rows_until
from povlib.ledger.storage.table_schema import BY_FRAME

_IDENTITIES = {"household_brief": "head_id", "member": "id_number"}
#: tables that are read for the works that a file names, by the works that begin their key
_OF_WORKS = ("projects", "bill_items", "progress", "project_items")


class KnownHouseholds:
    """What the ledger knows that a file is judged by, as of its head; `renew` after each batch of the same load."""

    def __init__(self, book: Ledger, decided: HouseholdPairs | None = None) -> None:
        self.book = book
        self.decided = decided_pairs(book) if decided is None else decided
        self.registers = KnownRegisters(book)
        self._records = KnownRecords(book)

    def renew(self, rows: Mapping[str, pd.DataFrame], batch: int) -> None:
        """Take over what a batch of this load wrote: the frames that were appended, and the batch they became."""
        self.registers.renew(rows, batch)
        self._records.renew(rows, batch)

    def frame(self, name: str) -> pd.DataFrame:
        """Return a frame of the ledger, as known now."""
        return read_frame(self.book, name)

    def records(self, table: str) -> Mapping[Key, Record]:
        """Return the rows in force of a table of versions, by key."""
        return self._records.of(table)

    def among(self, table: str, column: str, values: Iterable[Any]) -> dict[Key, Record]:
        """Return those of these rows that have one of some values in a column, in the order of their keys."""
        return self._records.among(table, column, values)

    def column(self, table: str, column: str) -> dict[str, str]:
        """Return a column of a register by key, as `KnownRegisters.column`."""
        return self.registers.column(table, column)

    def works_of(self, file_check: FileCheck, name: str) -> pd.DataFrame:
        """Return a frame of the ledger about houses, of works only those that a file names."""
        if name not in _OF_WORKS:
            return self.frame(name)
        told = [
            sheet.frame["project"].dropna().astype("str") for sheet in file_check.sheets if "project" in sheet.frame
        ]
        named = pd.concat(told) if told else pd.Series([], dtype="str")
        spec = BY_FRAME[name]
        where, values = key_condition(self.book.store, spec, {spec.key[0]: named})
        rows = in_force(rows_until(self.book.store, spec, self.book.head().batch, where, values), spec)
        return frame_of(rows, spec.columns)

    def past_amounts(self, field: Field, before: int, households: pd.Series) -> dict[str, list[float]]:
        """Return the amounts above 0 that a money field had in the two years before a month (yyyymm), by household."""
        table, column = field.place
        store = self.book.store
        # 200: two years in months written as yyyymm
        span = (before - 200, before, listed(households))
        where = f"month >= ? and month < ? and {store.among('hh')}"
        if table == "observations":
            rows = store.rows(f"select hh, {column} from obs where {where} and {column} > 0", span)
        elif table == "transfers":
            rows = store.rows(
                f"select hh, fen from obs_transfer where {where} and kind = ? and fen > 0", (*span, column)
            )
        else:
            return {}
        past: dict[str, list[float]] = {}
        for hh, amount in rows:
            past.setdefault(str(hh), []).append(float(amount))
        return past

    def last_month(self, households: Sequence[str]) -> int:
        """Newest month (yyyymm) of any batch that observed one of these households; 0 if none."""
        store = self.book.store
        query = f"select 1 from obs where month = ? and {store.among('hh')} limit 1"
        asked = listed(pd.Series(list(households), dtype="str"))
        newest_first = reversed(months_of(store, "obs"))
        return next((month for month in newest_first if store.rows(query, (month, asked))), 0)

    def elsewhere(self, file_check: FileCheck) -> dict[str, str]:
        """Return identity numbers of a file that the ledger holds in another household."""
        from povlib.ledger.people.sealed_identities import canonical_identity

        store = self.book.store
        if not store.rows("select 1 from identity_match where kind = ? limit 1", ("id_number",)):
            return {}
        told = [
            (str(number), hh, self.book.key.match("id_number", canonical_identity("id_number", number)))
            for sheet in file_check.sheets
            if (column := _IDENTITIES.get(sheet.layout.table, "")) in sheet.frame
            for number, hh in sheet.frame[[column, "hh"]].dropna().itertuples(index=False)
        ]
        query = f"select id_hmac, person from identity_match where kind = ? and {store.among('id_hmac')} order by batch"
        asked = listed(pd.Series([match for _, _, match in told], dtype="str"))
        held = {str(match): str(person) for match, person in store.rows(query, ("id_number", asked))}
        shared = {}
        households = self.registers.households_of if held else {}
        for number, hh, match in told:
            home = households.get(held[match]) if match in held else None
            if home is not None and home != hh:
                shared[number] = home
        return shared
