"""What is left of a ledger when a source closes: posts, stakes and shares that hang on it end with the month before.

A closing takes from the rows of the ledger whoever works there, holds a stake in it or has a share of its contract, and
the help recorded for it; from the parameters the free posts and places that it was to give. Nothing else changes: what
households do about it is the plan's business.

Responsible for both sides of a closing. Not responsible for chances of exit (`povlib.exits`) or for a new plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import pandas as pd

from povlib.calendar import Month
from povlib.errors import Fault, ParameterError, unknown_word_fault
from povlib.params import Catalogue, Coop
from povlib.villages.sources.household_sources import (
    OVER,
    POST,
    PRODUCT,
    SHARE,
    STAKE,
    household_sources,
    plain_name,
)

BROKEN = "broken"
Frames = TypeVar("Frames")


def affected_links(frames: Any, source: str, month: int, catalogue: Catalogue) -> pd.DataFrame:
    """Return the links of households that a closing cuts.

    Parameters
    ----------
    frames : State
    source : str
        Name of an employer, co-op, firm, buyer, contract, or of a place of the parameters.
    month : int
        The last month of data (ordinal): who hangs on it then.
    catalogue : Catalogue

    Returns
    -------
    DataFrame
        hh, person (missing for stakes and shares), through, name (of the post, co-op or contract); each once.
    """
    links = household_sources(frames, month)
    links = links[links["kind"].ne(PRODUCT)]
    shares = links["through"].eq(SHARE) & links["name"].isin(closed_contracts(frames, source, catalogue))
    mine = links["source"].isin({source, plain_name(source)}) | shares
    return links.loc[mine, ["hh", "person", "through", "name"]].drop_duplicates(ignore_index=True)


def closed_contracts(frames: Any, source: str, catalogue: Catalogue) -> set[str]:
    """Return the contracts that end with a source: the contract itself, those of the buyer, those of a named place."""
    contracts = frames.sale_contracts
    mine = contracts["contract"].eq(source) | contracts["partner"].fillna("").map(plain_name).eq(plain_name(source))
    for coop in catalogue.coops.values():
        if source in (coop.key, *coop.names.spellings()):
            mine |= contracts["product"].isin(_products_sold(coop))
    return set(contracts.loc[mine, "contract"])


def _products_sold(coop: Coop) -> tuple[str, ...]:
    """Return the products that the places of a co-op deliver under contracts."""
    outlet = getattr(coop, "contract", None)
    return () if outlet is None else tuple(outlet.products)


def known_sources(frames: Any, catalogue: Catalogue, month: int) -> list[str]:
    """Return every name under which a source can be closed: of the ledger's rows and of the parameters."""
    links = household_sources(frames, month)
    rows = links[links["kind"].ne(PRODUCT)]
    shares = links.loc[links["through"].eq(SHARE), "name"]
    names = {*rows["source"], *shares, *frames.coops["coop"], *frames.sale_contracts["contract"]}
    names |= {plain_name(str(name)) for name in frames.enterprises["enterprise"]}
    names |= {plain_name(post.employer) for post in catalogue.posts.values()}
    return sorted({*names, *(coop.names.show("zh") for coop in catalogue.coops.values())})


def refuse_unknown_sources(closures: Mapping[str, Month], frames: Any, catalogue: Catalogue, month: int) -> None:
    """Refuse closings of what neither ledger nor parameters know.

    Raises
    ------
    ParameterError
        Every such name, with the nearest that is known.
    """
    known = known_sources(frames, catalogue, month)
    faults: list[Fault] = [
        unknown_word_fault("there is no source {value}", name, known, "settings.closures")
        for name in closures
        if plain_name(name) not in known and name not in known
    ]
    if faults:
        raise ParameterError(faults)


def state_after_closures(frames: Frames, closures: Mapping[str, Month], catalogue: Catalogue, month: int) -> Frames:
    """Return a ledger's rows as they will be when sources close: posts and help that hang on them end before.

    Parameters
    ----------
    frames : State
        A dataclass of frames.
    closures : mapping
        Name of a source -> first month without it.
    catalogue : Catalogue
        Which measure belongs to which co-op or contract.
    month : int
        The last month of data (ordinal).
    """
    known: Any = frames
    placements, support, contracts = known.placements.copy(), known.support.copy(), known.sale_contracts.copy()
    jobs = {key for key, measure in catalogue.measures.items() if measure.fills_post}
    for source, closed in closures.items():
        last = closed.ordinal - 1
        links = affected_links(known, source, month, catalogue)
        persons = set(links.loc[links["through"] == POST, "person"])
        mine = placements["person"].isin(persons) & placements["post"].isin(links["name"])
        placements["to_month"] = _ended(placements["to_month"], mine, last)
        helped = support["person"].isin(persons) & support["measure"].isin(jobs)
        helped |= _help_through_places(known, source, links, support, catalogue)
        support["to_month"] = _ended(support["to_month"], helped, last)
        over = contracts["contract"].isin(closed_contracts(known, source, catalogue))
        contracts["status"] = contracts["status"].mask(over, BROKEN)
        contracts["to_month"] = _ended(contracts["to_month"], over, last)
    return replace(known, placements=placements, support=support, sale_contracts=contracts)  # type: ignore[no-any-return]


