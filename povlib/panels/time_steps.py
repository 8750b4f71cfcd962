"""Times of a long frame: numbers, words, periods or dates as whole steps, and back as they came.

Responsible for reading them and for showing times ahead in the frame's own kind. Not responsible for
what happens at them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.arrays import Ints
from povlib.calendar import Month
from povlib.errors import DataError

NUMBER, DIGITS, MONTHS, QUARTERS, MONTH = "number", "digits", "months", "quarters", "month"
YEAR_MONTH, YEAR_MONTH_DIGITS = "year and month", "digits of year and month"
"""Kinds: whole numbers; words of digits; both with year and month, as 201603; words 2016-03; words 2016Q1; `Month`.
Others: ``period:M``, ``date:end``, ``date:15``, and ``dates:end`` for the same as words."""
_DIGITS, _MONTHS, _QUARTERS = r"\d{1,9}", r"\d{4}-\d{1,2}", r"\d{4}Q[1-4]"


@dataclass(frozen=True)
class Clock:
    """How times are counted: `first` and `unit` in whole numbers; a step is one `unit`; `kind` as they came."""

    first: int
    unit: int
    kind: str = NUMBER

    def steps(self, times: Ints) -> Ints:
        """Return the whole number of steps since `first`."""
        return np.asarray((times - self.first) // self.unit, dtype=np.int64)

    def times(self, steps: Ints) -> Ints:
        """Return times of steps, as whole numbers."""
        return np.asarray(self.first + steps * self.unit, dtype=np.int64)

    def shown(self, steps: Ints) -> pd.Index:
        """Return times of steps as they came: numbers, words, periods or dates.

        Examples
        --------
        >>> list(Clock(24192, 3, "months").shown(np.array([0, 1])))
        ['2016-01', '2016-04']
        """
        times = self.times(steps)
        if self.kind.startswith("period:"):
            dtype = pd.PeriodDtype(self.kind.removeprefix("period:"))
            return pd.PeriodIndex(pd.arrays.PeriodArray(times, dtype=dtype))
        if self.kind.startswith("date:"):
            return _dates_of_months(times, self.kind.removeprefix("date:"))
        if self.kind.startswith("dates:"):
            days: pd.Index = _dates_of_months(times, self.kind.removeprefix("dates:")).strftime("%Y-%m-%d")
            return days
        say: dict[str, Callable[[int], object]] = {
            YEAR_MONTH: _year_and_month, YEAR_MONTH_DIGITS: lambda t: str(_year_and_month(t)), DIGITS: str,
            MONTHS: lambda t: f"{t // 12:04d}-{t % 12 + 1:02d}",
            QUARTERS: lambda t: f"{t // 4:04d}Q{t % 4 + 1}", MONTH: Month.from_ordinal,
        }  # fmt: skip
        return pd.Index([say[self.kind](time) for time in times.tolist()] if self.kind in say else times)

    def step_of(self, time: object) -> int:
        """Return the step of one time given as the frame's are.

        Raises
        ------
        DataError
            If it is not of that kind.
        """
        times, kind = read_times(pd.Series([time], name="after"))
        if kind.split(":")[0] != self.kind.split(":")[0]:
            raise DataError("the times are not of the kind that the model was fitted to", where="after")
        return int(self.steps(times)[0])


def clock_of(times: Ints, kind: str = NUMBER) -> Clock:
    """Return the clock of times: a step is the greatest common divisor of the gaps."""
    if not len(times):
        return Clock(0, 1, kind)
    gaps = np.diff(np.unique(times))
    return Clock(int(times.min()), int(np.gcd.reduce(gaps)) if len(gaps) else 1, kind)


def read_times(times: pd.Series) -> tuple[Ints, str]:
    """Return times as whole numbers, and what they were.

    Numbers and words of digits as they are, periods by their ordinal, quarters and months counted, dates by
    month.

    Raises
    ------
    DataError
        If some are missing or nothing of these.

    Examples
    --------
    >>> read_times(pd.Series(pd.to_datetime(["2016-01-31", "2016-02-29"])))
    (array([24192, 24193]), 'date:end')
    >>> read_times(pd.Series(["2016Q1", "2016Q3"]))
    (array([8064, 8066]), 'quarters')
    """
    if times.isna().any():
        raise _unreadable_times(times, times.isna())
    if isinstance(times.dtype, pd.PeriodDtype):
        return np.asarray(pd.PeriodIndex(times).asi8, dtype=np.int64), f"period:{pd.PeriodIndex(times).freqstr}"
    if pd.api.types.is_datetime64_any_dtype(times.dtype):
        return _months_of_dates(times)
    if isinstance(times.dtype, pd.CategoricalDtype):
        return read_times(times.astype(times.cat.categories.dtype))
    if not pd.api.types.is_numeric_dtype(times.dtype):
        return _times_from_words(times)
    if pd.api.types.is_integer_dtype(times.dtype):
        return months_of_numbers(times.to_numpy(dtype=np.int64), NUMBER, YEAR_MONTH)
    number = times.to_numpy(dtype=np.float64, na_value=np.nan)
    odd = ~np.isfinite(number) | (number != np.round(number))
    if odd.any():
        raise _unreadable_times(times, odd)
    return months_of_numbers(number.astype(np.int64), NUMBER, YEAR_MONTH)


def months_of_numbers(times: Ints, plain: str, months: str) -> tuple[Ints, str]:
    """Return times that are all years and months (201512, 201601) counted in months, others as they are; and the kind.

    Examples
    --------
    >>> months_of_numbers(np.array([201512, 201601]), "plain", "months"), months_of_numbers(np.array([7]), "plain", "")
    ((array([24191, 24192]), 'months'), (array([7]), 'plain'))
    """
    year, month = times // 100, times % 100
    # Years of people alive and planned for: other numbers of six digits are something else.
    if not len(times) or not ((year >= 1900) & (year <= 2200) & (month >= 1) & (month <= 12)).all():
        return times, plain
    return np.asarray(12 * year + month - 1, dtype=np.int64), months


def _year_and_month(time: int) -> int:
    return 100 * (time // 12) + time % 12 + 1


def _times_from_words(times: pd.Series) -> tuple[Ints, str]:
    if all(isinstance(time, Month) for time in times):
        return np.array([time.ordinal for time in times], dtype=np.int64), MONTH
    words = times.astype("str").str.strip()
    if words.str.fullmatch(_DIGITS).all():
        return months_of_numbers(np.asarray(words.astype(np.int64), dtype=np.int64), DIGITS, YEAR_MONTH_DIGITS)
    if words.str.fullmatch(_MONTHS).all():
        part = words.str.split("-", expand=True).astype(np.int64)
        if part[1].between(1, 12).all():
            return (12 * part[0] + part[1] - 1).to_numpy(dtype=np.int64), MONTHS
    if words.str.fullmatch(_QUARTERS).all():
        part = words.str.split("Q", expand=True).astype(np.int64)
        return (4 * part[0] + part[1] - 1).to_numpy(dtype=np.int64), QUARTERS
    dates = pd.to_datetime(words, format="ISO8601", errors="coerce")
    if dates.isna().any():
        raise _unreadable_times(times, dates.isna())
    months, kind = _months_of_dates(dates)
    return months, kind.replace("date:", "dates:")


def _months_of_dates(dates: pd.Series) -> tuple[Ints, str]:
    """Return months of dates, and the day that all share: ``end`` of the month, a day, or 1."""
    days = dates.dt.day
    day = "end" if dates.dt.is_month_end.all() else str(days.iloc[0]) if days.min() == days.max() else "1"
    return np.asarray(12 * dates.dt.year + dates.dt.month - 1, dtype=np.int64), f"date:{day}"


def _dates_of_months(months: Ints, day: str) -> pd.DatetimeIndex:
    first = pd.to_datetime([f"{month // 12:04d}-{month % 12 + 1:02d}-01" for month in months.tolist()])
    return first + pd.offsets.MonthEnd(0) if day == "end" else first + pd.Timedelta(days=int(day) - 1)


def _unreadable_times(times: pd.Series, odd: npt.ArrayLike) -> DataError:
    return DataError(
        "{n} times are not whole numbers, months or dates", where=str(times.name), n=int(np.asarray(odd).sum())
    )
