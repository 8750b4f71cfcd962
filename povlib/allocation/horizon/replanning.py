"""A horizon planned again with the least disturbance: nobody is moved unless it brings something.

Responsible for the plan that keeps most households where they were among those that are as good, and for what each move
brings. Not responsible for what changed (new months of the ledger) nor for finding the best value (`horizon_search`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.allocation.horizon.horizon_cases import shortfall
from povlib.allocation.horizon.horizon_plan import HorizonPlan, assemble_horizon_plan
from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.horizon.payable_rows import keeps_every_row, payable_rows, value_of
from povlib.allocation.horizon.payment_calendar import split_over_tranches
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.arrays import Ints

#: why a household is moved
GONE, BETTER, ROOM = "gone", "better", "room"
#: package rows to choose from beside the plans known: those that lose least; a choice that bounds the search
NEAR_COLUMNS = 400
#: nodes of the program that asks what one household costs where it was: a few others move with it
_NODES_OF_ONE = 200


@dataclass(frozen=True, eq=False)
class Replan:
    """A plan made again, and what it moves.

    Attributes
    ----------
    plan : HorizonPlan
    moves : DataFrame
        hh, before, package, reason (`GONE`: the earlier package is not offered any more; `BETTER`: the household itself
        gains; `ROOM`: it makes room for others), own_gain (persons, of this household's value), gain (persons that the
        plan would lose if this household were left where it was and nobody who stays were moved; where that leaves no
        room for it: if those who stay might lose their help to it; NaN where its package is gone).
    kept : int
        Households left where they were.
    """

    plan: HorizonPlan
    moves: pd.DataFrame
    kept: int


def replanned(
    horizon: HorizonProblem,
    best: HorizonPlan,
    before: Mapping[str, str],
    *,
    within: float,
    nodes: int = 2_000,
    program: HorizonProgram | None = None,
) -> Replan:
    """Return the plan that moves fewest households among those whose value is within `within` of the best.

    Parameters
    ----------
    horizon : HorizonProblem
        As it is known now.
    best : HorizonPlan
        The best plan of it (`horizon_search.solve_horizon`).
    before : mapping
        Household -> the package (with its period, in the keys of this horizon) of the plan before; "" where that
        package is not offered any more.
    within : float
        Persons that plans may differ by and count as equal; the certificate is wider by no more than this.
    """
    problem = horizon.problem
    program = program or HorizonProgram(horizon)
    stays = _stays(horizon, before)
    value = problem.value / MICRO
    column = _columns(horizon, best, np.flatnonzero(stays & problem.allowed))
    least = best.value - within
    rows = best.rows
    answer = program.best_rows(
        column, stays.astype(np.float64) + value / max(float(value.max(initial=0.0)), 1.0) / problem.groups / 2,
        gap=0.4 / problem.groups, nodes=nodes, least=(value, least - 1e-9),
    )  # fmt: skip
    if answer is not None and keeps_every_row(horizon, answer[0]) and value_of(horizon, answer[0]) >= least - 1e-9:
        rows = answer[0] if stays[answer[0]].sum() >= stays[rows].sum() else rows
    rows, gains = _put_back(program, rows, stays, column, least)
    payments = split_over_tranches(horizon, rows)
    assert payments is not None
    plan = assemble_horizon_plan(horizon, rows, payments, best.cases, best.effort)
    return Replan(plan, _moves(program, plan, before, stays, gains), int(stays[rows[: problem.households]].sum()))


def _stays(horizon: HorizonProblem, before: Mapping[str, str]) -> np.ndarray:
    """Return for each package row whether it is what its household had in the plan before."""
    problem = horizon.problem
    found = np.zeros(len(problem.package), dtype=bool)
    own = problem.group < problem.households
    hh = problem.hh[problem.group[own]]
    found[np.flatnonzero(own)] = [before.get(str(h)) == str(k) for h, k in zip(hh, problem.package[own], strict=True)]
    return found


def _columns(horizon: HorizonProblem, best: HorizonPlan, stays: Ints) -> Ints:
    """Return the package rows to choose from: the best plan's, the ones before, and those that lose least."""
    problem = horizon.problem
    loss = shortfall(horizon, best.cases)
    able = np.flatnonzero(problem.allowed)
    near = able[np.argsort(loss[able], kind="stable")][:NEAR_COLUMNS]
    return np.unique(np.concatenate([best.rows, stays, near]))


