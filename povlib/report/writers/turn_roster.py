"""The roster of turns as a sheet to print: who goes to which base in which week, and everybody's load.

Responsible for the workbook. Not responsible for who goes when (`povlib.villages.coops.rotation`). It holds keys of
persons and households, never names.
"""

from __future__ import annotations

import datetime as dt
import io
import os
from pathlib import Path
from typing import Any

import pandas as pd

from povlib.printed_sheets import set_height, set_to_print, set_widths
from povlib.report.writers.whole_files import repeatable_archive, write_whole_file
from povlib.words import text

_CREATED = dt.datetime(2016, 1, 1)  # fixed, so that the same roster gives the same bytes
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_turn_roster(
    coop: str,
    turns: pd.DataFrame,
    loads: pd.DataFrame,
    vacant: pd.DataFrame,
    difference: int,
    days: int,
    path: str | os.PathLike[str],
    lang: str,
) -> Path:
    """Write a roster.

    Parameters
    ----------
    coop : str
    turns, loads, vacant : DataFrame
        As `povlib.villages.coops.rotation.Roster` has them.
    difference : int
        Largest difference in load, stated on the sheet.
    days : int
        Days of a turn.

    Raises
    ------
    ReportError
        If the file cannot be written.
    """
    import xlsxwriter

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, _OPTIONS)
    title = text("Turns at the bases: {coop}", lang, coop=coop)
    book.set_properties({"title": title, "created": _CREATED})
    base = {"font_name": "等线", "font_size": 11, "valign": "top", "text_wrap": True}
    styles = {
        "title": book.add_format({**base, "bold": True, "font_size": 14, "text_wrap": False}),
        "plain": book.add_format({**base, "text_wrap": False}),
        "head": book.add_format({**base, "bold": True, "border": 1, "bg_color": "#E8EEF4"}),
        "cell": book.add_format({**base, "border": 1}),
        "open": book.add_format({**base, "border": 1, "bg_color": "#F4E3C1"}),
    }
    _write_weeks(book.add_worksheet(text("turns", lang)), title, turns, vacant, (difference, days), styles, lang)
    _write_loads(book.add_worksheet(text("loads", lang)), title, loads, styles, lang)
    book.close()
    return write_whole_file(path, repeatable_archive(memory.getvalue()))


def _write_weeks(
    sheet: Any, title: str, turns: pd.DataFrame, vacant: pd.DataFrame, said: tuple[int, int], styles: Any, lang: str
) -> None:
    difference, days = said
    sheet.write_string(0, 0, title, styles["title"])
    fair = text("A turn is {days} days. Largest difference in load between two people: {n} turns.", lang, days=days,
                n=difference)  # fmt: skip
    sheet.write_string(1, 0, fair, styles["plain"])
    weeks = sorted({*turns["week"], *vacant["week"]})
    bases = sorted({*turns["base"], *vacant["base"]})
    heads = (text("week from", lang), *bases, text("signed", lang))
    widths = [13.0, *[26.0] * (len(heads) - 1)]
    set_widths(sheet, widths)
    set_height(sheet, 3, heads, widths)
    for at, label in enumerate(heads):
        sheet.write_string(3, at, label, styles["head"])
    lacking = {(int(row[0]), str(row[1])): int(row[2]) for row in vacant.itertuples(index=False, name=None)}
    for line, week in enumerate(weeks, start=4):
        day = f"{week // 10000}-{week // 100 % 100:02d}-{week % 100:02d}"
        sheet.write_string(line, 0, day, styles["cell"])
        for at, place in enumerate(bases, start=1):
            own = turns[(turns["week"] == week) & (turns["base"] == place)]
            people = [f"{person} ({hh})" for person, hh in zip(own["person"], own["hh"], strict=True)]
            missing = lacking.get((int(week), place), 0)
            if missing:
                people.append(text("{n} lacking", lang, n=missing))
            sheet.write_string(line, at, "\n".join(people), styles["open"] if missing else styles["cell"])
        sheet.write_blank(line, len(bases) + 1, None, styles["cell"])
    sheet.freeze_panes(4, 1)
    set_to_print(sheet, widths, head=3, last=3 + len(weeks))


def _write_loads(sheet: Any, title: str, loads: pd.DataFrame, styles: Any, lang: str) -> None:
    sheet.write_string(0, 0, title, styles["title"])
    columns = {
        "person": "person",
        "hh": "household",
        "village": "village",
        "caring": "cares for somebody",
        "before": "turns before",
        "turns": "turns",
        "load": "load",
        "at_limit": "no turn more possible",
    }
    widths = [18.0 if key in ("person", "hh") else 13.0 for key in columns]
    set_widths(sheet, widths)
    set_height(sheet, 2, [text(label, lang) for label in columns.values()], widths)
    for at, label in enumerate(columns.values()):
        sheet.write_string(2, at, text(label, lang), styles["head"])
    for line, row in enumerate(loads.to_dict("records"), start=3):
        for at, key in enumerate(columns):
            value = row[key]
            if key in ("caring", "at_limit"):
                sheet.write_string(line, at, text("yes", lang) if value else "", styles["cell"])
            elif key in ("before", "turns", "load"):
                sheet.write_number(line, at, int(value), styles["cell"])
            else:
                sheet.write_string(line, at, str(value), styles["cell"])
    sheet.freeze_panes(3, 2)
    set_to_print(sheet, widths, head=2, last=2 + len(loads), keys=2)
