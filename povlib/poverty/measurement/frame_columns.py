"""Columns of any frame as plain arrays: numbers, categories as 0/1 columns, and what is wrong with them in words.

Responsible for reading what an outsider's frame may hold (another library's frame, text that is a number, categories,
nullable and arrow types, doubled names) or for refusing it with a clear fault. Not responsible for what a column means.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from numbers import Rational, Real
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats, Ints
from povlib.errors import DataError, Fault

# A number as text: digits with a point or an exponent, or thousands set apart by commas in whole groups of three.
# "1,5" and "1.234,5" (a comma for the point) fit neither and are refused rather than guessed.
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_GROUPED_NUMBER = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
# Words that say yes and no without a doubt; others (有, 无, ok) may mean the thing asked for or its lack.
_YES_AND_NO = {"是": 1.0, "yes": 1.0, "true": 1.0, "否": 0.0, "no": 0.0, "false": 0.0}
# Beyond 2^53 a float skips whole numbers: a float there does not say which one was meant.
_LARGEST_EXACT_FLOAT = 2.0**53
_INT64 = np.iinfo(np.int64)


def pandas_table(frame: Any) -> pd.DataFrame:
    """Return any data frame (pandas, polars, pyarrow, dask, ...) as a pandas one, lazy ones computed.

    Raises
    ------
    DataError
        If it is no data frame, or one that cannot be turned into a pandas one.

    Examples
    --------
    >>> import pyarrow
    >>> pandas_table(pyarrow.table({"a": [1, 2]}))["a"].tolist()
    [1, 2]
    """
    if isinstance(frame, pd.DataFrame):
        return frame
    if callable(getattr(frame, "compute", None)):  # dask, whose way through narwhals needs another package
        return pandas_table(frame.compute())
    import narwhals

    kind = type(frame).__name__
    read: Any
    try:
        read = narwhals.from_native(frame, pass_through=True)
        if isinstance(read, narwhals.LazyFrame):
            read = read.collect("pandas")
        if isinstance(read, narwhals.DataFrame):
            table: pd.DataFrame = read.to_pandas()
            return table
        if hasattr(frame, "__arrow_c_stream__"):
            table = narwhals.from_arrow(frame, backend="pandas").to_pandas()
            return table
    except (narwhals.exceptions.NarwhalsError, ImportError, TypeError, ValueError) as error:
        raise DataError(
            "{kind} cannot be turned into a pandas frame: {reason}", kind=kind, reason=str(error)[:200]
        ) from None
    raise DataError("{kind} is no table", allowed="a data frame of pandas, polars, pyarrow or dask", kind=kind)


def checked_table(frame: Any, columns: Iterable[Any]) -> pd.DataFrame:
    """Return the frame as a pandas one with a fresh index after checking that it has each column once.

    Raises
    ------
    DataError
        Naming everything that is not a table, not a column name, missing or doubled.
    """
    table = pandas_table(frame)
    faults = []
    for name in columns:
        if isinstance(name, (pd.Series, np.ndarray)) or not isinstance(name, Hashable) or name is pd.NA:
            faults.append(Fault("{kind} is no column name", values={"kind": type(name).__name__}))
        elif name not in table.columns:
            faults.append(Fault("table {table} has no column {column}", values={"table": "frame", "column": name}))
        elif isinstance(table[name], pd.DataFrame):
            faults.append(Fault("{column} stands more than once in the table", values={"column": name}))
    if faults:
        raise DataError(faults)
    return table.reset_index(drop=True)


def column_names(columns: str | Sequence[str] | None) -> list[str]:
    """Return one column name or several as a list; what is no list is one name, to be looked for in the frame."""
    if columns is None:
        return []
    return [columns] if isinstance(columns, str) or not isinstance(columns, Iterable) else list(columns)


def empty_cells(values: pd.Series) -> Bools:
    """Return which cells are empty: missing, or text of nothing but spaces."""
    missing = values.isna().to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(values.dtype) or values.dtype.kind in "mM":
        return missing
    blank = [isinstance(value, str) and not value.strip() for value in values.astype(object)]
    return np.asarray(missing | np.array(blank, dtype=bool))


def refuse_gaps(frame: pd.DataFrame, columns: Iterable[str]) -> None:
    """Raise `DataError` naming every column of `columns` that has empty cells."""
    empty = {name: int(empty_cells(frame[name]).sum()) for name in columns}
    faults = [
        Fault("{n} cells of {column} are empty", values={"n": n, "column": name}) for name, n in empty.items() if n
    ]
    if faults:
        raise DataError(faults)


def number_column(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column as float64, NaN where empty; text that is a number is read as that number.

    Full-width digits and thousands set apart by commas are read; a comma for the point, units, Chinese numerals and
    the like are not guessed at.

    Raises
    ------
    DataError
        If cells are neither numbers nor empty (text, dates).

    Examples
    --------
    >>> number_column(pd.DataFrame({"a": ["1", " 2.5", None, "", "1,234.5", "１２"]}), "a").tolist()
    [1.0, 2.5, nan, nan, 1234.5, 12.0]
    """
    return _read_numbers(frame[column], column, {})


