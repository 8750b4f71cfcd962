"""The search for a rule: what a rule gives by hand, and the best of every rule there is on a small problem."""

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from povlib.allocation import Problem, solve
from povlib.allocation.questions.one_page_rule import uses_as_kinds
from povlib.allocation.questions.rule_search import LARGEST_POINTS, RuleSearch

GAIN = np.array([[3.0, 1.0], [2.0, 2.5], [1.0, 0.5]])  # of money and of a post, by household


@pytest.fixture(scope="module")
def search():
    """Three households; money for two, a post for one; old people live in the first two, the last lives far off."""
    value = np.column_stack([np.zeros(3), GAIN]).ravel()
    use = np.tile([[0, 0], [1, 0], [0, 1]], (3, 1))
    problem = Problem.from_arrays(value, np.repeat(np.arange(3), 3), np.zeros(3, int), sparse.csr_array(use), [1, 1])
    table = pd.DataFrame({("elderly", "True"): [True, True, False], ("far", "True"): [False, True, True]})
    return RuleSearch(problem, solve(problem, gap=0), table, uses_as_kinds(problem), 300, None)


def _by_hand(points, wishes, lot):
    """Each household in order of its points, and of the lot, goes down the list and takes the first help left."""
    score = np.array([points[0], points[0] + points[1], points[1]])
    left, gained = [1, 1], 0.0
    for hh in sorted(range(3), key=lambda h: (-score[h], lot[h])):
        for kind in wishes:
            if left[kind]:
                left[kind] -= 1
                gained += GAIN[hh, kind]
                break
    return gained


@pytest.mark.parametrize("points", [(0, 0), (5, 0), (0, 5), (-1, 2), (3, -4)])
@pytest.mark.parametrize("wishes", [(0, 1), (1, 0), (0,), (1,)])
def test_what_a_rule_gives_is_what_follows_by_hand(search, points, wishes):
    assert search.rule_value((points, wishes, 1)) == pytest.approx(_by_hand(points, wishes, search.problem.group_rank))


def test_the_best_rule_is_the_best_of_all_rules(search):
    numbers = range(-LARGEST_POINTS, LARGEST_POINTS + 1)
    lists = [list_ for n in (1, 2) for list_ in permutations(range(2), n)]
    best = max(
        _by_hand(points, wishes, search.problem.group_rank) for points in product(numbers, numbers) for wishes in lists
    )
    assert search.rule_value(search.search_best(2)) == pytest.approx(best)


def test_points_and_list_are_shown_as_they_are_posted(search):
    rule = ((4, 0), (1, 0), 1)
    assert search.points_table(rule[0])["points"].tolist() == [4]
    assert search.wish_list(rule[1])["kind"].tolist() == [search.kinds[1], search.kinds[0]]
    _, order = search.allocation_under(rule)
    assert order["points"].tolist() == [4, 4, 0]
