"""Accounts of a co-op: double entry to the fen, so that everything together is always zero.

The lines of one entry sum to zero; a debit is above zero. Cash is debited by what comes in; stakes, loans, sales,
grants and the reserve are credited; wages, costs and dividends are debited. A dividend that was entered twice, or a
whole entry that differs from another in nothing but its number, is refused.

Responsible for the books. Not responsible for what ought to be paid (`dividends`, `stake_rules`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.errors import DataError, Fault

CASH, STAKES, LOANS, WAGES, DIVIDENDS = "cash", "stakes", "loans", "wages", "dividends"
SALES, COSTS, GRANTS, RESERVE = "sales", "costs", "grants", "reserve"
ACCOUNTS = (CASH, STAKES, LOANS, RESERVE, SALES, GRANTS, WAGES, COSTS, DIVIDENDS)
"""Accounts in the order of a statement."""

OF_A_HOUSEHOLD = (WAGES, DIVIDENDS, STAKES)
"""Accounts whose lines name the household; without it nobody can say who was paid."""


def refuse_wrong_entries(entries: pd.DataFrame) -> None:
    """Raise where the books cannot be right.

    Parameters
    ----------
    entries : DataFrame
        coop, entry, line, month (ordinal), account, hh, fen, memo: rows of ``coop_entries``.

    Raises
    ------
    DataError
        With every fault: an entry that does not sum to zero, a line twice, an unknown account, more than one month,
        a dividend or a whole entry entered twice.
    """
    if faults := list(_entry_faults(entries)):
        raise DataError(faults)


def _entry_faults(entries: pd.DataFrame) -> Iterator[Fault]:
    unknown = entries[~entries["account"].isin(ACCOUNTS)]
    row: Any
    for row in unknown.drop_duplicates(["coop", "entry", "account"]).itertuples(index=False):
        yield Fault("there is no account {account}", f"{row.coop} {row.entry}", allowed=", ".join(ACCOUNTS),
                    values={"account": row.account})  # fmt: skip
    for (coop, entry), rows in entries.groupby(["coop", "entry"], sort=True):
        where = f"{coop} {entry}"
        if off := int(rows["fen"].sum()):
            yield Fault("the lines of the entry do not sum to zero: {yuan} yuan are left", where,
                        values={"yuan": f"{off / 100:.2f}"})  # fmt: skip
        if rows["line"].duplicated().any():
            yield Fault("a line of the entry stands there twice", where)
        if rows["month"].ne(rows["month"].iloc[0]).any():
            yield Fault("the lines of the entry are of different months", where)
    yield from _doubled_entries(entries)


def _doubled_entries(entries: pd.DataFrame) -> Iterator[Fault]:
    """Yield dividends paid twice, and entries that are the same but for their number."""
    paid = entries[(entries["account"] == DIVIDENDS) & (entries["fen"] > 0) & entries["hh"].notna()]
    named = paid[paid["hh"].astype("str") != ""]
    twice = named[named.duplicated(["coop", "month", "hh", "fen"], keep=False)]
    told: set[tuple[str, str]] = set()
    for (coop, month, hh), rows in twice.groupby(["coop", "month", "hh"], sort=True):
        numbers = sorted(map(str, rows["entry"].unique()))
        told |= {(str(coop), number) for number in numbers}
        yield Fault("the dividend of household {hh} in {month} was entered twice: {entries}", f"{coop}",
                    values={"hh": hh, "month": str(Month.from_ordinal(int(str(month)))),
                            "entries": ", ".join(numbers)})  # fmt: skip
    content: dict[tuple[object, ...], list[str]] = {}
    columns = ["month", "account", "hh", "fen", "memo"]
    plain = entries.assign(hh=entries["hh"].fillna(""), memo=entries["memo"].fillna(""))
    for (coop, entry), rows in plain.groupby(["coop", "entry"], sort=True):
        lines = tuple(sorted(rows[columns].itertuples(index=False, name=None)))
        content.setdefault((coop, lines), []).append(str(entry))
    for (coop, *_), numbers in content.items():
        if len(numbers) > 1 and not {(str(coop), number) for number in numbers} <= told:
            yield Fault("entries {entries} are one entry made twice", f"{coop}",
                        values={"entries": ", ".join(numbers)})  # fmt: skip


@dataclass(frozen=True)
class CoopAccounts:
    """The books of one co-op; money in fen.

    Attributes
    ----------
    balance : DataFrame
        account, debit_fen, credit_fen, balance_fen (debit less credit), in the order of `ACCOUNTS`: the trial balance.
    statement : DataFrame
        year, opening_cash_fen, sales_fen, grants_fen, costs_fen, wages_fen, profit_fen (sales less costs and wages),
        dividends_fen, stakes_fen and loans_fen (taken in less paid back), reserve_fen (put aside),
        closing_cash_fen.
    households : DataFrame
        hh, stakes_fen, wages_fen, dividends_fen, loans_fen (owed to the household or in its name): what each put in
        and had.
    """

    balance: pd.DataFrame
    statement: pd.DataFrame
    households: pd.DataFrame

    @property
    def sum_fen(self) -> int:
        """All balances together: zero, or the books are wrong."""
        return int(self.balance["balance_fen"].sum())

    def fen(self, account: str) -> int:
        """Return the balance of an account, debit less credit."""
        return int(self.balance.set_index("account")["balance_fen"].get(account, 0))


def coop_accounts(coop: str, entries: pd.DataFrame) -> CoopAccounts:
    """Return trial balance, yearly statement and what each household put in and had.

    Raises
    ------
    DataError
        As `refuse_wrong_entries`.

    Examples
    --------
    >>> rows = [("c", "1", 1, 24192, "cash", None, 500000, ""), ("c", "1", 2, 24192, "stakes", "a", -500000, "")]
    >>> names = ["coop", "entry", "line", "month", "account", "hh", "fen", "memo"]
    >>> books = coop_accounts("c", pd.DataFrame(rows, columns=names))
    >>> books.sum_fen, books.fen("cash"), books.households["stakes_fen"].tolist()
    (0, 500000, [500000])
    """
    rows = entries[entries["coop"] == coop]
    refuse_wrong_entries(rows)
    fen = rows["fen"].astype("int64")
    sides = pd.DataFrame({"account": rows["account"], "debit": fen.clip(lower=0), "credit": (-fen).clip(lower=0)})
    sums = sides.groupby("account")[["debit", "credit"]].sum().reindex(list(ACCOUNTS), fill_value=0)
    balance = pd.DataFrame(
        {
            "account": list(ACCOUNTS),
            "debit_fen": sums["debit"].to_numpy(dtype="int64"),
            "credit_fen": sums["credit"].to_numpy(dtype="int64"),
        }
    )
    balance["balance_fen"] = balance["debit_fen"] - balance["credit_fen"]
    return CoopAccounts(balance, _statement(rows), _of_households(rows))


def _statement(rows: pd.DataFrame) -> pd.DataFrame:
    year = (rows["month"].astype("int64") // 12).rename("year")
    by_year = rows.assign(year=year).pivot_table(index="year", columns="account", values="fen", aggfunc="sum")
    by_year = by_year.reindex(columns=list(ACCOUNTS)).fillna(0).astype("int64")
    closing = by_year[CASH].cumsum()
    return pd.DataFrame(
        {
            "year": by_year.index.astype("int64"),
            "opening_cash_fen": (closing - by_year[CASH]).to_numpy(),
            "sales_fen": (-by_year[SALES]).to_numpy(),
            "grants_fen": (-by_year[GRANTS]).to_numpy(),
            "costs_fen": by_year[COSTS].to_numpy(),
            "wages_fen": by_year[WAGES].to_numpy(),
            "profit_fen": (-by_year[SALES] - by_year[COSTS] - by_year[WAGES]).to_numpy(),
            "dividends_fen": by_year[DIVIDENDS].to_numpy(),
            "stakes_fen": (-by_year[STAKES]).to_numpy(),
            "loans_fen": (-by_year[LOANS]).to_numpy(),
            "reserve_fen": (-by_year[RESERVE]).to_numpy(),
            "closing_cash_fen": closing.to_numpy(),
        }
    )


def _of_households(rows: pd.DataFrame) -> pd.DataFrame:
    named = rows[rows["hh"].notna() & rows["hh"].astype("str").ne("")]
    table = named.pivot_table(index="hh", columns="account", values="fen", aggfunc="sum")
    table = table.reindex(columns=[STAKES, WAGES, DIVIDENDS, LOANS]).fillna(0).astype("int64")
    return pd.DataFrame(
        {
            "hh": table.index.astype("str"),
            "stakes_fen": (-table[STAKES]).to_numpy(),
            "wages_fen": table[WAGES].to_numpy(),
            "dividends_fen": table[DIVIDENDS].to_numpy(),
            "loans_fen": (-table[LOANS]).to_numpy(),
        }
    )


def unnamed_lines(entries: pd.DataFrame) -> pd.DataFrame:
    """Return lines of wages, dividends and stakes that name no household: coop, entry, account, fen."""
    nameless = entries["hh"].isna() | entries["hh"].astype("str").eq("")
    found = entries[entries["account"].isin(OF_A_HOUSEHOLD) & nameless]
    return found[["coop", "entry", "account", "fen"]].reset_index(drop=True)
