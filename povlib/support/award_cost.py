"""What one award costs: fixed, per member, per m2, per month, by the bill of quantities, or a top-up.

Responsible for the cost of a measure for every household, in fen, not known where a fact is
missing. Not responsible for who pays (`povlib.support.package_bills`).
"""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.money import round_fen
from povlib.params.support import Measure
from povlib.support.eligibility_facts import SupportFrames
from povlib.vocabulary.help_and_works import works_not_started

YEAR_MONTHS = 12


def bills_of_quantities(state: SupportFrames) -> pd.Series:
    """Return the cost of the house work that is planned and not begun, fen by hh.

    The sum of quantity x unit price of the project's items; where a project has no items, its
    `cost_fen`.
    """
    planned = state.projects.loc[state.projects["status"] == works_not_started()]
    items = state.project_items.dropna(subset=["qty", "unit_fen"])
    priced = round_fen(items["qty"].to_numpy(dtype=float) * items["unit_fen"].to_numpy(dtype=float))
    by_project = pd.Series(priced, index=items["project"].to_numpy()).groupby(level=0).sum()
    cost = planned["project"].map(by_project).astype("Int64").fillna(planned["cost_fen"].astype("Int64"))
    return cost.groupby(planned["hh"]).sum(min_count=1).astype("Int64")


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


def award_costs(measure: Measure, start: Month, horizon: Month, facts: pd.DataFrame, bills: pd.Series) -> pd.Series:
    """Return the cost of one award of `measure` to each household, fen, NA where not known.

    Parameters
    ----------
    measure : Measure
    start, horizon : Month
        Month of start and end of the plan (``per_month`` and ``top_up`` pay for both and all between).
    facts : DataFrame
        `household_facts` with ``income_fen_per_head`` where a top-up is asked for.
    bills : Series
        `bills_of_quantities`.

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
        return facts["hh"].map(bills).astype("Int64").fillna(amount)
    if basis == "per_member":
        return facts["size"].astype("Int64") * amount
    if basis == "per_m2":
        area = facts["house_area_m2"].astype("Float64")
        cost = pd.Series(round_fen((area * amount).fillna(0).to_numpy(dtype=float)), index=facts.index).astype("Int64")
        return cost.mask(area.isna() | (area <= 0))
    return pd.Series(amount * (months if basis == "per_month" else 1), index=facts.index, dtype="Int64")
