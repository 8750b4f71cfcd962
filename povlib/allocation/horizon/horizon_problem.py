"""The allocation problem of a horizon: one package and its period for each household, and money by tranche.

Responsible for joining a `Problem`, whose funds are each fund in each period, with the calendar that says which tranche
pays in which. Not responsible for solving it (`horizon_search`) nor for proofs (`horizon_bound`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from povlib.allocation.horizon.money_calendar import MoneyCalendar, row_and_period
from povlib.allocation.horizon.period_tables import LEVELS, PeriodTables, joined_tables
from povlib.allocation.problem.allocation_problem import ObjectiveColumns, Problem
from povlib.allocation.problem.bundled_funds import BundledFunds
from povlib.arrays import Ints
from povlib.vocabulary.resource_keys import FACILITY_PREFIX


@dataclass(frozen=True, eq=False)
class HorizonProblem:
    """A problem over several periods.

    Attributes
    ----------
    problem : Problem
        Groups, packages and rows of the whole horizon. The budget of a fund in a period is the most that could be paid
        then; the calendar says what can be paid over all periods together.
    calendar : MoneyCalendar
    """

    problem: Problem
    calendar: MoneyCalendar

    @property
    def periods(self) -> int:
        """Number of periods."""
        return self.calendar.periods

    @cached_property
    def period(self) -> Ints:
        """Period (from 0) in which each package row starts; nothing new and what stays shut: -1."""
        problem = self.problem
        found = np.full(len(problem.package), -1, dtype=np.int64)
        for at, key in enumerate(problem.package.tolist()):
            text = str(key)
            if text.startswith(FACILITY_PREFIX):
                found[at] = int(text.rpartition(":")[2]) // LEVELS - 1
            else:
                found[at] = int(text.rpartition("@")[2])
        base = problem.base[problem.base >= 0]
        found[base] = -1
        return found

    @cached_property
    def fund_and_period(self) -> list[tuple[str, int]]:
        """Fund and period of each fund of the problem's money."""
        money = self.problem.money
        return [] if money is None else [row_and_period(key) for key in money.funds]

    def tranches_of(self, f: int) -> Ints:
        """Return the rows of the calendar that may pay what fund `f` of the problem pays, first to lapse in front."""
        fund, period = self.fund_and_period[f]
        mine = (self.calendar.table["fund"] == fund).to_numpy() & self.calendar.usable[:, period]
        return np.flatnonzero(mine)

    def with_calendar(self, calendar: MoneyCalendar) -> HorizonProblem:
        """Return the same problem with other money: another future."""
        return HorizonProblem(_with_budgets(self.problem, calendar), calendar)

    def with_pins(self, pins: pd.DataFrame) -> HorizonProblem:
        """Return the same problem with other pins (hh, package, pin): what is committed or decided."""
        return HorizonProblem(_with_budgets(self.problem.with_pins(pins), self.calendar), self.calendar)

    @classmethod
    def from_periods(
        cls,
        periods: Sequence[PeriodTables],
        households: pd.DataFrame,
        calendar: MoneyCalendar,
        *,
        shares: pd.DataFrame | None = None,
        pins: pd.DataFrame | None = None,
        objective: ObjectiveColumns = "value",
    ) -> HorizonProblem:
        """Build the problem from what each period offers.

        Parameters
        ----------
        periods : sequence of PeriodTables
        households, shares, objective
            As `Problem.from_tables` takes them; shares are of the whole horizon.
        calendar : MoneyCalendar
        pins : DataFrame, optional
            hh, package, pin; packages are named with their period, ``"17@0"``.

        Raises
        ------
        ProblemError
            With every fault of every table.
        """
        tables = joined_tables(periods, calendar)
        problem = Problem.from_tables(households=households, shares=shares, pins=pins, objective=objective, **tables)
        return cls(_with_budgets(problem, calendar), calendar)


def _with_budgets(problem: Problem, calendar: MoneyCalendar) -> Problem:
    """Return the problem with the most that each fund could pay in each period as its budget."""
    if problem.money is None:
        return problem
    most = [calendar.at_most(*row_and_period(fund)) for fund in problem.money.funds]
    budget, child = (np.array(column, dtype=np.int64) for column in zip(*most, strict=True))
    return replace(problem, money=replace(problem.money, budget=budget, child=child))


def money_of_period(
    money: BundledFunds, fund_period: Sequence[tuple[str, int]], period: int
) -> tuple[BundledFunds, Ints]:
    """Return the bills of one period with its funds alone, and the package rows they belong to.

    Bills of one period are paid from the funds of that period only, so that rows of sets of funds need no other.
    """
    funds = np.array([f for f, (_, t) in enumerate(fund_period) if t == period], dtype=np.int64)
    bills = np.flatnonzero(money.ceiling[:, funds].any(axis=1))
    rows, local = np.unique(money.package[bills], return_inverse=True)
    own = int(np.searchsorted(rows, money.own))
    part = BundledFunds(
        funds=tuple(money.funds[f] for f in funds),
        budget=money.budget[funds],
        child=money.child[funds],
        household_ceiling=money.household_ceiling[funds],
        package=local.astype(np.int64),
        measure=money.measure[bills],
        cost=money.cost[bills],
        ceiling=money.ceiling[np.ix_(bills, funds)],
        kept=money.kept[np.ix_(bills, funds)],
        packages=len(rows),
        own=own,
    )
    return part, rows