def _put_back(
    program: HorizonProgram, rows: Ints, stays: np.ndarray, column: Ints, least: float
) -> tuple[Ints, dict[int, float]]:
    """Return the choice with every household put back that can be while nobody who stays is moved, and their gains.

    Each time one is put back the others are asked again: afterwards leaving any of those that are moved where it was,
    beside all who stay, would bring the plan below `least`. By how much below the plan is its gain, by group: the last
    round has asked for it already.
    """
    horizon = program.horizon
    asked: list[tuple[tuple[int, int], Ints | None]] = []
    again = True
    while again:
        asked, again = [], False
        for group, old in _moved(horizon, rows, stays):
            if rows[group] == old:  # put back together with another
                continue
            tried = _left_where_it_was(program, rows, stays, column, (group, old))
            if tried is not None and value_of(horizon, tried) >= least - 1e-9:
                rows, again = tried, True
            asked.append(((group, old), tried))
    value, gains = value_of(horizon, rows), {}
    for one, tried in asked:
        if tried is None:
            tried = _left_where_it_was(program, rows, stays, column, one, may_lose=True)
        gains[one[0]] = float(np.inf) if tried is None else value - value_of(horizon, tried)
    return rows, gains


def _moved(horizon: HorizonProblem, rows: Ints, stays: np.ndarray) -> list[tuple[int, int]]:
    """Return group and earlier package row of each household that is not where it was and could be."""
    problem = horizon.problem
    own = np.flatnonzero(stays & problem.allowed)
    return [(int(g), int(row)) for g, row in zip(problem.group[own], own, strict=True) if rows[g] != row]


def _left_where_it_was(
    program: HorizonProgram,
    rows: Ints,
    stays: np.ndarray,
    column: Ints,
    one: tuple[int, int],
    *,
    may_lose: bool = False,
) -> Ints | None:
    """Return the best choice with one household where it was; those who stay do, or `may_lose` what they have."""
    problem = program.horizon.problem
    group, old = one
    kept = stays[rows]
    kept[group] = False
    nothing = problem.base[problem.base >= 0]
    free = np.concatenate([column, nothing[problem.allowed[nothing]]])
    free = free[~kept[problem.group[free]] & (problem.group[free] != group)]
    lost = nothing[kept[problem.group[nothing]] & problem.allowed[nothing]] if may_lose else nothing[:0]
    others = rows[problem.group[rows] != group]
    among = np.unique(np.concatenate([others, free, lost, [old]]))
    return payable_rows(program, among, gap=0.0, nodes=_NODES_OF_ONE)


def _moves(
    program: HorizonProgram, plan: HorizonPlan, before: Mapping[str, str], stays: np.ndarray, gains: Mapping[int, float]
) -> pd.DataFrame:
    """Return what is moved, why, and what it brings."""
    horizon = program.horizon
    problem = horizon.problem
    value = problem.value / MICRO
    old = dict(_moved(horizon, plan.rows, stays))
    found = []
    for h, row in enumerate(plan.rows[: problem.households].tolist()):
        key = str(problem.hh[h])
        if key not in before or before[key] == str(problem.package[row]):
            continue
        if h not in old:
            found.append((key, before[key], str(problem.package[row]), GONE, np.nan, np.nan))
            continue
        own = float(value[row] - value[old[h]])
        found.append((key, before[key], str(problem.package[row]), BETTER if own > 0 else ROOM, own, gains[h]))
    return pd.DataFrame(found, columns=["hh", "before", "package", "reason", "own_gain", "gain"])
