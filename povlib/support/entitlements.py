"""What the law owes: bills pinned before anything is optimised, and what the funds lack for them.

Responsible for the entitlements of every household, for taking their money from the funds and their
builder-weeks from the crews, and for the shortfall by fund. Not responsible for anything optional.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.arrays import Bools, Ints
from povlib.calendar import Month
from povlib.params import Catalogue, Measure, Settings
from povlib.support.award_cost import award_costs
from povlib.support.eligibility import RegisterFacts, eligible_rows
from povlib.support.eligibility_facts import SupportFrames
from povlib.support.months_of_start import funds_that_may_pay, start_months
from povlib.support.refusals import Refusals
from povlib.support.relief.recorded_aid import aid_of, month_of_day, records_of
from povlib.vocabulary.resource_keys import weeks_key

CLAIM_COLUMNS = ["row", "person", "measure", "start", "cost_fen", "months"]
BILL_COLUMNS = ["row", "person", "measure", "start", "fund", "cost_fen", "months", "covered"]
_SHORTFALL_COLUMNS = ["fund", "measure", "need_fen", "paid_fen", "short_fen"]


@dataclass(frozen=True)
class Entitlements:
    """What is owed and how far the money reaches.

    Attributes
    ----------
    bills : DataFrame
        row, person, measure, start (ordinal), fund, cost_fen (the part this fund is to pay), months.
    shortfall : DataFrame
        fund, measure, need_fen, paid_fen, short_fen: only where money lacks.
    """

    bills: pd.DataFrame
    shortfall: pd.DataFrame


def entitlements_owed(
    register: RegisterFacts, settings: Settings, refused: Refusals, capacity: dict[str, int]
) -> Entitlements:
    """Return the entitlements of all households and take their demand out of `capacity`.

    Each bill goes to the funds in the order the measure lists them, up to the ceilings; measures that
    fewer funds may pay go first, so that no fund is emptied by bills others could have paid. What no
    fund has money for is the shortfall of the first fund listed.

    Parameters
    ----------
    register : RegisterFacts
        Its households need ``income_fen_per_head`` when a measure is a top-up.
    settings : Settings
    refused : Refusals
    capacity : dict
        Capacity of every resource by name; changed in place.
    """
    claims = entitlement_claims(register, settings, refused)
    return paid_claims(claims, register.catalogue, capacity)


def entitlement_claims(register: RegisterFacts, settings: Settings, refused: Refusals) -> pd.DataFrame:
    """Return what the law owes each household, whatever money there is, and tell the others why it does not.

    Returns
    -------
    DataFrame
        row, person, measure, start (ordinal), cost_fen, months, village; measure after measure, rows of one in the
        order of the register: that in which they are paid.
    """
    claims_by_measure = [
        _claims_on_measure(register, measure, settings, refused)
        for measure in _entitlement_measures(register.catalogue)
    ]
    claims = (
        pd.concat(claims_by_measure, ignore_index=True) if claims_by_measure else pd.DataFrame(columns=CLAIM_COLUMNS)
    )
    claims = claims.loc[claims["cost_fen"] > 0] if len(claims) else claims
    _refuse_unpriced(register, settings, refused)
    village = register.households["village"].to_numpy()[claims["row"].to_numpy(dtype=np.int64)]
    return claims.assign(village=village).reset_index(drop=True)


def paid_claims(claims: pd.DataFrame, catalogue: Catalogue, capacity: dict[str, int]) -> Entitlements:
    """Return the claims as bills of funds while their money lasts; takes money and builder-weeks out of `capacity`.

    Parameters
    ----------
    claims : DataFrame
        As `entitlement_claims` returns them.
    capacity : dict
        Capacity of every resource by name; changed in place.
    """
    _take_builder_weeks(catalogue, claims, capacity)
    return _bills_by_fund(catalogue, claims, capacity)


def shortfall_of_bills(bills: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the shortfall that bills show, as `Entitlements` has it: by measure, only where money lacks."""
    covered = bills["covered"].eq(True)
    need = bills.groupby("measure")["cost_fen"].sum()
    lacking = bills[~covered].groupby("measure").agg(fund=("fund", "first"), short_fen=("cost_fen", "sum"))
    rows = [
        (lacking["fund"][key], key, int(need[key]), int(need[key] - lacking["short_fen"][key]),
         int(lacking["short_fen"][key]))
        for key in (measure.key for measure in _entitlement_measures(catalogue)) if key in lacking.index
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=_SHORTFALL_COLUMNS)


