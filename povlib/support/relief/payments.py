"""What was paid: the rows of the payment register, and where a measure has none, what villages wrote down as received.

Responsible for one table of payments, each with the month it is for. Not responsible for what was due (`monthly_dues`).
"""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.params import Catalogue
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.relief.monthly_dues import MONTHLY, entitled_measures

REGISTER, VILLAGE = "register", "village"
KINDS = {"payment": "str", "hh": "str", "measure": "str", "month": "int64", "day": "Int64", "fen": "int64",
         "told_by": "str"}  # fmt: skip


def payments_made(state: SupportFrames, catalogue: Catalogue, last: Month) -> pd.DataFrame:
    """Return every payment of a measure that the law owes, up to the end of `last`.

    Parameters
    ----------
    state : SupportFrames
        With ``relief_payments`` where the office keeps a payment register; a state without it has none.
    catalogue : Catalogue
    last : Month
        Payments made after this month are left out.

    Returns
    -------
    DataFrame
        payment (number in the register), hh, measure, month (ordinal: the month it is for), day (yyyymmdd; missing
        where only a village's sheet tells of it), fen, told_by ("register" or "village"); sorted by hh, measure, month,
        day, payment. Villages' sheets tell only of measures that fall due each month and of which the register has no
        row.
    """
    measures = entitled_measures(catalogue)
    keys = [measure.key for measure in measures]
    # what villages write down as received names an allowance of the month, but no aid that is paid once
    monthly = [measure.key for measure in measures if measure.cost.basis in MONTHLY]
    rows = getattr(state, "relief_payments", None)
    register = pd.DataFrame(columns=list(KINDS)) if rows is None else rows.rename(columns={"for_month": "month"})
    register = register.loc[register["measure"].isin(keys)]
    registered = set(register["measure"])
    made = register.loc[register["day"].astype("Int64") // 100 <= last.year * 100 + last.month]
    told = state.transfers
    told = told.loc[told["kind"].isin([key for key in monthly if key not in registered]) & (told["fen"] > 0)]
    told = told.loc[told["month"] <= last.ordinal].rename(columns={"kind": "measure"})
    village = told.assign(payment="", told_by=VILLAGE)
    village["day"] = pd.Series(pd.NA, index=village.index, dtype="Int64")
    frames = [made.assign(told_by=REGISTER)[list(KINDS)], village[list(KINDS)]]
    typed: pd.DataFrame = pd.concat([frame.astype(KINDS) for frame in frames], ignore_index=True)
    return typed.sort_values(["hh", "measure", "month", "day", "payment"], ignore_index=True)


def day_of_payment(month: int, day: int) -> int:
    """Return a day of a month given by its ordinal as ``yyyymmdd``.

    Examples
    --------
    >>> day_of_payment(Month(2016, 4).ordinal, 10)
    20160410
    """
    when = Month.from_ordinal(month)
    return when.year * 10_000 + when.month * 100 + day
