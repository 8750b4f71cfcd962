"""Frames of the other rooms, and rows of the ledger: the two-way border.

Responsible for checking a frame (columns, kinds, keys: all faults at once) and for turning months
into ``yyyymm``, truth values into 1 and 0 and missing texts into empty ones, and back.
Not responsible for whether a row is news (`.versioned_rows`, `.people.household_register`) or for writing it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from povlib.errors import Fault
from povlib.ledger.storage.table_schema import Column, Spec, kind_in_words

_ARROW = {"text": pa.string(), "real": pa.float64(), "blob": pa.binary()}
_FIRST, _LAST = 12 * 1900, 12 * 2201 - 1


def arrow_schema(columns: tuple[Column, ...]) -> pa.Schema:
    """Return the Arrow schema of stored columns."""
    return pa.schema([pa.field(c.name, _ARROW.get(c.kind, pa.int64())) for c in columns])


def arrow_rows(rows: pd.DataFrame, columns: tuple[Column, ...]) -> pa.Table:
    """Return stored rows as an Arrow table in the order of `columns`."""
    arrays = [pa.array(rows[c.name], type=_ARROW.get(c.kind, pa.int64()), from_pandas=True) for c in columns]
    return pa.table(arrays, schema=arrow_schema(columns))


def faults_of(spec: Spec, frame: pd.DataFrame) -> Iterator[Fault]:
    """Yield what is wrong with a frame handed in for `spec`: unknown or missing columns, values, keys."""
    names = [column.name for column in spec.columns]
    where = spec.frame
    for name in frame.columns:
        if name not in (*names, "retracted") or (name == "retracted" and spec.shape != "version"):
            yield Fault(
                "the ledger has no column {name}", where, "{names}", "", {"name": name, "names": ", ".join(names)}
            )
    for column in spec.columns:
        if column.name not in frame.columns:
            if column.required and column.name != "seq":
                yield Fault("the column {name} is missing", where, values={"name": column.name})
            continue
        yield from _column_faults(where, column, frame[column.name])
    keys = [name for name in spec.key if name in frame.columns]
    if len(keys) == len(spec.key) and (doubled := int(frame.duplicated(keys).sum())):
        yield Fault("{n} rows repeat a key ({key})", where, values={"n": doubled, "key": ", ".join(keys)})


def _column_faults(where: str, column: Column, values: pd.Series) -> Iterator[Fault]:
    """Yield what keeps the values of a column from being stored: kind, missing, months, truth values, NUL."""
    place = f"{where}.{column.name}"
    try:
        stored = to_stored(values, column)
    except (TypeError, ValueError, OverflowError, pa.ArrowException):
        yield Fault("this is not {kind}", place, values={"kind": kind_in_words(column.kind)})
        return
    empty = (stored == "") if column.kind == "text" else stored.isna()
    if column.required and (n := int(empty.sum())):
        yield Fault("{n} rows have no value", place, values={"n": n})
    if column.kind == "month":
        months = pd.to_numeric(values, errors="coerce").dropna()
        if n := int(((months < _FIRST) | (months > _LAST)).sum()):
            yield Fault("{n} values are no month", place, "an ordinal 12 * year + month - 1", values={"n": n})
    if column.kind in ("three", "bool") and (n := int((~stored.dropna().isin((0, 1))).sum())):
        yield Fault("{n} values are neither 1, 0 nor empty", place, values={"n": n})
    if column.kind == "text" and (n := int(stored.str.contains("\x00", regex=False).sum())):
        yield Fault("{n} values hold a NUL character", place, values={"n": n})


def to_stored(values: pd.Series, column: Column) -> pd.Series:
    """Return frame values as the ledger stores them.

    Raises
    ------
    ValueError, TypeError
        If a value is not of the kind of the column, for instance a number with a fraction for fen.
    """
    if column.kind == "text":
        if pd.api.types.is_numeric_dtype(values) and not values.isna().all():
            raise TypeError(column.name)
        return values.astype("str").fillna("")
    if column.kind == "real":
        return values.astype("Float64").astype("float64").replace([np.inf, -np.inf], np.nan)
    if column.kind == "blob":
        return values
    if column.kind in ("bool", "three"):
        return values.astype("boolean").astype("Int64") if column.kind == "bool" else values.astype("Int64")
    numbers = values.astype("Int64")
    return (numbers // 12) * 100 + numbers % 12 + 1 if column.kind == "month" else numbers


def stored_rows(spec: Spec, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a checked frame as stored columns (without batch), absent columns as not known."""
    made = {}
    for column in spec.columns:
        given = frame.get(column.name)
        if given is None:
            given = pd.Series(pd.NA, index=frame.index, dtype="object" if column.kind == "text" else "Int64")
        made[column.name] = to_stored(given, column).reset_index(drop=True)
    rows = pd.DataFrame(made)
    if spec.shape == "version":
        given = frame.get("retracted")
        rows["retracted"] = 0 if given is None else given.astype("int64").to_numpy()
    return rows


