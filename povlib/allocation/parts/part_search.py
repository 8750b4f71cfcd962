"""One plan over all parts of an office.

Responsible for the order of the work: join the parts, find prices and a choice, write the choice part by part, reckon
value and bound exactly from the files. Not responsible for the rules (`joined_office`, `compact_parts`).
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from povlib.allocation.parts.compact_parts import CompactOffice, compact_office, kinds_of_office
from povlib.allocation.parts.fund_sets import FundSets
from povlib.allocation.parts.joined_office import JoinedOffice, OfficeTables, join_parts
from povlib.allocation.parts.office_prices import OfficePrices, office_prices
from povlib.allocation.parts.part_arithmetic import PartArithmetic
from povlib.allocation.parts.part_groups import MOST_PACKAGES, Numbers, PartGroups, grouped_parts
from povlib.allocation.parts.part_plan import PartPlan, choice_file, digest_of_choices, write_choice
from povlib.allocation.parts.part_relaxation import POINT
from povlib.allocation.parts.whole_parts import whole_part
from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.bundled_funds import CHILD, WHOLE
from povlib.allocation.problem.sparse_matrices import Sparse, csr, side_by_side
from povlib.allocation.problem.stage_objectives import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_MICRO, UNITS_PER_PERSON, Certificate, exact_sum
from povlib.allocation.solvers.dispatch import PRICED_FROM, solve
from povlib.arrays import Floats, Ints
from povlib.errors import ProblemError, SolverError
from povlib.vocabulary.resource_keys import outside_kept_share, share_key

#: of the value: the gap that is asked for where none is named
DEFAULT_GAP_OF_VALUE = 1e-5
#: of the gap asked for: what prices may miss of their optimum, and what the choices of all parts of their bounds
PRICES_OF_GAP, CHOICES_OF_GAP = 0.3, 0.3
#: searches with more sets of funds each; see `fund_sets`
MOST_FUND_ROUNDS = 40


def plan_of_parts(
    folders: Sequence[Path | str],
    office: OfficeTables | None = None,
    *,
    folder: Path | str | None = None,
    gap: float | None = None,
    time_limit_s: float = 3600.0,
    scheduler: str | None = None,
) -> PartPlan:
    """Find one plan over all parts of an office, and the prices that prove how good it is.

    Parameters
    ----------
    folders : sequence of Path
        Parts as `write_part` wrote them, in any order.
    office : OfficeTables, optional
        Rows, funds, kept shares and shares of the whole office.
    folder : Path, optional
        Where the choices are written, a file a part; default a new temporary folder.
    gap : float, optional
        Persons at which the search may stop; default 1e-5 of the value.
    time_limit_s : float
        A safety; a plan stopped by it says so.
    scheduler : str, optional
        Address of a Dask cluster ("tcp://...") that sees the same files.

    Raises
    ------
    ProblemError
        With every fault of the parts and tables together.
    InfeasiblePlanError
        If the rules cannot hold together.
    SolverError
        If no plan was found within the limits.

    Examples
    --------
    >>> from povlib.allocation.parts import write_part, verify_parts
    >>> place = Path(tempfile.mkdtemp())
    >>> for hh in "ab":
    ...     _ = write_part(
    ...         place / hh,
    ...         pd.DataFrame({"package": [f"{hh}0", f"{hh}1"], "hh": hh, "value": [0.1, 0.5 if hh == "a" else 0.9]}),
    ...         pd.DataFrame({"package": [f"{hh}1"], "resource": "posts", "amount": 1}),
    ...         pd.DataFrame({"resource": ["posts"], "capacity": [1]}),
    ...         pd.DataFrame({"hh": [hh], "village": hh, "members": 3}),
    ...     )
    >>> plan = plan_of_parts([place / "b", place / "a"], gap=0.0)
    >>> plan.value, plan.gap, [package for chosen in plan.each_chosen() for package in chosen["package"]]
    (1.0, 0.0, ['a0', 'b1'])
    >>> verify_parts(plan, [place / "a", place / "b"]).ok
    True
    """
    if scheduler is not None:
        raise ProblemError(
            "a plan by parts is found on this computer alone: leave the scheduler out", where="scheduler"
        )
    deadline = time.monotonic() + time_limit_s
    joined = join_parts(folders, office)
    place = Path(folder) if folder is not None else Path(tempfile.mkdtemp(prefix="povlib-plan-"))
    found, asked = _payable_choices(joined, place, gap, deadline)
    plan = proved_plan(joined, place, found)
    status = "gap" if plan.gap <= asked else "time" if time.monotonic() >= deadline else "effort"
    return replace(plan, status=status)


@dataclass(frozen=True, eq=False)
class _Found:
    """What a search found, its choices written: posted prices, its own word for a bound (persons), effort.

    `divisor`: of each share, as `CompactOffice` has it.
    """

    prices: dict[str, int]
    divisor: tuple[int, ...]
    solver_bound: float
    effort: dict[str, int]


def _payable_choices(joined: JoinedOffice, place: Path, gap: float | None, deadline: float) -> tuple[_Found, float]:
    """Find and write choices that the funds can pay, sets of funds added as they are missed; and the gap asked for.

    Raises
    ------
    SolverError
        If sets of funds are still missed after `MOST_FUND_ROUNDS`.
    """
    kinds = kinds_of_office(joined)
    sets = FundSets(kinds)
    for _ in range(MOST_FUND_ROUNDS):
        groups = grouped_parts(compact_office(joined, kinds, sets.states), MOST_PACKAGES)
        asked, found = _gap_asked(groups.compact, gap), None
        priced = joined.households > PRICED_FROM
        prices = _prices_of_groups(groups, asked, deadline) if priced or not sets.are_all else None
        if prices is not None and sets.add_missed(_relaxed(groups, prices)):
            continue
        if priced and prices is not None:
            found = _choices_by_prices(groups, prices, place, asked, deadline)
        if found is None:
            found = _choices_at_once(groups, place, asked, max(deadline - time.monotonic(), 1.0))
        if sets.are_all or not sets.add_missed(_written(place, len(joined.parts))):
            return found, asked
    raise SolverError("no plan was found whose bills the funds of all areas can pay")


def _prices_of_groups(groups: PartGroups, asked: float, deadline: float) -> OfficePrices | None:
    """Find prices over all groups to a part of the gap asked for."""
    points = max(PRICES_OF_GAP * asked * MICRO / POINT, 1.0)
    return office_prices(groups.compact, points, lambda: time.monotonic() >= deadline)


def _relaxed(groups: PartGroups, prices: OfficePrices) -> Iterator[tuple[int, Ints, Numbers]]:
    """Yield part, packages and weights of the relaxed optimum at some prices."""
    for at, optimum in enumerate(prices.optimum):
        yield from groups.taken(at, optimum.taken, optimum.weight)


def _written(place: Path, parts: int) -> Iterator[tuple[int, Ints, Numbers]]:
    """Yield part, packages and one for each of the choices that were written."""
    for at in range(parts):
        rows = np.load(choice_file(place, at)).astype(np.int64)
        yield at, rows, np.ones(len(rows), dtype=np.int64)


def _choices_at_once(groups: PartGroups, place: Path, asked: float, time_limit_s: float) -> _Found:
    """Solve all parts as one problem in memory, and write the choices."""
    whole = grouped_parts(groups.compact, sum(len(part.value) for part in groups.compact.parts))
    one = replace(whole, households=(tuple(itertools.chain(*groups.households)),))
    found = solve(_as_problem(one.compact), gap=asked, time_limit_s=time_limit_s)
    for at, rows in one.choices(0, found.rows):
        write_choice(place, at, rows)
    prices = _posted(one.compact, found.certificate.prices)
    return _Found(prices, one.compact.divisor, found.solver_bound, found.effort)


def _choices_by_prices(
    groups: PartGroups, prices: OfficePrices, place: Path, asked: float, deadline: float
) -> _Found | None:
    """Find whole choices at some prices, group by group, and write them; None where that fails.

    What a group leaves of the office's rows is the next one's.
    """
    compact = groups.compact
    room, nodes = rooms(compact.capacity, prices.quota, [part.households for part in compact.parts]), 0
    left = np.zeros(len(compact.capacity), dtype=np.int64)
    wanted = CHOICES_OF_GAP * asked * MICRO / len(compact.parts)
    micro = float((compact.capacity * prices.shared).sum()) * POINT
    for at, part in enumerate(compact.parts):
        limit_s = max(deadline - time.monotonic(), 1.0)
        given = room[at] + left
        chosen = whole_part(compact, at, prices, given, wanted, limit_s)
        if chosen is None:
            return None
        used = np.asarray(part.office[part.kind[chosen.taken]].sum(axis=0), dtype=np.int64).ravel()
        left = given - used
        nodes += chosen.nodes
        micro += chosen.bound - float((given * prices.shared).sum()) * POINT
        for member, rows in groups.choices(at, chosen.taken):
            write_choice(place, member, rows)
    shared = _units(prices.shared)
    posted = posted_by_name(compact, shared, [_units(found.own) for found in prices.optimum])
    return _Found(posted, compact.divisor, micro / MICRO, {"nodes": nodes, "passes": prices.passes})


def _units(price: Floats) -> Ints:
    """Return prices in whole 1e-12 person a unit."""
    return np.asarray(np.rint(np.maximum(price, 0.0) * (POINT * UNITS_PER_MICRO)), dtype=np.int64)


def rooms(capacity: Ints, quota: Floats, households: Sequence[int]) -> Ints:
    """Return what each part may use of the office's rows, in whole numbers that add up to no more than there is.

    Parameters
    ----------
    quota : float (parts, O)
        What the relaxed optimum gives each part; what it leaves over is shared by households.
    """
    part = np.array(households, dtype=np.float64) / sum(households)
    left = np.maximum(capacity - quota.sum(axis=0), 0.0)
    room = np.floor(quota + part[:, None] * left + 1e-6).astype(np.int64)
    over = room.sum(axis=0) - capacity
    for row in np.flatnonzero(over > 0):
        room[int(np.argmax(room[:, row])), row] -= over[row]
    # what rounding down leaves goes to the first, and what it leaves to the next: posts are worth two persons each
    room[0] += np.maximum(-over, 0)
    return np.asarray(room, dtype=np.int64)


def _gap_asked(compact: CompactOffice, gap: float | None) -> float:
    """Return the gap asked for in persons."""
    if gap is not None:
        return gap
    worth = sum(float(np.maximum.reduceat(part.value, part.start[:-1]).sum()) for part in compact.parts)
    return DEFAULT_GAP_OF_VALUE * worth / MICRO


def _as_problem(compact: CompactOffice) -> Problem:
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
    idle = np.flatnonzero(np.diff(use.indptr) == 0)[::-1]
    base = np.full(households, -1, dtype=np.int64)
    base[np.searchsorted(part.start, idle, side="right") - 1] = idle
    return Problem(
        hh=np.arange(households), start=part.start.astype(np.int64), package=np.arange(count), row=np.arange(count),
        value=part.value, allowed=np.ones(count, dtype=bool), base=base, use=use, capacity=capacity, rows=rows,
        village=part.village, members=np.ones(households, dtype=np.int64), bonus=np.zeros(count, dtype=np.int64),
    )  # fmt: skip


def _posted(compact: CompactOffice, units: dict[str, int]) -> dict[str, int]:
    """Return prices by the office's names from those of the rows of `_as_problem`; of funds, summed over their sets."""
    count = len(compact.capacity)
    price = np.zeros(count + sum(map(len, compact.own)), dtype=np.int64)
    for name, unit in units.items():
        price[int(name[1:])] = unit
    return posted_by_name(compact, price[:count], np.split(price[count:], np.cumsum([*map(len, compact.own)])[:-1]))


