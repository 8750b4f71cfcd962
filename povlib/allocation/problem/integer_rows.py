"""Turn checked tables into rows and coefficients, all whole numbers.

Responsible for the internal form every method works on: groups (households, then facilities),
package rows, capacity rows in their ``<=`` form, bills. Not responsible for checks
(`povlib.allocation.problem.problem_tables`) nor for any solver.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.bundled_funds import NO_LIMIT, BundledFunds
from povlib.allocation.problem.problem_tables import ProblemTables, bill_keys, exact_fraction
from povlib.allocation.problem.sparse_matrices import Sparse, csr
from povlib.allocation.problem.table_checks import LARGEST_SUM, key_places
from povlib.arrays import Ints
from povlib.errors import ProblemError
from povlib.vocabulary.resource_keys import FACILITY_PREFIX, share_key
from povlib.words import languages


def facility_openings(tables: ProblemTables) -> pd.DataFrame:
    """Return one row per facility and level, level 0 = closed: facility, level, package, hh."""
    levels = tables.facilities[["facility", "level"]].drop_duplicates()
    closed = levels[["facility"]].drop_duplicates().assign(level=0)
    openings = pd.concat([closed, levels], ignore_index=True)
    openings["level"] = openings["level"].astype(np.int64)
    openings = openings.sort_values(["facility", "level"], ignore_index=True)
    return openings.assign(
        hh=FACILITY_PREFIX + openings["facility"].astype(str),
        package=FACILITY_PREFIX + openings["facility"].astype(str) + ":" + openings["level"].astype(str),
    )


def use_matrix(tables: ProblemTables, package: pd.Index, rows: pd.DataFrame) -> Sparse:
    """Return what each package row uses of each capacity row, as given (not yet in <= form)."""
    row_index = pd.Index(rows["row"])
    uses = tables.uses
    additions = tables.facilities
    opened = FACILITY_PREFIX + additions["facility"].astype(str) + ":" + additions["level"].astype("Int64").astype(str)
    row_of_resource = row_index.get_indexer(pd.Index(tables.resources["resource"]))  # funds are no rows: -1
    package_at = np.concatenate([tables.place["uses.package"], package.get_indexer(pd.Index(opened))])
    row = np.concatenate(
        [row_of_resource[tables.place["uses.resource"]], row_index.get_indexer(pd.Index(additions["resource"]))]
    )
    amount = np.concatenate([uses["amount"].to_numpy(np.int64), -additions["added"].to_numpy(np.int64)])
    matrix = csr((amount, (package_at, row)), shape=(len(package), len(rows)), dtype=np.int64)
    matrix.sum_duplicates()
    return matrix


def capacity_rows(tables: ProblemTables) -> pd.DataFrame:
    """Return the capacity rows: every resource that is no fund paying bills."""
    paying = tables.funds
    resources = tables.resources[~tables.resources["resource"].isin(paying)]
    return resources.rename(columns={"resource": "row"})[
        ["row", "kind", "village", "sense", "unit", "capacity", "names"]
    ].reset_index(drop=True)


def bills_and_budgets(tables: ProblemTables, package: pd.Index) -> BundledFunds | None:
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
        ceiling = _ceiling_matrix(bills, bill_keys(tables, "payers"), tables.payers, funds)
    else:
        more = _opening_payers(tables)
        bills = bills.sort_values(["at", "measure"], ignore_index=True)
        payers = pd.concat([tables.payers, more], ignore_index=True)
        key = np.concatenate([bill_keys(tables, "payers"), -1 - package.get_indexer(pd.Index(more["package"]))])
        ceiling = _ceiling_matrix(bills, key, payers, funds)
    table = tables.resources.set_index("resource").loc[funds]
    budget = table["capacity"].to_numpy(np.int64)
    limit = pd.to_numeric(table["household_ceiling_fen"]).to_numpy(np.float64, na_value=np.nan)
    kept, child = _kept_shares(tables, bills, funds, budget)
    return BundledFunds(
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


def _opening_bills(tables: ProblemTables) -> pd.DataFrame:
    """Return the bill of opening each facility at each level; the facility stands as measure."""
    openings = tables.facilities.drop_duplicates(["facility", "level"])
    key = FACILITY_PREFIX + openings["facility"].astype(str)
    package = key + ":" + openings["level"].astype("Int64").astype(str)
    return pd.DataFrame({"package": package, "measure": key, "cost_fen": openings["opening_fen"]})


def _opening_payers(tables: ProblemTables) -> pd.DataFrame:
    """Return the funds that may pay each opening, each up to the whole bill."""
    bills = _opening_bills(tables)
    fund = tables.facilities.drop_duplicates(["facility", "level"])["fund"].astype(str).str.split("+")
    payers = bills.assign(fund=fund).explode("fund").rename(columns={"cost_fen": "ceiling_fen"})
    return payers[payers["fund"].isin(tables.resources["resource"])]


def _ceiling_matrix(bills: pd.DataFrame, key: Ints, payers: pd.DataFrame, funds: list[str]) -> Ints:
    """Return the most each fund may pay of each bill; key: package and measure of each payer."""
    at = pd.Index(bills["key"].to_numpy(np.int64)).get_indexer(pd.Index(key))
    fund = key_places(payers["fund"], pd.Index(np.array(funds, dtype=object)))
    ceilings = np.zeros((len(bills), len(funds)), dtype=np.int64)
    known = (at >= 0) & (fund >= 0)
    ceilings[at[known], fund[known]] = payers["ceiling_fen"].to_numpy(np.int64)[known]
    return ceilings


def _kept_shares(
    tables: ProblemTables, bills: pd.DataFrame, funds: list[str], budget: Ints
) -> tuple[npt.NDArray[np.bool_], Ints]:
    """Return which bills each fund keeps a share for (B, F), and its budget outside that share (F,)."""
    kept = np.ones((len(bills), len(funds)), dtype=bool)
    child = budget.copy()
    for fund, rule in tables.keeps.groupby("fund"):
        if fund in funds:
            f = funds.index(str(fund))
            share = exact_fraction(rule["share"].iloc[0])
            # rounded down, so that what is kept is never a fen less than the share
            child[f] = int(budget[f]) * (share.denominator - share.numerator) // share.denominator
            if child[f] < budget[f]:  # a share of nothing keeps nothing
                kept[:, f] = bills["measure"].isin(rule["measure"]).to_numpy()
    return kept, child


def share_rows(
    tables: ProblemTables, group: npt.NDArray[np.int64], use: Sparse, rows: pd.DataFrame, bills: BundledFunds | None
) -> tuple[pd.DataFrame, list[Ints]]:
    """Return share rows, multiplied out: at_least x (used by all) - (used by the group) <= 0.

    Always feasible, because nothing used keeps any share (`design.md` 4).
    """
    households = len(tables.households)
    of_household = group < households
    described, coefficients = [], []
    for rule in tables.shares.to_dict("records"):
        counted = np.where(of_household, _use_counted_by_share(str(rule["of"]), use, rows, bills, len(group)), 0)
        in_group = tables.households[str(rule["group"])].to_numpy(bool)
        counted_inside = np.zeros(len(group), dtype=bool)
        counted_inside[of_household] = in_group[group[of_household]]
        share = exact_fraction(rule["at_least"])
        coefficients.append(_share_coefficients(str(rule["share"]), counted, counted_inside, share))
        described.append(
            {"row": share_key(str(rule["share"])), "kind": "share", "village": None, "sense": "<=", "unit": "",
             "capacity": 0, "names": rule.get("names")}
        )  # fmt: skip
    return pd.DataFrame(described, columns=list(rows.columns)), coefficients


def _share_coefficients(name: str, counted: Ints, inside: npt.NDArray[np.bool_], share: Fraction) -> Ints:
    """Return the row of a share in the smallest whole numbers.

    In Python integers up to there where int64 might not do: a share of 1/3 as a float has sixteen decimals.

    Raises
    ------
    ProblemError
        If even the smallest whole numbers are too large to be added up.
    """
    fits = float(counted.max(initial=0)) * share.denominator < LARGEST_SUM
    exact = counted if fits else counted.astype(object)
    row = exact * share.numerator - np.where(inside, exact, 0) * share.denominator
    row = row // (int(np.gcd.reduce(np.abs(row))) or 1)
    if float(np.abs(row).astype(np.float64).sum()) > LARGEST_SUM:
        raise ProblemError(
            "the share {name} has more decimals than can be counted exactly with these amounts", where="shares",
            remedy="write it with fewer decimals", name=name,
        )  # fmt: skip
    return np.asarray(row, dtype=np.int64)


def _use_counted_by_share(of: str, use: Sparse, rows: pd.DataFrame, bills: BundledFunds | None, packages: int) -> Ints:
    """Return what each package row uses of what a share speaks of: money, a kind of resource, or one resource."""
    if of == "money":
        return bills.total if bills is not None else np.zeros(packages, dtype=np.int64)
    chosen = ((rows["kind"] == of) | (rows["row"] == of)) & (rows["sense"] == "<=")
    return np.asarray(use[:, np.flatnonzero(chosen)].sum(axis=1)).astype(np.int64).ravel()


def names_or_key(value: Any, key: str) -> dict[str, str]:
    """Return names in every language, the key where none is given."""
    given = value if isinstance(value, dict) else {}
    return {lang: str(given.get(lang) or key) for lang in languages()}
