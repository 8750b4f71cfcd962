"""The arithmetic of all packages at once, from the raw tables, in exact integers.

Responsible for the lines of every household's packages at posted prices, and for the bound they
prove: the same sums as `povlib.allocation.proof.pencil_arithmetic`, package by package, but over whole columns, so
that a county is verified in a second. Shares no coefficient with the solving code. Not
responsible for one household's arithmetic in items (`pencil`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.problem_tables import bill_keys
from povlib.allocation.proof.certificate import STAGE_PREFIX, UNITS_PER_MICRO, exact_sum
from povlib.allocation.proof.pencil_arithmetic import PencilArithmetic, share_coefficients
from povlib.arrays import Bools, Ints
from povlib.vocabulary.resource_keys import (
    FACILITY_PREFIX,
    outside_kept_share,
    share_key,
)

#: a rough sum in floats below this is exact in int64 (2**63), the floats' own rounding included
_SAFE_IN_INT64 = 2.0**62


class ExactArithmetic:
    """Lines of all packages of a problem made from tables, and the bound that prices prove."""

    def __init__(self, problem: Problem) -> None:
        assert problem.tables is not None
        self.problem, self.tables = problem, problem.tables
        self.count = len(self.tables.packages)

    def bound(self, prices: Mapping[str, int], levels: Mapping[str, int] | None = None) -> int:
        """Return the bound that the prices prove, in 1e-12 person, for plans with facilities at some levels.

        Parameters
        ----------
        levels : mapping, optional
            Level by facility; those not named may be as they like.
        """
        value, payable = self.net_values(prices)
        chosen = payable & ~self._pinned_out
        home = self.tables.place["packages.hh"]
        total = sum_of_best(value[chosen], home[chosen], self.problem.households)
        pencil = PencilArithmetic(self.problem, np.zeros(0, dtype=np.int64))
        best: dict[int, int] = {}
        for package, group in zip(
            self.problem.package[self.count :], self.problem.group[self.count :].tolist(), strict=True
        ):
            facility, level = str(package).removeprefix(FACILITY_PREFIX).rsplit(":", 1)
            if (levels or {}).get(facility, int(level)) != int(level):
                continue
            opening_value = pencil.net_value(str(package), 0, prices)
            if opening_value is not None:
                best[group] = max(best.get(group, opening_value), opening_value)
        total += sum(best.values())
        for row, sense, capacity in self.problem.rows[["row", "sense", "capacity"]].itertuples(index=False):
            total += prices.get(row, 0) * int(capacity) * (1 if sense == "<=" else -1)
        for fund, (budget, child, _) in pencil.fund_budgets().items():
            total += prices.get(fund, 0) * budget + prices.get(outside_kept_share(fund), 0) * child
        return total

    def net_values(self, prices: Mapping[str, int]) -> tuple[npt.NDArray[np.int64], Bools]:
        """Return the line of each package in 1e-12 person, and whether anybody may pay its bills."""
        tables, problem = self.tables, self.problem
        uses, place = tables.uses, tables.place
        sign = np.where(tables.resources["sense"] == ">=", -1, 1)
        row = exact_array(
            [prices.get(name, 0) * int(s) for name, s in zip(tables.resources["resource"], sign, strict=True)]
        )
        amount = uses["amount"].to_numpy(np.int64)
        spent = priced_sums(place["uses.package"], amount, row[place["uses.resource"]], self.count)
        for name, share in share_coefficients(self.tables).items():
            spent = exact_plus(
                spent,
                priced_sums(np.arange(self.count), share, _repeat_price(prices.get(share_key(name), 0), share)),
            )
        for name, stage in problem.stages:
            own = -stage[: self.count]
            spent = exact_plus(
                spent, priced_sums(np.arange(self.count), own, _repeat_price(prices.get(STAGE_PREFIX + name, 0), own))
            )
        paid, payable, crossing = self._cheapest_payments(prices)
        value = problem.value[: self.count] * UNITS_PER_MICRO
        line = exact_plus(value, _negative(exact_plus(spent, paid)))
        if len(crossing):
            line, pencil = line.astype(object), PencilArithmetic(problem, crossing)
        for at in crossing.tolist():  # a ceiling per household binds: a flow finds the cheapest way to pay
            exact = pencil.net_value(str(problem.package[at]), int(problem.value[at]), prices)
            payable[at] = exact is not None
            line[at] = 0 if exact is None else exact
        return line, payable

    def _cheapest_payments(self, prices: Mapping[str, int]) -> tuple[npt.NDArray[np.int64], Bools, Ints]:
        """Return what the bills of each package cost, cheapest fund first; whether they are paid; who needs a flow."""
        tables, place = self.tables, self.tables.place
        due = tables.bills["cost_fen"].to_numpy(np.int64)
        bill, key = _sorted_keys(bill_keys(tables, "bills"))
        of = bill[np.searchsorted(key, bill_keys(tables, "payers"))] if len(bill) else np.zeros(0, dtype=np.int64)
        ceiling = np.minimum(tables.payers["ceiling_fen"].to_numpy(np.int64), due[of])
        unit = self._unit_prices(prices)
        # of each bill the cheapest fund first; funds of the same price in order of their keys, as by hand
        order = np.lexsort((place["payers.fund"], unit, of))
        of, ceiling, unit, fund = of[order], ceiling[order], unit[order], place["payers.fund"][order]
        before = np.cumsum(ceiling) - ceiling
        first = np.flatnonzero(np.diff(of, prepend=-1))
        before = before - np.repeat(before[first], np.diff(np.append(first, len(of))))
        paid = np.clip(due[of] - before, 0, ceiling)
        left = due.copy()
        np.subtract.at(left, of, paid)
        package = place["bills.package"]
        payable = np.bincount(package, weights=left > 0, minlength=self.count) == 0
        cost = priced_sums(package[of], paid, unit, self.count)
        crossing = self._packages_over_ceiling(package[of], fund, paid)
        return cost, payable, crossing[payable[crossing]]

    def _unit_prices(self, prices: Mapping[str, int]) -> npt.NDArray[np.int64]:
        """Price of one fen of each row of `payers`; outside a kept share the child's price comes on top."""
        tables, place = self.tables, self.tables.place
        names = tables.resources["resource"].tolist()
        unit = exact_array([prices.get(name, 0) for name in names])[place["payers.fund"]]
        child = exact_array([prices.get(outside_kept_share(name), 0) for name in names])
        for fund, rule in tables.keeps.groupby("fund"):
            at = names.index(fund)
            outside = (place["payers.fund"] == at) & ~tables.payers["measure"].isin(rule["measure"]).to_numpy()
            unit = exact_plus(unit, np.where(outside, child[at], 0))
        return unit

    def _packages_over_ceiling(self, package: Ints, fund: Ints, paid: Ints) -> Ints:
        """Return packages whose cheapest payments break a fund's ceiling for one household."""
        limit = self.tables.resources["household_ceiling_fen"].to_numpy(np.float64, na_value=np.inf)
        over = np.zeros(self.count, dtype=bool)
        for f in np.flatnonzero(np.isfinite(limit)):
            own = fund == f
            total = np.zeros(self.count, dtype=np.int64)
            np.add.at(total, package[own], paid[own])
            over |= total > int(limit[f])
        return np.flatnonzero(over)

    @cached_property
    def _pinned_out(self) -> Bools:
        """Packages that a pin forbids."""
        packages = self.tables.packages[["hh", "package"]]
        packages = packages[packages["hh"].isin(self.tables.pins["hh"])]
        packages_of = {hh: set(keys) for hh, keys in packages.groupby("hh")["package"]}
        base = {self.problem.package[row] for row in self.problem.base if row >= 0}
        pinned_out: set[str] = set()
        for pin in self.tables.pins.to_dict("records"):
            named = None if pd.isna(pin["package"]) else pin["package"]
            if pin["pin"] == "refused":
                pinned_out |= {named} if named is not None else packages_of.get(pin["hh"], set()) - base
            else:
                pinned_out |= packages_of.get(pin["hh"], set()) - {named}
        return np.asarray(self.tables.packages["package"].isin(pinned_out).to_numpy(bool))


