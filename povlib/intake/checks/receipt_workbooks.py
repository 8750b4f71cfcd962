"""The workbooks of a receipt: refused rows, and a copy with coloured cells and comments.

Responsible for giving a village its own rows back with what must be done, identity values masked and
every text as text. Not responsible for the JSON receipt (`receipts`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from povlib.intake.files.grid import Grid
from povlib.intake.files.sheet_facts import column_number
from povlib.intake.sheets.checked_sheet import ROW_COLUMN, CheckedSheet
from povlib.intake.verdict import Flag, mask_value
from povlib.printed_sheets import fitted_width, set_height, set_to_print, set_widths
from povlib.words import text

if TYPE_CHECKING:
    from povlib.intake.sheets.file_check import FileCheck

MARKED_ROWS = 2000  # rows of a file that is handed back with coloured cells; a larger one gets its refused rows only
_PERSONAL = ("identity", "id_number", "phone", "account")
_CREATED = datetime(2000, 1, 1)  # fixed, so that the same file gives the same bytes
_OPTIONS = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
_FAULT_WIDTHS = (24.0, 110.0)  # where, and what is wrong
_TITLE_ROWS = 2  # a title and notes run over the columns beside them and say nothing about the width of their own
_CELL_NAME = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)")
_CELL_LIMIT = 32_000  # a spreadsheet refuses texts of more than 32,767 characters


def write_receipt_workbooks(file_check: FileCheck, folder: Path, name: str) -> list[Path]:
    """Write what a village needs beside the JSON receipt and return the files.

    Parameters
    ----------
    file_check : FileCheck
        A checked file.
    folder : path
        The desk's folder of receipts.
    name : str
        Name of the receipt, without suffix.
    """
    written = []
    if any(sheet.refused.any() for sheet in file_check.sheets):
        written.append(_write_workbook(folder / f"{name}-refused.xlsx", file_check, _write_refused_rows))
    if has_marked_copy(file_check):
        written.append(_write_workbook(folder / f"{name}-marked.xlsx", file_check, _write_marked_copy))
    return written


def has_marked_copy(file_check: FileCheck) -> bool:
    """Return whether a file is handed back with coloured cells: something was found in it, and it is small."""
    return 0 < file_check.received.rows <= MARKED_ROWS and bool(file_check.all_flags())


def _write_workbook(path: Path, file_check: FileCheck, fill: Any) -> Path:
    """Write a workbook with `fill` under a draft name, move it to `path`, and return the path."""
    import xlsxwriter

    draft = path.with_suffix(".part")
    constant = fill is _write_refused_rows
    with xlsxwriter.Workbook(str(draft), {**_OPTIONS, "constant_memory": constant}) as book:
        book.set_properties({"title": path.stem, "created": _CREATED})
        fill(book, file_check)
    draft.replace(path)
    return path


def _write_refused_rows(book: Any, file_check: FileCheck) -> None:
    """Write one page per sheet with its refused rows, personal values masked, and why."""
    bold = book.add_format({"bold": True, "text_wrap": True, "border": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    grids = {grid.name: grid for grid in file_check.received.sheets()}
    for number, sheet in enumerate(file_check.sheets, 1):
        if not sheet.refused.any():
            continue
        page = book.add_worksheet(_sheet_name(sheet.name, number))
        grid, why = grids[sheet.name], _reasons_by_row(sheet)
        columns = sorted(sheet.places.items(), key=lambda item: item[1])
        heads = [text("row"), text("what is wrong"), *(sheet.layout.field(key).header for key, _ in columns)]
        for at, head in enumerate(heads):
            page.write_string(0, at, head, bold)
        # what is wrong wraps in a wide column; the village's own cells keep to what a page can hold
        widths = [6.0, 50.0, *(fitted_width(head, most=16.0) for head in heads[2:])]
        set_widths(page, widths, [wrapped] * len(widths))
        set_height(page, 0, heads, widths)
        set_to_print(page, widths, head=0, last=int(sheet.refused.sum()), keys=2)
        masks = [_kind_to_mask(sheet, key) for key, _ in columns]
        for line, row in enumerate(sheet.frame.loc[sheet.refused, ROW_COLUMN], 1):
            place = int(row)
            set_height(page, line, [why.get(place, "")], widths[1:2])
            page.write_number(line, 0, place + 1, wrapped)
            page.write_string(line, 1, why.get(place, text("held with its household"))[:_CELL_LIMIT], wrapped)
            for at, ((_, column), mask) in enumerate(zip(columns, masks, strict=True), 2):
                page.write_string(line, at, _printable_value(grid, place, column, mask), wrapped)


def _reasons_by_row(sheet: CheckedSheet) -> dict[int, str]:
    said: dict[int, list[str]] = {}
    for flag in sheet.flags:
        place = _row_of_flag(flag)
        if place is not None and flag.refuses != "note":
            said.setdefault(place, []).append(f"{flag.cell}: {flag.message()}")
    return {row: "；".join(words) for row, words in said.items()}


def _row_of_flag(flag: Flag) -> int | None:
    digits = "".join(c for c in flag.cell if c.isdigit())
    return int(digits) - 1 if digits and ":" not in flag.cell else None


def _write_marked_copy(book: Any, file_check: FileCheck) -> None:
    """Write the list of faults, and a masked copy of every sheet with them coloured and commented."""
    colours = {"note": "#FFF2CC", "reject_cells": "#F8CBAD", "reject_rows": "#F4A6A6", "reject_file": "#F4A6A6"}
    formats = {
        level: book.add_format({"bg_color": colour, "text_wrap": True, "valign": "top"})
        for level, colour in colours.items()
    }
    sheets = {sheet.name: sheet for sheet in file_check.sheets}
    page = book.add_worksheet(_sheet_name(text("what is wrong"), 0))
    flags_of_file = list(file_check.all_flags())
    set_widths(page, _FAULT_WIDTHS)
    set_to_print(page, _FAULT_WIDTHS, head=0, last=len(flags_of_file) - 1)
    for line, flag in enumerate(flags_of_file):
        set_height(page, line, [flag.message()], _FAULT_WIDTHS[1:])
        page.write_string(line, 0, f"{flag.sheet}!{flag.cell}" if flag.cell else flag.sheet, formats[flag.refuses])
        page.write_string(line, 1, flag.message()[:_CELL_LIMIT])
    by_sheet = _flags_by_cell(flags_of_file)
    for number, grid in enumerate(file_check.received.sheets(), 1):
        flags = by_sheet.get(grid.name, {})
        copy = book.add_worksheet(_sheet_name(grid.name, number))
        _set_copy_to_print(copy, grid, sheets.get(grid.name))
        for row, column, value in _masked_cells(grid, sheets.get(grid.name)):
            here = flags.get((row, column))
            if here is None:
                copy.write_string(row, column, value)
                continue
            heaviest = max((flag.refuses for flag in here), key=list(colours).index)
            copy.write_string(row, column, value or "?", formats[heaviest])
            copy.write_comment(row, column, "\n".join(flag.message() for flag in here)[:_CELL_LIMIT])


def _flags_by_cell(flags: Iterable[Flag]) -> dict[str, dict[tuple[int, int], list[Flag]]]:
    """Return, by sheet, the flags of each single cell by its row and column; spans and whole sheets have no cell."""
    found: dict[str, dict[tuple[int, int], list[Flag]]] = {}
    for flag in flags:
        if name := _CELL_NAME.fullmatch(flag.cell):
            place = int(name[2]) - 1, column_number(name[1])
            found.setdefault(flag.sheet, {}).setdefault(place, []).append(flag)
    return found


def _set_copy_to_print(copy: Any, grid: Grid, sheet: CheckedSheet | None) -> None:
    """Let the copy print as the workbench's own forms do: the rows above the first of the table on every page."""
    widths = [
        fitted_width("", [str(value).strip() for value in grid.texts[at][_TITLE_ROWS:]], most=24.0)
        for at in range(grid.width)
    ]
    set_widths(copy, widths)
    first = int(sheet.frame[ROW_COLUMN].min()) if sheet is not None and len(sheet.frame) else 1
    set_to_print(copy, widths, head=max(first - 1, 0), last=max(grid.height - 1, 0))


