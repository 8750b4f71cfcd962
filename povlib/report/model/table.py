"""Typed tables: a frame with columns that know how their cells are written.

Responsible for cells, totals and ranges as they are read, for the numbers of a table with their keys,
and for which tables stand undivided. Not responsible for layout or for the rest of the model
(`povlib.report.model.paper`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from povlib.errors import Fault, ReportError
from povlib.report.model.numbers import KINDS, NONE, Number, Prose, missing, shown
from povlib.words import text

_WHOLE_LINES = 18  # with head and total about half a page
_LINE_CHARACTERS = 80  # Latin letters on a line of a table; a Chinese character takes two


@dataclass(frozen=True)
class Column:
    """One typed column of a table.

    Parameters
    ----------
    key : str
        Column of the frame.
    title : str
        Header, in the language of the paper, with its unit where it has one.
    kind : str
        How its cells are written (`numbers.KINDS`).
    total : bool
        Whether the total row sums it.
    width : float
        Share of the width of the page, relative to the other columns.
    signed : bool
        Changes, written with their sign.
    listed : bool
        A text that quotes numbers (a reason, a pencil line): listed in ``numbers.json`` as it stands.
    ends : tuple of str, optional
        Columns of the low and high end of its range: written behind it in brackets, two columns of
        their own in a workbook.
    """

    key: str
    title: str
    kind: str = "text"
    total: bool = False
    width: float = 1.0
    signed: bool = False
    listed: bool = False
    ends: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether cells are numbers (right aligned, listed in ``numbers.json``)."""
        return self.kind not in {"text", "yes"}


@dataclass(frozen=True, eq=False)
class Table:
    """A frame with typed columns; its header is repeated on every page.

    Parameters
    ----------
    row_key : str or tuple of str
        Column or columns that name a row; they make the keys of its numbers.
    definition : str
        Where the rows come from.
    totals : mapping, optional
        Totals that are not plain sums, by column; they replace the sum.
    small, tiny : bool
        Set in small type (long annexes), in the smallest (one line a household).
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    row_key: str | tuple[str, ...] = ""
    definition: str = ""
    totals: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Prose, ...] = ()
    empty: str = ""
    small: bool = False
    tiny: bool = False

    def __post_init__(self) -> None:
        faults = [
            Fault("a table has no column {column}", where=f"{self.key}.{name}", values={"column": name})
            for c in self.columns
            for name in (c.key, *c.ends)
            if name not in self.frame.columns
        ] + [
            Fault("{name} is no way to write a number", where=f"{self.key}.{c.key}", values={"name": c.kind})
            for c in self.columns
            if c.kind not in KINDS
        ]
        if faults:
            raise ReportError(faults)

    @property
    def has_total(self) -> bool:
        """Whether a total row is printed: only where there is something to add up."""
        return len(self.frame) > 1 and (bool(self.totals) or any(c.total for c in self.columns))

    def total(self, column: Column) -> Any:
        """Return the total of a column, or None; with one cell not known the sum is not known."""
        if column.key in self.totals:
            return self.totals[column.key]
        return self.frame[column.key].sum(skipna=False) if column.total else None

    def cells(self, lang: str) -> list[list[str]]:
        """Return the cells as they are written."""
        return [list(row) for row in zip(*(self._written(c, lang) for c in self.columns), strict=True)]

    def _written(self, column: Column, lang: str) -> list[str]:
        values, *ends = (
            [shown(value, column.kind, lang, signed=column.signed) for value in self.frame[name].tolist()]
            for name in (column.key, *column.ends)
        )
        if not ends:
            return values
        around = text("{} ({}–{})", lang)
        return [around.format(*cell) if NONE not in cell[1:] else cell[0] for cell in zip(values, *ends, strict=True)]

    def spread(self, lang: str) -> Table:
        """Return the table with every range in two columns of its own, as a workbook needs it."""
        columns: list[Column] = []
        for c in self.columns:
            columns.append(replace(c, ends=()))
            for name, words in zip(c.ends, ("range from", "range to"), strict=False):
                title = text("{title}, {part}", lang, title=c.title, part=text(words, lang))
                columns.append(replace(c, key=name, title=title, ends=(), total=False))
        return replace(self, columns=tuple(columns))

    def total_cells(self, lang: str) -> list[str]:
        """Return the total row as it is written; empty when the table has none."""
        if not self.has_total:
            return []
        cells = [shown(self.total(c), c.kind, lang) if c.total or c.key in self.totals else "" for c in self.columns]
        cells[0] = cells[0] or text("Total", lang)
        return cells

    def numbers(self) -> Iterator[Number]:
        """Yield every number of the table, keyed ``table[row].column``."""
        columns = self.spread("en").columns
        rows = zip(*(self.frame[c.key].tolist() for c in columns), strict=True)
        for name, row in zip(self._row_names(), rows, strict=True):
            for c, value in zip(columns, row, strict=True):
                if c.numeric or c.listed:
                    yield Number(f"{self.key}[{name}].{c.key}", value, c.kind, "", self.definition, c.signed)
        if self.has_total:
            for c in self.columns:
                if c.numeric and not missing(self.total(c)):
                    yield Number(f"{self.key}.total.{c.key}", self.total(c), c.kind, "", self.definition)

    def _row_names(self) -> list[str]:
        keys = (self.row_key,) if isinstance(self.row_key, str) else self.row_key
        named = [k for k in keys if k in self.frame.columns]
        if not named:
            return [str(i + 1) for i in range(len(self.frame))]
        names = ["/".join(str(v) for v in row) for row in self.frame[named].itertuples(index=False)]
        seen: Counter[str] = Counter()
        for i, name in enumerate(names):  # two rows with one name keep apart: the second is name#2
            seen[name] += 1
            names[i] = name if seen[name] == 1 else f"{name}#{seen[name]}"
        return names

    @property
    def whole(self) -> bool:
        """Whether it is short enough to stand on one page undivided, by a rough count of its lines."""
        if self.small or self.tiny or len(self.frame) > _WHOLE_LINES:
            return False
        wide = _LINE_CHARACTERS / sum(c.width for c in self.columns)
        words = [(self.frame[c.key].astype(str), c.width * wide) for c in self.columns if c.kind == "text"]
        lines = [1] * len(self.frame)
        for cells, room in words:
            lines = [max(n, -(-letters_wide(cell) // max(1, int(room)))) for n, cell in zip(lines, cells, strict=True)]
        return sum(lines) <= _WHOLE_LINES


def letters_wide(words: str) -> int:
    """Return how wide words are, in Latin letters: a Chinese character takes two.

    Examples
    --------
    >>> letters_wide("ab"), letters_wide("养牛")
    (2, 4)
    """
    return sum(1 if letter.isascii() else 2 for letter in words)
