"""What only the ledger can tell of a checked file: an older month, a household that moved, numbers held elsewhere.

Responsible for holding a file against what the ledger knows and against the files that come in with it. Not
responsible for appending it (`loading`), nor for what a file says by itself (`povlib.intake.checks.check`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from povlib.calendar import Month
from povlib.intake.checks.column_learning import question_against_past
from povlib.intake.checks.house_checks import KnownHouses, check_houses
from povlib.intake.checks.villages.told_files import OtherFiles
from povlib.intake.checks.villages.village_checks import check_villages
from povlib.intake.records.known_households import KnownHouseholds
from povlib.intake.records.ledger_rows import UNVERIFIED
from povlib.intake.sheets.checked_sheet import ROW_COLUMN
from povlib.intake.sheets.file_check import FileCheck, hold_households
from povlib.intake.sheets.row_conflicts import hold_shared_identities
from povlib.intake.verdict import Flag, mask_value

_REGISTERS = ("household", "household_brief")


def compare_with_ledger(
    known: KnownHouseholds, file_check: FileCheck, month: Month | None, older: bool, beside: OtherFiles
) -> None:
    """Add what only the ledger can tell; a file that is refused is left as it is."""
    if file_check.refused:
        return
    households = file_check.households()
    if month and file_check.month and file_check.month != month:
        file_check.flags.append(Flag("", "", "wrong_month", {"got": file_check.month.label(), "value": month.label()}))
    if file_check.month and not older and known.last_month(households) > file_check.month.yyyymm:
        file_check.flags.append(Flag("", "", "older_content"))
    shared = known.elsewhere(file_check)
    if shared:
        hold_shared_identities(file_check.sheets, shared, known.decided)
    _hold_moved_households(known, file_check)
    _question_against_past(known, file_check)
    hold_households(file_check)
    check_houses(file_check, KnownHouses.of(partial(known.works_of, file_check)))
    check_villages(file_check, known.frame, beside, known)
    _note_unreported_households(known, file_check, households)


def _question_against_past(known: KnownHouseholds, file_check: FileCheck) -> None:
    """Ask about this month's amounts that are in another unit than the household's months in the ledger."""
    month = file_check.month
    if month is None:
        return
    for sheet in file_check.sheets:
        # a file that brings many months is compared with itself (`column_learning`)
        if sheet.layout.unique != ("hh", "month") or sheet.frame["hh"].duplicated().any():
            continue
        told = sheet.frame["hh"].dropna().astype("str")
        for field in sheet.layout.columns:
            if field.kind == "money" and field.key in sheet.places:
                question_against_past(sheet, field.key, known.past_amounts(field, month.yyyymm, told))


def _hold_moved_households(known: KnownHouseholds, file_check: FileCheck) -> None:
    """Refuse and flag rows of households that the register knows in another village."""
    for sheet in file_check.sheets:
        if sheet.layout.table not in _REGISTERS:
            continue
        told, villages = sheet.frame[["hh", "village", ROW_COLUMN]].dropna(), known.registers.villages
        for at, hh, village, row in zip(told.index, told["hh"], told["village"], told[ROW_COLUMN], strict=True):
            before = villages.get(str(hh), "")
            if before in ("", UNVERIFIED, village):
                continue
            sheet.refused[int(at)] = True
            values = {"got": mask_value(str(hh)), "value": before}
            sheet.flags.append(Flag(sheet.name, sheet.cell(int(row), "hh"), "other_village", values))


def _note_unreported_households(known: KnownHouseholds, file_check: FileCheck, households: Sequence[str]) -> None:
    told = {
        str(v) for s in file_check.sheets if s.layout.table in _REGISTERS for v in s.frame["village"].dropna()
    }  # fmt: skip
    seen = {str(hh) for s in file_check.sheets if s.layout.table in _REGISTERS for hh in s.frame["hh"].dropna()}
    missing = sorted(known.registers.of_villages(told) - seen)
    if missing and seen:
        shown = "、".join(missing[:20]) + ("…" if len(missing) > 20 else "")
        file_check.flags.append(Flag("", "", "not_reported", {"got": f"{len(missing)}（{shown}）"}))
