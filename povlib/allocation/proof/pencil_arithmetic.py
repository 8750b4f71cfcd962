"""The pencil line: one household's arithmetic at the posted prices, from the raw tables.

Responsible for value less bills at the posted fund prices (cheapest fund first up to each
ceiling), less price x posts, places and weeks, item by item, in plain Python integers: what a
family can check by hand, whose sums over all packages are in `proof`. Shares no coefficient with the solving code.
Not responsible for words (`povlib.allocation.questions.explanation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.integer_flow import FlowNetwork
from povlib.allocation.problem.problem_tables import ProblemTables, exact_fraction
from povlib.allocation.problem.table_checks import LARGEST_SUM
from povlib.allocation.proof.certificate import STAGE_PREFIX, UNITS_PER_MICRO
from povlib.arrays import Ints
from povlib.vocabulary.resource_keys import (
    FACILITY_PREFIX,
    outside_kept_share,
    share_key,
)


@dataclass(frozen=True)
class PencilItem:
    """One entry of a line: `amount` units of `what` at `price` each, in 1e-12 person."""

    what: str
    measure: str
    amount: int
    price: int

    @property
    def cost(self) -> int:
        """Price x amount."""
        return self.amount * self.price


class PencilArithmetic:
    """Arithmetic of single packages, by key, from a problem's tables."""

    def __init__(self, problem: Problem, only: Ints | None = None) -> None:
        """Read the tables; `only` some packages, by their rows, where not all are needed (and the facilities)."""
        assert problem.tables is not None
        self.problem, self.tables, self.only = problem, problem.tables, only
        if only is not None:
            self.tables = tables_of_packages(problem.tables, only)

    @cached_property
    def _household_of(self) -> dict[str, str]:
        """Household of each package."""
        return dict(zip(self.tables.packages["package"], self.tables.packages["hh"], strict=True))

    @cached_property
    def _bills_by_package(self) -> dict[str, dict[tuple[str, str], int]]:
        """Bills above nothing: package -> (household, measure) -> fen."""
        bills: dict[str, dict[tuple[str, str], int]] = {}
        for package, measure, fen in self.tables.bills[["package", "measure", "cost_fen"]].itertuples(index=False):
            if fen:
                bills.setdefault(package, {})[self._household_of[package], measure] = int(fen)
        for row in self._facility_levels:
            key = FACILITY_PREFIX + str(row["facility"])
            if row["opening_fen"]:
                bills[f"{key}:{int(row['level'])}"] = {(key, key): int(row["opening_fen"])}
        return bills

    @cached_property
    def _facility_levels(self) -> list[dict[str, Any]]:
        """Each level of each facility, once."""
        return list(self.tables.facilities.drop_duplicates(["facility", "level"]).to_dict("records"))  # type: ignore[arg-type]

    @cached_property
    def _ceilings_by_package(self) -> dict[str, dict[tuple[str, str, str], int]]:
        """Most each fund may pay: package -> (household, measure, fund) -> fen."""
        ceilings: dict[str, dict[tuple[str, str, str], int]] = {}
        payers = self.tables.payers[["package", "measure", "fund", "ceiling_fen"]]
        for package, measure, fund, fen in payers.itertuples(index=False):
            ceilings.setdefault(package, {})[self._household_of[package], measure, fund] = int(fen)
        for row in self._facility_levels:
            key = FACILITY_PREFIX + str(row["facility"])
            paying = {(key, key, fund): int(row["opening_fen"]) for fund in str(row["fund"]).split("+")}
            ceilings[f"{key}:{int(row['level'])}"] = paying
        return ceilings

    @cached_property
    def _uses_by_package(self) -> dict[str, dict[str, int]]:
        """Use of each row in its <= form: resources, facilities' additions, shares, stages."""
        sign = {
            r: 1 if s == "<=" else -1
            for r, s in zip(self.tables.resources["resource"], self.tables.resources["sense"], strict=True)
        }
        uses: dict[str, dict[str, int]] = {}
        for package, resource, amount in self.tables.uses[["package", "resource", "amount"]].itertuples(index=False):
            _add_amount(uses.setdefault(package, {}), resource, sign[resource] * int(amount))
        for row in self.tables.facilities.to_dict("records"):
            key = f"{FACILITY_PREFIX}{row['facility']}:{int(row['level'])}"
            _add_amount(uses.setdefault(key, {}), row["resource"], -sign[row["resource"]] * int(row["added"]))
        for name, coefficients in self._rows_over_all_packages:
            own = self._rows_told[self._rows_told < len(coefficients)]
            for row in own[coefficients[own] != 0].tolist():
                _add_amount(uses.setdefault(self.problem.package[row], {}), name, int(coefficients[row]))
        return uses

    @cached_property
    def _rows_told(self) -> Ints:
        """Rows of the packages that are told of, and of every facility."""
        assert self.problem.tables is not None
        rows, packages = np.arange(len(self.problem.package)), len(self.problem.tables.packages)
        return rows if self.only is None else np.union1d(self.only, rows[packages:])

    @cached_property
    def _rows_over_all_packages(self) -> list[tuple[str, Ints]]:
        """Rows that every package has a part in: shares, and what earlier stages reached."""
        assert self.problem.tables is not None
        shares = [(share_key(name), row) for name, row in share_coefficients(self.problem.tables).items()]
        return [*shares, *((STAGE_PREFIX + name, -stage) for name, stage in self.problem.stages)]

    @cached_property
    def _kept_measures(self) -> dict[str, set[str]]:
        """Measures that each fund keeps a share for."""
        return {str(fund): set(rule["measure"]) for fund, rule in self.tables.keeps.groupby("fund")}

    def in_kept_class(self, measure: str, fund: str) -> bool:
        """Say whether the measure is in the class that the fund keeps a share for (or it keeps none)."""
        return fund not in self._kept_measures or measure in self._kept_measures[fund]

    def bills_due(self, package: str) -> dict[tuple[str, str], int]:
        """Bills of a package: (household, measure) -> fen."""
        return self._bills_by_package.get(package, {})

    def payer_ceilings(self, package: str) -> dict[tuple[str, str, str], int]:
        """Most that a fund may pay of each bill: (household, measure, fund) -> fen."""
        return self._ceilings_by_package.get(package, {})

    @cached_property
    def _budgets_by_fund(self) -> dict[str, tuple[int, int, int | None]]:
        """Fund -> (amount, at most outside the kept share, ceiling per household or None), in fen."""
        budgets = {}
        funds = set(self.problem.tables.funds) if self.problem.tables is not None else set()
        for row in self.tables.resources.to_dict("records"):
            if row["resource"] in funds:
                budget, limit = int(row["capacity"]), row["household_ceiling_fen"]
                rule = self.tables.keeps[self.tables.keeps["fund"] == row["resource"]]
                share = exact_fraction(rule["share"].iloc[0]) if len(rule) else Fraction(0)
                budgets[str(row["resource"])] = (
                    budget,
                    int(budget * (1 - share)),
                    None if pd.isna(limit) else int(limit),
                )
        return budgets

    def fund_budgets(self) -> dict[str, tuple[int, int, int | None]]:
        """Fund -> (amount, at most outside the kept share, ceiling per household or None), in fen."""
        return self._budgets_by_fund

    def facility_levels(self, rows: np.ndarray[Any, Any]) -> dict[str, int]:
        """Facility -> level chosen."""
        keys = [
            str(key)[len(FACILITY_PREFIX) :].rsplit(":", 1)
            for key in self.problem.package[rows[self.problem.households :]]
        ]
        return {facility: int(level) for facility, level in keys}

    def price_items(self, package: str, prices: Mapping[str, int]) -> list[PencilItem] | None:
        """Return what is subtracted from a package's value; None when nobody may pay its bills."""
        paid = self._cheapest_items(package, prices)
        if paid is None:
            return None
        used = sorted(self._uses_by_package.get(package, {}).items())
        return paid + [PencilItem(row, "", amount, prices[row]) for row, amount in used if amount and prices.get(row)]

    def _cheapest_items(self, package: str, prices: Mapping[str, int]) -> list[PencilItem] | None:
        """Return payments of each bill by the cheapest funds; None where the ceilings leave a part unpaid."""
        ceilings = self.payer_ceilings(package)
        items: list[PencilItem] = []
        for (hh, measure), due in self.bills_due(package).items():
            funds = sorted((self.unit_price(m, f, prices), f) for h, m, f in ceilings if (h, m) == (hh, measure))
            left = due
            for price, fund in funds:
                amount = min(left, ceilings[hh, measure, fund])
                left -= amount
                if amount:
                    items.append(PencilItem(fund, measure, amount, price))
            if left:
                return None
        home = package in self._household_of  # a facility has no ceiling per household
        return items if not home or self._within_household_ceilings(items) else self._items_by_flow(package, prices)

    def unit_price(self, measure: str, fund: str, prices: Mapping[str, int]) -> int:
        """Return the posted price of one fen of a fund for a measure; outside the kept share costs more."""
        return prices.get(fund, 0) + (
            0 if self.in_kept_class(measure, fund) else prices.get(outside_kept_share(fund), 0)
        )

    def _within_household_ceilings(self, items: list[PencilItem]) -> bool:
        """Return whether the items ask of no fund more than it may pay one household."""
        total: dict[str, int] = {}
        for item in items:
            _add_amount(total, item.what, item.amount)
        limits = {fund: limit for fund, (_, _, limit) in self._budgets_by_fund.items() if limit is not None}
        return all(amount <= limits.get(fund, amount) for fund, amount in total.items())

    def _items_by_flow(self, package: str, prices: Mapping[str, int]) -> list[PencilItem] | None:
        """Pay bills by a cheapest flow where a ceiling per household binds; None when they cannot be paid."""
        due, ceilings, funds = self.bills_due(package), self.payer_ceilings(package), sorted(self._budgets_by_fund)
        net = FlowNetwork(2 + len(funds) + len(due))
        for node, fund in enumerate(funds, 2):
            limit = self._budgets_by_fund[fund][2]
            net.add_arc(node, FlowNetwork.SINK, sum(due.values()) if limit is None else limit)
        arcs = []
        for node, ((hh, measure), fen) in enumerate(due.items(), 2 + len(funds)):
            net.add_arc(FlowNetwork.SOURCE, node, fen)
            for (h, m, fund), ceiling in ceilings.items():
                if (h, m) == (hh, measure):
                    price = self.unit_price(m, fund, prices)
                    arcs.append((net.add_arc(node, 2 + funds.index(fund), ceiling, price), fund, m, price))
        if net.push_cheapest_flow()[0] < sum(due.values()):
            return None
        return [
            PencilItem(fund, m, net.flow_through(arc), price) for arc, fund, m, price in arcs if net.flow_through(arc)
        ]

    def net_value(self, package: str, value_micro: int, prices: Mapping[str, int]) -> int | None:
        """Value less everything, in 1e-12 person; None when nobody may pay the package."""
        items = self.price_items(package, prices)
        return None if items is None else value_micro * UNITS_PER_MICRO - sum(item.cost for item in items)