def _ended(months: pd.Series, rows: pd.Series, last: int) -> pd.Series:
    """Return the months of end, those of some rows no later than a month."""
    ends = months.astype("Int64")
    cut = ends.fillna(last).clip(upper=last)
    return ends.mask(rows.astype(bool), cut)


def _help_through_places(
    frames: Any, source: str, links: pd.DataFrame, support: pd.DataFrame, catalogue: Catalogue
) -> pd.Series:
    """Return the rows of help that households have through a place of the source: its co-ops, its contracts."""
    helped = pd.Series(False, index=support.index)
    for coop in closed_places(catalogue, source, frames):
        holders = set(links.loc[links["through"].isin((STAKE, SHARE)), "hh"])
        mine = support["measure"].eq(coop.measure)
        # who got the help of a co-op of which no stakes were written down holds it all the same
        helped |= mine & (support["hh"].isin(holders) if holders else True)
    return helped


def closed_places(catalogue: Catalogue, source: str, frames: Any) -> list[Coop]:
    """Return the places of the parameters (co-ops, contracts) that go when a source closes.

    Those of its name; of the co-ops behind which it stands; those that deliver under its contracts, unless another
    contract that runs takes the same product.
    """
    coops, contracts = frames.coops, frames.sale_contracts
    names = {source, plain_name(source)} | set(coops.loc[coops["enterprise"].fillna("").map(plain_name).eq(
        plain_name(source)), "coop"])  # fmt: skip
    over = contracts["contract"].isin(closed_contracts(frames, source, catalogue))
    ended = set(contracts.loc[over, "product"])
    others = set(contracts.loc[~over & ~contracts["status"].isin(OVER), "product"])
    found = []
    for coop in catalogue.coops.values():
        sold = set(_products_sold(coop))
        if names & {coop.key, *coop.names.spellings()} or (sold & ended and not sold & others):
            found.append(coop)
    return found


def changes_of_closures(closures: Mapping[str, Month], catalogue: Catalogue, frames: Any) -> dict[str, Any]:
    """Return what closings change in the parameters: no free posts, no places, no opening of a place.

    Parameters
    ----------
    closures : mapping
        Name of a source -> first month without it. A post that may be held for some months before keeps them.
    frames : State

    Returns
    -------
    dict
        Dotted key -> value.
    """
    changes: dict[str, Any] = {}
    for source, closed in closures.items():
        places = closed_places(catalogue, source, frames)
        names = {plain_name(source), *(coop.names.show("zh") for coop in places)}
        for post in catalogue.posts.values():
            if plain_name(post.employer) in names and post.slots:
                changes |= _post_until(post.key, post.months.from_ if post.months else None, closed)
        for coop in places:
            if coop.places:
                changes[f"coops.{coop.key}.places"] = 0
            if coop.facility is not None and coop.facility.capacity:
                changes[f"coops.{coop.key}.facility.capacity"] = 0
    return changes


def _post_until(key: str, first: Month | None, closed: Month) -> dict[str, Any]:
    if first is not None and first < closed:
        return {f"posts.{key}.months.to": str(closed + -1)}
    return {f"posts.{key}.slots": 0}


def stakes_at_risk(frames: Any, source: str, hh: Iterable[str], month: int, catalogue: Catalogue) -> pd.DataFrame:
    """Return what households have in a co-op that closes and what they go on owing.

    Returns
    -------
    DataFrame
        hh, stake_fen (held at the end of the month), owed_fen (own loans that the co-op uses, less repaid).
    """
    links = affected_links(frames, source, month, catalogue)
    coops = set(links.loc[links["through"] == STAKE, "name"]) | {source}
    stakes, loans = frames.coop_stakes, frames.loans
    held = stakes[stakes["coop"].isin(coops) & (stakes["to_month"].isna() | (stakes["to_month"] >= month))]
    owed = loans[loans["used_by"].isin(coops) & loans["hh"].notna()]
    left = (owed["fen"] - owed["repaid_fen"].fillna(0)).groupby(owed["hh"]).sum()
    frame = pd.DataFrame({"hh": sorted(set(hh))})
    frame["stake_fen"] = frame["hh"].map(held.groupby("hh")["fen"].sum()).fillna(0).astype("int64")
    frame["owed_fen"] = frame["hh"].map(left).fillna(0).astype("int64")
    return frame
