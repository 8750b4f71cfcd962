from itertools import product

import numpy as np
import pytest

from povlib.allocation import solve
from povlib.allocation.solvers.scale import (
    Amount,
    Block,
    Blocks,
    Layout,
    Row,
    Session,
    VillageRow,
    verify_large,
)
from povlib.errors import InfeasiblePlanError, ProblemError, SolverError

TINY = Layout(
    ["a", "b"], [(), ("a",), ("b",), ("a", "b")], [Row("fund", 20), Row("least", 2, ">=")],
    [Amount("cost a", "a", {"fund": 1}), Amount("cost b", "b", {"fund": 2})], {"b": {"least": 1}},
    [VillageRow("posts", measures={"a": 1})],
)  # fmt: skip


def tiny(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    value = np.round(rng.uniform(0, 3, (4, n)), 2)
    value[0] = 0
    override = [[0, 3, 0, -2]]
    return Block(value, rng.integers(1, 9, (2, n)), np.sort(rng.integers(0, 2, n)), [[1]] * 2, override)


def best_of(block):
    value, amount = np.asarray(block.value), np.asarray(block.amount)
    village = np.asarray(block.village)
    most = -1.0
    for chosen in product(range(4), repeat=value.shape[1]):
        k = np.array(chosen)
        has = TINY.package_measures[k]
        fund = (amount[0] * has[:, 0]).sum() + 2 * (amount[1] * has[:, 1]).sum() - 2 * (k[0] == 3)
        posts = [(has[village == v, 0]).sum() for v in (0, 1)]
        if fund <= 20 and has[:, 1].sum() >= 2 and max(posts) <= 1:
            most = max(most, value[k, np.arange(len(k))].sum())
    return most


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(12))
def test_brute_force_agrees_on_tiny_problems(tmp_path, seed):
    block = tiny(seed)
    if len(np.unique(block.village)) < 2:
        block = Block(block.value, block.amount, block.village, [[1]], block.override)
    best = best_of(block)
    blocks = Blocks.write(tmp_path, TINY, [block])
    if best < 0:
        with pytest.raises((InfeasiblePlanError, SolverError)):
            solve(blocks, gap=0.0)
        return
    plan = solve(blocks, gap=0.0)
    assert plan.value == pytest.approx(best, abs=1e-9)
    assert plan.price_bound >= best - 1e-9
    assert verify_large(plan, blocks).ok


@pytest.mark.thorough
def test_a_county_is_solved_to_the_gap_asked_for(county):
    with Session(county) as session:
        plan = session.solve(gap=2.0)
    assert plan.status == "gap"
    assert 0 <= plan.gap <= 2.0
    assert plan.gap == pytest.approx(plan.bound - plan.value)
    for row in county.layout.rows:
        assert plan.use[row.name] <= row.capacity
    check = verify_large(plan, county)
    assert check.ok, check.show("en")
    assert check.gap == pytest.approx(plan.gap)


@pytest.mark.thorough
def test_the_same_problem_gives_the_same_plan_and_partitions_do_not_matter_for_the_bound(large, tmp_path, small_blocks):
    with Session(small_blocks) as session:
        first = session.solve(store=tmp_path / "a", gap=5.0)
        second = session.solve(store=tmp_path / "b", gap=5.0)
    assert first.certificate == second.certificate
    whole = Blocks.write(tmp_path / "one", large.layout(1200), large.stream(1200))
    with Session(whole) as session:
        plan = session.solve(store=tmp_path / "c", gap=5.0)
    assert plan.value <= first.bound + 1e-9
    assert first.value <= plan.bound + 1e-9


def test_a_what_if_starts_from_the_last_prices(county, tmp_path):
    less = county.with_capacities({"fund-a": int(county.layout.rows[0].capacity * 0.95)})
    with Session(county) as session:
        plan = session.solve(store=tmp_path / "a", gap=4.0)
        changed = session.what_if(less, plan, store=tmp_path / "b", gap=4.0)
    assert changed.value < plan.value
    assert verify_large(changed, less).ok
    cold = solve(less, gap=4.0)
    assert abs(cold.bound - changed.bound) < 2.0


def test_a_path_of_one_fund_bounds_every_point_and_bends_down(county):
    amounts = [int(county.layout.rows[0].capacity * share) for share in (0.6, 0.8, 1.0, 1.2)]
    with Session(county) as session:
        path = session.path("fund-a", amounts)
        plan = session.solve(gap=4.0)
    assert path["capacity"].tolist() == amounts
    assert (np.diff(path["bound"]) > 0).all()
    slopes = np.diff(path["bound"]) / np.diff(path["capacity"])
    assert (np.diff(slopes) <= 1e-12).all()  # concave: more money brings less and less
    assert abs(path["bound"][2] - plan.bound) < 1.0
    assert (path["price"] > 0).all()


def test_an_unknown_fund_has_no_path(small_blocks):
    with Session(small_blocks) as session, pytest.raises(ProblemError, match="nobody"):
        session.path("nobody", [1])


def test_a_village_that_cannot_keep_its_floor_is_named(tmp_path):
    layout = Layout(["a"], [(), ("a",)], [Row("fund", 9)], [Amount("cost", "a", {"fund": 1})], {},
                    [VillageRow("served", ">=", any_package=1)])  # fmt: skip
    block = Block([[0, 0, 0], [1.0, np.nan, 2.0]], [[1, 1, 1]], [5, 8, 8], [[1], [2]])
    with pytest.raises(InfeasiblePlanError, match="8"):
        solve(Blocks.write(tmp_path, layout, [block]))


def test_floors_that_no_choice_reaches_are_said(tmp_path):
    layout = Layout(["a"], [(), ("a",)], [Row("served", 5, ">=")], [], {"a": {"served": 1}})
    block = Block([[0, 0], [1.0, 2.0]], [], [5, 8], [[], []])
    with pytest.raises(InfeasiblePlanError, match="served"):
        solve(Blocks.write(tmp_path, layout, [block]))


@pytest.mark.parametrize("capacity", [0, 10**9])
def test_no_money_or_more_than_enough_leaves_no_gap(tmp_path, capacity):
    layout = Layout(["a"], [(), ("a",)], [Row("fund", capacity)], [Amount("cost", "a", {"fund": 1})])
    block = Block([[0.0] * 4, [1.0, 2.0, 3.0, 4.0]], [[5, 6, 7, 8]], [1, 1, 2, 3], [[], [], []])
    plan = solve(Blocks.write(tmp_path, layout, [block]))
    assert plan.value == (0.0 if capacity == 0 else 10.0)
    assert plan.gap == 0.0


def test_numbers_too_large_to_be_exact_are_refused(tmp_path):
    layout = Layout(["a"], [(), ("a",)], [Row("fund", 1)], [Amount("cost", "a", {"fund": 1})])
    block = Block([[0.0], [9e6]], [[10**12]], [1], [[]])
    with pytest.raises(ProblemError, match="exact"):
        solve(Blocks.write(tmp_path, layout, [block]))


def test_the_exact_method_is_not_for_blocks(small_blocks):
    with pytest.raises(ProblemError, match="exact"):
        solve(small_blocks, method="exact")
