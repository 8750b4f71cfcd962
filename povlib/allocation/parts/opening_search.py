"""What an office may open is decided case by case, each case with prices over all parts.

Responsible for the cases: the one of the highest bound first (branch and bound, Land and Doig 1960); where its
relaxation opens something in part it is split into one for each way to open that, as for a township
(`povlib.allocation.solvers.township.opening_search`), and where it does not a plan is sought in it. The best of all
bounds is one for every plan. Not responsible for prices (`office_prices`), the choices of a case (`whole_parts`), or
what makes several cases a proof (`povlib.allocation.proof.opening_cases`).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from povlib.allocation.parts.compact_form import CompactOffice
from povlib.allocation.parts.compact_openings import Way, office_of_case, ways_of_part
from povlib.allocation.parts.office_prices import OfficePrices, office_prices, prices_of_groups
from povlib.allocation.parts.part_groups import grouped_parts
from povlib.allocation.parts.part_relaxation import POINT
from povlib.allocation.parts.whole_parts import PartChoices, choices_of_parts
from povlib.arrays import Floats, Ints

#: cases up to which one is split further: as for a township. Each costs the prices of the whole office once more; a
#: county of 5,000 or 20,000 households with six openings needs 3, 400 households with six that cost much need 4 to 6
MOST_CASES = 64
#: cases in which a plan is sought while their bounds leave room for a better one. At 20,000 households a third found
#: none and took 7 s of 26
MOST_PLANS = 2
#: weights of a relaxation below this are none: they are known as far as the bound is asked for
_NOTHING = 1e-3


@dataclass(eq=False)
class OpeningCase:
    """Some ways to open, with the prices that bound their plans.

    Attributes
    ----------
    levels : dict
        Level by facility of what the case decides.
    root : CompactOffice
        Of one group, in which nothing is decided.
    prices : OfficePrices
        Of the case, or (`borrowed`) of the case it was split from.
    bound : float
        Points: no plan of the case is worth more.
    weight : float
        How much of its last decision the relaxation took before the case was split off.
    searched : bool
        A plan was looked for in the case.
    """

    levels: dict[str, int]
    root: CompactOffice
    prices: OfficePrices
    bound: float
    weight: float = 1.0
    borrowed: bool = False
    searched: bool = False

    @property
    def compact(self) -> CompactOffice:
        """The office in which the case is decided: made when asked for, as it takes some bytes a package."""
        return office_of_case(self.root, self.levels)

    @property
    def undecided(self) -> dict[str, dict[int, float]]:
        """Weight of each level of the facilities that the case does not decide."""
        found: dict[str, dict[int, float]] = {}
        ways = [way for way in ways_of_part(self.root, 0) if way[0] not in self.levels]
        for (facility, level), weight in zip(ways, self.prices.opened.tolist(), strict=True):
            found.setdefault(facility, {})[level] = weight
        return found

    def opened_in_part(self) -> str | None:
        """Return the facility that the relaxation leaves most undecided; None where it decides them all."""
        most = {facility: max(weights.values()) for facility, weights in self.undecided.items()}
        facility = min(sorted(most), key=lambda key: most[key], default=None)
        return None if facility is None or most[facility] > 1.0 - _NOTHING else facility


@dataclass(eq=False)
class OfficeCases:
    """The cases of an office; together they hold every way to open.

    Parameters
    ----------
    compact : CompactOffice
        The office as one group.
    parts : CompactOffice
        The same part by part.
    prices : OfficePrices
        Of the whole office.
    most : int
        Packages of a group that choices are made in at once.
    wanted : float
        Micro-persons: how far below their bound the choices of all groups may be together.
    deadline : float
        By the monotonic clock.
    """

    compact: CompactOffice
    parts: CompactOffice
    prices: OfficePrices
    most: int
    wanted: float
    deadline: float
    cases: list[OpeningCase] = field(init=False)
    choices: PartChoices | None = field(init=False, default=None)
    rows: list[Ints] = field(init=False, default_factory=list)
    opened: dict[str, int] = field(init=False, default_factory=dict)
    relaxations: int = field(init=False, default=1)
    nodes: int = field(init=False, default=0)
    plans: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.cases = [OpeningCase({}, self.compact, self.prices, self.prices.bound)]

    @property
    def late(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self.deadline

    @property
    def bound_micro(self) -> float:
        """What the search says no plan is worth more than, in micro-persons."""
        bound = max(case.bound for case in self.cases) * POINT
        # villages chosen exactly tell more of an office in which nothing is left open
        settled = self.choices is not None and not any(part.openings for part in self.compact.parts)
        return min(bound, self.choices.bound) if settled and self.choices is not None else bound

    def search(self, asked: float) -> None:
        """Split cases and seek plans until none may be better by more than is asked for (micro-persons)."""
        while self.plans < MOST_PLANS:
            above = -np.inf if self.choices is None else (self.choices.value + asked) / POINT
            left = [case for case in self.cases if not case.searched and case.bound > above]
            if not left or (self.choices is not None and self.late):
                return
            case = max(left, key=lambda one: (one.bound, one.weight))
            if not self._settle(case):
                case.searched = True
                self._seek_plan(case)

    def _settle(self, case: OpeningCase) -> bool:
        """Give a case prices of its own, or split it; False where neither is left to do and a plan can be sought."""
        if case.borrowed:
            self._relax(case)
            return True
        facility = case.opened_in_part()
        proved = max((one.bound for one in self.cases if one.searched), default=-np.inf)
        # a case whose bound lies below one that stays proves nothing more when it is split
        if facility is None or len(self.cases) >= MOST_CASES or case.bound <= proved or self.late:
            return False
        self._split(case, facility)
        return True

    def _relax(self, case: OpeningCase) -> None:
        """Find a case's own prices; they count where they prove more than those it has."""
        case.borrowed = False
        self.relaxations += 1
        found = office_prices(case.compact, case.prices)
        if found is None:  # no weights keep every rule: no plan is to be sought here
            case.searched = True
            return
        if found.bound <= case.bound:
            case.bound, case.prices = found.bound, found

    def _split(self, case: OpeningCase, facility: str) -> None:
        """Put in the place of a case one for each way to open a facility."""
        line = lines_of_ways(case.compact, case.prices, facility)
        best, weights = max(line.values()), case.undecided[facility]
        ways = []
        for level in sorted(line):
            levels = {**case.levels, facility: level}
            bound = case.bound - best + line[level]
            ways.append(OpeningCase(levels, self.compact, case.prices, bound, weights[level], borrowed=True))
        at = self.cases.index(case)
        self.cases[at : at + 1] = ways

    def _seek_plan(self, case: OpeningCase) -> None:
        """Choose in all parts with the openings of a case, what it leaves open as its relaxation takes most of it."""
        nearest = {name: max(sorted(own), key=lambda at: own[at]) for name, own in case.undecided.items()}
        tries = [{**case.levels, **nearest}]
        if any(nearest.values()):
            tries.append({**case.levels, **dict.fromkeys(nearest, 0)})
        self.plans += 1
        for levels in tries:
            groups = grouped_parts(office_of_case(self.parts, levels), self.most)
            prices = prices_of_groups(case.compact, case.prices, groups)
            found = choices_of_parts(groups.compact, prices, self.wanted / len(prices.own), self.deadline)
            if found is None:
                continue
            self.nodes += found.nodes
            if self.choices is None or found.value > self.choices.value:
                self.choices = found
                self.rows = [rows for at, taken in enumerate(found.taken) for _, rows in groups.choices(at, taken)]
                self.opened = {name: level for name, level in sorted(levels.items()) if level}
            return


def lines_of_ways(compact: CompactOffice, prices: OfficePrices, facility: str) -> dict[int, float]:
    """Return the line of each level of a facility at some prices, in points."""
    part = compact.parts[0]
    kinds = part.kind[part.first_way :]
    line: Floats = -(part.office[kinds].astype(np.float64) @ prices.shared)
    line = line - part.own[kinds].astype(np.float64) @ prices.own
    of_way: Mapping[Way, float] = dict(zip(ways_of_part(compact, 0), line.tolist(), strict=True))
    return {level: worth for (name, level), worth in of_way.items() if name == facility}
