"""Notebooks executed beside the computation, in one kernel at first and in two once the plan stands.

Responsible for which kernel takes which notebook, and for their end. Not responsible for one execution
(`povlib.runs.notebooks.execution`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from povlib.runs.notebooks.shared_kernel import Kernel

Execute = Callable[[str, Kernel], None]


class NotebooksBeside:
    """Notebooks waiting for a kernel: whichever is free takes the next one.

    One kernel at first, so that the computation has a core of its own until its figures are shown; `widen` starts
    another when what is left is mostly notebooks. What a notebook writes does not depend on the kernel that took it.
    """

    def __init__(self, execute: Execute) -> None:
        self._execute = execute
        self._waiting: SimpleQueue[str | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._fault: BaseException | None = None

    def show(self, *names: str) -> None:
        """Execute notebooks as soon as a kernel is free."""
        if not self._threads:
            self.widen()
        for name in names:
            self._waiting.put(name)

    def widen(self) -> None:
        """Start one more kernel."""
        self._threads.append(threading.Thread(target=self._work, daemon=True))
        self._threads[-1].start()

    def _work(self) -> None:
        # a kernel belongs to the thread that uses it
        kernel = Kernel()
        try:
            for name in iter(self._waiting.get, None):
                # after a fault those that have not begun are left out
                if self._fault is None:
                    self._execute(name, kernel)
        except BaseException as fault:
            self._fault = self._fault or fault
        finally:
            kernel.close()

    def end(self, fault: BaseException | None = None) -> None:
        """Wait for every notebook, or with a `fault` for those that have begun; raise what stopped one of them."""
        self._fault = self._fault or fault
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()
        if self._fault is not None and fault is None:
            raise self._fault


@contextmanager
def notebooks_beside(execute: Execute) -> Iterator[NotebooksBeside]:
    """Execute notebooks beside a ``with`` block, whose end waits for them; when it fails the rest is left out."""
    beside = NotebooksBeside(execute)
    try:
        yield beside
    except BaseException as fault:
        beside.end(fault)
        raise
    beside.end()
