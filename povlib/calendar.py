"""Months: the only unit of time of the ledger and the plan.

`Month` is the value at every border. In tables a month is a column of whole numbers, the
*ordinal* ``12 * year + month - 1``, so that months subtract; the ledger stores ``yyyymm``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from functools import total_ordering

from povlib.errors import MonthError
from povlib.words import text


@total_ordering
@dataclass(frozen=True)
class Month:
    """A calendar month.

    Examples
    --------
    >>> plan = Month.parse("2016-05")
    >>> plan + 7, Month(2016, 12) - plan, plan.ordinal, plan.yyyymm
    (Month(2016, 12), 7, 24196, 201605)
    """

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2200 and 1 <= self.month <= 12):
            raise MonthError(_WHAT, allowed=_ALLOWED, value=f"{self.year}-{self.month}")

    @classmethod
    def parse(cls, value: str | Month) -> Month:
        """Return the month written as ``2016-05``, ``201605`` or ``2016年5月``.

        Raises
        ------
        MonthError
            If it is written in any other way, or lies outside 1900-2200.
        """
        if isinstance(value, Month):
            return value
        found = re.fullmatch(r"(\d{4})(?:-(\d{1,2})|(\d{2})|年(\d{1,2})月)", str(value).strip())
        if not found:
            raise MonthError(_WHAT, allowed=_ALLOWED, value=str(value))
        return cls(int(found[1]), int(found[2] or found[3] or found[4]))

    @classmethod
    def from_ordinal(cls, ordinal: int) -> Month:
        """Return the month of an ordinal ``12 * year + month - 1``."""
        return cls(int(ordinal) // 12, int(ordinal) % 12 + 1)

    @classmethod
    def from_yyyymm(cls, number: int) -> Month:
        """Return the month of a number such as 201605."""
        return cls(int(number) // 100, int(number) % 100)

    @property
    def ordinal(self) -> int:
        """Months since year 0: ``12 * year + month - 1``."""
        return 12 * self.year + self.month - 1

    @property
    def yyyymm(self) -> int:
        """The month as a number such as 201605."""
        return 100 * self.year + self.month

    def through(self, last: Month) -> Iterator[Month]:
        """Yield every month from this one to `last`, both included."""
        return (Month.from_ordinal(o) for o in range(self.ordinal, last.ordinal + 1))

    def label(self, lang: str | None = None) -> str:
        """Return ``2016年5月`` or ``2016-05``."""
        return text("{year}-{month:02d}", lang, year=self.year, month=self.month)

    def __add__(self, months: int) -> Month:
        return Month.from_ordinal(self.ordinal + months)

    def __sub__(self, other: Month) -> int:
        return self.ordinal - other.ordinal

    def __lt__(self, other: Month) -> bool:
        return self.ordinal < other.ordinal

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def __repr__(self) -> str:
        return f"Month({self.year}, {self.month})"


_WHAT = "{value} is no month"
_ALLOWED = "a month such as 2016-05"


def months_named(words: str | None) -> tuple[int, ...] | None:
    """Return the calendar months (1 to 12) that a cell names, in order; none named: (); cannot be read: None.

    Examples
    --------
    >>> months_named("6、9,12"), months_named("2016-06;2016-12"), months_named(""), months_named("6月到9月")
    ((6, 9, 12), (6, 12), (), (6, 7, 8, 9))
    >>> months_named("13"), months_named("spring")
    (None, None)
    """
    if not isinstance(words, str) or not words.strip():
        return ()
    found: set[int] = set()
    plain = re.sub(r"\d{4}\s*[-/.年]\s*", "", words).replace("月", "")
    for part in re.split(r"[,，、;；\s]+", plain.strip()):
        ends = [int(n) for n in re.findall(r"\d+", part)]
        if len(ends) == 2 and ends[0] <= ends[1]:
            ends = list(range(ends[0], ends[1] + 1))
        if not ends or not all(1 <= n <= 12 for n in ends):
            return None
        found |= set(ends)
    return tuple(sorted(found))


def days_due(first: int, last: int, months: tuple[int, ...], day: int | None = None) -> list[int]:
    """Return the days (yyyymmdd) on which something is due in each of the calendar months, from `first` to `last`.

    Parameters
    ----------
    first, last : int
        Months (ordinals), both included.
    months : tuple of int
        Calendar months, 1 to 12.
    day : int, optional
        Day of the month; none, or one that the month has not: its last day.

    Examples
    --------
    >>> days_due(Month(2015, 7).ordinal, Month(2016, 6).ordinal, (2, 6, 12), 30)
    [20151230, 20160229, 20160630]
    >>> days_due(Month(2016, 2).ordinal, Month(2016, 2).ordinal, (2,))
    [20160229]
    """
    found = []
    for month in (Month.from_ordinal(at) for at in range(first, last + 1)):
        if month.month in months:
            end = monthrange(month.year, month.month)[1]
            found.append(100 * month.yyyymm + min(day or end, end))
    return found
