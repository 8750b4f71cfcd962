"""Forms out: the workbook a village fills in, so that most mistakes cannot be made.

Responsible for one workbook a village, blank or pre-filled from what the ledger knows, with
drop-downs, bounds and locked keys. Not responsible for what comes back (`checks.check`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from povlib.calendar import Month
from povlib.intake.files.sheet_facts import cell_name
from povlib.intake.form import Field, Form, Sheet, form, township_form
from povlib.intake.sheets.file_check import CODE_SHEET
from povlib.printed_sheets import fitted_width, set_height, set_to_print, set_widths
from povlib.words import text

if TYPE_CHECKING:
    from povlib.ledger import State

_EMPTY_ROWS = 60  # open rows below the known ones: births and new measures of a month in a large village
_EMPTY_ROWS_PRINTED = 15  # of these a page has at its end: paper takes what is written by hand
_CREATED = datetime(2000, 1, 1)  # fixed, so that the same rows give the same bytes
TOWNSHIP = "台账-乡镇"
"""Name of the township's workbook, beside those of the villages."""
_LIST_KINDS = {"code", "codes", "yesno"}
Rows = dict[str, pd.DataFrame]
Formats = dict[str, Any]


def write_forms(
    state: State | None,
    month: Month,
    villages: Sequence[str],
    folder: str | Path,
    *,
    identities: pd.DataFrame | None = None,
    planned: pd.DataFrame | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> list[Path]:
    """Write one workbook a village for a month.

    Parameters
    ----------
    state : State or None
        What the ledger knows; None writes blank forms.
    month : Month
        The month to be reported.
    villages : sequence of str
        Registered villages.
    folder : path
        Made if it is not there.
    identities : DataFrame, optional
        ``person, kind, value`` of names, numbers, phones and accounts, opened for this purpose: a
        village's form holds its own people's. Without it those cells stay blank.
    planned : DataFrame, optional
        Measures of approved plans (hh, measure, from_month, fen, fund), shown as planned; back unchanged they add
        nothing.
    progress : callable, optional
        Called with the village and the share done.

    Returns
    -------
    list of Path
        In order of `villages`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in write_forms(None, Month(2016, 5), ["联胜", "乐北"], folder)]
    ['联胜_2016-05.xlsx', '乐北_2016-05.xlsx']
    """
    from povlib.intake.outgoing.form_rows import form_rows

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    rows = form_rows(state, month, identities, planned) if state is not None else {}
    paths = []
    for at, village in enumerate(villages):
        mine = {key: frame[frame["_village"] == village] for key, frame in rows.items()}
        path = target / f"{village}_{month}.xlsx"
        _write_form(path, form(), f"{village}村", month, mine)
        paths.append(path)
        if progress:
            progress(village, (at + 1) / len(villages))
    return paths


def write_township_form(state: State | None, month: Month, folder: str | Path) -> Path:
    """Write the workbook of the whole township for a month: co-ops, enterprises, contracts, posts and helpers.

    Parameters
    ----------
    state : State or None
        What the ledger knows; None writes a blank form.
    month : Month
        The month to be reported.
    folder : path
        Made if it is not there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_township_form(None, Month(2016, 5), folder).name
    '台账-乡镇_2016-05.xlsx'
    """
    from povlib.intake.outgoing.village_rows import township_rows

    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{TOWNSHIP}_{month}.xlsx"
    _write_form(path, township_form(), text("the whole township"), month, township_rows(state) if state else {})
    return path


def write_single_sheet(sheet: str, rows: pd.DataFrame, month: Month, folder: str | Path) -> Path:
    """Write a workbook with one sheet of the villages' form alone, for all villages; it loads as they do.

    Parameters
    ----------
    sheet : str
        Key of the sheet, such as ``assignment``.
    rows : DataFrame
        Cells by key of the field.
    month : Month
    folder : path
        Made if it is not there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_single_sheet("assignment", pd.DataFrame({"hh": ["S01-0001"]}), Month(2016, 5), folder).name
    '帮扶结对_2016-05.xlsx'
    """
    return _write_alone(Path(folder) / f"{form().sheet(sheet).name}_{month}.xlsx", form(), sheet, rows, month)


def write_sheet(key: str, rows: pd.DataFrame, month: Month, path: Path) -> Path:
    """Write one sheet of the township's form with rows to be entered, so that it can be looked through and loaded.

    Parameters
    ----------
    key : str
        Of the sheet.
    rows : DataFrame
        Rows of the ledger's table behind it.
    """
    from povlib.intake.outgoing.village_rows import written_rows

    whole = township_form()
    return _write_alone(path, whole, key, written_rows(rows, whole.sheet(key)), month)


def _write_alone(path: Path, whole: Form, key: str, rows: pd.DataFrame, month: Month) -> Path:
    """Write one sheet of a form for the whole township."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _write_form(path, replace(whole, sheets=(whole.sheet(key),)), text("the whole township"), month, {key: rows})
    return path


def _write_form(path: Path, asked: Form, of: str, month: Month, rows: Rows) -> None:
    import xlsxwriter

    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    draft = path.with_name("." + path.name + ".part")
    with xlsxwriter.Workbook(str(draft), options) as book:
        book.set_properties({"title": f"{asked.title} {of} {month}", "created": _CREATED})
        formats = _cell_formats(book)
        codes = _code_ranges(asked)
        for sheet in asked.sheets:
            title = f"{asked.title}　{of}　{month}　{sheet.name}"
            _write_sheet(book, sheet, title, rows.get(sheet.key, pd.DataFrame()), formats, codes)
        _write_codes(book, codes)
    draft.replace(path)


def _cell_formats(book: Any) -> Formats:
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "notes": book.add_format({"italic": True, "font_color": "#555555"}),
        "header": book.add_format(
            {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E8EEF4", "valign": "top"}
        ),
        "needed": book.add_format(
            {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#F4E3C1", "valign": "top"}
        ),
        "key": book.add_format({"num_format": "@", "bg_color": "#EEEEEE", "border": 4, "valign": "top"}),
        "text": book.add_format({"num_format": "@", "locked": False, "text_wrap": True, "border": 4, "valign": "top"}),
        "number": book.add_format({"num_format": "0.##", "locked": False, "border": 4, "valign": "top"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "locked": False, "border": 4, "valign": "top"}),
    }


def _write_sheet(
    book: Any, sheet: Sheet, title: str, rows: pd.DataFrame, formats: Formats,
    codes: dict[str, tuple[str, list[str]]],
) -> None:  # fmt: skip
    page = book.add_worksheet(sheet.name)
    first, last = form().header_row, form().header_row + len(rows) + _EMPTY_ROWS - 1
    page.write_string(0, 0, title, formats["title"])
    notes = [text("yuan; months as 2016-04; several values joined by 、; grey keys are locked")]
    if any(column.kind == "photo" for column in sheet.fields):
        notes.append(text("photos: files in a folder named photos beside this workbook; their names here"))
    if any(column.kind == "cadre" for column in sheet.fields):
        notes.append(text("cadres by their key, such as 乐北-干部2, never by name"))
    page.write_string(1, 0, text("; ").join(notes), formats["notes"])
    widths = [_width_of(column, rows) for column in sheet.fields]
    set_height(page, first - 1, [column.title for column in sheet.fields], widths, head=True)
    set_widths(page, widths, [formats[_format_of(column)] for column in sheet.fields])
    for at, column in enumerate(sheet.fields):
        page.write_string(first - 1, at, column.title, formats["needed" if column.required else "header"])
        _fill_column(page, first, at, column, rows, formats, last)
        rule = _validation_rule(column, codes, first, at)
        if rule:
            page.data_validation(first, at, last, at, rule)
    page.freeze_panes(first, len(sheet.unique))
    set_to_print(page, widths, head=first - 1, last=last - _EMPTY_ROWS + _EMPTY_ROWS_PRINTED, keys=len(sheet.unique))
    page.protect("", {"insert_rows": True, "sort": True, "autofilter": True, "format_columns": True})


def _width_of(column: Field, rows: pd.DataFrame) -> float:
    """Return the width of a column: what is known fits, and what is written by hand has room."""
    known = rows[column.key].dropna().astype(str).unique().tolist() if column.key in rows else []
    return fitted_width(column.title, known, least=8.0, most=30.0)


def _format_of(column: Field) -> str:
    if column.kind in ("money", "integer", "number"):
        return "number"
    return "date" if column.kind == "date" else "text"


def _is_known(value: Any) -> bool:
    return value is not None and value is not pd.NA and bool(value == value)


def _fill_column(
    page: Any, first: int, at: int, column: Field, rows: pd.DataFrame, formats: Formats, last: int
) -> None:
    """Write what is known; the keys of known rows are locked, empty rows below are open."""
    style = formats[_format_of(column)]
    values = rows[column.key].tolist() if column.key in rows else [None] * len(rows)
    hints = rows[f"_last_{column.key}"].tolist() if f"_last_{column.key}" in rows else []
    for line, value in enumerate(values, start=first):
        known = _is_known(value)
        locked = formats["key"] if known and column.kind == "key" and column.required else style
        if not known:
            page.write_blank(line, at, None, locked)
        elif column.kind in ("money", "integer", "number"):
            page.write_number(line, at, value, locked)
        else:
            page.write_string(line, at, str(value), locked)
    for line in range(first + len(values), last + 1):
        page.write_blank(line, at, None, style)
    for line, hint in enumerate(hints, start=first):
        if _is_known(hint):
            page.write_comment(line, at, text("last month: {value}", value=f"{hint:g}"), {"visible": False})


def _validation_rule(
    column: Field, codes: dict[str, tuple[str, list[str]]], first: int, at: int
) -> dict[str, Any] | None:
    said: dict[str, Any] = {"ignore_blank": True, "error_title": column.header[:32], "input_title": column.title[:32]}
    if column.kind in _LIST_KINDS:
        place, labels = codes[column.codes or "yesno"]
        stop = "information" if column.kind == "codes" else "stop"
        message = text("choose from the list") if column.kind != "codes" else text("one or several, joined by 、")
        return {**said, "validate": "list", "source": place, "error_type": stop, "input_message": message,
                "error_message": ("、".join(labels))[:250]}  # fmt: skip
    if column.kind in ("money", "integer", "number"):
        low, high = column.low or 0.0, column.high if column.high is not None else 1e9
        message = text("a number from {low} to {high}", low=f"{low:g}", high=f"{high:g}")
        kind = "integer" if column.kind == "integer" else "decimal"
        return {**said, "validate": kind, "criteria": "between", "minimum": low, "maximum": high,
                "input_message": message, "error_message": message}  # fmt: skip
    cell = cell_name(first, at)
    formula, message = {
        "month": (f'=AND(LEN({cell})=7,MID({cell},5,1)="-")', text("a month such as 2016-05")),
        "id_number": (f"=OR(LEN({cell})=18,LEN({cell})=20,LEN({cell})=22)", text("18, 20 or 22 characters, as text")),
        "key": (f"=LEN({cell})<=40", text("a key; never change one that is in use")),
    }.get(column.kind, ("", ""))
    if not formula:
        return None
    return {**said, "validate": "custom", "value": formula, "input_message": message, "error_message": message}


def _code_ranges(asked: Form) -> dict[str, tuple[str, list[str]]]:
    """Return, for each list, its place on the sheet of codes and its labels."""
    from povlib.params.tables import table

    names = sorted({f.codes for sheet in asked.sheets for f in sheet.fields if f.codes})
    lists = {"yesno": ["是", "否"], **{name: list(table(name).labels) for name in names}}
    made = {}
    for at, (name, labels) in enumerate(lists.items()):
        letter = cell_name(0, at)[:-1]
        made[name] = (f"={CODE_SHEET}!${letter}$2:${letter}${len(labels) + 1}", labels)
    return made


def _write_codes(book: Any, codes: dict[str, tuple[str, list[str]]]) -> None:
    page = book.add_worksheet(CODE_SHEET)
    for at, (name, (_, labels)) in enumerate(codes.items()):
        page.write_string(0, at, name)
        for line, label in enumerate(labels, start=1):
            page.write_string(line, at, label)
    page.hide()
