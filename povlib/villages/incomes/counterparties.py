"""On whom the villages' income hangs, and which partners are related to those who let to them.

A related party is one that somebody entered as such (a cadre of the village, or kin of one): it is never guessed from a
name. A contract of which nobody said anything is named too.

Responsible for shares and flags. Not responsible for whether a contract is a good one.
"""

from __future__ import annotations

import pandas as pd

from povlib.villages.incomes.due_schedule import DUE

RELATED, UNSAID = "related", "unsaid"


def partner_shares(contracts: pd.DataFrame, receipts: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return what each partner paid from day `first` to day `last`, the largest first.

    Parameters
    ----------
    contracts, receipts : DataFrame
        Rows of ``income_contracts`` and ``income_receipts``.
    first, last : int
        Days ``yyyymmdd``, both included.

    Returns
    -------
    DataFrame
        partner, villages, contracts (counts), fen, share (of all that partners paid, 0-1; 0 where nobody paid), most
        (share of the one village's receipts that hangs on it most, 0-1), most_village.

    Examples
    --------
    >>> contracts = pd.DataFrame({"contract": ["1", "2", "3"], "partner": ["p", "p", "q"], "village": ["a", "b", "b"]})
    >>> came = pd.DataFrame({"contract": ["1", "2", "3"], "day": 20160401, "part": "due", "fen": [10, 20, 10]})
    >>> found = partner_shares(contracts, came, 20160101, 20161231)
    >>> found[["partner", "fen", "share", "most", "most_village"]].values.tolist()
    [['p', 30, 0.75, 1.0, 'a'], ['q', 10, 0.25, 0.3333333333333333, 'b']]
    """
    known = receipts[receipts["part"].eq(DUE) & receipts["day"].between(first, last)]
    paid = contracts.assign(fen=contracts["contract"].map(known.groupby("contract")["fen"].sum()).fillna(0))
    paid = paid.astype({"fen": "int64"})
    made = paid.groupby("partner", as_index=False).agg(
        villages=("village", "nunique"), contracts=("contract", "size"), fen=("fen", "sum")
    )
    whole = int(paid["fen"].sum())
    made["share"] = made["fen"] / whole if whole else 0.0
    by_village = paid.groupby(["partner", "village"], as_index=False).agg(fen=("fen", "sum"))
    sums = paid.groupby("village")["fen"].sum()
    of_village = by_village["village"].map(sums)
    by_village["most"] = (by_village["fen"] / of_village.where(of_village > 0)).fillna(0.0)
    by_village = by_village.sort_values(["most", "village"], ascending=[False, True], kind="stable")
    top = by_village.drop_duplicates("partner").rename(columns={"village": "most_village"})
    made = made.merge(top[["partner", "most", "most_village"]], on="partner")
    return made.sort_values(["fen", "partner"], ascending=[False, True], ignore_index=True)


def concentration_index(shares: pd.Series) -> float:
    """Return the Herfindahl index of shares: the sum of their squares, 1 where one partner pays all.

    1 / index is the number of equal partners that would be as concentrated (Herfindahl 1950; Hirschman 1964).

    Examples
    --------
    >>> concentration_index(pd.Series([0.5, 0.25, 0.25]))
    0.375
    """
    return float((shares.astype("float64") ** 2).sum())


def related_contracts(contracts: pd.DataFrame, month: int) -> pd.DataFrame:
    """Return contracts that run in a month (ordinal) with a related party, and those of which nobody said.

    Returns
    -------
    DataFrame
        contract, village, partner, kind, relation, flag (`RELATED` or `UNSAID`); related ones first.

    Examples
    --------
    >>> rows = pd.DataFrame({"contract": ["1", "2", "3"], "village": "a", "partner": "p", "kind": "building",
    ...                      "relation": ["brother", None, None], "related": pd.array([1, None, 0], dtype="Int8"),
    ...                      "from_month": 5, "to_month": 9})
    >>> related_contracts(rows, 7)[["contract", "flag"]].values.tolist(), len(related_contracts(rows, 10))
    ([['1', 'related'], ['2', 'unsaid']], 0)
    """
    running = contracts[(contracts["from_month"] <= month) & (contracts["to_month"] >= month)]
    flag = running["related"].map({1: RELATED, 0: ""}).fillna(UNSAID)
    found = running.assign(flag=flag)[flag.ne("")]
    columns = ["contract", "village", "partner", "kind", "relation", "flag"]
    return found[columns].sort_values(["flag", "contract"], ignore_index=True)
