"""A few offices of the benchmark of sixty: without money, with little, without posts, in one village."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
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


@pytest.mark.parametrize(("taken", "said"), [(8, []), (9, ["post:tea: 9 taken of 8"])])
def test_a_seat_too_many_beside_what_is_opened_is_found_in_a_plan_by_parts(
    offices: Any, taken: int, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # every part names the whole office's school: 5 seats if it opens early, 4 if late; 3 are there without it
    school = pd.DataFrame({"facility": "school", "level": [1, 2], "resource": "post:tea", "added": [5, 4]})
    entitlements = pd.DataFrame({"fund": [], "cost_fen": [], "covered": []})
    part_runs = [
        SimpleNamespace(
            part=SimpleNamespace(key=f"part-{at}"), folder=Path(), chosen=pd.DataFrame({"package": [0]}),
            state=SimpleNamespace(poor=pd.DataFrame({"hh": [f"h{at}"]})),
            offer=SimpleNamespace(
                packages=pd.DataFrame({"package": [0], "hh": f"h{at}", "new_money_fen": 0}), facilities=school,
                uses=pd.DataFrame({"package": [0], "resource": "post:tea", "amount": seats}), entitlements=entitlements,
            ),
        )
        for at, seats in enumerate((4, taken - 4))
    ]  # fmt: skip
    used = pd.DataFrame(
        {"row": ["post:tea", "credit:village:a"], "sense": "<=", "used": [taken, 0], "capacity": [8, 6]}
    )
    plan = SimpleNamespace(used=used, opened={"school": 1})
    run = SimpleNamespace(part_runs=part_runs, plan=plan, law=SimpleNamespace(left={"post:tea": 3}), paid_by_fund={})
    nothing = SimpleNamespace(numbers=lambda name: np.zeros(1, dtype=np.int64))
    monkeypatch.setattr(offices.parts.Part, "open", lambda folder: nothing)
    told = offices.told_by_parts(run)
    assert list(offices.seats_overrun(told)) == said
    assert told.rows["capacity"].tolist() == [3, 6]


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
