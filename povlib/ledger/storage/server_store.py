"""A PostgreSQL server that several officers share: the same ledger, written through the server's own functions.

Responsible for the connection, for handing rows to the functions that check them (`.server_functions`), for making
the roles and for naming logins that hold several which belong apart. Not responsible for what each may do
(`.server_roles`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Protocol

import pyarrow as pa

from povlib.errors import LedgerError
from povlib.ledger.storage.change_guards import postgres_guards
from povlib.ledger.storage.connections import Store
from povlib.ledger.storage.driver_errors import errors_in_words
from povlib.ledger.storage.server_functions import CLOSE_BATCH, server_functions
from povlib.ledger.storage.server_roles import APART, ROLES_OF_KINDS, grants_on_added, role_statements
from povlib.ledger.storage.table_schema import TABLES

#: rows handed over in one call: a choice; a few megabytes of JSON, which the server reads at once
_ROWS_A_CALL = 20_000


class PostgresStore(Store):
    """A PostgreSQL database that several officers share."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        from adbc_driver_postgresql import dbapi

        with errors_in_words():
            super().__init__(dbapi.connect(url, autocommit=True))

    def begin(self) -> None:
        """Take the ledger's own lock for this transaction: one writer at a time, readers go on."""
        self.execute("begin")
        self.rows("select pg_advisory_xact_lock(hashtext('povlib ledger ' || current_schema()))")

    def insert(self, table: str, rows: pa.Table) -> None:
        """Insert rows by COPY, as the owner who copies a ledger may; triggers run all the same."""
        if rows.num_rows:
            with self.lock, errors_in_words(), self.connection.cursor() as cursor:
                cursor.adbc_ingest(table, rows, mode="append")

    def add_rows(self, table: str, rows: pa.Table) -> None:
        """Hand rows to the server's function, which puts them into the batch that is being written."""
        for start in range(0, rows.num_rows, _ROWS_A_CALL):
            said = _as_json(rows.slice(start, _ROWS_A_CALL))
            self.rows("select ledger_add_rows(?, (?::text)::json)", (table, said))

    def close_batch(self, row: pa.Table) -> None:
        """Have the server close the batch, if what it says follows from its rows and the batch before."""
        self.rows("select ledger_close_batch((?::text)::json)", (json.dumps(row.to_pylist()[0]),))

    def destroy_keys(self, person: str) -> None:
        """Have the server delete a person's keys; at the end of the transaction it asks for the erasure."""
        self.rows("select ledger_erase_person(?)", (person,))

    def set_aside(self, first: int, aside: str) -> None:
        """Have the server move broken batches to the quarantine; a sound one it refuses."""
        self.rows("select ledger_set_aside(?, ?)", (first, aside))

    def signature(self, officer: str) -> str:
        """Return the login: on a server nobody writes in another's name."""
        return str(self.rows("select session_user::text")[0][0])

    def clock(self) -> str:
        """Return the server's time, since the clocks of the officers' computers differ."""
        query = "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') || '+00:00'"
        return str(self.rows(query)[0][0])

    def refresh(self, added: Collection[str] = ()) -> None:
        """Make the functions of a ledger that an earlier release made; only its owner can.

        They name every table, so tables that were `added` need them anew, and readers their right to read.
        """
        if added or self.rows("select to_regprocedure(?) is null", (CLOSE_BATCH,))[0][0]:
            with self.writing():
                for statement in (*self.functions(), *grants_on_added(self.schema, added)):
                    self.execute(statement)

    def functions(self) -> Iterator[str]:
        """Yield the statements that make guards and functions as they are today."""
        yield from (statement for statement in postgres_guards() if not statement.startswith("create trigger"))
        yield from server_functions(self.schema, ROLES_OF_KINDS)

    @property
    def schema(self) -> str:
        """The ledger's schema, quoted."""
        return str(self.rows("select quote_ident(current_schema())")[0][0])

    def placed(self, sql: str) -> str:
        """Return `sql` with numbered placeholders."""
        parts = sql.split("?")
        return "".join(f"{part}${at}" for at, part in enumerate(parts[:-1], 1)) + parts[-1]

    def among(self, column: str) -> str:
        """Return the condition that a text column holds one of the values in the next placeholder, a JSON list."""
        return f"{column} in (select json_array_elements_text((?::text)::json))"

    def ddl(self, names: Collection[str] = tuple(TABLES)) -> Iterator[str]:
        """Yield tables, indexes, functions and triggers."""
        yield from super().ddl(names)
        yield from postgres_guards(names)
        if set(names) == set(TABLES):
            yield from server_functions(self.schema, ROLES_OF_KINDS)

    def has_table(self, name: str) -> bool:
        """Whether a table is there."""
        return bool(self.rows("select 1 where to_regclass(?) is not null", (name,)))


def _as_json(rows: pa.Table) -> str:
    """Return rows as a JSON array of objects; sealed bytes as PostgreSQL writes them."""
    sealed = [field.name for field in rows.schema if pa.types.is_binary(field.type)]
    listed = rows.to_pylist()
    for row in listed:
        for name in sealed:
            row[name] = "\\x" + row[name].hex()
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


class _Book(Protocol):
    store: Store


def make_roles(book: _Book) -> list[str]:
    """Make the roles and grant them what they may call; the connection belongs to the owner of the ledger.

    Guards and functions are made anew as well, so that a ledger of an earlier release has those of today, and nobody
    else may make temporary tables or tables of the ledger's schema, whose names could stand for the ledger's own.

    Returns
    -------
    list of str
        Logins that hold two roles which belong apart (load, approve, pay); the owner and superusers are not named.

    Raises
    ------
    LedgerError
        If the ledger is a file: there the folder's permissions decide.
    """
    store = book.store
    if not isinstance(store, PostgresStore):
        raise LedgerError("only a shared server has roles: for a file the folder's permissions decide")
    database = store.rows("select quote_ident(current_database())")[0][0]
    with store.writing():
        for statement in (*store.functions(), *role_statements(store.schema)):
            store.execute(statement)
        store.execute(f"revoke temporary on database {database} from public")
        store.execute(f"revoke create on schema {store.schema} from public")
    held = " + ".join(f"pg_has_role(oid, '{role}', 'member')::int" for role in APART)
    query = f"select rolname from pg_roles where rolcanlogin and not rolsuper and ({held}) > 1"
    return [str(name) for (name,) in store.rows(f"{query} order by rolname")]
