"""Bundled funds without flow variables: who can pay what, by Gale's condition.

Responsible for the bills of every package, the demand that only a set of funds can meet, the
filter of packages nobody can pay, and the cheapest way to pay a package at posted fund prices.
Not responsible for writing out who is paid from which fund: `povlib.allocation.proof.fund_split`.

A *state* says for each fund 0 = not taken, 1 = only its child taken, 2 = taken whole. The child
of a fund pays everything outside the class of measures that a share of the fund is kept for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.allocation.problem.integer_flow import FlowNetwork
from povlib.allocation.problem.table_checks import LARGEST_SUM
from povlib.arrays import Bools, Ints
from povlib.errors import ProblemError

#: stands for "no ceiling": above any budget in fen, and two of them still fit int64
NO_LIMIT = np.int64(2**60)
NONE, CHILD, WHOLE = 0, 1, 2
#: sets of funds that are listed one by one at all: 12 funds that may all pay the same bills have as many
MOST_LISTED_STATES = 4096


@dataclass(frozen=True, eq=False)
class BillKinds:
    """The bills that differ, each once: a township has thousands of bills and a few dozen kinds.

    Attributes
    ----------
    of_bill : int64 (B,)
        Kind of each bill.
    cost, ceiling, kept : int64 (K,), int64 (K, F), bool (K, F)
        As in `BundledFunds`, of each kind.
    """

    of_bill: Ints
    cost: Ints
    ceiling: Ints
    kept: Bools


@dataclass(frozen=True, eq=False)
class BundledFunds:
    """The bills of all packages, who may pay how much of each, and what the funds hold; in fen.

    Attributes
    ----------
    funds : tuple of str
    budget, child : int64 (F,)
        What a fund may pay in all, and outside the class it keeps a share for (= budget: no share).
    household_ceiling : int64 (F,)
        The most a fund may pay one household; `NO_LIMIT` for none. A facility is no household.
    package, cost : int64 (B,)
        Package row and amount of each bill, sorted by package.
    measure : (B,) text
    ceiling : int64 (B, F)
        The most a fund may pay of a bill, already cut to its cost.
    kept : bool (B, F)
        The bill belongs to the class that the fund keeps a share for.
    packages : int
        Number of package rows.
    own : int
        Number of package rows of households; those of facilities follow.
    """

    funds: tuple[str, ...]
    budget: Ints
    child: Ints
    household_ceiling: Ints
    package: Ints
    measure: npt.NDArray[np.object_]
    cost: Ints
    ceiling: Ints
    kept: Bools
    packages: int
    own: int

    @property
    def has_child(self) -> Bools:
        """Funds of which a share is kept for a class of measures."""
        return self.child < self.budget

    @cached_property
    def total(self) -> Ints:
        """All bills of each package, in fen."""
        return self.sum_per_package(self.cost)

    @cached_property
    def _kinds(self) -> BillKinds:
        """The different bills; what is reckoned of each holds for all that are like it."""
        kind = np.zeros(len(self.cost), dtype=np.int64)
        for column in (self.cost, *self.ceiling.T, *self.kept.T):
            code, known = pd.factorize(column)
            kind = pd.factorize(kind * max(len(known), 1) + code)[0]
        first = np.flatnonzero(np.diff(np.maximum.accumulate(kind), prepend=-1))
        return BillKinds(kind.astype(np.int64), self.cost[first], self.ceiling[first], self.kept[first])

    def sum_per_package(self, amount: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Sum amounts of bills over each package, in the type they have."""
        if np.issubdtype(amount.dtype, np.floating):
            return np.bincount(self.package, amount, self.packages)
        # bills stand in the order of their packages; where the running sum passes int64 its differences are still right
        running = np.concatenate([np.zeros(1, dtype=amount.dtype), np.cumsum(amount, dtype=amount.dtype)])
        return np.asarray(running[self._bills_to[1:]] - running[self._bills_to[:-1]])

    @cached_property
    def _bills_to(self) -> Ints:
        """Before which bill those of each package begin, and the number of all."""
        return np.searchsorted(self.package, np.arange(self.packages + 1)).astype(np.int64)

    def budget_of(self, state: tuple[int, ...]) -> int:
        """Return what the funds of a state hold together, in fen."""
        pairs = zip(state, self.budget, self.child, strict=True)
        return sum(int(whole) if taken == WHOLE else int(part) if taken == CHILD else 0 for taken, whole, part in pairs)

    def demand(self, state: tuple[int, ...]) -> Ints:
        """Return d_S(h, k): what of each package's bills only the funds of `state` can pay, in fen.

        Gale (1957): the bills of a plan can be split exactly when this demand fits the budget of
        every state. pay(rest) is a small max-flow, written as the least cut over the funds with a
        ceiling per household. A facility has no such ceiling, so that only the empty cut counts.
        """
        taken, kinds = np.asarray(state), self._kinds
        usable = np.where(taken == NONE, kinds.ceiling, np.where((taken == CHILD) & kinds.kept, kinds.ceiling, 0))
        capped = [f for f in range(len(self.funds)) if self.household_ceiling[f] < NO_LIMIT and taken[f] != WHOLE]
        home = np.arange(self.packages) < self.own
        best = self.sum_per_package(np.minimum(kinds.cost, usable.sum(axis=1))[kinds.of_bill])
        # the least cut over every set of funds whose ceiling per household is reached; one or two funds have one
        for cut in self._cuts(capped):
            left = np.delete(usable, cut, axis=1)
            pay = self.sum_per_package(np.minimum(kinds.cost, left.sum(axis=1))[kinds.of_bill])
            pay = pay + int(self.household_ceiling[list(cut)].sum())
            best = np.where(home, np.minimum(best, pay), best)
        return np.asarray(self.total - np.minimum(best, self.total))

    def _cuts(self, capped: list[int]) -> list[tuple[int, ...]]:
        """Return the sets of funds that some package may hold together: another one's ceiling would only be added.

        Of 15 townships with a fund each 15 sets instead of 2^15.
        """
        found: list[tuple[int, ...]] = []
        todo: list[tuple[tuple[int, ...], list[int]]] = [((), capped)]
        while todo:
            cut, rest = todo.pop()
            for at, fund in enumerate(rest):
                found.append((*cut, fund))
                todo.append(((*cut, fund), [other for other in rest[at + 1 :] if self._sharing_bills[fund, other]]))
        return found

    @property
    def states(self) -> int:
        """Number of states of funds that hang together; 2^20 where 16 townships have a fund beside 4 of the county."""
        each = [math.prod(3 if self.has_child[f] else 2 for f in funds) - 1 for funds in self._linked_funds]
        return sum(each)

    def single_states(self) -> list[tuple[int, ...]]:
        """Return the states of one fund alone, whole or its child, the child first."""
        found = []
        for f, child in enumerate(self.has_child.tolist()):
            for how in (CHILD, WHOLE) if child else (WHOLE,):
                found.append(tuple(how if g == f else NONE for g in range(len(self.funds))))
        return found

    def binding_states(self) -> list[tuple[int, ...]]:
        """Return every state that can bind alone: its funds hang together through shared bills.

        Raises
        ------
        ProblemError
            If there are more than `MOST_LISTED_STATES`: look for the worst with `fund_tree` instead.
        """
        if self.states > MOST_LISTED_STATES:
            raise ProblemError(
                "the funds share their bills in {n} ways: too many rows to write out", where="payers", n=self.states
            )
        options = [(NONE, CHILD, WHOLE) if child else (NONE, WHOLE) for child in self.has_child]
        states = []
        for funds in self._linked_funds:
            choices = (options[f] if f in funds else (NONE,) for f in range(len(options)))
            states += [state for state in product(*choices) if any(state) and _share_bills(state, self._sharing_bills)]
        return sorted(states, key=lambda state: (sum(taken > 0 for taken in state), state))

    @cached_property
    def _linked_funds(self) -> list[list[int]]:
        """Funds that hang together through bills, directly or through others: each fund in one list."""
        from scipy.sparse.csgraph import connected_components

        count, of = connected_components(self._sharing_bills | np.eye(len(self.funds), dtype=bool), directed=False)
        return [np.flatnonzero(of == one).tolist() for one in range(count)]

    @cached_property
    def _sharing_bills(self) -> Bools:
        """Funds that can pay the same bill (or, with household ceilings, the same package)."""
        may_pay = (self.ceiling > 0).astype(np.int64)
        if (self.household_ceiling < NO_LIMIT).any():
            first = np.flatnonzero(np.diff(self.package, prepend=-1))
            may_pay = np.logical_or.reduceat(may_pay > 0, first, axis=0).astype(np.int64)
        return np.asarray(may_pay.T @ may_pay > 0)

    def cheapest_payment(self, price: Ints, child_price: Ints) -> Ints:
        """Return the least cost of each package's bills at posted prices (units of 1e-12 person).

        Cheapest fund first up to each ceiling; where a ceiling per household would break, a
        min-cost flow for that household's package. A fund's child adds its own price.
        """
        # outside the class that a fund keeps a share for, a fen also uses up what the fund may spend there
        kinds = self._kinds
        unit = price + np.where(kinds.kept, 0, child_price)
        order = np.argsort(unit, axis=1, kind="stable")
        ceiling = np.take_along_axis(kinds.ceiling, order, axis=1)
        before = np.cumsum(ceiling, axis=1) - ceiling
        paid = np.clip(kinds.cost[:, None] - before, 0, ceiling)
        price_of = np.take_along_axis(unit, order, axis=1)
        rough = (paid.astype(np.float64) * price_of.astype(np.float64)).sum(axis=1)
        dear = self.sum_per_package(rough[kinds.of_bill]).max(initial=0.0) > LARGEST_SUM
        # dear money and long bills: Python integers hold what int64 does not
        exact = paid.astype(object) if dear else paid
        cost = self.sum_per_package((exact * price_of).sum(axis=1)[kinds.of_bill])
        by_fund = np.zeros_like(paid)
        np.put_along_axis(by_fund, order, paid, axis=1)
        known: dict[tuple[int, ...], int] = {}
        for row in self._rows_over_household_ceiling(by_fund):
            of = kinds.of_bill[self.bills_of(row)]
            bills = tuple(of.tolist())
            if bills not in known:
                known[bills] = self._cheapest_flow_cost(of, unit)
            cost[row] = known[bills]
        return cost

    def of_packages(self, rows: Ints) -> BundledFunds:
        """Return the bills of some package rows, given in order, with the same funds."""
        place = np.full(self.packages, -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        kept = np.flatnonzero(place[self.package] >= 0)
        return replace(
            self, package=place[self.package[kept]], measure=self.measure[kept], cost=self.cost[kept],
            ceiling=self.ceiling[kept], kept=self.kept[kept], packages=len(rows), own=int((rows < self.own).sum()),
        )  # fmt: skip

    def bills_of(self, row: int) -> range:
        """Return the bills of one package row."""
        return range(int(np.searchsorted(self.package, row)), int(np.searchsorted(self.package, row + 1)))

    def _cheapest_flow_cost(self, bills: Ints, unit: Ints) -> int:
        """Return the least cost of a package's bills, given by kind, where a fund's ceiling per household binds."""
        kinds, funds = self._kinds, len(self.funds)
        net = FlowNetwork(2 + funds + len(bills))
        for f in range(funds):
            net.add_arc(2 + f, FlowNetwork.SINK, int(self.household_ceiling[f]))
        for at, kind in enumerate(bills.tolist(), 2 + funds):
            net.add_arc(FlowNetwork.SOURCE, at, int(kinds.cost[kind]))
            for f in np.flatnonzero(kinds.ceiling[kind]).tolist():
                net.add_arc(at, 2 + f, int(kinds.ceiling[kind, f]), int(unit[kind, f]))
        return net.push_cheapest_flow()[1]

    def _rows_over_household_ceiling(self, by_fund: Ints) -> list[int]:
        """Return the package rows that ask more of a fund than it may pay one household.

        by_fund: what each kind of bill asks of each fund.
        """
        over = np.zeros(self.own, dtype=bool)
        for f in np.flatnonzero(self.household_ceiling < NO_LIMIT):
            asked = self.sum_per_package(by_fund[self._kinds.of_bill, f])
            over |= asked[: self.own] > self.household_ceiling[f]
        return [int(row) for row in np.flatnonzero(over)]


def _share_bills(state: tuple[int, ...], linked: Bools) -> bool:
    """Return whether the funds of a state hang together through bills that two of them may pay."""
    members = [f for f, taken in enumerate(state) if taken]
    reached, todo = {members[0]}, [members[0]]
    while todo:
        f = todo.pop()
        new = [g for g in members if linked[f, g] and g not in reached]
        reached.update(new)
        todo.extend(new)
    return len(reached) == len(members)
