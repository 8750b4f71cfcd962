"""Words about received files: load."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from povlib import intake, ledger
from povlib.calendar import Month
from povlib.cli.checking import REFUSING, as_json, said
from povlib.cli.planning import place_of
from povlib.cli.progress import progress_bar
from povlib.errors import IntakeError
from povlib.intake.verdict import told_name
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.storage.process_lock import one_at_a_time
from povlib.words import text


def load_inbox(place: Place, officer: str, files: list[Path] | None = None, **how: Any) -> int:
    """Load the inbox of an office (or `files`); return how many files were refused in whole or in part.

    `how` goes on to `read_inbox`.
    """
    verdicts = read_inbox(place, officer, files, **how)
    _print_verdicts(verdicts, place)
    return sum(verdict.verdict in REFUSING and not verdict.already for verdict in verdicts)


def read_inbox(
    place: Place,
    officer: str,
    files: list[Path] | None = None,
    *,
    villages: Path | None = None,
    rules: Path | None = None,
    month: Month | None = None,
    older: bool = False,
) -> list[intake.FileVerdict]:
    """Load the inbox of an office (or `files`) by its own villages, mappings and rules; say nothing."""
    chosen = files or sorted(p for p in place.office.inbox.iterdir() if p.is_file() and not p.name.startswith("."))
    if not chosen:
        raise IntakeError(
            "the inbox is empty", where=str(place.office.inbox), remedy="put the villages' workbooks there"
        )
    info = ledger.BatchInfo(officer=officer, role="load", reason="")
    own = place.office.params
    with progress_bar(3) as report, one_at_a_time(place.office.folder / ".load.lock"), open_book(place) as book:
        return intake.load(
            book,
            chosen,
            info,
            villages=villages or own / "villages.yaml",
            rules=rules or own,
            month=month,
            older=older,
            receipts=place.office.receipts,
            forms=place.office.folder / "forms",
            progress=report,
        )


def _print_verdicts(verdicts: list[intake.FileVerdict], place: Place) -> None:
    counts = Counter("again" if verdict.already else verdict.verdict for verdict in verdicts)
    words = {
        "accept": "{n} files loaded",
        "accept_with_notes": "{n} files loaded, with notes",
        "reject_cells": "{n} files loaded without the cells that are wrong",
        "reject_rows": "{n} files loaded without the rows that are wrong",
        "reject_file": "{n} files refused",
        "again": "{n} files were loaded before: nothing added",
    }
    for key, words_of in words.items():
        if counts[key]:
            print(("✗ " if key in REFUSING else "✓ ") + text(words_of, n=counts[key]))
    for verdict in verdicts:
        if verdict.verdict in REFUSING and not verdict.already:
            print(f"  {told_name(Path(verdict.file).name)}")
            for flag in [f for f in verdict.flags if f.refuses != "note"][:10]:
                print("    " + said(flag))
    if any(verdict.verdict in REFUSING for verdict in verdicts):
        print("  " + text("Receipts for the villages: {folder}", folder=str(place.office.receipts)))


def load(options: argparse.Namespace) -> int:
    """Load the inbox or the files named."""
    place = place_of(options)
    files = [Path(name) for name in options.files] or None
    how: dict[str, Any] = {
        "villages": Path(options.villages) if options.villages else None,
        "rules": Path(options.rules) if options.rules else None,
        "month": Month.parse(options.month) if options.month else None,
        "older": options.older,
    }
    if not options.json:
        return 1 if load_inbox(place, options.officer, files, **how) else 0
    return as_json(read_inbox(place, options.officer, files, **how))
