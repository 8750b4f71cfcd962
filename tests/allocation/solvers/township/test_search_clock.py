"""Limits counted in steps: the clock may race, the plan stays the same."""

import threading
import time

import pytest

from povlib.allocation import Problem, searches_counted_in_steps, solve, verify
from povlib.allocation.solvers.township import search_clock, solver_worker
from povlib.allocation.solvers.township.search_clock import SearchClock, looks_in, seconds_of_looks


@pytest.fixture
def racing_clock(monkeypatch):
    """Let ten minutes pass from one look at the clock to the next."""
    began, looks = time.monotonic(), iter(range(10**9))
    monkeypatch.setattr(search_clock.time, "monotonic", lambda: began + 600.0 * next(looks))


@pytest.fixture
def problem(instances):
    return Problem.from_arrays(**instances.random_arrays(60, 4))


@pytest.mark.parametrize("limit", [0.002, pytest.param(0.5, marks=pytest.mark.thorough)])
def test_a_clock_that_races_changes_no_plan(problem, limit, request):
    with searches_counted_in_steps():
        calm = solve(problem, "exact", gap=0.0, time_limit_s=limit)
        request.getfixturevalue("racing_clock")
        raced = solve(problem, "exact", gap=0.0, time_limit_s=limit)
    assert (calm.choice.tolist(), calm.bound, calm.status, calm.effort) == (
        raced.choice.tolist(), raced.bound, raced.status, raced.effort,
    )  # fmt: skip
    assert calm.status != "time"
    assert verify(raced, problem).ok


def test_fewer_steps_end_a_search_sooner_and_say_so(problem):
    with searches_counted_in_steps():
        plan = solve(problem, "exact", gap=0.0, time_limit_s=1e-6)
    assert plan.status == "effort"
    assert plan.effort["nodes"] == 0


def test_outside_the_block_the_clock_counts(problem, racing_clock):
    assert not SearchClock(60.0).in_steps
    assert solve(problem, "exact", gap=0.0, time_limit_s=60).status == "time"


def test_looks_and_seconds_are_each_others_inverse():
    for seconds in (0.5, 7.0, 60.0):
        looks = looks_in(seconds, 2000)
        assert seconds_of_looks(looks, 2000) <= seconds < seconds_of_looks(looks + 2, 2000)
    assert looks_in(-1.0, 10) == 1


def test_a_solver_that_looks_at_nothing_is_given_up_and_a_working_one_is_not():
    ended, gone = threading.Event(), threading.Event()
    looks = solver_worker._Looks(None)
    looks.last = time.process_time() - 100.0
    threading.Thread(target=lambda: (gone.wait(5), ended.set()), daemon=True).start()
    looks.watch(50.0, ended, gone.set)
    assert gone.is_set()
    calm = threading.Event()
    threading.Timer(0.7, calm.set).start()
    solver_worker._Looks(None).watch(50.0, calm, lambda: pytest.fail("it was looked at a moment ago"))
