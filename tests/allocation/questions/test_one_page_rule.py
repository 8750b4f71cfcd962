"""The rule on one page: it keeps every rule, follows its own points, and says what it loses."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from povlib.allocation import Problem, one_page_rule, solve
from povlib.errors import ProblemError


def village(seed=0, households=30):
    """Households whose gain follows from two public facts; one fund, one pool of posts."""
    rng = np.random.default_rng(seed)
    elderly, far = rng.random(households) < 0.4, rng.random(households) < 0.5
    gain = 1 + 3 * elderly - 0.5 * far
    value = np.zeros((households, 3))
    value[:, 1], value[:, 2] = gain, 0.6 * gain
    use = np.tile([[0, 0], [2, 0], [0, 1]], (households, 1))
    problem = Problem.from_arrays(
        value.ravel(), np.repeat(np.arange(households), 3), np.zeros(households, int), sparse.csr_array(use), [16, 4]
    )
    facts = pd.DataFrame({"hh": problem.hh, "elderly": elderly, "far": far, "noise": rng.integers(0, 3, households)})
    draws = value.ravel()[:, None] * (1 + rng.normal(0, 0.1, (1, 40)))
    return problem, facts, draws


@pytest.fixture(scope="module")
def found():
    problem, facts, draws = village()
    plan = solve(problem, gap=0)
    return problem, facts, plan, one_page_rule(plan, problem, facts, draws=draws, tries=80)


def test_where_the_facts_tell_everything_nothing_is_lost(found):
    _, _, plan, rule = found
    assert rule.loss == pytest.approx(0, abs=1e-9)
    assert rule.additional == pytest.approx(plan.additional)
    assert rule.points["points"].iloc[0] > 0
    assert rule.points["fact"].iloc[0] == "elderly"


def test_the_plan_of_the_rule_keeps_every_rule(found):
    problem, _, _, rule = found
    used = np.asarray(problem.use[rule.rows].sum(axis=0)).ravel()
    assert (used <= problem.capacity).all()
    assert rule.broken == ()


def test_anybody_can_add_up_the_points(found):
    _, facts, _, rule = found
    own = facts.set_index("hh")
    score = pd.Series(0, index=own.index)
    for fact, level, points in rule.points.itertuples(index=False):
        score += points * (own[fact].astype(str) == level)
    assert rule.order.set_index("hh")["points"].sort_index().tolist() == score.sort_index().tolist()
    assert rule.order["points"].is_monotonic_decreasing


def test_it_is_judged_in_worlds_it_never_saw(found):
    _, _, plan, rule = found
    assert set(rule.seen) == set(rule.unseen) == {"rule", "plan"}
    _, _, draws = village()
    unseen = draws[:, 1::2].mean(axis=1)
    assert rule.unseen["plan"] == pytest.approx(unseen[plan.rows].sum())
    assert rule.unseen["rule"] == pytest.approx(unseen[rule.rows].sum())


def test_it_never_beats_the_proved_bound_and_more_tries_never_harm():
    problem, facts, _ = village(3)
    plan = solve(problem, gap=0)
    few, many = (one_page_rule(plan, problem, facts.drop(columns="elderly"), tries=t) for t in (5, 60))
    assert few.additional <= many.additional <= plan.price_bound + 1e-9
    assert many.loss > 0
    assert many.loss_share == pytest.approx(many.loss / plan.additional)


def test_the_same_facts_give_the_same_rule_in_any_order():
    problem, facts, _ = village(4)
    plan = solve(problem, gap=0)
    one = one_page_rule(plan, problem, facts, tries=40)
    two = one_page_rule(plan, problem, facts.sample(frac=1, random_state=1), tries=40)
    pd.testing.assert_frame_equal(one.points, two.points)
    assert one.rows.tolist() == two.rows.tolist()


def test_facts_that_cannot_make_a_rule_are_refused():
    problem, facts, draws = village(5)
    plan = solve(problem, gap=0)
    for wrong in (facts[["hh"]], facts.iloc[1:], facts.assign(elderly=True, far=True, noise=1)):
        with pytest.raises(ProblemError):
            one_page_rule(plan, problem, wrong)
    with pytest.raises(ProblemError):
        one_page_rule(plan, problem, facts, draws=draws[:-1])
    with pytest.raises(ProblemError):
        one_page_rule(plan, problem, facts, pd.DataFrame({"package": ["?"], "kind": ["x"]}))