def _masked_cells(grid: Grid, sheet: CheckedSheet | None) -> Iterator[tuple[int, int, str]]:
    masks = {at: _kind_to_mask(sheet, key) for key, at in sheet.places.items()} if sheet else {}
    first = int(sheet.frame[ROW_COLUMN].min()) if sheet is not None and len(sheet.frame) else grid.height
    for row in range(grid.height):
        for column in range(grid.width):
            mask = masks.get(column, "") if row >= first else ""
            yield row, column, _printable_value(grid, row, column, mask)


def _kind_to_mask(sheet: CheckedSheet | None, key: str) -> str:
    kind = sheet.layout.field(key).kind if sheet else ""
    return kind if kind in _PERSONAL else ""


def _printable_value(grid: Grid, row: int, column: int, mask: str) -> str:
    value = str(grid.texts[column, row]).strip()
    shown = mask_value(value, mask) if mask and value else value
    if shown.isprintable():  # as nearly all are: nothing to look at character by character
        return shown[:_CELL_LIMIT]
    # A space of any width prints; controls, halves of pairs and characters of no meaning do not.
    plain = (c if c.isprintable() or unicodedata.category(c) == "Zs" or c in "\n\t" else "\ufffd" for c in shown)
    return "".join(plain)[:_CELL_LIMIT]


def _sheet_name(name: str, number: int) -> str:
    """Return a name that a sheet may have."""
    plain = "".join(c for c in name if c not in "[]:*?/\\'" and c.isprintable())[:25]
    return f"{plain or 'Sheet'}_{number}" if number else plain or "Sheet"