def posted_by_name(compact: CompactOffice, shared: Ints, own: Sequence[Ints]) -> dict[str, int]:
    """Return prices by name: rows of the office, of each part, shares, funds and their children.

    Parameters
    ----------
    shared : int64 (O + states + shares,)
        Whole prices >= 0 of the rows that `CompactOffice.capacity` lists.
    own : for each part int64 (L,)
    """
    office = compact.office
    keys = office.rows["row"].to_numpy(object)
    rows, states = len(compact.shared), len(compact.states)
    named = dict(zip(keys[compact.shared], shared[:rows].tolist(), strict=True))
    for at, price in enumerate(own):
        named |= dict(zip(keys[compact.own[at]], price.tolist(), strict=True))
    for rule, price in zip(office.shares, shared[rows + states :].tolist(), strict=True):
        named[share_key(rule.name)] = price
    for state, price in zip(compact.states, shared[rows : rows + states].tolist(), strict=True):
        for fund, taken in zip(office.funds, state, strict=True):
            key = {WHOLE: fund, CHILD: outside_kept_share(fund)}.get(taken)
            if key is not None:
                named[key] = named.get(key, 0) + price
    return {name: int(named[name]) for name in sorted(named) if named[name]}


def proved_plan(office: JoinedOffice, folder: Path, found: _Found) -> PartPlan:
    """Return the plan whose choices were written, its value and bound reckoned exactly from the files of the parts."""
    from povlib.allocation.parts.part_verification import price_of_capacities

    prices = found.prices
    value = nothing = 0
    bound = price_of_capacities(office, prices)
    used: dict[str, int] = {}
    for at in range(len(office.parts)):
        arithmetic = PartArithmetic(office, at, found.divisor)
        bound += arithmetic.bound(prices)
        rows = np.load(choice_file(folder, at)).astype(np.int64)
        worth, base = arithmetic.part.numbers("value"), arithmetic.part.numbers("base")
        value += exact_sum(worth[rows])
        nothing += exact_sum(worth[base[base >= 0]])
        for name, amount in arithmetic.used(rows).items():
            used[name] = used.get(name, 0) + amount
    certificate = Certificate(
        office.digest, prices, bound, value * UNITS_PER_MICRO, plan=digest_of_choices(folder, len(office.parts))
    )
    persons = value * UNITS_PER_MICRO / UNITS_PER_PERSON
    return PartPlan(
        folder=folder, parts=tuple(part.folder for part in office.parts), value=persons,
        additional=(value - nothing) * UNITS_PER_MICRO / UNITS_PER_PERSON, price_bound=bound / UNITS_PER_PERSON,
        solver_bound=min(max(found.solver_bound, persons), bound / UNITS_PER_PERSON), used=_used_rows(office, used),
        divisor=found.divisor, status="effort", certificate=certificate, effort=dict(sorted(found.effort.items())),
    )  # fmt: skip


def _used_rows(office: JoinedOffice, used: dict[str, int]) -> pd.DataFrame:
    """Return every row with what the plan uses of it."""
    amount = [used.get(str(name), 0) for name in office.rows["row"]]
    return office.rows[["row", "kind", "village", "part", "sense"]].assign(
        used=np.array(amount, dtype=np.int64), capacity=office.rows["capacity"].to_numpy(np.int64)
    )
