"""Frames as an Excel workbook that an office can sort, filter and add up.

Responsible for one sheet a frame: header in the reader's language, a number format a kind, frozen
header, filter, sums, and a page that prints. Text never becomes a formula or a link. Not responsible for filling the
office's own forms (`povlib.intake`).
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from povlib.calendar import Month
from povlib.errors import ReportError
from povlib.printed_sheets import fitted_width, set_height, set_to_print, set_widths, write_across
from povlib.report.model.numbers import MONEY_KINDS, missing, shown
from povlib.report.model.paper import Column, Report, Table
from povlib.report.privacy import personal_data
from povlib.report.writers.payload import manifest_lines
from povlib.report.writers.whole_files import repeatable_archive, write_whole_file
from povlib.words import conventions, text

_FORMATS = {
    "count": "#,##0",
    "persons": "#,##0.0",
    "whole_persons": "#,##0.0",
    "decimal1": "#,##0.0",
    "decimal2": "#,##0.00",
    "decimal3": "#,##0.000",
    "probability": "0.00",
    "share": "0.0%",
    "in_a_hundred": "0.0%",
    "percentage_points": "0.0%",
    "yuan": "#,##0.00",
    "yuan2": "#,##0.00",
    "wan": "#,##0.00",
    "wan_alone": "#,##0.00",
    "points": "0.000###",
    "year": "0",
    "month": "@",
    "text": "@",
    "yes": "@",
}
# a fixed date: the same paper is the same bytes whenever it is written
_CREATED = dt.datetime(2016, 1, 1)
# a sheet ends at row 1,048,576; the rows above the header and the total need the rest
_MAX_ROWS = 1_048_570
# Excel's own limit for the name of a sheet
_NAME_LENGTH = 31


def write_excel(report: Report, path: str | os.PathLike[str], *, sheets: Sequence[Table] = ()) -> Path:
    """Write every table of the paper, and `sheets`, as a workbook.

    Parameters
    ----------
    sheets : sequence of Table
        Further tables, for example the allocation with one row a household. A table whose key the
        paper also holds takes that one's place.

    Raises
    ------
    PrivacyError
        If a text cell holds something personal.
    ReportError
        If a table has more rows than a sheet can hold, or the file cannot be written.
    """
    import xlsxwriter

    extra = {t.key: t for t in sheets}
    tables = [t.spread(report.language) for t in (*extra.values(), *report.tables()) if extra.get(t.key, t) is t]
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(
        memory,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        },
    )
    book.set_properties({"title": report.title, "created": _CREATED})
    style = _Styles(book)
    names = sheet_names([t.title for t in tables])
    _write_contents_sheet(book, style, report, list(zip(names, tables, strict=True)))
    for name, table in zip(names, tables, strict=True):
        _write_table_sheet(book.add_worksheet(name), style, table, report)
    book.close()
    for table in tables:
        words = [c.key for c in table.columns if c.kind == "text"]
        personal_data.check_texts(
            (str(v) for w in words for v in table.frame[w].tolist()), where=f"{Path(path).name}, {table.title}"
        )
    return write_whole_file(path, repeatable_archive(memory.getvalue()))


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Return names Excel allows: at most 31 characters, none of ``[ ] : * ? /`` or a backslash, no two alike.

    Examples
    --------
    >>> sheet_names(["Funds: 2016", "Funds: 2016", ""])
    ['Funds 2016', 'Funds 2016 (2)', 'Sheet']
    """
    taken: set[str] = set()
    names = []
    for title in titles:
        base = re.sub(r"\s+", " ", re.sub(r"[\[\]:*?/\\]", " ", title)).strip(" '")[:_NAME_LENGTH] or "Sheet"
        name, number = base, 1
        while name.lower() in taken:
            number += 1
            name = f"{base[: _NAME_LENGTH - 5]} ({number})"
        taken.add(name.lower())
        names.append(name)
    return names


class _Styles:
    def __init__(self, book: Any) -> None:
        base = {"font_name": "等线", "font_size": 10.5, "valign": "top"}
        self.title = book.add_format({**base, "bold": True, "font_size": 14})
        self.mark = book.add_format({**base, "bold": True, "font_color": "#A3170B"})
        self.head = book.add_format(
            {**base, "bold": True, "text_wrap": True, "border": 1, "bg_color": "#EDEDEA", "valign": "vcenter"}
        )
        self.plain = book.add_format({**base, "text_wrap": True})
        self.cell = {kind: book.add_format({**base, "num_format": f}) for kind, f in _FORMATS.items()}
        self.wrapped = book.add_format({**base, "num_format": "@", "text_wrap": True})
        self.sum = {
            kind: book.add_format({**base, "num_format": f, "bold": True, "top": 1}) for kind, f in _FORMATS.items()
        }


