"""A slice given by lot: every rule kept, chances as written, nothing touched that must not be."""

import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from povlib.allocation import Problem, draw_by_lot, solve, verify
from povlib.allocation.proof.certificate import UNITS_PER_PERSON, Prices, net_values
from povlib.allocation.questions.lottery import POINTS_PER_PERSON
from povlib.errors import ProblemError, WorkbenchError
from povlib.words import language_in_use


def tiny(seed):
    """Return a tiny township and its plan, or none where no plan keeps the rules."""
    try:
        problem = Problem.from_tables(**sys.modules["tiny_townships"].tiny(seed))
        return problem, solve(problem, gap=0)
    except WorkbenchError:
        return None, None


@pytest.mark.thorough
@given(st.integers(0, 5_000), st.integers(0, 4), st.sampled_from([0, 50, 800, 5_000]), st.integers(0, 2**31))
@settings(max_examples=30, deadline=None)
def test_every_rule_is_kept_and_every_figure_proved(seed, households, points, draw):
    problem, plan = tiny(seed)
    if plan is None:
        return
    if problem.stages:
        with pytest.raises(ProblemError):
            draw_by_lot(plan, problem, households=households, points=points, seed=draw)
        return
    found = draw_by_lot(plan, problem, households=households, points=points, seed=draw)
    assert verify(found.plan, problem).ok
    assert found.loss == pytest.approx(plan.value - found.plan.value)
    assert found.plan.price_bound == plan.price_bound
    assert len(found.drawn) <= min(households, found.eligible)
    assert (found.drawn["probability"] == 1 / found.drawn["choices"]).all()
    assert (found.drawn["choices"] >= 2).all()
    line = net_values(problem, Prices.of(problem, plan.certificate.prices))
    behind = (line[plan.rows] - line[found.plan.rows])[: problem.households]
    assert (behind * POINTS_PER_PERSON <= points * UNITS_PER_PERSON).all()
    moved = set(problem.hh[(plan.rows != found.plan.rows)[: problem.households]])
    assert moved <= set(found.drawn["hh"])
    assert (plan.rows == found.plan.rows)[problem.households :].all()


def alike(groups: int, capacity: int) -> Problem:
    """Return households with package 0 and two packages that are worth and use the same."""
    value = [0, 2, 2] * groups
    use = sparse.csr_array(np.array([[0], [1], [1]] * groups))
    return Problem.from_arrays(value, np.repeat(np.arange(groups), 3), [0] * groups, use, [capacity])


def test_nothing_is_drawn_unless_asked_for():
    problem = alike(5, 5)
    plan = solve(problem, gap=0)
    found = draw_by_lot(plan, problem, households=0, points=10, seed=1)
    assert found.plan is plan
    assert found.drawn.empty
    assert found.eligible == 5


def test_draws_come_as_often_as_their_written_chance():
    """800 draws among two packages alike: shares within four standard errors of the chances."""
    problem = alike(4, 4)
    plan = solve(problem, gap=0)
    frames = [draw_by_lot(plan, problem, households=2, points=0, seed=seed).drawn for seed in range(400)]
    drawn = pd.concat(frames)
    assert (drawn["probability"] == 0.5).all()
    assert (drawn["entry"] == 0.5).all()
    kept = (drawn["planned"] == drawn["package"]).mean()
    assert kept == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(len(drawn)))
    entered = drawn["hh"].value_counts() / 400
    assert len(entered) == 4
    assert entered.between(0.5 - 4 * 0.5 / np.sqrt(400), 0.5 + 4 * 0.5 / np.sqrt(400)).all()


def test_the_same_seed_gives_the_same_slice():
    problem = alike(30, 30)
    plan = solve(problem, gap=0)
    one, other, third = (draw_by_lot(plan, problem, households=10, points=0, seed=s) for s in (7, 7, 8))
    pd.testing.assert_frame_equal(one.drawn, other.drawn)
    assert not one.drawn.equals(third.drawn)


def test_what_must_stay_as_it_is_is_never_drawn():
    """Of the two packages alike one closes a guarantee: no lot may take a safe house away."""
    problem = alike(6, 6)
    plan = solve(problem, gap=0)
    keep = pd.Series(["", "housing", ""] * 6, index=problem.package)
    found = draw_by_lot(plan, problem, households=6, points=0, seed=3, keep=keep)
    assert found.drawn.empty
    assert found.plan is plan
    freely = draw_by_lot(plan, problem, households=6, points=0, seed=3, keep=pd.Series("", index=problem.package))
    assert len(freely.drawn) == 6


def test_pins_and_scarce_posts_leave_no_choice(instances):
    problem = alike(3, 2)
    plan = solve(problem, gap=0)
    found = draw_by_lot(plan, problem, households=3, points=3_000, seed=1)
    served = (found.plan.rows != problem.base)[: problem.households].sum()
    assert served <= 2
    assert verify(found.plan, problem).ok


def test_odd_orders_are_refused_in_words():
    problem = alike(2, 2)
    plan = solve(problem, gap=0)
    with language_in_use("en"), pytest.raises(ProblemError, match="0 or more"):
        draw_by_lot(plan, problem, households=-1, points=0, seed=1)
