"""What contracts of villages owe and what came, by the day: due, received, overdue since when.

A fixed contract owes its agreed amount on each of its days; whatever comes settles the oldest day first. What a risky
contract (浮动) brings is known only when it comes: each receipt belongs to the nearest of its days, and a day that
passed without any is named, without an amount.

Responsible for what was due up to a day, as known on it. Not responsible for what is still to come (`income_forecast`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from povlib.calendar import Month, days_due, months_named
from povlib.errors import DataError, Fault

FIXED, RISKY = "fixed", "risky"
DUE, DEPOSIT, DEPOSIT_BACK = "due", "deposit", "deposit_back"
COLUMNS = ["contract", "due", "fen", "received_fen", "overdue_fen", "days_overdue", "settled", "days_late", "silent"]


def as_date(day: int) -> date:
    """Return the date of a day ``yyyymmdd``.

    Examples
    --------
    >>> as_date(20160229).isoformat()
    '2016-02-29'
    """
    return date(day // 10000, day // 100 % 100, day % 100)


def days_of_contracts(contracts: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return the days on which contracts pay, from day `first` to day `last`, both included.

    Parameters
    ----------
    contracts : DataFrame
        Rows of ``income_contracts``: contract, footing, fen, due_months, due_day, from_month, to_month (ordinals).
    first, last : int
        Days ``yyyymmdd``.

    Returns
    -------
    DataFrame
        contract, due (yyyymmdd), footing, fen (agreed, or of a risky contract expected); sorted by contract and due.

    Raises
    ------
    DataError
        If months of a contract cannot be read, all of them at once.

    Examples
    --------
    >>> one = {"contract": "a", "footing": "fixed", "fen": 5, "due_months": "6、12", "due_day": 10,
    ...        "from_month": Month(2015, 1).ordinal, "to_month": Month(2016, 6).ordinal}
    >>> days_of_contracts(pd.DataFrame([one]), 20150611, 20991231)["due"].tolist()
    [20151210, 20160610]
    """
    faults = [
        Fault("{value} names no months of payment", str(row["contract"]), "6、12", values={"value": row["due_months"]})
        for row in contracts.to_dict("records")
        if not months_named(row["due_months"])
    ]
    if faults:
        raise DataError(faults)
    rows = []
    for row in contracts.to_dict("records"):
        day = None if pd.isna(row["due_day"]) else int(row["due_day"])
        months = months_named(row["due_months"]) or ()
        due = days_due(int(row["from_month"]), int(row["to_month"]), months, day)
        rows += [(row["contract"], when, row["footing"], int(row["fen"])) for when in due if first <= when <= last]
    made = pd.DataFrame(rows, columns=["contract", "due", "footing", "fen"])
    made = made.astype({"contract": "str", "footing": "str", "due": "int64", "fen": "int64"})
    return made.sort_values(["contract", "due"], ignore_index=True)


def refuse_doubled_receipts(receipts: pd.DataFrame) -> None:
    """Raise where a receipt was booked twice: the same number, or rows that differ in nothing but the number.

    Raises
    ------
    DataError
        With every doubled receipt: contract, its numbers.

    Examples
    --------
    >>> one = {"contract": "c", "receipt": "1", "day": 20160501, "part": "due", "fen": 300}
    >>> refuse_doubled_receipts(pd.DataFrame([one, {**one, "receipt": "2", "fen": 301}]))
    >>> refuse_doubled_receipts(pd.DataFrame([one, {**one, "receipt": "2"}]))
    Traceback (most recent call last):
    povlib.errors.DataError: ...
    """
    alike = receipts[
        receipts.duplicated(["contract", "receipt"], keep=False)
        | receipts.duplicated(["contract", "day", "part", "fen"], keep=False)
    ]
    faults = [
        Fault(
            "receipts {numbers} of contract {contract} are one receipt under several numbers: it is booked once",
            "income_receipts",
            remedy="take one back: {command}",
            values={
                "numbers": "、".join(map(str, rows["receipt"])),
                "contract": contract,
                "command": "python3 workbench.py ledger undo --officer OFFICER --reason REASON",
            },
        )
        for contract, rows in alike.groupby("contract", sort=True)
    ]
    if faults:
        raise DataError(faults)


