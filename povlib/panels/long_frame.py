"""A panel as one long frame: one row a unit and period, with gaps, late entry and early exit.

Responsible for reading identifiers into codes and for saying what is wrong with them. Not responsible
for times (`povlib.panels.time_steps`) or any model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError, Fault
from povlib.panels.time_steps import Clock, clock_of, read_times
from povlib.poverty.measurement.frame_columns import empty_cells, number_column, pandas_table

YES = ("1", "1.0", "y", "yes", "true", "是")
NO = ("", "0", "0.0", "n", "no", "none", "false", "否")
"""Words for an event that happened and for none, in small letters."""


@dataclass(frozen=True)
class LongFrame:
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
        follows = np.zeros(len(self.unit), dtype=bool)
        follows[1:] = (self.unit[1:] == self.unit[:-1]) & (self.step[1:] == self.step[:-1] + 1)
        return follows

    @property
    def opens(self) -> Bools:
        """Whether a row is the first of its unit."""
        opens = np.ones(len(self.unit), dtype=bool)
        opens[1:] = self.unit[1:] != self.unit[:-1]
        return opens

    @property
    def closes(self) -> Bools:
        """Whether a row is the last of its unit."""
        closes = np.ones(len(self.unit), dtype=bool)
        closes[:-1] = self.unit[1:] != self.unit[:-1]
        return closes


def read_long(frame: pd.DataFrame, *, id: str, time: str, columns: Sequence[str] = (), clock: Clock | None = None,
              ) -> LongFrame:  # fmt: skip
    """Return a frame sorted by unit and time with its times as whole steps; refuse missing columns and double rows.

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
        If a column is missing or there twice, an identifier is empty, a time is no whole number, or a unit has two
        rows for one time.
    """
    frame = checked_frame(frame, (id, time, *columns))
    if none := int(empty_cells(frame[id]).sum()):
        raise DataError("{n} rows have no identifier", where=id, n=none)
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
    return LongFrame(frame.iloc[order].reset_index(drop=True), units, code, used.steps(times), used, order)


def checked_frame(frame: object, names: Sequence[str]) -> pd.DataFrame:
    """Return any library's frame as a pandas one; refuse one in which a column is missing or there twice.

    Raises
    ------
    DataError
        If it is no frame, or a column is missing or there twice.
    """
    frame = pandas_table(frame)
    there = {name: int((frame.columns == name).sum()) for name in dict.fromkeys(names)}
    faults = [
        Fault("the frame has no column {column}", values={"column": n}) for n, times in there.items() if not times
    ]
    faults += [
        Fault("the frame has more than one column {column}", values={"column": n}) for n, k in there.items() if k > 1
    ]
    if faults:
        raise DataError(faults)
    return frame


def covariate_names(columns: Sequence[str], *, explained: str) -> tuple[str, ...]:
    """Return the names of covariates, each once (a single word is one column); refuse `explained` among them.

    Raises
    ------
    DataError
        If the column that is to be explained (`explained`) is among them.
    """
    names = tuple(dict.fromkeys([columns] if isinstance(columns, str) else columns))
    if explained in names:
        raise DataError("{column} cannot be among the covariates that explain it", where="covariates", column=explained)
    return names


def check_horizon(*counts: object) -> None:
    """Refuse numbers of periods or draws that are not whole and 1 or more.

    Raises
    ------
    DataError
        If one is not.
    """
    if not all(isinstance(one, Integral) and int(one) >= 1 for one in counts):
        raise DataError("a horizon is 1 or more whole periods, and so are draws", where="horizon")


def plain_words(values: pd.Series) -> pd.Series:
    """Return a column as words in small letters without blanks around them; missing ones stay missing."""
    words: pd.Series = values.astype("object").where(values.notna())
    return words.map(lambda one: str(one).strip().lower(), na_action="ignore")


def yes_no(values: pd.Series) -> Floats | None:
    """Return a column of yes and no as 1, 0 and NaN (not known); None where it holds anything else.

    Examples
    --------
    >>> yes_no(pd.Series(["yes", "No", None, "是"])), yes_no(pd.Series(["sold", "no"]))
    (array([ 1.,  0., nan,  1.]), None)
    """
    said = plain_words(values)
    yes, no = said.isin(YES).to_numpy(dtype=bool), said.isin(NO).to_numpy(dtype=bool)
    if not (yes | no | said.isna().to_numpy(dtype=bool)).all():
        return None
    return np.where(yes, 1.0, np.where(no, 0.0, np.nan))


def _identifiers(values: pd.Series) -> tuple[Ints, pd.Index]:
    """Return codes and identifiers in order; numbers and words in one column count as words."""
    try:
        code, units = pd.factorize(values, sort=True)
    except TypeError:
        code, units = pd.factorize(values.astype("str"), sort=True)
    return code.astype(np.int64), pd.Index(units)


def read_weights(long: LongFrame, column: str | None) -> Floats | None:
    """Return how much each row counts, 1 on average; None where no column is given.

    Raises
    ------
    DataError
        If a weight is missing, negative or not finite, or all are 0.
    """
    if column is None:
        return None
    weight = number_column(long.frame, column)
    odd = ~(np.isfinite(weight) & (weight >= 0))
    if odd.any() or not weight.sum() > 0:
        raise DataError("{n} weights are missing, negative or not finite, or all are 0", where=column, n=int(odd.sum()))
    return np.asarray(weight / weight.mean())
