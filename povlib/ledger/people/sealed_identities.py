"""Identities: sealed, matched by keyed digest, erasable one person at a time.

Responsible for sealing names, identity numbers, phones and accounts under one key a person, for
finding equal identities, for opening a value (which is logged) and for lawful erasure.
Not responsible for masks on papers (`report`) or for reading identities from workbooks (`intake`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from povlib.errors import Fault, LedgerError
from povlib.ledger.frame_conversion import arrow_schema, listed
from povlib.ledger.people.office_keys import OfficeKey, unseal
from povlib.ledger.rows_as_known import rows_until
from povlib.ledger.storage.connections import Store
from povlib.ledger.storage.table_schema import BY_FRAME, IDENTITY_MATCH, PERSON_KEY, Column

PRACTICE_AREA = "9999"
SPEC = BY_FRAME["identity"]


@dataclass(frozen=True)
class Sealed:
    """Rows ready to be written: sealed values (in the chain), matches and new keys (outside it)."""

    rows: pa.Table
    matches: pa.Table
    keys: pa.Table


def canonical_identity(kind: str, value: str) -> str:
    """Return the form under which two identities are the same: NFKC and upper case for numbers."""
    value = value.strip()
    # names keep every stroke: NFKC would fold rare characters that tell two people apart
    return value if kind == "name" else unicodedata.normalize("NFKC", value).replace(" ", "").upper()


def refuse_mixture(rows: pd.DataFrame, synthetic: bool) -> None:
    """Refuse real people in a practice ledger, and practice people in a real one.

    Raises
    ------
    LedgerError
        If an identity number does not belong here; practice numbers begin with 9999.
    """
    numbers = rows.loc[rows["kind"] == "id_number", "value"].map(
        lambda value: canonical_identity("id_number", str(value))
    )
    # counted, never shown: the message must not carry an identity number
    strangers = int((numbers.astype("str").str.startswith(PRACTICE_AREA) != synthetic).sum())
    if strangers and synthetic:
        raise LedgerError(
            "{n} identity numbers are not synthetic: the practice ledger takes no real people", n=strangers
        )
    if strangers:
        raise LedgerError("{n} identity numbers are synthetic: the practice township never mixes with a real one",
                          n=strangers)  # fmt: skip


def seal_identities(store: Store, key: OfficeKey, rows: pd.DataFrame, batch: int) -> Sealed:
    """Seal the identities that are news; the same value sent again adds nothing.

    A person whose identity was erased by law stays so, whatever workbook names them again.
    """
    # sorted, so that a practice ledger seals in one order and has the same head in every clone
    rows = rows.loc[rows["value"].astype("str").str.len() > 0].sort_values(["person", "kind"], kind="stable")
    people = rows["person"].drop_duplicates()
    held = {(p, k): m for p, k, m, _ in _stored_identities(store, "identity_match", IDENTITY_MATCH, people, "batch")}
    keys = dict(_stored_identities(store, "person_key", PERSON_KEY, people, "person"))
    erased = {p for (p,) in store.rows("select person from erasure")}
    fresh: dict[str, bytes] = {}
    values, matches = [], []
    told = (rows[name].to_numpy(object).tolist() for name in ("person", "kind", "value"))
    for person, kind, value in zip(*told, strict=True):
        match = key.match(kind, canonical_identity(kind, value))
        # the keyed digest tells that a value is known without opening what is sealed
        if held.get((person, kind)) == match or person in erased:
            continue
        if person not in fresh:
            # one key a person: destroying it erases that person and nobody else
            fresh[person] = key.unwrap(person, keys[person]) if person in keys else key.new_person_key(person)
        # bound to person and kind: a sealed value moved to another row does not open there
        values.append((person, kind, key.seal(fresh[person], value.encode(), f"{person}|{kind}"), 0))
        matches.append((person, kind, match, batch))
    wrapped = [(person, key.wrap(person, fresh[person])) for person in sorted(fresh) if person not in keys]
    return Sealed(
        _table(values, (*SPEC.columns, Column("retracted", "int", True))),
        _table(matches, IDENTITY_MATCH),
        _table(wrapped, PERSON_KEY),
    )


def _table(rows: list[tuple[Any, ...]], columns: tuple[Column, ...]) -> pa.Table:
    by_column = [list(values) for values in zip(*rows, strict=True)] or [[] for _ in columns]
    return pa.table(by_column, schema=arrow_schema(columns))


def _stored_identities(
    store: Store, table: str, columns: tuple[Column, ...], people: pd.Series, order: str
) -> Iterator[tuple[Any, ...]]:
    """Yield what is held about some people, in the order of `order`."""
    # found by the key that begins with the person: of a county's ledger a file speaks of few
    query = f"select {store.selected(columns)} from {table} where {store.among('person')} order by {order}"
    held = store.table(query, columns, (listed(people),))
    yield from zip(*(column.to_pylist() for column in held.columns), strict=True)


def open_identities(store: Store, key: OfficeKey, kinds: tuple[str, ...], as_of: int) -> pd.DataFrame:
    """Return person, kind, value for the newest value of each; erased people are left out."""
    marks = ", ".join("?" for _ in kinds)
    found = rows_until(store, SPEC, as_of, f"kind in ({marks})", kinds)
    keys: Mapping[str, bytes] = {p: key.unwrap(p, w) for p, w in store.rows("select person, wrapped from person_key")}
    rows = [
        (person, kind, unseal(keys[person], value, f"{person}|{kind}").decode())
        for person, kind, value, retracted in zip(
            *(found.column(name).to_pylist() for name in ("person", "kind", "value", "retracted")), strict=True
        )
        if person in keys and not retracted
    ]
    return pd.DataFrame(rows, columns=["person", "kind", "value"], dtype="str")


def identity_faults(store: Store, key: OfficeKey) -> Iterator[Fault]:
    """Yield what is wrong with sealed identities: one that does not open, or opens to another value."""
    matches = {
        (p, k, int(b)): m for p, k, m, b in store.rows("select person, kind, id_hmac, batch from identity_match")
    }
    wrapped = dict(store.rows("select person, wrapped from person_key"))
    wrong = 0
    for person, kind, sealed_value, batch in store.rows("select person, kind, value, batch from identity"):
        if person not in wrapped:
            continue  # erased: the check of owners and erasures tells whether lawfully
        try:
            plain = unseal(key.unwrap(person, wrapped[person]), sealed_value, f"{person}|{kind}").decode()
        except LedgerError:
            wrong += 1
            continue
        wrong += matches.get((person, kind, int(batch))) != key.match(kind, canonical_identity(kind, plain))
    if wrong:
        yield Fault("{n} sealed identities do not open, or do not match", "identity", values={"n": wrong})
    gone = "select count(distinct person) from identity where person not in (select person from person_key)"
    lawful = "select count(*) from erasure"
    if (lost := int(store.rows(gone)[0][0])) > (said := int(store.rows(lawful)[0][0])):
        yield Fault("{n} identity keys are gone without an erasure", "person_key", values={"n": lost - said})


def shared_identities(store: Store, kind: str = "id_number") -> pd.DataFrame:
    """Return groups of people that share an identity: group (1, 2, ...), person. For the review queue."""
    found = store.rows("select person, id_hmac from identity_match where kind = ? order by person, batch", (kind,))
    newest = dict(found)
    people: dict[str, list[str]] = {}
    for person in sorted(newest):
        people.setdefault(newest[person], []).append(person)
    # Groups are ordered by their first person: the keyed digest never orders anything.
    groups = sorted(group for group in people.values() if len(group) > 1)
    rows = [(at, person) for at, group in enumerate(groups, 1) for person in group]
    return pd.DataFrame(rows, columns=["group", "person"]).astype({"group": "int64", "person": "str"})
