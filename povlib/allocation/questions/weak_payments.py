"""Payments of a plan that bring little, and what else each could do.

Responsible for what a single payment is worth within its household's package, and for the best other use that keeps
every rule. Not responsible for which worth is little (`povlib.params.settings`) or for the words
(`povlib.report.meeting`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.proof.plan import Plan
from povlib.allocation.questions.baseline_rules import FirmRules
from povlib.allocation.questions.single_exchange import SingleExchanges
from povlib.vocabulary.resource_keys import SOURCE

#: micro-persons a point: papers count in thousandths of an expected exit
MICRO_PER_POINT = 1000
COLUMNS = [
    "hh", "village", "package", "measure", "fen", "points", "without", "saved_fen", "needed_for", "other_hh",
    "other_package", "other_points",
]  # fmt: skip


def weak_payments(plan: Plan, problem: Problem, least_points: float) -> pd.DataFrame:
    """Return the payments to households that bring less than a stated worth.

    Parameters
    ----------
    least_points : float
        Points (1/1000 of what the plan counts, as a rule a person expected to exit); 0: none is listed.

    Returns
    -------
    DataFrame
        hh, village, package (chosen), measure, fen (its bill), points (what the package is worth above the best
        other package of the household without this bill, that adds no other bill and needs no more posts or
        places), without (that package), saved_fen, needed_for (names of rules that would break without the
        payment, by row), other_hh, other_package, other_points (what then fits, adds most and breaks no rule;
        empty where nothing does). Least points first.

    Examples
    --------
    >>> from povlib.allocation.solvers.dispatch import solve
    >>> paid = pd.DataFrame({"package": ["a1", "b1"], "measure": "m", "cost_fen": [300, 200]})
    >>> problem = Problem.from_tables(
    ...     pd.DataFrame({"package": ["a0", "a1", "b0", "b1"], "hh": list("aabb"), "value": [0, 0.004, 0, 0.003]}),
    ...     pd.DataFrame(columns=["package", "resource", "amount"]),
    ...     pd.DataFrame({"resource": ["fund"], "kind": ["fund"], "capacity": [400]}),
    ...     pd.DataFrame({"hh": ["a", "b"], "village": "A", "members": 3}),
    ...     bills=paid,
    ...     payers=paid.rename(columns={"cost_fen": "ceiling_fen"}).assign(fund="fund"),
    ... )
    >>> weak = weak_payments(solve(problem, gap=0), problem, least_points=20)
    >>> weak[["hh", "fen", "points", "other_hh", "other_points"]].to_numpy().tolist()
    [['a', 300, 4.0, 'b', 3.0]]
    """
    money = problem.money
    if money is None or least_points <= 0:
        return pd.DataFrame(columns=COLUMNS)
    rules = FirmRules(problem)
    uses = _Uses(plan, problem, rules)
    found = []
    for group, bill, without in _payments(plan, problem, rules):
        row = int(plan.rows[group])
        lost = int(problem.value[row] - problem.value[without])
        if lost >= least_points * MICRO_PER_POINT:
            continue
        needed = uses.broken_without(row, without)
        other = -1 if needed else uses.best_other(group, row, without)
        found.append(
            (problem.hh[group], problem.village[group], problem.package[row], money.measure[bill],
             int(money.cost[bill]), lost / MICRO_PER_POINT, problem.package[without],
             int(money.total[row] - money.total[without]), ", ".join(needed), *uses.described(other))
        )  # fmt: skip
    frame = pd.DataFrame(found, columns=COLUMNS)
    return frame.sort_values(["points", "hh", "measure"], kind="stable", ignore_index=True)


def _payments(plan: Plan, problem: Problem, rules: FirmRules) -> Iterator[tuple[int, int, int]]:
    """Yield group, bill and the household's best package without that bill, for each bill that a plan pays."""
    money = problem.money
    assert money is not None
    kind = problem.rows["kind"].to_numpy()
    # what may hang on a source goes both ways: less help may leave a household hanging on one source alone
    taken = rules.firm[~np.isin(kind[rules.firm].astype(str), ("share", SOURCE))]
    first = np.searchsorted(money.package, np.arange(len(problem.value) + 1))
    use = csr(problem.use)[:, taken]
    for group in range(problem.households):
        row = int(plan.rows[group])
        bills = range(int(first[row]), int(first[row + 1]))
        begin, end = int(problem.start[group]), int(problem.start[group + 1])
        if not len(bills):
            continue
        own, uses = np.arange(begin, end), use[begin:end].toarray()
        no_more = problem.allowed[own] & (uses <= uses[row - begin]).all(axis=1)
        measures = {int(at): set(money.measure[first[at] : first[at + 1]].tolist()) for at in own}
        for bill in bills:
            left = measures[row] - {money.measure[bill]}
            kept = [int(at) for at, fits in zip(own, no_more, strict=True) if fits and measures[int(at)] <= left]
            if kept:
                yield group, bill, max(kept, key=lambda at: (problem.value[at], -money.total[at], -at))


class _Uses:
    """What a plan leaves of every row and set of funds, and what else fits when one package gives way to another."""

    def __init__(self, plan: Plan, problem: Problem, rules: FirmRules) -> None:
        self.plan, self.problem, self.rules = plan, problem, rules
        self.exchanges = SingleExchanges(plan, problem, rules)
        self.used, self.demand = self.exchanges.used, self.exchanges.demand

    def broken_without(self, row: int, without: int) -> list[str]:
        """Return the rules that a household's payment keeps: without it a floor or share would break."""
        more_use, more_demand = self.rules.change_by(without, row)
        if self.rules.keeps(self.used, self.demand, more_use, more_demand):
            return []
        broken = (self.used + more_use > self.problem.capacity) & (more_use > 0)
        return [str(name) for name in self.problem.rows["row"][broken]]

    def best_other(self, group: int, row: int, without: int) -> int:
        """Return the package row of another household that adds most and fits without the payment; -1 if none does."""
        more_use, more_demand = self.rules.change_by(without, row)
        used, demand = self.used + more_use, self.demand + more_demand
        rows = self.plan.rows.copy()
        rows[group] = without
        fitting = self.exchanges.fitting(used, demand, self.problem.capacity)
        others = fitting[self.problem.group[fitting] != group]
        return next(self.exchanges.payable(others, rows), -1)

    def described(self, row: int) -> tuple[object, object, float]:
        """Return household, package and points gained of another use; blanks where there is none."""
        if row < 0:
            return None, None, float("nan")
        household = self.problem.hh[self.problem.group[row]]
        return household, self.problem.package[row], float(self.exchanges.gain[row]) / MICRO_PER_POINT