def due_schedule(contracts: pd.DataFrame, receipts: pd.DataFrame, day: int) -> pd.DataFrame:
    """Return every day on which something was due up to `day`, with what came by then.

    Parameters
    ----------
    contracts, receipts : DataFrame
        Rows of ``income_contracts`` and ``income_receipts``; receipts after `day` and deposits are left out.
    day : int
        yyyymmdd: the day on which it is asked.

    Returns
    -------
    DataFrame
        contract, due (yyyymmdd), fen (Int64; missing for a risky contract), received_fen, overdue_fen (of days before
        `day`), days_overdue (since the day it was due; 0: nothing is overdue), settled (Int64: day by which it was
        received whole, or a risky one's last receipt), days_late (until settled, 0: in time or not yet), silent (a
        risky contract's day before `day` on which nothing came).

    Raises
    ------
    DataError
        If a receipt was booked twice, or months cannot be read.

    Examples
    --------
    >>> rent = {"contract": "a", "footing": "fixed", "fen": 100, "due_months": "1、2", "due_day": 10,
    ...         "from_month": Month(2016, 1).ordinal, "to_month": Month(2016, 12).ordinal}
    >>> came = pd.DataFrame({"contract": ["a"], "receipt": ["1"], "day": [20160115], "part": ["due"], "fen": [130]})
    >>> found = due_schedule(pd.DataFrame([rent]), came, 20160310)
    >>> found[["received_fen", "overdue_fen", "days_overdue", "days_late"]].values.tolist()
    [[100, 0, 0, 5], [30, 70, 29, 0]]
    """
    refuse_doubled_receipts(receipts)
    owed = days_of_contracts(contracts, 0, day)
    came = receipts[receipts["part"].eq(DUE) & receipts["day"].le(day)].sort_values(["contract", "day", "receipt"])
    of_contract = {name: rows for name, rows in came.groupby("contract", sort=False)}
    parts = []
    for name, days in owed.groupby("contract", sort=True):
        paid = of_contract.get(name, came.iloc[:0])
        settle = _settled_oldest_first if days["footing"].iloc[0] == FIXED else _nearest_day
        parts.append(settle(days, paid, day))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    made = pd.concat(parts, ignore_index=True)
    whole = {"received_fen": "int64", "overdue_fen": "int64", "days_overdue": "int64", "days_late": "int64"}
    return made.astype({**whole, "fen": "Int64", "settled": "Int64", "silent": "bool"})[COLUMNS]


def _gap(later: int, sooner: int) -> int:
    return (as_date(later) - as_date(sooner)).days


def _settled_oldest_first(days: pd.DataFrame, paid: pd.DataFrame, day: int) -> pd.DataFrame:
    """Return the days of a fixed contract: what has come in all settles them in their order."""
    owed = days["fen"].to_numpy().cumsum()
    upto = paid["fen"].to_numpy(dtype=np.int64).cumsum()
    had = int(upto[-1]) if len(upto) else 0
    received = np.clip(had - (owed - days["fen"].to_numpy()), 0, days["fen"].to_numpy())
    at = np.searchsorted(upto, owed)
    settled = [int(paid["day"].iloc[n]) if n < len(upto) else None for n in at]
    lacking = np.where(days["due"].to_numpy() < day, days["fen"].to_numpy() - received, 0)
    due = days["due"].tolist()
    return days.assign(
        received_fen=received,
        overdue_fen=lacking,
        days_overdue=[_gap(day, when) if lacks else 0 for when, lacks in zip(due, lacking, strict=True)],
        settled=pd.array(settled, dtype="Int64"),
        days_late=[max(0, _gap(done, when)) if done else 0 for when, done in zip(due, settled, strict=True)],
        silent=False,
    )


