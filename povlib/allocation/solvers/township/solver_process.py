"""A solver process that can be ended at its time limit.

Responsible for starting the child, one request and one answer at a time, ending it when it is
late (HiGHS overruns its own limit), and starting it again. Not responsible for trusting what
comes back.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any

from povlib.allocation.solvers.township.solver_worker import STUCK, receive_message, send_message
from povlib.errors import SolverError

#: seconds after its time limit at which the solver is ended: HiGHS looks at the clock only between steps
GRACE_S = 2.0


class SolverProcess:
    """One solver process; used by `shared`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._words: IO[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the process ahead of the first request, so that it loads while the model is built."""
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._words = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
            script = Path(__file__).with_name("solver_worker.py")
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-X", "utf8", str(script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
            )

    def end(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
            process.wait()
        if self._words is not None:
            self._words.close()
            self._words = None

    def ask(self, request: dict[str, Any], time_limit_s: float) -> dict[str, Any] | None:
        """Return the answer, or None when the child had to be ended at its time limit.

        Raises
        ------
        SolverError
            If the child died or reported an error of its own.
        """
        with self._lock:
            self.start()
            box: list[dict[str, Any] | None] = []
            thread = threading.Thread(target=self._exchange, args=(request, box), daemon=True)
            thread.start()
            thread.join(time_limit_s + GRACE_S)
            if thread.is_alive():
                self.end()
                thread.join(GRACE_S)
                return None
            if not box or box[0] is None:
                said = self._said()
                self.end()
                raise SolverError("the solver process died: {said}", said=said)
            answer = box[0]
            if answer["status"] == STUCK:
                self.end()  # it ends by itself, a moment after its answer: the next question is for a new one
        if "error" in answer:
            raise SolverError("the solver failed: {error}", error=answer["error"])
        return answer

    def _exchange(self, request: dict[str, Any], box: list[dict[str, Any] | None]) -> None:
        """Send a request and append the answer to `box`, which stays empty when the process fails."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return
        try:
            send_message(process.stdin, request)  # type: ignore[arg-type]
            box.append(receive_message(process.stdout))  # type: ignore[arg-type]
        except (OSError, ValueError):
            return

    def _said(self) -> str:
        """Return the end of what the process wrote to its error stream."""
        if self._words is None:
            return ""
        self._words.seek(0)
        return self._words.read().decode("utf-8", "replace").strip()[-400:]


_solver_of_process: dict[int, SolverProcess] = {}


def shared_solver() -> SolverProcess:
    """Return the solver process of this interpreter, kept warm between solves."""
    found = _solver_of_process.get(os.getpid())  # a forked process must not share its parent's pipes
    if found is None:
        found = _solver_of_process[os.getpid()] = SolverProcess()
        atexit.register(found.end)
    return found
