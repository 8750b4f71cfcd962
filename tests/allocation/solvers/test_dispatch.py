"""Arguments of `solve` that are no numbers are named; a time limit without end is one."""

import math

import numpy as np
import pytest

import povlib.allocation.solvers.township.relaxation as relaxation
from povlib.allocation import Problem, solve
from povlib.errors import ProblemError, UnfinishedRelaxationError


def _small():
    return Problem.from_arrays([0, 5, 0, 6], [0, 0, 1, 1], [0, 0], [[0], [2], [0], [3]], [4])


@pytest.mark.parametrize("options", [{"time_limit_s": math.nan}, {"time_limit_s": None}, {"gap": math.nan}])
def test_what_is_no_number_is_named(options):
    with pytest.raises(ProblemError) as found:
        solve(_small(), **options)
    assert f"{next(iter(options))} must be a number" in found.value.show("en")


@pytest.mark.parametrize("method", ["exact", "priced"])
def test_a_time_limit_without_end(method):
    assert solve(_small(), method, gap=0, time_limit_s=math.inf).value == 6.0


def test_a_use_too_large_needs_a_larger_unit():
    with pytest.raises(ProblemError) as found:
        Problem.from_arrays([0, 5], [0, 0], [0], [[0], [2e18]], [4])
    assert "too large: r0000" in found.value.show("en")
    assert "larger unit" in found.value.show("en")


def _no_time(monkeypatch):
    """Give the simplex no time at all: HiGHS itself then says that its time limit is reached."""
    asked = relaxation.shared_solver().ask

    class Hurried:
        def ask(self, request, time_limit_s):
            if request["kind"] == "lp":
                request = {**request, "options": {**request["options"], "time_limit": 0.0}}
            return asked(request, time_limit_s)

    monkeypatch.setattr(relaxation, "shared_solver", Hurried)
    monkeypatch.setattr(relaxation, "_optimum_by_sifting", lambda *given: None)


def test_a_relaxation_that_does_not_end_gives_way_to_prices_and_the_plan_says_so(monkeypatch):
    rng = np.random.default_rng(5)
    group = np.repeat(np.arange(60), 3)
    value = np.where(np.arange(180) % 3 == 0, 0, rng.integers(1, 40, 180)) / 10
    use = np.where(np.arange(180)[:, None] % 3 == 0, 0, rng.integers(1, 9, (180, 2)))
    problem = Problem.from_arrays(value, group, [0] * 60, use, [90, 110])
    best = solve(problem, gap=0)
    assert not best.by_prices_for_want_of_time
    _no_time(monkeypatch)
    with pytest.raises(UnfinishedRelaxationError):
        solve(problem, "exact", gap=0)
    plan = solve(problem, gap=0.5)
    assert plan.by_prices_for_want_of_time
    assert plan.method == "priced"
    assert plan.summary()["unfinished_relaxations"] >= 1
    # it keeps every rule, and its certificate bounds the true optimum
    assert (use[plan.rows].sum(axis=0) <= [90, 110]).all()
    assert plan.value <= best.value <= plan.price_bound + 1e-9
    assert best.value - plan.value <= plan.gap + 1e-9
