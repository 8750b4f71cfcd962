"""What the drivers of the databases say, in words that a planner can act on.

Responsible for turning an error of the driver into a LedgerError. Not responsible for anything that the ledger itself
refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import adbc_driver_manager
import pyarrow as pa

from povlib.errors import LedgerError

_SAID = (
    ("is full", "the disk is full; nothing was changed", "make room on this disk, then load again"),
    ("No space left", "the disk is full; nothing was changed", "make room on this disk, then load again"),
    ("locked", "another program is writing to the ledger", "wait until it has finished, then try again"),
    (
        "not a database",
        "this file is no ledger",
        "restore the ledger from a backup: python3 workbench.py ledger restore FILE",
    ),
    (
        "malformed",
        "the ledger file is damaged",
        "restore the ledger from a backup: python3 workbench.py ledger restore FILE",
    ),
    ("unable to open", "the ledger cannot be opened", "check that the folder exists and may be written to"),
    ("readonly", "the ledger may not be written to", "check who owns the file and the folder"),
    ("disk I/O", "the disk cannot be read or written; nothing was changed", "check the disk"),
)

_DENIED = ("permission denied", "may write no batch", "may not erase", "may set nothing aside")


@contextmanager
def errors_in_words() -> Iterator[None]:
    """Turn what the driver says into a LedgerError."""
    try:
        yield
    except adbc_driver_manager.Error as error:
        said = str(error)
        for sign, what, remedy in _SAID:
            if sign in said:
                raise LedgerError(what, remedy=remedy) from error
        # what a server says itself stands after the driver's own words
        told = (said.partition("ERROR:")[2] or said).strip().splitlines()[0]
        if any(sign in told for sign in _DENIED):
            raise LedgerError(
                "this login may not do that on the server: {said}",
                remedy="log in with an account that may, or have its role granted by whoever administers the server",
                said=told,
            ) from error
        raise LedgerError("the ledger refused: {said}", said=told) from error
    except (pa.ArrowException, UnicodeDecodeError) as error:
        # The tables are STRICT: a value of another kind, or a text that is no text, was not written by us.
        raise LedgerError(
            "the ledger file is damaged",
            remedy="restore the ledger from a backup: python3 workbench.py ledger restore FILE",
        ) from error
