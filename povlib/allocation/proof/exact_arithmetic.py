"""The arithmetic of all packages at once, from the raw tables, in exact integers.

Responsible for the lines of every household's packages at posted prices, and for the bound they
prove: the same sums as `povlib.allocation.proof.pencil_line`, package by package, but over whole columns, so
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
from povlib.allocation.proof.certificate import STAGE, UNITS_PER_MICRO, exact_sum
from povlib.allocation.proof.pencil_line import Pencil, share_coefficients
from povlib.arrays import Bools, Ints
from povlib.vocabulary.resource_keys import outside_kept_share, share_key

_FITS = 2.0**62


class Proof:
    """Lines of all packages of a problem made from tables, and the bound that prices prove."""

    def __init__(self, problem: Problem) -> None:
        assert problem.tables is not None
        self.problem, self.tables = problem, problem.tables
        self.count = len(self.tables.packages)

    def bound(self, prices: Mapping[str, int]) -> int:
        """Return the bound that the prices prove, in 1e-12 person."""
        line, payable = self.lines(prices)
        chosen = payable & ~self._forbidden
        home = self.tables.place["packages.hh"]
        total = _best(line[chosen], home[chosen], self.problem.households)
        openings = Pencil(self.problem, np.zeros(0, dtype=np.int64))
        best: dict[int, int] = {}
        for package, group in zip(
            self.problem.package[self.count :], self.problem.group[self.count :].tolist(), strict=True
        ):
            opened = openings.line(str(package), 0, prices)
            if opened is not None:
                best[group] = max(best.get(group, opened), opened)
        total += sum(best.values())
        for row, sense, capacity in self.problem.rows[["row", "sense", "capacity"]].itertuples(index=False):
            total += prices.get(row, 0) * int(capacity) * (1 if sense == "<=" else -1)
        for fund, (budget, child, _) in openings.budgets().items():
            total += prices.get(fund, 0) * budget + prices.get(outside_kept_share(fund), 0) * child
        return total

    def lines(self, prices: Mapping[str, int]) -> tuple[npt.NDArray[np.int64], Bools]:
        """Return the line of each package in 1e-12 person, and whether anybody may pay its bills."""
        tables, problem = self.tables, self.problem
        uses, place = tables.uses, tables.place
        sign = np.where(tables.resources["sense"] == ">=", -1, 1)
        row = _whole([prices.get(name, 0) * int(s) for name, s in zip(tables.resources["resource"], sign, strict=True)])
        amount = uses["amount"].to_numpy(np.int64)
        spent = _total(place["uses.package"], amount, row[place["uses.resource"]], self.count)
        for name, share in share_coefficients(self.tables).items():
            spent = _plus(spent, _total(np.arange(self.count), share, _all(prices.get(share_key(name), 0), share)))
        for name, stage in problem.stages:
            own = -stage[: self.count]
            spent = _plus(spent, _total(np.arange(self.count), own, _all(prices.get(STAGE + name, 0), own)))
        paid, payable, crossing = self._paid(prices)
        value = problem.value[: self.count] * UNITS_PER_MICRO
        line = _plus(value, _negative(_plus(spent, paid)))
        if len(crossing):
            line, pencil = line.astype(object), Pencil(problem, crossing)
        for at in crossing.tolist():  # a ceiling per household binds: a flow finds the cheapest way to pay
            exact = pencil.line(str(problem.package[at]), int(problem.value[at]), prices)
            payable[at] = exact is not None
            line[at] = 0 if exact is None else exact
        return line, payable

    def _paid(self, prices: Mapping[str, int]) -> tuple[npt.NDArray[np.int64], Bools, Ints]:
        """Return what the bills of each package cost, cheapest fund first; whether they are paid; who needs a flow."""
        tables, place = self.tables, self.tables.place
        due = tables.bills["cost_fen"].to_numpy(np.int64)
        bill, key = _order(bill_keys(tables, "bills"))
        of = bill[np.searchsorted(key, bill_keys(tables, "payers"))] if len(bill) else np.zeros(0, dtype=np.int64)
        ceiling = np.minimum(tables.payers["ceiling_fen"].to_numpy(np.int64), due[of])
        unit = self._unit_prices(prices)
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
        cost = _total(package[of], paid, unit, self.count)
        crossing = self._crossing(package[of], fund, paid)
        return cost, payable, crossing[payable[crossing]]

    def _unit_prices(self, prices: Mapping[str, int]) -> npt.NDArray[np.int64]:
        """Price of one fen of each row of `payers`; outside a kept share the child's price comes on top."""
        tables, place = self.tables, self.tables.place
        names = tables.resources["resource"].tolist()
        unit = _whole([prices.get(name, 0) for name in names])[place["payers.fund"]]
        child = _whole([prices.get(outside_kept_share(name), 0) for name in names])
        for fund, rule in tables.keeps.groupby("fund"):
            at = names.index(fund)
            outside = (place["payers.fund"] == at) & ~tables.payers["measure"].isin(rule["measure"]).to_numpy()
            unit = _plus(unit, np.where(outside, child[at], 0))
        return unit

    def _crossing(self, package: Ints, fund: Ints, paid: Ints) -> Ints:
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
    def _forbidden(self) -> Bools:
        """Packages that a pin forbids."""
        packages = self.tables.packages[["hh", "package"]]
        packages = packages[packages["hh"].isin(self.tables.pins["hh"])]
        own = {hh: set(keys) for hh, keys in packages.groupby("hh")["package"]}
        base = {self.problem.package[row] for row in self.problem.base if row >= 0}
        found: set[str] = set()
        for pin in self.tables.pins.to_dict("records"):
            named = None if pd.isna(pin["package"]) else pin["package"]
            if pin["pin"] == "refused":
                found |= {named} if named is not None else own.get(pin["hh"], set()) - base
            else:
                found |= own.get(pin["hh"], set()) - {named}
        return np.asarray(self.tables.packages["package"].isin(found).to_numpy(bool))


