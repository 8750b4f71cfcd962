"""Work side by side in threads: the compiled loops let go of the interpreter.

Responsible for one pool of threads for each process and for answers in the order of the work, so
that nothing depends on how many cores there are. Not responsible for the work.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Answer = TypeVar("Answer")
_pools: dict[int, ThreadPoolExecutor] = {}


def side_by_side(work: Callable[[int], Answer], count: int) -> list[Answer]:
    """Return work(0), work(1), ... work(count - 1).

    Examples
    --------
    >>> side_by_side(lambda at: at * at, 3)
    [0, 1, 4]
    """
    if count == 1:
        return [work(0)]
    pool = _pools.get(os.getpid())  # a forked process needs threads of its own
    if pool is None:
        pool = _pools[os.getpid()] = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="prices")
    return list(pool.map(work, range(count)))
