"""The word that writes the file of each house: one page with bill, photos, account and lines to sign."""

from __future__ import annotations

import argparse

from povlib.cli.word import Word, argument, chosen_place
from povlib.words import text


def house_files(options: argparse.Namespace) -> int:
    """Write one page a house, as PDF and Word, into the office's desk folder."""
    from povlib.runs.facts.houses.house_files import write_files_of_houses

    for path in write_files_of_houses(chosen_place(options), options.households, options.village):
        print("  → " + str(path))
    print(text("These pages hold facts of single families: they stay in the office, never among the papers."))
    return 0


WORDS = (
    Word(
        "house-files",
        "one page a house for the file: bill, photos, account, signatures",
        house_files,
        (
            argument("households", "keys of households; none: all with works on their house", "HOUSEHOLD", nargs="*"),
            argument("--village", "only houses of this village", example="联胜", default=""),
        ),
        then="ledger photos",
    ),
)