def entitlements_outside(state: SupportFrames, catalogue: Catalogue, settings: Settings) -> pd.DataFrame:
    """Return what the law owes and this plan does not pay: its amount is blank, or others pay it.

    Returns
    -------
    DataFrame
        measure, hh, blank (no amount was entered), running (others pay it), seen (whether the ledger shows it: help
        given that goes on, or its transfer in the last twelve months; missing where no kind of transfer is it).
    """
    register = RegisterFacts(state, catalogue, settings.help_from)
    last = state.last_month.ordinal
    transfers = state.transfers.loc[state.transfers["month"] > last - 12]
    parts = []
    for measure in catalogue.measures.values():
        blank = not measure.filled or (measure.running and measure.cost.basis != "bill" and not measure.priced)
        if measure.entitlement is None or not (blank or measure.running):
            continue
        start = (start_months(measure, catalogue, settings) or [settings.help_from])[0]
        own = eligible_rows(register, measure, start, Refusals(register.households["hh"]), owed=True).households
        own &= _with_records(state, measure, register.households["hh"])
        hh = register.households.loc[own, "hh"]
        drawn = set(transfers.loc[transfers["kind"] == measure.key, "hh"])
        drawn |= set(register.help_had(measure.key, running=True)["hh"])
        seen = hh.isin(drawn).astype("boolean")
        if measure.key not in catalogue.income:
            seen = seen.mask(~seen)
        told = {"measure": measure.key, "hh": hh, "blank": blank, "running": measure.running, "seen": seen}
        parts.append(pd.DataFrame(told))
    columns = ["measure", "hh", "blank", "running", "seen"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _with_records(state: SupportFrames, measure: Measure, hh: pd.Series) -> Bools:
    """Return which households have a record that aid by records is reckoned from, in the last twelve months.

    Of any other measure everybody; also where no records are kept and the measure has conditions of its own.
    """
    aid = aid_of(measure)
    if aid is None:
        return np.ones(len(hh), dtype=bool)
    rows = records_of(state, aid)
    if rows.empty:
        return np.full(len(hh), bool(measure.eligibility))
    recent = month_of_day(rows["day"]) > state.last_month.ordinal - 12
    return np.asarray(hh.isin(rows.loc[recent, "hh"]), dtype=bool)


def _refuse_unpriced(register: RegisterFacts, settings: Settings, refused: Refusals) -> None:
    """Tell every household that is owed a measure without an amount that it is, and why the plan leaves it out."""
    for measure in register.catalogue.measures.values():
        if measure.entitlement is not None and not measure.running and not measure.filled:
            start = (start_months(measure, register.catalogue, settings) or [settings.help_from])[0]
            own = eligible_rows(register, measure, start, refused, owed=True).households
            refused.add(measure.key, own, "the law owes it, but its amount has not been entered")


def _entitlement_measures(catalogue: Catalogue) -> list[Measure]:
    measures = [m for m in catalogue.measures.values() if m.entitlement is not None and not m.running and m.filled]
    # whoever has the fewest funds to turn to is paid first: the others can still be paid elsewhere
    return sorted(measures, key=lambda m: _funds_to_turn_to(m, catalogue))  # stable: the order of the file otherwise


def _funds_to_turn_to(measure: Measure, catalogue: Catalogue) -> int:
    """Return how many funds one household may turn to at most: those of the office, and of the areas it lies in."""
    within = [catalogue.villages_of_fund(payer.fund) for payer in measure.payers]
    lies_in = Counter(village for villages in within if villages is not None for village in villages)
    return within.count(None) + max(lies_in.values(), default=0)


def _claims_on_measure(
    register: RegisterFacts, measure: Measure, settings: Settings, refused: Refusals
) -> pd.DataFrame:
    """Return who is owed a measure by law, from when and at what cost; add the others to `refused`."""
    # the law owes it even when no fund may pay in any month: the shortfall then says so
    months = start_months(measure, register.catalogue, settings) or [settings.help_from]
    start = months[0]
    who = eligible_rows(register, measure, start, refused, owed=True)
    cost = award_costs(measure, start, settings.horizon, register.households, register.bills)
    unknown = cost.isna().to_numpy(dtype=bool)
    refused.add(measure.key, who.households & unknown, "what it is owed cannot be computed: its income is not known")
    ok = who.households & ~unknown
    if measure.cost.basis == "top_up":
        nothing = ok & (cost.fillna(0) == 0).to_numpy(dtype=bool)
        refused.add(measure.key, nothing, "its income reaches the standard without it")
    if who.persons is None or measure.one_per == "household":
        row = np.flatnonzero(ok)
        person = pd.Series([None] * len(row), dtype="str")
    else:
        persons = who.persons.loc[ok[who.persons["row"].to_numpy()]]
        row, person = persons["row"].to_numpy(), persons["person"].reset_index(drop=True)
    return pd.DataFrame(
        {
            "row": row,
            "person": person,
            "measure": measure.key,
            "start": start.ordinal,
            "cost_fen": cost.fillna(0).to_numpy(dtype=np.int64)[row],
            "months": settings.horizon - start + 1,
        }
    )


def _take_builder_weeks(catalogue: Catalogue, claims: pd.DataFrame, capacity: dict[str, int]) -> None:
    """Take the builder-weeks of entitlements from the crews, month after month while weeks are left."""
    for key, rows in claims.groupby("measure", sort=True):
        for use in catalogue.measures[str(key)].uses:
            need = len(rows) * (use.amount or 0)
            month = Month.from_ordinal(int(rows["start"].iloc[0]))
            # weeks a later month has left are taken too: what is owed is built late rather than not at all
            last = max((m for m in catalogue.crews[use.pool].weeks), default=month)
            while need > 0 and month <= last:
                name = weeks_key(use.pool, month)
                taken = min(need, capacity.get(name, 0))
                capacity[name] = capacity.get(name, 0) - taken
                need -= taken
                month += 1


def _bills_by_fund(catalogue: Catalogue, claims: pd.DataFrame, capacity: dict[str, int]) -> Entitlements:
    """Return the claims paid fund by fund and what falls short; takes the money from `capacity` in place."""
    parts, short = [], []
    for measure in _entitlement_measures(catalogue):
        rows = claims.loc[claims["measure"] == measure.key].copy()
        if rows.empty:
            continue
        start = Month.from_ordinal(int(rows["start"].iloc[0]))
        # a fund of an area is no fund that all of them lacked
        payers = [payer.fund for payer in measure.payers if not catalogue.funds[payer.fund].area]
        payers = payers or [payer.fund for payer in measure.payers] or [""]
        rest = rows["cost_fen"].to_numpy(dtype=np.int64).copy()
        for payer in funds_that_may_pay(measure, start, catalogue):
            ceiling = np.iinfo(np.int64).max if payer.ceiling_fen is None else payer.ceiling_fen
            wanted = np.minimum(rest, ceiling)
            if (own := catalogue.villages_of_fund(payer.fund)) is not None:
                wanted = np.where(rows["village"].isin(own).to_numpy(dtype=bool), wanted, 0)
            part = _paid_while_money_lasts(wanted, capacity.get(payer.fund, 0))
            capacity[payer.fund] = capacity.get(payer.fund, 0) - int(part.sum())
            rest -= part
            parts.append(rows.assign(fund=payer.fund, cost_fen=part, covered=True))
        if rest.sum() > 0:
            need = int(rows["cost_fen"].sum())
            short.append((payers[0], measure.key, need, need - int(rest.sum()), int(rest.sum())))
            # what no money covers stands under the first fund that should have: the paper's heading names it
            parts.append(rows.assign(fund=payers[0], cost_fen=rest, covered=False))
    bills = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=BILL_COLUMNS)
    bills = bills.loc[bills["cost_fen"] > 0, BILL_COLUMNS]
    return Entitlements(bills.reset_index(drop=True), pd.DataFrame(short, columns=_SHORTFALL_COLUMNS))


def _paid_while_money_lasts(wanted: Ints, money: int) -> Ints:
    """Return what is paid of each bill, in order, while the money lasts."""
    # in the order of the register: rationing by lot or need is for a person to decide, and a short fund heads the paper
    before = np.cumsum(wanted) - wanted
    return np.asarray(np.clip(money - before, 0, wanted))