def nullable_dtype(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    """Return the pandas type in which values may be missing; None leaves the choice to Arrow."""
    if pa.types.is_int64(kind):
        return pd.Int64Dtype()
    return pd.StringDtype(na_value=np.nan) if pa.types.is_string(kind) else None


def frame_of(table: pa.Table, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Return stored rows (Arrow) as a frame of the contract: ordinals, truth values, missing texts.

    A yes-or-no column is plain `bool`, where not known reads as no.
    """
    made = {c.name: _from_stored(table.column(c.name), c) for c in columns if c.name in table.column_names}
    return pd.DataFrame(made)


def _from_arrow(kind: Any, values: pa.ChunkedArray) -> Any:
    return kind.__from_arrow__(values)


def _from_stored(values: pa.ChunkedArray, column: Column) -> Any:
    """Return a stored column as pandas holds it: months as ordinals, truth values as booleans, empty texts missing."""
    if column.kind == "text":
        known = values if column.required else pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
        return _from_arrow(pd.StringDtype(na_value=np.nan), known)
    if column.kind == "blob":
        return values.to_pandas()
    if column.kind == "real":
        return values.to_numpy()
    if column.kind == "bool":
        return values.fill_null(0).to_numpy().astype("bool")
    if column.kind == "three":
        return _from_arrow(pd.Int8Dtype(), values.cast(pa.int8()))
    if column.kind == "month":
        years = pc.divide(values, 100)  # 12 * year + month - 1 of year * 100 + month
        values = pc.subtract(pc.subtract(values, pc.multiply(years, 88)), 1)
    if column.required and not values.null_count:
        return values.to_numpy()
    return _from_arrow(pd.Int64Dtype(), values)


def listed(*texts: pd.Series) -> str:
    """Return the distinct texts of columns as a JSON list, as `Store.among` takes them.

    Examples
    --------
    >>> listed(pd.Series(["b", "a", "b"]), pd.Series(["c"]))
    '["b", "a", "c"]'
    """
    arrays = [pa.array(column, type=pa.string(), from_pandas=True) for column in texts]
    # Arrow finds the distinct ones: a Python set of a million texts takes longer than the query
    return json.dumps(pa.chunked_array(arrays, pa.string()).unique().to_pylist(), ensure_ascii=False)


def is_among(values: pd.Series, *known: pd.Series | pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Return which texts are among others; pandas itself takes seconds a million."""
    wanted = pa.array(values, type=pa.string(), from_pandas=True)
    found = np.zeros(len(values), dtype=bool)
    for others in known:
        held = others if isinstance(others, pa.ChunkedArray) else pa.array(others, type=pa.string(), from_pandas=True)
        found |= pc.is_in(wanted, value_set=held).to_numpy(zero_copy_only=False)
    return found
