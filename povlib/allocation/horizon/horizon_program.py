"""The linear and integer program of a horizon: who gets what when, and which tranche pays in which period.

Responsible for its columns and rows, for its relaxation and the posted prices that follow, and for plans of some of its
columns. HiGHS (Huangfu and Hall 2018) solves them. Its word is never taken: bounds are computed from the prices in
whole numbers (`horizon_bound`) and payments to the fen (`payment_calendar`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from povlib.allocation.horizon.horizon_problem import HorizonProblem, money_of_period
from povlib.allocation.horizon.integer_answers import integer_answer
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.problem.bundled_funds import CHILD, WHOLE
from povlib.allocation.problem.sparse_matrices import Sparse, csc, csr, diagonal_matrix, one_under_another, side_by_side
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices
from povlib.arrays import Bools, Floats, Ints
from povlib.errors import SolverError

#: fen in the unit of the program's money rows, 1,000 yuan: keeps its numbers near one
MONEY_UNIT = 100_000
#: how much is enough of a mixed-integer search where no number of nodes is asked for; a choice
DEFAULT_NODES = 2_000
_OPTIMAL = 0


@dataclass(frozen=True, eq=False)
class Flow:
    """Money of one tranche that pays in one period: `outside` the class its fund keeps a share for, or in it."""

    tranche: int
    fund: int
    outside: bool


@dataclass(frozen=True, eq=False)
class FundState:
    """One row of Gale's condition (1957) in one period: demand of every package row, and which funds may meet it."""

    taken: dict[int, int]
    demand: Ints


