"""The sheet of a form that is filled in by hand and handed back: its head, what is locked, what may be chosen.

Responsible for the look and the protection that every such form shares. Not responsible for its columns and words
(`voice_form`, `inspection_form`) or for reading it back (`povlib.runs.returned_form`).
"""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from povlib.printed_sheets import set_height, set_to_print
from povlib.report.writers.whole_files import repeatable_archive, write_whole_file
from povlib.words import text

_CREATED = dt.datetime(2016, 1, 1)  # fixed, so that the same rows give the same bytes
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_BASE: dict[str, Any] = {"font_name": "等线", "font_size": 10.5, "valign": "top", "text_wrap": True}
_LOOKS: dict[str, dict[str, Any]] = {
    "plain": {"text_wrap": False},
    "title": {"bold": True, "font_size": 14, "text_wrap": False},
    "head": {"bold": True, "border": 1, "bg_color": "#E8EEF4"},
    "open_head": {"bold": True, "border": 1, "bg_color": "#F4E3C1"},
    "locked": {"num_format": "@", "border": 1},
    "open": {"num_format": "@", "locked": False, "border": 1, "bg_color": "#FFFDF5"},
}


class FormToFill:
    """One workbook with the sheet of a form, written from the top down.

    Parameters
    ----------
    title, sheet : str
        Of the workbook, and the name of its sheet.
    columns : mapping
        Message id of every header by key.
    widths : mapping
        Width of every column by key.
    filled_in : collection of str
        Keys of the columns that stay open.
    lang : str
    """

    def __init__(
        self,
        title: str,
        sheet: str,
        columns: Mapping[str, str],
        widths: Mapping[str, float],
        filled_in: Sequence[str],
        lang: str,
    ) -> None:
        import xlsxwriter

        self.lang, self.title = lang, title
        self._columns, self._widths, self._filled_in = columns, widths, filled_in
        self._memory = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._memory, _OPTIONS)
        self.book.set_properties({"title": title, "created": _CREATED})
        self._looks = {name: self.book.add_format({**_BASE, **look}) for name, look in _LOOKS.items()}
        self.sheet = self.book.add_worksheet(sheet)
        self._head = self._next = 0

    def write_head(
        self, labels: Mapping[str, str], belongs: Mapping[str, str], how: Iterable[str], *, at: int, column: int
    ) -> None:
        """Write the title, what the form belongs to (in a column of its own), how to fill it in, and the headers.

        Parameters
        ----------
        labels, belongs : mapping
            Message id of the label, and the value, by key.
        at : int
            Row of the headers, from 0.
        """
        self.sheet.write_string(0, 0, self.title, self._looks["title"])
        for row, (key, label) in enumerate(labels.items(), start=1):
            self.sheet.write_string(row, 0, text(label, self.lang), self._looks["plain"])
            self.sheet.write_string(row, column, belongs[key], self._looks["plain"])
        for row, words in enumerate(how, start=len(labels) + 1):
            self.sheet.write_string(row, 0, words, self._looks["plain"])
        for number, (key, label) in enumerate(self._columns.items()):
            look = "open_head" if key in self._filled_in else "head"
            self.sheet.write_string(at, number, text(label, self.lang), self._looks[look])
            self.sheet.set_column(number, number, self._widths[key])
        heads = [text(label, self.lang) for label in self._columns.values()]
        set_height(self.sheet, at, heads, [self._widths[key] for key in self._columns])
        self._head, self._next = at, at + 1

    def write_rows(self, rows: Iterable[Mapping[Any, Any]]) -> None:
        """Write lines: what is known, locked; what is asked, open. Whole numbers stay numbers."""
        known = [key for key in self._columns if key not in self._filled_in]
        for row in rows:
            set_height(self.sheet, self._next, [str(row[key]) for key in known], [self._widths[key] for key in known])
            for number, key in enumerate(self._columns):
                if key in self._filled_in:
                    self.sheet.write_blank(self._next, number, None, self._looks["open"])
                elif isinstance(row[key], int):
                    self.sheet.write_number(self._next, number, row[key], self._looks["locked"])
                else:
                    self.sheet.write_string(self._next, number, str(row[key]), self._looks["locked"])
            self._next += 1

    def write_open_lines(self, count: int) -> None:
        """Write lines in which every cell is open."""
        for row in range(self._next, self._next + count):
            for number in range(len(self._columns)):
                self.sheet.write_blank(row, number, None, self._looks["open"])
        self._next += count

    def choose_from(self, key: str, source: str | Sequence[str]) -> None:
        """Let the cells of a column be chosen from a list, or from cells that a formula names."""
        column = list(self._columns).index(key)
        self.sheet.data_validation(
            self._head + 1, column, max(self._next - 1, self._head + 1), column,
            {"validate": "list", "source": source if isinstance(source, str) else list(source),
             "error_message": text("choose one of the list", self.lang)},
        )  # fmt: skip

    def save(self, path: str | os.PathLike[str], *, frozen: int, filter_rows: bool = False) -> Path:
        """Write the file, its headers and first columns standing, its locked cells protected.

        Raises
        ------
        ReportError
            If the file cannot be written.
        """
        self.sheet.freeze_panes(self._head + 1, frozen)
        widths = [self._widths[key] for key in self._columns]
        set_to_print(self.sheet, widths, head=self._head, last=self._next - 1, keys=frozen)
        # no password: it keeps a slip of the hand from a key; the reader compares what is locked with what went out
        more = {"autofilter": True} if filter_rows else {}
        self.sheet.protect("", {"format_columns": True, "format_rows": True, **more})
        self.book.close()
        return write_whole_file(path, repeatable_archive(self._memory.getvalue()))
