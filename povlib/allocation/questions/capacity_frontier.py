"""What more or less money would bring: the whole curve, with what no plan can exceed.

Responsible for solving again over a range of one capacity (a fund, a pool of posts), for the curve
no plan can exceed *between* the points as well, and for plans between two aims (exits and depth, or
a share kept for a group). Not responsible for drawing them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from povlib.allocation.problem.allocation_problem import MICRO, Problem
from povlib.allocation.proof.certificate import exact_sum
from povlib.allocation.proof.plan import Plan
from povlib.allocation.questions.plan_path import PATH_COLUMNS, plan_path
from povlib.allocation.solvers.dispatch import solve
from povlib.allocation.solvers.township.township_search import DEFAULT_NODES
from povlib.arrays import Floats, Ints
from povlib.errors import ProblemError
from povlib.vocabulary.resource_keys import (
    outside_kept_share,
)

Progress = Callable[[str, float], None]
#: of the present capacity: closer together around 1, where a meeting bargains, and up to twice it
CAPACITY_FACTORS = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)
#: effort for each point: a third of a plan's own search, since each starts from the plan beside it. A choice: what is
#: not closed shows in the point's certified bound
SEARCH_NODES = DEFAULT_NODES // 3
_POINT_COLUMNS = ["row", "capacity", *PATH_COLUMNS[:4], "price", "money_fen", *PATH_COLUMNS[4:]]


def frontier(
    problem: Problem,
    plan: Plan,
    rows: Sequence[str],
    *,
    factors: Sequence[float] = CAPACITY_FACTORS,
    gap: float = 0.5,
    time_limit_s: float = 20.0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Solve again over a range of capacities of each row, one row at a time; the plan itself is always a point.

    Parameters
    ----------
    plan : Plan
        The plan of `problem`: searches start from it, and at the present capacity it is the point.
    rows : sequence of str
        Funds (capacity in fen) or other resources.
    factors : sequence of float
        Capacities as multiples of the present one, in any order; the present one is added.

    Returns
    -------
    DataFrame
        row, capacity, value, additional, bound (certified), gap, price (persons a unit at that point),
        money_fen (new money used), status ("infeasible": no plan keeps every rule with so little), change_low and
        change_high (between which the best value at this capacity surely differs from that at the present one),
        distinct (0 lies outside: otherwise the two are not distinguishable), own (the plan itself). Sorted by row as
        given and capacity.

    Raises
    ------
    ProblemError
        If a row is not known or a factor is negative.

    Notes
    -----
    The best value is concave in the capacity up to the integers (linear programming duality), so that
    `frontier_bound` gives a bound for *every* capacity from the points' own prices. How the points are kept from
    contradicting each other: `povlib.allocation.questions.plan_path`.

    Examples
    --------
    >>> from scipy import sparse
    >>> use = sparse.csr_array([[0], [2], [0], [3]])
    >>> problem = Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [4])
    >>> row = str(problem.rows["row"].iloc[0])
    >>> points = frontier(problem, solve(problem, gap=0), [row], factors=[0, 0.5, 1.25], gap=0)
    >>> points[["capacity", "value", "distinct"]].to_numpy().tolist()
    [[0, 0.0, True], [2, 5.0, True], [4, 6.0, False], [5, 11.0, True]]
    """
    if any(factor < 0 for factor in factors):
        raise ProblemError("a capacity below zero means nothing", where="factors")
    found = []
    for at, row in enumerate(rows):
        now = present_capacity(problem, row)
        floor = bool((problem.rows.loc[problem.rows["row"] == row, "sense"] == ">=").any())
        # tightest first: more of a floor asks for more
        steps = sorted({now, *(round(factor * now) for factor in factors)}, reverse=floor)
        path = [problem if step == now else problem.with_capacities({row: step}) for step in steps]
        points = plan_path(
            path, steps.index(now), plan, gap=gap, nodes=SEARCH_NODES, time_limit_s=time_limit_s,
            progress=_part_of_progress(progress, "frontier", at, len(rows)),
        )  # fmt: skip
        points.insert(0, "row", row)
        points.insert(1, "capacity", steps)
        points["price"] = [_price_of_row(problem, row, own) for own in points.pop("prices")]
        found.append(points.sort_values("capacity"))
    return pd.concat(found, ignore_index=True)[_POINT_COLUMNS] if found else pd.DataFrame(columns=_POINT_COLUMNS)


