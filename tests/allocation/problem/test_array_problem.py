"""Problems given as arrays, as somebody outside would give them: every format, every fault, re-checked by hand."""

import itertools

import numpy as np
import pytest
from scipy import sparse

from povlib.allocation import Problem, solve, verify
from povlib.errors import InfeasiblePlanError, ProblemError
from povlib.words import language_in_use

FORMATS = ("csr", "csc", "coo", "lil", "dok", "bsr", "dia")


def random_problem(rng, households=4, villages=2, global_rows=2):
    """Arrays in any order of rows, senses mixed, negative uses among them."""
    count = rng.integers(1, 5, households)
    household = rng.permutation(np.repeat(np.arange(households), count))
    total, resources = len(household), global_rows + 2 * villages
    village = rng.integers(0, villages, households)
    where = np.concatenate([np.full(global_rows, -1), np.repeat(np.arange(villages), 2)])
    use = rng.integers(-1, 6, (total, resources)) * (rng.random((total, resources)) < 0.6)
    use = np.where((where < 0) | (where == village[household][:, None]), use, 0)
    sense = np.where(rng.random(resources) < 0.3, ">=", "<=")
    capacity = np.where(sense == ">=", rng.integers(-2, 3, resources), rng.integers(0, 9, resources))
    known = np.isin(where, village) | (where < 0)
    return {
        "value": np.round(rng.normal(1, 1, total), 3), "household": household, "village": village,
        "use": use[:, known], "capacity": capacity[known], "resource_village": where[known], "sense": sense[known],
    }  # fmt: skip


def brute_force(arrays):
    """Best value over all choices; None when none keeps the rules."""
    own = [np.flatnonzero(arrays["household"] == h) for h in range(len(arrays["village"]))]
    floor = arrays["sense"] == ">="
    best = None
    for choice in itertools.product(*own):
        used = arrays["use"][list(choice)].sum(axis=0)
        if np.where(floor, used >= arrays["capacity"], used <= arrays["capacity"]).all():
            value = arrays["value"][list(choice)].sum()
            best = value if best is None else max(best, value)
    return best


def recheck(arrays, plan):
    """Repeat plan and proof from the arrays alone: who has what, every row, the value, the bound of the prices."""
    value, household = np.asarray(arrays["value"]), np.asarray(arrays["household"])
    use = sparse.csr_array(arrays["use"]).astype(float)
    floor, capacity = np.asarray(arrays["sense"]) == ">=", np.asarray(arrays["capacity"], dtype=float)
    assert plan.choice.shape == (len(arrays["village"]),)
    assert (household[plan.choice] == np.arange(len(arrays["village"]))).all()
    used = np.asarray(use[plan.choice].sum(axis=0)).ravel()
    assert np.where(floor, used >= capacity, used <= capacity).all()
    assert plan.value == pytest.approx(value[plan.choice].sum(), abs=1e-6 * len(plan.choice))
    price, sign = np.asarray(plan.prices), np.where(floor, -1.0, 1.0)
    assert price.shape == capacity.shape
    assert (price >= 0).all()
    line = np.full(len(arrays["village"]), -np.inf)
    np.maximum.at(line, household, value - use @ (sign * price))
    priced = np.flatnonzero(price)
    bound = line.sum() + (sign * price)[priced] @ capacity[priced]
    assert plan.price_bound == pytest.approx(bound, abs=1e-5 * (1 + len(plan.choice)))
    assert plan.price_bound >= plan.bound >= plan.value
    assert plan.gap == pytest.approx(plan.price_bound - plan.value)
    assert plan.solver_gap == pytest.approx(plan.solver_bound - plan.value)
    assert plan.bound == min(plan.price_bound, plan.solver_bound)


@pytest.mark.thorough
def test_any_order_any_sense_equals_brute_force():
    feasible = 0
    for seed in range(60):
        rng = np.random.default_rng([41, seed])
        arrays = random_problem(rng, households=int(rng.integers(1, 6)))
        best = brute_force(arrays)
        problem = Problem.from_arrays(**arrays)
        if best is None:
            with pytest.raises(InfeasiblePlanError):
                solve(problem, gap=0)
            continue
        plan = solve(problem, gap=0)
        assert plan.value == pytest.approx(best, abs=1e-5)
        assert plan.status == "optimal"
        assert verify(plan, problem).ok
        recheck(arrays, plan)
        feasible += 1
    assert 20 < feasible < 60


