"""The optimum of random tiny townships with every kind of rule equals brute force."""

import sys

import numpy as np
import pytest

from povlib.allocation import Problem, solve, verify
from povlib.errors import InfeasiblePlanError, ProblemError

#: townships whose tables are checked once, and how often the capacities of each are drawn
TOWNSHIPS, DRAWS = 60, (0, 1)
#: problems in the fast suite, in CI and with `--full`
FAST, THOROUGH, SLOW, PARTS = 25, 70, 2200, 11


def _agrees(seed, problem, best):
    """Solve to the optimum and compare; `problem` is a function, so that faults on construction count."""
    try:
        made = problem()
        plan = solve(made, gap=0)
    except (InfeasiblePlanError, ProblemError):
        assert best is None, seed
        return False
    assert best is not None, seed
    assert plan.certificate.value == best * 10**6, (seed, plan.value, best / 1e6)
    assert plan.status == "optimal"
    assert plan.price_bound >= plan.solver_bound >= plan.value
    check = verify(plan, made)
    assert check.ok, (seed, check.show("en"))
    return True


def _tables(seed):
    return sys.modules["tiny_townships"].tiny(seed, infeasible_floors=seed % 5 == 0)


def _drawn(tables, seed, draw):
    """Other amounts of every fund and post (floors stay, most would clash); draw 0 keeps what is given."""
    rng = np.random.default_rng([seed, draw])
    table = tables["resources"]
    given = table.loc[table["sense"] == "<=", ["resource", "capacity"]].itertuples(index=False)
    return {} if draw == 0 else {name: int(rng.integers(0, 2 * most + 2)) for name, most in given}


@pytest.mark.parametrize(("first", "problems"), [(0, FAST), pytest.param(FAST, THOROUGH, marks=pytest.mark.thorough)])
def test_optimum_equals_brute_force(first, problems):
    """The tables of a township are checked once, its capacities drawn several times."""
    feasible = tried = 0
    for seed in range(TOWNSHIPS):
        tables = _tables(seed)
        oracle = sys.modules["tiny_townships"].Oracle(tables)
        try:
            township = Problem.from_tables(**tables)
        except ProblemError:
            assert oracle.best() is None, seed
            tried += tried < problems
            continue
        for draw in DRAWS[: max(problems - tried, 0)]:
            capacity = _drawn(tables, seed, draw)
            if tried >= first:  # those before are in the fast suite
                feasible += _agrees(
                    seed, lambda c=capacity, p=township: p.with_capacities(c) if c else p, oracle.best(capacity)
                )
            tried += 1
    assert tried == problems
    assert (problems - first) * 0.4 < feasible < problems - first


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_optimum_equals_brute_force_on_many(part):
    oracle = sys.modules["tiny_townships"].brute_force
    feasible = 0
    for seed in range(THOROUGH + part, THOROUGH + SLOW, PARTS):
        tables = _tables(seed)
        feasible += _agrees(seed, lambda t=tables: Problem.from_tables(**t), oracle(tables))
    assert feasible > SLOW / PARTS * 0.45  # more than 1,000 townships in all
