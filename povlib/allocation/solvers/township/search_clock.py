"""How long a search may take: on the clock, or counted in steps of work, so that a busy computer finds the same plan.

Responsible for what is left of a limit, and for what a step of each search costs. Not responsible for what a search
does when nothing is left.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# seconds that a quiet computer of 2024 takes. A node of the local search: 48,757,551 in 1.84 s. A look of HiGHS at its
# limits, for each entry of the program: 10,520 looks at 23,394 entries in 17.3 s; what comes before the first look:
# 1.4 s there. Townships of 320 to 340 households; others are counted alike, so that a limit is about as many seconds
NODE_S = 4e-8
LOOK_S = 7e-8
PROGRAM_S = 6e-5
# a limit on the clock that is none: Windows waits for nothing longer than 49 days
_NEVER_S = 30 * 86_400.0

_in_steps: ContextVar[bool] = ContextVar("searches_in_steps", default=False)


@contextmanager
def searches_counted_in_steps() -> Iterator[None]:
    """Let every search begun inside the ``with`` block count its time limit in steps: the same answer at any load.

    Examples
    --------
    >>> with searches_counted_in_steps():
    ...     clock = SearchClock(60.0)
    >>> clock.spend(45.0)
    >>> clock.left_s, clock.left_s == clock.wall_left_s
    (15.0, False)
    """
    token = _in_steps.set(True)
    try:
        yield
    finally:
        _in_steps.reset(token)


class SearchClock:
    """What is left of a search's time.

    Attributes
    ----------
    in_steps : bool
        The limit is counted in steps (`searches_counted_in_steps`); the clock on the wall ends nothing.
    """

    def __init__(self, limit_s: float) -> None:
        self.in_steps = _in_steps.get()
        self._limit_s = limit_s
        self._began = time.monotonic()
        self._spent_s = 0.0

    def spend(self, seconds: float) -> None:
        """Count work that a quiet computer does in so many seconds."""
        self._spent_s += seconds

    @property
    def left_s(self) -> float:
        """Seconds left; below zero when the time is over."""
        return self._limit_s - (self._spent_s if self.in_steps else time.monotonic() - self._began)

    @property
    def wall_left_s(self) -> float:
        """Seconds on the clock after which a single question is given up: without end when steps are counted."""
        return _NEVER_S if self.in_steps else self.left_s

    @property
    def deadline(self) -> float:
        """The end on the clock, as `time.monotonic` tells it."""
        return time.monotonic() + self.wall_left_s


def looks_in(seconds: float, entries: int) -> int:
    """Return how many looks at its limits HiGHS may take at a program of so many entries; at least one."""
    return max(int((seconds / max(entries, 1) - PROGRAM_S) / LOOK_S), 1)


def seconds_of_looks(looks: int, entries: int) -> float:
    """Return the seconds that a program of so many entries counts for."""
    return entries * (PROGRAM_S + LOOK_S * looks)


def processor_seconds_without_look(entries: int) -> float:
    """Return the seconds of a processor after which a solver that has not looked at its limits will never do so.

    HiGHS 1.16 can go round in its presolve for ever. Eight times what the longest stretch takes, and five seconds: the
    load of a computer changes the seconds of a processor by much less, so that the answer does not depend on it.
    """
    return 5.0 + 8.0 * entries * PROGRAM_S
