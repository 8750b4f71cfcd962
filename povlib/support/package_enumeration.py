"""Which awards go together: the packages of one kind of household, enumerated once for all of that kind.

Households with the same awards open to them, member by member, and the same guarantees missing share
one list of packages. Responsible for that list and for its length. Not responsible for money, which
differs between households (`povlib.support.household_packages`, `povlib.support.package_bills`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from povlib.support.bundling_matrix import BundlingMatrix
from povlib.support.single_awards import NO_MEMBER, AwardOption

# Packages a household at most, package 0 among them. The plan is solved over all of them together, so its time grows
# with their number. A choice that trades rare combinations of several awards for a plan in less time.
PACKAGE_LIMIT = 40
# More packages for households that lack a guarantee: each way to close it comes with each way to earn.
EXTRA_PACKAGES_WITH_GAPS = 20
# Packages beside these that need something to be opened first. A choice: each opening and month is open to a household
# in one package by itself and in the best few together with others.
EXTRA_PACKAGES_WITH_OPENINGS = 8
# Awards of each sort in one package: what a household can do at the same time. Choices: more of
# them multiply the combinations to look through, and packages of many awards are the first that the limit cuts.
MOST_EARNING_AWARDS = 3
MOST_POSTS = 2
MOST_CLOSING_AWARDS = 3

Award = tuple[int, int]
"""An option and the member who has it (`NO_MEMBER` for the household itself)."""
Package = tuple[Award, ...]


@dataclass(frozen=True)
class HouseholdKind:
    """A kind of household: the awards open to it and the guarantees it lacks.

    Attributes
    ----------
    members : dict
        Option -> members (numbers, those asked first in front) who may have it; ``(NOBODY,)`` where it
        goes to the household.
    open : frozenset of str
        Guarantees not known to hold.
    """

    members: dict[int, tuple[int, ...]]
    open: frozenset[str]

    def without(self, options: frozenset[int]) -> HouseholdKind:
        """Return the kind with some awards not open to it."""
        return HouseholdKind({key: who for key, who in self.members.items() if key not in options}, self.open)


class PackageEnumerator:
    """Enumerates packages of a kind of household.

    Parameters
    ----------
    options : sequence of AwardOption
    gains : sequence of float
        What an award of each option is expected to bring by the horizon, in fen: only to decide which
        packages are kept when there are more than `PACKAGE_LIMIT`.
    matrix : BundlingMatrix
    most_awards : int
        Most awards of one package.
    """

    def __init__(
        self,
        options: tuple[AwardOption, ...],
        gains: list[float],
        matrix: BundlingMatrix,
        most_awards: int = MOST_EARNING_AWARDS + MOST_CLOSING_AWARDS,
    ) -> None:
        self._options = options
        self._most_awards = most_awards
        self._expected_gains = gains
        self._opened = frozenset(number for number, option in enumerate(options) if option.opens)
        pairs = [[(a.measure, b.measure) for b in options] for a in options]
        self._may_share_household = [[not matrix.forbids(a, b, same_person=False) for a, b in row] for row in pairs]
        self._may_share_member = [[not matrix.forbids(a, b, same_person=True) for a, b in row] for row in pairs]

    def packages(self, kind: HouseholdKind) -> list[Package]:
        """Return the packages of a kind of household, package 0 (nothing new) first.

        A package is a set of awards that closes guarantees, each of which closes one that the others leave open,
        together with up to `MOST_EARNING_AWARDS` awards that earn. When there are more than the limit, those with
        fewer awards, with every guarantee closed and with the earlier start stay, then those that bring more. No
        package is dropped because another is better: each one that stays may be what a share for the poorest asks for.
        """
        kept = self._packages_kept(kind.without(self._opened))
        if self._opened.isdisjoint(kind.members):
            return kept
        # what may or may not be opened takes nobody's place on the list: the others stay as they were without it
        known = set(kept)
        more = [package for package in self._packages_kept(kind)[1:] if package not in known]
        with_opening = [package for package in more if any(option in self._opened for option, _ in package)]
        return [*kept, *with_opening[:EXTRA_PACKAGES_WITH_OPENINGS]]

    def _packages_kept(self, kind: HouseholdKind) -> list[Package]:
        """Return the packages of a kind of household up to the limit, package 0 first."""
        closers = list(self._closing_sets(kind))
        limit = PACKAGE_LIMIT + (EXTRA_PACKAGES_WITH_GAPS if len(closers) > 1 else 0)
        order_by_package: dict[Package, tuple[object, ...]] = {}
        for count in range(MOST_EARNING_AWARDS + 1):
            if len(order_by_package) > limit:
                break  # what follows has more awards and would be cut anyway
            for earning in self._earning_sets(kind, count):
                for closing, missing in closers:
                    if len(earning) + len(closing) > self._most_awards:
                        continue
                    package = self._package_with_members(closing, earning, kind)
                    if package:
                        order_by_package[package] = self._keeping_order(
                            package, len(earning), missing, partly=bool(closing and missing)
                        )
        ordered = sorted(order_by_package, key=lambda package: order_by_package[package])
        return [(), *ordered[: limit - 1]]

    def _keeping_order(self, package: Package, earners: int, missing: int, *, partly: bool) -> tuple[object, ...]:
        later = sum(self._options[option].later for option, _ in package)
        gain = sum(self._expected_gains[option] for option, _ in package)
        return (earners + partly + later, missing, -gain, package)

    def _open_guarantees_closed(self, option: int, kind: HouseholdKind) -> frozenset[str]:
        return frozenset(c.guarantee for c in self._options[option].measure.closes) & kind.open

    def _closing_sets(self, kind: HouseholdKind) -> Iterable[tuple[tuple[int, ...], int]]:
        """Yield sets of options that close guarantees, each needed, with the number left open."""
        useful = [option for option in sorted(kind.members) if self._open_guarantees_closed(option, kind)]
        closable = frozenset().union(*(self._open_guarantees_closed(option, kind) for option in useful))
        for count in range(min(MOST_CLOSING_AWARDS, len(useful)) + 1):
            for chosen in combinations(useful, count):
                closed = [self._open_guarantees_closed(option, kind) for option in chosen]
                if all(part - frozenset().union(*closed[:i], *closed[i + 1 :]) for i, part in enumerate(closed)):
                    yield chosen, len(closable - frozenset().union(*closed))

    def _earning_sets(self, kind: HouseholdKind, count: int) -> Iterable[tuple[int, ...]]:
        """Yield sets of `count` options that earn and may meet; a post may come twice, for two members."""
        useful = [
            option
            for option in sorted(kind.members)
            if any(e.mean for e in self._options[option].measure.earns)
            and not self._open_guarantees_closed(option, kind)
        ]
        slots = []
        for option in useful:
            slots += [option] * (2 if self._may_come_twice(option) and len(kind.members[option]) > 1 else 1)
        for chosen in sorted(set(combinations(slots, count))):
            posts = sum(self._options[option].post is not None for option in chosen)
            if posts <= MOST_POSTS and self._all_may_meet(chosen):
                yield chosen

    def _all_may_meet(self, options: Iterable[int]) -> bool:
        return all(self._pair_may_meet(a, b) for a, b in combinations(options, 2))

    def _pair_may_meet(self, first: int, second: int) -> bool:
        """Return whether two awards may be in one household; the same post may come twice."""
        return self._may_come_twice(first) if first == second else self._may_share_household[first][second]

    def _may_come_twice(self, option: int) -> bool:
        this = self._options[option]
        return this.post is not None and this.seats > 1 and this.measure.one_per == "worker"

    def _package_with_members(
        self, closing: tuple[int, ...], earning: tuple[int, ...], kind: HouseholdKind
    ) -> Package | None:
        """Return the awards with their members, or None where rules or members do not allow them together."""
        options = sorted((*closing, *earning))
        if not self._all_may_meet(options):
            return None
        return self._assign_members(options, kind)

    def _assign_members(self, options: list[int], kind: HouseholdKind) -> Package | None:
        """Give each award to a member, those asked first in front; None when they are too few."""
        order = sorted(range(len(options)), key=lambda i: (len(kind.members[options[i]]), options[i]))
        chosen: dict[int, int] = {}

        def place(depth: int) -> bool:
            if depth == len(order):
                return True
            slot = order[depth]
            for member in kind.members[options[slot]]:
                if self._member_may_hold(options, slot, member, chosen):
                    chosen[slot] = member
                    if place(depth + 1):
                        return True
                    del chosen[slot]
            return False

        if not place(0):
            return None
        return tuple(sorted((options[slot], member) for slot, member in chosen.items()))

    def _member_may_hold(self, options: list[int], slot: int, member: int, chosen: dict[int, int]) -> bool:
        """Return whether a member may take the award beside those `chosen` for the member already."""
        if member == NO_MEMBER:
            return True
        this = self._options[options[slot]]
        for other, holder in chosen.items():
            if holder != member:
                continue
            that = self._options[options[other]]
            if this.post is not None and that.post is not None:
                return False
            if not self._may_share_member[options[slot]][options[other]]:
                return False
        return True
