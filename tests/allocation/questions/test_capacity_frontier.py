"""Frontiers against brute force over every plan of small problems."""

import pytest
from scipy import sparse

from povlib.allocation import Problem, frontier, solve
from povlib.allocation.questions.capacity_frontier import aim_frontier, frontier_bound, share_frontier
from povlib.errors import ProblemError


@pytest.mark.parametrize("seed", range(6))
def test_every_point_of_the_frontier_is_the_best_plan_there(seed, small, plans):
    problem, _ = small(seed)
    row = str(problem.rows["row"].iloc[0])
    points = frontier(problem, solve(problem, gap=0), [row], factors=(0, 0.5, 1, 1.5), gap=0)
    assert points["capacity"].is_monotonic_increasing
    for capacity, value in points[["capacity", "value"]].to_numpy():
        best = max(problem.value[rows].sum() for rows in plans(problem.with_capacities({row: int(capacity)})))
        assert value == pytest.approx(best / 1e6)
    # the limit holds between the points too
    between_points = range(int(points["capacity"].iloc[-1]) + 3)
    limit = frontier_bound(points, between_points)
    for capacity in between_points:
        best = max(problem.value[rows].sum() for rows in plans(problem.with_capacities({row: capacity})))
        assert limit[capacity] >= best / 1e6 - 1e-9


def test_between_two_aims_the_plan_moves_from_one_to_the_other(town):
    problem = town
    found = aim_frontier(problem, solve(problem, gap=0), ("persons", "depth"), weights=(0, 0.5, 1), gap=0)
    assert found["persons"].tolist()[0] == 4.5
    assert found["depth"].iloc[-1] == pytest.approx(0.9)
    assert found["persons"].is_monotonic_decreasing
    assert found["depth"].is_monotonic_increasing
    with pytest.raises(ProblemError, match="nothing"):
        aim_frontier(problem, solve(problem, gap=0), ("persons", "nothing"))


def test_what_protecting_a_group_costs(town):
    problem = town
    found = share_frontier(problem, solve(problem, gap=0), "kept", levels=(0.0, 0.5), gap=0)
    assert found["value"].tolist() == [4.5, 1.0]
    with pytest.raises(ProblemError, match="other"):
        share_frontier(problem, solve(problem, gap=0), "other")


def test_too_little_money_for_a_floor_is_a_point_without_a_plan():
    use = sparse.csr_array([[0, 0], [2, 1]])
    problem = Problem.from_arrays([0, 5], [0, 0], [0], use, [4, 1], sense=["<=", ">="])
    row = str(problem.rows["row"].iloc[0])
    points = frontier(problem, solve(problem, gap=0), [row], factors=(0, 1), gap=0)
    assert points["status"].iloc[0] == "infeasible"
    assert points["value"].isna().tolist() == [True, False]
    assert frontier_bound(points, [4]).tolist() == [5.0]


def test_an_unknown_row_is_refused_by_name(small):
    problem, _ = small(1)
    with pytest.raises(ProblemError, match="nowhere"):
        frontier(problem, solve(problem), ["nowhere"])
