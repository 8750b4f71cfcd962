"""What this room needs of the ledger's state, the catalogue and the settings, and the checks of it.

Responsible for the protocols (so that hand-made frames serve as well as a ledger), the check that a
table has the columns it needs, and the one alignment of household-month rows into a dense panel.
Not responsible for any rule about what counts as income or as exit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.calendar import Month
from povlib.errors import DataError, Fault
from povlib.poverty.measurement.frame_columns import empty_cells, whole_number_column
from povlib.vocabulary import GUARANTEES


class HouseholdFrames(Protocol):
    """The three frames of a ledger state that income and the exit rule read."""

    @property
    def households(self) -> pd.DataFrame:
        """One row a household: ``hh``, ``size``."""

    @property
    def observations(self) -> pd.DataFrame:
        """One row a household and month: income by source, costs, guarantees, flag."""

    @property
    def transfers(self) -> pd.DataFrame:
        """One row a receipt: ``hh``, ``month``, ``kind``, ``fen``."""


class IncomeCatalogue(Protocol):
    """The part of the catalogue that says which receipts count and which line is in force."""

    @property
    def income(self) -> Any:
        """Transfer kinds: records (or a mapping of records) with ``key`` and ``regular``."""

    def line_fen(self, authority: str, month: Month) -> int:
        """Return the line in force, in fen per person and year."""


class RuleSettings(Protocol):
    """The settings that the exit rule reads."""

    @property
    def authority(self) -> str:
        """Whose line."""

    @property
    def margin(self) -> float:
        """Share by which income must exceed the line."""

    @property
    def stability_months(self) -> int:
        """Number of month-ends at which the test must hold."""


def require_columns(frame: pd.DataFrame, columns: Iterable[str], table: str) -> None:
    """Raise `DataError` naming every column of `columns` that `frame` does not have."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise DataError(
            Fault("table {table} has no column {column}", where=table, values={"table": table, "column": name})
            for name in missing
        )


def regular_kinds(catalogue: IncomeCatalogue) -> dict[str, bool]:
    """Return ``{kind: counts toward the exit test}`` from the catalogue's income records."""
    records = catalogue.income
    if hasattr(records, "items"):
        return {str(key): bool(record.regular) for key, record in records.items()}
    return {str(record.key): bool(record.regular) for record in records}


def rows_of_households(households: pd.DataFrame, frame: pd.DataFrame, table: str) -> Ints:
    """Return, for every row of `frame`, the row of its household.

    Raises
    ------
    DataError
        If a household number is doubled, or a row belongs to no household.
    """
    index = pd.Index(households["hh"])
    if not index.is_unique:
        raise DataError("{n} household numbers are doubled", where="households", n=int(index.duplicated().sum()))
    rows = index.get_indexer(pd.Index(frame["hh"])).astype(np.int64)
    lost = int((rows < 0).sum())
    if lost:
        raise DataError("{n} rows of {table} belong to no household", where=table, n=lost, table=table)
    return np.asarray(rows, dtype=np.int64)


def whole_numbers(column: pd.Series) -> tuple[Ints, Bools]:
    """Return a column of whole numbers as int64 (0 where not known) and the mask of known cells.

    Raises
    ------
    DataError
        If a cell is neither empty nor a whole number: half a fen is not cut off.

    Examples
    --------
    >>> values, known = whole_numbers(pd.Series([5, None, 7.0]))
    >>> values.tolist(), known.tolist()
    ([5, 0, 7], [True, False, True])
    """
    if pd.api.types.is_signed_integer_dtype(column.dtype):
        return column.fillna(0).to_numpy(dtype=np.int64), column.notna().to_numpy()
    known = ~empty_cells(column)
    values = np.zeros(len(column), dtype=np.int64)
    values[known] = whole_number_column(pd.DataFrame({str(column.name): column[known]}), str(column.name))
    return values, known


class MonthPanel:
    """A dense panel of household x month from `first` to `last`, both included.

    It places rows once and then fills one column after another, so that a table of ten million
    rows is matched to its households only once.
    """

    def __init__(self, households: pd.DataFrame, frame: pd.DataFrame, first: Month, last: Month, table: str) -> None:
        month, known = whole_numbers(frame["month"])
        if not known.all():
            raise DataError("{n} rows of {table} have no month", where=table, n=int((~known).sum()), table=table)
        inside = (month >= first.ordinal) & (month <= last.ordinal)
        self.rows = np.flatnonzero(inside)
        self.shape = (len(households), last - first + 1)
        part = frame.iloc[self.rows] if len(self.rows) < len(frame) else frame
        self.cell = rows_of_households(households, part, table) * self.shape[1] + (month[self.rows] - first.ordinal)
        self.table = table
        self._frame = part

    def refuse_doubles(self) -> None:
        """Raise `DataError` if two rows fall on the same household and month."""
        doubled = int((np.bincount(self.cell, minlength=1) > 1).sum())
        if doubled:
            raise DataError(
                "{n} household-months have more than one row", where=self.table, n=doubled, remedy="read one state"
            )

    def panel_of(self, values: npt.NDArray[Any], empty: int = 0) -> npt.NDArray[Any]:
        """Return `values` (one a row of the window) as a panel, `empty` where no row is."""
        panel = np.full(self.shape[0] * self.shape[1], empty, dtype=values.dtype)
        panel[self.cell] = values
        return panel.reshape(self.shape)

    def panel_sums(self, values: Ints) -> Ints:
        """Return the exact sums of `values` by household and month as a panel."""
        panel = np.zeros(self.shape[0] * self.shape[1], dtype=np.int64)
        np.add.at(panel, self.cell, values)
        return panel.reshape(self.shape)

    def column(self, name: str) -> pd.Series:
        """Return a column of the rows inside the window."""
        return self._frame[name]


def guarantee_panel(window: MonthPanel, names: Sequence[str] = GUARANTEES) -> npt.NDArray[np.int8]:
    """Return guarantees as household x month x guarantee: 1 holds, 0 does not, -1 not known."""
    layers = []
    for name in names:
        holds, known = whole_numbers(window.column(name))
        if not np.isin(holds, (0, 1)).all():
            raise DataError("{column} holds values that are neither 0 nor 1", where=window.table, column=name)
        layers.append(window.panel_of(np.where(known, holds, -1).astype(np.int8), empty=-1))
    return np.stack(layers, axis=2)
