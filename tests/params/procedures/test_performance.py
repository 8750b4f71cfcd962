"""Rules of performance evaluation: nothing invented is filled in, points in proportion, mistakes named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from povlib.errors import ParameterError
from povlib.params.procedures.performance import load_performance
from povlib.places import PARAMS
from povlib.runs.performance.figures import MEASURES


def _written(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    told = yaml.safe_load((PARAMS / "performance.yaml").read_text(encoding="utf-8"))
    change(told)
    (folder / "performance.yaml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return folder


def _score(told: dict[str, Any], points: float) -> None:
    for one in told["indicators"]:
        one |= {"points": points, "full_at": 1, "none_at": 0}


def test_what_is_not_public_is_empty_and_the_bands_are_marked_as_assumed() -> None:
    rules = load_performance()
    assert not any(one.scored for one in rules.indicators)
    assert [(band.grade, band.least, band.status) for band in rules.bands] == [
        ("A", 90, "assumed"), ("B", 80, "assumed"), ("C", 60, "assumed"), ("D", 0, "assumed"),
    ]  # fmt: skip
    assert {one.measure for one in rules.indicators} == set(MEASURES)  # every measure is counted, and none twice


def test_a_lower_value_may_be_the_better_one(tmp_path: Path) -> None:
    def change(told: dict[str, Any]) -> None:
        told["indicators"][2] |= {"points": 20, "full_at": 0.1, "none_at": 0.3}

    carry_over = load_performance(_written(tmp_path, change)).indicators[2]
    assert [round(carry_over.points_for(value), 9) for value in (0.0, 0.1, 0.2, 0.3, 1.0)] == [20, 20, 10, 0, 0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda told: told["indicators"].append(dict(told["indicators"][0], names={"zh": "甲", "en": "a"})),
            "stands here twice",
        ),
        (lambda told: told["indicators"][0].update(points=5), "entered together or not at all"),
        (lambda told: told["indicators"][0].update(points=5, full_at=1, none_at=1), "the same"),
        (lambda told: told["indicators"][0].update(measure="luck"), "luck"),
        (lambda told: _score(told, 9), "make 117, not 100"),
        (lambda told: told["bands"].reverse(), "from the best grade down"),
        (lambda told: told["bands"].pop(), "from the best grade down"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, change: Callable[[dict[str, Any]], object], said: str) -> None:
    with pytest.raises(ParameterError) as refused:
        load_performance(_written(tmp_path, change))
    assert said in " ".join(fault.show("en") for fault in refused.value.faults)
