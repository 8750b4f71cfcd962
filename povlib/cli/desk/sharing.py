"""share: the monthly digest as files and as letters, and what became of each letter.

Responsible for printing. Not responsible for what is shared or sent (`povlib.runs.sharing`).
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from povlib.calendar import Month
from povlib.cli.terminal import print_table
from povlib.cli.word import Group, Word, argument, chosen_place, switch
from povlib.words import language, text

if TYPE_CHECKING:
    from povlib.runs.sharing.outbox import Letter

_STANDINGS = {
    "waits": "waits to be sent",
    "sent": "sent",
    "refused": "refused by the mail server",
    "unknown": "may have arrived: ask the recipient",
    "settled": "arrived, a person says",
}
#: digits of a letter's name that are shown and typed
_SHORT = 8


def share_digest(options: argparse.Namespace) -> int:
    """Write the digest of a month and print where it lies."""
    from povlib.runs.sharing.month_sharing import write_digest

    _, paths = write_digest(chosen_place(options), options.month, language())
    for path in paths:
        print(f"  → {path}")
    return 0


def share_letters(options: argparse.Namespace) -> int:
    """Put the digest into the outbox, one letter a recipient."""
    from povlib.runs.run_folders import find_run
    from povlib.runs.sharing.month_sharing import put_letters

    place = chosen_place(options)
    run = find_run(options.run, place) if options.run else None
    new = put_letters(place, options.month, language(), run)
    print(text("{n} letters were put into the outbox; what was in it already is not sent again.", n=len(new)))
    return 0


def share_send(options: argparse.Namespace) -> int:
    """Send what waits; 1 when a person is needed."""
    from povlib.params.procedures.sharing import load_sharing
    from povlib.runs.sharing.outbox import outbox_of

    place = chosen_place(options)
    box = outbox_of(place)
    box.send(load_sharing(place.office.params), lambda letter: print(_line(letter)))
    left = [letter for letter in box.letters() if letter.standing not in ("sent", "settled")]
    if not left:
        print(text("Nothing waits in the outbox."))
        return 0
    print(text("{n} letters have not surely arrived.", n=len(left)))
    options.then = "share outbox"
    return 1


def share_outbox(options: argparse.Namespace) -> int:
    """Print every letter with what is known of it."""
    import pandas as pd

    from povlib.runs.sharing.outbox import outbox_of

    letters = outbox_of(chosen_place(options)).letters()
    if not letters:
        print(text("The outbox is empty."))
        return 0
    print_table(
        pd.DataFrame(
            {
                text("letter"): [one.name[:_SHORT] for one in letters],
                text("month"): [one.month for one in letters],
                text("recipient"): [one.recipient for one in letters],
                text("what is known"): [text(_STANDINGS[one.standing]) for one in letters],
                text("tries"): [one.tries for one in letters],
                text("reason"): [one.reason for one in letters],
            }
        )
    )
    if any(one.standing in ("unknown", "refused") for one in letters):
        print(
            text(
                "A letter that may have arrived is never sent again by itself. Ask the recipient, then: "
                "python3 workbench.py share settle LETTER --arrived, or --again"
            )
        )
    return 0


def share_settle(options: argparse.Namespace) -> int:
    """Note what a person found out of a letter."""
    from povlib.errors import RunError
    from povlib.runs.sharing.outbox import outbox_of

    if options.arrived == options.again:
        raise RunError("say whether the letter arrived or is to be sent again", allowed="--arrived, --again")
    letter = outbox_of(chosen_place(options)).settle(options.letter, arrived=options.arrived)
    print(_line(letter))
    return 0


def share_package(options: argparse.Namespace) -> int:
    """Write the papers of a run as a file that only its recipients can open."""
    from povlib.runs.run_folders import find_run
    from povlib.runs.sharing.month_sharing import write_package

    place = chosen_place(options)
    for path in write_package(place, find_run(options.run, place), language()):
        print(f"  → {path}")
    return 0


def _line(letter: Letter) -> str:
    reason = f"{text(': ')}{letter.reason}" if letter.reason else ""
    return f"  {letter.name[:_SHORT]}  {letter.recipient}  {text(_STANDINGS[letter.standing])}{reason}"


SHARE = Group("share", "what the villages did: digest, letters, outbox")

WORDS = (
    Word(
        "digest",
        "write the digest of a month: page, PDF and the long image for the group",
        share_digest,
        (argument("month", "the month; default the last with data", "MONTH", type=Month.parse, nargs="?"),),
        group=SHARE,
        then="share letters",
    ),
    Word(
        "letters",
        "put the digest of a closed month into the outbox, one letter a recipient of sharing.yaml",
        share_letters,
        (
            argument("month", "the month; default the last that is closed", "MONTH", type=Month.parse, nargs="?"),
            argument("--run", "add the papers of this run, sealed, for those who get what is not public", "RUN"),
        ),
        group=SHARE,
        then="share send",
    ),
    Word("send", "send the letters that wait", share_send, group=SHARE, then="share outbox"),
    Word("outbox", "every letter, and what is known of it", share_outbox, group=SHARE, then="share send"),
    Word(
        "settle",
        "say of a letter that may have arrived, or was refused, that it did, or that it is to be sent again",
        share_settle,
        (
            argument("letter", "the first digits of its name", "LETTER"),
            switch("--arrived", "it arrived"),
            switch("--again", "send it again"),
        ),
        group=SHARE,
        then="share outbox",
    ),
    Word(
        "package",
        "write the papers of a run as one file that only the recipients of sharing.yaml can open",
        share_package,
        (argument("run", "the run, or 'latest'", "RUN"),),
        group=SHARE,
        then="share letters",
    ),
)