def zero_one_column(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column of 0 and 1, NaN where empty; 是 and 否, yes and no, true and false are read; others are refused.

    Examples
    --------
    >>> zero_one_column(pd.DataFrame({"poor": ["是", "否", None]}), "poor").tolist()
    [1.0, 0.0, nan]
    """
    values = _read_numbers(frame[column], column, _YES_AND_NO)
    if not np.isin(values[~np.isnan(values)], (0.0, 1.0)).all():
        raise DataError("{column} holds values that are neither 0 nor 1", column=column)
    return values


def finite_column(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column of finite numbers, NaN where empty; infinite cells are refused."""
    values = number_column(frame, column)
    endless = int(np.isinf(values).sum())
    if endless:
        raise DataError("{n} cells of {column} are infinite", where=str(column), n=endless, column=column)
    return values


def full_column(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column of finite numbers; empty and infinite cells are refused."""
    values = finite_column(frame, column)
    empty = int(np.isnan(values).sum())
    if empty:
        raise DataError("{n} cells of {column} are empty", where=str(column), n=empty, column=column)
    return values


def whole_number_column(frame: pd.DataFrame, column: str) -> Ints:
    """Return a column of whole numbers, exactly; empty cells, fractions and other things are refused.

    Examples
    --------
    >>> whole_number_column(pd.DataFrame({"t": ["1", "2.0", "３"]}), "t").tolist()
    [1, 2, 3]
    """
    values = frame[column]
    refuse_gaps(frame, [column])
    if pd.api.types.is_signed_integer_dtype(values.dtype):
        return values.to_numpy(dtype=np.int64)
    if isinstance(values.dtype, np.dtype) and values.dtype.kind == "f":
        amounts = values.to_numpy()
        if (np.abs(amounts) <= _LARGEST_EXACT_FLOAT).all() and (amounts == np.rint(amounts)).all():
            return amounts.astype(np.int64)
    if values.dtype.kind in "mMc" or isinstance(values.dtype, (pd.PeriodDtype, pd.IntervalDtype)):
        exact: list[int | None] = [None] * len(values)
    else:
        exact = [whole_number(value) for value in values.astype(object)]
    if wrong := sum(value is None for value in exact):
        raise DataError("{n} cells of {column} are not whole numbers", where=str(column), n=wrong, column=column)
    return np.array(exact, dtype=np.int64)


def is_one_of(value: Any, words: Sequence[str]) -> bool:
    """Return whether a value is one of the words of a choice, whatever else it may be.

    Examples
    --------
    >>> is_one_of("drop", ["refuse", "drop"]), is_one_of(pd.NA, ["refuse"])
    (True, False)
    """
    return isinstance(value, str) and value in words


def checked_number(value: Any, name: str) -> float:
    """Return an argument as a finite number; `name` is said where it is none.

    Examples
    --------
    >>> checked_number(np.float32(0.5), "mean")
    0.5
    """
    good = isinstance(value, (Real, Decimal)) and not isinstance(value, (bool, np.bool_))
    if not good or not math.isfinite(value):
        raise DataError("{value} is no number", where=name, allowed="a finite number", value=str(value))
    return float(value)


def _read_numbers(values: pd.Series, column: str, words: dict[str, float]) -> Floats:
    """Return numbers, NaN where empty; `words` are read as the number that they stand for."""
    if pd.api.types.is_numeric_dtype(values.dtype) and values.dtype.kind != "c":
        try:
            return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
        except (TypeError, ValueError):
            pass  # decimals of arrow: cell by cell below
    dates = values.dtype.kind in "mMc" or isinstance(values.dtype, (pd.PeriodDtype, pd.IntervalDtype))
    empty = empty_cells(values)
    cells = np.full(len(values), None) if dates else values.astype(object).to_numpy()
    known: dict[Any, float | None] = {}
    read = np.full(len(values), np.nan)
    wrong = 0
    for row in np.flatnonzero(~empty):
        cell = cells[row]
        key = cell if isinstance(cell, str) else None
        number = known[key] if key in known else _number_of(cell, words)
        if key is not None:
            known[key] = number
        if number is None:
            wrong += 1
        else:
            read[row] = number
    if wrong:
        raise DataError("{n} cells of {column} are not numbers", where=str(column), n=wrong, column=column)
    return read


def _number_of(cell: Any, words: dict[str, float]) -> float | None:
    """Return the number that a cell holds; None if it holds none."""
    if isinstance(cell, str):
        written = _plain_text(cell)
        if written.casefold() in words:
            return words[written.casefold()]
        if _PLAIN_NUMBER.fullmatch(written) or _GROUPED_NUMBER.fullmatch(written):
            return float(written.replace(",", ""))
        return None
    if not isinstance(cell, (Real, Decimal, np.bool_)):
        return None
    try:
        return float(cell)
    except (OverflowError, ValueError):  # a whole number or a fraction beyond all floats
        return None


def _plain_text(cell: str) -> str:
    """Return text with full-width characters as plain ones, its spaces around taken off and minus as a hyphen."""
    return unicodedata.normalize("NFKC", cell).strip().replace("\u2212", "-")


def whole_number(cell: Any) -> int | None:
    """Return the whole number that a cell holds, without the way through a float; None if it holds none.

    Examples
    --------
    >>> whole_number("1,200"), whole_number(2.5)
    (1200, None)
    """
    if isinstance(cell, str):
        written = _plain_text(cell)
        if not (_PLAIN_NUMBER.fullmatch(written) or _GROUPED_NUMBER.fullmatch(written)):
            return None
        cell = Decimal(written.replace(",", ""))
    if isinstance(cell, np.bool_):
        cell = bool(cell)
    if not isinstance(cell, (Real, Decimal)) or (isinstance(cell, Decimal) and cell.is_nan()):
        return None
    if not isinstance(cell, (Rational, Decimal)) and not abs(float(cell)) <= _LARGEST_EXACT_FLOAT:
        return None
    number: Any = cell
    inside = _INT64.min <= number <= _INT64.max  # before int(), which would write 1e999999 out
    return int(number) if inside and number == int(number) else None


def covariate_columns(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[list[str], Floats]:
    """Return covariates as columns of numbers; each value of a category or text but the first becomes 0/1.

    Text is categories always, digits too: numbers that should be a line must come as numbers. Booleans are 0 and 1.

    Returns
    -------
    names : list of str
        ``column`` or ``column=value``.
    table : array (rows x names)
        NaN where empty.

    Examples
    --------
    >>> covariate_columns(pd.DataFrame({"a": ["x", "y", None], "b": [1, 2, 3]}), ["a", "b"])
    (['a=y', 'b'], array([[ 0.,  1.],
           [ 1.,  2.],
           [nan,  3.]]))
    """
    names: list[str] = []
    parts: list[Floats] = []
    for column in columns:
        values = frame[column]
        if not _holds_categories(values):
            names.append(str(column))
            parts.append(finite_column(frame, column))
            continue
        codes, labels = pd.factorize(_labels(values), sort=True)
        for code, label in list(enumerate(labels))[1:]:
            names.append(f"{column}={label}")
            parts.append(np.where(codes < 0, np.nan, (codes == code).astype(np.float64)))
    return names, np.column_stack(parts) if parts else np.zeros((len(frame), 0))


def _labels(values: pd.Series) -> pd.Series:
    """Return categories as they are, or text without blanks around it (blank: not known)."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values
    words = values.astype("object").where(values.notna(), "").astype("str").str.strip()
    return words.where(words != "")


def _holds_categories(values: pd.Series) -> bool:
    """Return whether a column holds kinds rather than numbers: categories and text, also text made of digits.

    "1", "2", "3" may be codes of villages: only a column of numbers says that 3 is three times 1.
    """
    kind = values.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return True
    if pd.api.types.is_object_dtype(kind):
        return not all(isinstance(one, Real | Decimal | date | np.datetime64) for one in values.dropna())
    return pd.api.types.is_string_dtype(kind)
