"""What one award costs: fixed, per member, per m2, per month, by the bill of quantities, or a top-up.

Responsible for the cost of a measure for every household, in fen, not known where a fact is
missing. Not responsible for who pays (`povlib.support.package_bills`).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.money import FEN_PER_YUAN, fen, round_fen
from povlib.params.support import Measure
from povlib.support.house_bills import bills_of_work

YEAR_MONTHS = 12


def top_up_per_month(income_fen_per_head: pd.Series, size: pd.Series, amount_fen: int) -> pd.Series:
    """Return what a household lacks each month to `amount_fen` per person, fen, 0 where nothing.

    Parameters
    ----------
    income_fen_per_head : Series
        Net income per person and *year*; NA where not known.
    size : Series
        Members on the card.
    amount_fen : int
        Standard per person and month.

    Examples
    --------
    >>> income = pd.Series([240_000, 600_000, None], dtype="Int64")
    >>> top_up_per_month(income, pd.Series([3, 2, 1], dtype="Int64"), 26_000).tolist()
    [18000, 0, <NA>]
    """
    lack = (amount_fen - income_fen_per_head.astype("Float64") / YEAR_MONTHS).clip(lower=0) * size.astype("Float64")
    whole = pd.Series(round_fen(lack.fillna(0).to_numpy(dtype=float)), index=lack.index).astype("Int64")
    return whole.mask(lack.isna())


def award_costs(measure: Measure, start: Month, horizon: Month, facts: pd.DataFrame, bills: pd.DataFrame) -> pd.Series:
    """Return the cost of one award of `measure` to each household, fen, NA where not known.

    Parameters
    ----------
    measure : Measure
    start, horizon : Month
        Month of start and end of the plan (``per_month`` and ``top_up`` pay for both and all between).
    facts : DataFrame
        `household_facts` with ``income_fen_per_head`` where a top-up is asked for.
    bills : DataFrame
        `planned_bills`.

    Raises
    ------
    ValueError
        If the measure's amount has not been entered.
    """
    amount = measure.cost.amount_fen
    if amount is None:
        raise ValueError(f"{measure.key} has no amount")
    months = horizon - start + 1
    basis = measure.cost.basis
    if basis == "top_up":
        return top_up_per_month(facts["income_fen_per_head"], facts["size"], amount) * months
    if basis == "bill":
        cost = _bill_fen(measure, facts, bills)
        return cost if measure.credit is None else cost - credit_fen(measure, facts, bills)
    if basis == "per_member":
        return facts["size"].astype("Int64") * amount
    if basis == "per_m2":
        area = facts["house_area_m2"].astype("Float64")
        cost = pd.Series(round_fen((area * amount).fillna(0).to_numpy(dtype=float)), index=facts.index).astype("Int64")
        return cost.mask(area.isna() | (area <= 0))
    return pd.Series(amount * (months if basis == "per_month" else 1), index=facts.index, dtype="Int64")


def _bill_fen(measure: Measure, facts: pd.DataFrame, bills: pd.DataFrame) -> pd.Series:
    """Return the bill of the work that a measure pays, what stands in for it where there is none."""
    cost = facts["hh"].map(bills_of_work(bills, measure.work)["cost_fen"]).astype("Int64")
    return cost.fillna(measure.cost.amount_fen or 0)


def credit_fen(measure: Measure, facts: pd.DataFrame, bills: pd.DataFrame) -> pd.Series:
    """Return the material that a household would buy on credit by a measure, in fen and whole yuan; 0 without credit.

    The material of its bill as the price list tells it (else the share that the measure states), up to the limit of a
    household and never more than the bill.

    Parameters
    ----------
    measure : Measure
    facts, bills : DataFrame
        As in `award_costs`.
    """
    credit = measure.credit
    if credit is None:
        return pd.Series(0, index=facts.index, dtype="Int64")
    cost = _bill_fen(measure, facts, bills)
    share = Fraction(str(credit.share))
    material = facts["hh"].map(bills_of_work(bills, measure.work)["material_fen"]).astype("Int64")
    material = material.fillna(cost * share.numerator // share.denominator)
    least = np.minimum(material.to_numpy(dtype=np.int64), cost.to_numpy(dtype=np.int64))
    least = np.minimum(least, fen(str(credit.household_yuan or 0)))
    # a credit is agreed in whole yuan
    return pd.Series(least // FEN_PER_YUAN * FEN_PER_YUAN, index=facts.index, dtype="Int64")
