"""The linear relaxation and the prices it gives.

Responsible for the arrays of the model (columns in canonical order, rows scaled by powers of
two), generating the fund rows of Gale's condition as they are violated, and turning duals into
whole-number prices. The bound those prices prove is computed elsewhere, exactly; the solver's
own objective is never used.
"""

from __future__ import annotations

import time
from copy import copy
from dataclasses import dataclass, field, replace
from itertools import compress

import numpy as np
import numpy.typing as npt

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.bundled_funds import CHILD, NO_LIMIT, WHOLE
from povlib.allocation.problem.fund_tree import FundTree, fund_tree
from povlib.allocation.problem.sparse_matrices import Sparse, csc, csr, diagonal_matrix, one_under_another, side_by_side
from povlib.allocation.proof.certificate import (
    UNITS_PER_MICRO,
    UNITS_PER_PERSON,
    Prices,
    best_net_values,
    net_values,
    price_bound,
)
from povlib.allocation.proof.fund_split import split_bills
from povlib.allocation.solvers.township.solver_process import shared_solver
from povlib.arrays import Ints
from povlib.errors import SolverError, UnfinishedRelaxationError

#: micro-persons in a point (1/1000 person), the unit of the solver's objective: keeps its numbers near one
POINT = 1000
LP_OPTIONS = {"solver": "simplex", "presolve": "off"}
#: sets of funds up to which every row of Gale's condition is in the model at once; with more, rows are added when
#: broken. A choice that trades a larger first program for fewer rounds; not measured
_ALL_STATES = 40
#: sets of funds that wait to be broken one by one; of more the worst are looked for block by block (`fund_tree`). Seven
#: funds that share all bills have as many; each costs a pass over the bills
MOST_WAITING = 127
#: part of what a set of funds holds above which its row is in the programs of the proof from the beginning (a choice)
NEAR_BUDGET = 0.9
#: rounds of subgradients for a case of what is opened
CASE_ROUNDS = 3
#: columns; larger relaxations are left to the solver
_OUT_OF_TIME, _NOT_WITHIN = "Time limit reached", "the linear relaxation was not solved within {limit} s"
MOST_SIFTED = 2_000_000


@dataclass(eq=False)
class FundRows:
    """The rows of Gale's condition that are in the model: state, demand of each package, budget.

    `tree`: where rows are looked for that are too many to be listed; None where all are in the model or wait.
    """

    problem: Problem
    states: list[tuple[int, ...]] = field(default_factory=list)
    demand: list[Ints] = field(default_factory=list)
    budget: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        money = self.problem.money
        self._waiting: list[tuple[int, ...]] = []
        self.tree: FundTree | None = None
        if money is None:
            return
        if money.states > MOST_WAITING:
            self.tree, first = fund_tree(money), money.single_states()
        else:
            first = self._waiting = money.binding_states()
            if len(first) > _ALL_STATES:
                first = [state for state in first if _is_single_fund(state)]
        for state in first:
            self.add(state)

    def add(self, state: tuple[int, ...]) -> None:
        """Add the row of one state."""
        money = self.problem.money
        assert money is not None
        demand = money.demand(state)
        self._waiting = [other for other in self._waiting if other != state]
        if demand.any():
            self.states.append(state)
            self.demand.append(demand)
            self.budget.append(money.budget_of(state))

    def add_all(self) -> None:
        """Add every row that can bind; where they are too many to be listed (`tree`), those that wait."""
        for state in list(self._waiting):
            self.add(state)

    def tight(self, relaxed: Relaxation) -> FundRows:
        """Return the rows near which the relaxation comes; the others wait until an answer breaks them."""
        priced = relaxed.row_prices[len(self.problem.capacity) :]
        near = [
            at >= len(priced) or priced[at] > 0 or float(demand @ relaxed.x) > NEAR_BUDGET * budget
            for at, (demand, budget) in enumerate(zip(self.demand, self.budget, strict=True))
        ]
        kept = copy(self)
        kept.states = list(compress(self.states, near))
        kept.demand = list(compress(self.demand, near))
        kept.budget = list(compress(self.budget, near))
        kept._waiting = [*self._waiting, *(state for state in self.states if state not in kept.states)]
        return kept

    def add_violated(self, x: npt.NDArray[np.number], tolerance_fen: float) -> int:
        """Add rows that the weights `x` of the package rows break; return how many."""
        money = self.problem.money
        if money is None:
            return 0
        over = {state: float(money.demand(state) @ x) - money.budget_of(state) for state in self._waiting}
        if self.tree is not None:
            known = set(self.states)
            over |= {state: by for by, state in self.tree.worst_states(x) if state not in known}
        broken = sorted((-excess, state) for state, excess in over.items() if excess > tolerance_fen)
        for _, state in broken[:20]:
            self.add(state)
        return len(broken)

    def pays(self, rows: Ints) -> bool:
        """Say whether chosen package rows can be paid; adds the rows of sets that cannot pay them.

        Needed only where not every set is in the model, or where no flow network describes the rule
        (a fund with both a ceiling per household and a kept share).
        """
        if not self._waiting and self.tree is None and not self.crossing:
            return True
        chosen = np.zeros(len(self.problem.value), dtype=np.int64)
        chosen[rows] = 1
        if self.add_violated(chosen, tolerance_fen=0.5):
            return False
        # the tree has looked at every set in whole numbers: a flow says no more, where one describes the rules at all
        return (self.tree is not None and not self.crossing) or split_bills(self.problem, rows) is not None

    @property
    def crossing(self) -> bool:
        """Some fund has both a ceiling per household and a kept share."""
        money = self.problem.money
        return money is not None and bool((money.has_child & (money.household_ceiling < NO_LIMIT)).any())

    def posted(self, dual: npt.NDArray[np.float64]) -> tuple[Ints, Ints]:
        """Sum the prices of sets over each fund and child: one price each to post."""
        count = len(self.problem.money.funds) if self.problem.money is not None else 0
        fund, child = np.zeros(count), np.zeros(count)
        for state, price in zip(self.states, dual, strict=True):
            taken = np.asarray(state)
            fund += np.where(taken == WHOLE, price, 0.0)
            child += np.where(taken == CHILD, price, 0.0)
        return _price_units(fund), _price_units(child)


