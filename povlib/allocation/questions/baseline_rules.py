"""What a plan is compared with: five simple ways to hand out the same help under the same rules.

Responsible for the baselines of the meeting paper: as the township did; most additional exits
per yuan first; poorest first; nearest the line first; equal rounds by village. They meet the same
capacities, fund sets (Gale), shares and pins; a floor they miss is reported by name. Not
responsible for judging them (`povlib.report`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.proof.certificate import exact_sum
from povlib.allocation.proof.fund_split import split_bills
from povlib.allocation.solvers.township.relaxation import FundRows
from povlib.arrays import Bools, Ints
from povlib.errors import ProblemError
from povlib.vocabulary.resource_keys import SOURCE
from povlib.words import DEFAULT_LANGUAGE, term_in_each_language

#: package rows whose demand in blocks of funds is kept: with 20 townships 60 MB (a choice)
_MOST_KNOWN_DEMANDS = 10_000
BASELINE_KEYS = ("given", "per_yuan", "poorest", "nearest_line", "rounds")


@dataclass(frozen=True, eq=False)
class Baseline:
    """One simple way and what it brings.

    Attributes
    ----------
    key : str
        One of `KEYS`.
    rows : int64 (G,)
        Package row of each group.
    value, additional : float
        Persons, in all and above "nothing new".
    money_fen : int
    served : int
        Households that receive something new.
    broken : tuple of str
        Rules it does not keep, by name.
    """

    key: str
    names: dict[str, str]
    rows: Ints
    value: float
    additional: float
    money_fen: int
    served: int
    broken: tuple[str, ...]


def baselines(
    problem: Problem, *, given: pd.DataFrame | None = None, income: str | None = None, line: str | None = None
) -> list[Baseline]:
    """Return the baselines of `design.md` 6 that the data allow.

    Parameters
    ----------
    given : DataFrame, optional
        hh, package: what the township did; judged as it is.
    income, line : str, optional
        Columns of households: income per head and the line. Without `income` "poorest first" and
        "nearest the line first" go by the value of package 0 per member.

    Raises
    ------
    ProblemError
        If `given` names a package that is not the household's.

    Examples
    --------
    >>> from scipy import sparse
    >>> use = sparse.csr_array([[0], [2], [0], [3]])
    >>> problem = Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [4])
    >>> [(b.key, b.value) for b in baselines(problem)]
    [('per_yuan', 5.0), ('poorest', 5.0), ('nearest_line', 5.0), ('rounds', 6.0)]
    """
    rules = FirmRules(problem)
    poverty = _income_or_value(problem, income)
    distances = _distance_below_line(problem, income, line)
    results = [] if given is None else [_baseline_of_rows(problem, rules, "given", _rows_of_practice(problem, given))]
    orders: list[tuple[str, Iterable[int]]] = [
        ("per_yuan", _rows_by_yuan(problem)),
        ("poorest", _rows_by_household(problem, np.lexsort((problem.group_rank[: problem.households], poverty)))),
        (
            "nearest_line",
            _rows_by_household(problem, np.lexsort((problem.group_rank[: problem.households], distances))),
        ),
        ("rounds", _rows_in_rounds(problem)),
    ]
    for key, order in orders:
        results.append(
            _baseline_of_rows(problem, rules, key, greedy_rows(problem, rules, order, better=key == "per_yuan"))
        )
    return results


def baseline_table(results: list[Baseline], lang: str = DEFAULT_LANGUAGE) -> pd.DataFrame:
    """Return one row a baseline: name, value, additional, money_fen, served, broken."""
    return pd.DataFrame(
        [(b.key, b.names[lang], b.value, b.additional, b.money_fen, b.served, "; ".join(b.broken)) for b in results],
        columns=["key", "name", "value", "additional", "money_fen", "served", "broken"],
    )


class FirmRules:
    """The rules that handing out one by one must keep at every step: capacities and, by Gale's condition, funds.

    Floors are left out: whoever begins with nothing breaks them until the last household is served. Where sets of funds
    are too many to be listed, *demand* is what is asked in each state of each block of funds (`fund_tree`).
    """

    def __init__(self, problem: Problem) -> None:
        funds = FundRows(problem)
        self.problem, self.money = problem, funds
        self.is_firm = (problem.rows["sense"] == "<=").to_numpy(dtype=bool)
        self.firm = np.flatnonzero(self.is_firm)
        self.tree = funds.tree
        if self.tree is None:
            funds.add_all()
            self.demand = (
                np.stack(funds.demand, axis=1) if funds.demand else np.zeros((len(problem.value), 0), np.int64)
            )
        self.budget = np.array(funds.budget, dtype=np.int64)
        self._known: dict[int, Ints] = {}

    def use_and_demand(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return what chosen package rows use of every row, and what only each set of funds can pay of their bills."""
        use = np.asarray(self.problem.use[rows].sum(axis=0), dtype=np.int64).ravel()
        if self.tree is None:
            return use, self.demand[rows].sum(axis=0)
        chosen = np.bincount(rows, minlength=len(self.problem.value)).astype(np.int64)
        return use, np.asarray(self.tree.sums(chosen))

    @cached_property
    def uses_by_package(self) -> tuple[Ints, Ints, Ints]:
        """Where the uses of each package begin, the row of each use, and how much of it."""
        use = csr(self.problem.use)
        return use.indptr.astype(np.int64), use.indices.astype(np.int64), use.data.astype(np.int64)

    def change_by(self, row: int, instead: int) -> tuple[Ints, Ints]:
        """Return what use and demand change by when one package row takes the place of another."""
        begin, rows, amounts = self.uses_by_package
        change = np.zeros(len(self.problem.capacity), dtype=np.int64)
        for sign, at in ((1, row), (-1, instead)):
            own = slice(begin[at], begin[at + 1])
            np.add.at(change, rows[own], sign * amounts[own])
        return change, self._demand_of(row) - self._demand_of(instead)

    def changes_by(self, rows: Ints, instead: Ints) -> tuple[Ints, Ints]:
        """Return the same for each of many package rows in the place of another, one a row."""
        use = self.problem.use
        changes = (use[rows] - use[instead]).toarray().astype(np.int64)
        if self.tree is None:
            return changes, self.demand[rows] - self.demand[instead]
        return changes, self.tree.demands(rows) - self.tree.demands(instead)

    def _demand_of(self, row: int) -> Ints:
        """Return what a package row demands; in blocks of funds it is kept, for the next time it is asked for."""
        if self.tree is None:
            return np.asarray(self.demand[row])
        if row not in self._known:
            if len(self._known) >= _MOST_KNOWN_DEMANDS:
                self._known.clear()
            self._known[row] = self.tree.demands(np.array([row]))[0]
        return self._known[row]

    def excess(self, demand: Ints) -> Ints:
        """Return by how much demand is above what funds hold: of each set, or the worst below each state of the top."""
        return demand - self.budget if self.tree is None else np.asarray(self.tree.excess(demand))

    def keeps(self, used: Ints, demand: Ints, more_use: Ints, more_demand: Ints, capacity: Ints | None = None) -> Bools:
        """Return whether changes (one a row) break no rule; what is broken already may stay so, but not get worse."""
        worse = (used + more_use > (self.problem.capacity if capacity is None else capacity)) & (more_use > 0)
        after = self.excess(demand + more_demand)
        owed = (after > 0) & (after > self.excess(demand))
        return np.asarray(~worse.any(axis=-1) & ~owed.any(axis=-1))

    def funds_short(self, rows: Ints) -> list[tuple[int, ...]]:
        """Return the states of funds that a choice asks for more than they hold."""
        if self.tree is None:
            demand = self.demand[rows].sum(axis=0)
            return [self.money.states[s] for s in np.flatnonzero(demand > self.budget)]
        return [state for _, state in self.tree.worst_states(np.bincount(rows, minlength=len(self.problem.value)))]

    def shortest_state(self, rows: Ints) -> tuple[int, ...] | None:
        """Return the state of funds that a choice asks most of beyond what it holds; None where none is short."""
        if self.tree is not None:
            return next(iter(self.funds_short(rows)), None)
        over = self.demand[rows].sum(axis=0) - self.budget
        return self.money.states[int(over.argmax())] if (over > 0).any() else None

    def broken_rules(self, rows: Ints) -> list[str]:
        """Return the names of the rules that a choice does not keep."""
        used, _ = self.use_and_demand(rows)
        names = [str(self.problem.rows["row"][r]) for r in np.flatnonzero(used > self.problem.capacity)]
        money = self.problem.money
        if money is not None and (over := self.funds_short(rows)):
            names += sorted({money.funds[f] for state in over for f, taken in enumerate(state) if taken})
        elif money is not None and split_bills(self.problem, rows) is None:
            names += list(money.funds)
        return names


