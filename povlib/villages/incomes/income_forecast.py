"""The villages' income of the year ahead: the fixed part as agreed, the risky part by its own history, with a range.

Fixed contracts bring what is agreed; a share of defaults, once an office has entered it, is taken off what is expected.
A risky contract brings, for each of its days to come, the mean of what it brought so far; the range is that of new
years under Student's t with the years on record (Student 1908): m · mean ± t · s · sqrt(m + m²/n) for the sum of m days
from n on record, never below 0. From one year, or none, nothing is said of the range. Ranges of contracts are added up:
a firm that pays little pays all its villages little, so nothing is taken off for luck that evens out.

Responsible for the year's sums. Not responsible for arrears, which are no income of the year (`due_schedule`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t as student

from povlib.villages.incomes.due_schedule import FIXED, RISKY, days_of_contracts, due_schedule


def contract_forecasts(
    contracts: pd.DataFrame,
    receipts: pd.DataFrame,
    day: int,
    ahead: tuple[int, int],
    *,
    default_share: float | None,
    range_share: float,
) -> pd.DataFrame:
    """Return what each contract should bring between two days, with its range.

    Parameters
    ----------
    contracts, receipts : DataFrame
        Rows of ``income_contracts`` and ``income_receipts``.
    day : int
        yyyymmdd: what came up to this day is the history.
    ahead : (int, int)
        First and last day (yyyymmdd) of the time looked at.
    default_share : float or None
        Share of what is agreed that does not come (0-1); None: not known, and nothing is taken off.
    range_share : float
        Chance that the range should hold (0-1, such as 0.9).

    Returns
    -------
    DataFrame
        contract, village, partner, footing, times (days in that time), fen (expected, rounded once, here), low_fen,
        high_fen (Int64; missing where the history says nothing of a range), years (days on record that count).

    Examples
    --------
    >>> base = {"village": "a", "partner": "p", "due_day": 10, "from_month": 24000, "to_month": 24400}
    >>> contracts = pd.DataFrame([
    ...     {**base, "contract": "rent", "footing": "fixed", "fen": 100, "due_months": "6、12"},
    ...     {**base, "contract": "share", "footing": "risky", "fen": 70, "due_months": "12", "from_month": 24168}])
    >>> came = pd.DataFrame({"contract": "share", "receipt": ["1", "2"], "day": [20141210, 20151210], "part": "due",
    ...                      "fen": [50, 90]})
    >>> found = contract_forecasts(contracts, came, 20160430, (20160501, 20170430), default_share=0.1, range_share=0.5)
    >>> found[["contract", "fen", "low_fen", "high_fen"]].values.tolist()
    [['rent', 180, 180, 200], ['share', 70, 35, 105]]
    """
    coming = days_of_contracts(contracts, *ahead).groupby("contract").agg(times=("due", "size"), agreed=("fen", "sum"))
    made = contracts.merge(coming, left_on="contract", right_index=True)
    past = due_schedule(contracts, receipts, day)
    rows = []
    for row in made.sort_values("contract").to_dict("records"):
        mine = past[past["contract"] == row["contract"]]
        if row["footing"] == FIXED:
            kept = round((1 - (default_share or 0.0)) * int(row["agreed"]))
            found: tuple[int, int | None, int | None, int] = kept, kept, int(row["agreed"]), len(mine)
        else:
            found = _by_history(mine, int(row["agreed"]), int(row["times"]), range_share)
        rows.append((*(row[k] for k in ("contract", "village", "partner", "footing", "times")), *found))
    columns = ["contract", "village", "partner", "footing", "times", "fen", "low_fen", "high_fen", "years"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"times": "int64", "fen": "int64", "low_fen": "Int64", "high_fen": "Int64", "years": "int64"})


def _by_history(
    past: pd.DataFrame, agreed_fen: int, times: int, range_share: float
) -> tuple[int, int | None, int | None, int]:
    """Return expected, low, high and the days on record; the newest day counts once something came of it.

    A day on which nothing came counts as nothing when a later one has passed too: before, it may only be late.
    """
    came = past.sort_values("due")
    newest_open = len(came) > 0 and bool(came["silent"].iloc[-1])
    had = came["received_fen"].to_numpy(dtype=np.float64)[: len(came) - newest_open]
    n = len(had)
    if n == 0:
        return agreed_fen, None, None, 0
    mean = float(had.mean())
    expected = round(times * mean)
    if n == 1:
        return expected, None, None, 1
    spread = float(had.std(ddof=1)) * float(student.ppf(0.5 + range_share / 2, n - 1)) * np.sqrt(times + times**2 / n)
    return expected, max(0, round(times * mean - spread)), round(times * mean + spread), n


def village_forecasts(forecasts: pd.DataFrame, villages: list[str]) -> pd.DataFrame:
    """Return the forecasts added up by village.

    Returns
    -------
    DataFrame
        village, fixed_fen, risky_fen, fen (both), low_fen (a contract without a range counts with nothing), high_fen
        (Int64; missing where one of its contracts has no range), unranged (contracts without a range).

    Examples
    --------
    >>> rows = pd.DataFrame({"village": ["a", "a"], "footing": ["fixed", "risky"], "fen": [10, 5],
    ...                      "low_fen": pd.array([9, None], dtype="Int64"), "high_fen": pd.array([10, None], "Int64")})
    >>> village_forecasts(rows, ["a", "b"])[["fen", "low_fen", "unranged"]].values.tolist()
    [[15, 9, 1], [0, 0, 0]]
    """
    made = pd.DataFrame({"village": villages})
    for footing in (FIXED, RISKY):
        mine = forecasts[forecasts["footing"] == footing].groupby("village")["fen"].sum()
        made[f"{footing}_fen"] = made["village"].map(mine).fillna(0).astype("int64")
    made["fen"] = made["fixed_fen"] + made["risky_fen"]
    made["low_fen"] = made["village"].map(forecasts.groupby("village")["low_fen"].sum()).fillna(0).astype("int64")
    unranged = forecasts["high_fen"].isna().groupby(forecasts["village"]).sum()
    made["unranged"] = made["village"].map(unranged).fillna(0).astype("int64")
    high = made["village"].map(forecasts.groupby("village")["high_fen"].sum()).fillna(0).astype("Int64")
    made["high_fen"] = high.mask(made["unranged"] > 0)
    return made[["village", "fixed_fen", "risky_fen", "fen", "low_fen", "high_fen", "unranged"]]
