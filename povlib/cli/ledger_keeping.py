"""Words about the ledger as a whole: check, head, backup, restore, copy, roles, correct, retract.

Responsible for turning words into calls of `povlib.ledger` and its answers into words. Not responsible
for any of the guarantees.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from povlib.cli.terminal import print_deposit
from povlib.cli.word import NAMED_OFFICER, REASON, Group, Word, argument, chosen_place, switch, typeable
from povlib.errors import LedgerError
from povlib.places import Office
from povlib.words import text

if TYPE_CHECKING:
    from povlib import ledger
    from povlib.runs import Place


def _open_ledger(options: argparse.Namespace, *, older: bool = False) -> ledger.Ledger:
    from povlib.runs.office.office_place import open_book

    return open_book(chosen_place(options), create=False, older=older)


def check(options: argparse.Namespace) -> int:
    """Check the ledger: 0 when it agrees with itself and with every head deposited outside it, else 1."""
    from povlib import ledger
    from povlib.runs.office.head_deposits import deposit_faults
    from povlib.runs.office.last_head import went_back_fault
    from povlib.runs.office.private_folder import exposure_faults, open_to_others

    # before the office's place is opened, which closes it
    open_before = open_to_others(Office(options.office).folder)
    place = chosen_place(options)
    with _open_ledger(options, older=True) as book:
        report = ledger.check(book, identities=options.identities)
        back = went_back_fault(place.office, book)
        faults = [
            *report.faults,
            *([back] if back else []),
            *deposit_faults(place, book, [Path(name) for name in options.against]),
        ]
        if options.expected:
            faults += ledger.faults_against_head(book, options.expected)
        clocks = [] if report.faults else ledger.clock_faults(book)
        aside = [] if report.faults else ledger.aside_records(book).to_dict("records")
    outside = [Path(place.office.ledger_place), _key_file(place)]
    exposed = list(exposure_faults(place.office.folder, open_before, outside))
    for fault in [*faults, *exposed]:
        print("✗ " + fault.show(), file=sys.stderr)
    for fault in clocks:
        print("! " + fault.show(), file=sys.stderr)
    for told in aside:
        print("! " + _aside_sentence(told), file=sys.stderr)
    if not faults:
        print("✓ " + text("The ledger agrees with itself; its head is {head}.", head=str(report.head)))
        print("  " + text("{batches} batches, {rows} rows", batches=report.batches, rows=report.rows))
    else:
        advice = text(
            "A ledger that fails is restored from a backup, never repaired: python3 workbench.py ledger restore FILE"
        )
        print(typeable(advice, options.office), file=sys.stderr)
        if report.first_broken is not None:
            advice = text(
                "Without a backup, what follows batch {batch} can be set aside on the record: "
                "python3 workbench.py ledger set-aside --officer NAME --reason WHY",
                batch=report.first_broken - 1,
            )
            print(typeable(advice, options.office), file=sys.stderr)
        options.then = "ledger restore FILE"
    return 1 if faults or exposed else 0


def _aside_sentence(told: dict[Any, Any]) -> str:
    return text(
        "Batches {first} to {last} ({rows} rows) were set aside by {officer} on {day}: {reason}",
        first=told["first_batch"],
        last=told["last_batch"],
        rows=told["rows"],
        officer=told["officer"],
        day=str(told["recorded_at"])[:10],
        reason=told["reason"],
    )


def set_aside(options: argparse.Namespace) -> int:
    """Move broken batches out of the chain, on the record: 0 when the ledger agrees with itself afterwards."""
    from povlib import ledger
    from povlib.runs.office.head_deposits import deposit_head
    from povlib.runs.office.last_head import remember_head

    place = chosen_place(options)
    info = ledger.BatchInfo(officer=options.officer, role="desk", reason=options.reason)
    with _open_ledger(options, older=True) as book:
        done = ledger.set_aside(book, info)
        remember_head(place.office, book)
        deposit_head(place, book, "set-aside", officer=options.officer)
        told = ledger.aside_records(book).to_dict("records")[-1]
        left = ledger.check(book).faults
    print("✓ " + _aside_sentence(told))
    print("  " + text("Batch {batch} records it; the ledger goes on from there.", batch=done.batch.id))
    for fault in left:
        print("✗ " + fault.show(), file=sys.stderr)
    advice = text(
        "The workbooks of those batches are to be loaded again, what they approved and paid is to be approved and paid "
        "again; names of people who were first told in them are gone until their workbook is loaded."
    )
    print("  " + advice)
    return 1 if left else 0


def deposit(options: argparse.Namespace) -> int:
    """Sign the head and write it to a file that belongs elsewhere: printed, mailed, left with the county."""
    from povlib.runs.office.head_deposits import deposit_head

    place = chosen_place(options)
    with _open_ledger(options) as book:
        deposit_head(place, book, "request", officer=options.officer)
    print_deposit(place, "request", "")
    return 0


def head(options: argparse.Namespace) -> int:
    """Print the head of the chain."""
    # a script reads the head and nothing else
    options.bare = True
    with _open_ledger(options, older=True) as book:
        print(book.head())
    return 0


def backup(options: argparse.Namespace) -> int:
    """Write a backup, opened and checked before it gets its name."""
    from povlib import ledger
    from povlib.runs.office.office_place import open_book

    place = chosen_place(options)
    with open_book(place, create=False) as book:
        target = Path(options.file) if options.file else _backup_file(place, book, encrypted=bool(options.to))
        made = ledger.backup(book, target, options.to)
    print("✓ " + text("Backup {file} written and checked; its head is {head}.", file=str(target), head=str(made)))
    print("  " + text("The office key is not in it: keep a copy of {file} elsewhere.", file=str(_key_file(place))))
    print("  " + text("Keep it no longer than 90 days, so that what was erased is gone."))
    return 0


def _backup_file(place: Place, book: ledger.Ledger, *, encrypted: bool) -> Path:
    last = book.head()
    # batch and hash in the name: which state of the ledger it holds is seen without opening it
    name = f"ledger-{last.batch}-{last.hash[:8]}.sqlite" + (".age" if encrypted else "")
    return place.office.folder / "backups" / name


def _key_file(place: Place) -> Path:
    return Path(os.environ.get("POVLIB_OFFICE_KEY") or place.office.keys / "office.key")


def restore(options: argparse.Namespace) -> int:
    """Put a backup back as the office's ledger; nothing that is there is written over."""
    from povlib import ledger

    place = chosen_place(options)
    if "://" in place.office.ledger_place:
        raise LedgerError(
            "a backup is restored to a file",
            remedy="restore without POVLIB_LEDGER, then: python3 workbench.py ledger copy postgresql://...",
        )
    target = Path(place.office.ledger_place)
    from povlib.runs.office.last_head import forget_head, remembered_head

    last = remembered_head(place.office)
    head_of_backup = ledger.restore(options.file, target, options.expected, options.key)
    # on purpose: what this office remembers is now the backup's head
    forget_head(place.office)
    if last is not None and last.batch > head_of_backup.batch:
        lost = text(
            "The office had recorded up to batch {last}; what came after batch {batch} is not in this backup: "
            "load, approve and pay it again.",
            last=last.batch,
            batch=head_of_backup.batch,
        )
        print("! " + lost)
    print("✓ " + text("{file} is the ledger again; its head is {head}.", file=str(target), head=str(head_of_backup)))
    return 0


