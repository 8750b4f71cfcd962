"""The sheet of decisions: one row a household, to be filled in at a meeting and handed back.

Responsible for the workbook that goes out: what it belongs to, what is proposed, and three columns to fill in with a
drop-down of the household's own packages. Not responsible for reading it back (`povlib.runs.decisions`).
"""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from povlib.printed_sheets import set_height, set_to_print, set_widths
from povlib.report.writers.whole_files import repeatable_archive, write_whole_file
from povlib.words import text

COLUMNS: dict[str, str] = {
    "hh": "household",
    "village": "village",
    "members": "members",
    "plan": "proposed package",
    "money_fen": "new money (yuan)",
    "p0": "chance of exit without",
    "p": "chance of exit with it",
    "decided": "decided before",
    "decision": "decision",
    "decided_by": "by whom",
    "reason": "reason for it",
}
"""Columns of the sheet by key, with the message id of their headers."""

FILLED_IN = ("decision", "decided_by", "reason")
BELONGS = {"run": "run number", "head": "ledger head"}
"""What the sheet belongs to: label (message id) in the first column, value beside it."""

_WIDTHS = {"hh": 12, "village": 10, "members": 8, "plan": 44, "money_fen": 12, "p0": 10, "p": 10, "decided": 24,
           "decision": 44, "decided_by": 14, "reason": 36}  # fmt: skip
# fixed, so that the same run gives the same bytes
_CREATED = dt.datetime(2016, 1, 1)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_CHOICES_PRINTED = 6  # of a household, a choice: the sheet is for the drop-downs and may be seventy columns wide
_FIRST = 6  # rows above the header: title, what it belongs to, how to fill it in


def approve_words(lang: str | None = None) -> str:
    """Return what is chosen to approve what is proposed."""
    return text("approve as proposed", lang)


def refuse_words(lang: str | None = None) -> str:
    """Return what is chosen to give a household nothing new."""
    return text("do not approve", lang)


def change_words(package: str, lang: str | None = None) -> str:
    """Return what is chosen to give a household another of its packages."""
    return text("change to {package}", lang, package=package)


