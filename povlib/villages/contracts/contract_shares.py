"""How a year's demand is shared among the households that raise: by household and month, in whole units.

An integer program in PuLP with three aims, each kept while the next is followed: as much delivered as is asked for, as
little start-up money as that takes, and the heaviest used household used as lightly as possible. A newcomer is only
taken in for at least what earns the start-up back at the price floor.

Responsible for the shares. Not responsible for what was delivered (`fulfilment`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pandas as pd
import pulp

from povlib.errors import DataError, Fault
from povlib.linear_programs import is_solved


@dataclass(frozen=True)
class RaisingTerms:
    """What raising one unit costs and earns; money in fen.

    Parameters
    ----------
    floor_fen : int
        Price floor of one unit delivered.
    cost_fen : int
        Feed and young stock of one unit raised, whether it lives or not.
    startup_fen : int
        What a household pays once that has not raised yet: pen and tools.
    mortality : float
        Share of the units raised that die.
    """

    floor_fen: int
    cost_fen: int
    startup_fen: int
    mortality: float

    def deliverable(self, capacity: float) -> int:
        """Return whole units that a household delivers which raises `capacity`.

        Examples
        --------
        >>> RaisingTerms(3000, 1200, 0, 0.15).deliverable(100)
        85
        """
        # through text: 0.15 means fifteen in a hundred, not its nearest binary number
        return floor(Fraction(str(capacity)) * self._living)

    def raised(self, delivered: int) -> int:
        """Return how many a household must raise to deliver so many.

        Examples
        --------
        >>> RaisingTerms(3000, 1200, 0, 0.15).raised(85)
        100
        """
        return ceil(delivered / self._living) if delivered else 0

    def net_fen(self, delivered: int, *, newcomer: bool) -> int:
        """Return a year's net income at the price floor."""
        start = self.startup_fen if newcomer and delivered else 0
        return delivered * self.floor_fen - self.raised(delivered) * self.cost_fen - start

    def least_of_newcomer(self, most: int) -> int | None:
        """Return the fewest units at which a newcomer loses nothing at the price floor; None where `most` is too few.

        Examples
        --------
        >>> RaisingTerms(3000, 1200, 40000, 0.15).least_of_newcomer(100)
        26
        """
        # the step of `raised` makes the net income go down now and then: the last loss counts, not the first gain
        losing = [n for n in range(1, most + 1) if self.net_fen(n, newcomer=True) < 0]
        least = (losing[-1] if losing else 0) + 1
        return least if least <= most else None

    @property
    def _living(self) -> Fraction:
        return 1 - Fraction(str(self.mortality))


@dataclass(frozen=True)
class SharePlan:
    """Who delivers how much in which month.

    Attributes
    ----------
    shares : DataFrame
        hh, month, quantity: whole units above 0.
    households : DataFrame
        hh, quantity, raised, capacity, use (share of what the household can deliver), newcomer, net_fen (at the floor).
    lacking : DataFrame
        month, asked, quantity, lacking.
    """

    shares: pd.DataFrame
    households: pd.DataFrame
    lacking: pd.DataFrame

    @property
    def missing(self) -> int:
        """Units a year that nobody can deliver."""
        return int(self.lacking["lacking"].sum())


def contract_shares(demand: Mapping[int, int], raisers: pd.DataFrame, terms: RaisingTerms) -> SharePlan:
    """Return the shares of a contract by household and month.

    Parameters
    ----------
    demand : mapping
        Month (ordinal) -> whole units asked for.
    raisers : DataFrame
        hh, capacity (units raised in the contract's time), months (tuple of ordinals; empty: any), newcomer (bool).
    terms : RaisingTerms

    Raises
    ------
    DataError
        With every fault of the inputs: a capacity or demand below zero, a household twice, terms that are none.

    Examples
    --------
    >>> raisers = pd.DataFrame({"hh": ["a", "b"], "capacity": [100, 100], "months": [(), (2,)], "newcomer": False})
    >>> plan = contract_shares({1: 60, 2: 60}, raisers, RaisingTerms(3000, 1200, 0, 0.15))
    >>> plan.shares.values.tolist(), plan.missing
    ([['a', 1, 60], ['b', 2, 60]], 0)
    """
    _refuse_inputs(demand, raisers, terms)
    rows = raisers.sort_values("hh").reset_index(drop=True)
    most = [terms.deliverable(value) for value in rows["capacity"]]
    least = [terms.least_of_newcomer(top) if new else 1
             for top, new in zip(most, rows["newcomer"], strict=True)]  # fmt: skip
    # a household that loses on every unit is not asked, whether it raises already or not
    open_ = [i for i in range(len(rows)) if most[i] and least[i] and terms.net_fen(most[i], newcomer=False) >= 0]
    x = _solved_shares(demand, rows, {i: (int(least[i] or 1), most[i]) for i in open_}, terms)
    return _described(demand, rows, most, x, terms)


