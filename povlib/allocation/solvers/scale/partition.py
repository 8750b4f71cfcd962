"""One partition: whole villages as a few arrays in one file.

Responsible for the arrays of a partition and for reading and writing them, raw (NumPy's own
format, mapped into memory, for speed) or as Parquet (for exchange). Not responsible for what the
numbers mean (`problem_layout`) nor for which partitions there are (`village_blocks`).
"""

from __future__ import annotations

import hashlib
import mmap
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from povlib.arrays import Ints

WholeNumbers = npt.NDArray[np.integer[Any]]
_PARSER = threading.Lock()  # NumPy reads the header by `ast`, which Python 3.11 may not do in two threads
#: order of the arrays in a raw file: 8-byte numbers first, so that every array stays aligned
ARRAY_ORDER = ("village", "first", "capacity", "override", "value", "amount")


@dataclass(frozen=True, eq=False)
class Partition:
    """Households of whole villages.

    Attributes
    ----------
    village : int64 (V,)
        Key of each village.
    first : int64 (V+1,)
        Households first[v] .. first[v+1]-1 live in village v.
    capacity : int64 (V, L)
        Village rows in their <= form.
    override : int64 (O, 4)
        Household, package, common row, units added to its use (<= form), sorted.
    value : int32 or int64 (K, H)
        Micro-persons; the least number of its type says "may not have this package".
    amount : int32 or int64 (Q, H)
    """

    village: Ints
    first: Ints
    capacity: Ints
    override: Ints
    value: WholeNumbers
    amount: WholeNumbers

    @property
    def households(self) -> int:
        """Number of households."""
        return int(self.value.shape[1])

    @property
    def forbidden(self) -> int:
        """The value that says a household may not have a package."""
        return int(np.iinfo(self.value.dtype).min)

    def run(self, low: int, high: int) -> Partition:
        """Return villages low .. high-1 as a partition of their own (views where possible)."""
        a, b = int(self.first[low]), int(self.first[high])
        some = (self.override[:, 0] >= a) & (self.override[:, 0] < b)
        return Partition(
            self.village[low:high], self.first[low : high + 1] - a, self.capacity[low:high],
            self.override[some] - np.array([a, 0, 0, 0]), self.value[:, a:b], self.amount[:, a:b],
        )  # fmt: skip


def values_as_type(value: WholeNumbers, dtype: np.dtype[Any]) -> WholeNumbers:
    """Return values in another type; "may not have it" stays so."""
    if value.dtype == dtype:
        return value
    return np.where(value == np.iinfo(value.dtype).min, np.iinfo(dtype).min, value).astype(dtype)


def joined_partitions(parts: list[Partition]) -> Partition:
    """Put partitions one after the other."""
    dtype = max((part.value.dtype for part in parts), key=lambda dtype: dtype.itemsize)
    sizes = np.cumsum([0, *(part.households for part in parts)])
    return Partition(
        np.concatenate([part.village for part in parts]),
        np.concatenate([[0], *(part.first[1:] + at for part, at in zip(parts, sizes, strict=False))]).astype(np.int64),
        np.concatenate([part.capacity for part in parts]),
        np.concatenate([part.override + np.array([at, 0, 0, 0]) for part, at in zip(parts, sizes, strict=False)]),
        np.concatenate([values_as_type(part.value, dtype) for part in parts], axis=1),
        np.concatenate([part.amount.astype(dtype, copy=False) for part in parts], axis=1),
    )


def write_part(path: Path, part: Partition) -> None:
    """Write a partition; the ending of the name says how."""
    partial = path.with_name(path.name + ".partial")
    if path.suffix == ".parquet":
        _write_parquet(partial, part)
    else:
        with partial.open("wb") as file:
            for name in ARRAY_ORDER:
                np.save(file, np.ascontiguousarray(getattr(part, name)))
    os.replace(partial, path)