def write_decision_sheet(
    rows: pd.DataFrame,
    belongs: Mapping[str, str],
    title: str,
    path: str | os.PathLike[str],
    lang: str,
    marks: Sequence[str] = (),
) -> Path:
    """Write the workbook of decisions.

    Parameters
    ----------
    rows : DataFrame
        hh, village, members, plan, nothing, money_fen, p0, p, decided (words), others (names of other packages).
    belongs : mapping
        run and head (`BELONGS`).
    marks : sequence of str, optional
        That it is a draft, or made up: above the table and on every printed page.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    import xlsxwriter

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, _OPTIONS)
    book.set_properties({"title": title, "created": _CREATED})
    forms = _cell_formats(book)
    sheet = book.add_worksheet(text("decisions", lang))
    choices = text("choices", lang)
    _write_head(sheet, belongs, title, forms, lang)
    mark = " · ".join(marks)
    sheet.write_string(_FIRST - 1, 0, mark, forms["mark"])
    _write_rows(sheet, rows, forms, choices, lang, mark)
    _write_choices(book.add_worksheet(choices), rows, lang)
    book.close()
    return write_whole_file(path, repeatable_archive(memory.getvalue()))


def _cell_formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "等线", "font_size": 10.5, "valign": "top", "text_wrap": True}
    return {
        "title": book.add_format({**base, "bold": True, "font_size": 14, "text_wrap": False}),
        "plain": book.add_format({**base, "text_wrap": False}),
        "mark": book.add_format({**base, "bold": True, "font_color": "#A3170B", "text_wrap": False}),
        "head": book.add_format({**base, "bold": True, "border": 1, "bg_color": "#E8EEF4"}),
        "open_head": book.add_format({**base, "bold": True, "border": 1, "bg_color": "#F4E3C1"}),
        "text": book.add_format({**base, "num_format": "@"}),
        "number": book.add_format({**base, "num_format": "#,##0.00"}),
        "open": book.add_format({**base, "num_format": "@", "locked": False, "border": 1, "bg_color": "#FFFDF5"}),
    }


def _write_head(sheet: Any, belongs: Mapping[str, str], title: str, forms: dict[str, Any], lang: str) -> None:
    sheet.write_string(0, 0, title, forms["title"])
    for at, (key, label) in enumerate(BELONGS.items(), start=1):
        sheet.write_string(at, 0, text(label, lang), forms["plain"])
        sheet.write_string(at, 1, belongs[key], forms["plain"])
    how = (
        text(
            "Choose a decision where one was made, leave the others empty. “Do not approve” gives the household "
            "nothing new. A refusal and a change need a reason.",
            lang,
        ),
        text("Hand it back: python3 workbench.py decide-plan FILE --officer NAME", lang),
    )
    for at, words in enumerate(how, start=len(BELONGS) + 1):
        sheet.write_string(at, 0, words, forms["plain"])


def _write_rows(sheet: Any, rows: pd.DataFrame, forms: dict[str, Any], choices: str, lang: str, mark: str) -> None:
    from xlsxwriter.utility import xl_range_abs

    for at, (key, label) in enumerate(COLUMNS.items()):
        sheet.write_string(_FIRST, at, text(label, lang), forms["open_head" if key in FILLED_IN else "head"])
        sheet.set_column(at, at, _WIDTHS[key])
    set_height(sheet, _FIRST, [text(label, lang) for label in COLUMNS.values()], [_WIDTHS[key] for key in COLUMNS])
    place = {key: at for at, key in enumerate(COLUMNS)}
    for line, row in enumerate(rows.to_dict("records"), start=_FIRST + 1):
        known = ("hh", "village", "plan", "decided")
        set_height(sheet, line, [str(row[key]) for key in known], [_WIDTHS[key] for key in known])
        for key in known:
            sheet.write_string(line, place[key], str(row[key]), forms["text"])
        sheet.write_number(line, place["members"], int(row["members"]), forms["text"])
        sheet.write_number(line, place["money_fen"], int(row["money_fen"]) / 100, forms["number"])
        for key in ("p0", "p"):
            if not pd.isna(row[key]):
                sheet.write_number(line, place[key], round(float(row[key]), 2), forms["number"])
        for key in FILLED_IN:
            sheet.write_blank(line, place[key], None, forms["open"])
        options = _options_of(row, lang)
        at = line - _FIRST
        sheet.data_validation(
            line, place["decision"], line, place["decision"],
            {"validate": "list", "source": f"='{choices}'!{xl_range_abs(at, 1, at, len(options))}",
             "error_title": text("decision", lang), "error_message": text("choose one of the list", lang)},
        )  # fmt: skip
    sheet.autofilter(_FIRST, 0, _FIRST + len(rows), len(COLUMNS) - 1)
    sheet.freeze_panes(_FIRST + 1, 1)
    set_to_print(sheet, [_WIDTHS[key] for key in COLUMNS], head=_FIRST, last=_FIRST + len(rows), mark=mark)
    # no password: it keeps a slip of the hand from a key, and the reader compares every locked cell with the run
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})


def _options_of(row: Mapping[Any, Any], lang: str) -> list[str]:
    """Return what may be chosen for a household."""
    refuse = [] if row["nothing"] else [refuse_words(lang)]
    return [approve_words(lang), *refuse, *(change_words(name, lang) for name in row["others"])]


def _write_choices(sheet: Any, rows: pd.DataFrame, lang: str) -> None:
    """Write the lists of the drop-downs, in a sheet that can be read: a hidden one hides what may be chosen."""
    most = 1
    sheet.write_string(0, 0, text("household", lang))
    sheet.write_string(0, 1, text("what may be chosen", lang))
    for line, row in enumerate(rows.to_dict("records"), start=1):
        sheet.write_string(line, 0, str(row["hh"]))
        options = _options_of(row, lang)
        most = max(most, len(options))
        for at, words in enumerate(options, start=1):
            sheet.write_string(line, at, words)
    set_widths(sheet, [12.0, *[30.0] * most])
    # a list for the drop-downs: what a printer makes of it is its first choices
    set_to_print(sheet, [12.0, *[30.0] * min(most, _CHOICES_PRINTED)], head=0, last=len(rows))
    sheet.protect("")