def greedy_rows(problem: Problem, rules: FirmRules, order: Iterable[int], *, better: bool = False) -> Ints:
    """Take package rows in order wherever every rule still holds.

    Where only a share forbids a pick, the next picks in the same order that add to the share's group
    come first, as a careful clerk would do, and the pick is tried again; shares hold at every moment.
    With `better` a household may later exchange its package for one that is worth more.
    """
    from povlib.allocation.questions.baseline_loops import TakenSoFar, TakingRules, take_in_order
    from povlib.allocation.questions.taking_one_by_one import rows_taken_one_by_one

    picks = np.array(list(order), dtype=np.int64)
    rows = _starting_rows(problem)
    if rules.tree is not None:
        return rows_taken_one_by_one(problem, rules, picks, rows, better=better)
    used, demand = rules.use_and_demand(rows)
    # a limit that is a part of what the plan adds is loosened by other picks, as a share is
    firm, shares = rules.is_firm, rules.is_firm & problem.rows["kind"].isin(("share", SOURCE)).to_numpy(dtype=bool)
    adding, adding_begin = _picks_that_loosen(problem, picks, shares)
    take_in_order(
        picks, adding, adding_begin, problem.group.astype(np.int64), problem.value, problem.allowed, better,
        TakingRules(*rules.uses_by_package, problem.capacity, firm, shares, rules.demand, rules.budget),
        TakenSoFar(rows, np.ones(problem.groups, dtype=bool), used, demand.astype(np.int64), np.zeros_like(used)),
    )  # fmt: skip
    return rows