def _write_contents_sheet(book: Any, style: _Styles, report: Report, tables: list[tuple[str, Table]]) -> None:
    sheet = book.add_worksheet(text("Contents", report.language))
    widths = (40.0, 52.0, 52.0)
    set_widths(sheet, widths)
    lines: list[tuple[Any, list[str]]] = [(style.title, [report.title])]
    lines += [(style.mark, [mark]) for mark in report.banners]
    lines += [(style.plain, [p.text]) for p in (*report.alerts, *report.opening)]
    for head in report.headlines:
        between = head.range.show(report.language) if head.range else ""
        lines.append((style.plain, [head.label, head.value.show(report.language), between]))
    lines += [(style.plain, [name, table.title]) for name, table in tables]
    lines += [(style.plain, [p.text]) for p in report.notes]
    lines += [(style.plain, [name, said]) for name, said in manifest_lines(report)]
    for row, (form, cells) in enumerate(lines):
        if len(cells) == 1 and form is style.plain:
            write_across(sheet, row, cells[0], form, widths)
            continue
        for column, value in enumerate(cells):
            sheet.write_string(row, column, value, form)
        if form is style.plain:
            set_height(sheet, row, cells, widths[: len(cells)])
    set_to_print(sheet, widths, head=0, last=len(lines) - 1, keys=0, mark=" · ".join(report.banners))


def _write_table_sheet(sheet: Any, style: _Styles, table: Table, report: Report) -> None:
    if len(table.frame) > _MAX_ROWS:
        raise ReportError(
            "a sheet cannot hold {n} rows", where=table.title, allowed="at most 1,048,570 rows", n=len(table.frame)
        )
    mark = " · ".join(report.banners)
    sheet.write_string(0, 0, table.title, style.title)
    sheet.write_string(1, 0, mark, style.mark)
    first = 2
    widths = [_column_width(table, column, report.language) for column in table.columns]
    set_widths(sheet, widths)
    set_height(sheet, first, [column.title for column in table.columns], widths, head=True)
    _set_heights(sheet, table, widths, first + 1)
    for c, column in enumerate(table.columns):
        sheet.write_string(first, c, column.title, style.head)
        form = style.wrapped if column.kind == "text" else style.cell[column.kind]
        for r, value in enumerate(table.frame[column.key].tolist(), start=first + 1):
            _write_cell(sheet, r, c, value, column, form, report.language)
    last = first + len(table.frame)
    if table.has_total:
        for c, column in enumerate(table.columns):
            value = table.total(column)
            label = text("Total", report.language) if c == 0 and missing(value) else ""
            if label:
                sheet.write_string(last + 1, c, label, style.sum["text"])
            else:
                _write_cell(sheet, last + 1, c, value, column, style.sum[column.kind], report.language)
    for n, note in enumerate(table.notes, start=last + 3):
        write_across(sheet, n, note.text, style.plain, widths)
    if table.columns and len(table.frame):
        sheet.autofilter(first, 0, last, len(table.columns) - 1)
    sheet.freeze_panes(first + 1, 1)
    below = last + 2 + len(table.notes) if table.notes else last + bool(table.has_total)
    set_to_print(sheet, widths, head=first, last=below, keys=_key_columns(table), mark=mark)


def _write_cell(sheet: Any, row: int, column: int, value: Any, typed: Column, form: Any, lang: str) -> None:
    if missing(value):
        sheet.write_blank(row, column, None, form)
    elif typed.kind == "text":
        # as a string, also what begins with = or @: a name from a workbook must never run as a formula
        sheet.write_string(row, column, str(value), form)
    elif typed.kind == "yes":
        sheet.write_string(row, column, text("yes" if value else "no", lang), form)
    elif typed.kind == "month":
        sheet.write_string(row, column, Month.from_ordinal(int(value)).label(lang), form)
    elif typed.kind in MONEY_KINDS:
        # Exact in a double up to 90 trillion yuan: fen are whole numbers below 2**53.
        in_wan = typed.kind == "wan" or (typed.kind == "wan_alone" and conventions(lang).large_money == "wan")
        per = 1_000_000 if in_wan else 100
        sheet.write_number(row, column, int(value) / per, form)
    else:
        sheet.write_number(row, column, float(value), form)


def _set_heights(sheet: Any, table: Table, widths: list[float], first: int) -> None:
    """Make rows as high as their wrapped texts."""
    wrapped = [(c.key, width) for c, width in zip(table.columns, widths, strict=True) if c.kind == "text"]
    for row, words in enumerate(zip(*(table.frame[key].astype(str) for key, _ in wrapped), strict=True), start=first):
        set_height(sheet, row, words, [width for _, width in wrapped])


def _key_columns(table: Table) -> int:
    """Return how many columns from the left name a row."""
    keys = {table.row_key} if isinstance(table.row_key, str) else set(table.row_key)
    leading = itertools.takewhile(lambda column: column.key in keys, table.columns)
    return max(1, sum(1 for _ in leading))


def _column_width(table: Table, column: Column, lang: str) -> float:
    """Return a width at which no number turns into a row of #, and few words wrap."""
    values = table.frame[column.key].dropna()
    if column.kind == "text":
        return fitted_width(column.title, values.astype(str).unique().tolist(), most=48.0)
    if column.numeric and len(values):
        ends = [values.min(), values.max(), table.total(column)]
        # a sheet shows two more digits of money than a paper does, and a sign
        return fitted_width(column.title, [shown(end, column.kind, lang) + "-.00" for end in ends])
    return fitted_width(column.title, [text("yes", lang)])
