"""Claims about co-ops, enterprises, contracts, job fairs and village income, counted from their rows.

Responsible for the rows behind each such claim. Not responsible for verdicts (`povlib.runs.facts.claims`).
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from povlib.ledger import State
from povlib.money import FEN_PER_YUAN
from povlib.params import Claim
from povlib.runs.facts.villages.village_incomes import yearly_village_income
from povlib.villages.incomes.due_schedule import FIXED
from povlib.villages.sources.household_sources import held_placements

YEAR = 12
PLANNED = "planned"
LEADING, OF_PROVINCE = "leading", "province"
AGREED, DELIVERED = "agreed", "delivered"
SHARE, LAND_EQUITY = "share", "land_equity"


def counted_rows(claim: Claim, state: State) -> dict[str, pd.DataFrame] | None:
    """Return the rows that a claim counts, by reading; None where no office has filled in the sheet.

    Returns
    -------
    dict of str to DataFrame
        hh, person (both missing: no household is counted), members, record (key of the row), amount (what it counts).
    """
    needed, count = _COUNTS[claim.kind]
    return None if getattr(state, needed).empty else count(claim, state)


def counts_rows(kind: str) -> bool:
    """Return whether claims of a kind are counted here."""
    return kind in _COUNTS


def _records(frame: pd.DataFrame, key: str, amount: str = "") -> pd.DataFrame:
    rows = frame.sort_values(key, ignore_index=True)
    return pd.DataFrame(
        {
            "hh": pd.Series(pd.NA, index=rows.index, dtype="object"),
            "person": pd.Series(pd.NA, index=rows.index, dtype="object"),
            "members": 0,
            "record": rows[key].astype(str),
            "amount": rows[amount].astype("float64") if amount else 1.0,
        }
    )


def _named(frame: pd.DataFrame, words: str, *columns: str) -> pd.DataFrame:
    """Return the rows in one of whose columns some words stand."""
    if not words:
        return frame
    joined = frame[list(columns)].fillna("").agg("|".join, axis=1) if len(frame) else pd.Series([], dtype="str")
    return frame[joined.str.contains(words, regex=False)]


def _in_places(frame: pd.DataFrame, claim: Claim) -> pd.DataFrame:
    """Return the rows of the claim's villages; a row may name several."""
    if not claim.place or frame.empty:
        return frame
    villages = frame["village"].fillna("")
    return frame[[any(place in str(names) for place in claim.place) for names in villages]]


