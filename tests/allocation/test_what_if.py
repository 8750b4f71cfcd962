"""Frontiers, bad years, regret and fairness against brute force over every plan of small problems."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from povlib.allocation import Problem, fairness, frontier, regret, solve, worst_case_plan
from povlib.allocation.questions.capacity_frontier import aim_frontier, frontier_bound, share_frontier
from povlib.allocation.questions.worst_case import worst_case_mean
from povlib.errors import ProblemError


def small(seed, households=4, packages=3, worlds=6):
    """One fund, one pool of posts, two villages; draws around the values."""
    rng = np.random.default_rng(seed)
    household = np.repeat(np.arange(households), packages)
    value = np.round(rng.random(households * packages) * 4, 2)
    value[::packages] = 0
    use = np.column_stack([rng.integers(1, 9, len(value)), rng.integers(0, 2, len(value))])
    use[::packages] = 0
    capacity = [int(rng.integers(3, 18)), int(rng.integers(0, 3))]
    problem = Problem.from_arrays(value, household, np.arange(households) % 2, sparse.csr_array(use), capacity)
    draws = np.maximum(
        value[:, None] * (1 + rng.normal(0, 0.5, (1, worlds))) + rng.normal(0, 0.3, (len(value), worlds)), 0
    )
    draws[::packages] = 0
    return problem, draws


def plans(problem):
    """Every choice that keeps every rule."""
    own = [range(problem.start[g], problem.start[g + 1]) for g in range(problem.groups)]
    for rows in itertools.product(*own):
        rows = np.array(rows)
        if (np.asarray(problem.use[rows].sum(axis=0)).ravel() <= problem.capacity).all():
            yield rows


@pytest.mark.parametrize("seed", range(6))
def test_every_point_of_the_frontier_is_the_best_plan_there(seed):
    problem, _ = small(seed)
    row = str(problem.rows["row"].iloc[0])
    points = frontier(problem, solve(problem, gap=0), [row], factors=(0, 0.5, 1, 1.5), gap=0)
    assert points["capacity"].is_monotonic_increasing
    for capacity, value in points[["capacity", "value"]].to_numpy():
        best = max(problem.value[rows].sum() for rows in plans(problem.changed({row: int(capacity)})))
        assert value == pytest.approx(best / 1e6)
    # the limit holds between the points too
    between_points = range(int(points["capacity"].iloc[-1]) + 3)
    limit = frontier_bound(points, between_points)
    for capacity in between_points:
        best = max(problem.value[rows].sum() for rows in plans(problem.changed({row: capacity})))
        assert limit[capacity] >= best / 1e6 - 1e-9


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_of_the_bad_years_is_never_below_the_best_plan(seed):
    problem, draws = small(seed)
    found = worst_case_plan(problem, draws, tail=0.4, gap=0.05)
    best = max(worst_case_mean(draws[rows].sum(axis=0), 0.4) for rows in plans(problem))
    assert found.worst <= best + 1e-9 <= found.bound + 2e-9
    assert found.worst == pytest.approx(worst_case_mean(draws[found.plan.rows].sum(axis=0), 0.4))
    assert found.weights.sum() == pytest.approx(1.0)
    assert (found.weights <= 1 / (0.4 * draws.shape[1]) + 1e-9).all()
    assert found.found["bound"].is_monotonic_decreasing


def test_all_worlds_counted_as_worst_is_the_plain_mean():
    problem, draws = small(3)
    found = worst_case_plan(problem, draws, tail=1.0, gap=0.01)
    assert found.worst == pytest.approx(found.mean)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=20), st.floats(0.05, 1.0))
@settings(max_examples=60)
def test_the_worst_mean_lies_between_the_worst_and_the_mean(worlds, tail):
    assert min(worlds) - 1e-9 <= worst_case_mean(worlds, tail) <= np.mean(worlds) + 1e-9


def test_draws_that_do_not_fit_are_refused_in_words():
    problem, draws = small(1)
    for wrong in (draws[:-1], draws[:, :0], np.where(draws > 1, np.nan, draws)):
        with pytest.raises(ProblemError, match="draws"):
            worst_case_plan(problem, wrong)
    with pytest.raises(ProblemError):
        worst_case_plan(problem, draws, tail=0)


def test_regret_is_what_is_lost_against_the_best_in_each_world():
    problem, draws = small(2)
    choices = {f"{i}": rows for i, rows in enumerate(itertools.islice(plans(problem), 5))}
    found = regret(problem, draws, choices).set_index("key")
    worlds = {key: draws[rows].sum(axis=0) for key, rows in choices.items()}
    best = np.max(list(worlds.values()), axis=0)
    for key, values in worlds.items():
        assert found.loc[key, "mean"] == pytest.approx(values.mean())
        assert found.loc[key, "regret_max"] == pytest.approx((best - values).max())
        assert found.loc[key, "behind_share"] == pytest.approx((values > worlds["0"]).mean())
    assert found["best_share"].sum() >= 1


def town():
    """Three households, one fund; the poorer one costs more."""
    return Problem.from_tables(
        pd.DataFrame({"package": ["a0", "a1", "b0", "b1", "c0", "c1"], "hh": list("aabbcc"),
                      "persons": [0, 2.0, 0, 2.5, 0, 1.0], "depth": [0, 0.1, 0, 0.1, 0, 0.9]}),
        pd.DataFrame({"package": ["a1"], "resource": "posts", "amount": 1}),
        pd.DataFrame({"resource": ["posts", "fund"], "kind": ["post", "fund"], "capacity": [1, 300]}),
        pd.DataFrame({"hh": list("abc"), "village": list("AAB"), "members": [3, 4, 2], "poor": [False, False, True]}),
        bills=pd.DataFrame({"package": ["a1", "b1", "c1"], "measure": "m", "cost_fen": [100, 200, 300]}),
        payers=pd.DataFrame({"package": ["a1", "b1", "c1"], "measure": "m", "fund": "fund",
                             "ceiling_fen": [100, 200, 300]}),
        shares=pd.DataFrame({"share": ["kept"], "of": ["money"], "group": ["poor"], "at_least": [0.0]}),
        objective="persons",
    )  # fmt: skip


def test_between_two_aims_the_plan_moves_from_one_to_the_other():
    problem = town()
    found = aim_frontier(problem, solve(problem, gap=0), ("persons", "depth"), weights=(0, 0.5, 1), gap=0)
    assert found["persons"].tolist()[0] == 4.5
    assert found["depth"].iloc[-1] == pytest.approx(0.9)
    assert found["persons"].is_monotonic_decreasing
    assert found["depth"].is_monotonic_increasing
    with pytest.raises(ProblemError, match="nothing"):
        aim_frontier(problem, solve(problem, gap=0), ("persons", "nothing"))


def test_what_protecting_a_group_costs():
    problem = town()
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


def test_an_unknown_row_is_refused_by_name():
    problem, _ = small(1)
    with pytest.raises(ProblemError, match="nowhere"):
        frontier(problem, solve(problem), ["nowhere"])


def test_fairness_counts_each_household_once_in_each_grouping():
    problem = town()
    plan = solve(problem, gap=0)
    groups = pd.DataFrame({"hh": list("abc"), "sex": ["w", "m", None], "far": [True, True, False]})
    found = fairness(plan, problem, groups).set_index(["group", "level"])
    assert found.loc["sex", "households"].tolist() == [1, 1]
    assert found.loc["far", "served"].tolist() == [0, 2]
    assert found.loc["far", "money_fen"].sum() == 300
    assert found.loc[("far", True), "additional"] == 4.5
    assert found.loc[("far", True), "additional_per_person"] == pytest.approx(4.5 / 7)
    for wrong in (groups.drop(columns="hh"), pd.concat([groups, groups]), groups.assign(hh=list("abz"))):
        with pytest.raises(ProblemError):
            fairness(plan, problem, wrong)
