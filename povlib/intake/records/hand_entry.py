"""What an officer types into the ledger: named as in the villages' workbooks, held to the same rules.

Responsible for what table and column a word means, in Chinese or as the ledger calls it, for reading a typed value by
the conversion of its field, and for amounts that are far from what is known. Not responsible for writing
(`povlib.ledger.correct`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from povlib.errors import Fault, LedgerError, WorkbenchError, unknown_word_fault
from povlib.intake.form import Field, Sheet, every_sheet
from povlib.intake.village_sheets import MAIN_TABLES
from povlib.ledger.storage.table_schema import BY_FRAME, Column, Spec

if TYPE_CHECKING:
    from povlib.intake.sheets.layouts import Villages
    from povlib.ledger import Ledger

_MAIN_FRAME = {
    "household": "households", "member": "members", "income": "observations", "support": "support",
    "housing": "projects", "dwelling": "dwellings", "bill": "bill_items", "progress": "progress",
    "credit": "material_credits", "site": "building_sites", **MAIN_TABLES,
}  # fmt: skip
# what an answer that no column holds is an answer about: entity, and the key that names it
_ABOUT = {
    "household": ("household", "hh"), "member": ("member", "person"), "support": ("support", "id"),
    "housing": ("project", "project"), "dwelling": ("dwelling", "hh"), "credit": ("credit", "id"),
}  # fmt: skip
# a choice: ten times the most of its own other months is no good year; fifty times below the least is a unit mistaken
_FAR_ABOVE, _FAR_BELOW = 10, 50
# a choice: from so many known amounts on a household is its own measure, else three times the most of all others is
_OWN_MONTHS, _ABOVE_ALL = 3, 3
CODE_LISTS = {
    ("support", "status"): "support_status",
    ("projects", "status"): "project_status",
    ("projects", "kind"): "housing_kind",
    ("projects", "grade"): "housing_grade",
    ("households", "other_causes"): "cause",
    ("dwellings", "way"): "housing_way",
    ("bill_items", "stage"): "bill_stage",
    ("house_photos", "phase"): "photo_phase",
    ("material_credits", "status"): "credit_status",
    ("building_sites", "status"): "site_status",
    **{
        field.place: field.codes
        for key in MAIN_TABLES
        for field in every_sheet()[key].fields
        if field.codes and field.codes != field.place[1]
    },
}
"""Columns whose code list bears another name than the column."""


@dataclass(frozen=True)
class TypedTable:
    """A table that may be corrected: its `spec`, and the `sheet` of the workbook that tells it, if one does."""

    spec: Spec
    sheet: Sheet | None


@dataclass(frozen=True)
class TypedCell:
    """A ``NAME=VALUE`` word: the table and column it means, the field that asks for it, and the value as typed."""

    word: str
    spec: Spec
    column: Column
    field: Field | None
    value: str

    @property
    def kind(self) -> str:
        """Kind of transfer or answer, part of the key of those tables."""
        named = self.field is not None and self.spec.frame in ("transfers", "answers") and not self.column_is_key
        return self.field.transfer or self.field.key if named and self.field is not None else ""

    @property
    def column_is_key(self) -> bool:
        """Whether the column is part of the key of its table."""
        return self.column.name in self.spec.key


def correctable_tables() -> dict[str, Spec]:
    """Return tables whose rows an officer may correct, by the name of their frame."""
    return {s.frame: s for s in BY_FRAME.values() if s.data and s.shape != "once" and s.frame != "identity"}


def table_meant(word: str) -> TypedTable:
    """Return the table a word means: a sheet of the villages' workbook, or a table of the ledger.

    Raises
    ------
    LedgerError
        If there is none, with the nearest.

    Examples
    --------
    >>> table_meant("月度收支").spec.frame, table_meant("posts").sheet
    ('observations', None)
    """
    sheets = every_sheet()
    by_frame = {frame: sheets[key] for key, frame in _MAIN_FRAME.items()}
    names = {sheet.name: _MAIN_FRAME[key] for key, sheet in sheets.items()} | _MAIN_FRAME
    tables = correctable_tables()
    frame = word if word in tables else names.get(word.strip())
    if frame is None:
        known = [*tables, *(sheet.name for sheet in sheets.values())]
        raise LedgerError([unknown_word_fault("the ledger has no table {value}", word, known, "")])
    return TypedTable(tables[frame], by_frame.get(frame))


@cache
def _fields_by_place() -> dict[tuple[str, str], Field]:
    """Return the fields of the workbook by table and column."""
    return {field.place: field for sheet in every_sheet().values() for field in sheet.fields}


def typed_cells(table: TypedTable, words: Sequence[str]) -> list[TypedCell]:
    """Return what ``NAME=VALUE`` words mean; every fault of a name at once.

    Raises
    ------
    LedgerError
        If a name is no column, or one that is not corrected by hand.

    Examples
    --------
    >>> [(c.spec.frame, c.column.name) for c in typed_cells(table_meant("月度收支"), ["工资性收入=1", "低保金=2"])]
    [('observations', 'wage_fen'), ('transfers', 'fen')]
    """
    cells, faults = [], []
    for word in words:
        name, equals, value = word.partition("=")
        cell = _cell_meant(table, word, name.strip(), value.strip()) if equals else None
        if isinstance(cell, TypedCell):
            cells.append(cell)
        else:
            faults.append(cell or unknown_word_fault("{value} names no column", word, _names(table), table.spec.frame))
    if faults:
        raise LedgerError(faults)
    return cells


def _names(table: TypedTable) -> list[str]:
    """Return every name that a column of a table goes by."""
    own = [c.name for c in table.spec.columns]
    return own + [field.header for field in (table.sheet.fields if table.sheet else ()) if field.header not in own]


def _cell_meant(table: TypedTable, word: str, name: str, value: str) -> TypedCell | Fault | None:
    """Return the cell a name means; None when it means none, a fault when it is not corrected by hand."""
    spec = table.spec
    column = spec.by_name.get(name) or spec.by_name.get(f"{name}_fen")
    if column is not None and column not in spec.bookkeeping:
        return TypedCell(word, spec, column, _fields_by_place().get((spec.frame, column.name)), value)
    for field in table.sheet.fields if table.sheet else ():
        if name not in (field.header, field.title, field.key):
            continue
        frame, kept = field.place
        if field.transfer:
            return TypedCell(word, BY_FRAME["transfers"], BY_FRAME["transfers"].by_name["fen"], field, value)
        if frame == "answers":
            return TypedCell(word, BY_FRAME["answers"], BY_FRAME["answers"].by_name["value"], field, value)
        if frame not in correctable_tables() or frame in ("marks", "placements"):
            return Fault(
                "{field} is not corrected by hand: the village sends it again in its workbook",
                word, values={"field": field.header},
            )  # fmt: skip
        return TypedCell(word, BY_FRAME[frame], BY_FRAME[frame].by_name[kept], field, value)
    return unknown_word_fault("{value} names no column", name, _names(table), spec.frame)


def typed_rows(
    table: TypedTable, keys: Sequence[TypedCell], changes: Sequence[TypedCell], villages: Villages, today: dt.date
) -> dict[str, list[dict[str, Any]]]:
    """Return rows by table: the key of each and what is changed, values read by the rules of intake.

    Without `changes`, the one row that the keys name.

    Raises
    ------
    LedgerError
        With every value that its field does not take and every part of a key that is missing.
    """
    faults: list[Fault] = []
    values: list[Any] = []
    for cell in (*keys, *changes):
        try:
            values.append(_value(cell, villages, today))
        except WorkbenchError as error:
            values.append(None)
            faults += [Fault(f.what, f.where or cell.word, f.allowed, f.remedy, f.values) for f in error.faults]
    told = dict(zip((cell.column.name for cell in keys), values, strict=False))
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for cell, value in zip(changes, values[len(keys) :], strict=True):
        row = rows.setdefault((cell.spec.frame, cell.kind), _key_of(cell.spec, cell.kind, table, told))
        row[cell.column.name] = value
    if not changes:
        rows[table.spec.frame, ""] = _key_of(table.spec, "", table, told)
    by_frame: dict[str, list[dict[str, Any]]] = {}
    for (frame, _), row in rows.items():
        absent = [name for name in BY_FRAME[frame].key if name not in row]
        faults += [Fault("the column {name} is missing", frame, values={"name": name}) for name in absent]
        by_frame.setdefault(frame, []).append(row)
    if faults:
        raise LedgerError(faults)
    return by_frame


def _key_of(spec: Spec, kind: str, table: TypedTable, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the key of a row of one table, out of the key of the row of the workbook that tells it."""
    if spec.frame == "answers" and kind and table.sheet is not None:
        if table.sheet.key not in _ABOUT:
            return {}
        entity, name = _ABOUT[table.sheet.key]
        return {"entity": entity, "field": kind} | ({"entity_id": told[name]} if name in told else {})
    known = {**told, **({"kind": kind} if kind else {})}
    return {name: known[name] for name in spec.key if name in known}


