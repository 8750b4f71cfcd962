"""What an opening brings equals two optima by brute force; break-even by hand."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from povlib.allocation import Problem, opening_worth, solve
from povlib.errors import InfeasiblePlanError, ProblemError


@pytest.fixture(scope="module")
def cases() -> ModuleType:
    """The tiny townships with sites of `test_openings`."""
    spec = importlib.util.spec_from_file_location("opening_cases", Path(__file__).parents[1] / "test_openings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _best(tables, facility, *, opened):
    """Best value in micro-persons by trying every choice, with one facility forced open or shut."""
    oracle = sys.modules["tiny_townships"].Oracle(tables)
    for at, unit in enumerate(oracle.units):
        if any(level is not None and level["facility"] == facility for _, level in unit):
            oracle.units[at] = [option for option in unit if (option[1] is not None) == opened]
    return oracle.best()


@pytest.mark.thorough
@pytest.mark.parametrize("towns", [12, pytest.param(24, marks=pytest.mark.slow)])
def test_what_an_opening_brings_equals_brute_force(cases, towns):
    compared = 0
    for seed in range(towns):
        tables = cases.with_sites(seed)
        if isinstance(tables.get("objective"), list):
            continue
        try:
            problem = Problem.from_tables(**tables)
            plan = solve(problem, gap=0)
        except (InfeasiblePlanError, ProblemError):
            continue
        for row in opening_worth(plan, problem, gap=0).itertuples():
            shut, opened = (_best(tables, row.facility, opened=way) for way in (False, True))
            if shut is None or opened is None:
                assert row.brings != row.brings
                continue
            assert row.brings == pytest.approx((opened - shut) / 1e6, abs=1e-9), seed
            assert row.low - 1e-9 <= row.brings <= row.high + 1e-9
            compared += 1
    assert compared > towns // 3


@pytest.mark.parametrize(
    ("cost", "level", "brings", "households", "breaks_even"),
    [
        (2_500, 1, 3.0, 3, None),  # three houses and the opening take all of 10,000 fen
        (5_000, 1, 2.0, 2, None),
        (5_001, 0, None, 0, None),  # two houses can no longer be paid beside it
    ],
)
def test_by_hand(cases, cost, level, brings, households, breaks_even):
    problem = cases.village(least=2, cost=cost)
    plan = solve(problem, gap=0)
    row = opening_worth(plan, problem, gap=0).iloc[0]
    assert row["level"] == level
    if brings is None:
        assert row["brings"] != row["brings"]  # no plan can open it at all
    else:
        assert (row["brings"], row["households"], row["opening_fen"]) == (brings, households, cost)


def test_a_free_opening_breaks_even_at_what_it_asks_for(cases):
    problem = cases.village(least=2, cost=0)
    plan = solve(problem, gap=0)
    assert opening_worth(plan, problem, gap=0)["breaks_even"].tolist() == [2]
