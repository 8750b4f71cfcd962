"""cards: the family card of every household, one PDF a village, with names only for a named officer.

Responsible for the words. Not responsible for the cards (`povlib.runs.office.family_cards`).
"""

from __future__ import annotations

import argparse

from povlib.cli.terminal import print_paths
from povlib.cli.word import RUN, Word, argument, chosen_place, switch
from povlib.cli.words_meant import chosen_run
from povlib.words import language, text


def cards(options: argparse.Namespace) -> int:
    """Write the cards; with --names who opens them stands in the ledger before a name is read."""
    from povlib import ledger
    from povlib.errors import LedgerError
    from povlib.runs.office.family_cards import write_family_cards

    if options.names and not (options.officer and options.reason):
        raise LedgerError("names are opened only for a named officer and a stated purpose",
                          remedy="add: --officer OFFICER --reason REASON")  # fmt: skip
    made = chosen_run(options, chosen_place(options))
    who = None
    if options.names:
        who = ledger.BatchInfo(officer=options.officer, role="desk", reason=options.reason)
    print_paths(write_family_cards(made, language(), options.village or (), who, options.points))
    if who is not None:
        print(text("Logged: {officer}, {reason}.", officer=who.officer, reason=who.reason))
    return 0


WORDS = (
    Word(
        "cards",
        "the family card of every household, one PDF a village; names only with --names",
        cards,
        (
            RUN,
            argument("--village", "only this village; may stand several times", "VILLAGE", action="append"),
            switch("--names", "with the families' names: needs --officer and --reason, both are logged"),
            argument(
                "--points",
                "a household that asked for its points, on its card alone; may stand several times",
                "HOUSEHOLD",
                action="append",
                default=[],
            ),
            argument("--officer", "who does this, as it will stand in the ledger", "OFFICER", default=""),
            argument("--reason", "why, as it will stand in the ledger", "REASON", default=""),
        ),
        then="report latest",
    ),
)
