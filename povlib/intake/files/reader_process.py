"""Reading files in a child process that may be ended.

Responsible for starting ``povlib.intake.files.reader``, giving it one file after another, watching its time
and memory, and turning its answers into grids. Not responsible for what the cells mean.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pickle
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil

from povlib.intake.files.container import Finding
from povlib.intake.files.grid import Grid
from povlib.places import ROOT

# Allowances of one file. The numbers are a choice that leaves room for a slow computer; above one MB packed
# both grow with the file (docs/benchmarks/intake.md has the memory of the largest).
MEGABYTES_FOR_SMALL_FILE = 180
SECONDS_FOR_SMALL_FILE = 3.0
LARGEST_FILE = 300 << 20
_MEGABYTES_PER_PACKED = 60
_SECONDS_PER_PACKED = 3.0
_CPU_SECONDS = 600
#: children that read ahead of the checks: as many as a plain computer has cores
READERS = 2
#: between two looks at a reader; at 0.02 looking took a twentieth of a load, and on Linux what a reader asks for beyond
#: its allowance of memory is refused by the system itself
_LOOK_SECONDS = 0.1
# Work is counted in the reader's own seconds; the clock on the wall ends a reader that waits without working. Eight
# times the allowance is a choice: a computer shared by eight such readers refuses nothing.
_CLOCK_PER_WORK = 8


@dataclass
class ReceivedFile:
    """One file as received: its digest, the findings of the container, and its visible sheets.

    Once it is checked nobody looks at its sheets but a receipt that shows some of them again: they may wait aside, on
    the disk (`put_aside`), until `sheets` asks for them.
    """

    file: str
    sha256: str = ""
    kind: str = ""
    findings: list[Finding] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    base_1904: bool = False
    _aside: Path | None = None
    _rows_aside: int = 0

    @property
    def rows(self) -> int:
        """Number of rows of all sheets together."""
        return self._rows_aside + sum(grid.height for grid in self.grids)

    def sheets(self) -> list[Grid]:
        """Return the sheets, from the disk where they wait there."""
        # written by this very program into a folder that nobody else may enter
        return self.grids if self._aside is None else list(pickle.loads(self._aside.read_bytes()))

    def put_aside(self, place: Path) -> None:
        """Write the sheets to a file and hold them in memory no more."""
        place.write_bytes(pickle.dumps(self.grids, protocol=pickle.HIGHEST_PROTOCOL))
        self._rows_aside, self._aside, self.grids = self.rows, place, []

    def let_go_of_sheets(self) -> None:
        """Forget the sheets, wherever they are."""
        if self._aside is not None:
            self._aside.unlink(missing_ok=True)
        self._rows_aside, self._aside, self.grids = 0, None, []


class ReaderProcess:
    """The child process; use it as a context.

    Parameters
    ----------
    seconds, megabytes : float
        Limits for a small file; both grow with the size of the file.
    """

    def __init__(self, seconds: float = SECONDS_FOR_SMALL_FILE, megabytes: int = MEGABYTES_FOR_SMALL_FILE) -> None:
        self.seconds, self.megabytes = seconds, megabytes
        self._process: subprocess.Popen[str] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="povlib-intake-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._folder.cleanup()

    def read(self, path: str | Path) -> ReceivedFile:
        """Read one file; whatever it holds, the answer is a `ReceivedFile` and never an exception."""
        received, path = ReceivedFile(os.fspath(path)), Path(path)
        refused = _refusal_before_reading(path)
        if refused is None:
            received.sha256 = digest_of_file(path)
            refused = None if received.sha256 else Finding("file_missing")
        if refused is not None:
            received.findings.append(refused)
            return received
        packed = path.stat().st_size / 1_000_000
        seconds = self.seconds + max(packed - 1, 0) * _SECONDS_PER_PACKED
        megabytes = self.megabytes + int(packed * _MEGABYTES_PER_PACKED)
        answer = self._ask(path, seconds, megabytes)
        received.kind, received.base_1904 = answer["kind"], bool(answer.get("base_1904"))
        received.findings = [Finding(**finding) for finding in answer["findings"]]
        received.grids = [Grid.from_json(sheet) for sheet in answer["sheets"]]
        return received

    def _ask(self, path: Path, seconds: float, megabytes: int) -> dict[str, Any]:
        out = Path(self._folder.name) / "answer.json"
        out.unlink(missing_ok=True)
        process = self._running()
        done = threading.Event()
        answer: list[str] = []

        def wait() -> None:
            answer.append(process.stdout.readline() if process.stdout else "")
            done.set()

        threading.Thread(target=wait, daemon=True).start()
        try:
            assert process.stdin is not None
            job = {"path": str(path.absolute()), "out": str(out), "megabytes": megabytes}
            process.stdin.write(json.dumps(job) + "\n")
            process.stdin.flush()
        except OSError:
            pass  # it has died: the watch below says so
        rule = self._watch(process, done, seconds, megabytes)
        if rule is None and answer and answer[0].strip() == "done":
            content = out.read_text(encoding="ascii")
            out.unlink()  # nobody's cells lie there longer than they must
            return dict(json.loads(content))
        self._end()
        full = rule is None and process.returncode == -signal.SIGABRT  # a request for memory beyond the limit
        fault = Finding("reader_memory", {"high": megabytes}) if full else rule or Finding("reader_died")
        return {"kind": "", "findings": [vars(fault)], "sheets": []}

    def _watch(
        self, process: subprocess.Popen[str], done: threading.Event, seconds: float, megabytes: int
    ) -> Finding | None:
        """Wait for the answer; time is the child's own, so that a busy computer refuses nothing."""
        started, watched = time.monotonic(), psutil.Process(process.pid)
        before = _work_and_memory(watched)[0]
        while True:
            ended = done.wait(_LOOK_SECONDS)
            # looked at once more with the answer there: a limit holds however quickly it was passed
            busy, megabytes_used = _work_and_memory(watched)
            if megabytes_used > megabytes:
                return Finding("reader_memory", {"high": megabytes})
            late = not ended and time.monotonic() - started > seconds * _CLOCK_PER_WORK + 1
            if busy - before >= seconds or late:
                return Finding("reader_time", {"high": round(seconds)})
            if ended:
                return None

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            command = [
                sys.executable,
                "-P",  # nothing in the folder where the planner stands takes the place of a module
                "-X",
                "utf8",
                "-m",
                "povlib.intake.files.reader",
                str(_CPU_SECONDS),
            ]
            self._process = subprocess.Popen(
                command,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(_module_paths())},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self._process = None


