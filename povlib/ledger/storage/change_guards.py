"""Guards inside the database: what was recorded stays as it was.

Responsible for the triggers that refuse UPDATE, DELETE and INSERT OR REPLACE, on SQLite and on
PostgreSQL. A closed batch takes no more rows, which also stops REPLACE: replacing a row means
inserting its key, batch included, once more. Not responsible for someone who rewrites the file
(that is what the chain is for).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from povlib.ledger.storage.table_schema import BY_TABLE, DELETABLE, TABLES

# the row of a batch is written last, so that its existence says: closed
_CLOSED = "exists (select 1 from batch where id = new.batch)"


def _same_key(table: str, key: tuple[str, ...]) -> str:
    where = " and ".join(f"{name} = new.{name}" for name in key)
    return f"exists (select 1 from {table} where {where})"


def _insert_refusals(table: str) -> Iterator[tuple[str, str]]:
    """Yield (condition, message) under which a row may not be inserted."""
    # without gaps, so that a batch cut from the end or the middle is seen by its number
    if table == "batch":
        yield "new.id <> (select coalesce(max(id), 0) + 1 from batch)", "batches are numbered one after the other"
        yield (
            "new.source_sha256 <> '' and exists (select 1 from batch where source_sha256 = new.source_sha256"
            " and rules_sha256 = new.rules_sha256)",
            "this source was loaded before",
        )
        return
    if table == "meta":
        yield _same_key(table, ("key",)), "meta is never replaced"
        return
    if table == "quarantine":
        yield _same_key(table, ("aside", "tbl", "seq")), "what lies aside is never replaced"
        return
    if table != "person_key":
        yield _CLOSED, "a closed batch takes no more rows"
    spec = BY_TABLE.get(table)
    if spec is not None and "batch" not in spec.primary_key:
        yield _same_key(table, spec.primary_key), "a row of this key exists"
    if table == "person_key":
        yield _same_key(table, ("person",)), "a key is never replaced"


def sqlite_guards(tables: Iterable[str] = tuple(TABLES)) -> Iterator[str]:
    """Yield the CREATE TRIGGER statements of some tables for SQLite.

    Examples
    --------
    >>> sum("before delete on obs " in statement for statement in sqlite_guards())
    1
    """
    for table in tables:
        # INSERT OR REPLACE asks no delete trigger unless recursive_triggers is on; the insert guards refuse it anyway
        for verb in ("update", "delete"):
            if verb == "delete" and table in DELETABLE:
                continue
            yield (
                f"create trigger {table}_no_{verb} before {verb} on {table} "
                f"begin select raise(abort, '{table}: {verb} refused, the ledger only grows'); end"
            )
        checks = "".join(
            f" select raise(abort, '{table}: {why}') where {condition};" for condition, why in _insert_refusals(table)
        )
        yield f"create trigger {table}_insert before insert on {table} begin{checks} end"


def postgres_guards(tables: Iterable[str] = tuple(TABLES)) -> Iterator[str]:
    """Yield the functions and triggers of some tables for PostgreSQL."""
    yield FIXED_PATH
    for table in tables:
        refusals = [*_insert_refusals(table), *(_POSTGRES_REFUSALS if table == "batch" else ())]
        checks = "".join(
            f" if {condition} then raise exception '{table}: {why}'; end if;" for condition, why in refusals
        )
        yield _guard_function(f"{table}_insert", f"{checks} return new;")
        yield f"create trigger {table}_insert before insert on {table} for each row execute function {table}_insert()"
        verbs = "update or truncate" if table in DELETABLE else "update or delete or truncate"
        yield _guard_function(f"{table}_keep", f" raise exception '{table}: % refused, the ledger only grows', tg_op;")
        yield (
            f"create trigger {table}_keep before {verbs} on {table} for each statement execute function {table}_keep()"
        )

        if table in _ERASED:
            yield from _erasure_guard(table)


#: for the rest of a transaction names mean the ledger's own tables: a temporary table of the same name comes last
FIXED_PATH = "select set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)"
# what lawful erasure deletes, person by person
_ERASED = ("person_key", "identity_match")
_POSTGRES_REFUSALS = (
    (
        "new.prev_hash is distinct from coalesce((select hash from batch order by id desc limit 1),"
        " (select value from meta where key = 'genesis'))",
        "a batch is linked to the one before",
    ),
)


def _erasure_guard(table: str) -> Iterator[str]:
    """Yield what refuses, when a transaction ends, a deletion that no erasure speaks of."""
    missing = "not exists (select 1 from erasure where person = old.person)"
    refusal = f"raise exception '{table}: nothing is deleted without an erasure'"
    yield _guard_function(f"{table}_erased", f" if {missing} then {refusal}; end if; return null;")
    yield f"drop trigger if exists {table}_erased on {table}"
    yield (
        f"create constraint trigger {table}_erased after delete on {table} deferrable initially deferred"
        f" for each row execute function {table}_erased()"
    )


def _guard_function(name: str, body: str) -> str:
    """Return the statement that makes a guard, bound to the names of the path it is made under."""
    return (
        f"create or replace function {name}() returns trigger language plpgsql set search_path from current"
        f" as $guard$ begin{body} end $guard$"
    )