def _nearest_day(days: pd.DataFrame, paid: pd.DataFrame, day: int) -> pd.DataFrame:
    """Return the days of a risky contract, each with the receipts that are nearest to it (ties: the earlier day)."""
    due = np.array([as_date(when).toordinal() for when in days["due"]])
    received = np.zeros(len(days), dtype=np.int64)
    settled: list[int | None] = [None] * len(days)
    for when, fen in zip(paid["day"], paid["fen"], strict=True):
        at = int(np.argmin(np.abs(due - as_date(int(when)).toordinal())))
        received[at] += int(fen)
        settled[at] = int(when)
    pairs = list(zip(days["due"].tolist(), settled, strict=True))
    return days.assign(
        fen=pd.array([None] * len(days), dtype="Int64"),
        received_fen=received,
        overdue_fen=0,
        days_overdue=0,
        settled=pd.array(settled, dtype="Int64"),
        days_late=[max(0, _gap(done, when)) if done else 0 for when, done in pairs],
        silent=(received == 0) & (days["due"].to_numpy() < day),
    )


def overdue_by_contract(schedule: pd.DataFrame) -> pd.DataFrame:
    """Return what is overdue by contract, the longest first.

    Returns
    -------
    DataFrame
        contract, overdue_fen, since (the oldest day not settled), days_overdue (of that day), days (how many days).
    """
    late = schedule[schedule["overdue_fen"] > 0]
    found = late.groupby("contract", as_index=False).agg(
        overdue_fen=("overdue_fen", "sum"), since=("due", "min"), days_overdue=("days_overdue", "max"),
        days=("due", "size"),
    )  # fmt: skip
    return found.sort_values(["days_overdue", "contract"], ascending=[False, True], ignore_index=True)


def deposits_held(contracts: pd.DataFrame, receipts: pd.DataFrame, day: int) -> pd.DataFrame:
    """Return the deposits: contract, agreed_fen, held_fen (taken less given back up to `day`), lacking_fen.

    A deposit is owed to the partner: it is no income.

    Examples
    --------
    >>> rent = pd.DataFrame({"contract": ["a"], "deposit_fen": [50]})
    >>> came = pd.DataFrame({"contract": ["a", "a"], "part": ["deposit", "deposit_back"], "day": [20160101, 20160201],
    ...                      "fen": [50, 20]})
    >>> deposits_held(rent, came, 20160301)[["held_fen", "lacking_fen"]].values.tolist()
    [[30, 20]]
    """
    known = receipts[receipts["day"].le(day) & receipts["part"].isin([DEPOSIT, DEPOSIT_BACK])]
    signed = known["fen"].where(known["part"].eq(DEPOSIT), -known["fen"])
    held = signed.groupby(known["contract"]).sum()
    made = contracts[["contract"]].assign(agreed_fen=contracts["deposit_fen"].fillna(0).astype("int64"))
    made["held_fen"] = made["contract"].map(held).fillna(0).astype("int64")
    made = made[(made["agreed_fen"] > 0) | (made["held_fen"] != 0)]
    return made.assign(lacking_fen=(made["agreed_fen"] - made["held_fen"]).clip(lower=0)).reset_index(drop=True)


def year_after(day: int) -> tuple[int, int]:
    """Return the first and the last day of the year that follows a day.

    Examples
    --------
    >>> year_after(20160430), year_after(20160229)
    ((20160501, 20170430), (20160301, 20170228))
    """
    start = date.fromordinal(as_date(day).toordinal() + 1)
    end = date.fromordinal(date(start.year + 1, start.month, start.day).toordinal() - 1)
    return tuple(d.year * 10000 + d.month * 100 + d.day for d in (start, end))  # type: ignore[return-value]


def month_of_day(days: pd.Series | Sequence[int]) -> list[int]:
    """Return the months (ordinals) of days ``yyyymmdd``."""
    return [Month.from_yyyymm(int(day) // 100).ordinal for day in days]
