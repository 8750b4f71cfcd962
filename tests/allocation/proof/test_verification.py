"""What `verify` must refuse: a priority passed over, and every word and figure of a plan that was altered."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from povlib.allocation import Problem, solve, verify
from povlib.errors import InfeasiblePlanError


def _sealed(plan, **changes):
    proof = replace(plan.certificate, **changes)
    return replace(plan, certificate=proof, seal=proof.seal)


@pytest.fixture(scope="module")
def ranked():
    """Two objectives one after the other, where the second alone gains by passing over the first."""
    for seed in range(50000, 50100):
        tables = sys.modules["tiny_townships"].tiny(seed)
        if not isinstance(tables.get("objective"), list) or not len(tables["bills"]):
            continue
        problem = Problem.from_tables(**tables)
        try:
            plan = solve(problem, "exact", gap=0)
            greedy = solve(Problem.from_tables(**{**tables, "objective": tables["objective"][-1]}), "exact", gap=0)
        except InfeasiblePlanError:
            continue
        if greedy.value > plan.value and len(plan.payments):
            return problem, plan, greedy
    raise AssertionError("no township has such a pair")


def test_a_plan_that_passes_over_the_priority_is_refused(ranked):
    problem, plan, greedy = ranked
    assert verify(plan, problem).ok
    forged = _sealed(greedy, digest=problem.digest)
    assert "every stage of the priority" in verify(forged, problem).show("en")
    proof = plan.certificate
    for changes in (
        {"stages": ()},
        {"stages": (), "reached": ()},
        {"stages": (*proof.stages, proof.stages[0])},
        {"reached": (*proof.reached, proof.reached[0]), "stages": (*proof.stages, proof.stages[0])},
        {"reached": (("nobody", proof.reached[0][1]), *proof.reached[1:])},
    ):
        assert "every stage of the priority" in verify(_sealed(plan, **changes), problem).show("en")
    lower = replace(proof.stages[0], bound=proof.stages[0].bound - 1)
    assert not verify(_sealed(plan, stages=(lower, *proof.stages[1:])), problem).ok
    name, reached = proof.reached[0]
    more = replace(proof, reached=((name, reached + 1), *proof.reached[1:]))
    assert not verify(replace(plan, certificate=more, seal=more.seal), problem).ok


@pytest.mark.parametrize(("column", "value"), [("additional", 1e3), ("members", 99), ("village", "ZZ")])
def test_what_is_beside_a_package_is_checked(ranked, column, value):
    problem, plan, _ = ranked
    chosen = plan.chosen.copy()
    chosen[column] = chosen[column].astype(object)
    chosen.loc[0, column] = value
    assert f"chosen.{column}" in verify(replace(plan, chosen=chosen), problem).show("en")


def test_words_and_effort_are_checked(ranked):
    problem, plan, _ = ranked
    assert "magic" in verify(replace(plan, method="magic"), problem).show("en")
    assert "effort" in verify(replace(plan, effort={"nodes": -5}), problem).show("en")


def test_a_false_optimum_is_refused():
    problem = Problem.from_arrays([0, 5, 0, 6.5], [0, 0, 1, 1], [0, 0], [[0], [2], [0], [3]], [4])
    plan = solve(problem, gap=0)
    assert plan.status == "optimal"
    assert verify(plan, problem).ok
    top = plan.price_bound
    assert top > plan.value
    word = replace(plan, solver_bound=top, bound=top, solver_gap=top - plan.value)
    assert "optimal" in verify(word, problem).show("en")
    assert verify(replace(word, status="gap"), problem).ok


def test_broken_numbers_are_named_and_raise_nothing(ranked):
    problem, plan, _ = ranked
    for bad in (np.nan, np.inf, 0.5):
        payments = plan.payments.astype({"fen": float})
        payments.loc[payments.index[0], "fen"] = bad
        assert "whole number of fen" in verify(replace(plan, payments=payments), problem).show("en")
    assert "one package for each household" in verify(replace(plan, rows=plan.rows + 0.25), problem).show("en")
