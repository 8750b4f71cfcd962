"""Answers while the hand is on the slider: at once what is known, and in a process beside what a fresh run would say.

Responsible for the store of answers, for which question is searched next (the one on the screen first, then the stops
around it), and for calling back. Not responsible for an answer (`povlib.runs.live.panel_answer`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping

from povlib.runs.live.answer_worker import AnswerWorker
from povlib.runs.live.changed_run import StartingRun
from povlib.runs.live.panel_answer import (
    PanelAnswer,
    PanelRefusal,
    Pins,
    final_answer,
    first_answer,
    starting_answer,
)
from povlib.runs.run import Run

Answer = PanelAnswer | PanelRefusal
Question = tuple[dict[str, str], dict[str, str]]
#: a question, and whether its final answer is searched for or the one that is there at once
Search = tuple[Question, bool]
_NO_PINS: dict[str, str] = {}
Key = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]
#: first answers kept in memory: enough for every stop that a hand passes, at about 100 kB each (a choice)
_MOST_FIRST = 400


def key_of(changes: Mapping[str, str], pins: Pins = _NO_PINS) -> Key:
    """Return what names a question, whatever order its changes were made in."""
    return tuple(sorted(changes.items())), tuple(sorted(pins.items()))


class AnswerSearch:
    """Answers about one run with other parameters.

    Parameters
    ----------
    run : Run
        A finished run.
    keep : bool
        Whether plans found are kept beside the run.
    """

    def __init__(self, run: Run, *, keep: bool = True) -> None:
        self.run = run
        self.start = StartingRun(run, keep)
        self.begun = starting_answer(run)
        self._final: dict[Key, Answer] = {key_of({}): self.begun}
        self._first: dict[Key, Answer] = {}
        self._wanted: Question | None = None
        self._ahead: list[tuple[dict[str, str], bool]] = []
        self._tell: Callable[[Answer], None] = lambda answer: None
        self._change = threading.Condition()
        self._open = True
        self._workers: list[AnswerWorker] = []

    def begin(self, tell: Callable[[Answer], None]) -> None:
        """Start two processes beside: one for what is on the screen, one for what may come next.

        Parameters
        ----------
        tell : callable
            Receives every final answer, in a thread of its own.
        """
        if self._workers:
            return
        self._tell = tell
        for take in (self._take_wanted, self._take_ahead):
            worker = AnswerWorker(self.run.info.run_id, self.run.office.name, self.start.keep)
            self._workers.append(worker)
            threading.Thread(target=self._search, args=(worker, take), daemon=True).start()

    def warm_up(self) -> None:
        """Load and compile what a first answer needs: the first move then takes as long as any other."""
        first_answer(self.start, {})

    def close(self) -> None:
        """End the processes."""
        with self._change:
            self._open = False
            self._change.notify_all()
        for worker in self._workers:
            worker.end()

    def at_once(self, changes: Mapping[str, str], pins: Pins = _NO_PINS) -> Answer | None:
        """Return the final answer where it is known, else a plan that is there at once; None where there is none."""
        key = key_of(changes, pins)
        found = self._final.get(key) or self._first.get(key)
        if found is None:
            found = first_answer(self.start, changes, pins)
            if found is None:
                return None
            self._keep_first(key, found)
        return found

    def _keep_first(self, key: Key, answer: Answer) -> None:
        with self._change:
            while len(self._first) >= _MOST_FIRST:
                self._first.pop(next(iter(self._first)))
            self._first[key] = answer

    def known(self, changes: Mapping[str, str], pins: Pins = _NO_PINS) -> bool:
        """Return whether the final answer is there."""
        return key_of(changes, pins) in self._final

    def waited_for(self, changes: Mapping[str, str], pins: Pins = _NO_PINS) -> Answer:
        """Return the final answer, searched for in this process where it is not known."""
        key = key_of(changes, pins)
        if key not in self._final:
            self._final[key] = final_answer(self.start, changes, pins)
        return self._final[key]

    def want(self, changes: Mapping[str, str], pins: Pins = _NO_PINS) -> None:
        """Search for the final answer of what is on the screen; what was wanted before no longer is."""
        with self._change:
            self._wanted = None if self.known(changes, pins) else (dict(changes), dict(pins))
            self._change.notify_all()

    def plan_ahead(self, questions: Iterable[Mapping[str, str]]) -> None:
        """Search for these answers when there is time, in this order; those of before are forgotten.

        First what can be shown at once for all of them (a quarter of a second each), then the final ones (seconds
        each): wherever the hand goes, numbers are there.
        """
        with self._change:
            unknown = [dict(one) for one in questions if not self.known(one)]
            self._ahead = [(one, final) for final in (False, True) for one in unknown]
            self._change.notify_all()

    @property
    def waiting(self) -> int:
        """How many final answers are still to be searched for ahead."""
        return sum(final for _, final in self._ahead)

    def _take_wanted(self) -> Search | None:
        taken, self._wanted = self._wanted, None
        return None if taken is None else (taken, True)

    def _take_ahead(self) -> Search | None:
        while self._ahead:
            taken, final = self._ahead.pop(0)
            if not self.known(taken) and (final or key_of(taken) not in self._first):
                return (taken, _NO_PINS), final
        return None

    def _search(self, worker: AnswerWorker, take: Callable[[], Search | None]) -> None:
        """Take one question after the other and tell of its answer."""
        while True:
            with self._change:
                task = take()
                while task is None and self._open:
                    self._change.wait()
                    task = take()
            if not self._open or task is None:
                return
            question, final = task
            answer = worker.ask(*question, final=final)
            if answer is None and not final:
                # nothing can be shown of it at once: it is searched to its end before a hand gets there
                final, answer = True, worker.ask(*question)
            if answer is None:
                continue
            if not final:
                self._keep_first(key_of(*question), answer)
                continue
            self._final[key_of(*question)] = answer
            self._tell(answer)
