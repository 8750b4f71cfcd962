"""What villages shared out of their income (村财分配到户), as income of the household in its month.

A share is property income (集体分配收入). The village's sheet of the month may hold it already, so it is not added on
top: the month's property income counts at least as the share. Only months that are known are touched.

Responsible for shares by household and month, and for that reading. Not responsible for who is to have a share
(`povlib.villages.incomes.shared_income`) or for any other income (`povlib.poverty`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.calendar import Month
from povlib.poverty.households.ledger_frames import HouseholdFrames, MonthPanel

#: the key of the use in ``data/tables/income_use.yaml`` by which households have a part
TO_HOUSEHOLDS = "households"


def village_shares(state: HouseholdFrames, first: Month, last: Month) -> Ints:
    """Return what each household's village shared out to it, fen by household and month.

    Parameters
    ----------
    state : HouseholdFrames
        With ``income_uses`` (use, village, day, kind, fen, hh, rule, plan); a state without it has no shares.
    first, last : Month
        Both included.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> uses = pd.DataFrame({"hh": ["A", None], "day": [20160115, 20160220], "kind": ["households", "works"],
    ...                      "fen": [10_300, 900_000]})
    >>> state = SimpleNamespace(households=pd.DataFrame({"hh": ["A", "B"]}), income_uses=uses)
    >>> village_shares(state, Month(2016, 1), Month(2016, 2)).tolist()
    [[10300, 0], [0, 0]]
    """
    rows = shares_of(state)
    known = rows["hh"].isin(state.households["hh"])
    window = MonthPanel(state.households, rows.loc[known].reset_index(drop=True), first, last, "income_uses")
    return window.panel_sums(window.column("fen").to_numpy(dtype=np.int64))


def shares_of(state: HouseholdFrames) -> pd.DataFrame:
    """Return the rows that go to households: hh, month (ordinal), day, fen, rule, plan, village where they are told."""
    rows: pd.DataFrame | None = getattr(state, "income_uses", None)
    if rows is None:
        return pd.DataFrame({"hh": pd.Series(dtype="str"), "month": pd.Series(dtype="int64"),
                             "fen": pd.Series(dtype="int64")})  # fmt: skip
    rows = rows.loc[(rows["kind"] == TO_HOUSEHOLDS) & rows["hh"].notna()]
    day = rows["day"].astype("int64")
    return rows.assign(month=day // 10_000 * 12 + day // 100 % 100 - 1).reset_index(drop=True)


def with_village_shares(property_fen: Ints, known: Bools, shares: Ints) -> Ints:
    """Return property income that is at least the share, in the months that are known.

    Examples
    --------
    >>> told, known = np.array([[0, 500, 0]]), np.array([[True, True, False]])
    >>> with_village_shares(told, known, np.array([[100, 100, 100]])).tolist()
    [[100, 500, 0]]
    """
    return np.where(known, np.maximum(property_fen, shares), property_fen)
