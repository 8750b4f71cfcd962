"""Ctrl-C: the program ends within two seconds, and says truly what is kept.

Responsible for the end of the process and its last words. Not responsible for keeping anything: what is stored is
stored whole or not at all (`povlib.ledger`, `povlib.runs.storage`), whenever the process ends.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from povlib.words import language, language_in_use, text

EXIT_CODE = 130
"""What a shell expects of a program that Ctrl-C ended."""

# seconds for the program to end by itself: well below the two that people wait, since a busy computer is slow to obey
_GRACE_S = 0.7

_kept: list[tuple[Callable[[], str], str]] = []
_said = threading.Lock()
_ends_by_itself = threading.Event()


@contextmanager
def kept_when_interrupted(words: Callable[[], str]) -> Iterator[None]:
    """Inside a ``with`` block, let `words` say what is kept when the program is interrupted."""
    _kept.append((words, language()))
    try:
        yield
    except KeyboardInterrupt:
        say_what_is_kept()
        raise
    finally:
        _kept.pop()


def say_what_is_kept() -> None:
    """Print the last words of an interrupted program, once."""
    if not _said.acquire(blocking=False):
        return
    words, lang = _kept[-1] if _kept else (_nothing_half_done, language())
    with language_in_use(lang):
        print(words(), file=sys.stderr, flush=True)


def end_by_itself() -> None:
    """Leave the end to the command, which has something of its own to end first."""
    _ends_by_itself.set()


def end_at_once() -> NoReturn:
    """End this process and those it started (readers of workbooks, kernels of notebooks), waiting for none of them."""
    import psutil

    say_what_is_kept()
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            child.kill()
    sys.stdout.flush()
    # not `sys.exit`: it waits for threads and takes every module apart, a second or more on a busy computer
    os._exit(EXIT_CODE)


def _nothing_half_done() -> str:
    return text("Interrupted; nothing is half done. Type the same command again.")


def end_soon_after_ctrl_c() -> None:
    """From now on end this process soon after Ctrl-C, also when a search in C or a thread does not end by itself."""
    heard, told = socket.socketpair()
    told.setblocking(False)
    # the number of the signal is written there at once, whatever Python is busy with
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)

    def wait_for_ctrl_c() -> None:
        with told:
            while signal.SIGINT not in heard.recv(1):
                pass
            if not _ends_by_itself.is_set():
                threading.Event().wait(_GRACE_S)
                end_at_once()

    threading.Thread(target=wait_for_ctrl_c, daemon=True).start()
