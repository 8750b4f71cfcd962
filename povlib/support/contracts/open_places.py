"""For how many more households a contract still has room: what it lacks, in places of so many units a year.

A place of ``coops.yaml`` that names the products of a contract takes its number from the ledger: the number entered by
hand stands in only while no running contract is on record.

Responsible for that number. Not responsible for who gets a place (`povlib.allocation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import floor
from typing import Any

import pandas as pd

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.params import Catalogue, Coop
from povlib.params.kinds import Records
from povlib.params.tables import fold_text

_ALMOST = 1e-9
RUNNING = "running"
"""State of a contract that still buys (``data/tables/contract_status.yaml``); one without a state counts as running."""


@dataclass(frozen=True)
class OpenPlaces:
    """Room of a contract.

    Attributes
    ----------
    asked : float
        Units a year of the contract.
    held : float
        Units that households with a share can be counted on for: their share, and never more than what lives of
        their capacity.
    lacking : float
        The rest, never below 0.
    per_place : float
        Units a year of one household.
    places : int
        Whole households that the rest has room for; a place never sells more than the partner buys.
    """

    asked: float
    held: float
    lacking: float
    per_place: float
    places: int


def open_places(asked: float, shares: pd.DataFrame, per_place: float, mortality: float) -> OpenPlaces:
    """Return for how many more households a contract has room.

    Parameters
    ----------
    asked : float
        Units a year of the contract.
    shares : DataFrame
        Rows of ``contract_shares`` of this contract: quantity, capacity (missing: not known, the share counts whole).
    per_place : float
        Units that one further household delivers a year.
    mortality : float
        Share of what is raised that dies.

    Raises
    ------
    DataError
        If a place is to bring nothing, or mortality is no share.

    Examples
    --------
    >>> shares = pd.DataFrame({"quantity": [80.0, 80.0], "capacity": [100.0, 60.0]})
    >>> open_places(4000, shares, 80, 0.1)
    OpenPlaces(asked=4000, held=134.0, lacking=3866.0, per_place=80, places=48)
    """
    if not per_place > 0:
        raise DataError("{n} units a year are no place of a contract", allowed="more than 0", n=f"{per_place:g}")
    if not 0 <= mortality < 1:
        raise DataError("a mortality of {share} leaves nothing", allowed="0 to below 1", share=f"{mortality:g}")
    living = shares["capacity"].astype("float64") * (1 - mortality)
    share = shares["quantity"].astype("float64")
    held = float(share.where(living.isna() | (share <= living), living).sum())
    lacking = max(asked - held, 0.0)
    return OpenPlaces(asked, held, lacking, per_place, floor(lacking / per_place + _ALMOST))


def mortality_on_record(deliveries: pd.DataFrame) -> float | None:
    """Return the mortality that deliveries say, each weighing as what it brought; None where none says.

    Examples
    --------
    >>> mortality_on_record(pd.DataFrame({"quantity": [30.0, 10.0, 5.0], "mortality": [0.1, 0.3, None]}))
    0.15
    """
    said = deliveries[deliveries["mortality"].notna()]
    total = float(said["quantity"].sum())
    return round(float((said["quantity"] * said["mortality"]).sum()) / total, 6) if total > 0 else None


def places_of_contracts(catalogue: Catalogue, state: Any, from_month: Month) -> Mapping[str, tuple[OpenPlaces, ...]]:
    """Return what the running contracts of each co-op's products still lack, by key of the place.

    Parameters
    ----------
    catalogue : Catalogue
        Its co-ops with a ``contract``.
    state : State
        Frames ``sale_contracts``, ``contract_shares``, ``deliveries``; a state without them has no contracts.
    from_month : Month
        A contract that ends before is over.
    """
    contracts = getattr(state, "sale_contracts", None)
    if contracts is None or len(contracts) == 0:
        return {}
    status = contracts["status"].fillna("").astype("str")
    running = contracts[status.isin(["", RUNNING]) & (contracts["to_month"].astype("int64") >= from_month.ordinal)]
    found: dict[str, tuple[OpenPlaces, ...]] = {}
    for key, place in catalogue.coops.items():
        if place.contract is None:
            continue
        products = {fold_text(product) for product in place.contract.products}
        own = running[[fold_text(product) in products for product in running["product"].astype("str")]]
        if len(own):
            found[key] = tuple(
                _room(state, str(name), float(asked), place)
                for name, asked in zip(own["contract"], own["quantity"], strict=True)
            )
    return found


def _room(state: Any, name: str, asked: float, place: Coop) -> OpenPlaces:
    shares, sent = (frame[frame["contract"] == name] for frame in (state.contract_shares, state.deliveries))
    units = place.contract.units_a_year if place.contract is not None else 1.0
    return open_places(asked, shares, float(units), mortality_on_record(sent) or 0.0)


def with_contract_places(catalogue: Catalogue, state: Any, from_month: Month) -> Catalogue:
    """Return the catalogue with the places that running contracts leave open; others stay as they were entered."""
    rooms = places_of_contracts(catalogue, state, from_month)
    if not rooms:
        return catalogue
    coops = (
        coop.model_copy(update={"places": sum(room.places for room in rooms[key])}) if key in rooms else coop
        for key, coop in catalogue.coops.items()
    )
    return replace(catalogue, coops=Records(tuple(coops)))