def _picks_that_loosen(problem: Problem, picks: Ints, shares: Bools) -> tuple[Ints, Ints]:
    """Return the picks that add to the group of each share, in their order, row by row, and where each row begins."""
    use = problem.use[picks].tocoo()
    adds = (use.data < 0) & shares[use.col]
    row, place = use.col[adds].astype(np.int64), use.row[adds]
    order = np.lexsort((place, row))
    begin = np.searchsorted(row[order], np.arange(len(shares) + 1))
    return picks[place[order]], begin.astype(np.int64)


def _starting_rows(problem: Problem) -> Ints:
    """Package 0 of each group, or the allowed package a pin leaves, or the least used one."""
    lightest = np.lexsort((np.asarray(problem.use.sum(axis=1)).ravel(), ~problem.allowed, problem.group))
    first = lightest[np.searchsorted(problem.group[lightest], np.arange(problem.groups))]
    good = (problem.base >= 0) & problem.allowed[problem.base]
    return np.where(good, problem.base, first).astype(np.int64)


def _gain_over_start(problem: Problem) -> Ints:
    """Return what each package adds to the package its household begins with, in micro-persons."""
    start = _starting_rows(problem)
    return np.asarray(problem.value - problem.value[start[problem.group]], dtype=np.int64)


def _package_costs(problem: Problem) -> Ints:
    """Return what a package costs: its bills in fen, or its uses where nothing is in money."""
    if problem.money is not None:
        return problem.money.total
    return np.asarray(np.maximum(problem.use.sum(axis=1), 0), dtype=np.int64).ravel()


def _gainful_rows(problem: Problem) -> Ints:
    """Package rows of households that add something, in canonical order."""
    rows = problem.order
    return rows[(problem.group[rows] < problem.households) & (_gain_over_start(problem)[rows] > 0)]


def _rows_by_yuan(problem: Problem) -> Ints:
    """Order steps along each household's efficient packages, by additional exits per additional yuan.

    The greedy order of the multiple-choice knapsack (Kellerer, Pferschy and Pisinger 2004, 11.2). All other
    packages follow by their own ratio: where posts are gone, what needs none may still fit.
    """
    from povlib.allocation.questions.baseline_loops import steps_by_yuan

    rows = _gainful_rows(problem)
    gain, cost = _gain_over_start(problem), _package_costs(problem)
    place = np.argsort(problem.group[rows], kind="stable")
    own = rows[place]
    begin = np.searchsorted(problem.group[own], np.arange(problem.households + 1)).astype(np.int64)
    steps, ratios, count = steps_by_yuan(begin, gain[own], cost[own])
    first = own[steps[:count][np.argsort(-ratios[:count], kind="stable")]]
    alone = np.where(cost[rows] > 0, gain[rows] / np.maximum(cost[rows], 1), np.inf)
    return np.concatenate([first, rows[np.argsort(-alone, kind="stable")]])


