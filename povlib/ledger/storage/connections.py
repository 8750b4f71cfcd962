"""Connections: SQL in, Arrow out; what every store does, and one SQLite file.

Responsible for opening a store, one write at a time, bound parameters, and turning what the driver
says into words. Not responsible for what is written, nor for the shared server (`.server_store`).

Both stores are reached through ADBC alone. Two copies of SQLite in one process (Python's own and
ADBC's) would drop each other's file locks, so the ledger never opens its file with `sqlite3`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import pyarrow as pa

from povlib.errors import LedgerError
from povlib.ledger.storage.change_guards import sqlite_guards
from povlib.ledger.storage.driver_errors import errors_in_words
from povlib.ledger.storage.quarantine import move_to_quarantine
from povlib.ledger.storage.table_schema import TABLES, Column

#: bytes of the disk that a batch must leave free beside three times its own size: a choice; the file and its
#: write-ahead log grow together, and a full disk in the middle of a batch is worse than a batch refused before
FREE_SPACE = 50 * 2**20

#: how long a second writer waits for the first one's batch before it gives up: a choice; waiting costs nobody
#: anything, and a writer that has died lets go of its lock at once
BUSY_MS = 30_000

#: rows that SQLite hands over in one Arrow batch: a choice between the number of hand-overs and memory
READ_ROWS = 65_536


class Store:
    """An open database: `execute`, `rows`, `stream`, `insert`, and `writing` for a transaction."""

    name = ""
    #: whether the ledger lies where nothing can be written
    read_only = False

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.lock = RLock()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement without a result."""
        with self.lock, errors_in_words(), self.connection.cursor() as cursor:
            cursor.execute(self.placed(sql), tuple(values) or None)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query and return its rows: for small answers."""
        with self.lock, errors_in_words(), self.connection.cursor() as cursor:
            cursor.execute(self.placed(sql), tuple(values) or None)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def table(self, sql: str, columns: Sequence[Column], values: Sequence[Any] = ()) -> pa.Table:
        """Run a query and return an Arrow table with exactly `columns`."""
        # one way to read: what is small is a stream that ends soon
        batches = list(self.stream(sql, columns, values))
        return pa.Table.from_batches(batches, schema=_arrow_schema(columns))

    def stream(self, sql: str, columns: Sequence[Column], values: Sequence[Any] = ()) -> Iterator[pa.RecordBatch]:
        """Run a query and yield its rows in chunks, memory bounded."""
        with self.lock, errors_in_words(), self.connection.cursor() as cursor:
            self.prepare(cursor)
            cursor.execute(self.placed(sql), tuple(values) or None)
            for batch in cursor.fetch_record_batch():
                yield _with_declared_types(batch, columns)

    def insert(self, table: str, rows: pa.Table) -> None:
        """Insert rows in one statement; the caller is inside `writing`."""
        if not rows.num_rows:
            return
        marks = ", ".join("?" for _ in rows.column_names)
        # Arrow rows bound as one parameter set: no Python object a cell, so that a million rows take seconds
        sql = f"insert into {table} ({', '.join(rows.column_names)}) values ({marks})"
        with self.lock, errors_in_words(), self.connection.cursor() as cursor:
            cursor.executemany(self.placed(sql), rows)

    def add_rows(self, table: str, rows: pa.Table) -> None:
        """Add rows to the batch that is being written; the caller is inside `writing`."""
        self.insert(table, rows)

    def close_batch(self, row: pa.Table) -> None:
        """Close the batch that is being written with its own row; the caller is inside `writing`."""
        self.insert("batch", row)

    def destroy_keys(self, person: str) -> None:
        """Delete what opens and finds a person's identity, as an erasure of the same transaction says."""
        for table in ("person_key", "identity_match"):
            self.execute(f"delete from {table} where person = ?", (person,))

    def set_aside(self, first: int, aside: str) -> None:
        """Move batch `first` and what followed to the quarantine; the caller is inside `writing`."""
        raise NotImplementedError

    def signature(self, officer: str) -> str:
        """Return the officer that a batch names: on one computer the name that was given."""
        return officer

    def clock(self) -> str:
        """Return the store's own time as ISO 8601; empty where the computer's clock serves."""
        return ""

    def refresh(self, added: Collection[str] = ()) -> None:
        """Give a ledger of an earlier release, to which tables were `added`, what the database lacks beside them."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the only write transaction: all of it is kept, or nothing."""
        with self.lock:
            self.begin()
            try:
                yield
            except BaseException:
                self.undo()
                raise
            # a commit can fail too (a full disk): then nothing of the batch may stay
            try:
                self.execute("commit")
            except BaseException:
                self.undo()
                raise

    def undo(self) -> None:
        """Roll back, quietly when the database has done so by itself."""
        try:
            self.execute("rollback")
        except LedgerError:
            return

    def begin(self) -> None:
        """Start a transaction that no other writer can share."""
        raise NotImplementedError

    def prepare(self, cursor: Any) -> None:
        """Set what a large read needs."""

    def placed(self, sql: str) -> str:
        """Return `sql` with the placeholders of this database."""
        return sql

    def selected(self, columns: Sequence[Column]) -> str:
        """Return the select list of `columns`."""
        return ", ".join(c.name for c in columns)

    def among(self, column: str) -> str:
        """Return the condition that a text column holds one of the values in the next placeholder, a JSON list."""
        return f"{column} in (select value from json_each(?))"

    def ddl(self, names: Collection[str] = tuple(TABLES)) -> Iterator[str]:
        """Yield the statements that make some tables, all when not said, with their guards."""
        from povlib.ledger.storage.sql_tables import creating_statements

        yield from creating_statements(names, self.name)

    def has_table(self, name: str) -> bool:
        """Whether a table is there."""
        raise NotImplementedError

    def has_tables(self) -> bool:
        """Whether the ledger's tables are there."""
        return self.has_table("batch")

    def room_for(self, nbytes: int) -> None:
        """Refuse a load that the disk cannot take."""

    def forget(self) -> None:
        """Leave no trace of deleted rows in files that the database no longer needs."""

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


