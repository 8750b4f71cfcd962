"""A total and a grade only over figures that are all recorded and points that are all entered."""

from __future__ import annotations

from typing import Any

import pytest

from povlib.params.procedures.performance import Performance, load_performance
from povlib.runs.performance.evaluation import evaluate
from povlib.runs.performance.figures import MEASURES, Counted


def _rules(points: float | None) -> Performance:
    told: dict[str, Any] = load_performance().model_dump()
    each = 100 / len(told["indicators"])
    for one in told["indicators"]:
        one |= {"points": each, "full_at": 1.0, "none_at": 0.0} if points else {}
    return Performance.model_validate(told)


def _all(value: float | None) -> dict[str, Counted]:
    return {measure: Counted(value, "share") for measure in MEASURES}


@pytest.mark.parametrize(("value", "grade"), [(1.0, "A"), (0.9, "A"), (0.85, "B"), (0.6, "C"), (0.1, "D")])
def test_a_total_is_the_sum_of_points_in_proportion(value: float, grade: str) -> None:
    told, total, given = evaluate(_rules(1), _all(value))
    assert total == pytest.approx(100 * value)
    assert given == grade
    assert all(one.points == pytest.approx(100 * value / len(told)) for one in told)


def test_one_figure_that_is_not_recorded_leaves_no_total() -> None:
    counted = _all(1.0) | {"consenting": Counted(None, "share")}
    told, total, grade = evaluate(_rules(1), counted)
    assert (total, grade) == (None, "")
    assert sum(one.points is None for one in told) == 1


def test_points_that_are_not_entered_leave_no_total() -> None:
    told, total, grade = evaluate(_rules(None), _all(1.0))
    assert (total, grade) == (None, "")
    assert all(one.points is None for one in told)
