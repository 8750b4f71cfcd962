"""Words about received files before anything is loaded: intake check.

Responsible for saying and printing verdicts. Kept apart from `povlib.cli.ledgers` so that checking a
file loads neither the ledger's rooms nor those of plans. Not responsible for loading.
"""

from __future__ import annotations

import argparse
import io
import json
import sys

from povlib import intake
from povlib.intake.verdict import told_name
from povlib.words import text

REFUSING = ("reject_cells", "reject_rows", "reject_file")


def intake_check(options: argparse.Namespace) -> int:
    """Check files without loading anything: 0 when all of every file would load, else 1."""
    verdicts = intake.check(options.files, villages=options.villages, rules=options.rules)
    if options.json:
        return as_json(verdicts)
    for verdict in verdicts:
        words = text("{n} households", n=verdict.loaded)
        print(f"{told_name(verdict.file)}: {verdict.verdict} ({words})")
        for flag in verdict.flags:
            print("  " + said(flag))
    return code(verdicts)


def said(flag: intake.Flag) -> str:
    """Return a finding after its place: sheet and cell, or as much of it as there is."""
    where = f"{flag.sheet}!{flag.cell}".strip("!")
    return f"{where}  {flag.message()}" if where else flag.message()


def as_json(verdicts: list[intake.FileVerdict]) -> int:
    """Print one JSON list, in UTF-8 whatever the console speaks, and nothing else."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps([verdict.as_json() for verdict in verdicts], ensure_ascii=False, indent=1))
    return code(verdicts)


def code(verdicts: list[intake.FileVerdict]) -> int:
    """Return the exit code of verdicts: 1 when one of them refuses anything new."""
    return 1 if any(verdict.verdict in REFUSING and not verdict.already for verdict in verdicts) else 0
