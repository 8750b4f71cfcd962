"""One part of an office at posted prices, read again from its files in exact whole numbers.

Responsible for the lines of a part's packages (value less bills at the fund prices, cheapest fund first, less price x
what is used), for their sum, and for what chosen packages use of every row and share. Shares no coefficient with the
search: kinds of packages and sets of funds do not occur here. Not responsible for the whole
office (`office_bounds`, `part_verification`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from povlib.allocation.parts.joined_office import JoinedOffice
from povlib.allocation.parts.opening_part import OpeningPart
from povlib.allocation.parts.part_files import Part
from povlib.allocation.problem.bundled_funds import NO_LIMIT
from povlib.allocation.problem.integer_flow import FlowNetwork
from povlib.allocation.proof.certificate import UNITS_PER_MICRO
from povlib.allocation.proof.counted_rows import BestByPlaces, best_by_places
from povlib.allocation.proof.exact_arithmetic import exact_array, exact_plus, priced_sums, sum_of_best
from povlib.arrays import Bools, Ints
from povlib.vocabulary.resource_keys import outside_kept_share, share_key


@dataclass(frozen=True, eq=False)
class PartArithmetic:
    """Exact sums of one part.

    Parameters
    ----------
    office : JoinedOffice
    at : int
        Which part.
    divisor : tuple of int
        By which each share's coefficients are divided; they must be multiples of it.
    """

    office: JoinedOffice
    at: int
    divisor: tuple[int, ...]

    @property
    def part(self) -> Part:
        """The part as its files hold it."""
        return self.office.parts[self.at]

    @cached_property
    def start(self) -> Ints:
        """First package of each household."""
        return self.part.numbers("start")

    @cached_property
    def _home(self) -> Ints:
        return np.repeat(np.arange(self.part.households), np.diff(self.start))

    @cached_property
    def _sign(self) -> Ints:
        """-1 for resources that are floors, of each resource of the part."""
        row = self.office.row_of[self.at]
        floor = (self.office.rows["sense"] == ">=").to_numpy()
        known = np.append(floor, False)[row]  # -1, a fund: the last one
        return np.where(known, -1, 1).astype(np.int64)

    def bound(
        self,
        prices: Mapping[str, int],
        levels: Mapping[str, int] | None = None,
        counted: Mapping[str, int] | None = None,
    ) -> tuple[int, dict[str, BestByPlaces]]:
        """Return the sum over households of the best line at some prices, in 1e-12 person; rows counted whole apart.

        Parameters
        ----------
        prices : mapping
            None of a row that is counted whole.
        levels : mapping, optional
            Of the openings: level by facility of what a case decides; those not named may be as they like.
        counted : mapping, optional
            Places of each row that is counted whole.

        Returns
        -------
        sum : int
            Of the households that may use none of the counted rows.
        counted : dict
            By row that some of these households may use: what those bring at most by places.

        Raises
        ------
        ArithmeticError
            See `uses_of_rows`.
        """
        line, open_ = self.open_lines(prices, levels)
        home, places = self._home, counted or {}
        row, taken = self.uses_of_rows(list(places))
        of = np.full(self.part.households, -1)
        np.maximum.at(of, home, row)
        found = {}
        for at in np.unique(of[of >= 0]).tolist():
            own = open_ & (of[home] == at)
            name = list(places)[at]
            found[name] = best_by_places(line[own], home[own], taken[own], places[name])
        open_ &= of[home] < 0
        return sum_of_best(line[open_], home[open_], self.part.households), found

    def open_lines(
        self, prices: Mapping[str, int], levels: Mapping[str, int] | None = None
    ) -> tuple[npt.NDArray[np.int64], Bools]:
        """Return the line of each package in 1e-12 person, and whether it may be chosen."""
        line, payable = self.net_values(prices)
        open_ = payable & ~self.part.pinned_out()
        if levels and isinstance(self.part, OpeningPart):
            open_ &= self.part.within(levels)
        return line, open_

    def uses_of_rows(self, rows: Sequence[str]) -> tuple[Ints, Ints]:
        """Return which of some rows each package uses (-1: none of them), and how much of it.

        Raises
        ------
        ArithmeticError
            If a household may use two of them, or something may add to one of them: they cannot be counted whole.
        """
        part, place = self.part, {name: at for at, name in enumerate(rows)}
        which, amount = np.full(part.packages, -1), np.zeros(part.packages, dtype=np.int64)
        named = np.array([place.get(key, -1) for key in part.resources["resource"]], dtype=np.int64)
        of, resource, used = (part.numbers(f"use.{name}") for name in ("package", "resource", "amount"))
        own = np.flatnonzero(named[resource] >= 0) if len(named) else np.zeros(0, dtype=np.int64)
        if part.is_of_openings and len(own):
            raise ArithmeticError(rows[int(named[resource[own[0]]])])
        home, row = self._home[of[own]], named[resource[own]]
        lowest = np.full(part.households, len(rows))
        np.minimum.at(lowest, home, row)
        if (row != lowest[home]).any() or (used[own] < 0).any():
            raise ArithmeticError(rows[int(row[0])])
        which[of[own]] = row
        np.add.at(amount, of[own], used[own])
        return which, amount

    def uses_by_row(self, rows: Collection[str]) -> dict[str, tuple[Ints, Ints, Ints]]:
        """Return of each of some rows that the part knows its households, the packages that use it, and how much."""
        part = self.part
        of, resource, used = (part.numbers(f"use.{name}") for name in ("package", "resource", "amount"))
        found = {}
        for at, name in enumerate(part.resources["resource"]):
            if name in rows:
                own = np.flatnonzero(resource == at)
                found[str(name)] = np.unique(self._home[of[own]]), of[own], used[own]
        return found

    def best_packages(self, prices: Mapping[str, int]) -> Ints:
        """Return the package of the best line of each household that may choose any, the first among equals."""
        line, open_ = self.open_lines(prices)
        line = np.where(open_, line, int(line.min(initial=0)) - 1)
        best = np.maximum.reduceat(line, self.start[:-1])
        at = np.flatnonzero(open_ & (line == best[self._home]))
        return np.asarray(at[np.flatnonzero(np.diff(self._home[at], prepend=-1))], dtype=np.int64)

    def net_values(self, prices: Mapping[str, int]) -> tuple[npt.NDArray[np.int64], Bools]:
        """Return the line of each package in 1e-12 person, and whether anybody may pay its bills."""
        part, count = self.part, self.part.packages
        keys = part.resources["resource"]
        funds = self.office.fund_of[self.at] >= 0
        row = exact_array(
            [0 if f else prices.get(key, 0) * s for key, f, s in zip(keys, funds, self._sign.tolist(), strict=True)]
        )
        of, resource, amount = (part.numbers(f"use.{name}") for name in ("package", "resource", "amount"))
        spent = priced_sums(of, amount, row[resource], count)
        for s, rule in enumerate(self.office.shares):
            price = exact_array([prices.get(share_key(rule.name), 0)])
            spent = exact_plus(spent, priced_sums(np.arange(count), self.share(s), np.repeat(price, count), count))
        paid, payable = self._cheapest_payments(prices)
        value = part.numbers("value") * UNITS_PER_MICRO
        return exact_plus(value, np.asarray(-exact_plus(spent, paid))), payable

    def counted(self, s: int) -> Ints:
        """Return what a share counts of each package: fen, or units."""
        rule, part, total = self.office.shares[s], self.part, np.zeros(self.part.packages, dtype=np.int64)
        if part.is_of_openings:  # they belong to no household
            return total
        if rule.of == "money":
            np.add.at(total, part.numbers("bill.package"), part.numbers("bill.cost"))
            return total
        resource = part.numbers("use.resource")
        own = self.office.counted_by(rule, self.at)[resource]
        np.add.at(total, part.numbers("use.package")[own], part.numbers("use.amount")[own])
        return total

    def share(self, s: int) -> Ints:
        """Return a share's coefficient of each package.

        Raises
        ------
        ArithmeticError
            If the divisor does not divide them.
        """
        rule, counted = self.office.shares[s], self.counted(s)
        inside = self.part.group(rule.group)[self._home]
        exact = counted.astype(object) if counted.max(initial=0) > 2**40 else counted
        row = exact * rule.share.numerator - np.where(inside, exact, 0) * rule.share.denominator
        divisor = self.divisor[s]
        if divisor < 1 or (row % divisor != 0).any():
            raise ArithmeticError(rule.name)
        return np.asarray(row // divisor, dtype=np.int64)

    def _cheapest_payments(self, prices: Mapping[str, int]) -> tuple[npt.NDArray[np.int64], Bools]:
        """Return what the bills of each package cost, cheapest fund first, and whether they are paid in full."""
        part, office, count = self.part, self.office, self.part.packages
        due, bill_of = part.numbers("bill.cost"), part.numbers("bill.package")
        of, ceiling = part.numbers("payer.bill"), part.numbers("payer.ceiling")
        fund = office.fund_of[self.at][part.numbers("payer.fund")]
        unit = self._unit_prices(prices, of, fund)
        ceiling = np.minimum(ceiling, due[of])
        order = np.lexsort((fund, unit, of))
        by, limit, at = of[order], ceiling[order], fund[order]
        before = np.cumsum(limit) - limit
        first = np.flatnonzero(np.diff(by, prepend=-1))
        before = before - np.repeat(before[first], np.diff(np.append(first, len(by))))
        paid = np.clip(due[by] - before, 0, limit)
        left = due.copy()
        np.subtract.at(left, by, paid)
        payable = np.bincount(bill_of, weights=left > 0, minlength=count) == 0
        cost = priced_sums(bill_of[by], paid, unit[order], count)
        over = np.zeros(count, dtype=bool)
        for f in np.flatnonzero((office.ceiling < NO_LIMIT) & (not part.is_of_openings)):
            own, total = at == f, np.zeros(count, dtype=np.int64)
            np.add.at(total, bill_of[by[own]], paid[own])
            over |= total > office.ceiling[f]
        crossing = np.flatnonzero(over & payable)
        if len(crossing):
            self._pay_by_flow(crossing, (due, bill_of, of, fund, ceiling, unit), cost, payable)
        return cost, payable

    def _unit_prices(self, prices: Mapping[str, int], of: Ints, fund: Ints) -> npt.NDArray[np.int64]:
        """Return the price of one fen of each payer; outside a kept share the child's price comes on top."""
        office = self.office
        whole = exact_array([prices.get(name, 0) for name in office.funds] or [0])
        child = exact_array([prices.get(outside_kept_share(name), 0) for name in office.funds] or [0])
        measure = self.part.numbers("bill.measure")[of]
        kept = office.kept[self.at][measure, fund] if len(of) else np.zeros(0, dtype=bool)
        return exact_plus(whole[fund], np.where(kept, 0, child[fund]))

    def _pay_by_flow(
        self, crossing: Ints, payers: tuple[Ints, ...], cost: npt.NDArray[np.int64], payable: Bools
    ) -> None:
        """Find the cheapest way to pay packages that reach a ceiling per household; equal bills are paid once."""
        due, bill_of, of, fund, ceiling, unit = payers
        first = np.searchsorted(bill_of, np.append(crossing, self.part.packages))
        last = np.searchsorted(bill_of, crossing, side="right")
        begin, end = np.searchsorted(of, np.arange(len(due))), np.searchsorted(of, np.arange(len(due)), side="right")
        known: dict[tuple[object, ...], tuple[int, int]] = {}
        for i, at in enumerate(crossing.tolist()):
            bills = range(int(first[i]), int(last[i]))
            told = tuple(
                (int(due[b]), *zip(*(c[begin[b] : end[b]].tolist() for c in (fund, ceiling, unit)), strict=True))
                for b in bills
            )
            if told not in known:
                known[told] = self._cheapest_flow(told)
            size, total = known[told]
            payable[at] = size == sum(int(due[b]) for b in bills)
            cost[at] = total

    def _cheapest_flow(self, bills: tuple[tuple[object, ...], ...]) -> tuple[int, int]:
        """Return how much of some bills can be paid within the ceilings per household, and the least cost."""
        funds = len(self.office.funds)
        net = FlowNetwork(2 + funds + len(bills))
        for f, limit in enumerate(self.office.ceiling.tolist()):
            net.add_arc(2 + f, FlowNetwork.SINK, limit)
        for node, (cost, *payers) in enumerate(bills, 2 + funds):
            net.add_arc(FlowNetwork.SOURCE, node, int(cost))  # type: ignore[call-overload]
            for fund, ceiling, price in payers:  # type: ignore[misc]
                net.add_arc(node, 2 + fund, ceiling, price)  # type: ignore[has-type]
        return net.push_cheapest_flow()

    def used(self, chosen: Ints) -> dict[str, int]:
        """Return what chosen packages (one a household) use of each row, as given."""
        part = self.part
        taken = np.zeros(part.packages, dtype=bool)
        taken[chosen] = True
        own = taken[part.numbers("use.package")]
        resource, amount = part.numbers("use.resource")[own], part.numbers("use.amount")[own]
        total = np.zeros(len(part.resources), dtype=np.int64)
        np.add.at(total, resource, amount)
        return {str(key): int(n) for key, n in zip(part.resources["resource"], total, strict=True) if n}

    def received(self, s: int, chosen: Ints) -> tuple[int, int]:
        """Return what the group of a share receives with chosen packages, and what all receive."""
        counted = self.counted(s)[chosen]
        inside = self.part.group(self.office.shares[s].group)
        return int(counted[inside].sum()), int(counted.sum())
