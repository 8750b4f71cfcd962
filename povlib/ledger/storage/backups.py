"""Backup, restore, and copies between SQLite and PostgreSQL: each verified before it counts.

Responsible for a second ledger that says exactly what the first one says. Not responsible for the
office key: without a safe copy of the key file, the identities of a backup cannot be opened.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa

from povlib.errors import LedgerError
from povlib.ledger.batch import Head
from povlib.ledger.book import Ledger, open_ledger
from povlib.ledger.self_audit import check
from povlib.ledger.state import head_at
from povlib.ledger.storage.connections import SqliteStore
from povlib.ledger.storage.process_lock import is_held, one_at_a_time
from povlib.ledger.storage.table_schema import (
    BATCH,
    DIGEST,
    IDENTITY_MATCH,
    PERSON_KEY,
    QUARANTINE,
    SALT,
    SPECS,
    Column,
)

Progress = Callable[[str, float], None] | None
#: rows copied in one transaction: a choice; more would hold more of a county in memory, fewer would commit more often
_ROWS_A_TRANSACTION = 500_000
#: name of the lock in a folder aside: whoever works in it holds the lock, and the system drops it with its holder
_LOCK = "lock"
#: seconds after which a folder aside without a lock was left by a process that was killed before it took one
_ABANDONED_S = 3600
_BESIDE: dict[str, tuple[Column, ...]] = {
    "digest": DIGEST,
    "salt": SALT,
    "person_key": PERSON_KEY,
    "identity_match": IDENTITY_MATCH,
    "quarantine": QUARANTINE,
}


def backup(book: Ledger, target: str | Path, recipients: Sequence[str] = ()) -> Head:
    """Write a backup of a ledger in use; it counts only once it has been opened and checked.

    Parameters
    ----------
    book : Ledger
        An open ledger; writers may go on.
    target : path
        A file that is not there yet; a plain backup of this very head counts as made.
    recipients : sequence of str
        age public keys (``age1...``): the backup is encrypted for them.

    Returns
    -------
    Head
        The head of the backup.

    Raises
    ------
    LedgerError
        If the file exists, the disk is full, or the backup does not check.
    """
    target = Path(target).absolute()
    if target.exists() and not recipients and _head_if_ledger(target) == book.head():
        _remove_abandoned(target, ".backup-")
        return _head_of_backup(target, book)
    _refuse_existing(target)
    with _folder_aside(target, ".backup-") as folder:
        part = folder / "ledger.sqlite"
        if isinstance(book.store, SqliteStore):
            # a choice: less than the ledger itself, since what a full disk breaks here is thrown away and said
            book.store.room_for(os.path.getsize(book.store.path) // 3)
            book.store.execute("vacuum into ?", (str(part),))
            # opened and checked as a stranger would: only then does it get the name of a backup
            head = _head_of_backup(part, book)
        else:
            head = copy(book, part)
        _move_into_place(_encrypt_backup(part, recipients) if recipients else part, target)
        return head


def restore(
    source: str | Path, target: str | Path, expected: Head | str | None = None, age_identity: str | Path | None = None
) -> Head:
    """Put a backup back as a ledger, after checking all of it.

    Parameters
    ----------
    source, target : path
        The backup, and a file that is not there yet, or a ledger that ends where the backup does: it is restored.
    expected : Head, optional
        The head printed on the last paper: a backup that ends elsewhere is refused.
    age_identity : path, optional
        File with the age secret key of an encrypted backup.

    Raises
    ------
    LedgerError
        If the backup does not check, or ends at another head.
    """
    source, target = Path(source), Path(target).absolute()
    there = _head_if_ledger(target) if target.exists() else None
    if there is None:
        _refuse_existing(target)
    if not source.exists():
        raise LedgerError("there is no backup here", where=str(source))
    with _folder_aside(target, ".restore-") as folder:
        part = folder / "ledger.sqlite"
        # into a folder beside the target first: what does not check must never stand where the ledger belongs
        part.write_bytes(_decrypt_backup(source, age_identity) if age_identity else source.read_bytes())
        head = _head_of_backup(part, None)
        if expected is not None and expected not in (head, str(head)):
            raise LedgerError("the backup ends at {found}, not at {expected}", found=str(head), expected=str(expected))
        if there == head:  # restored before, by a command that was stopped before it could say so
            return head
        _refuse_existing(target)
        _move_into_place(part, target)
        return head


def copy(book: Ledger, target: str | Path, progress: Progress = None) -> Head:
    """Copy a ledger to an empty place, a file or ``postgresql://...``, and verify the copy.

    Raises
    ------
    LedgerError
        If the place holds a ledger already, or the copy does not say the same.
    """
    with open_ledger(target, create=True, meta=book.meta) as other:
        if other.head().batch:
            raise LedgerError("there is a ledger at the target already")
        last = book.head()
        with other.store.writing():
            for at, (table, columns) in enumerate(_copied_tables()):
                if progress:
                    progress(table, at / len(_copied_tables()))
                _insert_known_rows(book, other, table, columns, last.batch)
            # batches last: the guards take no more rows into a batch that exists
            _insert_known_rows(book, other, "batch", BATCH, last.batch)
        found = check(other)
        if not found.ok or other.head() != last:
            raise LedgerError([*found.faults] or "the copy does not say what the ledger says")
        return last


def _copied_tables() -> list[tuple[str, tuple[Column, ...]]]:
    return [*((s.table, s.stored) for s in SPECS), *_BESIDE.items()]


def _insert_known_rows(book: Ledger, other: Ledger, table: str, columns: tuple[Column, ...], last: int) -> None:
    """Insert the rows known at batch `last`, in chunks."""
    until: str = ""
    values: tuple[int, ...] = ()
    if any(c.name == "batch" for c in columns):
        until, values = " where batch <= ?", (last,)
    elif table == "batch":
        until, values = " where id <= ? order by id", (last,)
    held: list[pa.RecordBatch] = []
    for chunk in book.store.stream(f"select {book.store.selected(columns)} from {table}{until}", columns, values):
        held.append(chunk)
        if sum(part.num_rows for part in held) >= _ROWS_A_TRANSACTION:
            other.store.insert(table, pa.Table.from_batches(held))
            held = []
    if held:
        other.store.insert(table, pa.Table.from_batches(held))


def _head_of_backup(path: Path, book: Ledger | None) -> Head:
    """Open a backup, check all of it and return its head."""
    with open_ledger(path) as copy_of:
        found = check(copy_of)
        if not found.ok:
            raise LedgerError(found.faults)
        head = copy_of.head()
        if book is not None and head != head_at(book, head.batch):
            raise LedgerError("the backup does not say what the ledger says")
        copy_of.store.rows("pragma wal_checkpoint(truncate)")
    return head


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise LedgerError("this file exists already and is never written over", where=str(target))


def _move_into_place(part: Path, target: Path) -> None:
    """Put a finished file in its place: on disk first, then under its name."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.rename(target)
    if os.name == "posix":
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _folder_aside(target: Path, prefix: str) -> Iterator[Path]:
    """Yield a folder beside `target` that is gone after the block; what killed processes left there is removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(target, prefix)
    folder = Path(mkdtemp(prefix=prefix, dir=target.parent))
    try:
        with one_at_a_time(folder / _LOCK):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned(target: Path, prefix: str) -> None:
    """Remove what killed processes left beside `target`."""
    for left in target.parent.glob(f"{prefix}*"):
        lock = left / _LOCK
        abandoned = not is_held(lock) if lock.exists() else time.time() - left.stat().st_mtime > _ABANDONED_S
        if abandoned:
            shutil.rmtree(left, ignore_errors=True)


def _head_if_ledger(path: Path) -> Head | None:
    """Return the head of a file that is there; None when it is no ledger of this version."""
    try:
        with open_ledger(path) as book:
            return book.head()
    except LedgerError:
        return None


def _encrypt_backup(part: Path, recipients: Sequence[str]) -> Path:
    """Write an encrypted copy (age) beside the file and return its path; the plain file stays."""
    import pyrage

    sealed = part.with_suffix(".age")
    try:
        keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError:
        raise LedgerError("this is no age public key", allowed="a key that begins with age1") from None
    pyrage.encrypt_file(str(part), str(sealed), keys)
    return sealed


def _decrypt_backup(source: Path, age_identity: str | Path) -> bytes:
    """Return the plain bytes of a backup; refuse a key that does not open it."""
    import pyrage

    lines = Path(age_identity).read_text(encoding="ascii").splitlines()
    keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    try:
        plain: bytes = pyrage.decrypt(source.read_bytes(), keys)
    except pyrage.DecryptError:
        raise LedgerError("the backup cannot be opened with this age key", where=str(source)) from None
    return plain
