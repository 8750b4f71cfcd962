"""Writes the workbooks, one .xlsx a village and one of the township: the same bytes for the same township.

Responsible for the files: title, notes and header rows, cell types, fixed dates of creation. Not responsible for
what stands in the rows (`sheet_rows`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter

from povlib.calendar import Month
from povlib.intake.form import Field, Form, Sheet, form, township_form
from povlib.sample.housing.drawn_photos import write_photos
from povlib.sample.office.sheet_rows import sheets
from povlib.sample.township import Township

_CREATED = datetime(2016, 5, 1)
_NUMBERS = ("money", "integer", "number")


def write_workbooks(township: Township, folder: Path | str) -> list[Path]:
    """Write one workbook a village and one of the township into `folder`, the photos beside, and return the workbooks.

    Every sheet has the title in row 1 (village, month, 合成数据), notes in row 2 and headers in row 3. The same
    township gives the same bytes with the same libraries.

    Parameters
    ----------
    township : Township
        From `simulate`.
    folder : path
        Made if it is not there.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    rows = sheets(township)
    month = str(Month.from_ordinal(township.last))
    files = []
    for village in township.world.villages:
        mine = {key: frame[frame["village"] == village.name] for key, frame in rows.items()}
        path = target / f"{village.code:02d}_{village.name}_{month}.xlsx"
        write_workbook(path, form(), f"{village.name}村", month, mine, township)
        files.append(path)
    path = target / f"台账-乡镇_{month}.xlsx"
    write_workbook(path, township_form(), "全乡", month, rows, township)
    files.append(path)
    # the sheets name the photos: a workbook without them would be taken with faults
    write_photos(township, target / "photos")
    return files


def write_workbook(
    path: Path, asked: Form, place: str, month: str, rows: dict[str, pd.DataFrame], township: Township
) -> None:
    """Write one workbook of a form: its title, notes, headers and rows."""
    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": f"{asked.title} {place}", "comments": township.world.banner, "created": _CREATED})
        style = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "notes": book.add_format({"italic": True, "font_color": "#666666"}),
            "header": book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#E8EEF4"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for sheet in asked.sheets:
            title = f"{asked.title}　{place}　{month}　{sheet.name}　{township.world.banner}"
            _write_sheet(book, sheet, title, asked.header_row, rows[sheet.key], style, township.world.banner)


def _write_sheet(book, sheet: Sheet, title: str, first: int, rows: pd.DataFrame, style, banner: str) -> None:  # type: ignore[no-untyped-def]
    page = book.add_worksheet(sheet.name)
    page.write_string(0, 0, title, style["title"])
    page.write_string(
        1, 0, f"金额单位：元；月份写作2016-04；多项用、分开；本表内容全部为{banner}，不涉及任何真实的人", style["notes"]
    )
    for column, field in enumerate(sheet.fields):
        page.write_string(first - 1, column, field.title, style["header"])
        page.set_column(column, column, max(8, 2 * len(field.header) + 2))
        _write_column(page, first, column, field, rows[field.key], style["date"])
    page.freeze_panes(first, len(sheet.unique))


def _write_column(page, first: int, column: int, field: Field, values: pd.Series, date_style) -> None:  # type: ignore[no-untyped-def]
    for line, value in enumerate(values.tolist(), start=first):
        if value is None or value is pd.NA or value != value:
            continue
        if field.kind in _NUMBERS:
            page.write_number(line, column, value)
        elif field.kind == "date":
            page.write_datetime(line, column, datetime.fromisoformat(value), date_style)
        else:
            page.write_string(line, column, str(value))
