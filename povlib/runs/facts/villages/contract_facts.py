"""Contracts of sale as they stand: what was due and delivered, who is behind, what will lack, what they leave open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.errors import DataError, unknown_word_fault
from povlib.ledger import State
from povlib.params import Catalogue
from povlib.params.procedures.cooperation import FILE, Cooperation
from povlib.params.tables import fold_text
from povlib.support.contracts.open_places import OpenPlaces, mortality_on_record, open_places
from povlib.villages.contracts.contract_money import ContractMoney, contract_money
from povlib.villages.contracts.contract_shares import RaisingTerms, SharePlan, contract_shares
from povlib.villages.contracts.fulfilment import Fulfilment, fulfilment, months_of_text
from povlib.villages.contracts.shortfall import DeliveryPrior, ShortfallForecast, shortfall_forecast

WISH_TO_RAISE = "raise"
"""A worker's wish that makes the household a newcomer to raising (``data/tables/wish.yaml``)."""


@dataclass(frozen=True)
class ContractStanding:
    """One contract.

    Attributes
    ----------
    row : mapping
        Its row of ``sale_contracts``.
    standing : Fulfilment
    forecast : ShortfallForecast
    money : ContractMoney
    place : str
        Key of the place in coops.yaml that delivers to it; "" for none.
    room : OpenPlaces or None
        What it leaves open; None without such a place.
    """

    row: Mapping[str, Any]
    standing: Fulfilment
    forecast: ShortfallForecast
    money: ContractMoney
    place: str
    room: OpenPlaces | None


def contract_month(state: State, month: Month | None) -> Month:
    """Return the month up to which contracts are counted: the one asked for, else the newest on record."""
    if month is not None:
        return month
    days = state.deliveries["day"].astype("int64").max() if len(state.deliveries) else 0
    newest = Month.from_yyyymm(int(days) // 100) if days else None
    known = [m for m in (newest, state.last_month) if m is not None]
    if not known:
        raise DataError("no month is on record yet", remedy="load the workbooks: {command}",
                        command="python3 workbench.py load FOLDER")  # fmt: skip
    return max(known)


def contract_standings(
    state: State, catalogue: Catalogue, rules: Cooperation, through: Month, name: str = ""
) -> list[ContractStanding]:
    """Return every contract, or the one of a name, as it stands at the end of a month.

    Raises
    ------
    DataError
        If no contract is on record, or none of that name, or a delivery was entered twice.
    """
    contracts = state.sale_contracts
    if contracts.empty:
        raise DataError("no contract of sale is on record", remedy="fill the sheet 购销合同: {command}",
                        command="python3 workbench.py forms")  # fmt: skip
    if name and name not in set(contracts["contract"]):
        raise DataError([unknown_word_fault("there is no contract {value}", name, set(contracts["contract"]), "")])
    chosen = contracts[contracts["contract"] == name] if name else contracts
    prior = DeliveryPrior(
        rules.value("delivery_part"),
        rules.value("delivery_part_weight"),
        rules.value("delivery_spread"),
        rules.value("delivery_spread_weight"),
    )
    found = []
    for row in chosen.sort_values("contract").to_dict("records"):
        own = {str(key): value for key, value in row.items()}
        standing = fulfilment(own, state.contract_shares, state.contract_schedules, state.deliveries, through)
        money = contract_money(standing.contract, whole_or_none(row["floor_fen"]), state.deliveries)
        key, room = _room(state, catalogue, row)
        found.append(ContractStanding(own, standing,
                                      shortfall_forecast(standing, prior), money, key, room))  # fmt: skip
    return found


def whole_or_none(value: Any) -> int | None:
    """Return a whole number, None where it is not known."""
    return None if value is None or pd.isna(value) else int(value)


def _room(state: State, catalogue: Catalogue, row: Mapping[Any, Any]) -> tuple[str, OpenPlaces | None]:
    said = fold_text(str(row["product"]))
    for key, coop in catalogue.coops.items():
        if coop.contract is not None and said in {fold_text(product) for product in coop.contract.products}:
            shares, sent = (frame[frame["contract"] == row["contract"]]
                            for frame in (state.contract_shares, state.deliveries))  # fmt: skip
            return key, open_places(float(row["quantity"]), shares, float(coop.contract.units_a_year),
                                    mortality_on_record(sent) or 0.0)  # fmt: skip
    return "", None


def share_plan(state: State, catalogue: Catalogue, rules: Cooperation, found: ContractStanding) -> SharePlan:
    """Return who should deliver how much in each month still to come, newcomers who wish to raise among them.

    What is behind is asked for in the first month to come. A household that raises already can still bring what lives
    of its capacity less what it brought; a newcomer what one place brings a year.

    Raises
    ------
    DataError
        If nobody entered what the product costs to raise, the contract has no price floor, or no month is to come.
    """
    product, floor_fen = str(found.row["product"]), whole_or_none(found.row["floor_fen"])
    raising = rules.raising_of(product)
    if raising is None:
        raise DataError("what {product} costs to raise is not entered", where=FILE, product=product,
                        remedy="add it under raising")  # fmt: skip
    if not floor_fen:
        raise DataError("contract {contract} has no price floor", contract=found.standing.contract,
                        remedy="enter it on the sheet 购销合同: {command}",
                        command="python3 workbench.py forms")  # fmt: skip
    months = found.standing.months
    ahead = months[(months["month"] > found.standing.through) & (months["due"] > 0)]
    if ahead.empty:
        raise DataError("no month of contract {contract} is to come", contract=found.standing.contract)
    demand = {int(month): round(due) for month, due in zip(ahead["month"], ahead["due"], strict=True)}
    demand[min(demand)] += max(round(found.standing.due - found.standing.delivered), 0)
    sent = state.deliveries[state.deliveries["contract"] == found.standing.contract]
    known = mortality_on_record(sent)
    mortality = raising.mortality if known is None else known
    terms = RaisingTerms(floor_fen, raising.cost_fen, raising.startup_fen, mortality)
    return contract_shares(demand, _raisers(state, catalogue, found, tuple(demand), terms), terms)


def _raisers(
    state: State, catalogue: Catalogue, found: ContractStanding, months: tuple[int, ...], terms: RaisingTerms
) -> pd.DataFrame:
    shares = state.contract_shares[state.contract_shares["contract"] == found.standing.contract]
    brought = dict(zip(found.standing.households["hh"], found.standing.households["delivered"], strict=True))
    rows: list[tuple[str, float, tuple[int, ...], bool]] = []
    for row in shares.to_dict("records"):
        hh = str(row["hh"])
        whole = float(row["quantity"]) if pd.isna(row["capacity"]) else float(row["capacity"])
        left = max(whole - terms.raised(round(brought.get(hh, 0.0))), 0.0)
        own = months_of_text(row["months"])
        rows.append((hh, left, tuple(m for m in months if not own or m % 12 + 1 in own) or (-1,), False))
    if found.place:
        outlet = catalogue.coops[found.place].contract
        wishing = sorted({str(hh) for hh in state.workers.loc[state.workers["wish"] == WISH_TO_RAISE, "hh"]})
        place = float(terms.raised(round(outlet.units_a_year))) if outlet is not None else 0.0
        rows += [(hh, place, (), True) for hh in wishing if hh not in set(shares["hh"])]
    return pd.DataFrame(rows, columns=["hh", "capacity", "months", "newcomer"])
