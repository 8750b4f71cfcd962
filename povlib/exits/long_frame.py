"""A panel as one long frame: one row a unit and period, with gaps, late entry and early exit.

Responsible for reading identifiers and times of any kind into codes and steps, and for saying what is
wrong with them. Not responsible for any model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.errors import DataError, Fault

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Clock:
    """How times are counted: `first` and `unit` in the frame's own numbers; a step is one `unit`."""

    first: int
    unit: int

    def steps(self, times: Ints) -> Ints:
        """Return the whole number of steps since `first`."""
        return np.asarray((times - self.first) // self.unit, dtype=np.int64)

    def times(self, steps: Ints) -> Ints:
        """Return times of steps."""
        return np.asarray(self.first + steps * self.unit, dtype=np.int64)


@dataclass(frozen=True)
class Long:
    """A long frame in order of unit and time.

    Attributes
    ----------
    frame : DataFrame
        The rows, sorted, with a RangeIndex.
    units : Index
        Identifiers, sorted; `unit` (rows) points into it.
    unit, step : int array (rows)
    clock : Clock
    order : int array (rows)
        Position of each sorted row in the frame as it was given.
    """

    frame: pd.DataFrame
    units: pd.Index
    unit: Ints
    step: Ints
    clock: Clock
    order: Ints

    @property
    def follows(self) -> Bools:
        """Whether a row comes one step after the row before it, of the same unit."""
        found = np.zeros(len(self.unit), dtype=bool)
        found[1:] = (self.unit[1:] == self.unit[:-1]) & (self.step[1:] == self.step[:-1] + 1)
        return found

    @property
    def opens(self) -> Bools:
        """Whether a row is the first of its unit."""
        found = np.ones(len(self.unit), dtype=bool)
        found[1:] = self.unit[1:] != self.unit[:-1]
        return found

    @property
    def closes(self) -> Bools:
        """Whether a row is the last of its unit."""
        found = np.ones(len(self.unit), dtype=bool)
        found[:-1] = self.unit[1:] != self.unit[:-1]
        return found


def whole_times(times: pd.Series) -> Ints:
    """Return times as whole numbers: numbers as they are, periods by their ordinal, dates by month.

    Examples
    --------
    >>> whole_times(pd.Series(pd.to_datetime(["2016-01-31", "2016-02-29"]))).tolist()
    [24192, 24193]
    """
    if isinstance(times.dtype, pd.PeriodDtype):
        return np.array([period.ordinal for period in times], dtype=np.int64)
    if pd.api.types.is_datetime64_any_dtype(times.dtype):
        return np.asarray(12 * times.dt.year + times.dt.month - 1, dtype=np.int64)
    number = pd.to_numeric(times, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    odd = ~np.isfinite(number) | (number != np.round(number))
    if odd.any():
        raise DataError("{n} times are not whole numbers, months or dates", where=str(times.name), n=int(odd.sum()))
    return number.astype(np.int64)


def read_long(frame: pd.DataFrame, *, id: str, time: str, columns: Sequence[str] = (), clock: Clock | None = None,
              ) -> Long:  # fmt: skip
    """Return a long frame in order, its times as steps.

    A step is the greatest common divisor of the gaps between the times that occur, so waves of 1979, 1981,
    1985 are steps 0, 1, 3.

    Parameters
    ----------
    columns : list of str
        Further columns that must be there.
    clock : Clock, optional
        Of the frame that a model was fitted to.

    Raises
    ------
    DataError
        If a column is missing, an identifier is empty, a time is no whole number, or a unit has two rows for
        one time: all at once.
    """
    lost = [name for name in (id, time, *columns) if name not in frame.columns]
    if lost:
        raise DataError(Fault("the frame has no column {column}", values={"column": name}) for name in lost)
    if frame[id].isna().any():
        raise DataError("{n} rows have no identifier", where=id, n=int(frame[id].isna().sum()))
    times = whole_times(frame[time])
    code, units = pd.factorize(frame[id], sort=True)
    order = np.lexsort((times, code))
    code, times = code[order].astype(np.int64), times[order]
    twice = (code[1:] == code[:-1]) & (times[1:] == times[:-1])
    if twice.any():
        raise DataError("{n} units have two rows for one time", where=id, n=len(np.unique(code[1:][twice])))
    used = clock or _clock(times)
    return Long(frame.iloc[order].reset_index(drop=True), pd.Index(units), code, used.steps(times), used, order)


def _clock(times: Ints) -> Clock:
    if not len(times):
        return Clock(0, 1)
    gaps = np.diff(np.unique(times))
    return Clock(int(times.min()), int(np.gcd.reduce(gaps)) if len(gaps) else 1)