def _part_of_progress(progress: Progress | None, stage: str, part: int, parts: int) -> Callable[[float], None]:
    """Return what tells of the share done of one part of a stage."""
    return lambda done: progress(stage, (part + done) / parts) if progress is not None else None


def _price_of_row(problem: Problem, row: str, prices: Mapping[str, float]) -> float:
    """Return persons a unit: of a fund with what its part outside the kept share adds; not known without prices."""
    if not prices:
        return 0.0
    return prices.get(row, 0.0) + prices.get(outside_kept_share(row), 0.0) * outside_share_of_fund(problem, row)


def frontier_bound(points: pd.DataFrame, capacity: Sequence[float]) -> pd.Series:
    """Return what no plan can exceed at any capacity, from the points of one row of `frontier`.

    Each point's prices prove  bound + price x (capacity - its capacity)  for every capacity, since a
    price certificate is linear in the capacities; the least of these lines is the curve.

    Parameters
    ----------
    points : DataFrame
        Rows of `frontier` of one resource.
    capacity : sequence of float

    Returns
    -------
    Series
        Certified upper limit of the value, by capacity.
    """
    solved = points.dropna(subset=["bound"])
    capacities = np.asarray(capacity, dtype=np.float64)
    if solved.empty:
        return pd.Series(np.nan, index=pd.Index(capacities, name="capacity"))
    step = capacities[None, :] - solved["capacity"].to_numpy(np.float64)[:, None]
    bounds = solved["bound"].to_numpy(np.float64)[:, None] + solved["price"].to_numpy(np.float64)[:, None] * step
    return pd.Series(bounds.min(axis=0), index=pd.Index(capacities, name="capacity"))


