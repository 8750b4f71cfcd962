"""What cannot be in the sheets about houses: bills, weeks of the works, days, credit, sites.

Responsible for rules between a row and the rest of the file or the ledger: an estimate before what varies it, a
percentage that does not go back in silence, works and sites that somebody knows. Not responsible for single cells
(`povlib.intake.sheets.columns`) or photos (`photo_check`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from povlib.intake.form import form
from povlib.intake.records.house_frames import day_number
from povlib.intake.sheets.checked_sheet import ROW_COLUMN, CheckedSheet
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.verdict import Flag, cap_flags, mask_value
from povlib.money import yuan
from povlib.params.tables import table
from povlib.vocabulary.help_and_works import works_finished

ESTIMATE, VARIATION = "estimate", "variation"
CREDIT = "credit"
_HOUSE_SHEETS = ("housing", "dwelling", "bill", "progress", "credit", "site")


@dataclass(frozen=True)
class KnownHouses:
    """What the ledger knows about houses that a file is judged by.

    Attributes
    ----------
    homes : mapping
        Household by works.
    estimated : frozenset of str
        Works whose bill has an estimate.
    weeks : mapping
        (day as yyyymmdd, percent) by works, in order of days.
    sites : frozenset of str
        Building sites.
    """

    homes: Mapping[str, str] = field(default_factory=dict)
    estimated: frozenset[str] = frozenset()
    weeks: Mapping[str, list[tuple[int, float]]] = field(default_factory=dict)
    sites: frozenset[str] = frozenset()

    @classmethod
    def of(cls, frame: Callable[[str], pd.DataFrame]) -> KnownHouses:
        """Return what frames of a State say, each read by its name; no more of works than that nobody knows them."""
        works, sites = frame("projects"), frozenset(map(str, frame("building_sites")["site"]))
        if works.empty:
            return cls(sites=sites)
        bills, weeks = frame("bill_items"), frame("progress").dropna(subset=["pct"])
        told: dict[str, list[tuple[int, float]]] = {}
        for project, week, pct in weeks[["project", "week", "pct"]].sort_values("week").itertuples(index=False):
            told.setdefault(str(project), []).append((int(week), float(pct)))
        estimates = bills.loc[bills["stage"] == ESTIMATE, "project"]
        return cls(
            dict(zip(works["project"].astype("str"), works["hh"].astype("str"), strict=True)),
            frozenset(map(str, estimates)) | frozenset(map(str, frame("project_items")["project"])),
            told,
            sites,
        )


def check_houses(check: FileCheck, known: KnownHouses | None) -> None:
    """Add what is wrong with the sheets about houses, and refuse the rows or empty the cells that cannot hold.

    Parameters
    ----------
    check : FileCheck
        A checked file.
    known : KnownHouses, optional
        What the ledger knows; None where no ledger is there to ask: then nothing is refused for being unknown to it.
    """
    if not any(sheet.layout.table in _HOUSE_SHEETS for sheet in check.sheets):
        return
    works = {**_told(check, "housing", "project", "hh"), **({} if known is None else known.homes)}
    check.homes = {str(project): str(hh) for project, hh in works.items()}
    if known is not None:
        for sheet in _sheets_of(check, "bill", "progress", "credit"):
            _refuse_unknown_works(sheet, check.homes)
        _empty_unknown_sites(check, known)
    _check_bills(check, known)
    _check_weeks(check, known)
    for sheet in _sheets_of(check, "housing"):
        _check_days(sheet)
    for sheet in _sheets_of(check, "dwelling"):
        _check_ways(sheet)
    for sheet in _sheets_of(check, "credit"):
        _check_credit(sheet)


def _sheets_of(check: FileCheck, *tables: str) -> list[CheckedSheet]:
    return [sheet for sheet in check.sheets if sheet.layout.table in tables and len(sheet.frame)]


def _told(check: FileCheck, table_of: str, key: str, value: str) -> dict[Any, Any]:
    """Return one column by another, of the rows of a kind of sheet that load."""
    told: dict[Any, Any] = {}
    for sheet in _sheets_of(check, table_of):
        rows = sheet.frame.loc[~sheet.refused, [key, value]].dropna()
        told.update(zip(rows[key], rows[value], strict=True))
    return told


def _rows(sheet: CheckedSheet) -> Iterator[tuple[int, Any]]:
    """Yield the rows that still load, with their places, as they stand when the first is asked for."""
    names = list(sheet.frame)
    rows = list(zip(*(sheet.frame[name].tolist() for name in names), strict=True))
    for at in np.flatnonzero(~sheet.refused).tolist():
        yield at, dict(zip(names, rows[at], strict=True))


def _say(
    sheet: CheckedSheet, at: int, key: str, rule: str, got: object = "", value: object = "", level: str = ""
) -> Flag:
    row = int(sheet.frame[ROW_COLUMN].iloc[at])
    key = key if key in sheet.places else sheet.layout.unique[0]
    values = {"field": sheet.layout.canonical[key], "got": mask_value(str(got)), "value": mask_value(str(value))}
    return Flag(sheet.name, sheet.cell(row, key), rule, values, level)


def _empty(sheet: CheckedSheet, at: int, key: str) -> None:
    # the index of a checked sheet counts its rows
    sheet.frame.loc[at, key] = None


def _keep(sheet: CheckedSheet, flags: Iterable[Flag]) -> None:
    by_rule: dict[str, list[Flag]] = {}
    for flag in flags:
        by_rule.setdefault(flag.rule, []).append(flag)
    for found in by_rule.values():
        sheet.flags.extend(cap_flags(found))


def _refuse_unknown_works(sheet: CheckedSheet, homes: Mapping[str, str]) -> None:
    flags = []
    for at, row in _rows(sheet):
        if (project := row["project"]) is not None and project not in homes:
            flags.append(_say(sheet, at, "project", "project_unknown", project, form().sheet("housing").name))
            sheet.refused[at] = True
    _keep(sheet, flags)


def _empty_unknown_sites(check: FileCheck, known: KnownHouses) -> None:
    sites = {*known.sites, *_told(check, "site", "site", "village")}
    for sheet in _sheets_of(check, "dwelling"):
        flags = []
        for at, row in _rows(sheet):
            if row["site"] is not None and row["site"] not in sites:
                flags.append(_say(sheet, at, "site", "site_unknown", row["site"], form().sheet("site").name))
                _empty(sheet, at, "site")
        _keep(sheet, flags)


def _check_bills(check: FileCheck, known: KnownHouses | None) -> None:
    """Refuse what comes before an estimate and amounts below zero; name items without quantity or price."""
    told = {
        row["project"] for sheet in _sheets_of(check, "bill") for _, row in _rows(sheet) if row["stage"] == ESTIMATE
    }
    told |= set(_told(check, "housing", "project", "item"))
    estimated = told if known is None else told | known.estimated
    for sheet in _sheets_of(check, "bill"):
        flags = []
        for at, row in _rows(sheet):
            if known is not None and row["stage"] != ESTIMATE and row["project"] not in estimated:
                flags.append(_say(sheet, at, "stage", "bill_first", table("bill_stage").show(row["stage"])))
                sheet.refused[at] = True
            elif row["quantity"] is not None and row["quantity"] < 0 and row["stage"] != VARIATION:
                flags.append(_say(sheet, at, "quantity", "bill_below_zero", f"{row['quantity']:g}"))
                sheet.refused[at] = True
            else:
                blank = (
                    key for key in ("quantity", "unit_price") if row[key] is None and not _is_flagged(sheet, at, key)
                )
                flags += [_say(sheet, at, key, "bill_unmeasured") for key in blank]
        _keep(sheet, flags)


def _is_flagged(sheet: CheckedSheet, at: int, key: str) -> bool:
    """Whether a cell was refused before, and is empty for that reason."""
    if key not in sheet.places:
        return False
    cell = sheet.cell(int(sheet.frame[ROW_COLUMN].iloc[at]), key)
    return any(flag.cell == cell and flag.refuses != "note" for flag in sheet.flags)


def _check_weeks(check: FileCheck, known: KnownHouses | None) -> None:
    """Refuse percentages that go back without words, and two reports of one day that differ."""
    weeks: dict[str, list[tuple[int, float]]] = {p: list(w) for p, w in (known.weeks if known else {}).items()}
    beside: dict[tuple[str, int], float] = {}
    for sheet in _sheets_of(check, "housing"):
        for _, row in _rows(sheet):
            day = day_number(row["week"])
            if row["progress"] is not None and day is not None:
                beside[row["project"], day] = float(row["progress"])
    for sheet in _sheets_of(check, "progress"):
        flags = []
        rows = [(at, row, day) for at, row in _rows(sheet) if (day := day_number(row["week"])) is not None]
        for at, row, _ in [(at, row, day) for at, row in _rows(sheet) if (day := day_number(row["week"])) is None]:
            flags.append(_say(sheet, at, "week", "vague_date", row["week"], level="reject_rows"))
            sheet.refused[at] = True
        for at, row, day in sorted(rows, key=lambda found: found[2]):
            project, pct = row["project"], row["progress"]
            if pct is None:
                continue
            other = beside.get((project, day), pct)
            before = max((w for w in weeks.get(project, []) if w[0] < day), default=(0, 0.0))[1]
            rule = "progress_twice" if other != pct else "" if pct >= before else (
                "progress_back_told" if row["week_text"] else "progress_back")  # fmt: skip
            if rule:
                flags.append(
                    _say(sheet, at, "progress", rule, pct, f"{other if rule == 'progress_twice' else before:g}")
                )
                sheet.refused[at] = rule != "progress_back_told"
            if not sheet.refused[at]:
                weeks.setdefault(project, []).append((day, float(pct)))
        _keep(sheet, flags)


def _check_days(sheet: CheckedSheet) -> None:
    """Empty days of the end that lie before the start; ask about a day of the end of works that are not finished."""
    flags = []
    for at, row in _rows(sheet):
        start = day_number(row["start_day"])
        for key in ("planned_done_day", "done_day"):
            day = day_number(row[key])
            if start is not None and day is not None and day < start:
                flags.append(_say(sheet, at, key, "day_before_start", row[key], row["start_day"]))
                _empty(sheet, at, key)
        if sheet.frame["done_day"].iloc[at] is not None and row["status"] not in (None, works_finished()):
            flags.append(_say(sheet, at, "done_day", "done_unfinished", row["status"]))
    _keep(sheet, flags)


def _check_ways(sheet: CheckedSheet) -> None:
    flags = []
    for at, row in _rows(sheet):
        if row["way"] == CREDIT and row["guarantor"] is None:
            flags.append(_say(sheet, at, "way", "way_unguaranteed"))
            _empty(sheet, at, "way")
    _keep(sheet, flags)


def _check_credit(sheet: CheckedSheet) -> None:
    """Refuse credit without amount, guarantor or months, or due before it was given; empty what is repaid too much."""
    flags = []
    for at, row in _rows(sheet):
        lacking = [key for key in ("guarantor", "village", "amount", "from_month", "due_month") if row[key] is None]
        flags += [_say(sheet, at, key, "credit_needs") for key in lacking]
        if not lacking and row["due_month"].ordinal < row["from_month"].ordinal:
            flags.append(_say(sheet, at, "due_month", "credit_due", row["due_month"], row["from_month"]))
            lacking = ["due_month"]
        sheet.refused[at] = bool(lacking)
        if not lacking and row["repaid"] is not None and row["repaid"] > row["amount"]:
            flags.append(_say(sheet, at, "repaid", "repaid_more", yuan(int(row["repaid"])), yuan(int(row["amount"]))))
            _empty(sheet, at, "repaid")
    _keep(sheet, flags)
