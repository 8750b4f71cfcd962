"""Rows of a file about work and co-ops, each beside what the ledger holds of its table.

Responsible for turning checked rows into records by the columns of the ledger, and for what both together say. Not
responsible for what may stand in them (`coop_rules`, `contract_rules`, `work_rules`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from povlib.intake.checks.villages.told_files import FirstKnown, Key, OtherFiles, Record, ToldBeside
from povlib.intake.form import every_sheet
from povlib.intake.records.house_frames import day_number
from povlib.intake.sheets.checked_sheet import ROW_COLUMN, CheckedSheet
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.values.dates import PartialDate
from povlib.intake.verdict import Flag, mask_value
from povlib.intake.village_sheets import MAIN_TABLES
from povlib.ledger.storage.table_schema import BY_FRAME

# Sheets that tell a register.
_SHEETS = {"households": "household", "members": "member"}
# columns of registers that the rules look up: the register, by which column, which column
_HOME = ("households", "hh", "village")
_HOUSEHOLD = ("members", "person", "hh")
_LABOUR = ("members", "person", "labour")
_REGISTERS = (_HOME, _HOUSEHOLD, _LABOUR)
_TOLD_BESIDE = ("enterprises", "coops", "bases", "sale_contracts", "income_contracts", "loans", "helpers", "helper_kin",
                "workers")  # fmt: skip


class HeldLedger(Protocol):
    """Rows of a ledger that are held ready over many files."""

    def records(self, table: str) -> Mapping[Key, Record]:
        """Return the rows in force of a table of versions, by key."""
        ...

    def among(self, table: str, column: str, values: Iterable[Any]) -> dict[Key, Record]:
        """Return those of these rows that have one of some values in a column, in the order of their keys."""
        ...

    def column(self, table: str, column: str) -> dict[str, str]:
        """Return a column of a register by key, an unknown value empty; it stays the holder's."""
        ...


@dataclass(frozen=True)
class ToldRow:
    """A row of a sheet: where it stands, and its values by column of the ledger (months by ordinal, days yyyymmdd)."""

    sheet: CheckedSheet
    at: int
    told: Record

    def finding(self, column: str, rule: str, got: object = "", value: object = "") -> Finding:
        """Return what is wrong with one column of the row."""
        return Finding(self, column, rule, str(got), str(value))


@dataclass(frozen=True)
class Finding:
    """What cannot be: the row, the column of the ledger it is about, the rule, and what its message names."""

    row: ToldRow
    column: str
    rule: str
    got: str
    value: str

    def flag(self) -> Flag:
        """Return the flag at the cell."""
        sheet = self.row.sheet
        fields = [f for f in sheet.layout.columns if f.place[1] == self.column and f.key in sheet.places]
        key = fields[0].key if fields else next(key for key in sheet.layout.unique if key in sheet.places)
        line = int(sheet.frame[ROW_COLUMN].iloc[self.row.at])
        said = {"field": sheet.layout.canonical[key], "got": mask_value(self.got), "value": mask_value(self.value)}
        return Flag(sheet.name, sheet.cell(line, key), self.rule, said)


