"""Roles of a shared server: who may read, load, approve, pay and erase.

Responsible for the PostgreSQL roles that the database itself enforces. Not responsible for the roles that a batch
records (`batch.ROLES`), nor for accounts of people: a login is made by whoever administers the server, and granted
one of these roles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from povlib.ledger.storage.server_functions import ADD_ROWS, CLOSE_BATCH, ERASE_PERSON, SET_ASIDE
from povlib.ledger.storage.table_schema import TABLES

READER, LOADER, APPROVER = "povlib_reader", "povlib_loader", "povlib_approver"
PAYER, KEEPER = "povlib_payer", "povlib_keeper"
#: kind of batch to the roles that may write it; the owner of the ledger may write all
ROLES_OF_KINDS: dict[str, tuple[str, ...]] = {
    "data": (LOADER,),
    "decision": (LOADER, APPROVER),
    "access": (LOADER, KEEPER),
    "promise": (APPROVER,),
    "score": (APPROVER,),
    "approval": (APPROVER,),
    "close": (APPROVER,),
    "funds": (PAYER,),
    "erasure": (KEEPER,),
    "aside": (KEEPER,),
}
#: one login holds no two of these: who loads does not approve, who approves does not pay
APART = (LOADER, APPROVER, PAYER)
#: a role of earlier releases, which wrote to the tables themselves: it reads, and writes no more
_CLERK = "povlib_clerk"
_PERSONAL = ("identity", "identity_match", "person_key", "access")
_CALLED = {
    ADD_ROWS: (LOADER, APPROVER, PAYER, KEEPER),
    CLOSE_BATCH: (LOADER, APPROVER, PAYER, KEEPER),
    ERASE_PERSON: (KEEPER,),
    SET_ASIDE: (KEEPER,),
}


def grants_on_added(schema: str, tables: Iterable[str]) -> Iterator[str]:
    """Yield what lets the roles of a server, where it has any, read tables that were added to its ledger."""
    for name in tables:
        roles = f"{LOADER}, {APPROVER}, {PAYER}, {KEEPER}" if name in (*_PERSONAL, "quarantine") else READER
        yield (
            f"do $grant$ begin grant select on {schema}.{name} to {roles}; "
            "exception when undefined_object then null; end $grant$"
        )


def role_statements(schema: str = "public") -> Iterator[str]:
    """Yield the statements that make the roles of a server.

    Nobody may write to a table: rows come through the server's functions, which ask the login.

    Examples
    --------
    >>> [s for s in role_statements() if s.startswith("grant") and ("insert" in s or "update" in s or "delete" in s)]
    []
    """
    tables = [f"{schema}.{name}" for name in TABLES]
    open_tables = ", ".join(f"{schema}.{name}" for name in TABLES if name not in (*_PERSONAL, "quarantine"))
    personal = ", ".join(f"{schema}.{name}" for name in (*_PERSONAL, "quarantine"))
    for role in (READER, LOADER, APPROVER, PAYER, KEEPER):
        yield (
            f"do $role$ begin create role {role} nologin; "
            "exception when duplicate_object or unique_violation then null; end $role$"
        )
    for role in (READER, LOADER, APPROVER, PAYER, KEEPER, _CLERK):
        yield (
            f"do $role$ begin revoke all on {', '.join(tables)} from {role}; "
            "exception when undefined_object then null; end $role$"
        )
    for role in (LOADER, APPROVER, PAYER, KEEPER):
        yield f"grant {READER} to {role}"
    # a keeper of earlier releases was a clerk too
    yield f"do $role$ begin revoke {_CLERK} from {KEEPER}; exception when undefined_object then null; end $role$"
    yield f"do $role$ begin grant {READER} to {_CLERK}; exception when undefined_object then null; end $role$"
    yield f"grant usage on schema {schema} to {READER}"
    yield f"grant select on {open_tables} to {READER}"
    # sealed, and opened with the office key alone; whoever approves or pays checks the whole ledger first
    yield f"grant select on {personal} to {LOADER}, {APPROVER}, {PAYER}, {KEEPER}"
    for function, roles in _CALLED.items():
        yield f"grant execute on function {schema}.{function} to {', '.join(roles)}"
