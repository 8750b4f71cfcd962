"""Where the rules of a large problem clash: the part small enough to be searched by deletion.

Responsible for narrowing a county to a rule that nobody can keep, to villages whose own rules
clash, or to the rules that a proof of infeasibility needs (dual of the relaxation that may break
rules at a price; Farkas 1902). Not responsible for names and ways out (`infeasible_rules`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.problem.bundled_funds import BundledFunds
from povlib.allocation.problem.sparse_matrices import csr, side_by_side
from povlib.allocation.solvers.township.relaxation import relax
from povlib.allocation.solvers.township.restricted_programs import solve_part
from povlib.arrays import Bools, Ints
from povlib.errors import SolverError
from povlib.vocabulary.resource_keys import outside_kept_share

#: effort of one question "is some plan possible"; what is not answered within it counts as possible (a choice)
_NODES = 2000
#: seconds that one question may take at most, and at least, however late it is
_LIMIT_S, _SHORTEST_S = 30.0, 0.1


def clashing_parts(problem: Problem, most: int, until: float = math.inf) -> list[Problem]:
    """Return up to `most` parts of which each has rules that clash; none if weights of packages keep them all.

    Nothing is asked of a solver after `until` (`time.monotonic`).
    """
    least = least_use(problem, problem.allowed)
    alone = np.flatnonzero(least > problem.capacity)
    if len(alone):
        return [
            _partial_problem(problem, _groups_using_row(problem, row), np.array([row])) for row in alone[:most].tolist()
        ]
    for money in (None, problem.money):  # a village's own rows; then with all the money for it alone
        found = list(
            islice((part for part in _village_problems(problem, money) if not some_plan_possible(part, until)), most)
        )
        if found or problem.money is None:
            break
    return found or ([] if time_is_over(until) else _part_of_infeasibility_proof(problem, until))


def least_use(problem: Problem, allowed: Bools) -> Ints:
    """Return the least that all groups together must use of each row."""
    entry = problem.use.tocoo()
    own = allowed[entry.row]
    row, column, amount = entry.row[own], entry.col[own].astype(np.int64), entry.data[own]
    group = problem.group[row]
    key = group * problem.use.shape[1] + column
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    total = np.zeros(problem.use.shape[1], dtype=np.int64)
    if len(first):
        least = np.minimum.reduceat(amount[order], first)
        entries = np.diff(np.append(first, len(order)))
        choices = np.bincount(problem.group[allowed], minlength=problem.groups)
        least = np.where(entries < choices[group[order][first]], np.minimum(least, 0), least)
        np.add.at(total, column[order][first], least)
    return total


def time_is_over(until: float) -> bool:
    """Say whether the time for the diagnosis is over."""
    return time.monotonic() >= until


def seconds_for_solver(until: float, most: float = _LIMIT_S) -> float:
    """Return the seconds that one question to a solver may take."""
    return min(most, max(until - time.monotonic(), _SHORTEST_S))


def some_plan_possible(problem: Problem, until: float = math.inf) -> bool:
    """Say whether some plan keeps every rule; a search that gives up, or comes too late, counts as possible."""
    if time_is_over(until):
        return True
    blank = replace(problem, value=np.zeros_like(problem.value), bonus=np.zeros_like(problem.bonus), stages=())
    try:
        relaxed = relax(blank, seconds_for_solver(until))
    except SolverError:
        if time_is_over(until):
            return True
        raise
    if relaxed is None:
        return False
    free = np.full(problem.groups, -1, dtype=np.int64)
    answer = solve_part(
        blank, relaxed.funds, problem.allowed, free, nodes=_NODES, time_limit_s=seconds_for_solver(until)
    )
    return answer.rows is not None or answer.status != "Infeasible"


def _village_problems(problem: Problem, money: BundledFunds | None) -> Iterator[Problem]:
    """Yield the part of each village whose own rows "nothing new" does not keep."""
    place = np.full(problem.groups, -1, dtype=np.int64)
    place[: problem.households] = np.unique(problem.village.astype(str), return_inverse=True)[1]
    entry = problem.use.tocoo()
    code = place[problem.group[entry.row]]
    lowest = np.full(problem.use.shape[1], np.iinfo(np.int64).max)
    highest = np.full(problem.use.shape[1], -2, dtype=np.int64)
    np.minimum.at(lowest, entry.col, code)
    np.maximum.at(highest, entry.col, code)
    at_rest = problem.base[(problem.base >= 0) & problem.allowed[problem.base]]
    short = np.asarray(problem.use[at_rest].sum(axis=0)).ravel() > problem.capacity
    short |= len(at_rest) < problem.groups
    for village in np.unique(lowest[(lowest == highest) & (lowest >= 0)]).tolist():
        rows = np.flatnonzero((lowest == village) & (highest == village))
        if short[rows].any():
            yield _partial_problem(problem, place == village, rows, money)


def _part_of_infeasibility_proof(problem: Problem, until: float) -> list[Problem]:
    """Return the part with only the rows that prove that no weights of packages keep all of them."""
    most = -least_use(replace(problem, use=csr(-problem.use)), problem.allowed)
    slack = np.maximum(most - problem.capacity, 1)
    count, rows = len(problem.value), len(slack)
    value = np.zeros(count + 2 * rows, dtype=np.int64)
    value[count + 1 :: 2] = -MICRO
    place = np.arange(rows)
    own = csr((-slack, (2 * place + 1, place)), shape=(2 * rows, rows))
    elastic = replace(
        problem,
        value=value,
        bonus=np.zeros_like(value),
        allowed=np.concatenate([problem.allowed, np.ones(2 * rows, dtype=bool)]),
        start=np.concatenate([problem.start, count + 2 * (place + 1)]),
        base=np.concatenate([problem.base, count + 2 * place]),
        package=np.concatenate([problem.package, np.arange(2 * rows).astype(object)]),
        row=np.concatenate([problem.row, np.full(2 * rows, -1, dtype=np.int64)]),
        stages=(),
        use=csr(side_by_side([problem.use.T, own.T]).T),
        money=None if problem.money is None else replace(problem.money, packages=count + 2 * rows),
    )
    try:
        relaxed = relax(elastic, seconds_for_solver(until, 4 * _LIMIT_S))
    except SolverError:
        if time_is_over(until):
            return []
        raise
    if relaxed is not None and relaxed.bound >= 0:
        return []
    # no weights even if every row may be broken at a price: the funds cannot pay what must be chosen
    posted = set(fund_names(problem)) if relaxed is None else set(relaxed.prices.posted(elastic))
    kept = problem.rows["row"].isin(posted).to_numpy()
    money = problem.money
    if money is not None:
        free = np.array([f not in posted and outside_kept_share(f) not in posted for f in money.funds])
        budget = np.where(free, money.cost.sum(), money.budget)
        money = replace(money, budget=budget, child=np.where(free, budget, money.child))
    return [
        _partial_problem(replace(problem, money=money), _groups_that_matter(problem, kept), np.flatnonzero(kept), money)
    ]


def fund_names(problem: Problem) -> tuple[str, ...]:
    """Return the funds of a problem."""
    return () if problem.money is None else tuple(problem.money.funds)


def _groups_that_matter(problem: Problem, kept: Bools) -> Bools:
    """Return groups that may matter: not those whose "nothing new" is free and where nothing brings a rule nearer."""
    entry = problem.use.tocoo()
    lowers = np.zeros(problem.groups, dtype=bool)
    lowers[problem.group[entry.row[kept[entry.col] & (entry.data < 0)]]] = True
    base = np.maximum(problem.base, 0)
    uses = np.asarray(abs(problem.use[base][:, np.flatnonzero(kept)]).sum(axis=1)).ravel() > 0
    costs = np.zeros(problem.groups, dtype=bool) if problem.money is None else problem.money.total[base] > 0
    return lowers | uses | costs | (problem.base < 0) | ~problem.allowed[base]


def _groups_using_row(problem: Problem, row: int) -> Bools:
    found = np.zeros(problem.groups, dtype=bool)
    found[problem.group[problem.use[:, [row]].tocoo().row]] = True
    return found


def _partial_problem(
    problem: Problem, groups: Bools, rows: npt.NDArray[np.int64], money: BundledFunds | None = None
) -> Problem:
    """Return the problem of some groups and rows, of packages that somebody may pay; funds only where given."""
    payable, tables = np.ones(len(problem.value), dtype=bool), problem.tables
    if problem.money is not None:
        payable = problem.money.demand((0,) * len(problem.money.funds)) == 0
    own = np.flatnonzero(groups[problem.group] & payable)
    group, start = np.unique(problem.group[own], return_index=True)
    home = group[group < problem.households]
    if tables is not None:
        tables = replace(tables, pins=tables.pins[tables.pins["hh"].isin(problem.hh[home])])
    return replace(
        problem,
        hh=problem.hh[home],
        start=np.append(start, len(own)).astype(np.int64),
        package=problem.package[own],
        row=problem.row[own],
        value=problem.value[own],
        allowed=problem.allowed[own],
        base=np.full(len(group), -1, dtype=np.int64),
        use=csr(problem.use[own][:, rows]),
        capacity=problem.capacity[rows],
        rows=problem.rows.iloc[rows].reset_index(drop=True),
        village=problem.village[home],
        members=problem.members[home],
        money=None if money is None else money.of_packages(own),
        stages=(),
        bonus=problem.bonus[own],
        tables=tables,
    )
