"""A proof by cases: what may be opened is decided one way or another, and each way has prices of its own.

Responsible for what a case is, for whether some cases leave no decision out, and for the bound that prices prove for
the plans of a case. The best of several bounds is one for every plan (branch and bound, Land and Doig 1960), each of
them proved by posted prices: half a workshop, which one list of prices allows, is in none of the cases. Not responsible
for which cases to look at (`povlib.allocation.solvers.township.opening_search`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from povlib.allocation.problem.allocation_problem import Problem
from povlib.arrays import Ints
from povlib.vocabulary.resource_keys import FACILITY_PREFIX


@dataclass(frozen=True)
class CaseProof:
    """What prices prove about the plans that open some facilities in one way.

    Attributes
    ----------
    levels : dict
        Level of each facility that the case decides; 0: shut. The others may be as they like.
    prices : dict
        Price of one unit of each row and fund, in 1e-12 person; rows not named cost nothing.
    bound : int
        No plan of the case is worth more, in 1e-12 person.
    """

    levels: dict[str, int]
    prices: dict[str, int]
    bound: int

    def plain(self) -> dict[str, object]:
        """Return the case as plain values."""
        return {"levels": self.levels, "prices": self.prices, "bound": self.bound}

    @classmethod
    def read(cls, data: Mapping[str, object]) -> CaseProof:
        """Return the case that plain values say."""
        levels, prices = dict(data["levels"]), dict(data["prices"])  # type: ignore[call-overload]
        return cls(
            {str(key): int(level) for key, level in levels.items()},
            {str(key): int(price) for key, price in prices.items()},
            int(data["bound"]),  # type: ignore[call-overload]
        )

    def holds(self, opened: Mapping[str, int]) -> bool:
        """Return whether a plan with these facilities open (level by facility) belongs to the case."""
        return all(opened.get(facility, 0) == level for facility, level in self.levels.items())


def facility_and_level(package: str) -> tuple[str, int]:
    """Return facility and level of the package key of an opening.

    Examples
    --------
    >>> facility_and_level("facility:tea_school:2")
    ('tea_school', 2)
    """
    facility, level = package[len(FACILITY_PREFIX) :].rsplit(":", 1)
    return facility, int(level)


def levels_of_facilities(problem: Problem) -> dict[str, set[int]]:
    """Return every level at which each facility may be, 0 (shut) among them."""
    found: dict[str, set[int]] = {}
    for row in _opening_rows(problem):
        if problem.allowed[row]:
            facility, level = facility_and_level(str(problem.package[row]))
            found.setdefault(facility, set()).add(level)
    return found


def cover_every_decision(cases: Iterable[Mapping[str, int]], levels: Mapping[str, set[int]]) -> bool:
    """Return whether every way to decide the facilities belongs to one of the cases.

    Parameters
    ----------
    cases : iterable of mapping
        Level by facility of what each case decides.
    levels : mapping
        Levels at which each facility may be (`levels_of_facilities`).

    Examples
    --------
    >>> levels = {"tea": {0, 1}, "noodles": {0, 1, 2}}
    >>> cover_every_decision([{"tea": 0}, {"tea": 1, "noodles": 0}, {"tea": 1, "noodles": 1}], levels)
    False
    >>> cover_every_decision([{"tea": 0}, {"tea": 1}], levels)
    True
    """
    left = [dict(case) for case in cases]
    if not left:
        return False
    if any(not case for case in left):
        return True
    facility = next(iter(left[0]))
    # a case of what nobody may open would else leave nothing to be covered
    return facility in levels and all(
        cover_every_decision(
            [{key: at for key, at in case.items() if key != facility} for case in left
             if case.get(facility, level) == level],
            levels,
        )
        for level in levels[facility]
    )  # fmt: skip


def problem_of_case(problem: Problem, levels: Mapping[str, int]) -> Problem:
    """Return the problem in which the facilities of a case may be at their level only."""
    allowed = problem.allowed.copy()
    for row in _opening_rows(problem):
        facility, level = facility_and_level(str(problem.package[row]))
        allowed[row] &= levels.get(facility, level) == level
    return replace(problem, allowed=allowed)


def levels_of_rows(problem: Problem, rows: Ints) -> dict[str, int]:
    """Return the level by facility that chosen package rows stand for; rows of households count for nothing."""
    own = np.asarray(rows)[problem.group[rows] >= problem.households]
    return dict(facility_and_level(str(problem.package[row])) for row in own.tolist())


def _opening_rows(problem: Problem) -> range:
    """Return the package rows of openings: they come after those of the households."""
    return range(int(problem.start[problem.households]), int(problem.start[-1]))
