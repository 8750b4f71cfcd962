"""Frames of the other rooms, and rows of the ledger: the two-way border.

Responsible for checking a frame (columns, kinds, keys: all faults at once) and for turning months
into ``yyyymm``, truth values into 1 and 0 and missing texts into empty ones, and back.
Not responsible for whether a row is news (`.versioned_rows`, `.people.household_register`) or for writing it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from povlib.errors import Fault
from povlib.ledger.storage.table_schema import BY_FRAME, Column, Spec, kind_in_words

_ARROW = {"text": pa.string(), "real": pa.float64(), "blob": pa.binary()}
_FIRST, _LAST = 12 * 1900, 12 * 2201 - 1


def arrow_schema(columns: tuple[Column, ...]) -> pa.Schema:
    """Return the Arrow schema of stored columns."""
    return pa.schema([pa.field(c.name, _ARROW.get(c.kind, pa.int64())) for c in columns])


def arrow_rows(rows: pd.DataFrame, columns: tuple[Column, ...]) -> pa.Table:
    """Return stored rows as an Arrow table in the order of `columns`."""
    arrays = [pa.array(rows[c.name], type=_ARROW.get(c.kind, pa.int64()), from_pandas=True) for c in columns]
    return pa.table(arrays, schema=arrow_schema(columns))


def stored_table(spec: Spec, frame: pd.DataFrame, faults: list[Fault]) -> pa.Table | None:
    """Return a frame handed in for `spec` as stored columns (without batch), absent columns as not known.

    Parameters
    ----------
    spec : Spec
    frame : DataFrame
        As the other rooms hold it: months as ordinals, missing values missing.
    faults : list of Fault
        Takes what is wrong with it: unknown or missing columns, values, keys. All of it, not the first alone.

    Returns
    -------
    Table or None
        None where something is wrong.
    """
    before = len(faults)
    faults.extend(_faults_of_names(spec, frame))
    made = []
    for column in spec.columns:
        if column.name in frame.columns:
            made.append(_stored_column(spec.frame, column, frame[column.name], faults))
        else:
            made.append(_unknown(column, len(frame)))
    keys = [name for name in spec.key if name in frame.columns]
    if len(keys) == len(spec.key) and (doubled := int(frame.duplicated(keys).sum())):
        said = {"n": doubled, "key": ", ".join(keys)}
        faults.append(Fault("{n} rows repeat a key ({key})", spec.frame, values=said))
    if len(faults) > before:
        return None
    columns = spec.columns
    if spec.shape == "version":
        columns = (*columns, Column("retracted", "int", True))
        given = frame["retracted"].astype("int64").to_numpy() if "retracted" in frame else np.zeros(len(frame), "int64")
        made.append(pa.array(given))
    return pa.table(made, schema=arrow_schema(columns))


#: frames that an append compares as they were sent, or seals
_COMPARED = ("households", "members", "identity", "events")


@dataclass(frozen=True, eq=False)
class StoredRows:
    """Rows of one frame as the ledger stores them, found sound ahead of the append (`stored_rows`)."""

    frame: str
    table: pa.Table

    def __post_init__(self) -> None:
        if self.frame in _COMPARED:
            raise ValueError(f"rows of {self.frame} are appended as a frame")

    def __len__(self) -> int:
        return int(self.table.num_rows)


def stored_rows(name: str, frame: pd.DataFrame) -> StoredRows | None:
    """Return a frame as `Ledger.append` would store it: what another process may do ahead.

    Returns
    -------
    StoredRows or None
        None where something is wrong with it, and for registers and identities: those are compared as frames, and
        `Ledger.append` says what is wrong.

    Examples
    --------
    >>> len(stored_rows("coops", pd.DataFrame({"coop": ["c1"], "village": ["联胜"], "founded_month": [24192]})))
    1
    >>> stored_rows("coops", pd.DataFrame({"coop": ["c1"]})) is None
    True
    """
    if name in _COMPARED:
        return None
    faults: list[Fault] = []
    made = stored_table(BY_FRAME[name], frame, faults)
    return None if made is None else StoredRows(name, made)


def _faults_of_names(spec: Spec, frame: pd.DataFrame) -> Iterator[Fault]:
    names = [column.name for column in spec.columns]
    for name in frame.columns:
        if name not in (*names, "retracted") or (name == "retracted" and spec.shape != "version"):
            said = {"name": name, "names": ", ".join(names)}
            yield Fault("the ledger has no column {name}", spec.frame, "{names}", "", said)
    for column in spec.columns:
        if column.name not in frame.columns and column.required and column.name != "seq":
            yield Fault("the column {name} is missing", spec.frame, values={"name": column.name})


def _unknown(column: Column, count: int) -> pa.Array:
    """Return a column of which nothing is known."""
    kind = _ARROW.get(column.kind, pa.int64())
    return pa.repeat(pa.scalar("", kind), count) if column.kind == "text" else pa.nulls(count, kind)


def _stored_column(where: str, column: Column, values: pd.Series, faults: list[Fault]) -> pa.Array:
    """Return a column as it is stored, and add what keeps its values from that: kind, missing, months, truth, NUL."""
    place = f"{where}.{column.name}"
    try:
        stored = _arrow_values(values, column)
    except (TypeError, ValueError, OverflowError, pa.ArrowException):
        faults.append(Fault("this is not {kind}", place, values={"kind": kind_in_words(column.kind)}))
        return _unknown(column, len(values))
    if column.required and (n := _count(pc.equal(stored, "")) if column.kind == "text" else stored.null_count):
        faults.append(Fault("{n} rows have no value", place, values={"n": n}))
    if column.kind == "month":
        if n := _count(pc.or_(pc.less(stored, _FIRST), pc.greater(stored, _LAST))):
            said = {"n": n}
            faults.append(Fault("{n} values are no month", place, "an ordinal 12 * year + month - 1", values=said))
        years = pc.divide(stored, 12)  # 100 * year + month of 12 * year + month - 1
        return pc.add(pc.add(stored, pc.multiply(years, 88)), 1)
    if column.kind in ("three", "bool") and (n := _count(pc.or_(pc.less(stored, 0), pc.greater(stored, 1)))):
        faults.append(Fault("{n} values are neither 1, 0 nor empty", place, values={"n": n}))
    if column.kind == "text" and (n := _count(pc.match_substring(stored, "\x00"))):
        faults.append(Fault("{n} values hold a NUL character", place, values={"n": n}))
    return stored


def _count(mask: pa.BooleanArray) -> int:
    return int(pc.sum(mask).as_py() or 0)


def _arrow_values(values: pd.Series, column: Column) -> pa.Array:
    """Return frame values as an Arrow array of the column's kind, months still as ordinals.

    Raises
    ------
    ValueError, TypeError
        If a value is not of the kind of the column, for instance a number with a fraction for fen.
    """
    if column.kind == "text":
        return pc.fill_null(_one_array(pa.array(_texts(values, column), type=pa.string(), from_pandas=True)), "")
    if column.kind == "blob":
        return _one_array(pa.array(values, type=pa.binary(), from_pandas=True))
    if column.kind == "real":
        known = _numbers(values).to_numpy()
        return pa.array(known, mask=~np.isfinite(known))
    if column.kind == "bool" and values.dtype != bool:
        values = values.astype("boolean").astype("Int64")
    elif values.dtype.kind not in "iu":
        values = values.astype("Int64")
    return _one_array(pa.array(values, type=pa.int64(), from_pandas=True))


def _one_array(made: pa.Array | pa.ChunkedArray) -> pa.Array:
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _texts(values: pd.Series, column: Column) -> pd.Series:
    if isinstance(values.dtype, pd.StringDtype):
        return values
    if pd.api.types.is_numeric_dtype(values) and not values.isna().all():
        raise TypeError(column.name)
    return values.astype("str")


def _numbers(values: pd.Series) -> pd.Series:
    return values if values.dtype == np.float64 else values.astype("Float64").astype("float64")


def to_stored(values: pd.Series, column: Column) -> pd.Series:
    """Return frame values as the ledger stores them.

    Raises
    ------
    ValueError, TypeError
        If a value is not of the kind of the column, for instance a number with a fraction for fen.
    """
    if column.kind == "text":
        return _texts(values, column).fillna("")
    if column.kind == "real":
        return _numbers(values).replace([np.inf, -np.inf], np.nan)
    if column.kind == "blob":
        return values
    if column.kind in ("bool", "three"):
        return values.astype("boolean").astype("Int64") if column.kind == "bool" else values.astype("Int64")
    numbers = values.astype("Int64")
    return (numbers // 12) * 100 + numbers % 12 + 1 if column.kind == "month" else numbers


def plain_frame(table: pa.Table) -> pd.DataFrame:
    """Return stored rows (Arrow) as a frame of stored values: whole numbers may be missing, texts are texts."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=nullable_dtype)
    return frame


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


