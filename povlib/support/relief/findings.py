"""What does not agree between dues and payments: not received, not entitled, late, twice.

Responsible for the four findings, each with its rule, month and amount. Not responsible for who is due what
(`monthly_dues`) or for what was paid (`payments`).
"""

from __future__ import annotations

import pandas as pd

from povlib.calendar import Month
from povlib.params import Catalogue
from povlib.support.relief.monthly_dues import entitled_measures
from povlib.support.relief.payments import REGISTER, day_of_payment
from povlib.support.relief.recorded_aid import aid_of

UNPAID, UNENTITLED, LATE, TWICE = "unpaid", "unentitled", "late", "twice"
FINDINGS = (UNPAID, UNENTITLED, LATE, TWICE)
NOT_ON_REGISTER, OVER_STANDARD, NOTHING_RECORDED = "conditions", "standard", "records"
"""Why somebody is not entitled: the conditions are not met; they are, and the rule owes nothing in the month, by the
household's income or by its bills and losses on record."""
KINDS = {"finding": "str", "hh": "str", "village": "str", "measure": "str", "month": "int64", "fen": "Int64",
         "due_fen": "Int64", "day": "Int64", "days_late": "Int64", "payment": "str", "why": "str"}  # fmt: skip


def judged_dues(dues: pd.DataFrame, paid: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Return the dues that payments can be held against.

    Of each measure those from the first month of which any payment is known; where only villages' sheets tell of it,
    those of household-months that a sheet tells of at all: a missing month is not a month without relief.

    Parameters
    ----------
    dues : DataFrame
        `monthly_dues`.
    paid : DataFrame
        `payments_made`.
    observations : DataFrame
        hh and month of the villages' sheets.
    """
    begun = dues["measure"].map(paid.groupby("measure")["month"].min()).astype("Int64")
    started = (dues["month"] >= begun).fillna(False).to_numpy(dtype=bool)
    registered = dues["measure"].isin(paid.loc[paid["told_by"] == REGISTER, "measure"]).to_numpy(dtype=bool)
    told = pd.MultiIndex.from_frame(observations[["hh", "month"]].astype({"hh": "str", "month": "int64"}))
    heard = pd.MultiIndex.from_frame(dues[["hh", "month"]]).isin(told)
    return dues.loc[started & (registered | heard)].reset_index(drop=True)


def relief_findings(
    dues: pd.DataFrame, paid: pd.DataFrame, villages: pd.Series, catalogue: Catalogue, first: Month, last: Month
) -> pd.DataFrame:
    """Return what does not agree, one row a household, measure and month (a payment, where it is one payment).

    Parameters
    ----------
    dues : DataFrame
        `monthly_dues` of `first` to `last` that payments can be held against (`judged_dues`).
    paid : DataFrame
        `payments_made`.
    villages : Series
        Village by household (index hh).
    catalogue : Catalogue
    first, last : Month
        Months for which payments are judged.

    Returns
    -------
    DataFrame
        finding ("unpaid": due, and nothing paid; "unentitled": paid, and nothing due; "late": paid after the day that
        the rule sets; "twice": a further payment of the same amount for the same month), hh, village, measure, month
        (ordinal: the month it is for), fen (not received, or paid), due_fen, day, days_late, payment, why; sorted.
        Where the due is not known nothing is said of it, and of payments without a day nothing of their time. Aid
        whose time to be paid is not over at the end of `last` is not "unpaid"; two payments of one amount for one month
        are "twice" of aid by records only where together they come to more than its due.
    """
    mine = paid.loc[paid["month"].between(first.ordinal, last.ordinal)]
    key = ["hh", "measure", "month"]
    total = mine.groupby(key, as_index=False).agg(
        fen=("fen", "sum"), day=("day", "first"), payment=("payment", "first")
    )
    both = dues.merge(total, on=key, how="outer", indicator="side")
    on_register = both["side"] != "right_only"
    received = both["side"] != "left_only"
    nothing_due = (both["due_fen"] == 0).fillna(False)
    still_open = (both["pay_until"] > _last_day(last)).fillna(False)
    unpaid = both.loc[~received & (both["due_fen"] > 0).fillna(False) & ~still_open]
    unentitled = both.loc[received & (nothing_due | ~on_register)]
    by_records = {measure.key for measure in entitled_measures(catalogue) if aid_of(measure)}
    why = unentitled["side"].astype("str").map({"right_only": NOT_ON_REGISTER, "both": OVER_STANDARD})
    why = why.mask((why == OVER_STANDARD) & unentitled["measure"].isin(by_records), NOTHING_RECORDED)
    due_of = both.set_index(key)["due_fen"]
    parts = [
        unpaid.assign(finding=UNPAID, fen=unpaid["due_fen"], why="", payment=""),
        unentitled.assign(finding=UNENTITLED, why=why, due_fen=0),
        _late_payments(mine, dues, catalogue),
        _second_payments(mine, dues.loc[dues["measure"].isin(by_records)]),
    ]
    found = pd.concat([part.reindex(columns=list(KINDS)) for part in parts], ignore_index=True)
    known = pd.MultiIndex.from_frame(found[key])
    found["due_fen"] = found["due_fen"].astype("Int64").fillna(due_of.reindex(known).reset_index(drop=True))
    found["village"] = found["hh"].map(villages)
    found[["why", "payment"]] = found[["why", "payment"]].fillna("")
    order = found["finding"].map({name: place for place, name in enumerate(FINDINGS)})
    found = found.assign(order=order).sort_values(["order", *key, "payment"], ignore_index=True)
    return found[list(KINDS)].astype(KINDS)


def _last_day(month: Month) -> int:
    """Return the last day of a month as yyyymmdd, as far as days are compared: no month has a day after its 31st."""
    return day_of_payment(month.ordinal, 31)


def _late_payments(paid: pd.DataFrame, dues: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the first payment for each month where it came after the day that the rule sets."""
    days = {
        m.key: m.entitlement.pay_by.day for m in entitled_measures(catalogue) if m.entitlement and m.entitlement.pay_by
    }
    rows = paid.loc[paid["day"].notna() & (paid["told_by"] == REGISTER)]
    rows = rows.drop_duplicates(["hh", "measure", "month"])
    rows = rows.merge(dues[["hh", "measure", "month", "pay_until"]], on=["hh", "measure", "month"], how="left")
    limit = [
        day_of_payment(month, days[key]) if key in days else pd.NA
        for month, key in zip(rows["month"], rows["measure"], strict=True)
    ]
    rows = rows.assign(limit=pd.Series(limit, index=rows.index, dtype="Int64").fillna(rows["pay_until"]))
    rows = rows.loc[(rows["day"] > rows["limit"]).fillna(False)]
    late = pd.to_datetime(rows["day"].astype("str")) - pd.to_datetime(rows["limit"].astype("str"))
    return rows.assign(finding=LATE, days_late=late.dt.days)


def _second_payments(paid: pd.DataFrame, by_records: pd.DataFrame) -> pd.DataFrame:
    """Return payments of the register for a month for which the same amount was paid before.

    Two bills of one month may be owed the same amount: of aid by records only what goes beyond the due is a second one.
    """
    key = ["hh", "measure", "month"]
    rows = paid.loc[paid["told_by"] == REGISTER]
    together = rows.groupby(key)["fen"].cumsum()
    again = rows.duplicated([*key, "fen"])
    due = rows.merge(by_records[[*key, "due_fen"]], on=key, how="left")["due_fen"].set_axis(rows.index)
    return rows.loc[again & ~(together <= due).fillna(False).to_numpy(dtype=bool)].assign(finding=TWICE)