@pytest.mark.parametrize("name", FORMATS)
def test_every_sparse_format_is_read_and_left_alone(name):
    arrays = random_problem(np.random.default_rng(3), households=6)
    arrays["capacity"] = np.where(arrays["sense"] == ">=", -5, 12)
    reference = Problem.from_arrays(**arrays)
    for make in (sparse.coo_array, sparse.coo_matrix):
        given = make(arrays["use"].astype(float)).asformat(name)
        before = given.toarray().copy()
        found = Problem.from_arrays(**{**arrays, "use": given})
        assert (found.use != reference.use).nnz == 0
        assert found.digest == reference.digest
        assert (given.toarray() == before).all()


def test_doubled_and_stored_zero_entries_add_up():
    data = sparse.coo_array(([2.0, 3.0, 0.0], ([1, 1, 0], [0, 0, 0])), shape=(2, 1))
    raw = sparse.csr_array(([1.0, 4.0, 0.0], [0, 0, 0], [0, 1, 3]), shape=(2, 1))
    for use in (data, raw):
        kept = use.data.copy()
        problem = Problem.from_arrays([0, 1], [0, 0], [0], use, [10])
        assert problem.use.toarray().sum() == 5
        assert (use.data == kept).all()
    assert Problem.from_arrays([0, 1], [0, 0], [0], data, [10]).base.tolist() == [0]


def test_plain_lists_and_other_number_types():
    use = np.array([[0, 0], [2, 1], [0, 0], [3, 1]])
    for kind in (np.int8, np.uint16, np.float32, np.float64, bool):
        amount = use.astype(kind)
        plan = solve(Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [7, 7], sparse.csc_array(amount), [9, 9]), gap=0)
        assert plan.value == 11.0
    plan = solve(
        Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [7, 7], use.tolist(), [4.9, 2.0], [-1, 7], ["<=", "<="])
    )
    assert plan.choice.tolist() == [0, 3]


def test_a_capacity_without_end_is_no_rule():
    use = sparse.csr_array([[0, 0], [2, 1], [0, 0], [3, 1]])
    plan = solve(Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [np.inf, 1e300]), gap=0)
    assert plan.value == 11.0
    plan = solve(Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], use, [4, -np.inf], None, ["<=", ">="]), gap=0)
    assert plan.value == 6.0


def test_float_noise_is_no_fraction_but_a_fraction_is():
    cost = np.array([[0.0], [1234.56 * 100], [8.7 * 100], [0.0]])
    assert (cost != np.rint(cost)).any()
    problem = Problem.from_arrays([0, 1, 1, 0], [0, 0, 1, 1], [0, 0], sparse.csr_array(cost), [1234.56 * 100 + 870])
    assert problem.use.toarray().ravel().tolist() == [0, 123456, 870, 0]
    assert solve(problem, gap=0).value == 2.0
    with language_in_use("en"), pytest.raises(ProblemError, match="no whole numbers: r0000"):
        Problem.from_arrays([0, 1], [0, 0], [0], sparse.csr_array([[0.0], [0.501]]), [1])


def test_households_without_an_empty_package_must_take_something():
    use = sparse.csr_array([[1], [2], [1], [3]])
    problem = Problem.from_arrays([1, 9, 1, 9], [0, 0, 1, 1], [0, 0], use, [4])
    plan = solve(problem, gap=0)
    assert plan.value == 10.0
    assert plan.additional == plan.value
    with language_in_use("en"), pytest.raises(InfeasiblePlanError, match="r0000: at most 1"):
        solve(Problem.from_arrays([1, 9, 1, 9], [0, 0, 1, 1], [0, 0], use, [1]))


def test_no_resources_and_one_household():
    empty = sparse.csr_array((3, 0))
    plan = solve(Problem.from_arrays([1.0, 4.0, 2.0], [0, 0, 0], [0], empty, []))
    assert (plan.value, plan.gap, plan.choice.tolist()) == (4.0, 0.0, [1])


