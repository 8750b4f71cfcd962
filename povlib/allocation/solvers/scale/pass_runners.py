"""Where passes run: threads of this process, or workers of a Dask cluster.

Responsible for calling a task once for each partition and handing the answers back in the order of
the partitions, so that every runner gives the same sums. A worker that dies is replaced: tasks are
stateless and write files only whole. Not responsible for what a task does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TypeVar

from povlib.allocation.solvers.scale.partition import read_ahead
from povlib.errors import SolverError

Answer = TypeVar("Answer")
Task = Callable[..., Answer]
#: times a task may see its worker die before the run is given up
WORKER_DEATHS = 5


class Runner(Protocol):
    """Runs a task over partitions."""

    def run(self, task: Task[Answer], paths: Sequence[Path], each: Sequence[Any] = ()) -> list[Answer]:
        """Return task(path, its own argument if any) for every path, in order."""


def default_workers() -> int:
    """Return the number of processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


class Threads(AbstractContextManager["Threads"]):
    """Threads of this process; the loops release the interpreter lock.

    Parameters
    ----------
    workers : int, optional
        Partitions in memory at the same time; default: the processors there are.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or default_workers()
        self._pool = ThreadPoolExecutor(self.workers)

    def run(self, task: Task[Answer], paths: Sequence[Path], each: Sequence[Any] = ()) -> list[Answer]:
        """Run the task over partitions, reading ahead by one a thread."""
        after = [*paths[self.workers :], *[None] * self.workers]

        def one(at: int) -> Answer:
            following = after[at]
            if following is not None:
                read_ahead(following)
            return task(paths[at], each[at]) if each else task(paths[at])

        return list(self._pool.map(one, range(len(paths))))

    def both(self, task: Callable[[Any], Answer], things: Sequence[Any]) -> list[Answer]:
        """Run a task over things that are in memory already."""
        return list(self._pool.map(task, things))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)


class Dask(AbstractContextManager["Dask"]):
    """Workers of a Dask cluster; folders of data and plan must be the same place for all of them.

    Parameters
    ----------
    scheduler : str, optional
        Address ("tcp://..."); default: a cluster of processes on this computer.
    workers : int, optional
        Worker processes of a local cluster.
    timeout_s : float
        How long to wait for the scheduler.

    Raises
    ------
    SolverError
        If the extra `scale` is not installed or the scheduler does not answer.
    """

    def __init__(self, scheduler: str | None = None, workers: int | None = None, timeout_s: float = 20.0) -> None:
        try:
            import dask
            from distributed import Client, LocalCluster
        except ImportError as missing:
            raise SolverError(
                "the distributed method needs Dask, which is not installed",
                remedy="set up again: python3 workbench.py setup",
            ) from missing
        self._cluster: Any = None
        with dask.config.set({"distributed.scheduler.allowed-failures": WORKER_DEATHS}):
            if scheduler is None:
                self._cluster = LocalCluster(
                    n_workers=workers or default_workers(), threads_per_worker=1, processes=True, dashboard_address=None
                )
        try:
            self.client: Any = Client(self._cluster or scheduler, timeout=timeout_s, set_as_default=False)
        except (OSError, TimeoutError) as lost:
            raise SolverError(
                "the scheduler at {address} does not answer", address=scheduler,
                remedy="begin one: .venv/bin/dask scheduler --host 127.0.0.1 --port 8786; or leave --scheduler out",
            ) from lost  # fmt: skip

    def run(self, task: Task[Answer], paths: Sequence[Path], each: Sequence[Any] = ()) -> list[Answer]:
        """Run the task over partitions, one task a partition."""
        # each submission carries the task itself, some kilobytes: data scattered to a worker is lost with that worker
        arguments = each if each else [None] * len(paths)
        tasks = [
            self.client.submit(_run_task, task, str(path), own, pure=False, retries=2)
            for path, own in zip(paths, arguments, strict=True)
        ]
        answers: list[Answer] = self.client.gather(tasks)
        return answers

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        if self._cluster is not None:
            self._cluster.close()


def _run_task(task: Task[Answer], path: str, own: Any) -> Answer:
    return task(Path(path)) if own is None else task(Path(path), own)
