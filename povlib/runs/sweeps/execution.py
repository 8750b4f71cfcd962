"""Runs computed side by side: one process a core, each run whole or taken up where it was left.

Responsible for the processes, their progress and their end. Not responsible for what a run computes
(`povlib.runs.completion`): a run that was killed goes on from its finished stages, whoever computes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from povlib.errors import Fault, RunError, WorkbenchError
from povlib.runs.side_processes import number_of_cores, side_processes
from povlib.words import language, language_in_use, text

if TYPE_CHECKING:
    from povlib.runs.run import Run

Progress = Callable[[str, float], None]


def complete_each(
    begun: Sequence[Run],
    *,
    papers: bool = False,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> dict[str, tuple[Fault, ...]]:
    """Complete every run that is not finished, some of them at the same time.

    Parameters
    ----------
    begun : sequence of Run
    papers : bool
        Whether notebooks and papers are made too.
    jobs : int, optional
        Processes; default one a core, and never more than runs to make.
    progress : callable, optional
        Receives stage and share done, after each run.

    Returns
    -------
    dict
        Id of a run that cannot be made -> why; the others are finished.
    """
    tell = progress or (lambda stage, share: None)
    left = {run.info.run_id: run for run in begun if not (run.is_finished and (run.has_papers or not papers))}
    faults: dict[str, tuple[Fault, ...]] = {}
    stage = text("{n} plans to make", n=len(left))
    processes = min(jobs or number_of_cores(), len(left))
    if left:
        tell(stage, 0.0)
    if processes <= 1:
        for done, (name, run) in enumerate(left.items(), start=1):
            faults[name] = _completed(run, language(), papers)
            tell(stage, done / len(left))
    else:
        faults = _side_by_side(left, papers, processes, lambda done: tell(stage, done / len(left)))
    return {name: found for name, found in faults.items() if found}


def _side_by_side(
    left: dict[str, Run], papers: bool, processes: int, told: Callable[[int], None]
) -> dict[str, tuple[Fault, ...]]:
    faults: dict[str, tuple[Fault, ...]] = {}
    with side_processes(processes) as pool:
        work: dict[Future[tuple[Fault, ...]], str] = {
            pool.submit(_completed, run, language(), papers): name for name, run in left.items()
        }
        try:
            for done, one in enumerate(as_completed(work), start=1):
                faults[work[one]] = one.result()
                told(done)
        except BrokenProcessPool:
            raise RunError(
                "a process of the sweep was ended from outside: is there enough memory?",
                remedy="type the same command again, with --jobs 1 if need be: what is done is kept",
            ) from None
    return faults


def _completed(run: Run, lang: str, papers: bool) -> tuple[Fault, ...]:
    """Complete a run and return why it cannot be, nothing where it was."""
    from povlib.runs.completion import complete

    try:
        with language_in_use(lang):
            complete(run, lang, papers=papers)
    except WorkbenchError as error:
        return error.faults
    return ()