def _value(cell: TypedCell, villages: Villages, today: dt.date) -> Any:
    """Return a typed value as a frame holds it; None where it is not known."""
    from povlib.intake.rules import RULES
    from povlib.intake.sheets.columns import ReadingContext, cell_reader

    field = cell.field or _field_of(cell.column, cell.spec)
    if field is None:
        return _plain_value(cell)
    context = ReadingContext(villages, today, is_text=True)
    typed = {"1": "是", "0": "否"}.get(cell.value, cell.value) if field.kind == "yesno" else cell.value
    found = cell_reader(field, "", context)(typed, "s")
    needed = cell.column.required or (field.kind in ("village", "key") and field.required)
    rule = found.fault or ("empty" if found.value is None and needed else "")
    if rule:
        bounds = {
            name: "" if bound is None else f"{bound:g}" for name, bound in (("low", field.low), ("high", field.high))
        }
        said = {"field": field.header, "got": cell.value, "value": found.shown, **bounds}
        raise LedgerError([Fault(RULES[rule].message, cell.word, _labels(field), values=said)])
    return _as_stored(found.value, cell.column)


def _labels(field: Field) -> str:
    """Return the labels that a field of codes takes."""
    from povlib.params.tables import table

    return "、".join(table(field.codes).labels) if field.codes else ""


