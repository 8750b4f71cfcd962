"""Turn checked tables into rows and coefficients, all whole numbers.

Responsible for the internal form every method works on: groups (households, then facilities),
package rows, capacity rows in their ``<=`` form, bills. Not responsible for checks
(`povlib.allocation.problem.problem_tables`) nor for any solver.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.bundled_funds import NO_LIMIT, Money
from povlib.allocation.problem.problem_tables import Tables, as_fraction, bill_keys
from povlib.allocation.problem.sparse_matrices import Sparse, csr
from povlib.allocation.problem.table_checks import places
from povlib.arrays import Ints
from povlib.vocabulary.resource_keys import FACILITY_PREFIX, share_key


def openings(tables: Tables) -> pd.DataFrame:
    """Return one row per facility and level, level 0 = closed: facility, level, package, hh."""
    found = tables.facilities[["facility", "level"]].drop_duplicates()
    closed = found[["facility"]].drop_duplicates().assign(level=0)
    both = pd.concat([closed, found], ignore_index=True)
    both["level"] = both["level"].astype(np.int64)
    both = both.sort_values(["facility", "level"], ignore_index=True)
    return both.assign(
        hh=FACILITY_PREFIX + both["facility"].astype(str),
        package=FACILITY_PREFIX + both["facility"].astype(str) + ":" + both["level"].astype(str),
    )


def use_matrix(tables: Tables, package: pd.Index, rows: pd.DataFrame) -> Sparse:
    """Return what each package row uses of each capacity row, as given (not yet in <= form)."""
    place = pd.Index(rows["row"])
    amount = tables.uses
    added = tables.facilities
    opened = FACILITY_PREFIX + added["facility"].astype(str) + ":" + added["level"].astype("Int64").astype(str)
    known = place.get_indexer(pd.Index(tables.resources["resource"]))  # funds are no rows: -1
    at = np.concatenate([tables.place["uses.package"], package.get_indexer(pd.Index(opened))])
    row = np.concatenate([known[tables.place["uses.resource"]], place.get_indexer(pd.Index(added["resource"]))])
    value = np.concatenate([amount["amount"].to_numpy(np.int64), -added["added"].to_numpy(np.int64)])
    found = csr((value, (at, row)), shape=(len(package), len(rows)), dtype=np.int64)
    found.sum_duplicates()
    return found


def capacity_rows(tables: Tables) -> pd.DataFrame:
    """Return the capacity rows: every resource that is no fund paying bills."""
    paying = tables.funds
    kept = tables.resources[~tables.resources["resource"].isin(paying)]
    return kept.rename(columns={"resource": "row"})[
        ["row", "kind", "village", "sense", "unit", "capacity", "names"]
    ].reset_index(drop=True)


def money(tables: Tables, package: pd.Index) -> Money | None:
    """Return bills, ceilings and budgets; None when nothing is paid through bundled funds."""
    funds = tables.funds
    opening = _opening_bills(tables)
    opening_at = package.get_indexer(pd.Index(opening["package"]))
    bills = pd.concat([tables.bills.assign(at=tables.place["bills.package"], key=bill_keys(tables, "bills")),
                       opening.assign(at=opening_at, key=-1 - opening_at)], ignore_index=True)  # fmt: skip
    if not len(bills):
        return None
    bills = bills[bills["cost_fen"] > 0].reset_index(drop=True)
    if not len(opening):
        ceiling = _ceilings(bills, bill_keys(tables, "payers"), tables.payers, funds)
    else:
        more = _opening_payers(tables)
        bills = bills.sort_values(["at", "measure"], ignore_index=True)
        payers = pd.concat([tables.payers, more], ignore_index=True)
        key = np.concatenate([bill_keys(tables, "payers"), -1 - package.get_indexer(pd.Index(more["package"]))])
        ceiling = _ceilings(bills, key, payers, funds)
    table = tables.resources.set_index("resource").loc[funds]
    budget = table["capacity"].to_numpy(np.int64)
    limit = pd.to_numeric(table["household_ceiling_fen"]).to_numpy(np.float64, na_value=np.nan)
    kept, child = _kept(tables, bills, funds, budget)
    return Money(
        funds=tuple(funds),
        budget=budget,
        child=child,
        household_ceiling=np.where(np.isnan(limit), NO_LIMIT, np.nan_to_num(limit)).astype(np.int64),
        package=bills["at"].to_numpy(np.int64),
        measure=bills["measure"].to_numpy(object),
        cost=bills["cost_fen"].to_numpy(np.int64),
        ceiling=np.minimum(ceiling, bills["cost_fen"].to_numpy(np.int64)[:, None]),
        kept=kept,
        packages=len(package),
        own=len(tables.packages),
    )


def _opening_bills(tables: Tables) -> pd.DataFrame:
    found = tables.facilities.drop_duplicates(["facility", "level"])
    key = FACILITY_PREFIX + found["facility"].astype(str)
    package = key + ":" + found["level"].astype("Int64").astype(str)
    return pd.DataFrame({"package": package, "measure": key, "cost_fen": found["opening_fen"]})


def _opening_payers(tables: Tables) -> pd.DataFrame:
    bills = _opening_bills(tables)
    fund = tables.facilities.drop_duplicates(["facility", "level"])["fund"].astype(str).str.split("+")
    payers = bills.assign(fund=fund).explode("fund").rename(columns={"cost_fen": "ceiling_fen"})
    return payers[payers["fund"].isin(tables.resources["resource"])]


def _ceilings(bills: pd.DataFrame, key: Ints, payers: pd.DataFrame, funds: list[str]) -> Ints:
    """Return the most each fund may pay of each bill; key: package and measure of each payer."""
    at = pd.Index(bills["key"].to_numpy(np.int64)).get_indexer(pd.Index(key))
    fund = places(payers["fund"], pd.Index(np.array(funds, dtype=object)))
    found = np.zeros((len(bills), len(funds)), dtype=np.int64)
    good = (at >= 0) & (fund >= 0)
    found[at[good], fund[good]] = payers["ceiling_fen"].to_numpy(np.int64)[good]
    return found


def _kept(tables: Tables, bills: pd.DataFrame, funds: list[str], budget: Ints) -> tuple[npt.NDArray[np.bool_], Ints]:
    kept = np.ones((len(bills), len(funds)), dtype=bool)
    child = budget.copy()
    for fund, rule in tables.keeps.groupby("fund"):
        if fund in funds:
            f = funds.index(str(fund))
            share = as_fraction(rule["share"].iloc[0])
            child[f] = int(budget[f]) * (share.denominator - share.numerator) // share.denominator
            if child[f] < budget[f]:
                kept[:, f] = bills["measure"].isin(rule["measure"]).to_numpy()
    return kept, child


def share_rows(
    tables: Tables, group: npt.NDArray[np.int64], use: Sparse, rows: pd.DataFrame, bills: Money | None
) -> tuple[pd.DataFrame, list[Ints]]:
    """Return share rows, multiplied out: at_least x (used by all) - (used by the group) <= 0.

    Always feasible, because nothing used keeps any share (`design.md` 4).
    """
    households = len(tables.households)
    own = group < households
    described, coefficients = [], []
    for rule in tables.shares.to_dict("records"):
        used = np.where(own, _used(str(rule["of"]), use, rows, bills, len(group)), 0)
        flag = tables.households[str(rule["group"])].to_numpy(bool)
        inside = np.zeros(len(group), dtype=bool)
        inside[own] = flag[group[own]]
        share = as_fraction(rule["at_least"])
        row = used * share.numerator - np.where(inside, used, 0) * share.denominator
        common = int(np.gcd.reduce(np.abs(row))) or 1
        coefficients.append(row // common)
        described.append(
            {"row": share_key(str(rule["share"])), "kind": "share", "village": None, "sense": "<=", "unit": "",
             "capacity": 0, "names": rule.get("names")}
        )  # fmt: skip
    return pd.DataFrame(described, columns=list(rows.columns)), coefficients


def _used(of: str, use: Sparse, rows: pd.DataFrame, bills: Money | None, packages: int) -> Ints:
    if of == "money":
        return bills.total if bills is not None else np.zeros(packages, dtype=np.int64)
    chosen = ((rows["kind"] == of) | (rows["row"] == of)) & (rows["sense"] == "<=")
    return np.asarray(use[:, np.flatnonzero(chosen)].sum(axis=1)).astype(np.int64).ravel()


def names_of(value: Any, key: str) -> dict[str, str]:
    """Return names in both languages, the key where none is given."""
    given = value if isinstance(value, dict) else {}
    return {"zh": str(given.get("zh") or key), "en": str(given.get("en") or key)}
