"""Plans along a path of problems, each looser than the one before, that cannot contradict each other.

Responsible for what a curve of plans solved again must keep: it contains the plan it starts from, as it is; it never
falls where the rules become looser, since a plan that keeps the tighter rules keeps the looser ones; and a difference
that the proofs leave open is not called one. Each search stops within a gap of its own, so that raw points
would rise and fall by that gap. Not responsible for what is loosened (`povlib.allocation.questions.capacity_frontier`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import Problem
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices, price_bound
from povlib.allocation.proof.plan import Plan, assemble_plan, posted_prices
from povlib.allocation.solvers.dispatch import solve
from povlib.arrays import Ints
from povlib.errors import InfeasiblePlanError, SolverError

#: columns of a path's points; `plan_path` gives money_fen and prices besides
PATH_COLUMNS = ["value", "additional", "bound", "gap", "status", "change_low", "change_high", "distinct", "own"]
#: persons: a tenth of the micro-person that values are whole multiples of; below it floats differ, not plans
_FLOAT_NOISE = 1e-7


@dataclass(eq=False)
class _Point:
    """One problem of the path: the best plan known for it, and why its own search stopped."""

    problem: Problem
    plan: Plan | None = None
    status: str = "infeasible"

    def take(self, other: Plan | None) -> None:
        """Take the plan of a tighter problem where it is the better one: it keeps every rule of this one."""
        if other is None or self.problem.stages or (self.plan is not None and self.plan.value >= other.value):
            return
        rows = _rows_by_key(self.problem, other)
        if rows is None:
            return
        # without prices of its own the point has those of the plan it takes: any prices prove a bound
        proof = (self.plan or other).certificate.prices
        prices = Prices.of(self.problem, proof)
        self.plan = assemble_plan(
            self.problem, rows, prices, price_bound(self.problem, prices), np.inf,
            status="effort", effort={}, as_drawn=True,
        )  # fmt: skip
        if self.status == "infeasible":
            self.status = "effort"


def plan_path(
    problems: Sequence[Problem],
    own: int,
    plan: Plan,
    *,
    gap: float,
    nodes: int,
    time_limit_s: float,
    progress: Callable[[float], None],
) -> pd.DataFrame:
    """Return the point of each problem of a path from tight to loose.

    Parameters
    ----------
    problems : sequence of Problem
        The same packages under looser and looser rules, tightest first.
    own : int
        Which of them is the plan's own: its point is the plan itself, with its own proof.
    plan : Plan
    gap : float
        Persons; each search stops when this gap is certified.

    Returns
    -------
    DataFrame
        value (never falling from tight to loose; nowhere above the plan's under tighter rules), additional, bound
        (the least that the prices of any point prove), gap, status, change_low and change_high (between which the
        best value surely differs from that of the plan's own problem), distinct (0 is not between them),
        own (the plan itself), money_fen, prices (those that prove the bound, persons a unit). NaN
        where no plan keeps every rule.

    Notes
    -----
    Plans solved again never lower a point: searches go from the plan outwards, each from the plan beside it, and what a
    tighter problem found is carried to the looser ones. Where a tighter problem found more than the plan itself, the
    plan had that much slack; the point then says what is certain, that as much as the plan can be had there too. A
    problem solved in stages of priority is not compared so, since what its last stage is worth may fall.
    """
    points = [_Point(problem) for problem in problems]
    points[own] = _Point(problems[own], plan, plan.status)
    order = [*range(own + 1, len(points)), *range(own - 1, -1, -1)]
    for done, at in enumerate(order):
        progress(done / len(order))
        beside = points[at - 1 if at > own else at + 1]
        _search(points[at], beside.plan or plan, gap, nodes, time_limit_s)
        if at > own:
            points[at].take(beside.plan)
    for at in range(1, own):
        points[at].take(points[at - 1].plan)
    return _point_table(points, own)


def _search(point: _Point, warm: Plan, gap: float, nodes: int, time_limit_s: float) -> None:
    """Solve a point again from a plan beside it; without an answer in time it waits for one to be carried to it."""
    try:
        point.plan = solve(point.problem, gap=gap, warm_start=warm, nodes=nodes, time_limit_s=time_limit_s)
        point.status = point.plan.status
    except InfeasiblePlanError:
        point.status = "infeasible"
    except SolverError:
        point.status = "time"


def _rows_by_key(problem: Problem, plan: Plan) -> Ints | None:
    """Return the package rows of a plan of another problem with the same packages; None where one is missing here."""
    if len(plan.rows) != problem.groups or (plan.rows >= len(problem.value)).any():
        return None
    fits = (problem.group[plan.rows] == np.arange(problem.groups)).all() and problem.allowed[plan.rows].all()
    own = slice(0, problem.households)
    same = np.array_equal(problem.package[plan.rows[own]].astype(object), plan.chosen["package"].to_numpy(object))
    return plan.rows if fits and same else None


def _least_bounds(points: Sequence[_Point]) -> list[tuple[float, dict[str, float]]]:
    """Return for each problem the least bound, in persons, that the prices of any point prove, and these prices.

    They belong together: only the line through the bound with the slope of its own prices bounds other capacities.
    """
    proofs = [point.plan.certificate.prices for point in points if point.plan is not None]
    least = []
    for point in points:
        proved = [(price_bound(point.problem, Prices.of(point.problem, prices)), prices) for prices in proofs]
        units, prices = min(proved, key=lambda proof: proof[0])
        least.append((units / UNITS_PER_PERSON, dict(posted_prices(point.problem, prices))))
    return least


def _point_table(points: Sequence[_Point], own: int) -> pd.DataFrame:
    """Return what is certain of every point."""
    here = points[own].plan
    assert here is not None
    proofs = _least_bounds(points)
    # the plan's own proof stands as it is; looser rules are then bounded by no less
    bounds = [bound for bound, _ in proofs]
    bounds[own] = here.price_bound
    bounds[own:] = np.maximum.accumulate(bounds[own:]).tolist()
    slopes = [prices for _, prices in proofs]
    slopes[own] = dict(here.prices)
    constant = here.value - here.additional
    table = []
    for at, point in enumerate(points):
        if point.plan is None:
            table.append((*[np.nan] * 4, point.status, np.nan, np.nan, False, at == own, 0, {}))
            continue
        # in stages of priority tighter rules may leave the last stage more
        value = min(point.plan.value, here.value) if at < own and not point.problem.stages else point.plan.value
        low, high = _certain_change(value, bounds[at], here, at - own, staged=bool(point.problem.stages))
        additional, gap = value - constant, bounds[at] - value
        if at == own:  # to the last digit
            additional, gap = here.additional, here.gap
        distinct = low > _FLOAT_NOISE or high < -_FLOAT_NOISE
        certain = (value, additional, bounds[at], gap, point.status, low, high, distinct, at == own)
        table.append((*certain, int(point.plan.payments["fen"].sum()), slopes[at]))
    return pd.DataFrame(table, columns=[*PATH_COLUMNS, "money_fen", "prices"])


def _certain_change(value: float, bound: float, here: Plan, step: int, *, staged: bool) -> tuple[float, float]:
    """Return between what the best value surely differs from that of the plan's own problem."""
    if step == 0:
        return 0.0, 0.0
    low, high = value - here.price_bound, bound - here.value
    if staged:
        return low, high
    return (max(low, 0.0), max(high, 0.0)) if step > 0 else (min(low, 0.0), min(high, 0.0))
