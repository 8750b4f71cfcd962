"""What households owe for building materials that they bought on credit, and which of it is overdue.

Responsible for reading the ledger's credits. Not responsible for how much more may be owed
(`povlib.support.credit_limits`).
"""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.support.eligibility_facts import SupportFrames, house_frame


def credits_owed(state: SupportFrames, now: Month | None) -> pd.DataFrame:
    """Return the credits for materials with what is still owed: the ledger's rows, owed_fen, overdue.

    A credit is overdue when its month is past and something is still owed, whatever its status says.

    Parameters
    ----------
    state : State
    now : Month or None
        The month looked at; None: nothing is overdue.
    """
    rows = house_frame(state, "material_credits").copy()
    owed = rows["fen"].astype("Int64") - rows["repaid_fen"].astype("Int64").fillna(0)
    rows["owed_fen"] = owed.clip(lower=0)
    past = rows["due_month"].astype("Int64") < now.ordinal if now is not None else owed.isna()
    rows["overdue"] = (past.fillna(False).astype(bool) & (rows["owed_fen"] > 0)).to_numpy(dtype=bool)
    return rows
