"""One job of an office at a time: a command of the command line in a process of its own, followed from the page.

The process writes into a log file of the office and belongs to no kernel: a tab may be closed and a page opened again,
and it is found still at work. What it does is whole or not done at all, whenever it ends.

Responsible for starting, following and interrupting. Not responsible for what a command does or says.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from povlib.desk.home.front_end import SESSION
from povlib.errors import RunError
from povlib.ledger.storage.process_lock import one_at_a_time
from povlib.places import ROOT, Office
from povlib.runs.office.office_place import SAMPLE
from povlib.runs.storage.text_files import write_text

PROGRESS_MARK = "\x1e"
"""Begins a line of the log that tells progress: percent and stage behind it (`povlib.cli.terminal`)."""

_PAUSE_S = 0.2  # a choice: nobody sees a bar move more often, and reading a log so seldom costs nothing


@dataclass(frozen=True)
class JobNews:
    """What a job has said so far.

    Attributes
    ----------
    lines : tuple of str
        What it printed, progress left out.
    percent : float
        0 to 100.
    stage : str
        What it is at.
    code : int or None
        Its exit code; None while it works. -1 where it was ended and nobody saw its code.
    """

    lines: tuple[str, ...]
    percent: float
    stage: str
    code: int | None


@dataclass(frozen=True)
class Job:
    """A job that was started: its process and its log.

    Attributes
    ----------
    office : Office
    words : tuple of str
        The command's words, as the reader would type them after the program's name.
    """

    office: Office
    words: tuple[str, ...]
    pid: int
    born: float

    @property
    def typed(self) -> str:
        """The command as it would be typed."""
        return typed(self.words)

    def is_alive(self) -> bool:
        """Return whether its process is at work."""
        import psutil

        try:
            process = psutil.Process(self.pid)
            # a number is given to another process later; a second tells them apart
            return abs(process.create_time() - self.born) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    def news(self) -> JobNews:
        """Return what it has said, and whether it is at work still."""
        # asked first: what it prints last is then in the log
        alive = self.is_alive()
        try:
            told = _log(self.office).read_text(encoding="utf-8", errors="replace")
        except OSError:
            told = ""
        lines, percent, stage = [], 0.0, ""
        # not `splitlines`: to it the mark of a progress line is the end of one
        for line in told.replace("\r", "\n").split("\n"):
            if line.startswith(PROGRESS_MARK):
                share, _, stage = line[1:].partition("\t")
                with contextlib.suppress(ValueError):
                    percent = float(share)
            elif line.strip():
                lines.append(line)
        return JobNews(tuple(lines), percent, stage, None if alive else _code(self.office))

    def interrupt(self) -> None:
        """End it as Ctrl-C does; it says what is kept."""
        if self.is_alive():
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGINT)

    def follow(self, tell: Callable[[JobNews], None]) -> JobNews:
        """Tell of its news until it has ended, and return the last."""
        before: JobNews | None = None
        while True:
            news = self.news()
            if news != before:
                tell(news)
            if news.code is not None:
                return news
            before = news
            time.sleep(_PAUSE_S)


def typed(words: tuple[str, ...] | list[str]) -> str:
    """Return a command as it is typed.

    Examples
    --------
    >>> typed(("plan", "base", "--office", "north"))
    'python3 workbench.py plan base --office north'
    """
    return "python3 workbench.py " + shlex.join(words)


def words_for(office: Office, *words: str) -> tuple[str, ...]:
    """Return the words of a command, with ``--office`` where the office is not the default one."""
    return words if office.name == SAMPLE else (*words, "--office", office.name)


def start_job(office: Office, words: tuple[str, ...], lang: str) -> Job:
    """Start a command as a process of its own; its log replaces the one before.

    Raises
    ------
    RunError
        If a job of this office is at work: a button pressed twice starts one.
    """
    with one_at_a_time(_folder(office) / "start.lock"):
        before = known_job(office)
        if before is not None and before.is_alive():
            raise RunError(
                "a job is at work already: {command}", remedy="wait for it, or stop it", command=before.typed
            )
        _code_file(office).unlink(missing_ok=True)
        with _log(office).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "povlib.cli", *words, "--lang", lang],
                cwd=ROOT,
                env=_environment(office),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # an interrupted cell, or a kernel that ends, is not meant for the job
                start_new_session=True,
            )
        import psutil

        try:
            born = psutil.Process(process.pid).create_time()
        except psutil.Error:
            born = time.time()
        job = Job(office, words, process.pid, born)
        write_text(_record(office), json.dumps({"words": list(words), "pid": job.pid, "born": born}) + "\n")
    threading.Thread(target=_note_end, args=(office, process), daemon=True).start()
    return job


def known_job(office: Office) -> Job | None:
    """Return the job that was started last in an office, at work or ended; None when there was none."""
    try:
        said: dict[str, Any] = json.loads(_record(office).read_text(encoding="utf-8"))
        return Job(office, tuple(map(str, said["words"])), int(said["pid"]), float(said["born"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note_end(office: Office, process: subprocess.Popen[bytes]) -> None:
    code = process.wait()
    with contextlib.suppress(OSError):
        write_text(_code_file(office), f"{process.pid} {code}\n")


def _code(office: Office) -> int:
    """Return the exit code of the job that ended last; -1 when its starter ended before it."""
    job = known_job(office)
    for _ in range(10):
        try:
            pid, code = _code_file(office).read_text(encoding="utf-8").split()
            return int(code) if job is not None and int(pid) == job.pid else -1
        except (OSError, ValueError):
            # the process has ended this very moment, and its code is being noted
            time.sleep(_PAUSE_S / 4)
    return -1


def _environment(office: Office) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in (SESSION, "MPLBACKEND")}
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])])
    return {**kept, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8", "POVLIB_PROGRESS": "lines",
            "POVLIB_OFFICE": office.name}  # fmt: skip


def _folder(office: Office) -> Path:
    return office.folder / ".desk"


def _log(office: Office) -> Path:
    return _folder(office) / "job.log"


def _record(office: Office) -> Path:
    return _folder(office) / "job.json"


def _code_file(office: Office) -> Path:
    return _folder(office) / "job.code"
