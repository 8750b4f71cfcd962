"""Signs of life: after two seconds, and now and then, a line on the error stream says what a command is at.

Responsible for every command, on a terminal or not, so that nobody waits before a silent screen. Not responsible for
bars (`povlib.cli.terminal`), which show more where there is a terminal.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from povlib.words import language, language_in_use, text

# seconds after which a line is due: two are the longest silence that needs no word; later ones are farther apart, since
# a log file is read afterwards
_DUE_S = (2, 5, 10, 20, 30, 45, 60)
# seconds between lines after the last of them
_THEN_EVERY_S = 30
# a new stage is told at once, but not twice within this many seconds
_STAGE_GAP_S = 2.0


class _Watch:
    """What the process is at, since when, and when it last said so."""

    def __init__(self) -> None:
        self.words = ""
        self.silenced = False
        self.began = time.monotonic()
        self.told = 0.0
        self.ended = threading.Event()
        self.lang: str | None = None

    def run(self) -> None:
        """Say a line each time one is due, until the command has ended."""
        n = 0
        while True:
            due = _DUE_S[n] if n < len(_DUE_S) else _DUE_S[-1] + (n + 1 - len(_DUE_S)) * _THEN_EVERY_S
            if self.ended.wait(max(self.began + due - time.monotonic(), 0.0)):
                return
            n += 1
            if time.monotonic() - self.told >= _STAGE_GAP_S:
                self.tell()

    def tell(self) -> None:
        """Say now what the command is at."""
        if self.silenced or not self.words:
            return
        self.told = time.monotonic()
        with language_in_use(self.lang):
            line = text("{doing} ... {seconds} s", doing=self.words, seconds=round(self.told - self.began))
        print("… " + line, file=sys.stderr, flush=True)


_watch: _Watch | None = None


@contextmanager
def signs_of_life() -> Iterator[None]:
    """Let the commands of this process give signs of life inside a ``with`` block."""
    global _watch
    _watch = _Watch()
    threading.Thread(target=_watch.run, daemon=True).start()
    try:
        yield
    finally:
        _watch.ended.set()
        _watch = None


def say_what_runs(doing: str) -> None:
    """Set what the command is at, in the language in use; "" where it waits for the reader and says nothing."""
    if _watch is None:
        return
    _watch.lang = language()
    changed, _watch.words = doing != _watch.words, doing
    late = time.monotonic()
    if changed and late - _watch.began >= _DUE_S[0] and late - _watch.told >= _STAGE_GAP_S:
        _watch.tell()


@contextmanager
def shown_by_a_bar() -> Iterator[None]:
    """Say nothing inside a ``with`` block: a bar on the terminal shows it."""
    watch = _watch
    if watch is None:
        yield
        return
    watch.silenced = True
    try:
        yield
    finally:
        watch.silenced = False
