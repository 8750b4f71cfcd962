"""What each household loses when a co-op fails: stake, loan still owed, wage and dividend of a year.

What the co-op still has pays its lenders first, then stakes in proportion. A loan that a household took in its own name
for its stake stays with the household: that is what pooled loans hide.

Responsible for one failure, to the fen. Not responsible for how likely it is (`member_incomes`).

Source: 农民专业合作社法 (2006), chapter 6: debts are paid before anything is shared among members.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from povlib.errors import DataError
from povlib.villages.coops.fen_shares import fen_shares


@dataclass(frozen=True)
class CoopFailure:
    """A failed co-op; money in fen.

    Attributes
    ----------
    households : DataFrame
        hh, stake_fen (own money and borrowed money put in), public_fen (grants turned into stakes), back_fen (paid
        back of both), lost_fen (own and borrowed money lost), public_lost_fen, loan_fen (still owed in the household's
        name), wage_fen and dividend_fen (of a year, gone).
    left_fen : int
        What the co-op had.
    creditors_fen : int
        Of that, what went to lenders to the co-op itself.
    creditors_lost_fen : int
        What those lenders lose.
    over_fen : int
        What is left after everybody has all back.
    """

    households: pd.DataFrame
    left_fen: int
    creditors_fen: int
    creditors_lost_fen: int
    over_fen: int


def coop_failure(
    stakes: pd.DataFrame, loans: pd.DataFrame, yearly: pd.DataFrame, left_fen: int, owed_fen: int
) -> CoopFailure:
    """Return who loses what.

    Parameters
    ----------
    stakes : DataFrame
        stake, hh, kind (own, loan, grant, land), fen. Land goes back to its household and is no loss of money.
    loans : DataFrame
        hh, owed_fen: still owed in a household's own name for its stake here.
    yearly : DataFrame
        hh, wage_fen, dividend_fen: what the co-op paid each household in the last twelve months.
    left_fen : int
        What the co-op has left: cash and what its stock and gear still bring.
    owed_fen : int
        What the co-op itself still owes lenders.

    Raises
    ------
    DataError
        If what is left or owed is below zero.

    Examples
    --------
    >>> stakes = pd.DataFrame({"stake": ["1", "2"], "hh": ["a", "b"], "kind": ["own", "grant"], "fen": [1000, 3000]})
    >>> none = pd.DataFrame({"hh": [], "owed_fen": []})
    >>> year = pd.DataFrame({"hh": ["a"], "wage_fen": [50], "dividend_fen": [60]})
    >>> coop_failure(stakes, none, year, left_fen=2500, owed_fen=500).households[["hh", "back_fen", "lost_fen"]].values
    array([['a', 500, 500],
           ['b', 1500, 0]], dtype=object)
    """
    if left_fen < 0 or owed_fen < 0:
        raise DataError("what a co-op has left or owes is below zero")
    money = stakes[stakes["kind"] != "land"].sort_values("stake").reset_index(drop=True)
    creditors = min(left_fen, owed_fen)
    put_in = [int(value) for value in money["fen"]]
    back = fen_shares(min(left_fen - creditors, sum(put_in)), put_in)
    lost = [fen - part for fen, part in zip(put_in, back, strict=True)]
    public = money["kind"] == "grant"
    rows = pd.DataFrame({"hh": money["hh"].astype("str"), "back_fen": back})
    for name, values in (("stake_fen", put_in), ("lost_fen", lost)):
        rows[name] = pd.Series(values, dtype="int64").where(~public, 0)
        rows[f"public_{name}"] = pd.Series(values, dtype="int64").where(public, 0)
    sums = rows.groupby("hh", sort=True).sum()
    every = sorted({*map(str, stakes["hh"]), *map(str, loans["hh"]), *map(str, yearly["hh"])})
    sums = sums.reindex(every, fill_value=0)
    for name, frame, column in (
        ("loan_fen", loans, "owed_fen"),
        ("wage_fen", yearly, "wage_fen"),
        ("dividend_fen", yearly, "dividend_fen"),
    ):
        sums[name] = frame.groupby("hh")[column].sum().reindex(every).fillna(0)
    table = sums.rename(columns={"public_stake_fen": "public_fen"}).rename_axis("hh").reset_index()
    order = ["hh", "stake_fen", "public_fen", "back_fen", "lost_fen", "public_lost_fen", "loan_fen", "wage_fen",
             "dividend_fen"]  # fmt: skip
    table = table[order].astype(dict.fromkeys(order[1:], "int64"))
    return CoopFailure(table, left_fen, creditors, owed_fen - creditors, left_fen - creditors - sum(back))
