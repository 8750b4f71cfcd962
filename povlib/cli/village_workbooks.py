"""Words about received workbooks: load, and intake check, which loads nothing.

Responsible for saying and printing verdicts. Not responsible for any rule (`povlib.intake`) or for the ledger.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from povlib.calendar import Month
from povlib.cli.interruption import kept_when_interrupted
from povlib.cli.terminal import progress_bar
from povlib.cli.word import OFFICER, Word, argument, chosen_place, switch
from povlib.words import text

if TYPE_CHECKING:
    from povlib import intake
    from povlib.runs import Place

_VERDICTS = {
    "accept": "accepted",
    "accept_with_notes": "accepted, with notes",
    "reject_cells": "accepted without the cells that are wrong",
    "reject_rows": "accepted without the rows that are wrong",
    "reject_file": "refused",
}
# findings printed for one file; the receipt holds all of them
_FLAGS_SHOWN = 10


def check_workbooks(options: argparse.Namespace) -> int:
    """Check files without loading anything: 0 when all of every file would load, else 1.

    Imports `povlib.intake` alone: a village checks a file on a computer that has neither a ledger nor a plan.
    """
    from povlib import intake

    verdicts = intake.check(options.files, villages=options.villages, rules=options.rules)
    options.then = "load {files}" if not _exit_code(verdicts) else "intake check {files}"
    return _print_checked(verdicts, as_json=options.json)


def _print_checked(verdicts: list[intake.FileVerdict], *, as_json: bool) -> int:
    """Print verdicts on files of which nothing was loaded; 1 when anything new is refused, else 0."""
    from povlib.intake.verdict import printable_file_name

    if as_json:
        return _print_json(verdicts)
    for verdict in verdicts:
        words = text("{n} households", n=verdict.loaded)
        print(f"{printable_file_name(verdict.file)}: {text(_VERDICTS[verdict.verdict])} ({words})")
        for flag in verdict.flags:
            print("  " + _finding_line(flag))
    return _exit_code(verdicts)


def _finding_line(flag: intake.Flag) -> str:
    """Return a finding after its place: sheet and cell, or as much of it as there is."""
    where = f"{flag.sheet}!{flag.cell}".strip("!")
    return f"{where}  {flag.message()}" if where else flag.message()


def _print_json(verdicts: list[intake.FileVerdict]) -> int:
    """Print one JSON list, in UTF-8 whatever the console speaks, and nothing else."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps([verdict.as_json() for verdict in verdicts], ensure_ascii=False, indent=1))
    return _exit_code(verdicts)


def _exit_code(verdicts: list[intake.FileVerdict]) -> int:
    """Return 1 when a verdict refuses anything new, else 0."""
    return 1 if any(verdict.refuses for verdict in verdicts) else 0


def load(options: argparse.Namespace) -> int:
    """Load the inbox or the files named."""
    place = chosen_place(options)
    files = [Path(name) for name in options.files] or None
    how: dict[str, Any] = {
        "villages": Path(options.villages) if options.villages else None,
        "rules": Path(options.rules) if options.rules else None,
        "month": Month.parse(options.month) if options.month else None,
        "older": options.older,
    }
    if options.dry:
        options.then = "load {files}" if files else "load"
        return _print_checked(load_workbooks(place, options.officer, files, dry=True, **how), as_json=options.json)
    if not options.json:
        refused = load_inbox(place, options.officer, files, **how)
        if refused:
            options.then = "load {files}" if files else "load"
        return 1 if refused else 0
    return _print_json(load_workbooks(place, options.officer, files, **how))


def load_inbox(place: Place, officer: str, files: list[Path] | None = None, **how: Any) -> int:
    """Load the inbox of an office (or `files`); return how many files were refused in whole or in part.

    `how` goes on to `load_workbooks`.
    """
    from povlib.intake.files.inbox import note_of_left_overs

    verdicts = load_workbooks(place, officer, files, **how)
    if not files and (note := note_of_left_overs(place.office.inbox)):
        print(note)
    _print_verdicts(verdicts, place)
    return sum(verdict.refuses for verdict in verdicts)


def load_workbooks(place: Place, officer: str, files: list[Path] | None = None, **how: Any) -> list[intake.FileVerdict]:
    """Load the inbox of an office (or `files`) with a bar, and print nothing else.

    `how` goes on to `povlib.runs.routine.inbox_loading.load_workbooks`.
    """
    from povlib.runs.routine import inbox_loading

    with kept_when_interrupted(_kept_files), progress_bar(2) as report:
        return inbox_loading.load_workbooks(place, officer, files, progress=report, **how)


def _kept_files() -> str:
    return text("Interrupted; files recorded before are kept, the others untouched. Type the same command again.")


def _print_verdicts(verdicts: list[intake.FileVerdict], place: Place) -> None:
    from povlib.intake.verdict import printable_file_name

    counts = Counter("again" if verdict.already else verdict.verdict for verdict in verdicts)
    words = {
        "accept": "{n} files loaded",
        "accept_with_notes": "{n} files loaded, with notes",
        "reject_cells": "{n} files loaded without the cells that are wrong",
        "reject_rows": "{n} files loaded without the rows that are wrong",
        "reject_file": "{n} files refused",
        "again": "{n} files were loaded before: nothing added",
    }
    for key, words_of_verdict in words.items():
        if counts[key]:
            print(("✗ " if key.startswith("reject") else "✓ ") + text(words_of_verdict, n=counts[key]))
    for verdict in verdicts:
        if verdict.refuses:
            print(f"  {printable_file_name(Path(verdict.file).name)}")
            for flag in [f for f in verdict.flags if f.refuses != "note"][:_FLAGS_SHOWN]:
                print("    " + _finding_line(flag))
    if any(verdict.refuses for verdict in verdicts):
        print("  " + text("Receipts for the villages: {folder}", folder=str(place.office.receipts)))


_INTAKE_OPTIONS = (
    argument(
        "--rules",
        "a folder with mappings/ and rules/; default: load: the office's own; check: params/",
        "FOLDER",
        default=None,
    ),
    argument(
        "--villages",
        "a villages.yaml; default: load: the office's own; check: params/villages.yaml",
        "FILE",
        default=None,
    ),
    switch("--json", "print the verdicts as JSON"),
)

WORDS = (
    Word(
        "load",
        "read the inbox (or the files named) into the ledger",
        load,
        (
            argument("files", "workbooks of the villages; default: everything in the inbox", "FILE", nargs="*"),
            OFFICER,
            argument("--month", "refuse files for another month, such as 2016-05", "MONTH", default=None),
            switch("--dry", "say what loading would say, and load nothing"),
            switch("--older", "take files older than what the ledger holds: the village was asked"),
            *_INTAKE_OPTIONS,
        ),
        then="plan base",
    ),
    Word(
        "intake",
        "check workbooks without loading anything",
        check_workbooks,
        (
            argument("action", "check workbooks without loading anything", choices=["check"]),
            argument("files", "workbooks of the villages", "FILE", nargs="+"),
            *_INTAKE_OPTIONS,
        ),
        then="load FILE",
    ),
)