_PRAGMAS = (
    f"busy_timeout={BUSY_MS}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "temp_store=MEMORY",  # what only this connection knows leaves no file
    "cache_size=-65536",  # 64 MiB: the index by household is written all over when a month is loaded
    "journal_size_limit=67108864",  # a large load does not leave a large log behind
    "secure_delete=ON",  # an erased key is overwritten, not only unlinked
)


_WRITING_PRAGMAS = ("journal_", "synchronous")


def _cannot_be_written(path: Path) -> bool:
    """Whether a ledger file lies where nothing can be written; one whose log holds more than the file is refused.

    Raises
    ------
    LedgerError
        If the write-ahead log beside the file is not empty: without writing, its batches cannot be read.
    """
    if not path.exists() or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return False
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise LedgerError(
            "the newest batches of this ledger lie in its log, which cannot be read where nothing may be written",
            where=str(log),
            remedy="copy the ledger and its log to a folder of your own",
        )
    return True


class SqliteStore(Store):
    """One SQLite file: WAL, every commit on disk before it is acknowledged."""

    name = "sqlite"

    def __init__(self, path: Path) -> None:
        from adbc_driver_sqlite import dbapi

        self.read_only = _cannot_be_written(path)
        if not self.read_only:
            _refuse_network_share(path)
        self.path = path
        with errors_in_words():
            # immutable: on a medium that takes no writing SQLite can keep neither a lock nor a log
            where = f"{path.absolute().as_uri()}?immutable=1" if self.read_only else str(path)
            super().__init__(dbapi.connect(where, autocommit=True))
        try:
            for pragma in _PRAGMAS:
                if not (self.read_only and pragma.startswith(_WRITING_PRAGMAS)):
                    self.rows(f"pragma {pragma}")
        except BaseException:
            self.close()
            raise

    def begin(self) -> None:
        """BEGIN IMMEDIATE: a plain BEGIN that reads first fails at once when another writes.

        Waiting writers are not served in turn: as long as others get through, this one goes on waiting.
        """
        if self.read_only:
            raise LedgerError(
                "this ledger lies where nothing may be written: it can be read and checked, not added to",
                where=str(self.path),
                remedy="copy the office's folder to a disk of your own, or work where the ledger lies",
            )
        seen = self._version()
        while True:
            try:
                self.execute("begin immediate")
            except LedgerError as error:
                now = self._version()
                if "locked" not in str(error.__cause__) or now == seen:
                    raise
                seen = now
            else:
                return

    def _version(self) -> int:
        """Return a number that changes whenever another connection commits."""
        return int(self.rows("pragma data_version")[0][0])

    def prepare(self, cursor: Any) -> None:
        """Read in large chunks; the driver guesses a column's type from the first of them."""
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(READ_ROWS)})

    def selected(self, columns: Sequence[Column]) -> str:
        """Mark a missing real as infinite, so that the driver never guesses its type wrongly."""
        return ", ".join(
            f"coalesce({c.name}, 9e999) as {c.name}" if c.kind == "real" and c.nullable else c.name for c in columns
        )

    def ddl(self, names: Collection[str] = tuple(TABLES)) -> Iterator[str]:
        """Yield tables, indexes and triggers."""
        yield from super().ddl(names)
        yield from sqlite_guards(names)

    def has_table(self, name: str) -> bool:
        """Whether a table is there."""
        return bool(self.rows("select 1 from sqlite_master where type = 'table' and name = ?", (name,)))

    def room_for(self, nbytes: int) -> None:
        """Refuse when less than three times the batch and 50 MiB are free.

        Raises
        ------
        LedgerError
            Naming what is needed and what is free, in MiB.
        """
        needed, free = 3 * nbytes + FREE_SPACE, shutil.disk_usage(self.path.parent).free
        if free < needed:
            raise LedgerError(
                "the disk is too full: {needed} MiB are needed, {free} MiB are free; nothing was changed",
                where=str(self.path),
                remedy="make room on this disk, then load again",
                needed=-(-needed // 2**20),
                free=free // 2**20,
            )

    def set_aside(self, first: int, aside: str) -> None:
        """Move batch `first` and what followed to the quarantine; the caller is inside `writing`."""
        move_to_quarantine(self, first, aside)

    def forget(self) -> None:
        """Empty the write-ahead log, which still holds the pages before the deletion."""
        self.rows("pragma wal_checkpoint(truncate)")


_NETWORK = ("nfs", "cifs", "smb", "afpfs", "ncpfs", "9p", "sshfs", "davfs", "webdav")


def _refuse_network_share(path: Path) -> None:
    """Refuse a place where a write-ahead log cannot be kept: its shared memory needs one machine."""
    import psutil

    place = str(path.parent.resolve())
    mounts = [(part.mountpoint, part.fstype.lower()) for part in psutil.disk_partitions(all=True)]
    within = [m for m in mounts if place == m[0] or place.startswith(m[0].rstrip("/\\") + os.sep)]
    kind = max(within, key=lambda m: len(m[0]), default=("", ""))[1]
    if place.startswith("\\\\") or any(name in kind for name in _NETWORK):
        raise LedgerError(
            "a ledger file cannot lie on a network share",
            where=str(path),
            remedy="keep it on this computer's own disk, or use PostgreSQL",
        )


def _arrow_schema(columns: Sequence[Column]) -> pa.Schema:
    from povlib.ledger.frame_conversion import arrow_schema

    return arrow_schema(tuple(columns))


def _with_declared_types(batch: pa.RecordBatch, columns: Sequence[Column]) -> pa.RecordBatch:
    """Give every column its declared type; the infinite stand-in becomes missing again."""
    import pyarrow.compute as pc

    schema = _arrow_schema(columns)
    arrays = []
    for at, field in enumerate(schema):
        values = batch.column(at)
        if field.type == pa.float64():
            values = values.cast(pa.float64())
            values = pc.if_else(pc.is_inf(values), pa.scalar(None, pa.float64()), values)
        arrays.append(values.cast(field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