def _order(key: Ints) -> tuple[Ints, Ints]:
    order = np.argsort(key, kind="stable")
    return order, key[order]


def _whole(numbers: list[int]) -> npt.NDArray[np.int64]:
    """Return int64, or Python integers where they do not fit."""
    fits = max(map(abs, numbers), default=0) < _FITS
    return np.array(numbers, dtype=np.int64 if fits else object)


def _all(price: int, like: Ints) -> npt.NDArray[np.int64]:
    return np.repeat(_whole([price]), len(like))


def _total(at: Ints, amount: Ints, price: npt.NDArray[np.int64], count: int | None = None) -> npt.NDArray[np.int64]:
    """Return sums of amount x price exactly; Python integers where int64 might not hold them."""
    size = len(at) if count is None else count
    rough = np.bincount(at, weights=np.abs(amount.astype(np.float64) * price.astype(np.float64)), minlength=size)
    kind = np.int64 if price.dtype != object and rough.max(initial=0.0) < _FITS / 4 else object
    total = np.zeros(size, dtype=kind)
    np.add.at(total, at, amount.astype(kind) * price.astype(kind))
    return total


def _plus(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    rough = np.abs(one.astype(np.float64)).max(initial=0.0) + np.abs(other.astype(np.float64)).max(initial=0.0)
    return one + other if rough < _FITS else np.asarray(one.astype(object) + other.astype(object))


def _negative(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.asarray(-numbers)


def _best(line: npt.NDArray[np.int64], home: Ints, households: int) -> int:
    """Return the sum over households of their best line; a household without a package adds nothing."""
    if line.dtype == object:
        best: dict[int, int] = {}
        for own, score in zip(home.tolist(), line.tolist(), strict=True):
            best[own] = max(best.get(own, score), score)
        return sum(best.values())
    lowest = np.iinfo(np.int64).min
    most = np.full(households, lowest, dtype=np.int64)
    np.maximum.at(most, home, line)
    return exact_sum(most[most > lowest])