def _refuse_inputs(demand: Mapping[int, int], raisers: pd.DataFrame, terms: RaisingTerms) -> None:
    faults = []
    for month, units in demand.items():
        if units < 0 or units != int(units):
            faults.append(Fault("{n} units are asked for in one month", values={"n": f"{units:g}", "month": month},
                                allowed="whole units, none or more"))  # fmt: skip
    for hh in raisers.loc[raisers["hh"].duplicated(), "hh"].unique():
        faults.append(Fault("household {hh} stands in the list of raisers twice", values={"hh": hh}))
    bad = raisers[~(raisers["capacity"].astype("float64") >= 0)]
    faults += [Fault("the capacity of household {hh} is not known", values={"hh": hh}) for hh in bad["hh"]]
    if not 0 <= terms.mortality < 1:
        faults.append(Fault("a mortality of {share} leaves nothing", values={"share": f"{terms.mortality:g}"},
                            allowed="0 to below 1"))  # fmt: skip
    if min(terms.floor_fen, terms.cost_fen, terms.startup_fen) < 0:
        faults.append(Fault("a price or cost is below zero"))
    if faults:
        raise DataError(faults)


def _solved_shares(
    demand: Mapping[int, int], rows: pd.DataFrame, bounds: Mapping[int, tuple[int, int]], terms: RaisingTerms
) -> dict[tuple[int, int], int]:
    """Return units by row of the raisers and month."""
    program = pulp.LpProblem("shares", pulp.LpMinimize)
    x: dict[tuple[int, int], Any] = {}
    starts = []
    use = program.add_variable("use", 0, 1)
    for i, (least, most) in bounds.items():
        months = rows["months"].iloc[i] or tuple(demand)
        own = []
        for month in sorted(set(months) & {m for m, units in demand.items() if units > 0}):
            x[i, month] = program.add_variable(f"x_{i}_{month}", 0, min(most, demand[month]), cat=pulp.LpInteger)
            own.append(x[i, month])
        if not own:
            continue
        taken = pulp.lpSum(own)
        program += taken <= most * use
        if bool(rows["newcomer"].iloc[i]):
            y = program.add_variable(f"y_{i}", 0, 1, cat=pulp.LpInteger)
            program += taken <= most * y
            program += taken >= least * y
            starts.append(y)
    for month, units in demand.items():
        program += pulp.lpSum(v for (_, m), v in x.items() if m == month) <= units
    if not x:
        return {}
    delivered = pulp.lpSum(x.values())
    for aim in (-delivered, pulp.lpSum(starts), use):
        program.setObjective(aim + 0)
        if not is_solved(program):  # pragma: no cover - delivering nothing is always allowed
            raise DataError("no shares of the contract were found")
        if aim is not use:
            program += aim <= round(pulp.value(aim) or 0)
    return {key: round(variable.value() or 0) for key, variable in x.items() if round(variable.value() or 0)}


def _described(
    demand: Mapping[int, int], rows: pd.DataFrame, most: list[int], x: Mapping[tuple[int, int], int],
    terms: RaisingTerms,
) -> SharePlan:  # fmt: skip
    shares = pd.DataFrame(
        [(rows["hh"].iloc[i], month, units) for (i, month), units in sorted(x.items())],
        columns=["hh", "month", "quantity"],
    ).astype({"hh": "str", "month": "int64", "quantity": "int64"})
    total = shares.groupby("hh")["quantity"].sum()
    households = rows[["hh", "capacity", "newcomer"]].copy()
    households["quantity"] = households["hh"].map(total).fillna(0).astype("int64")
    households["raised"] = [terms.raised(n) for n in households["quantity"]]
    households["use"] = [n / top if top else 0.0 for n, top in zip(households["quantity"], most, strict=True)]
    households["net_fen"] = [
        terms.net_fen(n, newcomer=bool(new))
        for n, new in households[["quantity", "newcomer"]].itertuples(index=False, name=None)
    ]
    by_month = shares.groupby("month")["quantity"].sum()
    lacking = pd.DataFrame({"month": sorted(demand)})
    lacking["asked"] = [int(demand[m]) for m in lacking["month"]]
    lacking["quantity"] = lacking["month"].map(by_month).fillna(0).astype("int64")
    lacking["lacking"] = lacking["asked"] - lacking["quantity"]
    order = ["hh", "quantity", "raised", "capacity", "use", "newcomer", "net_fen"]
    return SharePlan(shares, households[order], lacking)
