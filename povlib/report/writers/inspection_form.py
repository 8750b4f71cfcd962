"""The form of one village's inspection: its houses in the drawn order, with columns to fill in on the spot.

Responsible for the workbook that goes out. Not responsible for reading it back (`povlib.runs.inspections.forms_in`).
It holds keys of households, never names: who goes there has the posted list.
"""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from povlib.report.writers.whole_files import repeatable_archive, write_whole_file
from povlib.words import text

COLUMNS: dict[str, str] = {
    "place": "place in the draw",
    "hh": "household",
    "visit": "visit",
    "works": "works as reported",
    "finding": "finding",
    "day": "day of the visit",
    "officer": "inspector",
    "photo": "photo file",
    "note": "note",
}
"""Columns of the form by key, with the message id of their headers."""

FILLED_IN = ("finding", "day", "officer", "photo", "note")
BELONGS = {"round": "round of inspection", "village": "village inspected", "by_village": "village that inspects",
           "digest": "code of the draw"}  # fmt: skip
"""What the form belongs to: label (message id) in the first column, value beside it."""

_WIDTHS = {"place": 8, "hh": 12, "visit": 34, "works": 16, "finding": 16, "day": 12, "officer": 14, "photo": 28,
           "note": 36}  # fmt: skip
_CREATED = dt.datetime(2016, 1, 1)  # fixed, so that the same draw gives the same bytes
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FIRST = 9  # rows above the headers: title, four that say what it belongs to, how to fill it in


def write_inspection_form(
    rows: pd.DataFrame,
    belongs: Mapping[str, str],
    findings: Sequence[str],
    officers: Sequence[str],
    path: str | os.PathLike[str],
    lang: str,
) -> Path:
    """Write the form of one village.

    Parameters
    ----------
    rows : DataFrame
        place, hh, visit, works (words), in the drawn order.
    belongs : mapping
        Of `BELONGS`.
    findings, officers : sequence of str
        What may be chosen; no officers: anything may be written.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    import xlsxwriter

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, _OPTIONS)
    title = text("Cross-village inspection: {village}", lang, village=belongs["village"])
    book.set_properties({"title": title, "created": _CREATED})
    base = {"font_name": "等线", "font_size": 10.5, "valign": "top", "text_wrap": True}
    plain = book.add_format({**base, "text_wrap": False})
    head = book.add_format({**base, "bold": True, "border": 1, "bg_color": "#E8EEF4"})
    open_head = book.add_format({**base, "bold": True, "border": 1, "bg_color": "#F4E3C1"})
    locked = book.add_format({**base, "num_format": "@", "border": 1})
    free = book.add_format({**base, "num_format": "@", "locked": False, "border": 1, "bg_color": "#FFFDF5"})
    sheet = book.add_worksheet(text("inspection form", lang))
    sheet.write_string(0, 0, title, book.add_format({**base, "bold": True, "font_size": 14, "text_wrap": False}))
    for at, (key, label) in enumerate(BELONGS.items(), start=1):
        sheet.write_string(at, 0, text(label, lang), plain)
        sheet.write_string(at, 2, belongs[key], plain)
    for at, words in enumerate(_how(lang), start=len(BELONGS) + 1):
        sheet.write_string(at, 0, words, plain)
    for at, (key, label) in enumerate(COLUMNS.items()):
        sheet.write_string(_FIRST, at, text(label, lang), open_head if key in FILLED_IN else head)
        sheet.set_column(at, at, _WIDTHS[key])
    for line, row in enumerate(rows.to_dict("records"), start=_FIRST + 1):
        for at, key in enumerate(COLUMNS):
            if key in FILLED_IN:
                sheet.write_blank(line, at, None, free)
            elif key == "place":
                sheet.write_number(line, at, int(row[key]), locked)
            else:
                sheet.write_string(line, at, str(row[key]), locked)
    last = _FIRST + max(1, len(rows))
    for key, allowed in (("finding", findings), ("officer", officers)):
        if allowed:
            _choose_from(sheet, last, list(COLUMNS).index(key), allowed, lang)
    sheet.freeze_panes(_FIRST + 1, 2)
    sheet.repeat_rows(_FIRST)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    # no password: it keeps a slip of the hand from a key; the reader compares what is locked with the draw
    sheet.protect("", {"format_columns": True, "format_rows": True})
    book.close()
    return write_whole_file(path, repeatable_archive(memory.getvalue()))


def _how(lang: str) -> tuple[str, ...]:
    return (
        text("Visit the houses marked “first” from the top down, leave none out; go on only when told to.", lang),
        text("A house that nobody opens is wrong until it is seen. Its photo lies in the folder photos/ beside.", lang),
        text("Hand it back: python3 workbench.py inspect load FILE --officer OFFICER", lang),
    )  # fmt: skip


def _choose_from(sheet: Any, last: int, at: int, allowed: Sequence[str], lang: str) -> None:
    sheet.data_validation(
        _FIRST + 1,
        at,
        last,
        at,
        {"validate": "list", "source": list(allowed), "error_message": text("choose one of the list", lang)},
    )
