"""How inner loops run: compiled by numba, and on several threads at once.

Comes in: a plain Python loop over arrays, or a piece of work for each block of them. Goes out: the same loop as machine
code, kept on disk between processes, and the answers of all blocks in their order, so that nothing depends on how many
processors there are. Not responsible for any loop: those stand in the modules named `*_loops`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., Any])
Answer = TypeVar("Answer")
_pools: dict[int, ThreadPoolExecutor] = {}


def compiled(loop: Loop) -> Loop:
    """Return `loop` compiled at its first call; the code is kept on disk, and other threads run meanwhile."""
    return njit(cache=True, nogil=True)(loop)  # type: ignore[no-any-return]


def answers_of_threads(work: Callable[[int], Answer], count: int) -> list[Answer]:
    """Return work(0), work(1), ... work(count - 1), worked out side by side in threads.

    Examples
    --------
    >>> answers_of_threads(lambda at: at * at, 3)
    [0, 1, 4]
    """
    if count == 1:
        return [work(0)]
    pool = _pools.get(os.getpid())  # a forked process needs threads of its own
    if pool is None:
        pool = _pools[os.getpid()] = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="prices")
    return list(pool.map(work, range(count)))
