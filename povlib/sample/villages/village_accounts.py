"""Collective income of the villages (村财收入): which source paid how much in which month, as the villages enter it.

Responsible for the book that the contracts' receipts are held against; it begins eleven months before the last month
before the plan. Not responsible for contracts, receipts or what is still due (`income_contracts`).
"""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.sample.township import Township
from povlib.sample.villages.income_contracts import DUE, income_contracts, income_receipts


def village_income(township: Township) -> pd.DataFrame:
    """Return village, month, source, fen: what came of each source in each month.

    Examples
    --------
    >>> from povlib.sample import simulate
    >>> rows = village_income(simulate(60, seed=5))
    >>> int(rows["fen"].sum()) // 100
    602000
    """
    received = income_receipts(township)
    received = received[received["part"].eq(DUE)].merge(income_contracts(township)[["contract", "village", "source"]])
    received["month"] = [Month.from_yyyymm(day // 100).ordinal for day in received["day"]]
    kept = received[received["month"] > township.world.last_seen - 12]
    summed = kept.groupby(["village", "month", "source"], as_index=False).agg(fen=("fen", "sum"))
    return summed.sort_values(["village", "month", "source"], ignore_index=True)
