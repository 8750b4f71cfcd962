"""Exchanges of one planned package for another that keep every rule, the most valuable first.

Responsible for looking at every other package of every household against what a plan leaves. Not responsible for
what an exchange is asked for (`povlib.allocation.questions.marginal_worth`, `weak_payments`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.proof.fund_split import split_bills
from povlib.allocation.proof.plan import Plan
from povlib.allocation.questions.baseline_rules import FirmRules
from povlib.arrays import Ints

#: packages tried at once under funds in blocks; a choice that keeps the arrays of a township within a few megabytes
_AT_ONCE = 512


class SingleExchanges:
    """Every package that is worth more than the one planned for its household, and what it changes.

    Attributes
    ----------
    used, demand : int64
        What the plan uses of every row, and what only each set of funds can pay of it.
    gain : int64
        By package, micro-persons more than what is planned for the household.
    better : int64
        Packages that gain, most first.
    """

    def __init__(self, plan: Plan, problem: Problem, rules: FirmRules | None = None) -> None:
        self.plan, self.problem, self.rules = plan, problem, rules or FirmRules(problem)
        self.used, self.demand = self.rules.use_and_demand(plan.rows)
        gain = problem.value - problem.value[plan.rows[problem.group]]
        own = problem.start[problem.households]
        better = np.flatnonzero(problem.allowed & (gain > 0) & (np.arange(len(gain)) < own))
        self.gain, self.better = gain, better[np.lexsort((better, -gain[better]))]
        self._now = now = plan.rows[problem.group[self.better]]
        if self.rules.tree is not None:
            return
        # kept once, few of them not nought: a county asks the same of a hundred thousand packages for every payment
        change = (problem.use[self.better] - problem.use[now]).tocoo()
        more = change.data > 0
        self._place, self._row, self._more = change.row[more], change.col[more], change.data[more].astype(np.int64)
        self._more_demand = self.rules.demand[self.better] - self.rules.demand[now]

    def fitting(self, used: Ints, demand: Ints, capacity: Ints) -> Ints:
        """Return the packages that break no rule where so much is used and asked of funds already, best first."""
        if self.rules.tree is not None:
            return self._fitting_in_batches(used, demand, capacity)
        more = self._more_demand
        fits = np.asarray(~((demand + more > self.rules.budget) & (more > 0)).any(axis=1))
        fits[self._place[used[self._row] + self._more > capacity[self._row]]] = False
        return self.better[fits]

    def _fitting_in_batches(self, used: Ints, demand: Ints, capacity: Ints) -> Ints:
        """Return the same where sets of funds are too many to list: what each asks of them is worked out in batches."""
        fitting = [np.zeros(0, dtype=np.int64)]
        for begin in range(0, len(self.better), _AT_ONCE):
            batch, now = self.better[begin : begin + _AT_ONCE], self._now[begin : begin + _AT_ONCE]
            fits = self.rules.keeps(used, demand, *self.rules.changes_by(batch, now), capacity)
            fitting.append(batch[fits])
        return np.concatenate(fitting)

    def payable(self, rows: Ints, planned: Ints) -> Iterator[int]:
        """Yield those of the packages whose bills can be split among the funds in place of what is `planned`."""
        for at in rows.tolist():
            trial = planned.copy()
            trial[self.problem.group[at]] = at
            if split_bills(self.problem, trial) is not None:
                yield at

    def best_with(self, capacity: Ints) -> float:
        """Return what the best exchange adds in persons under other capacities of the rows; 0 where none fits.

        Examples
        --------
        >>> from scipy import sparse
        >>> from povlib.allocation.solvers.dispatch import solve
        >>> use = sparse.csr_array([[0], [2], [0], [3]])
        >>> problem = Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [4])
        >>> exchanges = SingleExchanges(solve(problem, gap=0), problem)
        >>> exchanges.best_with(np.array([4])), exchanges.best_with(np.array([5]))
        (0.0, 5.0)
        """
        fitting = self.fitting(self.used, self.demand, capacity)
        best = next(self.payable(fitting, self.plan.rows), None)
        return 0.0 if best is None else float(self.gain[best]) / MICRO
