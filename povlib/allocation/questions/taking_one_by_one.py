"""Packages taken in order under funds of many blocks, whose sets are too many to list.

Responsible for what `povlib.allocation.questions.baseline_loops` does in compiled loops where the sets can be listed.
Not responsible for the order.
"""

from __future__ import annotations

from collections import deque
from typing import Protocol

import numpy as np

from povlib.allocation.problem.allocation_problem import Problem
from povlib.arrays import Ints
from povlib.vocabulary.resource_keys import SOURCE


class RulesAtEveryStep(Protocol):
    """The rules that hold at every step (`povlib.allocation.questions.baseline_rules.FirmRules`)."""

    firm: Ints

    def use_and_demand(self, rows: Ints) -> tuple[Ints, Ints]:
        """Return what chosen package rows use of every row, and what they demand of the funds."""

    def change_by(self, row: int, instead: int) -> tuple[Ints, Ints]:
        """Return what both change by when one package row takes the place of another."""

    def excess(self, demand: Ints) -> Ints:
        """Return what a demand asks of each set of funds beyond its budget."""


def rows_taken_one_by_one(problem: Problem, rules: RulesAtEveryStep, picks: Ints, rows: Ints, *, better: bool) -> Ints:
    """Take package rows in order wherever every rule still holds, beginning with `rows`, which are returned changed.

    `picks` and `better` as in `povlib.allocation.questions.baseline_rules.greedy_rows`.
    """
    used, demand = rules.use_and_demand(rows)
    unserved = np.ones(problem.groups, dtype=bool)
    # a limit that is a part of what the plan adds is loosened by other picks, as a share is
    share_rows = rules.firm[problem.rows["kind"].isin(("share", SOURCE)).to_numpy()[rules.firm]]
    coefficients = problem.use[picks][:, share_rows].toarray() if len(share_rows) else np.zeros((len(picks), 0))
    adding_to_share = {int(r): deque(picks[coefficients[:, at] < 0].tolist()) for at, r in enumerate(share_rows)}

    def take_or_blocking_share(row: int) -> int | None:
        """Take a row: -1 when taken, None when it cannot be, else the share row that alone forbids it."""
        nonlocal used, demand
        group = int(problem.group[row])
        worse = problem.value[row] <= problem.value[rows[group]]
        if (worse if better else not unserved[group]) or not problem.allowed[row]:
            return None
        more_use, more_demand = rules.change_by(row, int(rows[group]))
        use_after, demand_after = used + more_use, demand + more_demand
        # a row that a pin has broken from the start may stay so, but nothing is added to it
        over = rules.firm[use_after[rules.firm] > np.maximum(problem.capacity[rules.firm], used[rules.firm])]
        if (rules.excess(demand_after) > 0).any() or not set(over.tolist()) <= set(share_rows.tolist()):
            return None
        if len(over):
            return int(over[0])
        used, demand, unserved[group] = use_after, demand_after, False
        rows[group] = row
        return -1

    for row in picks.tolist():
        blocking = take_or_blocking_share(row)
        while blocking is not None and blocking >= 0 and adding_to_share[blocking]:
            if take_or_blocking_share(adding_to_share[blocking].popleft()) == -1:
                blocking = take_or_blocking_share(row)
    return rows
