"""One file: which of its sheets are tables, and what holds across them.

Responsible for choosing sheets, the month a file speaks of, rows whose household is nowhere, and
households held because one of their rows is refused. Not responsible for the ledger (`ledger_rows`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.intake.files.grid import Grid
from povlib.intake.files.reader_process import ReceivedFile
from povlib.intake.form import form, township_form
from povlib.intake.sheets.checked_sheet import RAW_COLUMN, ROW_COLUMN, CheckedSheet, check_sheet
from povlib.intake.sheets.columns import ReadingContext
from povlib.intake.sheets.flat_export import household_rows_of_export
from povlib.intake.sheets.headers import HeaderBlock, find_headers, header_flags
from povlib.intake.sheets.layouts import Layout, fold_village
from povlib.intake.sheets.row_conflicts import HouseholdPairs, hold_shared_identities, refuse_repeats
from povlib.intake.verdict import Flag, cap_flags, mask_value

_MONTH = re.compile(r"((?:19|20)\d\d)\s*[年.\-/]\s*(1[0-2]|0?[1-9])(?!\d)(?:\s*月)?")
_MONTH_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_.年/]?(\d{1,2})(?:月(?!\d{1,2}日)|(?![-_.\d年月]))")
_NOTE_LINES = 300  # notes in words; every note stands among the flags all the same
_NOT_A_TITLE = re.compile(r"填表|制表|打印|日期|时间|\d\s*日|写作|写成|形如|例如|填写|说明|格式|such as")
CODE_SHEET = "代码"
_INTERPRETED = ("date_text", "date_serial", "ambiguous_date", "bad_date", "future_date")
_HOUSEHOLD_TABLES = ("household", "household_brief")


@dataclass
class FileCheck:
    """Everything found in one file: flags and checked sheets; `month` is the one its titles speak of.

    `photos` are those that cells name and that were taken, `homes` says whose house each of the works is, `rules` is
    the folder of the audit rules it is judged by (None: the shipped ones), `records` the rows of its village sheets by
    the columns of the ledger, made once (`povlib.intake.checks.villages.told_rows`).
    """

    received: ReceivedFile
    flags: list[Flag] = field(default_factory=list)
    sheets: list[CheckedSheet] = field(default_factory=list)
    month: Month | None = None
    photos: dict[str, Any] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    rules: Path | None = None
    records: dict[int, list[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether the whole file is refused."""
        return any(flag.refuses == "reject_file" for flag in self.all_flags())

    @property
    def of_township(self) -> bool:
        """Whether it is a workbook of the township: sheets of that form, and no register of households."""
        tables = {sheet.layout.table for sheet in self.sheets}
        return not tables & {*_HOUSEHOLD_TABLES} and bool(tables & {sheet.key for sheet in township_form().sheets})

    def drop_cells(self) -> None:
        """Let go of everything the file held; what was found in it stays.

        A load keeps what it says of every file to its end: with their cells, those of a county would fill the memory.
        """
        self.received.let_go_of_sheets()
        self.photos, self.homes, self.records = {}, {}, {}
        for sheet in self.sheets:
            sheet.frame, sheet.refused, sheet.further = sheet.frame.iloc[:0].copy(), sheet.refused[:0], pd.DataFrame()

    def all_flags(self) -> list[Flag]:
        """Return the flags of the file and of its sheets."""
        return [*self.flags, *(flag for sheet in self.sheets for flag in sheet.flags)]

    def households(self) -> list[str]:
        """Return the keys of the households that load, sorted."""
        loads: set[str] = set()
        for sheet in self.sheets:
            if sheet.layout.table in _HOUSEHOLD_TABLES:
                loads.update(str(hh) for hh in sheet.frame["hh"][~sheet.refused] if hh is not None)
        if not any(sheet.layout.table in _HOUSEHOLD_TABLES for sheet in self.sheets):
            for sheet in self.sheets:
                if "hh" in sheet.frame:
                    loads.update(str(hh) for hh in sheet.frame["hh"][~sheet.refused] if hh is not None)
        return sorted(loads)


def check_received_file(
    received: ReceivedFile, known: Sequence[Layout], setting: ReadingContext, decided: HouseholdPairs = frozenset(),
    households: frozenset[str] = frozenset(),
) -> FileCheck:  # fmt: skip
    """Check one received file.

    Parameters
    ----------
    received : ReceivedFile
        What the reader found.
    known : sequence of Layout
        Tables that intake can read.
    setting : ReadingContext
        What cells are judged against.
    decided : set of pairs
        Households that share an identity number and were decided to differ.
    households : set of str
        Households that the ledger knows.
    """
    check = FileCheck(received, _flags_of_findings(received))
    blocks = [] if check.refused else list(_tables_in_file(received, known, setting, check))
    if not (blocks or check.refused):
        check.flags.append(Flag("", "", _rule_without_table(received)))
    if not blocks or check.refused:
        return check
    check.sheets = [check_sheet(grid, block, setting) for grid, block in blocks]
    exports = map(household_rows_of_export, check.sheets)
    check.sheets = [*check.sheets, *(part for part in exports if part is not None)]
    _settle_month(check, blocks)
    if not any(len(sheet.frame) for sheet in check.sheets):
        if not any(flag.refuses == "reject_rows" for flag in check.flags):
            check.flags.append(Flag(check.sheets[0].name, "", "no_rows"))
        return check
    _note_absent_sheets(check)
    refuse_repeats(check.sheets)
    hold_shared_identities(check.sheets, None, decided)
    _refuse_orphan_rows(check, households)
    _leave_out_blank_months(check)
    hold_households(check)
    return check