def _sorted_keys(key: Ints) -> tuple[Ints, Ints]:
    """Return the order that sorts the keys, and the keys sorted."""
    order = np.argsort(key, kind="stable")
    return order, key[order]


def exact_array(numbers: list[int]) -> npt.NDArray[np.int64]:
    """Return int64, or Python integers where they do not fit."""
    fits = max(map(abs, numbers), default=0) < _SAFE_IN_INT64
    return np.array(numbers, dtype=np.int64 if fits else object)


def _repeat_price(price: int, like: Ints) -> npt.NDArray[np.int64]:
    """Return a price for each amount."""
    return np.repeat(exact_array([price]), len(like))


def priced_sums(
    at: Ints, amount: Ints, price: npt.NDArray[np.int64], count: int | None = None
) -> npt.NDArray[np.int64]:
    """Return sums of amount x price exactly; Python integers where int64 might not hold them."""
    size = len(at) if count is None else count
    rough = np.bincount(at, weights=np.abs(amount.astype(np.float64) * price.astype(np.float64)), minlength=size)
    kind = np.int64 if price.dtype != object and rough.max(initial=0.0) < _SAFE_IN_INT64 / 4 else object
    total = np.zeros(size, dtype=kind)
    np.add.at(total, at, amount.astype(kind) * price.astype(kind))
    return total


def exact_plus(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Add two arrays; in Python integers where int64 might not hold the sums."""
    rough = np.abs(one.astype(np.float64)).max(initial=0.0) + np.abs(other.astype(np.float64)).max(initial=0.0)
    return one + other if rough < _SAFE_IN_INT64 else np.asarray(one.astype(object) + other.astype(object))


def _negative(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the numbers with the other sign, whatever their type."""
    return np.asarray(-numbers)


def sum_of_best(value: npt.NDArray[np.int64], home: Ints, households: int) -> int:
    """Return the sum over households of their best line; a household without a package adds nothing."""
    if value.dtype == object:
        best: dict[int, int] = {}
        for own, score in zip(home.tolist(), value.tolist(), strict=True):
            best[own] = max(best.get(own, score), score)
        return sum(best.values())
    lowest = np.iinfo(np.int64).min
    most = np.full(households, lowest, dtype=np.int64)
    np.maximum.at(most, home, value)
    return exact_sum(most[most > lowest])
