"""The quarantine: rows of broken batches, word for word, beside the ledger instead of in it.

Responsible for moving them there in a file (a server does it by `.server_functions`) and for the digest of what lies
there. Not responsible for which batches are broken, nor for the record of it (`povlib.ledger.broken_tail`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from povlib.ledger.storage.change_guards import sqlite_guards
from povlib.ledger.storage.table_schema import BATCH, BY_TABLE, DIGEST, QUARANTINE, SALT, SPECS, Column

#: tables whose rows name a batch, their columns and the column that names it; what opens a name is not among them
_HELD: tuple[tuple[str, tuple[Column, ...], str], ...] = (
    *((spec.table, spec.stored, "batch") for spec in SPECS),
    ("digest", DIGEST, "batch"),
    ("salt", SALT, "batch"),
    ("batch", BATCH, "id"),
)


class _Store(Protocol):
    def execute(self, sql: str, values: Sequence[Any] = ()) -> None: ...

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]: ...


def move_to_quarantine(store: _Store, first: int, aside: str) -> None:
    """Move all that batch `first` and later ones hold to the quarantine of an SQLite file, inside its transaction.

    What opens and finds a name is destroyed, not kept where no erasure would find it: the workbooks that named those
    people are loaded again.
    """
    names = ", ".join(c.name for c in QUARANTINE)
    for table, columns, number in _HELD:
        cells = ", ".join(f"'{c.name}', {f'hex({c.name})' if c.kind == 'blob' else c.name}" for c in columns)
        keys = ", ".join(BY_TABLE[table].primary_key) if table in BY_TABLE else number
        store.execute(
            f"insert into quarantine ({names}) select ?, '{table}', {number}, row_number() over (order by {keys}),"
            f" json_object({cells}) from {table} where {number} >= ?",
            (aside, first),
        )
        _delete_past_guard(store, table, f"{number} >= {int(first)}")
    _delete_past_guard(store, "identity_match", f"batch >= {int(first)}")
    _delete_past_guard(store, "person_key", "person not in (select person from member)")


def _delete_past_guard(store: _Store, table: str, which: str) -> None:
    """Delete rows whose copy lies in the quarantine: the guard against it is taken away and put back."""
    guard = f"create trigger {table}_no_delete "
    made = [statement for statement in sqlite_guards((table,)) if statement.startswith(guard)]
    for _ in made:
        store.execute(f"drop trigger if exists {table}_no_delete")
    store.execute(f"delete from {table} where {which}")
    for statement in made:
        store.execute(statement)


def quarantine_digest(store: _Store, aside: str) -> tuple[int, str]:
    """Return how many rows lie aside under a name, and SHA-256 over them."""
    query = "select tbl, of_batch, content from quarantine where aside = ? order by tbl, seq"
    lines = [f"{table}|{batch}|{content}" for table, batch, content in store.rows(query, (aside,))]
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


def quarantined_rows(store: _Store, table: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one table that lie aside, from every setting aside."""
    query = "select content from quarantine where tbl = ? order by aside, seq"
    yield from (json.loads(content) for (content,) in store.rows(query, (table,)))


def hashes_set_aside(store: _Store) -> frozenset[tuple[int, str]]:
    """Return number and hash of every batch that was set aside: a deposit or paper may still name it.

    Examples
    --------
    >>> import tempfile, povlib.ledger as ledger
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ledger.open(folder + "/l.sqlite", create=True, seed=1) as book:
    ...         hashes_set_aside(book.store)
    frozenset()
    """
    return frozenset((int(row["id"]), str(row["hash"])) for row in quarantined_rows(store, "batch"))