def _is_single_fund(state: tuple[int, ...]) -> bool:
    return sum(taken > 0 for taken in state) == 1


def _price_units(price_points: npt.NDArray[np.float64]) -> Ints:
    return np.asarray(np.rint(np.maximum(price_points, 0.0) * (UNITS_PER_PERSON // POINT)), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class RelaxedModel:
    """Columns and rows of the model: columns are the allowed package rows in canonical order.

    `optional`: columns of what may be opened or left shut.
    """

    column: Ints
    group: Ints
    c: npt.NDArray[np.float64]
    a: Sparse
    b: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]
    optional: npt.NDArray[np.bool_]

    def within(self, allowed: npt.NDArray[np.bool_]) -> RelaxedModel:
        """Return the model of the same rows over the columns that are allowed."""
        kept = np.flatnonzero(allowed[self.column])
        return replace(
            self, column=self.column[kept], group=self.group[kept], c=self.c[kept], a=csr(self.a[:, kept]),
            optional=self.optional[kept],
        )  # fmt: skip


def model_of(problem: Problem, funds: FundRows) -> RelaxedModel:
    """Return the rows (resources, then fund sets) over the allowed columns."""
    column = problem.order[problem.allowed[problem.order]]
    parts = [problem.use.astype(np.float64)[column]]
    if funds.demand:
        parts.append(csr(np.stack(funds.demand, axis=1)[column].astype(np.float64)))
    a = csr(side_by_side(parts).T)
    a.eliminate_zeros()
    b = np.concatenate([problem.capacity.astype(np.float64), np.array(funds.budget, dtype=np.float64)])
    largest = np.asarray(abs(a).max(axis=1).toarray()).ravel() if a.shape[1] else np.zeros(len(b))
    scale = 2.0 ** -np.floor(np.log2(np.where(largest > 0, largest, 1.0)))
    a = csr(diagonal_matrix(scale) @ a)
    group = problem.group[column]
    value = problem.value[column] / POINT
    return RelaxedModel(column, group, value, a, b * scale, scale, group >= problem.households)


def choice_rows(group: Ints) -> Sparse:
    """Return one row for each group that occurs, in order of first appearance."""
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    ones = np.ones(len(group))
    return csr((ones, (rank[inverse], np.arange(len(group)))), shape=(len(first), len(group)))


@dataclass(frozen=True, eq=False)
class Relaxation:
    """Result: weights of package rows, prices, their exact bound, and reduced costs."""

    x: npt.NDArray[np.float64]
    prices: Prices
    bound: int
    line: npt.NDArray[np.int64]
    loss: npt.NDArray[np.float64]
    funds: FundRows
    iterations: int
    row_prices: npt.NDArray[np.float64]
    model: RelaxedModel

    @property
    def scale(self) -> float:
        """Mean reduced cost of second-best packages, in micro-persons: what "nearly tied" means here."""
        problem = self.funds.problem
        loss = np.where(problem.allowed, self.loss, np.inf)
        order = np.lexsort((loss, problem.group))
        second = loss[order[problem.start[:-1][np.diff(problem.start) > 1] + 1]]
        second = second[np.isfinite(second)]
        return float(second.mean()) if len(second) else 0.0

    @property
    def first(self) -> Ints:
        """Package row of greatest weight of each group."""
        group = self.funds.problem.group
        best = np.lexsort((-self.x, group))
        return np.asarray(best[np.searchsorted(group[best], np.arange(group[-1] + 1))], dtype=np.int64)


def relax(
    problem: Problem,
    time_limit_s: float,
    funds: FundRows | None = None,
    warm: npt.NDArray[np.float64] | None = None,
    model: RelaxedModel | None = None,
) -> Relaxation | None:
    """Solve the relaxation; None when no weights satisfy the rules.

    Parameters
    ----------
    warm : float (R,), optional
        Prices of the rows that are nearly right, in 1e-12 person per unit, from another plan.
    model : RelaxedModel, optional
        Where it is known: of the rows that are in `funds`.

    Raises
    ------
    UnfinishedRelaxationError
        If it does not end within the time limit.
    SolverError
        If HiGHS ends neither with an optimum nor with "infeasible".
    """
    funds = funds or FundRows(problem)
    iterations, until = 0, time.monotonic() + time_limit_s
    # the prices of the case that one was split from are those of a relaxation already
    settled = model is not None
    centre: npt.NDArray[np.float64] | None = None
    while True:
        model = model_of(problem, funds) if model is None else model
        answer = _optimum_by_sifting(model, time_limit_s, warm, settled) or _optimum_by_simplex(model, time_limit_s)
        if answer is None:
            return None
        iterations += answer.iterations
        x = np.zeros(len(problem.value))
        x[model.column] = answer.x
        if not funds.add_violated(x, tolerance_fen=1.0):
            return _relaxation_at_optimum(problem, model, funds, x, answer.dual, iterations)
        if funds.tree is not None:
            # rows that break between the answers too (Ben-Ameur and Neto 2007): answers jump from corner to corner, and
            # 12 townships of equal households took 217 programs without, 38 with
            centre = x if centre is None else (centre + x) / 2
            funds.add_violated(centre, tolerance_fen=1.0)
            if time.monotonic() > until:
                raise UnfinishedRelaxationError(_NOT_WITHIN, limit=time_limit_s)
        warm = np.maximum(answer.dual, 0.0) * model.scale * (UNITS_PER_PERSON // POINT)
        model = None


@dataclass(frozen=True, eq=False)
class RelaxedOptimum:
    """Weights of the model's columns, prices of its rows (points, scaled rows) and simplex iterations."""

    x: npt.NDArray[np.float64]
    dual: npt.NDArray[np.float64]
    iterations: int


def _optimum_by_sifting(
    model: RelaxedModel, time_limit_s: float, warm: npt.NDArray[np.float64] | None, settled: bool
) -> RelaxedOptimum | None:
    """Solve by sifting, where that pays; None where it does not, or fails."""
    if not len(model.b) or not 0 < len(model.c) <= MOST_SIFTED:
        return None
    from povlib.allocation.solvers.township.sifted_relaxation import WARM_ROUNDS, sifted_optimum

    near = None
    if warm is not None and len(warm) <= len(model.b):
        near = np.zeros(len(model.b))
        near[: len(warm)] = warm / (model.scale[: len(warm)] * (UNITS_PER_PERSON // POINT))
    found = sifted_optimum(
        model.c, model.group, model.a, model.b, time_limit_s, near,
        always=model.optional, warm_rounds=CASE_ROUNDS if settled else WARM_ROUNDS,
    )  # fmt: skip
    return None if found is None else RelaxedOptimum(*found)


def _optimum_by_simplex(model: RelaxedModel, time_limit_s: float) -> RelaxedOptimum | None:
    """Solve the relaxation by simplex; None when infeasible, an `UnfinishedRelaxationError` when it takes too long."""
    choice = choice_rows(model.group)
    a = csc(one_under_another([choice, model.a]))
    request = {
        "kind": "lp", "c": model.c, "b": np.concatenate([np.ones(choice.shape[0]), model.b]),
        "equalities": choice.shape[0], "start": a.indptr.astype(np.int32), "index": a.indices.astype(np.int32),
        "data": a.data,
    }  # fmt: skip
    status = ""
    for options in (LP_OPTIONS, {"solver": "simplex", "presolve": "on"}):
        answer = shared_solver().ask({**request, "options": {**options, "time_limit": time_limit_s}}, time_limit_s)
        if answer is None:
            raise UnfinishedRelaxationError(_NOT_WITHIN, limit=time_limit_s)
        status = str(answer["status"])
        if status == "Optimal":
            return RelaxedOptimum(answer["x"], answer["dual"][choice.shape[0] :], int(answer["iterations"]))
        if status == "Infeasible":
            return None
        if status == _OUT_OF_TIME:
            raise UnfinishedRelaxationError(_NOT_WITHIN, limit=time_limit_s)
    raise SolverError("the linear relaxation ended with: {status}", status=status)


def _relaxation_at_optimum(
    problem: Problem,
    model: RelaxedModel,
    funds: FundRows,
    x: npt.NDArray[np.float64],
    dual: npt.NDArray[np.float64],
    n: int,
) -> Relaxation:
    price = np.maximum(dual, 0.0) * model.scale
    resources = len(problem.capacity)
    fund, child = funds.posted(price[resources:])
    prices = Prices(_price_units(price[:resources]), fund, child)
    line = net_values(problem, prices)
    loss = (best_net_values(problem, line)[problem.group] - line).astype(np.float64) / UNITS_PER_MICRO
    bound = price_bound(problem, prices, line)
    return Relaxation(x, prices, bound, line, loss, funds, n, price * (UNITS_PER_PERSON // POINT), model)
