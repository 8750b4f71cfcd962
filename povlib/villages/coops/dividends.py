"""What a co-op's year brings its members: the guaranteed floor first, the rest by stake, to the fen.

While the leading firm pays, nobody has less than the floor of the stake: what the co-op's profit lacks the firm adds.
When the firm no longer pays, floors are met as far as the money goes, in proportion.

Responsible for one year's sharing out. Not responsible for the books (`accounts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas as pd

from povlib.errors import DataError, Fault
from povlib.villages.coops.fen_shares import fen_shares


@dataclass(frozen=True)
class YearOfDividends:
    """A year shared out; money in fen.

    Attributes
    ----------
    stakes : DataFrame
        hh, stake, fen, floor_fen, dividend_fen, under_floor_fen.
    profit_fen, reserve_fen, from_firm_fen : int
        What was earned, put aside, and added by the firm: profit less reserve plus the firm's part is what is paid.
    """

    stakes: pd.DataFrame
    profit_fen: int
    reserve_fen: int
    from_firm_fen: int

    @property
    def paid_fen(self) -> int:
        """All dividends."""
        return int(self.stakes["dividend_fen"].sum())

    def households(self) -> pd.DataFrame:
        """Return the sums by household: hh, fen, floor_fen, dividend_fen, under_floor_fen."""
        money = ["fen", "floor_fen", "dividend_fen", "under_floor_fen"]
        return self.stakes.groupby("hh", sort=True)[money].sum().reset_index()


def dividends_of_year(
    stakes: pd.DataFrame, profit_fen: int, *, reserve_share: float, firm_pays: bool
) -> YearOfDividends:
    """Return what each stake has of a year.

    Parameters
    ----------
    stakes : DataFrame
        stake, hh, fen (above 0), floor_fen (guaranteed a year; missing: none).
    profit_fen : int
        What the year brought after costs and wages; below 0: a loss, which takes nothing from members.
    reserve_share : float
        Share of what is left after the floors that is put aside.
    firm_pays : bool
        Whether the firm that guarantees the floor still pays.

    Raises
    ------
    DataError
        For a stake of nothing or twice, a floor below zero, or a share that is none.

    Examples
    --------
    >>> rows = {"stake": ["1", "2"], "hh": ["a", "b"], "fen": [500000, 1000000], "floor_fen": [40000, 80000]}
    >>> stakes = pd.DataFrame(rows)
    >>> dividends_of_year(stakes, 60000, reserve_share=0.1, firm_pays=True).stakes["dividend_fen"].tolist()
    [40000, 80000]
    >>> dividends_of_year(stakes, 60000, reserve_share=0.1, firm_pays=False).stakes["dividend_fen"].tolist()
    [20000, 40000]
    """
    _refuse_stakes(stakes, reserve_share)
    rows = stakes.sort_values("stake").reset_index(drop=True)
    floors = [int(value) for value in rows["floor_fen"].fillna(0)]
    available, owed = max(profit_fen, 0), sum(floors)
    over = max(available - owed, 0)
    reserve = int(over * Fraction(str(reserve_share)))
    if available >= owed or firm_pays:
        more = fen_shares(over - reserve, [int(value) for value in rows["fen"]])
        paid = [least + part for least, part in zip(floors, more, strict=True)]
    else:
        paid = fen_shares(available, floors)
    table = rows[["hh", "stake", "fen"]].astype({"fen": "int64"}).assign(floor_fen=floors, dividend_fen=paid)
    table["under_floor_fen"] = (table["floor_fen"] - table["dividend_fen"]).clip(lower=0)
    firm = max(owed - available, 0) if firm_pays else 0
    return YearOfDividends(table, profit_fen, reserve, firm)


def _refuse_stakes(stakes: pd.DataFrame, reserve_share: float) -> None:
    faults = [
        Fault("stake {stake} stands there twice", values={"stake": name})
        for name in stakes.loc[stakes["stake"].duplicated(), "stake"].unique()
    ]
    row: Any
    for row in stakes.itertuples(index=False):
        if not int(row.fen) > 0:
            faults.append(Fault("stake {stake} holds no money", values={"stake": row.stake}))
        if not pd.isna(row.floor_fen) and int(row.floor_fen) < 0:
            faults.append(Fault("the floor of stake {stake} is below zero", values={"stake": row.stake}))
    if not 0 <= reserve_share <= 1:
        faults.append(Fault("{share} is no share to put aside", allowed="0 to 1", values={"share": reserve_share}))
    if faults:
        raise DataError(faults)
