"""A panel as one long frame: one row a unit and period, with gaps, late entry and early exit.

Responsible for reading identifiers into codes and for saying what is wrong with them. Not responsible
for times (`povlib.exits.times`) or any model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.errors import DataError, Fault
from povlib.exits.times import Clock, Ints, clock_of, read_times

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


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
    times, kind = read_times(frame[time])
    if clock is not None and clock.kind != kind:
        raise DataError("the times are not of the kind that the model was fitted to", where=time)
    code, units = _identifiers(frame[id])
    order = np.lexsort((times, code))
    code, times = code[order], times[order]
    twice = (code[1:] == code[:-1]) & (times[1:] == times[:-1])
    if twice.any():
        raise DataError("{n} units have two rows for one time", where=id, n=len(np.unique(code[1:][twice])))
    used = clock or clock_of(times, kind)
    return Long(frame.iloc[order].reset_index(drop=True), units, code, used.steps(times), used, order)


def _identifiers(values: pd.Series) -> tuple[Ints, pd.Index]:
    """Return codes and identifiers in order; numbers and words in one column count as words."""
    try:
        code, units = pd.factorize(values, sort=True)
    except TypeError:
        code, units = pd.factorize(values.astype("str"), sort=True)
    return code.astype(np.int64), pd.Index(units)


def read_weights(long: Long, column: str | None) -> Floats | None:
    """Return how much each row counts, 1 on average.

    Raises
    ------
    DataError
        If a weight is missing, negative or not finite, or all are 0.
    """
    if column is None:
        return None
    weight = pd.to_numeric(long.frame[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    odd = ~(np.isfinite(weight) & (weight >= 0))
    if odd.any() or not weight.sum() > 0:
        raise DataError("{n} weights are missing, negative or not finite, or all are 0", where=column, n=int(odd.sum()))
    return np.asarray(weight / weight.mean())
