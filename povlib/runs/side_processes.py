"""Processes that work beside a command: begun anew, quiet, and ended with it.

Responsible for their number, their beginning and their end. Not responsible for what they work on
(`povlib.runs.sweeps.execution`, `povlib.runs.papers_in_languages`, `povlib.runs.routine.inbox_loading`).
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import connection, get_context, parent_process

# above this Windows refuses to wait for the processes of one pool
_MOST_PROCESSES = 61


def number_of_cores() -> int:
    """Return how many cores this process may use."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(own, _MOST_PROCESSES)


@contextmanager
def side_processes(count: int, *, loads: str = "") -> Iterator[ProcessPoolExecutor]:
    """Give processes to hand work to; what nobody has begun is dropped at the end.

    Parameters
    ----------
    count : int
    loads : str, optional
        Name of a module that each process imports at once, while the command still reads what to do: half of what a
        short piece of work takes is importing.
    """
    # begun anew, not forked: a copy of a process with threads may wait forever for a lock that nobody holds
    with ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=begin_process) as pool:
        try:
            for _ in range(count if loads else 0):
                pool.submit(import_module, loads)
            yield pool
        except BaseException:
            # nobody waits for what is under way; a pool that ended well is waited for, or Python closes its pipes twice
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def begin_process() -> None:
    """Make a process of the pool quiet and mortal: Ctrl-C is for the command, and nothing outlives the command."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()

    def end_with_parent() -> None:
        # a command that was killed can tell nobody; without this its processes would wait for work for ever
        if parent is not None:
            connection.wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
