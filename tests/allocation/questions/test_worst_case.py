"""Plans for the worst worlds against brute force over every plan of small problems."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.allocation import worst_case_plan
from povlib.allocation.questions.worst_case import worst_case_mean
from povlib.errors import ProblemError


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_of_the_bad_years_is_never_below_the_best_plan(seed, small, plans):
    problem, draws = small(seed)
    found = worst_case_plan(problem, draws, tail=0.4, gap=0.05)
    best = max(worst_case_mean(draws[rows].sum(axis=0), 0.4) for rows in plans(problem))
    assert found.worst <= best + 1e-9 <= found.bound + 2e-9
    assert found.worst == pytest.approx(worst_case_mean(draws[found.plan.rows].sum(axis=0), 0.4))
    assert found.weights.sum() == pytest.approx(1.0)
    assert (found.weights <= 1 / (0.4 * draws.shape[1]) + 1e-9).all()
    assert found.search_log["bound"].is_monotonic_decreasing


def test_all_worlds_counted_as_worst_is_the_plain_mean(small):
    problem, draws = small(3)
    found = worst_case_plan(problem, draws, tail=1.0, gap=0.01)
    assert found.worst == pytest.approx(found.mean)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=20), st.floats(0.05, 1.0))
@settings(max_examples=60)
def test_the_worst_mean_lies_between_the_worst_and_the_mean(worlds, tail):
    assert min(worlds) - 1e-9 <= worst_case_mean(worlds, tail) <= np.mean(worlds) + 1e-9


def test_draws_that_do_not_fit_are_refused_in_words(small):
    problem, draws = small(1)
    for wrong in (draws[:-1], draws[:, :0], np.where(draws > 1, np.nan, draws)):
        with pytest.raises(ProblemError, match="draws"):
            worst_case_plan(problem, wrong)
    with pytest.raises(ProblemError):
        worst_case_plan(problem, draws, tail=0)