def _as_stored(value: Any, column: Column) -> Any:
    """Return a read value as its column holds it: months by their ordinal, days as ``yyyymmdd``."""
    from povlib.intake.values.dates import PartialDate

    if isinstance(value, PartialDate):
        return value.ordinal if column.kind == "month" else value.year * 10_000 + value.month * 100 + value.day
    return float(value) if column.kind == "real" and value is not None else value


def _field_of(column: Column, spec: Spec) -> Field | None:
    """Return a field that reads a column no workbook asks for, by its kind; None for a text without a code list."""
    from povlib.places import DATA

    codes = CODE_LISTS.get((spec.frame, column.name), column.name)
    if column.name in ("village", "by_village"):
        return Field(column.name, column.name, "village", required=True)
    if column.kind == "text":
        listed = column.name not in spec.key and (DATA / "tables" / f"{codes}.yaml").is_file()
        return Field(column.name, column.name, "codes", codes=codes) if listed else None
    kinds = {"fen": "money", "month": "month", "bool": "yesno", "three": "yesno", "int": "integer", "real": "number"}
    # what is counted or paid is not below zero
    return Field(column.name, column.name.removesuffix("_fen"), kinds[column.kind], low=0)


def _plain_value(cell: TypedCell) -> str | None:
    if "\x00" in cell.value or not cell.value.isprintable():
        raise LedgerError("{value} cannot be stored", value=repr(cell.value))
    return cell.value or None


def hand_entry_faults(book: Ledger, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Fault]:
    """Return what the ledger contradicts in typed rows: households nobody registered, amounts far from what is known.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    rows : mapping
        What `typed_rows` returned.
    """
    faults = []
    for frame, listed in rows.items():
        spec = BY_FRAME[frame]
        for row in listed:
            faults += _unregistered(book, spec, row)
            if spec.key[:2] == ("month", "hh"):
                faults += _far_amounts(book, frame, row)
    return faults


def _unregistered(book: Ledger, spec: Spec, row: Mapping[str, Any]) -> list[Fault]:
    faults = []
    for name, table, what in (
        ("hh", "household", "nothing is recorded about household {value}"),
        ("person", "member", "nothing is recorded about person {value}"),
    ):
        value = row.get(name)
        if name in spec.key or not value:
            continue
        if not book.store.rows(f"select 1 from {table} where {name} = ?", (value,)):
            faults.append(Fault(what, spec.frame, values={"value": value}))
    return faults


def _far_amounts(book: Ledger, frame: str, row: Mapping[str, Any]) -> list[Fault]:
    """Return a fault for each amount that is far from the household's other months, or from every household's."""
    from povlib.ledger import read_frame
    from povlib.money import format_yuan

    known = read_frame(book, frame)
    if "kind" in row:
        known = known[known["kind"] == row["kind"]]
    own = known["hh"] == row["hh"]
    others = known[~(own & (known["month"] == row["month"]))]
    faults = []
    for name, value in row.items():
        if not name.endswith("fen") or not value:
            continue
        told = others[others[name].fillna(0) > 0]
        mine = told.loc[told["hh"] == row["hh"], name]
        if len(mine) >= _OWN_MONTHS:
            low, high, what = int(mine.min()), int(mine.max()), _FAR_FROM_OWN
            # a first wage may be many times what there was before: it is asked about when nobody ever had as much
            far = (value > _FAR_ABOVE * high and value > told[name].max()) or value < low / _FAR_BELOW
        elif len(told):
            low, high, what = int(told[name].min()), int(told[name].max()), _FAR_FROM_ALL
            far = value > _ABOVE_ALL * high
        else:
            continue
        if far:
            field = _fields_by_place().get((frame, str(row.get("kind", name))))
            said = {"field": field.header if field else name, "got": format_yuan(int(value), places=2)}
            said |= {"low": format_yuan(low, places=2), "high": format_yuan(high, places=2)}
            faults.append(Fault(what, frame, "", "when it was asked about and is right, add --sure", said))
    return faults


_FAR_FROM_OWN = "{field}: {got} is far from what this household had in other months ({low} to {high})"
_FAR_FROM_ALL = "{field}: {got} is far above what any household had ({low} to {high})"
