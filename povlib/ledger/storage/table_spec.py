"""What a table of the ledger is: its columns, key and shape.

Responsible for `Column`, `Spec` and the short way in which tables are written down. Not responsible for which tables
there are (`table_schema`, `village_tables`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["text", "int", "fen", "month", "bool", "three", "real", "blob"]
Shape = Literal["register", "version", "once"]


@dataclass(frozen=True)
class Column:
    """A column: its name, kind and whether a row needs it.

    `kind` is text, int, fen, month (ordinal in frames, ``yyyymm`` here), bool, three (1, 0 or not known),
    real or blob.
    """

    name: str
    kind: Kind
    required: bool = False

    @property
    def nullable(self) -> bool:
        """Whether the stored value may be NULL; a text never is: it is empty instead."""
        return not self.required and self.kind not in ("text", "blob")


@dataclass(frozen=True)
class Spec:
    """A table: the name its frames go by, its SQL name, key, columns and shape.

    `shape` is ``register`` (opened once, changed by events), ``version`` (the newest batch of a key
    counts; `retracted` takes it back) or ``once`` (a row is never followed by another).
    """

    frame: str
    table: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    shape: Shape
    data: bool = True

    @property
    def bookkeeping(self) -> tuple[Column, ...]:
        """Columns that the ledger fills by itself."""
        extra = {"register": (Column("valid_from", "month"),), "version": (Column("retracted", "int", True),)}
        return (*extra.get(self.shape, ()), Column("batch", "int", True))

    @property
    def stored(self) -> tuple[Column, ...]:
        """All columns of the SQL table, in order."""
        return self.columns + self.bookkeeping

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The SQL primary key: a version is told by its batch."""
        return (*self.key, "batch") if self.shape == "version" else self.key

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.stored}


def parse_columns(words: str) -> tuple[Column, ...]:
    """Read ``name:kind`` words; a ``!`` says that every row needs the value."""
    pairs = (word.partition(":")[::2] for word in words.split())
    return tuple(Column(name, kind.rstrip("!") or "text", kind.endswith("!")) for name, kind in pairs)  # type: ignore[arg-type]


def make_spec(frame: str, table: str, key: str, words: str, shape: Shape = "version", data: bool = True) -> Spec:
    """Return a table from words; see `parse_columns` for those of its columns."""
    return Spec(frame, table, tuple(key.split()), parse_columns(words), shape, data)
