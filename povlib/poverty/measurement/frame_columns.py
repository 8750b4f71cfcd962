"""Columns of any frame as plain arrays: numbers, categories as 0/1 columns, and what is wrong with them in words.

Responsible for reading what an outsider's frame may hold (text that is a number, categories, nullable and arrow
types, doubled names) or for refusing it with a clear fault. Not responsible for what a column means.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Floats
from povlib.errors import DataError, Fault


def checked_table(frame: Any, columns: Iterable[Any]) -> pd.DataFrame:
    """Return the frame with a fresh index after checking that it is one and has each column once.

    Raises
    ------
    DataError
        Naming everything that is not a table, not a column name, missing or doubled.
    """
    if not isinstance(frame, pd.DataFrame):
        raise DataError("{kind} is no table", allowed="a pandas DataFrame", kind=type(frame).__name__)
    faults = []
    for name in columns:
        if isinstance(name, (pd.Series, np.ndarray)) or not isinstance(name, Hashable):
            faults.append(Fault("{kind} is no column name", values={"kind": type(name).__name__}))
        elif name not in frame.columns:
            faults.append(Fault("table {table} has no column {column}", values={"table": "frame", "column": name}))
        elif isinstance(frame[name], pd.DataFrame):
            faults.append(Fault("{column} stands more than once in the table", values={"column": name}))
    if faults:
        raise DataError(faults)
    return frame.reset_index(drop=True)


def column_names(columns: str | Sequence[str] | None) -> list[str]:
    """Return one column name or several as a list."""
    if columns is None:
        return []
    return [columns] if isinstance(columns, str) else list(columns)


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

    Raises
    ------
    DataError
        If cells are neither numbers nor empty (text, dates).

    Examples
    --------
    >>> number_column(pd.DataFrame({"a": ["1", " 2.5", None, ""]}), "a").tolist()
    [1.0, 2.5, nan, nan]
    """
    values = frame[column]
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype if values.notna().all() else object)
    dates = values.dtype.kind in "mMc" or isinstance(values.dtype, (pd.PeriodDtype, pd.IntervalDtype))
    if not dates:
        try:
            return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
        except (TypeError, ValueError):
            pass
    empty = values.isna() | (values.astype("str").str.strip() == "")
    read = pd.to_numeric(values.astype("str").where(~empty & (not dates)), errors="coerce")
    if wrong := int((read.isna() & ~empty).sum()):
        raise DataError("{n} cells of {column} are not numbers", where=str(column), n=wrong, column=column)
    return np.asarray(read.to_numpy(dtype=np.float64, na_value=np.nan))


def zero_one_column(frame: pd.DataFrame, column: str) -> Floats:
    """Return a column of 0 and 1, NaN where empty; other values are refused."""
    values = number_column(frame, column)
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
