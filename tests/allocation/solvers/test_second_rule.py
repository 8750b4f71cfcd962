"""The second rule against every plan of small problems: least money, or most of another aim, among equals."""

import itertools
import sys

import numpy as np
import pandas as pd
import pytest

from povlib.allocation import Problem, solve, verify
from povlib.allocation.solvers.second_rule import plan_by_second_rule
from povlib.errors import InfeasiblePlanError, ProblemError

_HOUSEHOLDS, _PACKAGES = 5, 4


class _Small:
    """Five households of four packages, one fund, one pool of posts; every plan can be written down."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        key = [f"h{h}-{k}" for h in range(_HOUSEHOLDS) for k in range(_PACKAGES)]
        hh = np.repeat([f"h{h}" for h in range(_HOUSEHOLDS)], _PACKAGES)
        shape = (_HOUSEHOLDS, _PACKAGES)
        # whole hundredths, so that many plans are alike in value
        self.value = np.round(rng.random(shape) * 2, 2) * (np.arange(_PACKAGES) > 0)
        self.depth = np.round(rng.random(shape), 2) * (np.arange(_PACKAGES) > 0)
        self.cost = rng.integers(1, 30, shape) * 10_000 * (np.arange(_PACKAGES) > 0)
        self.post = rng.integers(0, 2, shape) * (np.arange(_PACKAGES) > 0)
        self.fund, self.posts = int(rng.integers(20, 90)) * 10_000, int(rng.integers(1, 4))
        paid = pd.DataFrame({"package": key, "measure": "m", "cost_fen": self.cost.ravel()}).query("cost_fen > 0")
        self.problem = Problem.from_tables(
            pd.DataFrame({"package": key, "hh": hh, "value": self.value.ravel(), "depth": self.depth.ravel()}),
            pd.DataFrame({"package": key, "resource": "posts", "amount": self.post.ravel()}).query("amount > 0"),
            pd.DataFrame(
                {"resource": ["posts", "fund"], "kind": ["post", "fund"], "capacity": [self.posts, self.fund]}
            ),
            pd.DataFrame({"hh": sorted(set(hh)), "village": "A", "members": 3}),
            bills=paid,
            payers=paid.rename(columns={"cost_fen": "ceiling_fen"}).assign(fund="fund"),
        )

    def plans(self):
        """Value, money and depth of every plan that keeps the rules."""
        at = np.array(list(itertools.product(range(_PACKAGES), repeat=_HOUSEHOLDS)))
        value, money, depth, post = (
            table[np.arange(_HOUSEHOLDS), at].sum(axis=1) for table in (self.value, self.cost, self.depth, self.post)
        )
        kept = (money <= self.fund) & (post <= self.posts)
        return value[kept], money[kept], depth[kept]


@pytest.mark.parametrize("seed", range(12))
def test_least_money_and_most_depth_among_equals_as_brute_force_has_them(seed):
    small = _Small(seed)
    value, money, depth = small.plans()
    first = solve(small.problem, gap=1.0)
    for within in (0.0, 0.05, 0.4):
        least = max(first.value - within, first.price_bound - 1.0) if first.gap <= 1.0 else first.value
        equal = value >= min(first.value, least) - 1e-9
        saving = plan_by_second_rule(first, small.problem, within=within, gap=1.0)
        spent = int(saving.payments["fen"].sum())
        # the search stops within two thousandths
        assert money[equal].min() <= spent <= money[equal].min() + 0.002 * first.payments["fen"].sum()
        deep = plan_by_second_rule(first, small.problem, "depth", within=within, gap=1.0)
        reached = small.problem.tables.packages.set_index("package")["depth"][deep.chosen["package"]].sum()
        assert depth[equal].max() * 0.998 - 1e-9 <= reached <= depth[equal].max() + 1e-9
        for plan in (saving, deep):
            assert plan.value >= first.value - within - 1e-9
            assert plan.price_bound == first.price_bound
            assert plan.gap <= max(first.gap, 1.0)
            assert verify(plan, small.problem).ok


def test_a_proven_optimum_stays_one_unless_something_is_given_up_for_money():
    small = _Small(3)
    best = solve(small.problem, gap=0)
    kept = plan_by_second_rule(best, small.problem, within=0, gap=0)
    assert (kept.value, kept.status) == (best.value, "optimal")
    less = plan_by_second_rule(best, small.problem, within=0.5, gap=10)
    assert less.status == ("gap" if less.value < best.value else "optimal")
    assert less.solver_gap >= best.value - less.value - 1e-9


@pytest.mark.thorough
def test_every_kind_of_rule_is_kept_and_no_plan_gets_worse():
    tried = cheaper = 0
    for seed in range(30):
        tables = sys.modules["tiny_townships"].tiny(seed)
        try:
            problem = Problem.from_tables(**tables)
            first = solve(problem, gap=1.0)
        except (ProblemError, InfeasiblePlanError):
            continue
        plan = plan_by_second_rule(first, problem, within=0.3, gap=1.0)
        tried += 1
        spent = [int(one.payments["fen"].sum()) for one in (first, plan)]
        cheaper += spent[1] < spent[0]
        assert spent[1] <= spent[0]
        assert plan.value >= first.value - 0.3 - 1e-9
        assert plan.certificate.reached == first.certificate.reached
        assert verify(plan, problem).ok
    assert tried > 10
    assert cheaper > 2


def test_the_same_plan_whenever_it_is_asked_for():
    problem = Problem.from_tables(**sys.modules["allocation_instances"].township(0))
    first = solve(problem)
    found = [plan_by_second_rule(first, problem) for _ in range(2)]
    assert found[0].rows.tolist() == found[1].rows.tolist()
    assert found[0].payments["fen"].sum() < first.payments["fen"].sum()


def test_what_cannot_be_chosen_by_is_refused():
    small = _Small(1)
    first = solve(small.problem)
    with pytest.raises(ProblemError, match="nothing"):
        plan_by_second_rule(first, small.problem, "nothing")
    with pytest.raises(ProblemError, match="below zero"):
        plan_by_second_rule(first, small.problem, within=-1)
