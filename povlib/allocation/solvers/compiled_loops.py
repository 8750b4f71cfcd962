"""Compile loops with numba where it is installed; run the same Python where it is not.

Responsible for one decorator, so that both ways compute the same numbers in the same order. Not
responsible for any loop.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Loop = TypeVar("Loop", bound=Callable[..., Any])


def available() -> bool:
    """Say whether numba is installed."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


def compiled(loop: Loop) -> Loop:
    """Return `loop` compiled by numba (cached on disk, other threads go on meanwhile), or as it is."""
    try:
        from numba import njit
    except ImportError:  # the extra `scale` is not installed: slower, same numbers
        return loop
    return njit(cache=True, nogil=True)(loop)  # type: ignore[no-any-return]
