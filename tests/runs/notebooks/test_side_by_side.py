"""Notebooks beside the computation: one kernel, then two; all are executed, and a fault leaves out the rest."""

from __future__ import annotations

import threading

import pytest

from povlib.runs.notebooks.shared_kernel import Kernel
from povlib.runs.notebooks.side_by_side import notebooks_beside


def test_two_notebooks_are_executed_at_the_same_time_once_there_are_two_kernels() -> None:
    # each waits for the other: alone in one kernel neither would ever end
    met = threading.Barrier(2, timeout=20)
    kernels: set[int] = set()

    def execute(name: str, kernel: Kernel) -> None:
        kernels.add(id(kernel))
        met.wait()

    with notebooks_beside(execute) as notebooks:
        notebooks.show("one", "other")
        notebooks.widen()
    assert len(kernels) == 2


def test_one_kernel_takes_them_in_the_order_in_which_they_are_named() -> None:
    done: list[str] = []
    with notebooks_beside(lambda name, kernel: done.append(name)) as notebooks:
        notebooks.show("1", "2")
        notebooks.show("3")
    assert done == ["1", "2", "3"]


def test_a_notebook_that_stops_stops_the_rest_and_is_told_at_the_end() -> None:
    done: list[str] = []
    reached: list[str] = []

    def execute(name: str, kernel: Kernel) -> None:
        done.append(name)
        raise ArithmeticError(name)

    with pytest.raises(ArithmeticError, match="1"), notebooks_beside(execute) as notebooks:  # noqa: PT012
        notebooks.show("1", "2", "3")
        reached.append("the end of the block")
    assert done == ["1"]
    assert reached


def test_a_block_that_fails_waits_for_what_has_begun_and_tells_its_own_fault() -> None:
    going, done = threading.Event(), []

    def execute(name: str, kernel: Kernel) -> None:
        going.set()
        done.append(name)

    with pytest.raises(KeyError, match="own"), notebooks_beside(execute) as notebooks:  # noqa: PT012
        notebooks.show("1")
        going.wait(20)
        notebooks.show("2")
        raise KeyError("own")
    assert done[0] == "1"
    assert threading.active_count() < 20


def test_nothing_to_show_starts_no_kernel() -> None:
    with notebooks_beside(lambda name, kernel: None) as notebooks:
        pass
    assert notebooks._threads == []
