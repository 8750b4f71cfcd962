"""A few offices of the benchmark of sixty: without money, with little, without posts, in one village."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "generated_offices.py"


@pytest.fixture(scope="module")
def offices() -> ModuleType:
    """The benchmark itself: its rules are the ones asked here too."""
    spec = importlib.util.spec_from_file_location("generated_offices", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["generated_offices"] = module
    spec.loader.exec_module(module)
    return module


def test_the_sixty_offices_hold_every_mixture_at_every_kind_of_size(offices: Any) -> None:
    every = offices.cases()
    assert len(every) == len({case.number for case in every}) == 60
    mixtures = [(case.money, case.posts, case.one_village) for case in every]
    assert len(set(mixtures)) == 4 * len(offices.FUNDS)
    assert {case.households for case in every} >= {50, 8000}


@pytest.mark.thorough
@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_small_office_gets_a_plan_with_its_proof(
    offices: Any, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    made = offices.outcome_of(offices.cases()[number])
    assert (made["outcome"], made["proved"], made["wrong"]) == ("plan", True, [])
    assert made["gap"] <= 0.5
    assert made["money_yuan"] == 0 or made["money"] != "none"
