"""When the money of each fund arrives and until when it may be spent: tranches over the periods of a horizon.

Responsible for tranches, their checks, and for which of them may pay in which period. Not responsible for months
(callers turn them into periods) nor for who is paid (`povlib.allocation.horizon.payment_calendar`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from povlib.allocation.problem.table_checks import FaultList, has_columns, whole_numbers
from povlib.arrays import Bools, Ints

TRANCHE_COLUMNS = ("tranche", "fund", "arrives", "until", "amount_fen", "kept_fen")
_PERIOD_MARK = "#"


def period_row(row: str, period: int) -> str:
    """Return the key of a fund or of what is taken of a resource in (or up to) one period.

    Examples
    --------
    >>> period_row("special", 2), row_and_period("special#2"), row_and_period("share:money")
    ('special#2', ('special', 2), ('share:money', -1))
    """
    return f"{row}{_PERIOD_MARK}{period}"


def row_and_period(key: str) -> tuple[str, int]:
    """Return the resource and the period of a row's key; period -1 where the row is of the whole horizon."""
    row, mark, period = key.rpartition(_PERIOD_MARK)
    return (row, int(period)) if mark and period.isdigit() else (key, -1)


@dataclass(frozen=True, eq=False)
class MoneyCalendar:
    """The tranches of all funds; made by `money_calendar`.

    Attributes
    ----------
    table : DataFrame
        tranche, fund, arrives, until (first and last period in which it may be spent, from 0), amount_fen, kept_fen
        (what of it only the measures that the fund keeps a share for may use), sorted by fund and then by what lapses
        first.
    periods : int
    """

    table: pd.DataFrame
    periods: int

    @property
    def funds(self) -> list[str]:
        """Funds with at least one tranche, sorted."""
        return sorted(set(self.table["fund"]))

    @cached_property
    def amount(self) -> Ints:
        """What each tranche holds, in fen."""
        return self.table["amount_fen"].to_numpy(np.int64)

    @cached_property
    def outside(self) -> Ints:
        """What each tranche may pay outside the class its fund keeps a share for, in fen."""
        return np.asarray(self.amount - self.table["kept_fen"].to_numpy(np.int64))

    @cached_property
    def usable(self) -> Bools:
        """Tranches x periods: which may pay in which."""
        period = np.arange(self.periods)
        first, last = (self.table[name].to_numpy(np.int64)[:, None] for name in ("arrives", "until"))
        return np.asarray((first <= period) & (period <= last))

    def at_most(self, fund: str, period: int) -> tuple[int, int]:
        """Return what a fund can pay in a period at most, in all and outside its kept share, in fen."""
        mine = (self.table["fund"] == fund).to_numpy() & self.usable[:, period]
        return int(self.amount[mine].sum()), int(self.outside[mine].sum())

    def with_amounts(self, amount_fen: Ints, kept_fen: Ints) -> MoneyCalendar:
        """Return the calendar with other amounts: another future of the same tranches."""
        return money_calendar(self.table.assign(amount_fen=amount_fen, kept_fen=kept_fen), self.periods)


def money_calendar(table: pd.DataFrame, periods: int) -> MoneyCalendar:
    """Return the calendar of checked tranches.

    Parameters
    ----------
    table : DataFrame
        The columns of `MoneyCalendar.table`.
    periods : int

    Raises
    ------
    ProblemError
        With every fault: doubled tranches, months outside the horizon, money that lapses before it arrives, a share
        kept of more than there is.

    Examples
    --------
    >>> first = {"tranche": "a1", "fund": "a", "arrives": 0, "until": 0, "amount_fen": 5, "kept_fen": 0}
    >>> later = {"tranche": "a2", "fund": "a", "arrives": 1, "until": 1, "amount_fen": 7, "kept_fen": 2}
    >>> made = money_calendar(pd.DataFrame([first, later]), 2)
    >>> made.usable.tolist(), made.at_most("a", 1)
    ([[True, False], [False, True]], (7, 5))
    """
    faults = FaultList()
    if has_columns(faults, table, "tranches", TRANCHE_COLUMNS):
        key = table["tranche"]
        faults.add_keys("{n} keys stand twice: {keys}", "tranches.tranche", key[key.duplicated()])
        for name in TRANCHE_COLUMNS[2:]:
            whole_numbers(faults, table[name], f"tranches.{name}", key, least=0)
        outside = (table["arrives"] >= periods) | (table["until"] >= periods)
        faults.add_keys("{n} tranches lie outside the horizon: {keys}", "tranches", key[outside])
        faults.add_keys(
            "{n} tranches lapse before they arrive: {keys}", "tranches", key[table["until"] < table["arrives"]]
        )
        kept = key[table["kept_fen"] > table["amount_fen"]]
        faults.add_keys("{n} tranches keep more than they hold: {keys}", "tranches.kept_fen", kept)
    faults.raise_if_any()
    sorted_table = table[list(TRANCHE_COLUMNS)].sort_values(["fund", "until", "arrives", "tranche"], ignore_index=True)
    return MoneyCalendar(sorted_table, periods)
