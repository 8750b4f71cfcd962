"""A process that searches for answers beside the one whose screen must not wait.

Responsible for one question at a time, asked and answered through a pipe, and for ending with whoever asked. Not
responsible for the order of questions (`povlib.runs.live.answer_search`).
"""

from __future__ import annotations

import multiprocessing
import os
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from povlib.runs.live.changed_run import StartingRun
from povlib.runs.live.panel_answer import PanelAnswer, PanelRefusal, final_answer, first_answer

# how far the process steps back where cores are few: what the hand waits for is computed in the notebook (a choice)
_STEP_BACK = 10


class AnswerWorker:
    """One process beside; it is started by the first question."""

    def __init__(self, run_id: str, office: str, keep: bool) -> None:
        self._of = run_id, office, keep
        self._process: Any = None
        self._pipe: Connection | None = None

    def ask(
        self, changes: dict[str, str], pins: dict[str, str], *, final: bool = True
    ) -> PanelAnswer | PanelRefusal | None:
        """Return the final or the first answer; None where there is none at once, or the process ended before."""
        if self._process is None or not self._process.is_alive():
            self._start()
        assert self._pipe is not None
        try:
            self._pipe.send((changes, pins, final))
            answer: PanelAnswer | PanelRefusal | None = self._pipe.recv()
        except (OSError, EOFError):
            return None
        return answer

    def _start(self) -> None:
        # spawned, never forked: the process of a notebook has threads, and a fork would keep their locks
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_answer_questions, args=(theirs, *self._of), daemon=True)
        self._process.start()
        theirs.close()

    def end(self) -> None:
        """End the process, whatever it is searching for."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.join(5)
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None


def _answer_questions(pipe: Connection, run_id: str, office: str, keep: bool) -> None:
    """Answer questions about a run until the pipe is closed."""
    from povlib.runs.run_folders import open_run

    # as in the notebook it answers for: a run that is begun and not finished is found too
    os.environ["POVLIB_OFFICE"] = office
    if hasattr(os, "nice"):
        os.nice(_STEP_BACK)
    start = StartingRun(open_run(run_id), keep)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            changes, pins, final = pipe.recv()
            pipe.send((final_answer if final else first_answer)(start, changes, pins))
