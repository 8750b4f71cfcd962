"""A proof by cases: none left out, each bound held to every choice tried, a forged case found."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from povlib.allocation import Certificate, Plan, Problem, solve, verify
from povlib.allocation.proof.opening_cases import (
    CaseProof,
    cover_every_decision,
    levels_of_facilities,
    levels_of_rows,
    problem_of_case,
)
from povlib.errors import InfeasiblePlanError, ProblemError


def test_cases_cover_exactly_what_counting_says() -> None:
    """Random cases against every decision, one by one."""
    rng = np.random.default_rng(5)
    levels = {"a": {0, 1}, "b": {0, 1, 2}, "c": {0, 1}}
    found = {True: 0, False: 0}
    for _ in range(400):
        cases = [
            {key: int(rng.choice(sorted(at))) for key, at in levels.items() if rng.random() < 0.4}
            for _ in range(rng.integers(0, 7))
        ]
        decisions = [dict(zip(levels, at, strict=True)) for at in product(*levels.values())]
        counted = all(any(CaseProof(case, {}, 0).holds(made) for case in cases) for made in decisions)
        assert cover_every_decision(cases, levels) == counted, cases
        found[counted] += 1
    assert min(found.values()) > 50


def townships(seeds: range) -> list[tuple[dict[str, Any], Problem, Plan]]:
    """Tiny townships with openings whose bound is proved by cases."""
    from tests.allocation.test_openings import with_sites

    made = []
    for seed in seeds:
        tables = with_sites(seed)
        try:
            problem = Problem.from_tables(**tables)
            plan = solve(problem, gap=0)
        except (InfeasiblePlanError, ProblemError):
            continue
        if plan.certificate.cases:
            made.append((tables, problem, plan))
    return made


@pytest.fixture(scope="module")
def proved() -> list[tuple[dict[str, Any], Problem, Plan]]:
    return townships(range(40))


def test_no_plan_of_a_case_is_worth_more_than_its_bound(proved: list[tuple[dict[str, Any], Problem, Plan]]) -> None:
    """Brute force of the case alone, by trying every choice."""
    tried = 0
    for tables, _, plan in proved:
        for case in plan.certificate.cases:
            oracle = sys.modules["tiny_townships"].Oracle(tables)
            oracle.units = [
                [(p, f) for p, f in unit if p is not None or _belongs(case, unit, f)] for unit in oracle.units
            ]
            best = oracle.best()
            assert best is None or case.bound >= best * 10**6
            tried += best is not None
    assert tried > 10


def _belongs(case: CaseProof, unit: list[tuple[Any, Any]], facility: dict[str, Any] | None) -> bool:
    """Return whether an option of a facility is the one that the case decides on."""
    key = next(f["facility"] for _, f in unit if f)
    level = 0 if facility is None else int(facility["level"])
    return case.levels.get(key, level) == level


def test_the_bound_of_cases_is_closer_than_that_of_one_list_of_prices(
    proved: list[tuple[dict[str, Any], Problem, Plan]],
) -> None:
    from povlib.allocation.solvers.township.relaxation import relax

    for _, problem, plan in proved:
        whole = relax(problem, 60.0) if not problem.stages else None
        assert plan.certificate.bound == max(case.bound for case in plan.certificate.cases)
        assert whole is None or plan.certificate.bound <= whole.bound + 10**6


def test_a_certificate_with_cases_is_read_as_written(proved: list[tuple[dict[str, Any], Problem, Plan]]) -> None:
    _, problem, plan = proved[0]
    assert Certificate.from_json(plan.certificate.to_json()) == plan.certificate
    assert verify(plan, problem).ok


def _sealed(plan: Plan, cases: tuple[CaseProof, ...], bound: int | None = None) -> Plan:
    proof = replace(plan.certificate, cases=cases, bound=plan.certificate.bound if bound is None else bound)
    price_bound = proof.bound / 10**12
    return replace(
        plan, certificate=proof, seal=proof.seal, price_bound=price_bound, bound=min(price_bound, plan.solver_bound),
        gap=(proof.bound - proof.value) / 10**12,
    )  # fmt: skip


@pytest.mark.thorough
def test_forged_cases_are_found(proved: list[tuple[dict[str, Any], Problem, Plan]]) -> None:
    """A case left out, a bound lowered, prices of another case: each is named."""
    for _, problem, plan in proved:
        cases = plan.certificate.cases
        assert verify(_sealed(plan, cases), problem).ok
        for at in range(len(cases)):
            left = cases[:at] + cases[at + 1 :]
            said = verify(_sealed(plan, left, max((case.bound for case in left), default=0)), problem)
            assert "leave out a way to open" in said.show("en")
            lower = replace(cases[at], bound=cases[at].bound - 1)
            forged = (*cases[:at], lower, *cases[at + 1 :])
            said = verify(_sealed(plan, forged, max(case.bound for case in forged)), problem)
            assert "the bound is not what the prices prove" in said.show("en")
            negative = replace(cases[at], prices={**cases[at].prices, "fund": -1})
            said = verify(_sealed(plan, (*cases[:at], negative, *cases[at + 1 :])), problem)
            assert "a price is negative" in said.show("en")
        opened = levels_of_rows(problem, plan.rows)
        others = tuple(case for case in cases if not case.holds(opened))
        if all(case.prices != plan.certificate.prices for case in others):
            said = verify(_sealed(plan, others), problem)
            assert "the prices of the plan are not those of its certificate" in said.show("en")


def test_the_problem_of_a_case_has_one_way_only(proved: list[tuple[dict[str, Any], Problem, Plan]]) -> None:
    _, problem, plan = proved[0]
    case = plan.certificate.cases[0]
    left = levels_of_facilities(problem_of_case(problem, case.levels))
    every = levels_of_facilities(problem)
    assert left == {key: {case.levels[key]} if key in case.levels else at for key, at in every.items()}
