"""Months: the only unit of time of the ledger and the plan.

`Month` is the value at every border. In tables a month is a column of whole numbers, the
*ordinal* ``12 * year + month - 1``, so that months subtract; the ledger stores ``yyyymm``.
"""

from __future__ import annotations

import re
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
