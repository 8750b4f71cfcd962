"""The villages' accounts: what came in, what was done with it, what is left, each to the fen.

Two books tell of one income: 村财收入, month by month and source by source, and the receipts of contracts. Where a
source stands behind a contract both must say the same, in every month in which the village keeps the first book.

Responsible for balances and differences. Not responsible for what is still due (`due_schedule`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib.villages.incomes.due_schedule import DUE, month_of_day

USES = ("households", "works", "running", "other")
"""Uses of income (``data/tables/income_use.yaml``), in the order in which they are shown."""


def account_balances(
    income: pd.DataFrame, uses: pd.DataFrame, villages: Sequence[str], first: int, last: int
) -> pd.DataFrame:
    """Return each village's account over months `first` to `last` (ordinals, both included).

    Parameters
    ----------
    income : DataFrame
        Rows of ``village_income``: village, month (ordinal), source, fen.
    uses : DataFrame
        Rows of ``income_uses``: village, day (yyyymmdd), kind, fen.
    villages : sequence of str
        In the order of the office.

    Returns
    -------
    DataFrame
        village, income_fen, one column a use (``households_fen`` ...), left_fen: income less all uses; below 0 where
        more was used than came in these months.

    Examples
    --------
    >>> income = pd.DataFrame({"village": ["a", "a"], "month": [5, 6], "source": "s", "fen": [100, 11]})
    >>> uses = pd.DataFrame({"village": ["a"], "day": [601], "kind": ["works"], "fen": [40]})
    >>> int(account_balances(income, uses.iloc[:0], ["a"], 5, 6)["left_fen"].iloc[0])
    111
    """
    came = income[income["month"].between(first, last)].groupby("village")["fen"].sum()
    spent = uses[pd.Series(month_of_day(uses["day"]), index=uses.index, dtype="int64").between(first, last)]
    made = pd.DataFrame({"village": list(villages)})
    made["income_fen"] = made["village"].map(came).fillna(0).astype("int64")
    made["left_fen"] = made["income_fen"]
    for kind in USES:
        # a use of a kind that the list does not know counts among the others, never as money that is left
        mine = spent["kind"].eq(kind) if kind != "other" else ~spent["kind"].isin(USES[:-1])
        made[f"{kind}_fen"] = made["village"].map(spent[mine].groupby("village")["fen"].sum()).fillna(0).astype("int64")
        made["left_fen"] -= made[f"{kind}_fen"]
    return made[["village", "income_fen", *(f"{kind}_fen" for kind in USES), "left_fen"]]


def book_differences(income: pd.DataFrame, contracts: pd.DataFrame, receipts: pd.DataFrame, last: int) -> pd.DataFrame:
    """Return where the book of months and the receipts of contracts differ, up to month `last` (ordinal).

    Parameters
    ----------
    income, contracts, receipts : DataFrame
        Rows of ``village_income``, ``income_contracts``, ``income_receipts``.

    Returns
    -------
    DataFrame
        village, month, source, book_fen, received_fen, difference_fen (book less receipts); only what differs. A source
        that no contract of the village names is not held against anything; months before the first of a village's book
        are left out.

    Examples
    --------
    >>> income = pd.DataFrame({"village": ["a"], "month": [24195], "source": ["rent"], "fen": [90]})
    >>> contracts = pd.DataFrame({"contract": ["c"], "village": ["a"], "source": ["rent"]})
    >>> came = pd.DataFrame({"contract": ["c"], "day": [20160412], "part": ["due"], "fen": [100]})
    >>> book_differences(income, contracts, came, 24195)["difference_fen"].tolist()
    [-10]
    """
    key = ["village", "month", "source"]
    named = receipts[receipts["part"].eq(DUE)].merge(contracts[["contract", "village", "source"]], on="contract")
    named["month"] = pd.Series(month_of_day(named["day"]), index=named.index, dtype="int64")
    came = named.groupby(key, as_index=False).agg(received_fen=("fen", "sum"))
    behind = contracts[["village", "source"]].drop_duplicates()
    book = income.merge(behind, on=["village", "source"])[[*key, "fen"]].rename(columns={"fen": "book_fen"})
    both = book.merge(came, on=key, how="outer")
    begun = both["village"].map(income.groupby("village")["month"].min()).astype("float64")
    both = both[(both["month"] >= begun) & (both["month"] <= last)].fillna({"book_fen": 0, "received_fen": 0})
    both = both.astype({"book_fen": "int64", "received_fen": "int64", "month": "int64"})
    both["difference_fen"] = both["book_fen"] - both["received_fen"]
    return both[both["difference_fen"] != 0].sort_values(key, ignore_index=True)
