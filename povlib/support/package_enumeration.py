"""Which awards go together: the packages of one kind of household, enumerated once for all of that kind.

Households with the same awards open to them, member by member, and the same guarantees missing share
one list of packages. Responsible for that list and for its length. Not responsible for money, which
differs between households (`povlib.support.household_packages`, `povlib.support.package_bills`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, groupby
from typing import NamedTuple

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


class _ClosingSet(NamedTuple):
    """Options that close guarantees, each needed: how many they leave open, and the options as bits of a number."""

    options: tuple[int, ...]
    missing: int
    bits: int


_Candidate = tuple[int, int, float, tuple[int, ...]]
"""What decides on the place of a set of options (the smaller comes first), and the options."""


def _place_of_candidate(candidate: _Candidate) -> tuple[int, int, float]:
    """Return what decides on the place of a candidate before its members do."""
    return candidate[:3]


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
        self._closes = [frozenset(closing.guarantee for closing in option.measure.closes) for option in options]
        self._later = [option.later for option in options]
        self._earns = [any(earning.mean for earning in option.measure.earns) for option in options]
        self._package_by_options: dict[tuple[tuple[int, ...], tuple[tuple[int, ...], ...]], Package | None] = {}
        # options of one measure lie together, in the order of the catalogue: rules are looked up once for two measures
        measures = list({option.measure.key: option.measure for option in options}.values())
        place = {measure.key: at for at, measure in enumerate(measures)}
        self._measure_of = [place[option.measure.key] for option in options]
        self._may_share_member = [[not matrix.forbids(a, b, same_person=True) for b in measures] for a in measures]
        self._barred = self._options_barred(
            [[matrix.forbids(a, b, same_person=False) for b in measures] for a in measures]
        )

    def _options_barred(self, forbids: list[list[bool]]) -> list[int]:
        """Return by option a number whose bits are the other options that may not be in a household beside it.

        `forbids` says it of two measures, the one that comes first in the catalogue in front.
        """
        bits = [0] * len(forbids)
        for option, measure in enumerate(self._measure_of):
            bits[measure] |= 1 << option
        of_measure = [
            sum(bits[other] for other in range(len(forbids)) if forbids[min(own, other)][max(own, other)])
            for own in range(len(forbids))
        ]
        return [of_measure[measure] & ~(1 << option) for option, measure in enumerate(self._measure_of)]

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
        closers = self._closing_sets(kind)
        limit = PACKAGE_LIMIT + (EXTRA_PACKAGES_WITH_GAPS if len(closers) > 1 else 0)
        meeting = [closing for closing in closers if self._all_may_meet(closing.options)]
        slots = self._earning_slots(kind)
        candidates: list[_Candidate] = []
        kept: list[Package] = []
        for count in range(MOST_EARNING_AWARDS + 1):
            for earning in self._earning_sets(slots, count):
                candidates += self._candidates(earning, meeting)
            candidates.sort()
            kept = self._first_packages(candidates, kind, limit + 1)
            if len(kept) > limit:
                break  # what follows has more awards and would be cut anyway
        return [(), *kept[: limit - 1]]

    def _candidates(self, earning: tuple[int, ...], closers: list[_ClosingSet]) -> Iterator[_Candidate]:
        """Yield a set of options that earn beside each set that closes and may meet it, with what decides on its place.

        Fewer awards, guarantees closed and earlier starts come first, then what brings more.
        """
        barred = 0
        for option in earning:
            barred |= self._barred[option]
        for closing in closers:
            if barred & closing.bits or len(earning) + len(closing.options) > self._most_awards:
                continue
            options = tuple(sorted((*closing.options, *earning)))
            later = sum(map(self._later.__getitem__, options))
            gain = sum(map(self._expected_gains.__getitem__, options))
            partly = bool(closing.options and closing.missing)
            if options:
                yield len(earning) + partly + later, closing.missing, -gain, options

    def _first_packages(self, candidates: list[_Candidate], kind: HouseholdKind, most: int) -> list[Package]:
        """Return at least `most` packages of sorted candidates, or all of them, in order.

        Members are found only while packages are wanted.
        """
        found: list[Package] = []
        for _, alike in groupby(candidates, key=_place_of_candidate):
            packages = [self._package_of(options, kind.members) for *_, options in alike]
            found += sorted(package for package in packages if package is not None)
            if len(found) >= most:
                break
        return found

    def _package_of(self, options: tuple[int, ...], members: dict[int, tuple[int, ...]]) -> Package | None:
        """Return options with a member for each, None when they are too few: found once for all kinds alike in them."""
        # of 140,000 sets of options of the 1,473 kinds of one part 19,000 differ in them or in who may hold them
        held = (options, tuple(map(members.__getitem__, options)))
        if held not in self._package_by_options:
            self._package_by_options[held] = self._assign_members(*held)
        return self._package_by_options[held]

    def _closing_sets(self, kind: HouseholdKind) -> list[_ClosingSet]:
        """Return the sets of options that close guarantees, each needed."""
        closed_by = {option: self._closes[option] & kind.open for option in sorted(kind.members)}
        useful = [option for option, closed in closed_by.items() if closed]
        closable = frozenset().union(*(closed_by[option] for option in useful))
        sets = []
        for count in range(min(MOST_CLOSING_AWARDS, len(useful)) + 1):
            for chosen in combinations(useful, count):
                closed = [closed_by[option] for option in chosen]
                if all(part - frozenset().union(*closed[:i], *closed[i + 1 :]) for i, part in enumerate(closed)):
                    missing = len(closable - frozenset().union(*closed))
                    sets.append(_ClosingSet(chosen, missing, sum(1 << option for option in chosen)))
        return sets

    def _all_may_meet(self, options: tuple[int, ...]) -> bool:
        """Return whether different options may be in one household."""
        return not any(self._barred[first] >> second & 1 for first, second in combinations(options, 2))

    def _earning_slots(self, kind: HouseholdKind) -> list[int]:
        """Return the options that earn and close nothing open, in order; a post twice where two members may have it."""
        slots = []
        for option in sorted(kind.members):
            if self._earns[option] and not self._closes[option] & kind.open:
                slots += [option] * (2 if self._may_come_twice(option) and len(kind.members[option]) > 1 else 1)
        return slots

    def _earning_sets(self, slots: list[int], count: int) -> Iterator[tuple[int, ...]]:
        """Yield the sets of `count` slots that may meet, in order, with `MOST_POSTS` posts at most."""

        def extended(chosen: tuple[int, ...], first: int, barred: int, posts: int) -> Iterator[tuple[int, ...]]:
            if len(chosen) == count:
                yield chosen
                return
            for at in range(first, len(slots)):
                option = slots[at]
                again = at > first and option == slots[at - 1]
                more = posts + (self._options[option].post is not None)
                if not again and more <= MOST_POSTS and not barred >> option & 1:
                    yield from extended((*chosen, option), at + 1, barred | self._barred[option], more)

        return extended((), 0, 0, 0)

    def _may_come_twice(self, option: int) -> bool:
        this = self._options[option]
        return this.post is not None and this.seats > 1 and this.measure.one_per == "worker"

    def _assign_members(self, options: tuple[int, ...], members: tuple[tuple[int, ...], ...]) -> Package | None:
        """Give each award to one of its members, those asked first in front; None when they are too few."""
        order = sorted(range(len(options)), key=lambda i: (len(members[i]), options[i]))
        chosen: dict[int, int] = {}

        def place(depth: int) -> bool:
            if depth == len(order):
                return True
            slot = order[depth]
            for member in members[slot]:
                if self._member_may_hold(options, slot, member, chosen):
                    chosen[slot] = member
                    if place(depth + 1):
                        return True
                    del chosen[slot]
            return False

        if not place(0):
            return None
        return tuple(sorted((options[slot], member) for slot, member in chosen.items()))

    def _member_may_hold(self, options: tuple[int, ...], slot: int, member: int, chosen: dict[int, int]) -> bool:
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
            if not self._may_share_member[self._measure_of[options[slot]]][self._measure_of[options[other]]]:
                return False
        return True
