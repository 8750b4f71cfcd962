"""An office's deposited heads: written on the days that bind, and held against the ledger ever after.

Responsible for when a deposit is made (approval, closing, payment, on request), where it lies (``receipts/deposits/``
of the office) and what the newest one says of the ledger now. They are the office's memory outside the ledger: an
older file put in its place is told. Not responsible for what a deposit is (`povlib.ledger.deposits`), nor for the
copy that should lie elsewhere: whoever owns the computer can delete this folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from povlib import ledger
from povlib.errors import Fault
from povlib.runs.office.office_place import Place
from povlib.runs.storage.text_files import write_text


def deposits_folder(place: Place) -> Path:
    """Return where an office's deposits lie."""
    return place.office.receipts / "deposits"


def deposit_head(place: Place, book: ledger.Ledger, occasion: str, subject: str = "", officer: str = "") -> Path:
    """Sign the ledger's head and keep it outside the ledger; return the file.

    A head that was deposited for the same occasion and subject is not deposited again: what is repeated completes.
    """
    known = find_deposit(place, occasion, subject)
    if known is not None and known[1].head == book.head():
        return known[0]
    made = ledger.deposit_of(book, occasion, subject, officer)
    # six digits, so that names sort as batches do and the last name is the newest
    path = deposits_folder(place) / f"{made.head.batch:06d}-{occasion}.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_text(path, made.text())
    return path


def find_deposit(place: Place, occasion: str, subject: str) -> tuple[Path, ledger.Deposit] | None:
    """Return the newest deposit of an occasion and subject (a run, a month), with its file; None when there is none."""
    for path in reversed(sorted(deposits_folder(place).glob(f"*-{occasion}.json"))):
        deposit = ledger.read_deposit(path)
        if deposit.subject == subject:
            return path, deposit
    return None


def deposit_faults(place: Place, book: ledger.Ledger, others: Sequence[Path] = ()) -> list[Fault]:
    """Return how the ledger contradicts the office's newest deposit, and each of `others`.

    The newest is enough of the office's own: it holds the hash of every batch up to its head.

    Raises
    ------
    LedgerError
        If a file is no deposit.
    """
    own = sorted(deposits_folder(place).glob("*.json"))[-1:]
    return [fault for path in (*own, *others) for fault in ledger.faults_against(book, ledger.read_deposit(path))]
