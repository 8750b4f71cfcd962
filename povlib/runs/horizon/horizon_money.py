"""The money of a horizon as tranches: what arrives when, less what the law owes, and what is kept for some measures.

Responsible for turning months and amounts of ``horizon.yaml`` into a `MoneyCalendar`. Not responsible for what is owed
(`povlib.support`) nor for spending (`povlib.allocation.horizon`).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from povlib.allocation.horizon.money_calendar import TRANCHE_COLUMNS, MoneyCalendar, money_calendar
from povlib.allocation.problem.problem_tables import exact_fraction
from povlib.params import Catalogue
from povlib.params.procedures.rolling_horizon import Arrival, Future, RollingHorizon
from povlib.runs.horizon.period_offers import PeriodOffer, fund_arrivals


def horizon_money(
    catalogue: Catalogue, horizon: RollingHorizon, offers: Sequence[PeriodOffer], gone: pd.DataFrame | None = None
) -> MoneyCalendar:
    """Return the tranches of every fund.

    What the law owes comes first: the bills of a year's entitlements are taken out of the money that may pay when the
    year begins, what lapses first before the rest; so is what was committed for help that is not planned any more. Of
    what is announced a fund's kept share stays for its measures.

    Parameters
    ----------
    gone : DataFrame, optional
        fund, period, fen: committed elsewhere (`povlib.runs.horizon.horizon_pins.Fixed.outside`).
    """
    return _calendar(catalogue, horizon, _taken_out(offers, gone))


def _taken_out(offers: Sequence[PeriodOffer], gone: pd.DataFrame | None) -> pd.DataFrame:
    owed = owed_by_year(offers)
    return owed if gone is None or gone.empty else pd.concat([owed, gone], ignore_index=True)


def _calendar(catalogue: Catalogue, horizon: RollingHorizon, owed: pd.DataFrame) -> MoneyCalendar:
    rows = []
    for fund in catalogue.funds.values():
        share = sum((exact_fraction(keep.share) for keep in fund.keep), start=exact_fraction(0))
        for name, arrives, until, amount in fund_arrivals(catalogue, horizon, fund.key):
            # rounded up: what is kept is never a fen less than the share
            kept = -(-amount * share.numerator // share.denominator)
            rows.append([name, fund.key, arrives, until, amount, kept])
    table = pd.DataFrame(rows, columns=list(TRANCHE_COLUMNS))
    for fund_key, period, fen in owed[["fund", "period", "fen"]].itertuples(index=False):
        due = int(fen)
        mine = table[(table["fund"] == fund_key) & (table["arrives"] <= period) & (table["until"] >= period)]
        for at in mine.sort_values(["until", "arrives"]).index:
            paid = min(due, int(table.loc[at, "amount_fen"]))
            table.loc[at, "amount_fen"] -= paid
            # paid outside what is kept as long as there is any
            table.loc[at, "kept_fen"] = min(int(table.loc[at, "kept_fen"]), int(table.loc[at, "amount_fen"]))
            due -= paid
    return money_calendar(table, len(horizon.periods))


def owed_by_year(offers: Sequence[PeriodOffer]) -> pd.DataFrame:
    """Return what the law owes out of each fund in the first period of each year: fund, period, fen."""
    rows, seen = [], set()
    for made in offers:
        if made.first.year in seen:
            continue
        seen.add(made.first.year)
        bills = made.offer.entitlements
        paid = bills[bills["covered"].astype(bool) & bills["fund"].notna()]
        rows += [(fund, made.period, int(fen)) for fund, fen in paid.groupby("fund")["cost_fen"].sum().items()]
    return pd.DataFrame(rows, columns=["fund", "period", "fen"])


def money_in_future(
    catalogue: Catalogue,
    horizon: RollingHorizon,
    offers: Sequence[PeriodOffer],
    future: Future,
    calendar: MoneyCalendar,
    gone: pd.DataFrame | None = None,
) -> MoneyCalendar:
    """Return the same tranches as they would be in one future: less, or later, after the first period.

    A tranche that would come too late for every period holds nothing.
    """
    changed = horizon.model_copy(
        update={"arrivals": tuple(_in_future(row, horizon, future) for row in horizon.arrivals)}
    )
    there = _calendar(catalogue, changed, _taken_out(offers, gone)).table
    rows = calendar.table.copy()
    # the month in a tranche's name is that of the announcement: late money keeps its name
    late = {_late_name(str(name), horizon, future): str(name) for name in rows["tranche"]}
    there = there.assign(tranche=there["tranche"].map(lambda name: late.get(str(name), str(name)))).set_index("tranche")
    for at, name in rows["tranche"].items():
        found = there.loc[name] if name in there.index else None
        for column in ("arrives", "until", "amount_fen", "kept_fen"):
            if found is not None:
                rows.loc[at, column] = int(found[column])
            elif column in ("amount_fen", "kept_fen"):
                rows.loc[at, column] = 0
    return money_calendar(rows, calendar.periods)


def _in_future(row: Arrival, horizon: RollingHorizon, future: Future) -> Arrival:
    if row.month <= horizon.periods[0] or row.amount_yuan is None:
        return row
    amount = f"{int(row.amount_fen * exact_fraction(future.part)) / 100:.2f}"
    return Arrival.model_validate(
        {**row.model_dump(), "month": str(row.month + future.late_months), "amount_yuan": amount,
         "spend_by": None if row.spend_by is None else str(row.spend_by + future.late_months)}
    )  # fmt: skip


def _late_name(name: str, horizon: RollingHorizon, future: Future) -> str:
    from povlib.calendar import Month

    fund, _, month = name.rpartition(":")
    arrived = Month.from_yyyymm(int(month))
    return name if arrived <= horizon.periods[0] else f"{fund}:{(arrived + future.late_months).yyyymm}"