@dataclass
class VillageFacts:
    """What a file says about work and co-ops, and what the ledger says.

    Attributes
    ----------
    check : FileCheck
        A checked file.
    ledger : callable or None
        Returns a frame of the ledger by name; None where no ledger is there to ask.
    beside : OtherFiles
        What the files that come in together with this one tell.
    held : HeldLedger or None
        The same ledger where somebody holds its rows ready; None: everything is made of the frames.
    """

    check: FileCheck
    ledger: Callable[[str], pd.DataFrame] | None = None
    beside: OtherFiles = field(default_factory=OtherFiles)
    held: HeldLedger | None = None
    _known: dict[str, Mapping[Key, Record]] = field(default_factory=dict)
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict)

    def rows(self, table: str) -> Iterator[ToldRow]:
        """Yield the rows of a table that still load, in the order of the file."""
        yield from _rows_of(self.check, table)

    def speaks_of(self, table: str) -> bool:
        """Whether a row of a table still loads: what the ledger holds of it is read only then."""
        return any(MAIN_TABLES.get(s.layout.table) == table and not s.refused.all() for s in self.check.sheets)

    def known(self, table: str) -> Mapping[Key, Record]:
        """Return what the ledger holds of a table, by key; nothing without a ledger."""
        if table not in self._known:
            if self.held is not None and BY_FRAME[table].shape == "version":
                self._known[table] = self.held.records(table)
            else:
                rows = plain_records(self.ledger(table)) if self.ledger else []
                self._known[table] = {key_of(table, row): row for row in rows}
        return self._known[table]

    def known_among(self, table: str, column: str, values: Iterable[Any]) -> dict[Key, Record]:
        """Return what the ledger holds of a table with one of some values in a column, in the order of its keys."""
        if self.held is not None and BY_FRAME[table].shape == "version":
            return self.held.among(table, column, values)
        asked = set(values)
        return {key: row for key, row in self.known(table).items() if row.get(column) in asked}

    def among(self, table: str, column: str, values: Iterable[Any]) -> dict[Key, Record]:
        """Return those rows of a table, as it will be known, that have one of some values in a column.

        It will be what the ledger holds, and over it what the file says; what names others (co-ops, bases, helpers ...)
        is also taken from the files beside it. Asked for are always the few rows that a file is about: an office of
        many files would else go through all that files before it brought, for each.
        """
        asked = set(values)
        made = self.known_among(table, column, asked)
        for told in (self.beside.rows(table), _told_by(self.check, table)):
            for key, row in told.items():
                if row.get(column) in asked:
                    made[key] = row
                else:  # said to be something else now
                    made.pop(key, None)
        return made

    @property
    def homes(self) -> Mapping[str, str]:
        """Village of each household that the ledger or a file knows."""
        return self._joined(*_HOME)

    @property
    def persons(self) -> Mapping[str, str]:
        """Household of each person that the ledger or a file knows."""
        return self._joined(*_HOUSEHOLD)

    @property
    def labour(self) -> Mapping[str, str]:
        """Labour of each person, as the ledger or a file says it; an empty value says nothing."""
        return self._joined(*_LABOUR)

    def column_of_ledger(self, table: str, key: str, column: str) -> dict[str, str]:
        """Return one column of a register of the ledger by another; an unknown value is empty."""
        if self.ledger is None:
            return {}
        if self.held is not None:
            return self.held.column(table, column)
        if table not in self._frames:
            self._frames[table] = self.ledger(table)
        frame = self._frames[table]
        if frame.empty:
            return {}
        values = frame[column].astype("str").where(frame[column].notna(), "")
        return dict(zip(frame[key].astype("str").tolist(), values.tolist(), strict=True))

    def _joined(self, table: str, key: str, column: str) -> Mapping[str, str]:
        """Return one column by another of all that is known, what this file says before what others say."""
        told = _told_by_registers(self.check, table, key, column)
        # looked up where it stands: a copy of a county's register for every rule would cost more than the rule
        return FirstKnown(told, self.beside.column(table, key, column), self.column_of_ledger(table, key, column))


def told_beside(check: FileCheck) -> ToldBeside | None:
    """Return what a file tells the files beside it as it stands now; None where it is refused."""
    if check.refused:
        return None
    tables = {table: rows for table in _TOLD_BESIDE if (rows := _told_by(check, table))}
    return ToldBeside(tables, {asked: _told_by_registers(check, *asked) for asked in _REGISTERS})


def _rows_of(check: FileCheck, table: str) -> Iterator[ToldRow]:
    for sheet in check.sheets:
        if MAIN_TABLES.get(sheet.layout.table) != table:
            continue
        records = _records_of(check, sheet)
        for at in np.flatnonzero(~sheet.refused).tolist():
            yield ToldRow(sheet, at, records[at])


def _told_by(check: FileCheck, table: str) -> dict[Key, Record]:
    key = BY_FRAME[table].key
    return {tuple([row.told.get(name) for name in key]): row.told for row in _rows_of(check, table)}


def _told_by_registers(check: FileCheck, table: str, key: str, column: str) -> dict[str, str]:
    """Return one column by another of the rows of a file's registers that still load."""
    found: dict[str, str] = {}
    for sheet in check.sheets:
        if sheet.layout.table == _SHEETS[table] and {key, column} <= set(sheet.frame):
            rows = zip(sheet.refused.tolist(), sheet.frame[key].tolist(), sheet.frame[column].tolist(), strict=True)
            known = [row for row in rows if not (row[0] or _is_missing(row[1]) or _is_missing(row[2]))]
            found.update((str(name), str(value)) for _, name, value in known)
    return found


def key_of(table: str, row: Record) -> Key:
    """Return the key of a row of a table."""
    return tuple(row.get(name) for name in BY_FRAME[table].key)


def sheet_of(table: str) -> str:
    """Return the name of the sheet that tells a table."""
    return next(every_sheet()[key].name for key, held in MAIN_TABLES.items() if held == table)


def _records_of(check: FileCheck, sheet: CheckedSheet) -> list[Record]:
    """Return each row of a sheet by the columns of the ledger; made once, since many rules ask."""
    if id(sheet) not in check.records:
        fields = sheet.layout.columns
        columns = [[_as_kept(value, f.kind) for value in sheet.frame[f.key].tolist()] for f in fields]
        names = [f.place[1] for f in fields]
        check.records[id(sheet)] = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return check.records[id(sheet)]


def plain_records(frame: pd.DataFrame) -> list[Record]:
    """Return the rows of a frame as plain values, None where nothing is known."""
    columns = [pa.array(frame[name], from_pandas=True).to_pylist() for name in frame]
    names = [str(name) for name in frame]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _as_kept(value: Any, kind: str) -> Any:
    if isinstance(value, PartialDate):
        return day_number(value) if kind == "date" else value.ordinal if value.month else None
    return None if _is_missing(value) else value


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value != value
