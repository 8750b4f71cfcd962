"""All parts as one problem in memory, for offices small enough for the exact method, and what it found by part.

Responsible for the way there and back: packages of all parts side by side, facilities behind the households; and for
the plan that gives nothing new, which stands where a search ends without one. Not responsible for solving
(`povlib.allocation.solvers`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from povlib.allocation.parts.compact_form import CompactOffice
from povlib.allocation.parts.compact_openings import ways_of_part
from povlib.allocation.parts.office_prices import posted_by_name
from povlib.allocation.parts.part_groups import PartGroups, grouped_parts
from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.sparse_matrices import Sparse, csr, side_by_side
from povlib.allocation.proof.opening_cases import levels_of_rows
from povlib.allocation.solvers.dispatch import solve
from povlib.arrays import Ints
from povlib.vocabulary.resource_keys import FACILITY_PREFIX

#: status of the plan that gives nothing new
NOTHING_NEW = "nothing new"


@dataclass(frozen=True, eq=False)
class SearchedOffice:
    """What a search found.

    Attributes
    ----------
    rows : list of int64 (H,)
        Choice of each part, places among its packages as its files hold them.
    opened : dict
        Level by facility of what is opened.
    cases : list of (levels, prices)
        Posted prices of each case; one that decides nothing where one list of prices proves the bound.
    divisor : tuple of int
        Of each share, as `CompactOffice` has it.
    solver_bound : float
        Persons; the search's own word.
    effort : dict
    """

    rows: list[Ints]
    opened: dict[str, int]
    cases: list[tuple[dict[str, int], dict[str, int]]]
    divisor: tuple[int, ...]
    solver_bound: float
    effort: dict[str, int]


def nothing_new(compact: CompactOffice, cases: list[tuple[dict[str, int], dict[str, int]]]) -> SearchedOffice:
    """Return the plan without new help for anybody; a household keeps what a decision by hand gives it.

    Whether it keeps every rule is for `povlib.allocation.parts.proof.part_verification` to say.

    Parameters
    ----------
    compact : CompactOffice
        Of parts, not of groups.
    cases : list of (levels, prices)
        The prices that were found so far; empty: none. Any prices prove a bound: these the nearest one known, so that
        how much another plan could bring at most is proved as of every plan.
    """
    rows = [least_packages(compact, at) for at in range(len(compact.office.homes))]
    return SearchedOffice(rows, {}, cases or [({}, {})], compact.divisor, np.inf, {})


def least_packages(compact: CompactOffice, at: int) -> Ints:
    """Return "nothing new" of each household of a part; where a pin forbids it, the first that is allowed."""
    part = compact.parts[at]
    allowed = part.package.astype(np.int64)
    first = allowed[part.start[: part.households]]
    base = compact.office.parts[at].numbers("base")
    return np.where(np.isin(base, allowed[: part.first_way]), base, first)


def choices_at_once(groups: PartGroups, asked: float, time_limit_s: float) -> SearchedOffice:
    """Solve all parts as one problem in memory.

    Parameters
    ----------
    asked : float
        Persons at which the search may stop.
    """
    whole = grouped_parts(groups.compact, sum(len(part.value) for part in groups.compact.parts))
    one = replace(whole, households=(tuple(itertools.chain(*groups.households)),))
    compact, problem = one.compact, office_problem(one.compact)
    found = solve(problem, gap=asked, time_limit_s=time_limit_s)
    rows = [rows for _, rows in one.choices(0, found.rows[: problem.households])]
    proof = found.certificate
    cases = [(case.levels, _posted(compact, case.prices)) for case in proof.cases]
    levels = levels_of_rows(problem, found.rows)
    opened = {facility: level for facility, level in sorted(levels.items()) if level}
    return SearchedOffice(
        rows, opened, cases or [({}, _posted(compact, proof.prices))], compact.divisor, found.solver_bound, found.effort
    )


def office_problem(compact: CompactOffice) -> Problem:
    """Return an office of one group as a problem in memory, sets of funds and shares as rows like any other."""
    part = compact.parts[0]
    use: Sparse = csr(side_by_side([part.office, part.own], np.int64)[part.kind]).astype(np.int64)
    capacity = np.concatenate([compact.capacity, compact.limit[0]]).astype(np.int64)
    names = [f"r{at:06d}" for at in range(len(capacity))]
    rows = pd.DataFrame(
        {"row": names, "kind": "resource", "village": None, "sense": "<=", "unit": "", "capacity": capacity,
         "names": None}
    )  # fmt: skip
    count, households = len(part.value), part.households
    return Problem(
        hh=np.arange(households), start=part.start.astype(np.int64), package=_package_keys(compact),
        row=np.where(np.arange(count) < part.first_way, np.arange(count), -1), value=part.value,
        allowed=np.ones(count, dtype=bool), base=_idle_packages(use, part.start), use=use, capacity=capacity, rows=rows,
        village=part.village, members=np.ones(households, dtype=np.int64), bonus=np.zeros(count, dtype=np.int64),
    )  # fmt: skip


def _package_keys(compact: CompactOffice) -> np.ndarray:
    """Return the keys of the packages: their number, and those of the ways to open."""
    homes, ways = compact.parts[0].first_way, ways_of_part(compact, 0)
    if not ways:
        return np.arange(homes)
    keys = [*(f"p{at:09d}" for at in range(homes)), *(f"{FACILITY_PREFIX}{name}:{level}" for name, level in ways)]
    return np.array(keys, dtype=object)


def _idle_packages(use: Sparse, start: Ints) -> Ints:
    """Return the first package of each group that uses nothing; -1 without."""
    idle = np.flatnonzero(np.diff(use.indptr) == 0)[::-1]
    base = np.full(len(start) - 1, -1, dtype=np.int64)
    base[np.searchsorted(start, idle, side="right") - 1] = idle
    return base


def _posted(compact: CompactOffice, units: dict[str, int]) -> dict[str, int]:
    """Return prices by the office's names from those of the rows of `office_problem`; of funds, over their sets."""
    count = len(compact.capacity)
    price = np.zeros(count + sum(map(len, compact.own)), dtype=np.int64)
    for name, unit in units.items():
        price[int(name[1:])] = unit
    return posted_by_name(compact, price[:count], np.split(price[count:], np.cumsum([*map(len, compact.own)])[:-1]))
