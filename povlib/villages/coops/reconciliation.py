"""Books of a co-op against the lists: every fen of stakes and loans stands in both, or is named.

Responsible for these differences. Not responsible for whether the books sum to zero (`accounts`) or for the rules of
stakes and loans (`stake_rules`).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from povlib.calendar import Month
from povlib.villages.coops.accounts import CASH, LOANS, STAKES
from povlib.villages.coops.stake_rules import StakeFinding, loans_owed


def books_against_lists(
    coop: str, entries: pd.DataFrame, stakes: pd.DataFrame, loans: pd.DataFrame, month: Month
) -> list[StakeFinding]:
    """Return where the books of a co-op differ from its stakes and loans; nothing for a co-op without books.

    Parameters
    ----------
    coop : str
    entries : DataFrame
        Rows of ``coop_entries`` up to the month.
    stakes : DataFrame
        Rows of ``coop_stakes`` held at the end of the month.
    loans : DataFrame
        Rows of ``loans``; those that the co-op itself owes count.
    month : Month

    Examples
    --------
    >>> rows = [("c", "1", 1, 24192, "cash", None, 500, ""), ("c", "1", 2, 24192, "stakes", "a", -500, "")]
    >>> names = ["coop", "entry", "line", "month", "account", "hh", "fen", "memo"]
    >>> stakes = pd.DataFrame({"coop": ["c"], "hh": ["a"], "fen": [499]})
    >>> loans = pd.DataFrame(columns=["loan", "borrower_kind", "borrower", "hh", "used_by", "fen", "from_month",
    ...                               "due_month", "rate_percent", "repaid_fen"])
    >>> found = books_against_lists("c", pd.DataFrame(rows, columns=names), stakes, loans, Month(2016, 5))
    >>> [(one.where, one.values["books"], one.values["list"]) for one in found]
    [('c', '5.00', '4.99')]
    """
    books = entries[(entries["coop"] == coop) & (entries["month"] <= month.ordinal)]
    if books.empty:
        return []
    return [*_stakes(coop, books, stakes), *_loans(coop, books, loans, month), *_cash(coop, books)]


def _stakes(coop: str, books: pd.DataFrame, stakes: pd.DataFrame) -> Iterator[StakeFinding]:
    booked = books[books["account"] == STAKES]
    by_books = (-booked.groupby(booked["hh"].fillna(""))["fen"].sum()).to_dict()
    by_list = stakes[stakes["coop"] == coop].groupby("hh")["fen"].sum().to_dict()
    # stakes taken in without naming anybody are held against the sum of the list alone
    if by_books.get("", 0):
        by_books, by_list = {"": sum(by_books.values())}, {"": sum(by_list.values())}
    for hh in sorted({*map(str, by_books), *map(str, by_list)}):
        there, listed = int(by_books.get(hh, 0)), int(by_list.get(hh, 0))
        if there == listed:
            continue
        said = {"books": f"{there / 100:,.2f}", "list": f"{listed / 100:,.2f}", "hh": hh}
        if hh:
            yield StakeFinding("household {hh}: stakes of {books} yuan by the books, {list} by the list", coop, said)
        else:
            yield StakeFinding("stakes of {books} yuan by the books, {list} by the list", coop, said)


def _loans(coop: str, books: pd.DataFrame, loans: pd.DataFrame, month: Month) -> Iterator[StakeFinding]:
    owed = loans_owed(loans[loans["borrower"] == coop], month)
    there, listed = -int(books.loc[books["account"] == LOANS, "fen"].sum()), int(owed["principal_fen"].sum())
    if there != listed:
        yield StakeFinding("owes {books} yuan by the books, {list} by the list of loans", coop,
                           {"books": f"{there / 100:,.2f}", "list": f"{listed / 100:,.2f}"})  # fmt: skip


def _cash(coop: str, books: pd.DataFrame) -> Iterator[StakeFinding]:
    by_month = books[books["account"] == CASH].groupby("month")["fen"].sum().sort_index().cumsum()
    below = by_month[by_month < 0]
    if len(below):
        yield StakeFinding("its cash is below zero at the end of {month}: {yuan} yuan", coop,
                           {"month": str(Month.from_ordinal(int(str(below.index[0])))),
                            "yuan": f"{int(below.iloc[0]) / 100:,.2f}"})  # fmt: skip