def read_part(path: Path) -> Partition:
    """Read a partition; raw files are mapped, so that memory is given back when the arrays are."""
    if path.suffix == ".parquet":
        return _read_parquet(path)
    with path.open("rb") as file:
        whole = _mapped_file(file.fileno())
        arrays: dict[str, Any] = {}
        for name in ARRAY_ORDER:
            shape, dtype = _read_header(file)
            count = int(np.prod(shape))
            arrays[name] = np.frombuffer(whole, dtype, count, file.tell()).reshape(shape)
            file.seek(count * dtype.itemsize, os.SEEK_CUR)
    return Partition(**arrays)


def load_array(path: Path) -> npt.NDArray[Any]:
    """Read one array; safe in threads."""
    with _PARSER:
        array: npt.NDArray[Any] = np.load(path)
    return array


def _read_header(file: Any) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    with _PARSER:
        shape, _, dtype = read(file)  # always C order: `write_part` sees to it
    return shape, dtype


def _mapped_file(fileno: int) -> mmap.mmap:
    """Map a whole file, read in one go where the system can."""
    if hasattr(mmap, "MAP_POPULATE"):
        return mmap.mmap(fileno, 0, flags=mmap.MAP_SHARED | mmap.MAP_POPULATE, prot=mmap.PROT_READ)
    return mmap.mmap(fileno, 0, access=mmap.ACCESS_READ)


def read_ahead(path: Path) -> None:
    """Ask the system to begin reading a file that will be needed next; a hint only."""
    if hasattr(os, "posix_fadvise") and path.exists():
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_parquet(path: Path, part: Partition) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    size = np.diff(part.first)
    columns: dict[str, Any] = {"village": np.repeat(part.village, size)}
    for j in range(part.capacity.shape[1]):
        columns[f"capacity_{j}"] = np.repeat(part.capacity[:, j], size)
    for k, value in enumerate(part.value):
        columns[f"value_{k}"] = pa.array(value, mask=value == part.forbidden)
    for q, amount in enumerate(part.amount):
        columns[f"amount_{q}"] = amount
    count = np.bincount(part.override[:, 0], minlength=part.households)
    one = pa.StructArray.from_arrays([pa.array(part.override[:, c]) for c in (1, 2, 3)], ["package", "row", "added"])
    columns["override"] = pa.ListArray.from_arrays(np.concatenate([[0], np.cumsum(count)]).astype(np.int32), one)
    pq.write_table(pa.table(columns), path, compression="zstd", row_group_size=max(part.households, 1))


def _read_parquet(path: Path) -> Partition:
    import pyarrow.parquet as pq

    table = pq.read_table(path, partitioning=None)
    village = table["village"].to_numpy()
    begin = np.flatnonzero(np.r_[True, village[1:] != village[:-1]])
    caps = [table[name].to_numpy()[begin] for name in _numbered_columns(table.column_names, "capacity_")]
    overrides = table["override"].combine_chunks()
    inner = overrides.flatten()
    household = np.repeat(np.arange(len(village)), np.diff(overrides.offsets.to_numpy()))
    added = [inner.field(name).to_numpy(zero_copy_only=False) for name in ("package", "row", "added")]
    values = [table[name] for name in _numbered_columns(table.column_names, "value_")]
    dtype = np.dtype(values[0].type.to_pandas_dtype())
    low = int(np.iinfo(dtype).min)
    amounts = [table[name].to_numpy() for name in _numbered_columns(table.column_names, "amount_")]
    return Partition(
        village=village[begin].astype(np.int64),
        first=np.append(begin, len(village)).astype(np.int64),
        capacity=_stacked_rows(caps, len(begin), np.dtype(np.int64)).T.copy(),
        override=np.stack([household, *added], axis=1).astype(np.int64),
        value=np.stack([column.fill_null(low).to_numpy() for column in values]).astype(dtype),
        amount=_stacked_rows(amounts, len(village), dtype),
    )


def _numbered_columns(names: list[str], prefix: str) -> Iterator[str]:
    count = sum(name.startswith(prefix) for name in names)
    return (f"{prefix}{at}" for at in range(count))


def _stacked_rows(rows: list[Any], length: int, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    return np.stack(rows).astype(dtype) if rows else np.zeros((0, length), dtype=dtype)
