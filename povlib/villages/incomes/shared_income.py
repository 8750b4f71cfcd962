"""A part of a village's income divided among its households by a rule, to the fen.

Responsible for how much each household has. Not responsible for whom a rule means (`povlib.support.conditions`) or for
what was paid out before it is counted against the part here (`already_fen`).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Literal

import pandas as pd

from povlib.villages.coops.fen_shares import fen_shares

By = Literal["household", "person"]


def shared_out(
    income_fen: Mapping[str, int], share: float, already_fen: Mapping[str, int], households: pd.DataFrame, by: By
) -> pd.DataFrame:
    """Return what each household is to have of its village's income.

    Parameters
    ----------
    income_fen : mapping
        By village: the income that the rule divides.
    share : float
        Part of it that goes to households (0-1); rounded down to whole fen, once, here.
    already_fen : mapping
        By village: what was shared out of it by the same rule.
    households : DataFrame
        hh, village, size: those whom the rule means.
    by : {"household", "person"}
        Equal parts for households, or for their members.

    Returns
    -------
    DataFrame
        village, hh, size, fen; sorted by village and hh; sums of a village are exactly its part less what was shared
        out. A village that has shared out its part, or has no such household, is left out.

    Examples
    --------
    >>> homes = pd.DataFrame({"hh": ["1", "2"], "village": "a", "size": [1, 2]})
    >>> shared_out({"a": 1003}, 0.1, {}, homes, "person")["fen"].tolist()
    [33, 67]
    >>> shared_out({"a": 1003}, 0.1, {"a": 60}, homes, "household")["fen"].tolist()
    [20, 20]
    """
    parts = []
    for village, mine in households.sort_values(["village", "hh"]).groupby("village", sort=True):
        whole = floor(Fraction(str(share)) * income_fen.get(str(village), 0)) - int(already_fen.get(str(village), 0))
        if whole > 0:
            weights = [1] * len(mine) if by == "household" else [max(1, int(n)) for n in mine["size"].fillna(1)]
            parts.append(mine.assign(fen=fen_shares(whole, weights)))
    columns = ["village", "hh", "size", "fen"]
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts, ignore_index=True)[columns]
