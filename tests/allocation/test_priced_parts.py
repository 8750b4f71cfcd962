"""The parts of the price method against oracles: thresholds, villages, cores, prices, and no compiler."""

import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import sparse

from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.solvers.priced import dual_bound as duals
from povlib.allocation.solvers.priced import integer_core as cores
from povlib.allocation.solvers.priced.dual_bound import Dual
from povlib.allocation.solvers.priced.lbfgs import minimise
from povlib.allocation.solvers.priced.near_ties import class_core, full_core
from povlib.allocation.solvers.priced.price_store import store_of
from povlib.allocation.solvers.priced.village_choices import settle

SEEDS = st.integers(0, 10**6)


def small(seed, *, villages=3, wide=1, yuan=False):
    """Arrays of a few villages: `wide` common rows, two rows of each village, in slots or in yuan."""
    rng = np.random.default_rng(seed)
    households = int(rng.integers(villages, 3 * villages + 1))
    village = np.sort(rng.integers(0, villages, households))
    village = np.unique(village, return_inverse=True)[1].astype(np.int64)
    count = rng.integers(1, 5, households)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    total = int(start[-1])
    of = np.repeat(np.arange(households), count)
    common = rng.integers(0, 30, (total, wide)) * (rng.random((total, wide)) < 0.6)
    own = rng.integers(0, 50 if yuan else 2, (total, 2)) * (rng.random((total, 2)) < 0.6)
    first = start[:-1]
    common[first], own[first] = 0, 0
    wide_use = np.zeros((total, wide + 2 * (village.max() + 1)), dtype=np.int64)
    wide_use[:, :wide] = common
    for j in range(2):
        wide_use[np.arange(total), wide + 2 * village[of] + j] = own[:, j]
    capacity = np.concatenate(
        [common.sum(axis=0) // 4 + 1, rng.integers(0, 60 if yuan else 3, 2 * (village.max() + 1))]
    ).astype(np.int64)
    value = rng.integers(0, 4_000_000, total)
    value[first] = rng.integers(0, 500_000, households)
    return value, csr(sparse.csr_array(wide_use)), capacity, start, village


def best_of(value, use, capacity, start):
    """Best value of any choice that keeps every row: every choice tried."""
    rows = [range(start[g], start[g + 1]) for g in range(len(start) - 1)]
    dense = use.toarray()
    found = None
    for choice in itertools.product(*rows):
        at = list(choice)
        if (dense[at].sum(axis=0) <= capacity).all():
            found = max(found if found is not None else -1, int(value[at].sum()))
    return found


def store(seed, **options):
    value, use, capacity, start, village = small(seed, **options)
    return store_of(value, use, capacity, start, village, np.ones(len(value), dtype=bool))


def village_bound(s, v, best, price):
    """The village's part of the bound, straight from its definition."""
    total = float((np.where(s.slot[v] >= 0, price, 0) * s.limit[v]).sum())
    for h in range(s.first[v], s.first[v + 1]):
        total += max(best[e] - price @ s.local[e] for e in range(s.entry[h], s.entry[h + 1]))
    return total


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.booleans())
def test_no_price_of_one_village_row_alone_gives_a_lower_bound(seed, yuan):
    s = store(seed, yuan=yuan)
    common = np.full(len(s.common), 1000.0)
    found = Dual(s)(common)
    from povlib.allocation.solvers.priced.village_arrays import best_of_class

    best, _ = best_of_class(s, common)
    for v in range(s.villages):
        here = village_bound(s, v, best, found.local[v])
        last = [j for j in range(s.slot.shape[1]) if s.slot[v, j] >= 0][-1:]
        for j in last:  # the row settled last is at its least for good
            for step in (-0.5, -0.01, 0.01, 0.5):
                price = found.local[v].copy()
                price[j] = max(price[j] + step * (price[j] + 1000.0), 0.0)
                assert village_bound(s, v, best, price) >= here - 1e-3


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.booleans())
def test_arrays_and_compiled_loops_give_the_same_bits(seed, yuan):
    s = store(seed, villages=4, wide=2, yuan=yuan)
    rng = np.random.default_rng(seed)
    one, other = Dual(s), Dual(s)
    for _ in range(3):
        common = rng.random(len(s.common)) * 50_000
        a = one(common)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(duals, "available", lambda: False)
            b = other(common)
        assert a.bound == b.bound
        for x, y in ((a.local, b.local), (a.slope, b.slope), (a.line, b.line), (a.taken, b.taken)):
            assert np.array_equal(x, y)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.booleans())
