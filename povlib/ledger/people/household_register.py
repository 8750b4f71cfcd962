"""Households and members: opened once, changed by events.

Responsible for what a register row says as of a batch (its opening row with its events applied) and
for turning a newly sent register into opening rows and change events. Not responsible for reading
or writing tables.

An event counts from its month on. Of two events about one field the later month wins, then the
later batch. A *change* dated before the row was opened is history only; a *correction* counts from
the opening.
"""

from __future__ import annotations

import json
from collections.abc import Collection

import numpy as np
import pandas as pd
import pyarrow as pa

from povlib.ledger.frame_conversion import is_among, nullable_dtype, plain_frame, to_stored
from povlib.ledger.rows_as_known import rows_until
from povlib.ledger.storage.connections import Store
from povlib.ledger.storage.table_schema import BY_FRAME, Column, Spec

ENTITY = {"households": "household", "members": "member"}
EVENTS = BY_FRAME["events"]
EVENT_COLUMNS = [column.name for column in EVENTS.columns]


def register_rows(store: Store, spec: Spec, as_of: int, keys: Collection[str] | None = None) -> pd.DataFrame:
    """Return the stored rows of a register as of a batch, events applied, sorted by key; only of `keys` if given."""
    opened, told = "", "entity = ?"
    listed: tuple[str, ...] = ()
    if keys is not None:
        opened, told = store.among(spec.key[0]), f"{told} and {store.among('entity_id')}"
        listed = (json.dumps(list(keys), ensure_ascii=False),)
    base = rows_until(store, spec, as_of, opened, listed).to_pandas(types_mapper=nullable_dtype)
    events = rows_until(store, EVENTS, as_of, told, (ENTITY[spec.frame], *listed)).to_pandas()
    return with_events(spec, base.set_index(spec.key[0], drop=False), events)


def with_events(spec: Spec, base: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Apply events to opening rows (index = key)."""
    fields = {c.name: c for c in spec.columns if c.name not in spec.key}
    if events.empty:
        return base
    events = events.loc[events["field"].isin(list(fields)) & is_among(events["entity_id"], base[spec.key[0]])]
    if events.empty:
        return base
    # a household may be opened by a later batch for an earlier month: months order events, batches only break ties
    opened = base["valid_from"].reindex(events["entity_id"]).fillna(0).to_numpy(dtype="int64")
    since = events["valid_from"].fillna(0).to_numpy(dtype="int64")
    events = events.assign(counts_from=np.maximum(opened, since))
    # what changed before the row was opened is in the opening row already; a correction speaks of the opening itself
    events = events.loc[(events["kind"] != "change") | (since >= opened)]
    events = events.sort_values(["field", "entity_id", "counts_from", "batch", "seq"], kind="stable")
    newest = events.drop_duplicates(["field", "entity_id"], keep="last")
    rows = base.copy()
    for field, group in newest.groupby("field", sort=True):
        column = fields[str(field)]
        rows.loc[group["entity_id"].to_numpy(), column.name] = values_of_events(group["value"], column).to_numpy()
    return rows


def event_texts(values: pd.Series, column: Column) -> pd.Series:
    """Return stored values as the text of an event; empty = not known."""
    if column.kind == "text":
        return values.astype("str").fillna("")
    if column.kind == "real":
        # repr keeps every bit of a real: what comes back is what was stored
        return values.map(lambda v: "" if pd.isna(v) else repr(float(v))).astype("str")
    return values.astype("Int64").astype("string").fillna("").astype("str")


def values_of_events(values: pd.Series, column: Column) -> pd.Series:
    """Return the stored values that the text of events stands for.

    Raises
    ------
    ValueError
        If a text is no value of this column.
    """
    if column.kind == "text":
        return values.astype("str")
    numbers = pd.to_numeric(values.replace("", np.nan))
    if column.kind == "real":
        return numbers.astype("float64")
    if column.kind in ("bool", "three"):
        return to_stored(numbers, Column(column.name, "three"))
    return numbers.astype("Int64")


def register_news(
    spec: Spec, given: pa.Table, told: list[str], now: pd.DataFrame, month: int
) -> tuple[pa.Table, pd.DataFrame]:
    """Split a newly sent register into opening rows and change events.

    Parameters
    ----------
    given : Table
        Stored rows as sent; an empty value says nothing and changes nothing.
    told : list of str
        Columns that were sent.
    now : DataFrame
        Register rows as known now, indexed by key.
    month : int
        ``yyyymm`` from which changes count.
    """
    known_already = is_among(given.column(spec.key[0]), now[spec.key[0]])
    opening = given.filter(pa.array(~known_already))
    opening = opening.append_column("valid_from", pa.array(np.full(opening.num_rows, month)))
    return opening, _changes(spec, given.filter(pa.array(known_already)), told, now, month)


def _changes(spec: Spec, given: pa.Table, told: list[str], now: pd.DataFrame, month: int) -> pd.DataFrame:
    """Return what known rows of a register say otherwise than before, as events."""
    if not given.num_rows:
        return pd.DataFrame()
    sent = plain_frame(given).set_index(spec.key[0], drop=False)
    before = now.reindex(sent.index)
    parts = []
    for column in spec.columns:
        if column.name in spec.key or column.name not in told:
            continue
        new, old = event_texts(sent[column.name], column), event_texts(before[column.name], column)
        # compared as event texts, since that is what would be stored: no difference of types can look like news
        differs = ((new != "") & (new != old)).to_numpy()
        if differs.any():
            part = pd.DataFrame({"entity_id": sent.index[differs].to_numpy(), "value": new[differs].to_numpy()})
            parts.append(part.assign(field=column.name, old_value=old[differs].to_numpy()))
    if not parts:
        return pd.DataFrame()
    events = pd.concat(parts, ignore_index=True)
    return events.assign(entity=ENTITY[spec.frame], valid_from=month, kind="change", reason="")


def with_sequence(events: pd.DataFrame) -> pd.DataFrame:
    """Give events their place in the batch, whatever order they came in."""
    rows = events.reindex(columns=EVENT_COLUMNS)
    rows["valid_from"] = rows["valid_from"].astype("Int64")
    rows = rows.sort_values(["entity", "entity_id", "field", "valid_from"], kind="stable", ignore_index=True)
    return rows.assign(seq=np.arange(1, len(rows) + 1))