def _founded(claim: Claim, state: State) -> dict[str, pd.DataFrame]:
    year = state.last_month.year if state.last_month else 0
    # a co-op that was founded and then stopped or failed was founded all the same; one that is planned was not
    rows = state.coops[state.coops["status"].ne(PLANNED) & (state.coops["founded_month"] // YEAR == year)]
    return {"": _records(_in_places(_named(rows, claim.employer, "coop", "product"), claim), "coop")}


def _planned(claim: Claim, state: State) -> dict[str, pd.DataFrame]:
    rows = state.coops[state.coops["status"].eq(PLANNED)]
    return {"": _records(_in_places(_named(rows, claim.employer, "coop", "product"), claim), "coop")}


def _leading(claim: Claim, state: State) -> dict[str, pd.DataFrame]:
    """Return the leading enterprises of the province that stand behind co-ops of a product."""
    coops = _in_places(_named(state.coops, claim.employer, "coop", "product"), claim)
    firms = state.enterprises
    rows = firms[
        firms["kind"].eq(LEADING) & firms["level"].eq(OF_PROVINCE) & firms["enterprise"].isin(coops["enterprise"])
    ]
    return {"": _records(rows, "enterprise")}


def _bases(claim: Claim, state: State) -> dict[str, pd.DataFrame]:
    return {"": _records(_in_places(_named(state.bases, claim.employer, "coop", "product"), claim), "base")}


def _birds(claim: Claim, state: State) -> dict[str, pd.DataFrame]:
    """Return what contracts agree on for a year, and what was delivered under them in the last twelve months."""
    contracts = _named(state.sale_contracts, claim.employer, "contract", "partner")
    now = state.last_month.ordinal if state.last_month else 0
    sent = state.deliveries[state.deliveries["contract"].isin(contracts["contract"])]
    month = (sent["day"] // 10_000) * YEAR + (sent["day"] // 100) % 100 - 1
    lately = sent[(month > now - YEAR) & (month <= now)]
    delivered = _records(lately, "delivery", "quantity")
    delivered["hh"] = lately.sort_values("delivery")["hh"].to_numpy()
    return {AGREED: _records(contracts, "contract", "quantity"), DELIVERED: delivered}


def _taken(claim: Claim, state: State) -> dict[str, pd.DataFrame]:
    return {"": _records(_named(state.job_fairs, claim.employer, "employer"), "fair", "taken")}


def _income_of_source(claim: Claim, state: State) -> dict[str, pd.DataFrame]:
    rows = _in_places(_named(yearly_village_income(state), claim.employer, "source"), claim)
    return {"": _yuan(rows.assign(record=rows["village"] + " " + rows["source"]), "record")}


def _mean_income(claim: Claim, state: State) -> dict[str, pd.DataFrame]:
    """Return every village with its part of the mean; one that recorded nothing has nothing."""
    names = sorted({*state.households["village"].dropna(), *state.village_income["village"]})
    totals = yearly_village_income(state).groupby("village", as_index=False)["fen"].sum()
    rows = pd.DataFrame({"village": names}).merge(totals, on="village", how="left").fillna({"fen": 0})
    return {"": _yuan(rows.assign(fen=rows["fen"] / len(names)), "village")}


def _least_income(claim: Claim, state: State) -> dict[str, pd.DataFrame]:
    """Return the village of the claim that earned least: what is said of each of them holds for it."""
    totals = _in_places(yearly_village_income(state), claim).groupby("village", as_index=False)["fen"].sum()
    rows = pd.DataFrame({"village": list(claim.place)}).merge(totals, on="village", how="left").fillna({"fen": 0})
    return {"": _yuan(rows.nsmallest(1, "fen"), "village")}


def _shares(claim: Claim, state: State) -> dict[str, pd.DataFrame]:
    """Return the villages whose share in the firm or co-op runs in the last month."""
    return {"": _records(_running_contracts(claim, state, (SHARE,)).drop_duplicates("village"), "village")}


def _land_equity(claim: Claim, state: State) -> dict[str, pd.DataFrame]:
    """Return the villages that put in land for a dividend that is fixed."""
    rows = _running_contracts(claim, state, (LAND_EQUITY,))
    return {"": _records(rows[rows["footing"].eq(FIXED)].drop_duplicates("village"), "village")}


def _running_contracts(claim: Claim, state: State, kinds: tuple[str, ...]) -> pd.DataFrame:
    rows, now = state.income_contracts, state.last_month.ordinal if state.last_month else 0
    rows = rows[rows["kind"].isin(kinds) & (rows["from_month"] <= now) & (rows["to_month"] >= now)]
    return _in_places(_named(rows, claim.employer, "partner"), claim)


def _yuan(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    return _records(frame.assign(yuan=frame["fen"] / FEN_PER_YUAN), key, "yuan")


_COUNTS: dict[str, tuple[str, Callable[[Claim, State], dict[str, pd.DataFrame]]]] = {
    "coops_founded": ("coops", _founded),
    "coops_planned": ("coops", _planned),
    "leading_firm": ("enterprises", _leading),
    "coop_bases": ("bases", _bases),
    "contract_birds": ("sale_contracts", _birds),
    "fair_taken": ("job_fairs", _taken),
    "village_income_source": ("village_income", _income_of_source),
    "village_income_mean": ("village_income", _mean_income),
    "village_income_least": ("village_income", _least_income),
    "village_shares": ("income_contracts", _shares),
    "village_land_equity": ("income_contracts", _land_equity),
}


def inside_or_outside(employers: dict[str, tuple[str, ...]], local: tuple[str, ...], state: State) -> pd.DataFrame:
    """Return for posts of some employers how many are among those of the local job routes and how many are not.

    Parameters
    ----------
    employers : dict of str to tuple of str
        Words to look for in the name of employer or post -> villages (empty: any).
    local : tuple of str
        Routes whose posts the number of local jobs counts.

    Returns
    -------
    DataFrame
        employer, persons, inside, outside.
    """
    held = held_placements(state, state.last_month.ordinal if state.last_month else 0)
    village = held["hh"].map(state.households.set_index("hh")["village"])
    rows = []
    for words, places in employers.items():
        mine = _named(held, words, "employer", "post")
        mine = mine[village.loc[mine.index].isin(places)] if places else mine
        persons, inside = mine["person"].nunique(), mine.loc[mine["route"].isin(local), "person"].nunique()
        rows.append((words, persons, inside, persons - inside))
    return pd.DataFrame(rows, columns=["employer", "persons", "inside", "outside"])