def _flags_of_findings(received: ReceivedFile) -> list[Flag]:
    own = (finding for finding in received.findings if finding.sheet != CODE_SHEET)
    return [Flag(finding.sheet, finding.cell, finding.rule, dict(finding.values)) for finding in own]


def _rule_without_table(received: ReceivedFile) -> str:
    return "no_table" if any((grid.kinds != " ").any() for grid in received.grids) else "no_rows"


def _tables_in_file(
    received: ReceivedFile, known: Sequence[Layout], setting: ReadingContext, check: FileCheck
) -> Iterator[tuple[Grid, HeaderBlock]]:
    for grid in received.grids:
        if grid.name == CODE_SHEET or not (grid.kinds != " ").any():
            continue
        block = find_headers(grid, known)
        if block is None:
            check.flags.append(Flag(grid.name, "", "sheet_skipped"))
            continue
        _take_village_from_sheet_name(grid, block, setting, check)
        check.flags.extend(header_flags(block, grid))
        check.flags.extend(_sheet_notes(grid))
        if not (block.missing or block.doubled):
            yield grid, block


def _take_village_from_sheet_name(grid: Grid, block: HeaderBlock, setting: ReadingContext, check: FileCheck) -> None:
    """Take the village from the name of its sheet when the sheet has no column for it."""
    village = setting.villages.known.get(fold_village(grid.name))
    if village is not None and "village" in block.missing:
        block.assumed["village"] = village
        check.flags.append(Flag(grid.name, "", "village_of_sheet", {"value": village}))


def _sheet_notes(grid: Grid) -> Iterator[Flag]:
    rows = [row + 1 for row in grid.hidden_rows if row < grid.height]
    columns = [grid.cell(0, at)[:-1] for at in grid.hidden_columns if at < grid.width]
    if rows:
        yield Flag(grid.name, "", "rows_hidden", {"got": _join_briefly(rows)})
    if columns:
        yield Flag(grid.name, "", "columns_hidden", {"got": _join_briefly(columns)})
    if grid.filtered:
        yield Flag(grid.name, "", "filter_on")


def _join_briefly(values: Sequence[object]) -> str:
    return "、".join(map(str, values[:20])) + ("…" if len(values) > 20 else "")


def _settle_month(check: FileCheck, blocks: Sequence[tuple[Grid, HeaderBlock]]) -> None:
    """Find the month that titles and sheet names speak of; two of them refuse the file."""
    said: dict[Month, str] = {}
    for grid, block in blocks:
        for text in (grid.name, *_titles_above_headers(grid, block)):
            for year, month in _MONTH.findall(unicodedata.normalize("NFKC", text)):
                said.setdefault(Month(int(year), int(month)), grid.name)
    # a name alone settles nothing, but one that contradicts a title is asked about
    if said and (named := _month_in_name(check.received.file)) is not None:
        said.setdefault(named, "")
    for sheet in check.sheets:
        if sheet.layout.table == "household_brief" and "month" in sheet.places:
            for value in sheet.frame["month"].dropna():
                said.setdefault(Month(value.year, value.month), sheet.name)
    for month in _visit_months(check):
        said.setdefault(month, "")
    if len(said) > 1:
        months = "、".join(month.label() for month in sorted(said))
        check.flags.append(Flag("", "", "two_months", {"got": months}))
    elif said:
        check.month = next(iter(said))


def _month_in_name(file: str) -> Month | None:
    """Return the only month that the name of a file speaks of; a day in it is the day it was sent, not the month."""
    name = unicodedata.normalize("NFKC", Path(file).stem)
    found = {Month(int(year), int(month)) for year, month in _MONTH_IN_NAME.findall(name) if 1 <= int(month) <= 12}
    return found.pop() if len(found) == 1 else None


def _visit_months(check: FileCheck) -> list[Month]:
    """Return the months of visits when a file mixes exactly two of them, each on a good part of its rows.

    Single stray days are left alone: a visit may fall before or after the month.
    """
    days = [
        Month(when.year, when.month)
        for sheet in check.sheets
        if sheet.layout.table == "household_brief" and "visit_date" in sheet.places and not _dates_are_uncertain(sheet)
        for when in sheet.frame["visit_date"].dropna()
        if when.day
    ]
    counts = Counter(days)
    # Two months on at least three rows in ten each are two rounds of visits; fewer are strays. A choice.
    mixed = len(counts) == 2 and min(counts.values()) >= max(2, 0.3 * len(days))
    return sorted(counts) if mixed else []


