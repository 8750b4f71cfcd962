"""Rows as they were known at a batch.

Responsible for the SQL of "the newest row of every key up to batch N" on both databases.
Not responsible for turning rows into the frames of a State (`state`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from povlib.calendar import Month
from povlib.ledger.frame_conversion import frame_of, listed
from povlib.ledger.storage.connections import Store
from povlib.ledger.storage.table_schema import Spec


def as_of_sql(store: Store, spec: Spec, where: str = "") -> str:
    """Return the query for rows of `spec` known at a batch (first placeholder), in key order."""
    keys, columns = ", ".join(spec.key), store.selected(spec.stored)
    condition = "batch <= ?" + (f" and {where}" if where else "")
    if spec.shape != "version":
        return f"select {columns} from {spec.table} where {condition} order by {keys}"
    if store.name == "postgresql":
        # PostgreSQL refuses bare columns beside max(); distinct on reads the same answer in one sort
        return f"select distinct on ({keys}) {columns} from {spec.table} where {condition} order by {keys}, batch desc"
    # SQLite takes the other columns from the row that holds the maximum: one ordered pass, no sort.
    shown = store.selected(spec.stored[:-1])
    return f"select {shown}, max(batch) as batch from {spec.table} where {condition} group by {keys} order by {keys}"


def rows_until(store: Store, spec: Spec, as_of: int, where: str = "", values: Sequence[Any] = ()) -> pa.Table:
    """Return stored rows known at batch `as_of`, retracted ones included."""
    return store.table(as_of_sql(store, spec, where), spec.stored, (as_of, *values))


def known_rows(store: Store, spec: Spec, as_of: int, months: tuple[Month, Month] | None = None) -> pa.Table:
    """Return stored rows in force at batch `as_of`, of some months only where the table has months."""
    parts: list[str] = []
    values: list[Any] = []
    if months and "month" in spec.by_name:
        parts.append("month between ? and ?")
        values += [months[0].yyyymm, months[1].yyyymm]
    return in_force(rows_until(store, spec, as_of, " and ".join(parts), values), spec)


def key_condition(
    store: Store, spec: Spec, keys: Mapping[str, pd.Series | pa.ChunkedArray]
) -> tuple[str, tuple[Any, ...]]:
    """Return the condition that finds the rows of some keys without reading the table.

    Parameters
    ----------
    keys : mapping
        Stored values of columns of the key, for rows to be found. Rows of other keys may be found too: who asks joins
        on the whole key.
    """
    parts: list[str] = []
    values: list[Any] = []
    leading = spec.key[0]
    if leading == "month" and leading in keys:
        # each month by name: with the households named too, a row is one step down the key (month, household)
        months = sorted({int(month) for month in keys[leading].unique().tolist()})
        parts.append(f"month in ({_placeholders(months)})")
        values += months
        leading = spec.key[1] if len(spec.key) > 1 else ""
    # of answers the key begins with what they are about, of which there are few: whose they are comes second
    for name in spec.key[:2] if leading == "entity" else (leading,):
        if name in keys and spec.by_name[name].kind == "text":
            parts.append(store.among(name))
            values.append(listed(keys[name]))
    return " and ".join(parts), tuple(values)


def months_of(store: Store, table: str) -> list[int]:
    """Return the months of a panel, one step down the key for each, whatever its length."""
    query = (
        f"with recursive step(at) as (select min(month) from {table}"
        f" union all select (select min(month) from {table} where month > step.at) from step where step.at is not null)"
        " select at from step where at is not null"
    )
    return [int(month) for (month,) in store.rows(query)]


def _placeholders(values: Sequence[Any]) -> str:
    return ", ".join("?" for _ in values)


def in_force(table: pa.Table, spec: Spec) -> pa.Table:
    """Leave out rows that were taken back."""
    if spec.shape != "version":
        return table
    return table.filter(pc.equal(table.column("retracted"), 0)).drop_columns(["retracted"])


def known_frame(store: Store, spec: Spec, as_of: int) -> pd.DataFrame:
    """Return rows in force at batch `as_of` as a frame with its batch."""
    return frame_of(known_rows(store, spec, as_of), spec.stored)
