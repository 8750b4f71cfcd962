"""Versioned rows: what is news, and what the sender took back.

Responsible for dropping rows that say what the ledger already knows, and for retracting transfers
that a re-sent month no longer lists. Not responsible for registers (`.people.household_register`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from povlib.ledger.frame_conversion import listed, nullable_dtype
from povlib.ledger.rows_as_known import key_condition, rows_until
from povlib.ledger.storage.connections import Store
from povlib.ledger.storage.table_schema import Spec


def changed_versions(store: Store, spec: Spec, rows: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Return the rows that differ from the newest known row of their key."""
    now = _known_beside(store, spec, rows, as_of)
    if now.empty:
        return rows.loc[rows["retracted"] == 0].reset_index(drop=True)
    key = list(spec.key)
    beside = rows[key].merge(now, on=key, how="left", indicator="_known", validate="one_to_one")
    unknown = (beside["_known"] == "left_only").to_numpy()
    # taking back what is unknown or taken back already is no news
    both_gone = (rows["retracted"].to_numpy() == 1) & (unknown | (beside["retracted"].fillna(0).to_numpy() == 1))
    same = ~unknown
    for name in [c.name for c in spec.columns if c.name not in key] + ["retracted"]:
        same &= _equal_values(rows[name], beside[name])
    fresh: pd.DataFrame = rows.loc[~same & ~both_gone].reset_index(drop=True)
    return fresh


def _equal_values(left: pd.Series, right: pd.Series) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return by row whether two columns agree; two missing values do."""
    a, b = left.reset_index(drop=True), right.reset_index(drop=True)
    # two unknowns are the same: a month sent again with the same gap adds nothing
    same: np.ndarray[Any, np.dtype[np.bool_]] = ((a == b).fillna(False) | (a.isna() & b.isna())).to_numpy(dtype=bool)
    return same


def _known_beside(store: Store, spec: Spec, rows: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Return what is known of these keys, and perhaps of others beside them."""
    # the first load of a table compares with nothing
    if rows.empty or not store.rows(f"select 1 from {spec.table} limit 1"):
        return pd.DataFrame()
    if "hh" in spec.key and not _speaks_of_registered(store, rows["hh"]):
        return pd.DataFrame()
    where, values = key_condition(store, spec, {name: rows[name] for name in spec.key if name in rows})
    table = rows_until(store, spec, as_of, where, values)
    found: pd.DataFrame = table.drop_columns(["batch"]).to_pandas(types_mapper=nullable_dtype)
    return found


def _speaks_of_registered(store: Store, hh: pd.Series) -> bool:
    """Whether any of these households is registered: a village's first file need not be held against all others'."""
    return bool(store.rows(f"select 1 from household where {store.among('hh')} limit 1", (listed(hh),)))


def dropped_transfers(
    store: Store, spec: Spec, observed: pd.DataFrame, given: pd.DataFrame, as_of: int
) -> pd.DataFrame:
    """Return retractions of transfers that a newly sent household-month no longer lists.

    An observation speaks for its whole household-month, transfers included.
    """
    now = _known_beside(store, spec, observed, as_of)
    if now.empty:
        return given.iloc[:0]
    now = now.loc[now["retracted"] == 0]
    again = now.merge(observed[["month", "hh"]], on=["month", "hh"])
    gone = again.merge(given[list(spec.key)], on=list(spec.key), how="left", indicator=True)
    gone = gone.loc[gone["_merge"] == "left_only", list(given.columns)]
    return gone.assign(retracted=1)
