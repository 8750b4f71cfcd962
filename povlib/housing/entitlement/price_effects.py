"""What a changed price does: to the bill of each house, and to what each fund would pay.

Responsible for the houses whose works have not begun: what is agreed for a work under way is not priced anew. Not
responsible for who would be helped then and who would exit (`povlib.runs`: a run with the price changed).
"""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.housing.entitlement.house_money import measures_of_grade, shares_of_funds
from povlib.params import Catalogue
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.house_bills import planned_bills

_SIDES = ("before_fen", "after_fen")


def price_effects(state: SupportFrames, before: Catalogue, after: Catalogue, month: Month) -> pd.DataFrame:
    """Return the bills of the houses whose works have not begun, by the prices before and after.

    Returns
    -------
    DataFrame
        hh, village, grade, kind (of the work), before_fen, after_fen (missing where the bill has no amount),
        change_fen. Sorted by hh and kind.
    """
    was, now = (planned_bills(state, catalogue, month) for catalogue in (before, after))
    known = state.households.drop_duplicates("hh").set_index("hh").reindex(was["hh"])
    frame = was[["hh", "kind"]].copy()
    frame.insert(1, "village", known["village"].to_numpy())
    frame.insert(2, "grade", known["housing_grade"].to_numpy())
    # both are sorted by household and kind, and prices change neither
    frame["before_fen"], frame["after_fen"] = was["cost_fen"], now["cost_fen"]
    frame["change_fen"] = frame["after_fen"] - frame["before_fen"]
    return frame


def fund_effects(effects: pd.DataFrame, catalogue: Catalogue, facts: pd.DataFrame) -> pd.DataFrame:
    """Return what each fund would pay of the bills before and after: fund ("": nobody), before_fen, after_fen.

    Each bill is paid by the first measure that is for its kind of work on houses of its grade.

    Parameters
    ----------
    effects : DataFrame
        Of `price_effects`.
    facts : DataFrame
        `povlib.support.eligibility_facts.household_facts` of these households.
    """
    parts = []
    for row in effects.itertuples(index=False):
        measures = measures_of_grade(catalogue, str(row.grade), str(row.kind))
        household = facts.loc[facts["hh"] == row.hh]
        for side in _SIDES:
            cost = getattr(row, side)
            if measures and not pd.isna(cost):
                shares = shares_of_funds(measures[0], int(cost), catalogue, household)
                parts.append(shares.assign(side=side)[["fund", "side", "fen"]])
    if not parts:
        return pd.DataFrame({"fund": pd.Series(dtype="str"), "before_fen": [], "after_fen": []})
    shares = pd.concat(parts)
    sides = {side: shares.loc[shares["side"] == side].groupby("fund")["fen"].sum() for side in _SIDES}
    sums = pd.DataFrame(sides).fillna(0).astype("int64")
    order = {key: place for place, key in enumerate([*catalogue.funds, ""])}
    return sums.loc[sorted(sums.index, key=lambda key: order[str(key)])].rename_axis("fund").reset_index()
