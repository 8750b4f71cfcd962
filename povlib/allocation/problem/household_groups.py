"""Groups of households that shares speak of.

Responsible for the poorest fifth of registered persons. Not responsible for the share rows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd


def poorest_fifth(
    households: pd.DataFrame,
    income: str = "income_fen_per_head",
    *,
    share: float = 0.2,
    eligible: npt.ArrayLike | None = None,
) -> npt.NDArray[np.bool_]:
    """Return who belongs to the poorest `share` of persons, by income per head of the household.

    Whole households in order of income (ties by key) until their members reach the share; the
    household that crosses it belongs to the group. Income not known comes last.

    Parameters
    ----------
    households : DataFrame
        hh, members and the income column.
    eligible : bool (H,), optional
        Count only these households (new posts: those with somebody who may take one).

    Examples
    --------
    >>> frame = pd.DataFrame({"hh": ["a", "b", "c"], "members": [1, 2, 2], "income_fen_per_head": [5, 1, 9]})
    >>> poorest_fifth(frame).tolist()
    [False, True, False]
    """
    counted = np.ones(len(households), dtype=bool) if eligible is None else np.asarray(eligible, dtype=bool)
    earned = pd.to_numeric(households[income]).to_numpy(np.float64, na_value=np.inf)
    members = np.where(counted, households["members"].to_numpy(np.int64), 0)
    order = np.lexsort((households["hh"].astype(str).to_numpy(), earned, ~counted))
    before = np.cumsum(members[order]) - members[order]
    inside = np.zeros(len(households), dtype=bool)
    inside[order] = before < share * members.sum()
    return np.asarray(inside & counted, dtype=np.bool_)
