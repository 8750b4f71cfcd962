"""The form on which a village writes down what its households say of a posted plan.

Responsible for the workbook that goes out: households with the help planned for them, and columns to fill in. Not
responsible for reading it back (`povlib.runs.voice.form_in`). It holds keys of households, never names.
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
    "hh": "household",
    "village": "village",
    "help": "help",
    "kind": "what was said",
    "measure": "measure",
    "words": "in the household's words",
    "day": "day",
    "said_by": "who spoke for it",
}
"""Columns of the form by key, with the message id of their headers."""

FILLED_IN = ("kind", "measure", "words", "day", "said_by")
BELONGS = {"run": "run number", "head": "ledger head"}
"""What the form belongs to: label (message id) in the first column, value beside it."""

KINDS = {"consent": "consent", "objection": "objection", "refusal": "refusal", "wish": "wish for help"}
"""What may be chosen by key, with its message id; an appeal is about one answer and comes by command."""

_WIDTHS = {"hh": 12, "village": 10, "help": 40, "kind": 10, "measure": 18, "words": 46, "day": 12, "said_by": 14}
_CREATED = dt.datetime(2016, 1, 1)  # fixed, so that the same run gives the same bytes
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FIRST = 7  # rows above the headers: title, what it belongs to, how to fill it in, an empty one
#: lines at the end for a second word of a household, and for who is not on the register
_SPARE = 20


def write_voice_form(
    rows: pd.DataFrame, belongs: Mapping[str, str], measures: Sequence[str], path: str | os.PathLike[str], lang: str
) -> Path:
    """Write the form of a plan.

    Parameters
    ----------
    rows : DataFrame
        hh, village, help (words; empty where nothing new is planned).
    belongs : mapping
        run and head (`BELONGS`).
    measures : sequence of str
        Names of measures that may be wished for or refused.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    import xlsxwriter

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, _OPTIONS)
    title = text("What households say of the plan", lang)
    book.set_properties({"title": title, "created": _CREATED})
    base = {"font_name": "等线", "font_size": 10.5, "valign": "top", "text_wrap": True}
    forms = {
        "plain": book.add_format({**base, "text_wrap": False}),
        "title": book.add_format({**base, "bold": True, "font_size": 14, "text_wrap": False}),
        "head": book.add_format({**base, "bold": True, "border": 1, "bg_color": "#E8EEF4"}),
        "open_head": book.add_format({**base, "bold": True, "border": 1, "bg_color": "#F4E3C1"}),
        "locked": book.add_format({**base, "num_format": "@", "border": 1}),
        "open": book.add_format({**base, "num_format": "@", "locked": False, "border": 1, "bg_color": "#FFFDF5"}),
    }
    sheet = book.add_worksheet(text("what households say", lang))
    sheet.write_string(0, 0, title, forms["title"])
    for at, (key, label) in enumerate(BELONGS.items(), start=1):
        sheet.write_string(at, 0, text(label, lang), forms["plain"])
        sheet.write_string(at, 1, belongs[key], forms["plain"])
    for at, words in enumerate(_how(lang), start=len(BELONGS) + 1):
        sheet.write_string(at, 0, words, forms["plain"])
    _write_rows(sheet, rows, forms, lang)
    _write_choices(book, sheet, _FIRST + len(rows) + _SPARE, measures, lang)
    sheet.freeze_panes(_FIRST + 1, 1)
    sheet.repeat_rows(_FIRST)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    book.close()
    return write_whole_file(path, repeatable_archive(memory.getvalue()))


def _how(lang: str) -> tuple[str, ...]:
    return (
        text("One line a word; leave the others empty. A household's second word goes to the end of the list.", lang),
        text("An objection of somebody outside the register: leave the household empty.", lang),
        text("Hand it back: python3 workbench.py voice load FILE --officer OFFICER", lang),
    )  # fmt: skip


def _write_rows(sheet: Any, rows: pd.DataFrame, forms: dict[str, Any], lang: str) -> None:
    for at, (key, label) in enumerate(COLUMNS.items()):
        sheet.write_string(_FIRST, at, text(label, lang), forms["open_head" if key in FILLED_IN else "head"])
        sheet.set_column(at, at, _WIDTHS[key])
    for line, row in enumerate(rows.to_dict("records"), start=_FIRST + 1):
        for at, key in enumerate(COLUMNS):
            if key in FILLED_IN:
                sheet.write_blank(line, at, None, forms["open"])
            else:
                sheet.write_string(line, at, str(row[key]), forms["locked"])
    for line in range(_FIRST + 1 + len(rows), _FIRST + 1 + len(rows) + _SPARE):
        for at in range(len(COLUMNS)):
            sheet.write_blank(line, at, None, forms["open"])


def _write_choices(book: Any, sheet: Any, last: int, measures: Sequence[str], lang: str) -> None:
    """Write the lists of the drop-downs; measures on a sheet of their own, since a list in a cell holds 255 letters."""
    choices = book.add_worksheet(text("measures", lang))
    for line, name in enumerate(measures):
        choices.write_string(line, 0, name)
    choices.set_column(0, 0, 30)
    choices.protect("")
    message = {"error_message": text("choose one of the list", lang)}
    columns = list(COLUMNS)
    kinds = [text(label, lang) for label in KINDS.values()]
    sheet.data_validation(_FIRST + 1, columns.index("kind"), last, columns.index("kind"),
                          {"validate": "list", "source": kinds, **message})  # fmt: skip
    if measures:
        source = f"='{text('measures', lang)}'!$A$1:$A${len(measures)}"
        sheet.data_validation(_FIRST + 1, columns.index("measure"), last, columns.index("measure"),
                              {"validate": "list", "source": source, **message})  # fmt: skip
