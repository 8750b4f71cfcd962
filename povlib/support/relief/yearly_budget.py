"""What entitlements cost in the year: what fell due so far, and the months ahead with their range.

Responsible for the forecast of dues by measure and its range from the ledger's own past. Not responsible for dues
(`monthly_dues`) or for what the plan's own funds pay (`povlib.support.entitlements`).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from povlib.arrays import Floats
from povlib.calendar import Month
from povlib.money import round_fen

#: part of outcomes that the range is to hold: as the other ranges of the papers
COVERAGE = 0.9
#: months of uneven dues that are looked back on, and the fewest from which a range is told
_YEAR, _FEWEST = 12, 3
COLUMNS = [
    "measure",
    "households",
    "unknown",
    "due_fen",
    "paid_fen",
    "months_ahead",
    "ahead_fen",
    "low_fen",
    "high_fen",
]


def yearly_budget(
    dues: pd.DataFrame, paid: pd.DataFrame, at: Month, uneven: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """Return the budget of the calendar year of `at` for every measure that falls due each month.

    Parameters
    ----------
    dues : DataFrame
        `monthly_dues` up to `at`; the more months it has, the surer the range.
    paid : DataFrame
        `payments_made`.
    at : Month
        Last month that is known.
    uneven : set of str
        Measures that fall due when somebody is ill or a disaster comes, and not every month alike.

    Returns
    -------
    DataFrame
        measure, households (due something in the last month), unknown (whose due cannot be reckoned), due_fen (January
        to `at`), paid_fen (for these months), months_ahead, ahead_fen (forecast of the months to December), low_fen,
        high_fen (its range; missing where the past is too short), year totals being sums with ``due_fen``.

    Notes
    -----
    Ahead: the months left times the last month's total. A household whose due is not known counts as the mean of those
    known, never as nothing. Range: at every earlier month-end o with k months after it, e(o) = sum of these months /
    (k x the total of o). With m months of data about m / k spans share no month, so the range is
    mean(e) -+ t(0.95; m / k - 1) s(e) sqrt(1 + k / m): the prediction interval of a normal sample of that size.
    Of `uneven` measures a month ahead counts as the mean of the last twelve (of those known), and the range is that of
    the sum of k further months: k mean -+ t(0.95; m - 1) s sqrt(k + k^2 / m), never below nothing.
    """
    rows = []
    for measure, mine in dues.groupby("measure", sort=False):
        totals, unknown = _monthly_totals(mine)
        if totals.empty or at.ordinal not in totals.index:
            continue
        january = Month(at.year, 1).ordinal
        now, ahead = totals.loc[at.ordinal], Month(at.year, 12) - at
        if measure in uneven:
            now, ranged = mean_and_range(totals.to_numpy(dtype=np.float64)[-_YEAR:], ahead)
            low, high = (None, None) if ranged is None else (_whole(edge) for edge in ranged)
        else:
            ranged = span_range(totals.to_numpy(dtype=np.float64), ahead)
            low, high = (None, None) if ranged is None else (_whole(ahead * now * share) for share in ranged)
        households = int(((mine["month"] == at.ordinal) & (mine["due_fen"] > 0)).fillna(False).sum())
        this_year = totals.loc[(totals.index >= january) & (totals.index <= at.ordinal)].sum()
        told = int(paid.loc[(paid["measure"] == measure) & paid["month"].between(january, at.ordinal), "fen"].sum())
        rows.append((measure, households, unknown, _whole(this_year), told, ahead, _whole(ahead * now), low, high))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"measure": "str", "low_fen": "Int64", "high_fen": "Int64"})


def _whole(amount_fen: float) -> int:
    return int(round_fen([amount_fen])[0])


def _monthly_totals(dues: pd.DataFrame) -> tuple[pd.Series, int]:
    """Return by month the fen due to all, households not known as the mean of the known, and how many those are now."""
    by = dues.groupby("month")["due_fen"].agg(["sum", "count", "size"])
    by = by.loc[by["count"] > 0]
    totals = by["sum"].astype("float64") / by["count"] * by["size"]
    last = by.iloc[-1] if len(by) else None
    return totals, 0 if last is None else int(last["size"] - last["count"])


def mean_and_range(totals: Floats, months: int) -> tuple[float, tuple[float, float] | None]:
    """Return the mean month of uneven dues, and the range of the sum of the next `months`; None if not known.

    Examples
    --------
    >>> mean_and_range(np.array([0.0, 300, 0, 100]), 0)
    (100.0, None)
    >>> mean_and_range(np.array([100.0, 100, 100]), 2)
    (100.0, (200.0, 200.0))
    """
    mean, count = float(totals.mean()), len(totals)
    if months < 1 or count < _FEWEST:
        return mean, None
    wide = months + months**2 / count
    spread = float(stats.t.ppf((1 + COVERAGE) / 2, count - 1) * totals.std(ddof=1) * math.sqrt(wide))
    return mean, (max(months * mean - spread, 0.0), months * mean + spread)


def span_range(totals: Floats, months: int) -> tuple[float, float] | None:
    """Return the range of the sum of the next `months` as a share of `months` times the last; None if not known.

    Parameters
    ----------
    totals : array (months,)
        Total of each month known, oldest first.
    months : int
        Months ahead.

    Examples
    --------
    >>> span_range(np.array([100.0, 100, 100, 100, 100, 100]), 2)
    (1.0, 1.0)
    >>> span_range(np.array([100.0, 110, 120]), 2) is None
    True
    """
    count = len(totals) - months
    apart = len(totals) / months if months else 0.0
    if months < 1 or count < 2 or apart < 2 or (totals <= 0).any():
        return None
    sums = np.array([totals[o + 1 : o + 1 + months].sum() for o in range(count)])
    shares = sums / (months * totals[:count])
    spread = float(stats.t.ppf((1 + COVERAGE) / 2, apart - 1) * shares.std(ddof=1) * math.sqrt(1 + 1 / apart))
    middle = float(shares.mean())
    return max(middle - spread, 0.0), middle + spread