def _dates_are_uncertain(sheet: CheckedSheet) -> bool:
    """Whether dates of the sheet had to be interpreted: then they say little about its month."""
    return any(flag.rule in _INTERPRETED for flag in sheet.flags)


def _titles_above_headers(grid: Grid, block: HeaderBlock) -> list[str]:
    """Return the texts above the headers that are titles: short, and no printing or filling date."""
    above = grid.texts[:, : block.top].ravel()
    return [str(text) for text in above if 0 < len(str(text)) <= 60 and not _NOT_A_TITLE.search(str(text))]


def _refuse_orphan_rows(check: FileCheck, households: frozenset[str]) -> None:
    """Refuse rows of households that neither this file nor the ledger knows."""
    registers = [sheet for sheet in check.sheets if sheet.layout.table == "household"]
    if not registers:
        return
    known = {str(hh) for sheet in registers for hh in sheet.frame["hh"].dropna()} | households
    for sheet in check.sheets:
        if sheet.layout.table in _HOUSEHOLD_TABLES or "hh" not in sheet.places:
            continue
        lost = sheet.frame["hh"].notna() & ~sheet.frame["hh"].isin(known)
        for at in np.flatnonzero(lost.to_numpy()):
            hh, row = str(sheet.frame["hh"].iloc[at]), int(sheet.frame[ROW_COLUMN].iloc[at])
            details = {"field": sheet.layout.canonical["hh"], "got": mask_value(hh), "value": registers[0].name}
            sheet.flags.append(Flag(sheet.name, sheet.cell(row, "hh"), "orphan", details))
            sheet.refused[at] = True


def _note_absent_sheets(check: FileCheck) -> None:
    """Name the sheets of the village form that a workbook of that form lacks: one sent out before they were added."""
    asked = {sheet.key: sheet.name for sheet in form().sheets}
    there = {sheet.layout.table for sheet in check.sheets}
    skipped = {flag.sheet for flag in check.flags if flag.rule in ("column_missing", "column_missing_near")}
    absent = [name for key, name in asked.items() if key not in there and name not in skipped]
    if absent and {"household", "housing"} <= there:
        check.flags.append(Flag("", "", "sheets_absent", {"got": "、".join(absent)}))


def _leave_out_blank_months(check: FileCheck) -> None:
    """Leave out months in which a household's row was handed back without any amount: it is not known."""
    for sheet in check.sheets:
        asked = [key for key in ("wage", "business", "property", "other_one_off", "cost") if key in sheet.places]
        if sheet.layout.table != "income" or not asked:
            continue
        blank = (
            sheet.frame[asked].isna().all(axis=1).to_numpy()
            & (sheet.frame[RAW_COLUMN] == "").to_numpy()
            & ~sheet.refused
        )
        rows = sheet.frame.loc[blank, ROW_COLUMN]
        flags = [Flag(sheet.name, sheet.cell(int(row), "month"), "month_not_told") for row in rows]
        sheet.flags.extend(cap_flags(flags))
        sheet.refused |= blank


def hold_households(check: FileCheck) -> None:
    """Hold the whole household when its row or one of its members is refused.

    Without that member its income per head would be wrong, and half a household is no household.
    """
    held: dict[str, str] = {}
    for sheet in check.sheets:
        if sheet.layout.table in ("household", "member", "household_brief"):
            for hh in sheet.frame["hh"][sheet.refused].dropna():
                held.setdefault(str(hh), sheet.name)
    for sheet in check.sheets:
        if "hh" not in sheet.frame or not len(sheet.frame):
            continue
        also = sheet.frame["hh"].isin(list(held)).to_numpy() & ~sheet.refused
        sheet.refused |= also
        if sheet.layout.table == "household":
            for at in np.flatnonzero(also):
                row = int(sheet.frame[ROW_COLUMN].iloc[at])
                details = {"got": mask_value(str(sheet.frame["hh"].iloc[at]))}
                sheet.flags.append(Flag(sheet.name, sheet.cell(row, "hh"), "household_held", details))


def notes_in_words(flags: Sequence[Flag]) -> list[str]:
    """Return the notes in words: one line for each thing noted, with its first cells."""
    grouped: dict[tuple[str, str, str], list[Flag]] = {}
    for flag in flags:
        if flag.refuses == "note":
            grouped.setdefault((flag.sheet, flag.rule, flag.message()), []).append(flag)
    lines = []
    for (sheet, _, _), group in [*grouped.items()][:_NOTE_LINES]:
        cells = [flag.cell for flag in group if flag.cell]
        place = f"{sheet}!" if sheet and cells else f"{sheet}: " if sheet else ""
        where = _join_briefly(cells[:8]) + (f" …({len(cells)})" if len(cells) > 8 else "")
        lines.append(f"{place}{where}{': ' if cells else ''}{group[0].message()}")
    return lines
