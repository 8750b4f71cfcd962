"""Whole columns into values: each distinct cell is judged once, then spread over its rows.

Responsible for applying the declared conversion of a field to a column, with the flags of every cell
it refuses or changes. Not responsible for rules between cells (`row_conflicts`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from dataclasses import field as filled
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.intake.form import Field
from povlib.intake.sheets.layouts import Villages, fold_village, word_lists
from povlib.intake.values import cell
from povlib.intake.values.amounts import read_amount, slipped_amounts
from povlib.intake.values.cell import Outcome
from povlib.intake.values.dates import PartialDate, read_date
from povlib.intake.values.identity_number import read_id_number
from povlib.intake.verdict import mask_value

CellReader = Callable[[str, str], Outcome]
_ERROR_VALUE = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|BUSY!|BLOCKED!|CONNECT!|UNKNOWN!|GETTING_DATA)"
)
_PERSONAL = {
    "identity": "identity",
    "cadre": "identity",
    "id_number": "id_number",
    "phone": "phone",
    "account": "account",
    "key": "",
    "text": "",
}


@dataclass(frozen=True)
class ReadingContext:
    """What cells are judged against: villages, the day, the workbook's base of days, and whether it is a text file."""

    villages: Villages
    today: dt.date
    base_1904: bool = False
    is_text: bool = False


@dataclass
class ConvertedColumn:
    """One converted column: `found` (None = not known) and, by row, the rule of a fault or note."""

    field: Field
    found: npt.NDArray[np.object_]
    faults: npt.NDArray[np.object_]
    notes: npt.NDArray[np.object_]
    shown: npt.NDArray[np.object_]
    texts: npt.NDArray[np.object_]
    personal: str = ""
    allowed: dict[str, Any] = filled(default_factory=dict)

    def details(self, row: int) -> dict[str, Any]:
        """Return the values of the message about a row, masked where the field is personal."""
        got, shown = str(self.texts[row]), str(self.shown[row])
        if self.personal:
            got = mask_value(got, self.personal)
            shown = shown if self.faults[row] == "id_length" else mask_value(shown, self.personal)
        return {"field": self.field.header, "got": mask_value(got), "value": mask_value(shown), **self.allowed}


def convert_column(
    column: Field, texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_], unit: str, setting: ReadingContext,
    own_codes: dict[str, str] | None = None,
) -> ConvertedColumn:  # fmt: skip
    """Convert one column.

    Parameters
    ----------
    column : Field
        What it holds.
    texts, kinds : arrays
        The cells as received.
    unit : str
        Unit said by the sheet, "" = the field's own.
    setting : ReadingContext
        What cells are judged against.
    own_codes : dict, optional
        The sender's own codes for this column, with the labels they mean.
    """
    read = cell_reader(column, unit, setting, own_codes)
    cells, places = _distinct_cells(texts, kinds)
    read_as = [_as_read(text, kind, column.kind) for text, kind in cells]
    outcomes = [read(text, kind) for text, kind in read_as]
    marked = _spread([now[0] != then[0] for now, then in zip(read_as, cells, strict=True)], places).astype(bool)
    texts = _spread([text for text, _ in read_as], places)

    def take(name: str) -> npt.NDArray[np.object_]:
        return _spread([getattr(o, name) for o in outcomes], places)

    converted = ConvertedColumn(column, take("value"), take("fault"), take("note"), take("shown"), texts)
    converted.personal = _PERSONAL.get(column.kind, "")
    converted.allowed = {"low": _bound_in_words(column.low), "high": _bound_in_words(column.high)}
    converted.notes[marked & (converted.faults == "") & (converted.notes == "")] = "text_mark"
    _refuse_slips(converted)
    _flag_blanks(converted)
    return converted


# A column of a county repeats a few texts (codes, months, yes and no): each distinct cell is judged once.
def _distinct_cells(
    texts: npt.NDArray[np.object_], kinds: npt.NDArray[np.str_]
) -> tuple[list[tuple[str, str]], npt.NDArray[np.int64]]:
    """Return the distinct cells, text and kind, and for each row which of them it holds."""
    known: dict[tuple[str, str], int] = {}
    places = [known.setdefault(cell, len(known)) for cell in zip(texts.tolist(), kinds.tolist(), strict=True)]
    return list(known), np.array(places, dtype=np.int64)


def _as_read(text: str, kind: str, field_kind: str) -> tuple[str, str]:
    """Return a cell without what only kept it text; a text that is an error of Excel counts as one."""
    if field_kind == "text":
        return text, kind
    text = str(text)
    if text[:1] in ("'", "＇", "="):
        text = cell.without_text_mark(text)
    return text, "e" if _ERROR_VALUE.fullmatch(text) else kind


