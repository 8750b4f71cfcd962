"""The price method proves its bound, keeps every rule, and agrees with the exact method within the gaps."""

import numpy as np
import pytest
from scipy import sparse

from povlib.allocation import Problem, solve, verify
from povlib.errors import InfeasiblePlanError


def agree(instances, seed):
    """Solve one mid-size problem both ways; styles, sizes and villages vary with the seed."""
    rng = np.random.default_rng(seed)
    arrays = instances.random_arrays(
        int(rng.integers(100, 400)), seed, per_village=int(rng.integers(10, 60)), real=seed % 2 == 1, apart=seed % 3 > 0
    )
    problem = Problem.from_arrays(**arrays)
    exact, priced = solve(problem, method="exact", gap=3.0), solve(problem, method="priced", gap=3.0)
    for plan in (exact, priced):
        assert verify(plan, problem).ok
    assert exact.value <= priced.price_bound + 1e-9
    assert priced.value <= exact.price_bound + 1e-9
    assert abs(priced.value - exact.value) <= max(priced.gap, exact.gap)
    assert priced.value <= priced.bound + 1e-9
    assert exact.value <= priced.solver_bound + 1e-6
    return priced


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(20))
def test_priced_and_exact_agree_within_their_gaps(instances, seed):
    priced = agree(instances, seed)
    assert priced.gap / priced.value < 0.05


@pytest.mark.slow
def test_priced_and_exact_agree_on_200_problems(instances):
    for seed in range(20, 220):
        agree(instances, seed)


def test_funds_bundled_over_villages(instances):
    problem = Problem.from_tables(**instances.township(0))
    plan = solve(problem, method="priced")
    assert verify(plan, problem).ok
    assert plan.payments["fen"].sum() == problem.money.total[plan.rows].sum()


def test_same_answer_every_time(instances):
    problem = Problem.from_arrays(**instances.random_arrays(400, 2))
    one, other = solve(problem, method="priced"), solve(problem, method="priced")
    assert np.array_equal(one.choice, other.choice)
    assert one.certificate.to_json() == other.certificate.to_json()


def test_lexicographic_priority_of_a_township_is_left_to_the_exact_method(instances):
    tables = instances.township(0, households=30, villages=2)
    tables["packages"]["other"] = 0.0
    problem = Problem.from_tables(**tables, objective=["other", "value"])
    plan = solve(problem, method="priced")
    assert plan.method == "exact"
    assert verify(plan, problem).ok


def test_lexicographic_priority_of_a_county(instances, monkeypatch):
    monkeypatch.setattr("povlib.allocation.solvers.priced.price_method.SMALL_HOUSEHOLDS", 0)
    tables = instances.township(0, households=60, villages=2)
    tables["packages"]["other"] = (tables["packages"]["k"] > 0).astype(float)
    problem = Problem.from_tables(**tables, objective=["other", "value"])
    plan = solve(problem, method="priced")
    assert plan.method == "priced"
    assert verify(plan, problem).ok
    name, reached = plan.certificate.reached[0]
    assert name == "other"
    assert reached <= plan.certificate.stages[0].bound // 10**6


def test_a_county_in_slots_is_certified_to_a_fraction_of_a_person(instances):
    problem = Problem.from_arrays(**instances.random_arrays(6000, 0, apart=True))
    plan = solve(problem, method="priced", gap=0.3)
    assert verify(plan, problem).ok
    assert plan.status == "gap"
    assert plan.gap <= 0.3


@pytest.mark.slow
def test_village_rows_in_yuan_are_bounded_by_exact_villages(instances):
    arrays = instances.random_arrays(300, 1, per_village=30)
    use = arrays["use"].tolil()
    yuan = np.rint(arrays["use"][:, [0]].toarray().ravel() / 100).astype(int)
    own = np.flatnonzero(arrays["resource_village"] >= 0)[::3]
    village = arrays["village"][arrays["household"]]
    for v, column in enumerate(own):
        mine = np.flatnonzero(village == v)
        use[mine, column] = yuan[mine]
        arrays["capacity"][column] = yuan[mine].sum() // 40
    arrays["use"] = use.tocsr()
    problem = Problem.from_arrays(**arrays)
    plan = solve(problem, method="priced", gap=0.5)
    exact = solve(problem, method="exact", gap=10.0)
    assert verify(plan, problem).ok
    assert plan.solver_bound < plan.price_bound - 0.1
    assert exact.value <= plan.solver_bound + 1e-6
    assert exact.price_bound == pytest.approx(plan.price_bound, rel=1e-4)


def test_warm_prices_save_passes_and_keep_the_proof(instances):
    problem = Problem.from_arrays(**instances.random_arrays(3000, 2, apart=True))
    plan = solve(problem, method="priced")
    fund = str(problem.rows["row"].iloc[0])
    changed = problem.with_capacities({fund: int(problem.rows["capacity"].iloc[0] * 0.9)})
    cold, warm = solve(changed, method="priced"), solve(changed, method="priced", warm_start=plan)
    for found in (cold, warm):
        assert verify(found, changed).ok
    assert warm.effort["passes"] < cold.effort["passes"]
    assert warm.price_bound == pytest.approx(cold.price_bound, rel=1e-6)


def test_rules_that_clash_are_named_as_by_the_exact_method(instances):
    arrays = instances.random_arrays(120, 3, per_village=20)
    floor = np.flatnonzero(arrays["sense"] == ">=")[2]
    arrays["capacity"][floor] = 21  # more than the village has households
    problem = Problem.from_arrays(**arrays)
    told = []
    for method in ("exact", "priced"):
        with pytest.raises(InfeasiblePlanError) as error:
            solve(problem, method=method)
        told.append([fault.show("en") for fault in error.value.faults])
    assert told[0] == told[1]


def test_common_rows_that_clash_are_named_as_by_the_exact_method(instances):
    arrays = instances.random_arrays(120, 4, per_village=20)
    arrays["capacity"][0] = 0
    arrays["capacity"] = np.append(arrays["capacity"], 10_000)
    arrays["use"] = sparse.csr_array(sparse.hstack([arrays["use"], arrays["use"][:, [0]]]))
    arrays["sense"] = np.append(arrays["sense"], ">=")
    arrays["resource_village"] = np.append(arrays["resource_village"], -1)
    problem = Problem.from_arrays(**arrays)
    told = []
    for method in ("exact", "priced"):
        with pytest.raises(InfeasiblePlanError) as error:
            solve(problem, method=method)
        told.append([fault.show("en") for fault in error.value.faults])
    assert told[0] == told[1]


@pytest.mark.parametrize("nothing", ["money", "gain"])
def test_nothing_to_share_out(instances, nothing):
    arrays = instances.random_arrays(200, 5, apart=True)
    floor = arrays["sense"] == ">="
    arrays["capacity"] = np.where(floor, 0, 0 if nothing == "money" else arrays["capacity"])
    if nothing == "gain":
        arrays["value"] = np.zeros(len(arrays["value"]))
    problem = Problem.from_arrays(**arrays)
    plan = solve(problem, method="priced", gap=0.0)
    exact = solve(problem, method="exact", gap=0.0)
    assert verify(plan, problem).ok
    assert plan.value == pytest.approx(exact.value, abs=max(plan.gap, exact.gap) + 1e-9)


def test_prices_of_bundled_funds_come_from_a_small_program(instances):
    """Funds that pay together leave the bound flat: slopes alone stalled 1 % off."""
    problem = Problem.from_tables(**instances.township(0, 1200, 24))
    plan = solve(problem, "priced", gap=0.5, time_limit_s=120)
    assert plan.gap <= 0.5
    assert verify(plan, problem).ok
