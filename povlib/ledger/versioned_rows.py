"""Versioned rows: what is news, and what the sender took back.

Responsible for dropping rows that say what the ledger already knows, and for retracting transfers
that a re-sent month no longer lists. Not responsible for registers (`.people.household_register`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from povlib.ledger.frame_conversion import arrow_rows, listed, plain_frame
from povlib.ledger.rows_as_known import in_force, key_condition, rows_until
from povlib.ledger.storage.connections import Store
from povlib.ledger.storage.table_schema import Column, Spec


def changed_versions(store: Store, spec: Spec, sent: pa.Table, as_of: int) -> pa.Table:
    """Return the stored rows that differ from the newest known row of their key."""
    known = _with_parts_of_keys(_known_beside(store, spec, sent, as_of), sent, spec.key)
    if not known.num_rows:
        return sent.filter(pc.equal(sent.column("retracted"), 0))
    rows, now = plain_frame(sent), plain_frame(known)
    key = list(spec.key)
    beside = rows[key].merge(now, on=key, how="left", indicator="_known", validate="one_to_one")
    unknown = (beside["_known"] == "left_only").to_numpy()
    # taking back what is unknown or taken back already is no news
    both_gone = (rows["retracted"].to_numpy() == 1) & (unknown | (beside["retracted"].fillna(0).to_numpy() == 1))
    same = ~unknown
    for name in [c.name for c in spec.columns if c.name not in key] + ["retracted"]:
        same &= _equal_values(rows[name], beside[name])
    return sent.filter(pa.array(~same & ~both_gone))


def _with_parts_of_keys(known: pa.Table, sent: pa.Table, key: Sequence[str]) -> pa.Table:
    """Leave out known rows that can be nobody's counterpart, since nothing sent has this part of their key.

    Most rows that are found beside a key are of other keys: joined without them, nothing is known of nearly every file.
    """
    for name in key if known.num_rows else ():
        known = known.filter(pc.is_in(known.column(name), value_set=sent.column(name)))
    return known


def _equal_values(left: pd.Series, right: pd.Series) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return by row whether two columns agree; two missing values do."""
    a, b = left.reset_index(drop=True), right.reset_index(drop=True)
    # two unknowns are the same: a month sent again with the same gap adds nothing
    same: np.ndarray[Any, np.dtype[np.bool_]] = ((a == b).fillna(False) | (a.isna() & b.isna())).to_numpy(dtype=bool)
    return same


def _known_beside(store: Store, spec: Spec, sent: pa.Table, as_of: int) -> pa.Table:
    """Return what is known of these keys, and perhaps of others beside them."""
    # the first load of a table compares with nothing
    if not sent.num_rows or not store.rows(f"select 1 from {spec.table} limit 1"):
        return sent.slice(0, 0)
    if "hh" in spec.key and not _speaks_of_registered(store, sent.column("hh")):
        return sent.slice(0, 0)
    keys = {name: sent.column(name) for name in spec.key if name in sent.column_names}
    where, values = key_condition(store, spec, keys)
    return rows_until(store, spec, as_of, where, values).drop_columns(["batch"])


def _speaks_of_registered(store: Store, hh: pa.ChunkedArray) -> bool:
    """Whether any of these households is registered: a village's first file need not be held against all others'."""
    return bool(store.rows(f"select 1 from household where {store.among('hh')} limit 1", (listed(hh),)))


def dropped_transfers(store: Store, spec: Spec, observed: pa.Table, sent: pa.Table, as_of: int) -> pa.Table:
    """Return retractions of transfers that a newly sent household-month no longer lists.

    An observation speaks for its whole household-month, transfers included.
    """
    known = _known_beside(store, spec, observed, as_of)
    if known.num_rows:
        known = in_force(_with_parts_of_keys(known, observed, ("month", "hh")), spec)
    if not known.num_rows:
        return sent.slice(0, 0)
    now = plain_frame(known)
    again = now.merge(plain_frame(observed.select(["month", "hh"])), on=["month", "hh"])
    given = plain_frame(sent.select(list(spec.key)))
    gone = again.merge(given, on=list(spec.key), how="left", indicator=True)
    gone = gone.loc[gone["_merge"] == "left_only", [column.name for column in spec.columns]]
    return arrow_rows(gone.assign(retracted=1), (*spec.columns, Column("retracted", "int", True)))