def aim_frontier(
    problem: Problem,
    plan: Plan,
    aims: tuple[str, str],
    *,
    weights: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0),
    gap: float = 0.5,
    time_limit_s: float = 20.0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Make plans between two aims, both columns of the packages table (persons and depth, say).

    Parameters
    ----------
    aims : two column names
        The second is scaled so that the best plan for either aim weighs the same.
    weights : sequence of float
        Weight of the second aim, 0-1.

    Returns
    -------
    DataFrame
        weight, one column an aim with what the plan brings above package 0, bound and gap of the mix (in
        the first aim's unit), served (households).

    Raises
    ------
    ProblemError
        If the problem has no tables or an aim is no column of them.
    """
    tables = problem.tables
    if tables is None:
        raise ProblemError("two aims need a problem made from tables", where="aims")
    unknown = [aim for aim in aims if aim not in tables.packages]
    if unknown:
        raise ProblemError("column {column} is missing", where="packages", column=unknown[0])
    worth = {aim: _aim_values(problem, aim) for aim in aims}
    best_gains = [_gain_without_limits(problem, worth[aim]) for aim in aims]
    # persons and depth have different units: scaled so that everything for everybody counts the same in both
    scale = best_gains[0] / best_gains[1] if best_gains[1] > 0 else 0.0
    # every plan found keeps the rules of all: of all of them, the given one too, the best for each weight is its point
    known, proofs = [plan.rows], []
    for at, weight in enumerate(weights):
        if progress is not None:
            progress("between", at / len(weights))
        mixed = with_values(problem, (1.0 - weight) * worth[aims[0]] + weight * scale * worth[aims[1]])
        found = solve(mixed, gap=gap, warm_start=plan, nodes=SEARCH_NODES, time_limit_s=time_limit_s)
        known.append(found.rows)
        proofs.append((weight, found.price_bound, mixed))
    points = []
    for weight, bound, mixed in proofs:
        values = [exact_sum(mixed.value[rows]) / MICRO for rows in known]
        at = int(np.argmax([_mix(problem, worth, aims, scale, weight, rows) for rows in known]))
        gains = [gain_over_nothing(problem, known[at], worth[aim]) for aim in aims]
        own = slice(0, problem.households)
        served = int((known[at][own] != problem.base[own]).sum())
        points.append((weight, *gains, bound, bound - values[at], served))
    return pd.DataFrame(points, columns=["weight", *aims, "bound", "gap", "served"])


def _mix(
    problem: Problem, worth: Mapping[str, Floats], aims: tuple[str, str], scale: float, weight: float, rows: Ints
) -> float:
    """Return what a plan is worth between two aims, before values are rounded to micro-persons."""
    first, second = (gain_over_nothing(problem, rows, worth[aim]) for aim in aims)
    return (1.0 - weight) * first + weight * scale * second


def share_frontier(
    problem: Problem,
    plan: Plan,
    share: str,
    *,
    levels: Sequence[float] = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
    gap: float = 0.5,
    time_limit_s: float = 20.0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Plan again with other levels of a share kept for a group: what protecting it costs in exits.

    Parameters
    ----------
    share : str
        Key of a row of the shares table.
    levels : sequence of float
        At least this part of the money or posts, 0-1.

    Returns
    -------
    DataFrame
        level, value, additional, bound, gap, status, change_low, change_high, distinct, own (as of `frontier`,
        against the plan's own level, which is always a point); sorted by level.

    Raises
    ------
    ProblemError
        If the problem has no such share.
    """
    tables = problem.tables
    if tables is None or share not in set(tables.shares["share"]):
        raise ProblemError("there is no share {name}", where="shares", name=share)
    rule = tables.shares["share"] == share
    present = float(tables.shares.loc[rule, "at_least"].iloc[0])
    # tightest first: a plan that keeps more for the group keeps less of it too
    steps = sorted({present, *map(float, levels)}, reverse=True)
    path = [
        problem
        if level == present
        else problem.with_shares(tables.shares.assign(at_least=tables.shares["at_least"].where(~rule, level)))
        for level in steps
    ]
    points = plan_path(
        path, steps.index(present), plan, gap=gap, nodes=SEARCH_NODES, time_limit_s=time_limit_s,
        progress=_part_of_progress(progress, "kept share", 0, 1),
    )  # fmt: skip
    points.insert(0, "level", steps)
    return points.sort_values("level", ignore_index=True)[["level", *PATH_COLUMNS]]


def with_values(problem: Problem, worth: Floats) -> Problem:
    """Return a problem with other values of its package rows (in its own order), rules unchanged.

    For searches and bounds: its tables keep the old values, so `verify` needs the problem itself.
    """
    micro = np.rint(np.asarray(worth) * MICRO).astype(np.int64)
    return replace(problem, value=micro, stages=())


def gain_over_nothing(problem: Problem, rows: Ints, worth: Floats) -> float:
    """Return what the chosen package rows are worth above package 0 of each household, facilities left out.

    Parameters
    ----------
    rows : int (G,)
        Chosen package row of each group.
    worth : float (P,)
        Worth of each package row.
    """
    own = slice(0, problem.households)
    nothing = np.where(problem.base[own] >= 0, worth[problem.base[own]], 0.0)
    return float((worth[rows[own]] - nothing).sum())


def present_capacity(problem: Problem, row: str) -> int:
    """Return the present capacity of a fund (fen) or resource.

    Raises
    ------
    ProblemError
        If it is not known.
    """
    known: Mapping[str, int] = {}
    if problem.tables is not None:
        known = dict(zip(problem.tables.resources["resource"], problem.tables.resources["capacity"], strict=True))
    else:
        known = dict(zip(problem.rows["row"], problem.rows["capacity"], strict=True))
    if row not in known:
        raise ProblemError(
            "{n} keys are not in the table {table}: {keys}", where="rows", n=1, table="resources", keys=row
        )
    return int(known[row])


def outside_share_of_fund(problem: Problem, row: str) -> float:
    """Return the part of a fund that may pay measures outside its kept share, 0-1; 0 for what is no fund."""
    money = problem.money
    if money is None or row not in money.funds:
        return 0.0
    f = money.funds.index(row)
    return float(money.child[f] / money.budget[f]) if money.budget[f] else 0.0


def _aim_values(problem: Problem, aim: str) -> Floats:
    """Return an aim's column by package row; nothing for facilities."""
    assert problem.tables is not None
    column = problem.tables.packages[aim].to_numpy(np.float64)
    worth = np.zeros(len(problem.value))
    worth[: len(column)] = column
    return worth


def _gain_without_limits(problem: Problem, worth: Floats) -> float:
    """Return what the aim could bring with everything for everybody: a scale, no plan."""
    best = np.full(problem.groups, -np.inf)
    np.maximum.at(best, problem.group[problem.allowed], worth[problem.allowed])
    own = slice(0, problem.households)
    base = np.where(problem.base[own] >= 0, worth[problem.base[own]], 0.0)
    return float(np.maximum(best[own] - base, 0.0).sum())
