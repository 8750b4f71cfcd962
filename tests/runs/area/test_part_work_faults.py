"""What is told of a part that failed: no text of an exception, which may quote a cell and with it a person."""

from __future__ import annotations

import os
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from typing import Any

import pytest

from povlib.allocation.parts import plan_of_parts
from povlib.errors import ProblemError, RunError
from povlib.runs.area import part_work


@pytest.mark.parametrize("error", [ValueError("cannot convert '张三 352101'"), KeyError("张三 352101")])
def test_an_exception_is_told_by_its_type_alone(error: Exception) -> None:
    work: Future[Any] = Future()
    work.set_exception(error)
    [fault] = part_work._faults_of(work)
    for lang in ("en", "zh"):
        assert type(error).__name__ in fault.show(lang)
        assert "张三" not in fault.show(lang)


def test_a_lost_process_is_left_to_whoever_asks_again() -> None:
    work: Future[Any] = Future()
    work.set_exception(BrokenExecutor("张三"))
    with pytest.raises(BrokenExecutor):
        part_work._faults_of(work)


def test_a_lost_search_is_told_in_words() -> None:
    """As where it takes more memory than there is: the process is gone."""
    with (
        pytest.raises(RunError, match="sought the plan was ended from outside") as told,
        part_work.calls_aside() as call,
    ):
        call(os._exit, 1)
    assert "is kept" in told.value.faults[0].remedy


def test_what_stops_the_search_is_raised_where_it_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as told, part_work.calls_aside() as call:
        call(plan_of_parts, [tmp_path / "none"])
    assert "ended from outside" not in str(told.value)