def _spread(values: list[Any], places: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
    """Return the value of each row's distinct cell."""
    return np.array([*values, None], dtype=object)[:-1][places]


def _bound_in_words(bound: float | None) -> str:
    return "" if bound is None else f"{bound:g}"


def _refuse_slips(converted: ConvertedColumn) -> None:
    if converted.field.kind != "money" or converted.field.wide:
        return
    fen = np.array([np.nan if v is None else float(v) for v in converted.found])
    slipped = slipped_amounts(fen)
    if slipped.any():
        converted.found[slipped], converted.faults[slipped], converted.notes[slipped] = None, "slip", ""


def _flag_blanks(converted: ConvertedColumn) -> None:
    """Name a blank in a field that every row needs: a name or village is a fault, anything else a note."""
    if not converted.field.required:
        return
    blank = (
        np.array([v is None for v in converted.found], dtype=bool) & (converted.faults == "") & (converted.notes == "")
    )
    if converted.field.kind in ("identity", "village"):
        converted.faults[blank] = "empty"
    elif converted.field.kind == "key":
        converted.faults[blank] = "key_empty"
    else:
        converted.notes[blank] = "missing"


def cell_reader(
    column: Field, unit: str, setting: ReadingContext, own_codes: dict[str, str] | None = None
) -> CellReader:
    """Return the conversion of a field as a function of one cell."""
    low, high = column.low, column.high
    if column.kind == "key":
        return cell.read_key if column.required else _read_optional_key
    if column.kind == "money":
        return lambda text, kind: read_amount(text, kind, unit or column.unit or "元", low, high)
    if column.kind in ("integer", "number"):
        return lambda text, kind: cell.read_number(text, kind, low, high, column.unit, column.kind == "integer")
    if column.kind in ("code", "codes"):
        return _code_reader(column, own_codes or {})
    if column.kind == "id_number":
        return lambda text, kind: read_id_number(text, kind, setting.today)
    if column.kind in ("date", "month"):
        return _date_reader(column, setting)
    if column.kind == "village":
        return lambda text, kind: _read_village(text, kind, setting.villages)
    simple: dict[str, CellReader] = {
        "identity": cell.read_name,
        "phone": cell.read_phone,
        "account": cell.read_account,
        "cadre": cell.read_cadre_key,
        "yesno": _read_yes_no,
    }
    return simple.get(column.kind, cell.read_free_text)


def _read_optional_key(text: str, kind: str) -> Outcome:
    return cell.BLANK if not cell.fold(text) and kind == " " else cell.read_key(text, kind)


def _read_yes_no(text: str, kind: str) -> Outcome:
    if (unusable := cell.unusable_cell(kind)) is not None:
        return unusable
    kept = cell.fold(text).casefold()
    if not kept:
        return cell.BLANK
    if cell.is_missing_mark(text):
        return Outcome(note="missing_mark")
    lists = word_lists()
    value = 1 if kept in lists["yes"] else 0 if kept in lists["no"] else None
    if value is None:
        return Outcome(fault="not_yes_no")
    said = "是" if value else "否"
    return Outcome(value, note="" if kept == said or kind == "b" else "alias", shown=said)


def _read_village(text: str, kind: str, villages: Villages) -> Outcome:
    if (unusable := cell.unusable_cell(kind)) is not None:
        return unusable
    kept = fold_village(cell.trim(text))
    if not kept:
        return cell.BLANK
    known = villages.known.get(kept)
    if known is None:
        near = _nearest_spelling(kept, villages.known)
        return Outcome(fault="unknown_village_near" if near else "unknown_village", shown=near)
    return Outcome(known, note="" if text.strip(" ") == known else "alias", shown=known)


def _nearest_spelling(word: str, known: Any) -> str:
    import difflib

    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return str(known[close[0]]) if close else ""


def _labels_containing(word: str, known: dict[str, str]) -> str:
    """Return every label that a spelling around this word means: 危房 may be C or D."""
    return "、".join(dict.fromkeys(label for spelling, label in known.items() if len(word) > 1 and word in spelling))


def _code_reader(column: Field, own: dict[str, str]) -> CellReader:
    from povlib.params.tables import table

    codes = table(column.codes)

    def one(text: str, kind: str) -> Outcome:
        if (unusable := cell.unusable_cell(kind)) is not None:
            return unusable
        kept = cell.fold(text)
        if not kept:
            return cell.BLANK
        if cell.is_missing_mark(text):
            return Outcome(note="missing_mark")
        label = codes.label(own.get(kept.casefold(), kept))
        if label is None:
            near = _labels_containing(kept, codes.known) or codes.suggest(kept)
            return Outcome(fault="unknown_code_near" if near else "unknown_code", shown=near)
        return Outcome(codes.stored(label), note="" if text.strip(" ") == label else "alias", shown=label)

    def is_single(text: str, kind: str) -> bool:
        whole = codes.label(text) is not None or cell.fold(text).casefold() in own
        return whole or kind == " " or cell.unusable_cell(kind) is not None

    def several(text: str, kind: str) -> Outcome:
        if is_single(text, kind):
            return one(text, kind)
        parts = [one(part, kind) for part in re.split(r"[、,，;；|/\s]+", cell.trim(text)) if part]
        bad = next((part for part in parts if part.fault), None)
        if bad is not None:
            return bad
        told = [part for part in parts if part.value]
        value, shown = (
            "、".join(dict.fromkeys(str(getattr(part, name)) for part in told)) for name in ("value", "shown")
        )
        return Outcome(value or None, note="" if shown == text.strip(" ") else "alias", shown=shown)

    return several if column.kind == "codes" else one


def _date_reader(column: Field, setting: ReadingContext) -> CellReader:
    def read(text: str, kind: str) -> Outcome:
        found = read_date(text, kind, setting.base_1904, not setting.is_text)
        if not isinstance(found.value, PartialDate):
            return found
        if column.kind == "month" and not found.value.month:
            return Outcome(fault="vague_date")
        value = found.value
        if not column.ahead and (value.year, value.month, value.day) > (
            setting.today.year, setting.today.month, setting.today.day) and column.kind == "date":  # fmt: skip
            return Outcome(fault="future_date")
        plain_month = column.kind == "month" and found.note == "date_text" and re.fullmatch(r"\d{6}", text.strip())
        return replace(found, note="") if plain_month else found

    return read
