"""Curves of plans solved again: they contain the plan, never fall, and call no slack of the search an effect."""

import sys

import numpy as np
import pytest

from povlib.allocation import Problem, frontier, solve
from povlib.allocation.questions.capacity_frontier import aim_frontier, frontier_bound, share_frontier
from povlib.errors import InfeasiblePlanError, ProblemError

#: of the present amounts: the plan's own is left out on purpose, since a curve must contain it unasked
_FACTORS = (0, 0.5, 0.8, 1.3, 2)
_NOISE = 1e-9


def _town(seed):
    """A tiny township, its oracle, and a plan with a generous gap: its search may leave slack."""
    tables = sys.modules["tiny_townships"].tiny(seed)
    try:
        problem = Problem.from_tables(**tables)
        return problem, sys.modules["tiny_townships"].Oracle(tables), solve(problem, gap=1.5)
    except (ProblemError, InfeasiblePlanError):
        return None


def _is_curve(points, own, plan, rising=True):
    """Contains the plan as it is, and never falls where there is more."""
    here = points.iloc[own]
    assert (here["value"], here["additional"], here["gap"]) == (plan.value, plan.additional, plan.gap)
    assert here["bound"] == plan.price_bound
    assert (here["change_low"], here["change_high"], bool(here["distinct"])) == (0, 0, False)
    known = points.dropna(subset=["value"])
    step = 1 if rising else -1
    assert (np.diff(known["value"]) * step >= -_NOISE).all(), known
    assert (np.diff(known["bound"]) * step >= -_NOISE).all(), known
    assert known["gap"].to_numpy() == pytest.approx((known["bound"] - known["value"]).to_numpy())
    assert (known["gap"] >= -_NOISE).all()


# the towns of the fast suite are the first of those of the slow one: brute force of every point takes a second a town
@pytest.mark.thorough
@pytest.mark.parametrize("towns", [8, pytest.param(24, marks=pytest.mark.slow)])
@pytest.mark.parametrize("gap", [0, pytest.param(1.5, marks=pytest.mark.slow)])
def test_a_curve_of_capacities_keeps_what_brute_force_says(gap, towns):
    tried = distinct = same = 0
    for seed in range(towns):
        town = _town(seed)
        if town is None or town[0].stages:
            continue
        problem, oracle, plan = town
        tried += 1
        rows = [str(row) for row in problem.tables.resources.query("sense == '<='")["resource"]][:3]
        found = frontier(problem, plan, rows, factors=_FACTORS, gap=gap)
        now = dict(zip(problem.tables.resources["resource"], problem.tables.resources["capacity"], strict=True))
        base = oracle.best()
        for row, points in found.groupby("row", sort=False):
            own = int(np.flatnonzero(points["capacity"] == now[row])[0])
            _is_curve(points, own, plan)
            for point in points.itertuples(index=False):
                best = oracle.best({row: int(point.capacity)})
                if best is None:
                    assert point.status == "infeasible"
                    continue
                assert point.value <= best / 1e6 + _NOISE <= point.bound + 2 * _NOISE
                change = (best - base) / 1e6
                assert point.change_low - _NOISE <= change <= point.change_high + _NOISE, (seed, row, point)
                distinct += point.distinct
                same += not point.distinct
            between = np.unique(np.linspace(points["capacity"].min(), points["capacity"].max(), 7).astype(int)).tolist()
            for capacity, limit in frontier_bound(points, between).items():
                best = oracle.best({row: int(capacity)})
                # prices of a fund that keeps a share are linear up to a fen
                assert best is None or best / 1e6 <= limit + 1e-5
    assert tried > towns / 3
    assert distinct >= 1
    assert same > towns * 5 / 6


@pytest.mark.thorough
def test_a_curve_of_floors_falls_as_they_rise():
    tried = 0
    for seed in range(40):
        town = _town(seed)
        floors = [] if town is None else town[0].tables.resources.query("sense == '>=' and capacity > 0")["resource"]
        if not len(floors) or town[0].stages:
            continue
        problem, _, plan = town
        row, tried = str(floors.iloc[0]), tried + 1
        points = frontier(problem, plan, [row], factors=(0, 2), gap=1.5)
        now = problem.tables.resources.set_index("resource")["capacity"][row]
        _is_curve(points, int(np.flatnonzero(points["capacity"] == now)[0]), plan, rising=False)
    assert tried > 2


@pytest.mark.thorough
def test_a_curve_of_a_share_contains_the_plan_and_falls_as_it_rises():
    tried = 0
    for seed in range(40):
        town = _town(seed)
        if town is None or town[0].stages or not len(town[0].tables.shares):
            continue
        problem, _, plan = town
        share, level = problem.tables.shares[["share", "at_least"]].iloc[0]
        points = share_frontier(problem, plan, share, levels=(0.0, 0.15, 0.35, 0.7), gap=1.5)
        tried += 1
        _is_curve(points, int(np.flatnonzero(points["level"] == level)[0]), plan, rising=False)
    assert tried > 10


def test_more_slack_below_the_plan_is_not_more_from_less_money(small):
    """A plan that stopped far from the best: with less money the search finds more, and the curve does not say so."""
    problem, _ = small(3)
    best = solve(problem, gap=0)
    row = str(problem.rows["row"].iloc[0])
    poor = next(
        plan for plan in (solve(problem.with_capacities({row: c}), gap=0) for c in range(1, 40))
        if 0 < plan.value < best.value - 0.5
    )  # fmt: skip
    from povlib.allocation.proof.certificate import Prices
    from povlib.allocation.proof.plan import assemble_plan

    proof = best.certificate
    slack = assemble_plan(
        problem, poor.rows, Prices.of(problem, proof.prices), proof.bound, np.inf, status="effort", effort={},
        as_drawn=True,
    )  # fmt: skip
    points = frontier(problem, slack, [row], factors=(0, 0.9, 0.95, 1.05, 1.1, 2), gap=0)
    own = int(np.flatnonzero(points["capacity"] == int(problem.rows["capacity"].iloc[0]))[0])
    _is_curve(points, own, slack)
    assert (points["value"].iloc[:own] <= slack.value).all()
    # what the plan's own slack could explain is no effect of the money
    for point in points.iloc[own + 1 :].itertuples(index=False):
        assert point.distinct == (point.value > slack.price_bound + 1e-7)


def test_between_two_aims_every_point_is_the_best_plan_known_there(town):
    found = aim_frontier(town, solve(town, gap=0), ("persons", "depth"), weights=np.linspace(0, 1, 9).tolist(), gap=1.5)
    assert (np.diff(found["persons"]) <= _NOISE).all()
    assert (np.diff(found["depth"]) >= -_NOISE).all()
    assert found["persons"].iloc[0] == 4.5
    assert (found["gap"] >= -_NOISE).all()
