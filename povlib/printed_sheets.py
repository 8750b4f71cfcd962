"""Sheets of a workbook as an office prints them: across, one page wide, heads on every page, columns that fit words.

Responsible for page and widths of every sheet that the workbench writes with xlsxwriter, so that all print alike. Not
responsible for what stands in the cells, nor for workbooks that somebody else wrote.
"""

from __future__ import annotations

import math
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

# paper sizes by their number in a workbook (ECMA-376 part 1, 18.3.1.63)
_A4, _A3 = 9, 8
# Widths are in characters of the standard face, 1.9 mm each: A4 across less its margins takes 145 of them at full size.
# A choice: what would be printed at under two thirds of that is printed on A3.
_A4_AT_MOST = 215.0
_MARGINS_INCH = {"left": 0.4, "right": 0.4, "top": 0.7, "bottom": 0.6}
_HEAD_LINES = 3  # a head may wrap into so many lines
_AIR = 1.6  # the space that a cell keeps beside its words
_MOST_LINES = 28  # a spreadsheet's own limit is 409 points
_ROW_POINTS = 13.5  # height of a line of 10.5 point


def shown_width(words: str) -> int:
    r"""Return how many characters wide a text is, at its longest line; a Chinese character counts two.

    Examples
    --------
    >>> shown_width("户编号 hh"), shown_width("甲\n乙丙")
    (9, 4)
    """
    if words.isascii():  # as most cells are
        return max(map(len, words.split("\n")))
    return max(sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line) for line in words.split("\n"))


def fitted_width(head: str, values: Iterable[str] = (), *, least: float = 6.0, most: float = 40.0) -> float:
    """Return the width of a column that shows its head in three lines and its longest value in one.

    Parameters
    ----------
    head : str
        May wrap: between Chinese characters, between words in English.
    values : iterable of str
        As they are shown. What is longer than `most` wraps, so their cells must allow it.

    Examples
    --------
    >>> fitted_width("新增资金（元）", ["634,540"]), fitted_width("members", ["4"]), fitted_width("reason", ["x" * 99])
    (8.6, 8.6, 40.0)
    """
    pieces = [shown_width(word) for word in re.split(r"[\s/]+", head) if word.isascii()]
    wrapped = max([math.ceil(shown_width(head) / _HEAD_LINES) + 1, *pieces])
    longest = max((shown_width(value) for value in values), default=0)
    return min(most, max(least, wrapped + _AIR, longest + _AIR))


def lines_of(words: str, width: float) -> int:
    """Return how many lines a text takes in a column that wraps.

    Examples
    --------
    >>> lines_of("two words", 6), lines_of("新增资金（元）", 8), lines_of("", 9)
    (2, 2, 1)
    """
    room = max(1, int(width - 0.5))
    if words.isascii():
        return sum(max(1, len(textwrap.wrap(line, room))) for line in words.split("\n"))
    return sum(max(1, math.ceil(shown_width(line) / room)) for line in words.split("\n"))


def set_height(sheet: Any, row: int, words: Sequence[str], widths: Sequence[float], *, head: bool = False) -> None:
    """Make a row as high as its longest cell: not every program does so by itself when it opens a file.

    Rows of one line are left alone unless they are heads, so that they still grow with what is written into them.
    """
    lines = max((lines_of(word, width) for word, width in zip(words, widths, strict=True)), default=1)
    if lines > 1 or head:
        sheet.set_row(row, min(lines, _MOST_LINES) * _ROW_POINTS + 2)


def set_widths(sheet: Any, widths: Sequence[float], forms: Sequence[Any] | None = None) -> None:
    """Set the widths of the columns from the first on, with the format of their empty cells where one is given."""
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width, *([forms[at]] if forms else []))


def set_to_print(
    sheet: Any, widths: Sequence[float], *, head: int | tuple[int, int], last: int, keys: int = 1, mark: str = ""
) -> None:
    """Let a sheet print across and one page wide, its heads and key columns on every page.

    Parameters
    ----------
    sheet : xlsxwriter worksheet
    widths : sequence of float
        Of its columns.
    head : int or (int, int)
        Row of the heads from 0, or the first and last of several.
    last : int
        Last row that is printed, from 0.
    keys : int
        So many columns from the left say what a row is about.
    mark : str
        Stands above every page: that it is a draft, or made up.
    """
    first, final = (head, head) if isinstance(head, int) else head
    sheet.set_landscape()
    sheet.set_paper(_A4 if sum(widths) <= _A4_AT_MOST else _A3)
    sheet.set_margins(**_MARGINS_INCH)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first, final)
    if keys:
        sheet.repeat_columns(0, keys - 1)
    # said outright: a title that runs over the last column would be counted as part of the page
    sheet.print_area(0, 0, max(last, final), max(len(widths) - 1, 0))
    sheet.set_header("&L&8&A" + ("&C&8" + mark.replace("&", "&&") if mark else ""))
    sheet.set_footer("&C— &P / &N —")


def write_across(sheet: Any, row: int, words: str, form: Any, widths: Sequence[float]) -> None:
    """Write a sentence over the whole width of a sheet, in a row as high as it needs.

    A sentence in one cell would run beyond the page where the sheet is narrower than it.
    """
    if len(widths) < 2:
        sheet.write_string(row, 0, words, form)
        return
    lines = lines_of(words, sum(widths) * 0.9)
    sheet.merge_range(row, 0, row, len(widths) - 1, "", form)
    sheet.write_string(row, 0, words, form)  # a string also where it begins with = or @
    sheet.set_row(row, min(lines, _MOST_LINES) * _ROW_POINTS)