@dataclass(frozen=True, eq=False)
class HorizonProgram:
    """The program of a horizon problem.

    Rows of sets of funds are those of Gale's condition within each period: what only some funds can pay of the bills
    of a period fits the money that their tranches release for it. Over all periods a tranche releases what it holds.
    """

    horizon: HorizonProblem

    @cached_property
    def states(self) -> list[FundState]:
        """The rows of sets of funds, period by period."""
        money = self.horizon.problem.money
        if money is None:
            return []
        found = []
        fund_period = self.horizon.fund_and_period
        for period in range(self.horizon.periods):
            part, rows = money_of_period(money, fund_period, period)
            index = {name: f for f, name in enumerate(money.funds)}
            for state in part.binding_states():
                demand = part.demand(state)
                if demand.any():
                    full = np.zeros(money.packages, dtype=np.int64)
                    full[rows] = demand
                    taken = {index[part.funds[i]]: how for i, how in enumerate(state) if how}
                    found.append(FundState(taken, full))
        return found

    @cached_property
    def flows(self) -> list[Flow]:
        """Every way in which money of a tranche may pay."""
        calendar = self.horizon.calendar
        kept = calendar.amount > calendar.outside
        return [
            Flow(a, f, outside)
            for f in range(len(self.horizon.fund_and_period))
            for a in self.horizon.tranches_of(f).tolist()
            for outside in ((True, False) if kept[a] else (True,))
        ]

    @cached_property
    def scale(self) -> Floats:
        """By what each capacity row is divided: powers of two near its largest use."""
        use = abs(self.horizon.problem.use).tocsc()
        largest = np.asarray(use.max(axis=0).toarray(), dtype=np.float64).ravel()
        return np.asarray(2.0 ** np.floor(np.log2(np.maximum(largest, 1.0))))

    def matrix(self, column: Ints) -> tuple[Sparse, Floats]:
        """Return rows (capacities, sets of funds, tranches, what tranches pay outside kept shares) and limits.

        Columns are the package rows `column`, then the flows.
        """
        problem, calendar = self.horizon.problem, self.horizon.calendar
        use = csr(problem.use[column].T, dtype=np.float64)
        parts = [csr(diagonal_matrix(1.0 / self.scale) @ use)]
        limits = [problem.capacity / self.scale]
        demand = csr(np.array([state.demand[column] for state in self.states]).reshape(len(self.states), len(column)))
        parts.append(demand / MONEY_UNIT)
        limits.append(np.zeros(len(self.states)))
        tranches = len(calendar.amount)
        nothing = csr((2 * tranches, len(column)), dtype=np.float64)
        left = one_under_another([*parts, nothing])
        right = one_under_another(
            [csr((len(problem.capacity), len(self.flows)), dtype=np.float64), csr(self._released()), csr(self._drawn())]
        )
        limits += [calendar.amount / MONEY_UNIT, calendar.outside / MONEY_UNIT]
        return side_by_side([left, right]), np.concatenate(limits)

    def _released(self) -> Floats:
        """Return sets of funds x flows: -1 where a flow gives a set of funds money that it may use."""
        made = np.zeros((len(self.states), len(self.flows)))
        for s, state in enumerate(self.states):
            for y, flow in enumerate(self.flows):
                how = state.taken.get(flow.fund)
                if how == WHOLE or (how == CHILD and flow.outside):
                    made[s, y] = -1.0
        return made

    def _drawn(self) -> Floats:
        """Return twice the tranches x flows: what a flow takes of a tranche, and of its part outside kept shares."""
        tranches = len(self.horizon.calendar.amount)
        made = np.zeros((2 * tranches, len(self.flows)))
        for y, flow in enumerate(self.flows):
            made[flow.tranche, y] = 1.0
            made[tranches + flow.tranche, y] = 1.0 if flow.outside else 0.0
        return made

    def choice(self, column: Ints) -> Sparse:
        """Return groups x columns: each group takes exactly one of its package rows."""
        group = self.horizon.problem.group[column]
        shape = (self.horizon.problem.groups, len(column) + len(self.flows))
        return csr((np.ones(len(column)), (group, np.arange(len(column)))), shape=shape)

    def prices(self) -> Prices:
        """Return the posted prices of the relaxation, in whole 1e-12 person.

        Raises
        ------
        SolverError
            If the relaxation has no solution: what is decided or committed breaks a rule.
        """
        return self.relaxed()[1]

    def relaxed(self) -> tuple[Floats, Prices]:
        """Return the weights of the package rows and the posted prices of the relaxation.

        Raises
        ------
        SolverError
            As `prices`.
        """
        found = self.relaxed_within(self.horizon.problem.allowed)
        if found is None:
            raise SolverError(
                "no plan over the horizon keeps every rule", where="horizon",
                remedy="look at what is committed and at the money of the first period",
            )  # fmt: skip
        return found

    def relaxed_within(self, allowed: Bools) -> tuple[Floats, Prices] | None:
        """Return the same over the package rows that are allowed; None where no weights keep every rule."""
        problem = self.horizon.problem
        column = np.flatnonzero(allowed)
        a, b = self.matrix(column)
        c = np.concatenate([-problem.value[column] / MICRO, np.zeros(len(self.flows))])
        answer: Any = linprog(c, csc(a), b, csc(self.choice(column)), np.ones(problem.groups), method="highs")
        if answer.status != _OPTIMAL:
            return None
        dual = np.maximum(-np.asarray(answer.ineqlin.marginals, dtype=np.float64), 0.0)
        rows = len(problem.capacity)
        x = np.zeros(len(problem.package))
        x[column] = answer.x[: len(column)]
        funds = self._fund_prices(dual[rows : rows + len(self.states)])
        return x, Prices(_units(dual[:rows] / self.scale), *funds)

    def _fund_prices(self, dual: Floats) -> tuple[Ints, Ints]:
        """Return the price of a fen of each fund in each period, and of its part outside kept shares besides."""
        fund, child = (np.zeros(len(self.horizon.fund_and_period)) for _ in range(2))
        for state, price in zip(self.states, dual / MONEY_UNIT, strict=True):
            for f, how in state.taken.items():
                (fund if how == WHOLE else child)[f] += price
        return _units(fund), _units(child)

    def best_rows(
        self,
        column: Ints,
        worth: npt.NDArray[np.floating],
        *,
        gap: float,
        nodes: int = DEFAULT_NODES,
        least: tuple[Floats, float] | None = None,
        without: tuple[Ints, ...] = (),
        first: Ints | None = None,
        target: float | None = None,
    ) -> tuple[Ints, float] | None:
        """Return the best choice of package rows among some, one a group, and what HiGHS bounds its worth by.

        Parameters
        ----------
        column : int (C,)
            Package rows to choose from, at least one a group.
        worth : float (P,)
            What is made as large as possible.
        gap : float
            The search stops when its own bound is so near.
        least : (float (P,), float), optional
            A second sum over the package rows, and what it must reach.
        without : tuple of int (G,)
            Choices that are not allowed: they broke a rule in whole numbers.
        first : int (G,), optional
            A choice to start from.
        target : float, optional
            The search stops at a choice worth so much.

        Returns
        -------
        tuple or None
            Rows (G,) and bound; None where nothing was found.
        """
        problem = self.horizon.problem
        a, b = self.matrix(column)
        flows = len(self.flows)
        parts, low, high = [self.choice(column), a], [np.ones(problem.groups), np.full(len(b), -np.inf)], [
            np.ones(problem.groups), b]  # fmt: skip
        if least is not None:
            parts.append(csr(_padded(least[0][column], flows)[None, :]))
            low.append(np.array([least[1]]))
            high.append(np.array([np.inf]))
        for rows in without:
            parts.append(csr(_padded(np.isin(column, rows).astype(np.float64), flows)[None, :]))
            low.append(np.array([-np.inf]))
            high.append(np.array([problem.groups - 1.0]))
        c = _padded(np.asarray(worth, dtype=np.float64)[column], flows)
        # HiGHS takes the gap as a share of the objective: what everybody's best is worth bounds that from above
        options: dict[str, Any] = {"mip_rel_gap": gap / max(self._most(column, worth), 1e-9) if gap else 0.0}
        if nodes:
            options["mip_max_nodes"] = nodes
        if target is not None:
            options["objective_target"] = -target
        started = None if first is None else np.flatnonzero(np.isin(column, first))
        answer = integer_answer(
            c, one_under_another(parts), np.concatenate(low), np.concatenate(high), len(column), options, started
        )
        if answer is None:
            return None
        x, bound = answer
        order = np.argsort(x[: len(column)], kind="stable")
        chosen = np.full(problem.groups, -1, dtype=np.int64)
        chosen[problem.group[column[order]]] = column[order]
        return chosen, bound

    def _most(self, column: Ints, worth: npt.NDArray[np.floating]) -> float:
        """Return the sum over groups of the best worth among some package rows, were nothing scarce."""
        best = np.full(self.horizon.problem.groups, -np.inf)
        np.maximum.at(best, self.horizon.problem.group[column], np.asarray(worth, dtype=np.float64)[column])
        return float(np.maximum(best, 0.0).sum())


def _padded(values: Floats, more: int) -> Floats:
    return np.concatenate([values, np.zeros(more)])


def _units(persons: Floats) -> Ints:
    return np.asarray(np.rint(persons * UNITS_PER_PERSON), dtype=np.int64)
