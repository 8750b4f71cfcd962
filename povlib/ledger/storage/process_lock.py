"""One process at a time in a place: a lock that the operating system drops when its holder dies.

Responsible for the lock alone. Not responsible for what is done under it (runs, loads, backups).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# a choice: nobody notices a tenth of a second beside a run of a minute, and asking so seldom costs nothing
_PAUSE_S = 0.1


@contextmanager
def one_at_a_time(path: Path, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of file `path` inside a ``with`` block, waiting until whoever has it is done.

    Parameters
    ----------
    path : Path
        The lock's file, made when it is not there; it stays, empty, and means nothing by itself.
    waiting : callable, optional
        Called once when another process has the lock.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, one_at_a_time(Path(folder) / "lock"):
    ...     "alone"
    'alone'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _try_lock(handle):
            if waiting is not None:
                waiting()
            while not _try_lock(handle):
                time.sleep(_PAUSE_S)
        yield
    finally:
        # closing gives the lock back; the file stays, since others may be waiting on it
        os.close(handle)


def is_held(path: Path) -> bool:
    """Return whether a living process holds the lock of a file; False when the file is not there."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _try_lock(handle)
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    """Take the lock if nobody has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
