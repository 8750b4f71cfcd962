"""Covariates of any kind as numbers: scaled, missing values marked, words as indicators.

Responsible for turning columns of a frame into a design matrix, the same way when fitting and when
predicting. Not responsible for choosing covariates, nor for any model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real

import numpy as np
import pandas as pd

from povlib.arrays import Floats
from povlib.errors import DataError, Fault
from povlib.least_squares import centred

FEWEST_ROWS_OF_A_LEVEL = 10
"""Words seen in fewer rows are put together as one level, ``(other)``: alone they could only mislead."""
OTHER, UNKNOWN = "(other)", "(not known)"


@dataclass(frozen=True)
class CovariateCode:
    """How one covariate is coded.

    A number: less `centre`, by `scale` (of two values the lower is 0, the higher 1); missing ones at the centre with
    an indicator when `gaps`. Words: an indicator for each of `levels` but the first; rare, new and missing ones are
    levels too when seen.
    """

    name: str
    centre: float = 0.0
    scale: float = 1.0
    gaps: bool = False
    levels: tuple[str, ...] = ()

    @property
    def terms(self) -> list[str]:
        """Names of the columns of the design."""
        if self.levels:
            return [f"{self.name}={level}" for level in self.levels[1:]]
        return [self.name, f"{self.name}={UNKNOWN}"] if self.gaps else [self.name]

    def code(self, values: pd.Series) -> Floats:
        """Return rows x terms."""
        if self.levels:
            seen = as_words(values)
            known = seen.where(seen.isin(self.levels), OTHER)
            return np.column_stack([(known == level).to_numpy(dtype=np.float64) for level in self.levels[1:]])
        number = as_numbers(values)
        miss = ~np.isfinite(number)
        scaled = np.where(miss, 0.0, (number - self.centre) / self.scale)
        return np.column_stack([scaled, miss.astype(np.float64)]) if self.gaps else scaled[:, None]


@dataclass(frozen=True)
class CovariateCoding:
    """How all covariates are coded."""

    columns: tuple[CovariateCode, ...]

    @property
    def terms(self) -> list[str]:
        """Names of the columns of the design."""
        return [term for column in self.columns for term in column.terms]

    def matrix(self, frame: pd.DataFrame) -> Floats:
        """Return rows x terms.

        Raises
        ------
        DataError
            If a covariate is missing from the frame.
        """
        lost = [column.name for column in self.columns if column.name not in frame.columns]
        if lost:
            raise DataError(Fault("the frame has no column {column}", values={"column": name}) for name in lost)
        parts = [column.code(frame[column.name]) for column in self.columns]
        return np.column_stack(parts) if parts else np.zeros((len(frame), 0))


def learn_coding(frame: pd.DataFrame, covariates: Sequence[str]) -> CovariateCoding:
    """Learn the coding of covariates from a frame; a covariate that never varies is left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"age": [20.0, 30.0, 40.0, None], "trade": ["tea"] * 4})
    >>> made = learn_coding(frame, ["age", "trade"])
    >>> made.terms, made.matrix(frame).round(2).tolist()
    (['age', 'age=(not known)'], [[-1.22, 0.0], [0.0, 0.0], [1.22, 0.0], [0.0, 1.0]])
    """
    return CovariateCoding(tuple(c for name in covariates if (c := _code_of(frame[name])) is not None))


def _code_of(values: pd.Series) -> CovariateCode | None:
    name = str(values.name)
    if is_number(values):
        number = as_numbers(values)
        good = np.isfinite(number)
        # less the mean first: a spread that is rounding error beside a large mean is none
        rest = centred(number[good][:, None])[:, 0]
        if not good.any() or (good.all() and not rest.any()):
            return None
        seen = np.unique(number[good])
        if len(seen) == 2:  # two values, whatever they are called, are a no and a yes
            return CovariateCode(name, float(seen[0]), float(np.ptp(seen)), gaps=not bool(good.all()))
        centre, scale = float(number[good].mean()), float(rest.std())
        return CovariateCode(name, centre, scale if scale > 0 else 1.0, gaps=not bool(good.all()))
    count = as_words(values).value_counts()
    frequent = count[(count >= FEWEST_ROWS_OF_A_LEVEL) | (count == count.max())].index.tolist()
    levels = sorted(frequent, key=lambda word: (-int(count[word]), word))
    if len(levels) < len(count):
        levels.append(OTHER)
    return CovariateCode(name, levels=tuple(dict.fromkeys(levels))) if len(levels) > 1 else None


def is_number(values: pd.Series) -> bool:
    """Return whether a column holds numbers or yes and no; also one of objects that are all numbers or missing."""
    kind = values.dtype
    if pd.api.types.is_object_dtype(kind):
        some = values.dropna()
        return len(some) > 0 and all(isinstance(one, Real | Decimal) for one in some)
    return pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind)


def as_numbers(values: pd.Series) -> Floats:
    """Return a column of numbers; nan where missing.

    Raises
    ------
    DataError
        If some are infinite or no numbers.
    """
    try:
        known = values.astype("float64") if pd.api.types.is_object_dtype(values.dtype) else values
        number = known.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise DataError("{column} held numbers when the model was fitted", column=str(values.name)) from None
    if endless := int(np.isinf(number).sum()):
        raise DataError("{n} cells of {column} are infinite", n=endless, column=str(values.name))
    return np.asarray(number)


def as_words(values: pd.Series) -> pd.Series:
    """Return a column as words; missing ones are words too."""
    return values.astype("object").where(values.notna(), UNKNOWN).astype("str")