def test_every_pass_bounds_the_best_choice(seed, yuan):
    value, use, capacity, start, village = small(seed, villages=2, yuan=yuan)
    s = store_of(value, use, capacity, start, village, np.ones(len(value), dtype=bool))
    found = Dual(s)(np.full(len(s.common), 2000.0))
    settled = settle(s, found)
    best = best_of(value, use, capacity, start)
    assert settled.bound <= found.bound + 1e-6
    assert best is None or best <= settled.bound + 1e-3
    assert not settled.lost  # nothing new fits every village


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.booleans())
def test_villages_settled_exactly_keep_their_rows_and_lose_no_more_than_said(seed, yuan):
    value, use, capacity, start, village = small(seed, villages=2, wide=1, yuan=yuan)
    village = np.zeros_like(village)  # one village: every row is its own
    s = store_of(value, use, capacity, start, village, np.ones(len(value), dtype=bool))
    found = Dual(s)(np.zeros(len(s.common)))
    settled = settle(s, found)
    rows = s.package[settled.taken]
    assert (use[rows].sum(axis=0) <= capacity).all()
    assert int(value[rows].sum()) == best_of(value, use, capacity, start)
    assert settled.bound == pytest.approx(value[rows].sum(), abs=1e-3)


def _village(seed, households=30):
    """One village: a row in fen, far wider than the table of the search, and a row of places."""
    rng = np.random.default_rng(seed)
    total = 4 * households
    fen = rng.integers(100_000, 900_000, total)
    place = (rng.random(total) < 0.3).astype(np.int64)
    value = rng.integers(500_000, 3_000_000, total)
    first = np.arange(households) * 4
    fen[first], place[first], value[first] = 0, 0, rng.integers(0, 500_000, households)
    use = sparse.csr_array(np.stack([fen, place], axis=1))
    capacity = np.array([int(fen.sum()) // 12, households // 8], dtype=np.int64)
    return value, csr(use), capacity, np.arange(households + 1, dtype=np.int64) * 4


@pytest.mark.parametrize("seed", range(6))
def test_a_village_in_fen_is_worth_what_an_integer_program_says(seed):
    from scipy.optimize import LinearConstraint, milp

    value, use, capacity, start = _village(seed)
    everyone = np.ones(len(value), dtype=bool)
    s = store_of(value, use, capacity, start, np.zeros(len(start) - 1, dtype=np.int64), everyone)
    found = Dual(s)(np.zeros(0))
    once = np.repeat(np.eye(len(start) - 1), 4, axis=1)
    rules = [LinearConstraint(once, 1, 1), LinearConstraint(use.toarray().T, ub=capacity)]
    best = -milp(-value / 1e6, constraints=rules, integrality=1, bounds=(0, 1), options={"mip_rel_gap": 0}).fun * 1e6
    settled = settle(s, found)
    assert settled.bound < found.bound - 1.0  # prices do not settle it
    assert settled.bound == pytest.approx(best, abs=1.0)
    assert int(value[s.package[settled.taken]].sum()) == pytest.approx(best, abs=1.0)
    stopped = settle(s, found, nodes=3)
    assert best - 1.0 <= stopped.bound <= found.bound
    rows = s.package[stopped.taken]
    assert (use[rows].sum(axis=0) <= capacity).all()
    assert value[rows].sum() <= best + 1.0


@settings(max_examples=25, deadline=None)
@given(SEEDS)
@example(17355)  # no row is shared by two households
def test_a_core_is_chosen_within_its_capacities_and_near_the_best(seed):
    value, use, capacity, start, _ = small(seed, villages=2, wide=2)
    core = cores.Core(start, value, use, capacity, np.zeros(len(capacity)))
    chosen = cores.choose(core, nodes=20_000)
    best = best_of(value, use, capacity, start)
    assert chosen.rows is not None
    assert best is not None
    assert (core.used(chosen.rows) <= capacity).all()
    assert np.array_equal(core.group[chosen.rows], np.arange(len(start) - 1))
    assert value[chosen.rows].sum() <= best
    assert value[chosen.rows].sum() >= 0.9 * best


def test_a_core_without_any_choice_says_so():
    core = cores.Core(np.array([0, 1]), np.array([5]), csr(np.array([[3]])), np.array([2]), np.array([1.0]))
    assert cores.choose(core).rows is None


def test_whole_choice_by_integer_program_agrees_with_brute_force():
    for seed in range(4):
        value, use, capacity, start, _ = small(seed, villages=2, wide=2)
        core = cores.Core(start, value, use, capacity, np.zeros(len(capacity)))
        rows, _, late = cores.whole_choice(core, None, 10_000, 20.0)
        assert not late
        assert value[rows].sum() == best_of(value, use, capacity, start)


def test_core_of_equal_village_use_leaves_village_rows_alone():
    value, use, capacity, start, village = small(5, villages=3, wide=2)
    s = store_of(value, use, capacity, start, village, np.ones(len(value), dtype=bool))
    found = Dual(s)(np.full(len(s.common), 3000.0))
    settled = settle(s, found)
    core, rows = class_core(s, settled.taken, found.common, 100)
    own = np.setdiff1d(np.arange(use.shape[1]), s.common)
    plan = {int(g): p for g, p in zip(s.member, s.package[settled.taken], strict=True)}
    group = np.repeat(np.arange(len(start) - 1), np.diff(start))
    for p in s.package[rows]:
        assert (use[[p]][:, own].toarray() == use[[plan[int(group[p])]]][:, own].toarray()).all()
    assert core.use.shape[0] == len(rows)


def test_core_with_every_row_holds_what_the_others_use():
    value, use, capacity, start, _ = small(7, villages=3, wide=1)
    held = start[:-1].copy()
    core, rows = full_core(
        value.astype(float), use.astype(float), capacity, start, held, np.zeros(len(capacity)),
        np.ones(len(value), dtype=bool), 2,
    )  # fmt: skip
    people = np.unique(np.repeat(np.arange(len(start) - 1), np.diff(start))[rows])
    assert len(people) <= 2
    assert len(core.start) - 1 == len(people)
    assert (core.capacity <= capacity.max()).all()


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_prices_of_a_piecewise_linear_bound_come_near_its_least_value(seed):
    rng = np.random.default_rng(seed)
    slopes, heights = rng.normal(size=(30, 2)), rng.normal(size=30)
    slopes = np.vstack([slopes, [[1.0, 0.0], [0.0, 1.0]]])  # bounded below
    heights = np.append(heights, [0.0, 0.0])

    def bound(x):
        at = int(np.argmax(slopes @ x + heights))
        return float(slopes[at] @ x + heights[at]), slopes[at]

    grid = np.linspace(0, 4, 41)
    least = min(bound(np.array([a, b]))[0] for a in grid for b in grid)
    found = minimise(bound, np.ones(2), np.ones(2), 200)
    assert (found >= 0).all()
    assert bound(found)[0] <= least + 0.35


@pytest.mark.slow
def test_without_a_compiler_the_plan_is_the_same():
    script = """
import sys
if sys.argv[1] == "plain":
    import importlib.util
    found = importlib.util.find_spec
    importlib.util.find_spec = lambda name, *more: None if name == "numba" else found(name, *more)
    sys.modules["numba"] = None
sys.path.insert(0, sys.argv[2])
import allocation_instances as instances
from povlib.allocation import Problem, solve
from povlib.allocation.solvers.compiled_loops import available
problem = Problem.from_arrays(**instances.random_arrays(150, 3))
plan = solve(problem, "priced", gap=0.0, nodes=2)
print(available(), plan.certificate.to_json().replace(chr(10), ""), plan.choice.tolist())
"""
    folder = os.path.join(os.path.dirname(__file__), "..", "..", "benchmarks")
    told = [
        subprocess.run([sys.executable, "-c", script, way, folder], capture_output=True, text=True, check=True).stdout
        for way in ("compiled", "plain")
    ]
    assert told[0].startswith("True ")
    assert told[1].startswith("False ")
    assert told[0][5:] == told[1][6:]
