"""Bills: what a package costs by measure, which funds may pay how much, and whether they can at all.

Responsible for bills, payers and the test that all funds together can pay a package within every
ceiling (Gale's condition with the empty set, without which unpayable plans would pass). Not
responsible for sharing the funds' money out (`povlib.allocation`).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from povlib.arrays import Bools
from povlib.params import Catalogue
from povlib.support.bundling_matrix import BundlingMatrix
from povlib.support.eligibility import RegisterFacts
from povlib.support.months_of_start import funds_that_may_pay, households_paid_for
from povlib.support.single_awards import AwardOption


def bills_of_packages(parts: pd.DataFrame, options: tuple[AwardOption, ...]) -> pd.DataFrame:
    """Return the bills of packages: package, measure, cost_fen, awards; one row a package and measure that costs.

    Parameters
    ----------
    parts : DataFrame
        Components with ``package``, ``option``, ``cost_fen``.
    options : tuple of AwardOption
    """
    measure = np.array([option.measure.key for option in options], dtype=object)
    rows = pd.DataFrame(
        {
            "package": parts["package"].to_numpy(),
            "measure": measure[parts["option"].to_numpy()] if len(parts) else [],
            "cost_fen": parts["cost_fen"].to_numpy(),
        }
    )
    bills = rows.groupby(["package", "measure"], sort=True)["cost_fen"].agg(["sum", "size"]).reset_index()
    bills = bills.rename(columns={"sum": "cost_fen", "size": "awards"}).astype({"measure": "str"})
    return bills.loc[bills["cost_fen"] > 0].reset_index(drop=True)


def payers_of_bills(
    parts: pd.DataFrame,
    bills: pd.DataFrame,
    options: tuple[AwardOption, ...],
    capacity: dict[str, int],
    register: RegisterFacts,
) -> pd.DataFrame:
    """Return which fund may pay how much of each bill: package, measure, fund, ceiling_fen.

    A fund may pay a bill only when it may pay every award in it (its window holds every start) and the household
    is one that it pays for (`register`: by the ``row`` of the components). The ceiling is the smallest of the
    payer's ceiling, the fund's ceiling a household, the money left in the fund, and the bill.
    """
    table, pays = _payers_by_option(options, register, capacity)
    rows = parts[["package", "option", "row"]].merge(table, on="option")
    rows = pd.DataFrame(rows[pays[rows["payer"].to_numpy(), rows["row"].to_numpy()]])
    grouped = rows.groupby(["package", "measure", "fund"], sort=True)["ceiling_fen"].agg(["min", "size"]).reset_index()
    grouped = grouped.rename(columns={"min": "ceiling_fen", "size": "paid"})
    payers = grouped.merge(bills, on=["package", "measure"])
    payers = payers.loc[payers["paid"] == payers["awards"]]
    payers["ceiling_fen"] = np.minimum(payers["ceiling_fen"], payers["cost_fen"]).astype(np.int64)
    payers = payers.loc[payers["ceiling_fen"] > 0, ["package", "measure", "fund", "ceiling_fen"]]
    return payers.sort_values(["package", "measure", "fund"], kind="stable").reset_index(drop=True)


def _payers_by_option(
    options: tuple[AwardOption, ...], register: RegisterFacts, capacity: dict[str, int]
) -> tuple[pd.DataFrame, Bools]:
    """Return what each fund may pay of each option (with ``payer``, its number), and payers x households: for whom.

    Funds of areas without a household here are left out.
    """
    catalogue, village_rows = register.catalogue, register.village_rows
    near = {fund for fund in catalogue.funds if village_rows.reaches(catalogue.villages_of_fund(fund))}
    number_by_payer: dict[tuple[str, str], int] = {}
    pays: list[Bools] = []
    rows = []
    for number, option in enumerate(options):
        for payer in funds_that_may_pay(option.measure, option.start, catalogue):
            if payer.fund not in near:
                continue
            fund = catalogue.funds[payer.fund]
            key = (option.measure.key, fund.key)
            if key not in number_by_payer:
                number_by_payer[key] = len(pays)
                pays.append(households_paid_for(payer, register.households, village_rows, catalogue))
            limits = [payer.ceiling_fen, fund.household_ceiling_fen, capacity.get(fund.key, 0)]
            ceiling = min(limit for limit in limits if limit is not None)
            rows.append((number, *key, number_by_payer[key], ceiling))
    frame = pd.DataFrame(rows, columns=["option", "measure", "fund", "payer", "ceiling_fen"])
    types = {"option": "int64", "measure": "str", "fund": "str", "payer": "int64", "ceiling_fen": "int64"}
    return frame.astype(types), np.array(pays, dtype=bool).reshape(len(pays), len(register.households))


def payable_packages(
    bills: pd.DataFrame, payers: pd.DataFrame, catalogue: Catalogue, capacity: dict[str, int]
) -> pd.Series:
    """Return for every package with a bill whether all funds together can pay it within every ceiling.

    Notes
    -----
    By Gale's condition (Gale 1957) the bills of one household can be paid exactly when for every set S
    of its bills  sum_{m in S} c_m <= sum_f min(H_f, sum_{m in S} u_mf),  H_f the fund's ceiling a
    household (and what is left in it) and u_mf the ceiling of the fund for the measure.

    Examples
    --------
    >>> from povlib import params, places
    >>> bills = pd.DataFrame({"package": [1, 2], "measure": "loan", "cost_fen": [500, 900], "awards": 1})
    >>> payers = pd.DataFrame({"package": [1, 2], "measure": "loan", "fund": "a", "ceiling_fen": [500, 600]})
    >>> payable_packages(bills, payers, params.load(places.DATA / "sample" / "params"), {"a": 10_000}).to_dict()
    {1: True, 2: False}
    """
    packages = np.unique(bills["package"].to_numpy())
    funds = sorted(payers["fund"].unique())
    slot = bills.groupby("package").cumcount().to_numpy()
    row = np.searchsorted(packages, bills["package"].to_numpy())
    width = int(slot.max()) + 1 if len(slot) else 0
    cost = np.zeros((len(packages), width), dtype=np.int64)
    cost[row, slot] = bills["cost_fen"].to_numpy()
    ceiling = np.zeros((len(packages), width, len(funds)), dtype=np.int64)
    at = payers.merge(bills.assign(row=row, slot=slot), on=["package", "measure"])
    ceiling[at["row"], at["slot"], np.searchsorted(funds, at["fund"])] = at["ceiling_fen"]
    limit = np.array([_household_limit(fund, catalogue, capacity) for fund in funds], dtype=np.int64)
    ok = np.ones(len(packages), dtype=bool)
    for subset in range(1, 1 << width):
        chosen = [i for i in range(width) if subset >> i & 1]
        pay = np.minimum(ceiling[:, chosen, :].sum(axis=1), limit).sum(axis=1)
        ok &= cost[:, chosen].sum(axis=1) <= pay
    return pd.Series(ok, index=pd.Index(packages, name="package"))


def _household_limit(fund: str, catalogue: Catalogue, capacity: dict[str, int]) -> int:
    record = catalogue.funds.get(fund)
    limits = [capacity.get(fund, 0), record.household_ceiling_fen if record is not None else None]
    return min(limit for limit in limits if limit is not None)


def components_within_caps(parts: pd.DataFrame, options: tuple[AwardOption, ...], matrix: BundlingMatrix) -> Bools:
    """Return which components belong to packages that keep every cap on a pair of measures."""
    measures = {option.measure.key: option.measure for option in options}
    caps = [
        (a, b, pair.cap_fen or 0)
        for i, a in enumerate(sorted(measures))
        for b in sorted(measures)[i + 1 :]
        if (pair := matrix.cap(measures[a], measures[b])) is not None
    ]
    ok = np.ones(len(parts), dtype=bool)
    if not caps:
        return ok
    key = np.array([option.measure.key for option in options], dtype=object)[parts["option"].to_numpy()]
    cost = parts["cost_fen"].to_numpy()
    for a, b, cap in caps:
        of_a, of_b = key == a, key == b
        sums = parts.assign(a=of_a, b=of_b, both=np.where(of_a | of_b, cost, 0)).groupby("package")
        over = sums["a"].transform("any") & sums["b"].transform("any") & (sums["both"].transform("sum") > cap)
        ok &= ~over.to_numpy(dtype=bool)
    return ok