def _rows_by_household(problem: Problem, order: Ints) -> Ints:
    """Households in order, each asking for its best package first."""
    place = np.empty(problem.households, dtype=np.int64)
    place[order] = np.arange(problem.households)
    rows = _gainful_rows(problem)
    return rows[np.lexsort((-_gain_over_start(problem)[rows], place[problem.group[rows]]))]


def _rows_in_rounds(problem: Problem) -> Iterator[int]:
    """Villages take turns; each serves the household that gains most, with all its packages in order."""
    rows = _gainful_rows(problem)
    gain = _gain_over_start(problem)[rows]
    group = problem.group[rows]
    best = np.zeros(problem.groups, dtype=np.int64)
    np.maximum.at(best, group, gain)
    queues: dict[str, list[Ints]] = {}
    by_group = np.lexsort((-gain, group))  # stable: the canonical order among equals
    begin = np.searchsorted(group[by_group], np.arange(problem.households + 1))
    for own in np.lexsort((problem.group_rank[: problem.households], -best[: problem.households])).tolist():
        queues.setdefault(str(problem.village[own]), []).append(rows[by_group[begin[own] : begin[own + 1]]])
    longest = max((len(queue) for queue in queues.values()), default=0)
    for turn in range(longest):
        for village in sorted(queues):
            if turn < len(queues[village]):
                yield from queues[village][turn].tolist()


def _household_column(problem: Problem, name: str | None) -> pd.Series | None:
    """Return a numeric column of the households table; None where none is named."""
    if name is None or problem.tables is None:
        return None
    if name not in problem.tables.households:
        raise ProblemError("column {column} is missing", where="households", column=name)
    return pd.to_numeric(problem.tables.households[name])


def _income_or_value(problem: Problem, income: str | None) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Order by poverty: income per head, else the value of package 0 per member."""
    incomes = _household_column(problem, income)
    if incomes is not None:
        return incomes.to_numpy(np.float64)
    start = _starting_rows(problem)[: problem.households]
    return np.asarray(problem.value[start] / np.maximum(problem.members, 1), dtype=np.float64)


def _distance_below_line(
    problem: Problem, income: str | None, line: str | None
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Order by distance below the line; households above it come last."""
    incomes, lines = _household_column(problem, income), _household_column(problem, line)
    if incomes is None or lines is None:
        return -_income_or_value(problem, income)
    below = (lines - incomes).to_numpy(np.float64)
    return np.where(below > 0, below, np.inf)


def _rows_of_practice(problem: Problem, given: pd.DataFrame) -> Ints:
    """Return the package rows that the township gave; households it does not name get nothing new."""
    rows = _starting_rows(problem)
    at = pd.Index(problem.package).get_indexer(pd.Index(given["package"].astype(object)))
    owner = pd.Index(problem.hh).get_indexer(pd.Index(given["hh"].astype(object)))
    if (at < 0).any() or (owner < 0).any() or (problem.group[at] != owner).any():
        raise ProblemError("what the township did names packages that are not the household's", where="given")
    rows[owner] = at
    return rows


def _baseline_of_rows(problem: Problem, rules: FirmRules, key: str, rows: Ints) -> Baseline:
    """Return what chosen package rows bring and which rules they break."""
    start = _starting_rows(problem)
    value, nothing = exact_sum(problem.value[rows]), exact_sum(problem.value[start])
    own = slice(0, problem.households)
    money = 0 if problem.money is None else exact_sum(problem.money.total[rows])
    return Baseline(
        key, term_in_each_language(f"simple_rule_{key}"), rows, value / MICRO, (value - nothing) / MICRO, money,
        int((rows[own] != start[own]).sum()), tuple(rules.broken_rules(rows)),
    )  # fmt: skip
