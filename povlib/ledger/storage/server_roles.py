"""Roles of a shared server: who may read, record, and erase.

Responsible for the three PostgreSQL roles that the database itself enforces. Not responsible for
the roles that a batch records (`batch.ROLES`), nor for accounts of people.
"""

from __future__ import annotations

from collections.abc import Iterator

from povlib.errors import LedgerError
from povlib.ledger.book import Ledger
from povlib.ledger.storage.change_guards import postgres_guards
from povlib.ledger.storage.connections import PostgresStore
from povlib.ledger.storage.table_schema import metadata

READER, CLERK, KEEPER = "povlib_reader", "povlib_clerk", "povlib_keeper"
# salts are the proof of rows: no erasure takes them
_ERASED = ("person_key", "identity_match")
_PERSONAL = ("identity", "identity_match", "person_key", "access")


def role_statements() -> Iterator[str]:
    """Yield the statements that make the roles of a server.

    The reader sees everything but identities; the clerk records and sees identities; the keeper may
    also delete what lawful erasure deletes. Nobody may update, and nobody may delete the record.

    Examples
    --------
    >>> any("update" in statement for statement in role_statements())
    False
    """
    open_tables = ", ".join(name for name in metadata.tables if name not in _PERSONAL)
    every = ", ".join(metadata.tables)
    for role in (READER, CLERK, KEEPER):
        yield (
            f"do $role$ begin create role {role} nologin; "
            "exception when duplicate_object or unique_violation then null; end $role$"
        )
    yield f"grant {READER} to {CLERK}"
    yield f"grant {CLERK} to {KEEPER}"
    yield f"grant select on {open_tables} to {READER}"
    yield f"grant select, insert on {every} to {CLERK}"
    yield f"grant delete on {', '.join(_ERASED)} to {KEEPER}"
    yield f"revoke delete on salt from {KEEPER}"


def make_roles(book: Ledger) -> None:
    """Make the roles and grant them their tables; the connection belongs to the owner of the ledger.

    The guards are made anew as well, so that a ledger of an earlier release has those of today, and nobody else may
    make temporary tables or tables of the ledger's schema, whose names could stand for the ledger's own.

    Raises
    ------
    LedgerError
        If the ledger is a file: there the folder's permissions decide.
    """
    if not isinstance(book.store, PostgresStore):
        raise LedgerError("only a shared server has roles: for a file the folder's permissions decide")
    schema = book.store.rows("select current_schema()")[0][0]
    database = book.store.rows("select current_database()")[0][0]
    with book.store.writing():
        for statement in postgres_guards():
            if not statement.startswith("create trigger"):
                book.store.execute(statement)
    for statement in role_statements():
        book.store.execute(statement)
    book.store.execute(f'revoke temporary on database "{database}" from public')
    book.store.execute(f'revoke create on schema "{schema}" from public')
    book.store.execute(f'grant usage on schema "{schema}" to {READER}')