def listed(*texts: pd.Series | pa.ChunkedArray) -> str:
    """Return the distinct texts of columns as a JSON list, as `Store.among` takes them.

    Examples
    --------
    >>> listed(pd.Series(["b", "a", "b"]), pd.Series(["c"]))
    '["b", "a", "c"]'
    """
    chunks = [chunk for column in texts for chunk in _chunks(column)]
    # Arrow finds the distinct ones: a Python set of a million texts takes longer than the query
    return json.dumps(pa.chunked_array(chunks, pa.string()).unique().to_pylist(), ensure_ascii=False)


def is_among(values: pd.Series | pa.ChunkedArray, *known: pd.Series | pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Return which texts are among others; pandas itself takes seconds a million."""
    wanted = pa.chunked_array(_chunks(values), pa.string())
    held = pa.chunked_array([chunk for others in known for chunk in _chunks(others)], pa.string())
    found: npt.NDArray[np.bool_] = pc.is_in(wanted, value_set=held).to_numpy(zero_copy_only=False)
    return found


def _chunks(texts: pd.Series | pa.ChunkedArray) -> list[pa.Array]:
    if not isinstance(texts, pa.ChunkedArray):
        made = pa.array(texts, type=pa.string(), from_pandas=True)
        return list(made.chunks) if isinstance(made, pa.ChunkedArray) else [made]
    return list(texts.chunks)
