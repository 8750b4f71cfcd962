"""Checking files: what `povlib intake check` answers.

Responsible for taking files through the reader, the checks and the rule packs to verdicts. Loads
nothing. Not responsible for writing to the ledger (`loading`) or receipts (`receipts`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from povlib.errors import IntakeError
from povlib.intake.checks.audit import run_audit_rules
from povlib.intake.checks.column_learning import question_unlike_values
from povlib.intake.checks.house_checks import KnownHouses, check_houses
from povlib.intake.checks.photo_check import take_photos
from povlib.intake.checks.villages.told_files import ToldTogether
from povlib.intake.checks.villages.told_rows import told_beside
from povlib.intake.checks.villages.village_checks import check_villages
from povlib.intake.files.reader_process import ReceivedFile, read_files
from povlib.intake.records.ledger_rows import Frames, ledger_rows
from povlib.intake.sheets.columns import ReadingContext
from povlib.intake.sheets.file_check import FileCheck, check_received_file, hold_households, notes_in_words
from povlib.intake.sheets.layouts import Villages, read_layouts, read_villages
from povlib.intake.sheets.row_conflicts import HouseholdPairs
from povlib.intake.verdict import FileVerdict, heaviest_verdict
from povlib.ledger import PhotoStore
from povlib.places import PARAMS

Progress = Callable[[str, float], None]
RowsOfFile = Callable[[FileCheck, Mapping[str, str]], Frames]


def check(
    files: Sequence[str | Path],
    villages: Villages | str | Path | Sequence[dict[str, Any]] | None = None,
    rules: str | Path | None = None,
    state: Any = None,
    *,
    today: dt.date | None = None,
    photos: PhotoStore | None = None,
    progress: Progress | None = None,
) -> list[FileVerdict]:
    r"""Check files and load nothing.

    Parameters
    ----------
    files : sequence of path
        Workbooks (.xlsx, .xls) or text files (.csv).
    villages : Villages, path, or rows ``{name, aliases}``, optional
        Registered villages; default ``params/villages.yaml``.
    rules : path, optional
        Folder with ``mappings/`` and ``rules/``; default ``params``.
    state : State, optional
        What the ledger knows, so that only known households may be referred to.
    today : date, optional
        Day after which a date is in the future; default the computer's.
    photos : PhotoStore, optional
        An office's photos; with it those that the files name are looked at too, and none is kept.
    progress : callable, optional
        Called with stage and share done.

    Returns
    -------
    list of FileVerdict
        In the order of `files`; whatever a file holds, it gets a verdict.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "a.csv")
    >>> _ = path.write_text("户编号,户主姓名,身份证号,村,人口,致贫原因,人均纯收入,住房等级,备注\n"
    ...     "0007,测试,11010519491231002X,联胜,3,因病,2800,危房,\n", encoding="utf-8")
    >>> verdict = check([path])[0]
    >>> verdict.verdict, verdict.loaded, [(flag.cell, flag.rule) for flag in verdict.flags]
    ('reject_cells', 1, [('H2', 'unknown_code_near')])
    >>> folder.cleanup()
    """
    households = frozenset(state.households["hh"].astype(str)) if state is not None else frozenset()
    checks = check_files(files, villages, rules, households=households, today=today, progress=progress)
    told = ToldTogether([told_beside(found) for found in checks])
    frames = partial(getattr, state) if hasattr(state, "building_sites") else None
    known = KnownHouses.of(frames) if frames is not None else None
    for at, found in enumerate(checks):
        if not found.refused:
            check_houses(found, known)
            check_villages(found, frames, told.beside(at))
            take_photos(found, photos, dry=True)
            told.renew(at, told_beside(found))
    return [verdict_for(found) for found in checks]


def check_files(
    files: Sequence[str | Path],
    villages: Villages | str | Path | Sequence[dict[str, Any]] | None = None,
    rules: str | Path | None = None,
    *,
    households: frozenset[str] = frozenset(),
    decided: HouseholdPairs = frozenset(),
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> list[FileCheck]:
    """Check files and return everything found in them, sheets included."""
    setting = CheckSetting(registered_villages(villages), rules, today or dt.date.today(), households, decided)
    return [check_received(received, setting) for received in read_files(files, progress)]


@dataclass(frozen=True)
class CheckSetting:
    """What files are checked against, the same for all of them: no file is judged by another.

    `households` are those that the ledger knows, `decided` the pairs that were decided to be different.
    """

    villages: Villages
    rules: str | Path | None
    today: dt.date
    households: frozenset[str] = frozenset()
    decided: HouseholdPairs = frozenset()


def check_received(received: ReceivedFile, setting: CheckSetting) -> FileCheck:
    """Check one received file by all that needs no ledger."""
    known = read_layouts(mappings_folder(setting.rules))
    rule_packs = _own_or_shipped_folder(rules_folder(setting.rules), "rules")
    reading = ReadingContext(setting.villages, setting.today, received.base_1904, received.kind == "text")
    file_check = check_received_file(received, known, reading, setting.decided, setting.households)
    file_check.rules = rule_packs
    if file_check.sheets and not file_check.refused:
        # before the rules of an office: what is no amount must not enter their sums
        question_unlike_values(file_check)
        run_audit_rules(file_check, setting.today, rule_packs)
        hold_households(file_check)
    return file_check


def rules_folder(rules: str | Path | None) -> Path:
    """Return the folder of mappings and rules: the one given, else ``params``.

    Raises
    ------
    IntakeError
        If the one given is no folder.
    """
    if rules and not Path(rules).is_dir():
        raise IntakeError("there is no such folder", where=str(rules), allowed="a folder with mappings/ and rules/")
    return Path(rules) if rules else PARAMS


def mappings_folder(rules: str | Path | None) -> Path:
    """Return the folder of mappings of an office, or the shipped one."""
    return _own_or_shipped_folder(rules_folder(rules), "mappings")


def _own_or_shipped_folder(folder: Path, name: str) -> Path:
    """Return an office's own mappings or rules where it has them, else the shipped ones."""
    own = folder / name
    return own if own.is_dir() else PARAMS / name


def verdict_for(
    file_check: FileCheck, heads: Mapping[str, str] | None = None, rows_of: RowsOfFile = ledger_rows
) -> FileVerdict:
    """Return the verdict on a checked file, with the rows it would load; `heads` and `rows_of` as `ledger_rows`."""
    flags = file_check.all_flags()
    verdict = FileVerdict(
        file_check.received.file,
        heaviest_verdict(flags),
        flags=flags,
        sha256=file_check.received.sha256,
        found=file_check,
    )
    verdict.notes = notes_in_words(flags)
    if not file_check.refused:
        verdict.loaded = len(file_check.households())
        verdict.rows = rows_of(file_check, heads or {})
    return verdict


def registered_villages(villages: Villages | str | Path | Sequence[dict[str, Any]] | None) -> Villages:
    """Return registered villages from what a caller may give."""
    if isinstance(villages, Villages):
        return villages
    if villages is None or isinstance(villages, (str, Path)):
        return read_villages(Path(villages) if villages else None)
    return Villages.of(villages)
