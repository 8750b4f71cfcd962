"""A horizon planned again with the least disturbance: nobody is moved unless it brings something.

Responsible for the plan that keeps most households where they were among those that are as good, and for what each move
brings. Not responsible for what changed (new months of the ledger) nor for finding the best value (`horizon_search`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.allocation.horizon.horizon_bound import losses
from povlib.allocation.horizon.horizon_plan import HorizonPlan, assemble_horizon_plan
from povlib.allocation.horizon.horizon_problem import HorizonProblem
from povlib.allocation.horizon.horizon_program import HorizonProgram
from povlib.allocation.horizon.horizon_search import FIRST_COLUMNS, keeps_every_row, value_of
from povlib.allocation.horizon.payment_calendar import split_over_tranches
from povlib.allocation.problem.allocation_problem import MICRO
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, net_values
from povlib.arrays import Ints

#: why a household is moved
GONE, BETTER, ROOM = "gone", "better", "room"


@dataclass(frozen=True, eq=False)
class Replan:
    """A plan made again, and what it moves.

    Attributes
    ----------
    plan : HorizonPlan
    moves : DataFrame
        hh, before, package, reason (`GONE`: the earlier package is not offered any more; `BETTER`: the household itself
        gains; `ROOM`: it makes room for others), own_gain (persons, of this household's value), gain (own gain and what
        is set free, at the posted prices), alone_costs (persons lost if this household alone is put back; inf: there
        is no room for it alone).
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
    rows = _put_back(horizon, rows, stays, least)
    payments = split_over_tranches(horizon, rows)
    assert payments is not None
    plan = assemble_horizon_plan(horizon, rows, payments, best.posted, best.effort)
    return Replan(plan, _moves(horizon, plan, before, stays), int(stays[rows[: problem.households]].sum()))


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
    loss = np.where(problem.allowed, losses(horizon, best.posted), np.inf)
    able = np.flatnonzero(problem.allowed)
    near = able[np.argsort(loss[able], kind="stable")][:FIRST_COLUMNS]
    return np.unique(np.concatenate([best.rows, stays, near]))


def _put_back(horizon: HorizonProblem, rows: Ints, stays: np.ndarray, least: float) -> Ints:
    """Return the choice with every household put back that can be put back alone at no loss of value."""
    problem = horizon.problem
    own = np.flatnonzero(stays & problem.allowed)
    old = dict(zip(problem.group[own].tolist(), own.tolist(), strict=True))
    for group, row in old.items():
        if rows[group] == row:
            continue
        tried = rows.copy()
        tried[group] = row
        if value_of(horizon, tried) >= max(least, value_of(horizon, rows)) - 1e-9 and keeps_every_row(horizon, tried):
            rows = tried
    return rows


def _moves(horizon: HorizonProblem, plan: HorizonPlan, before: Mapping[str, str], stays: np.ndarray) -> pd.DataFrame:
    """Return what is moved, why, and what leaving it would cost."""
    problem = horizon.problem
    value = problem.value / MICRO
    net = net_values(problem, plan.posted).astype(np.float64) / UNITS_PER_PERSON
    own = np.flatnonzero(stays & problem.allowed)
    old = dict(zip(problem.group[own].tolist(), own.tolist(), strict=True))
    found = []
    for h, row in enumerate(plan.rows[: problem.households].tolist()):
        key = str(problem.hh[h])
        if key not in before or before[key] == str(problem.package[row]):
            continue
        if h not in old:
            found.append((key, before[key], str(problem.package[row]), GONE, np.nan, np.nan, np.inf))
            continue
        gain = float(value[row] - value[old[h]])
        tried = plan.rows.copy()
        tried[h] = old[h]
        cost = gain if keeps_every_row(horizon, tried) else np.inf
        found.append((key, before[key], str(problem.package[row]), BETTER if gain > 0 else ROOM, gain,
                      float(net[row] - net[old[h]]), cost))  # fmt: skip
    return pd.DataFrame(found, columns=["hh", "before", "package", "reason", "own_gain", "gain", "alone_costs"])
