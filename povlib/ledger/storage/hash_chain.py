"""Digests of rows, and the chain of batches.

Responsible for the salted digest of the rows of one table in one batch, whatever the chunks they are
read in, and for the hash that links a batch to the one before. Not responsible for reading rows.

A digest is SHA-256 over a salt, a row-major block of whole numbers (null = 0 with a bit that says so,
reals by their bits, texts by their length in bytes) and the bytes of each text column.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from povlib.ledger.storage.table_schema import Column

_AT_ONCE = 32_768  # rows whose block stays in the processor's cache
_SAID_AT_FIRST = ("schema", "synthetic", "origin", "seed")


def genesis_of(meta: Mapping[str, str]) -> str:
    """Return the hash that the first batch is linked to: what the ledger said about itself when it was made."""
    said = [[name, meta[name]] for name in _SAID_AT_FIRST if name in meta]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class RowDigest:
    """The running digest of rows in the order of their key.

    Examples
    --------
    >>> from povlib.ledger.storage.table_schema import BY_FRAME
    >>> digest = RowDigest("", BY_FRAME["claims"].columns)
    >>> digest.update(pa.table({n: pa.array([n]) for n in ("document", "key", "stated", "definition")}))
    >>> digest.rows, len(digest.hexdigest())
    (1, 64)
    """

    def __init__(self, salt: str, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        names = ",".join(c.name for c in columns)
        start = hashlib.sha256(f"{salt}|{names}".encode())
        self._numbers = start.copy()
        self._texts = {c.name: start.copy() for c in columns if c.kind in ("text", "blob")}
        self.rows = 0

    def update(self, table: pa.Table | pa.RecordBatch) -> None:
        """Add rows; the result does not depend on how they are cut into chunks."""
        for start in range(0, table.num_rows, _AT_ONCE):
            self._add(table.slice(start, _AT_ONCE))

    def _add(self, table: pa.Table | pa.RecordBatch) -> None:
        """Take the rows of a table into the digest, and count them."""
        block = np.zeros((table.num_rows, len(self.columns) + 1), dtype="<i8")
        for at, column in enumerate(self.columns):
            values = _one_chunk(table.column(column.name))
            block[:, at] = self._take(values, column)
            if values.null_count:
                block[:, -1] |= np.asarray(values.is_null()).astype("<i8") << at
        self._numbers.update(block.data)
        self.rows += table.num_rows

    def _take(self, values: pa.Array, column: Column) -> npt.NDArray[np.int64]:
        """Return the column as 64-bit integers, lengths for texts, whose bytes enter a digest of their own."""
        if column.kind in ("text", "blob"):
            data, lengths = _bytes_of(values)
            self._texts[column.name].update(data)
            return lengths
        if column.kind == "real":
            reals = np.asarray(values.fill_null(0.0), dtype="<f8") + 0.0  # -0.0 and 0.0 are one number
            return reals.view("<i8")
        return np.asarray(values.fill_null(0), dtype="<i8")

    def hexdigest(self) -> str:
        """Return the digest of all rows so far."""
        whole = self._numbers.copy()
        for name in sorted(self._texts):
            whole.update(self._texts[name].digest())
        whole.update(str(self.rows).encode())
        return whole.hexdigest()


def _one_chunk(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _bytes_of(values: pa.Array) -> tuple[memoryview, npt.NDArray[np.int64]]:
    """Return the bytes of a text or binary array, one after the other, and each length."""
    kind = pa.large_binary()
    binary = values.cast(kind) if values.type != pa.string() else values.cast(pa.large_string()).cast(kind)
    if binary.null_count:
        binary = binary.fill_null(b"")
    if not len(binary):
        return memoryview(b""), np.zeros(0, dtype=np.int64)
    offsets = np.frombuffer(binary.buffers()[1], dtype="<i8", count=len(binary) + 1 + binary.offset)[binary.offset :]
    data = binary.buffers()[2]
    content = memoryview(data)[offsets[0] : offsets[-1]] if data is not None else memoryview(b"")
    return content, np.diff(offsets)


def batch_hash(batch: Mapping[str, Any], digests: Mapping[str, tuple[int, str]]) -> str:
    """Return the hash of a batch over the one before, its own row and the digest of each table.

    Parameters
    ----------
    batch : mapping
        The stored row of the batch, `hash` left out.
    digests : mapping
        Table to (rows, digest).
    """
    said = {name: batch[name] for name in sorted(batch) if name != "hash"}
    listed = [[table, *digests[table]] for table in sorted(digests)]
    text = json.dumps([said, listed], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
