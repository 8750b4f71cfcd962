"""One decision for all futures against the enumeration of every first period and every follow-up."""

from itertools import product

import numpy as np
import pytest
from tiny_horizons import horizon_of, keeps_rules, tiny

from povlib.allocation.horizon.horizon_check import check_horizon
from povlib.allocation.horizon.horizon_search import solve_horizon
from povlib.allocation.horizon.uncertain_money import decided_by, decided_knowing, future_bounds

PROBABILITY = np.array([0.6, 0.4])


def other_future(made):
    """Return the same horizon in a future in which later money does not come."""
    rows = [
        (n, f, a, u, amount if a == 0 else 0, kept if a == 0 else 0) for n, f, a, u, amount, kept in made["tranches"]
    ]
    return {**made, "tranches": rows}


def best_by_first_period(made):
    """Return the best value that follows each choice of the first period, by trying everything; micro-persons."""
    options = []
    for own in made["hh"]:
        mine = [(-1, 0, (), 0, 0, None)]
        for t, rows in enumerate(made["offered"]):
            mine += [(t, round(v * 1e6), bills, posts, weeks, k if t == 0 else None)
                     for h, k, v, bills, posts, weeks in rows if h == own and k]  # fmt: skip
        options.append(mine)
    best = {}
    for choice in product(*options):
        first = tuple(c[5] for c in choice)
        value = sum(c[1] for c in choice)
        if value > best.get(first, -1) and keeps_rules(made, choice, -1):
            best[first] = value
    return best


# every first period and every follow-up: a second each. In a fifth of them it helps to know
@pytest.mark.thorough
@pytest.mark.parametrize("seeds", [range(12, 20), pytest.param(range(20), marks=pytest.mark.slow)], ids=str)
def test_the_plan_that_knows_is_the_best_decision_on_average(seeds):
    gained = 0.0
    for seed in seeds:
        made = tiny(seed, mills=0.0)
        futures = [made, other_future(made)]
        problem = horizon_of(made)
        problems = [problem.with_calendar(horizon_of(one).calendar) for one in futures]
        programs, loss, bounds = future_bounds(problems)
        column = np.flatnonzero(np.isfinite(loss))
        now = decided_knowing(programs, PROBABILITY, column, gap=0.0, nodes=0)
        knowing = decided_by(problems, PROBABILITY, now, gap=0.0)
        naive = decided_by(problems, PROBABILITY, solve_horizon(problem, gap=0).rows, gap=0.0)
        found = [best_by_first_period(one) for one in futures]
        expected = max(
            sum(p * best[first] for p, best in zip(PROBABILITY, found, strict=True))
            for first in found[0]
            if first in found[1]
        )
        assert round(knowing.expected * 1e6) == round(expected), seed
        assert naive.expected <= knowing.expected + 1e-9
        assert (knowing.worth <= bounds + 1e-9).all()
        gained += knowing.expected - naive.expected
    assert gained > 0


def test_choices_of_the_first_period_are_the_same_in_every_future():
    made = tiny(7, mills=0.0)
    problem = horizon_of(made)
    problems = [problem, problem.with_calendar(horizon_of(other_future(made)).calendar)]
    made_now = decided_by(problems, PROBABILITY, solve_horizon(problem, gap=0).rows, gap=0.0)
    first = [np.where(problem.period[rows] == 0, rows, -1).tolist() for rows in made_now.rows]
    assert first[0] == first[1]
    for future, rows in zip(problems, made_now.rows, strict=True):
        again = solve_horizon(future, gap=0)
        assert future.problem.value[rows].sum() <= again.value * 1e6 + 1e-3
        assert not check_horizon(again, future)