def _module_paths() -> list[str]:
    """Return where modules are looked for; an empty entry would be the current folder."""
    return [str(ROOT), *(path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path)]


def digest_of_file(path: str | Path) -> str:
    """Return the SHA-256 of a file, or "" when it is no plain file that may be read."""
    try:
        if not Path(path).is_file():  # a pipe or a device never ends
            return ""
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def _refusal_before_reading(path: Path) -> Finding | None:
    """Return why a file is refused before a byte of it is read; None when it may be read."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return Finding("file_missing")
    if not stat.S_ISREG(status.st_mode):
        return Finding("not_file")
    return Finding("too_large", {"high": LARGEST_FILE >> 20}) if status.st_size > LARGEST_FILE else None


def _work_and_memory(process: psutil.Process) -> tuple[float, int]:
    """Return seconds of work and megabytes of memory of a process, zeros when it has ended."""
    try:
        with process.oneshot():
            times = process.cpu_times()
            return times.user + times.system, process.memory_info().rss >> 20
    except psutil.Error:
        return 0.0, 0


def read_files(
    files: Sequence[str | Path], progress: Callable[[str, float], None] | None = None
) -> Iterator[ReceivedFile]:
    """Yield files as they were received, in their order, read ahead in child processes.

    What is read next does not wait until what was read before is checked: a few files are held, never all.
    """
    with ExitStack() as open_things:
        readers = [open_things.enter_context(ReaderProcess()) for _ in files[:READERS]]
        threads = [open_things.enter_context(ThreadPoolExecutor(1)) for _ in readers]
        ahead: deque[Future[ReceivedFile]] = deque()
        asked = 0
        for index in range(len(files)):
            while asked < min(len(files), index + len(readers) + 1):
                # file after file by turns, each child with a thread of its own
                own = asked % len(readers)
                ahead.append(threads[own].submit(readers[own].read, files[asked]))
                asked += 1
            received = ahead.popleft().result()
            if progress:
                progress("read", (index + 1) / len(files))
            yield received