def copy(options: argparse.Namespace) -> int:
    """Copy the ledger to an empty place and verify the copy."""
    from povlib import ledger

    with _open_ledger(options) as book:
        made = ledger.copy(book, options.target)
    print("✓ " + text("The copy says the same; its head is {head}.", head=str(made)))
    print("  " + text("To work on it, set POVLIB_LEDGER to that place."))
    return 0


def roles(options: argparse.Namespace) -> int:
    """Make the roles of a shared server."""
    from povlib import ledger

    with _open_ledger(options) as book:
        several = ledger.make_roles(book)
    print(
        "✓ "
        + text(
            "Roles made: povlib_reader reads, povlib_loader loads, povlib_approver approves and closes, povlib_payer "
            "moves money, povlib_keeper erases and sets aside."
        )
    )
    for login in several:
        print("! " + text("The login {login} may do two of loading, approving and paying.", login=login))
    print("  " + text('Each login is given one of them on the server: GRANT povlib_loader TO "NAME";'))
    return 0


LEDGER = Group("ledger", "check, back up, restore or copy the ledger")

WORDS = (
    Word(
        "check",
        "check the chain, the database, sums and rows without an owner",
        check,
        (
            switch("--identities", "open every sealed value too (needs the office key)"),
            argument("--against", "a deposited head that lay elsewhere", "FILE", action="append", default=[]),
            argument("--expected", "head printed on a paper", "HEAD", default=None),
        ),
        LEDGER,
        then="ledger backup",
    ),
    Word(
        "deposit",
        "sign the head and write it to a file to be kept elsewhere",
        deposit,
        (NAMED_OFFICER,),
        LEDGER,
        then="ledger check --against FILE",
    ),
    Word("head", "print the head of the chain", head, group=LEDGER, then="ledger deposit --officer OFFICER"),
    Word(
        "backup",
        "write a checked backup",
        backup,
        (
            argument("file", "a file that is not there yet", "FILE", nargs="?"),
            argument("--to", "encrypt for this age public key", example="age1...", action="append", default=[]),
        ),
        LEDGER,
        then="ledger check",
    ),
    Word(
        "restore",
        "put a backup back where no ledger is",
        restore,
        (
            argument("file", "the backup", "FILE"),
            argument("--expected", "head printed on a paper", "HEAD", default=None),
            argument("--key", "age key file of an encrypted backup", "FILE", default=None),
        ),
        LEDGER,
        then="ledger check",
    ),
    Word(
        "copy",
        "copy the ledger to an empty place: a file or postgresql://...",
        copy,
        (argument("target", "a file that is not there yet, or postgresql://...", "PLACE"),),
        LEDGER,
        then="ledger check",
    ),
    Word(
        "set-aside",
        "move broken batches out of the chain, on the record",
        set_aside,
        (NAMED_OFFICER, REASON),
        LEDGER,
        then="load",
    ),
    Word(
        "roles",
        "make the roles of a PostgreSQL server: read, load, approve, pay, erase",
        roles,
        group=LEDGER,
        then="ledger check",
    ),
)
