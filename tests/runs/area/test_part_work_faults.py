"""What is told of a part that failed: no text of an exception, which may quote a cell and with it a person."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, Future
from typing import Any

import pytest

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
