"""A smaller problem inside a problem: some groups free, the others held.

Responsible for cutting out free groups and the packages they may still choose, with capacities
less what the others use, and for putting the answer back. Not responsible for which groups.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from povlib.allocation.certificate import exact_sum
from povlib.allocation.funds import Bools, Ints
from povlib.allocation.matrices import beside, csr
from povlib.allocation.problem import Problem
from povlib.allocation.relaxation import FundRows


def part_of(problem: Problem, funds: FundRows, free: Bools, held: Ints, keep: Bools) -> tuple[Problem, Ints, Ints]:
    """Return the problem of the free groups, its package rows and its columns (rows, then sets of funds).

    Parameters
    ----------
    free : bool (G,)
    held : int64 (G,)
        Package row of every group; of a free one it is kept among its choices.
    keep : bool (P,)
        Packages that free groups may choose.

    Notes
    -----
    The sets of funds in the model become ordinary rows; whether the money can be split is checked
    on the whole plan.
    """
    chosen = (keep & problem.allowed)[:]
    chosen[held] = True
    rows = np.flatnonzero(chosen & free[problem.group])
    others = held[~free]
    use = [problem.use[rows]]
    left = problem.capacity - np.asarray(problem.use[others].sum(axis=0), dtype=np.int64).ravel()
    if funds.demand:
        demand = np.stack([d[rows] for d in funds.demand], axis=1)
        spent = [budget - exact_sum(d[others]) for d, budget in zip(funds.demand, funds.budget, strict=True)]
        use.append(csr(demand))
        left = np.concatenate([left, np.array(spent, dtype=np.int64)])
    matrix = beside(use)
    touched = np.flatnonzero(np.asarray(abs(matrix).sum(axis=0)).ravel() > 0)
    untouched = np.setdiff1d(np.arange(len(left)), touched)
    if (left[untouched] < 0).any():  # a row that nobody free can mend: let it show as infeasible
        touched = np.union1d(touched, untouched[left[untouched] < 0])
    return _sub(problem, rows, csr(matrix[:, touched]), left[touched]), rows, touched


def _sub(problem: Problem, rows: Ints, use: object, capacity: Ints) -> Problem:
    groups, start = np.unique(problem.group[rows], return_index=True)
    names = np.array([f"row{r:06d}" for r in range(len(capacity))], dtype=object)
    frame: dict[str, Any] = {
        "row": names,
        "kind": "resource",
        "village": None,
        "sense": "<=",
        "unit": "",
        "names": None,
    }
    table = problem.rows.iloc[:0].reindex(range(len(capacity))).assign(**frame, capacity=capacity)
    place = np.minimum(groups, problem.households - 1)
    return replace(
        problem,
        hh=groups,
        start=np.append(start, len(rows)).astype(np.int64),
        package=rows,
        row=rows,
        value=problem.value[rows],
        allowed=np.ones(len(rows), dtype=bool),
        base=np.full(len(groups), -1, dtype=np.int64),
        use=use,
        capacity=capacity.astype(np.int64),
        rows=table,
        village=np.where(groups < problem.households, problem.village[place].astype(str), ""),
        members=np.ones(len(groups), dtype=np.int64),
        money=None,
        stages=(),
        bonus=problem.bonus[rows],
        tables=None,
    )