def tables_of_packages(tables: ProblemTables, rows: Ints) -> ProblemTables:
    """Return the tables with some packages only; rows of no household (facilities) are passed over."""
    chosen = np.zeros(len(tables.packages), dtype=bool)
    chosen[rows[rows < len(chosen)]] = True
    at = tables.place
    return replace(
        tables,
        packages=tables.packages[chosen],
        uses=tables.uses[chosen[at["uses.package"]]],
        bills=tables.bills[chosen[at["bills.package"]]],
        payers=tables.payers[chosen[at["payers.package"]]],
        place={},
    )


def share_coefficients(tables: ProblemTables) -> dict[str, Ints]:
    """Return each share's coefficient of every package, in the smallest whole numbers.

    A share asks at_least x (used by all) <= (used by the group): a package of the group adds
    numerator - denominator for each unit it uses, any other package numerator.
    """
    home, count = tables.place["packages.hh"], len(tables.packages)
    coefficients = {}
    for rule in tables.shares.to_dict("records"):
        share, of = exact_fraction(rule["at_least"]), str(rule["of"])
        in_group = tables.households[rule["group"]].astype(bool).to_numpy()
        amount = np.zeros(count, dtype=np.int64)
        if of == "money":
            np.add.at(amount, tables.place["bills.package"], tables.bills["cost_fen"].to_numpy(np.int64))
        else:
            resources = tables.resources
            counted = ((resources["kind"] == of) | (resources["resource"] == of)) & (resources["sense"] == "<=")
            own = counted.to_numpy()[tables.place["uses.resource"]]
            np.add.at(amount, tables.place["uses.package"][own], tables.uses["amount"].to_numpy(np.int64)[own])
        # Python integers: a share of many decimals times fen may not fit int64 before the common divisor is taken out
        if float(amount.max(initial=0)) * share.denominator > LARGEST_SUM:
            amount = amount.astype(object)
        row = amount * (share.numerator - share.denominator * in_group[home].astype(amount.dtype))
        coefficients[str(rule["share"])] = (row // (int(np.gcd.reduce(np.abs(row))) or 1)).astype(np.int64)
    return coefficients


def _add_amount(total: dict[str, int], key: str, amount: int) -> None:
    """Add an amount under a key."""
    total[key] = total.get(key, 0) + amount