def said(**changes):
    arrays = {"value": [0, 5, 0, 6], "household": [0, 0, 1, 1], "village": [0, 1],
              "use": sparse.csr_array([[0, 0], [2, 1], [0, 0], [3, 0]]), "capacity": [4, 1],
              "resource_village": [-1, 0], "sense": ["<=", "<="]}  # fmt: skip
    Problem.from_arrays(**arrays)
    with language_in_use("en"), pytest.raises(ProblemError) as caught:
        Problem.from_arrays(**{**arrays, **changes})
    return str(caught.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"household": [0, 0, 5, 5]}, "not in the table households: 5"),
        ({"household": [0, 0, 0, 0]}, "households have no package: 1"),
        ({"household": [0, 0, -1, 1]}, "not in the table households: -1"),
        ({"household": [0, 0, 0.5, 1]}, "keys are no whole numbers: 0.5"),
        ({"household": ["a", "a", "b", "b"]}, "a list of numbers is needed"),
        ({"household": [0, 0, 1]}, "household: shape (3,), needed (4,)"),
        ({"village": [0, np.nan]}, "keys are no whole numbers: nan"),
        ({"village": []}, "there are no households"),
        ({"value": [0, np.nan, 0, 6]}, "no numbers or too large: 1"),
        ({"value": [0, np.inf, 0, 6]}, "no numbers or too large: 1"),
        ({"value": [[0, 5, 0, 6]]}, "value: shape (1, 4)"),
        ({"use": sparse.csr_array((4, 3))}, "use: shape (4, 3), needed (4, 2)"),
        ({"use": sparse.csr_array((3, 2))}, "use: shape (3, 2), needed (4, 2)"),
        ({"use": "nothing"}, "a sparse matrix of numbers is needed"),
        ({"use": sparse.csr_array([[0, 0], [np.nan, 1], [0, 0], [3, 0]])}, "no whole numbers: r0000"),
        ({"use": sparse.csr_array([[0, 0], [2, 1], [0, 0], [3, 1]])}, "used by households of another: 1"),
        ({"capacity": [4, np.nan]}, "no whole numbers: 1"),
        ({"capacity": [4]}, "needed (4, 1)"),
        ({"resource_village": [-1, 9]}, "village without households: 9"),
        ({"resource_village": [-1]}, "resource_village: shape (1,), needed (2,)"),
        ({"sense": ["<=", "=="]}, "senses are unknown: =="),
        ({"sense": "<="}, "sense: shape (), needed (2,)"),
    ],
)  # fmt: skip
def test_each_fault_is_named(changes, words):
    assert words in said(**changes)


def test_random_instances_of_all_sizes_are_rechecked(instances):
    for households, seed in ((1, 0), (2, 1), (7, 2), (40, 3), (150, 4), (400, 5)):
        arrays = instances.random_arrays(households, seed, real=bool(seed % 2))
        problem = Problem.from_arrays(**arrays)
        plan = solve(problem, gap=1.0)
        recheck(arrays, plan)
        assert verify(plan, problem).ok
        if households >= 40:
            assert plan.gap <= 1.0


@pytest.mark.slow
@pytest.mark.parametrize("households", [800, 1500, 2900, 5000, 20000])
def test_county_instances_are_rechecked(instances, households):
    arrays = instances.random_arrays(households, 6)
    plan = solve(Problem.from_arrays(**arrays), gap=1.0, time_limit_s=60)
    recheck(arrays, plan)
    assert plan.gap < 5.0


def test_every_array_that_does_not_fit_is_named_at_once():
    with language_in_use("en"), pytest.raises(ProblemError) as caught:
        Problem.from_arrays(
            [0, 5, 0], [0, 0, 1, 1, 1], [0, 0], sparse.csr_array((4, 1)), [4, 5], resource_village=[0], sense=["<"]
        )
    assert {fault.where for fault in caught.value.faults} == {"household", "use", "resource_village", "sense"}
    with language_in_use("en"), pytest.raises(ProblemError) as caught:
        Problem.from_arrays([[0, 5]], ["a", 0], [0.5], "x", ["p"], ["q"], ["="])
    found = {fault.where for fault in caught.value.faults}
    assert found == {"value", "household", "village", "use", "capacity", "resource_village", "sense"}
