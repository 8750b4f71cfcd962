"""The parts of a run shared out to processes, one step after the other for all of them.

A step of a part is done when its artefacts are stored: what was done before is loaded, so that a run that was
interrupted goes on where it was, and a process that was killed costs its own part alone. Responsible for the
processes, for progress in words with the seconds still to come, for naming the parts that fail while the others go
on, and for the process that seeks the plan over all of them. Not responsible for what a step computes
(`povlib.runs.area.part_run`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from povlib.errors import Fault, RunError, WorkbenchError
from povlib.places import Office
from povlib.runs.area.area_plan import Caller, payments_over_parts, plan_over_parts, proof_over_parts
from povlib.runs.area.part_run import PartRun
from povlib.runs.area.township_record import rows_of_townships, townships_drawn
from povlib.runs.side_processes import number_of_cores, side_processes
from povlib.words import language, language_in_use, text

if TYPE_CHECKING:
    from povlib.runs.area.area_run import AreaRun

Progress = Callable[[str, float], None]
P = ParamSpec("P")
T = TypeVar("T")
#: the steps of a part, in order, each after the same step of all parts that it hangs on
STEPS: dict[str, Callable[[PartRun], object]] = {
    "owed": lambda run: (run.owed, run.overview),
    "offered": lambda run: (run.offer, run.standing),
    "projected": lambda run: (run.projection, run.written_for_choice()),
    "expected": lambda run: run.expected_exits,
    "tested": lambda run: rows_of_townships(run, townships_drawn(cast("AreaRun", run.area))),
}
#: steps of the whole office, beside those of parts or between them: what they read of everybody goes with the process
OFFICE_STEPS: dict[str, Callable[[AreaRun], object]] = {
    "law": lambda run: run.law,
    "effects": lambda run: run.effects,
    "groups": lambda run: (run.fifths, run.persons_by_village),
}


class PartProcesses:
    """Processes that parts are handed to.

    Parameters
    ----------
    pool : Executor
    begin : callable, optional
        Begins so many processes of this computer; without it the pool sees to its own losses, as a cluster does.
    """

    def __init__(self, pool: Executor, begin: Callable[[int], Executor] | None = None) -> None:
        self._pool, self._begin = pool, begin

    def submit(self, work: Callable[..., tuple[Fault, ...]], *given: object) -> Future[tuple[Fault, ...]]:
        """Hand in a piece of work."""
        try:
            return self._pool.submit(work, *given)
        except BrokenExecutor as error:
            # lost while work was being handed in: told as what is lost later is
            lost: Future[tuple[Fault, ...]] = Future()
            lost.set_exception(error)
            return lost

    def begin_again(self) -> bool:
        """Go on with one process after one was lost, mostly for want of memory; once, and not in place of a cluster."""
        if self._begin is None:
            return False
        self._pool, self._begin = self._begin(1), None
        return True


@contextmanager
def part_processes(run: AreaRun, scheduler: str | None = None) -> Iterator[PartProcesses]:
    """Give processes to hand parts to.

    Parameters
    ----------
    scheduler : str, optional
        Address of a Dask cluster ("tcp://...") whose workers see the same files under the same paths; default: one
        process a core of this computer.

    Raises
    ------
    SolverError
        If Dask is not installed or the scheduler does not answer.
    """
    if scheduler:
        from povlib.allocation.solvers.scale.pass_runners import Dask

        with Dask(scheduler) as cluster:
            # a worker that dies costs what it worked on: the cluster gives that part to another
            yield PartProcesses(cluster.client.get_executor(pure=False, retries=2))
        return
    with ExitStack() as begun:

        def begin(count: int) -> Executor:
            return begun.enter_context(side_processes(count, loads="povlib.runs.area.area_run"))

        yield PartProcesses(begin(min(number_of_cores(), len(run.parts))), begin)


@dataclass(frozen=True)
class _Piece:
    """Work to hand in: of a part by its name, or of the whole office (part "")."""

    part: str
    work: Callable[..., tuple[Fault, ...]]
    given: tuple[object, ...]


def done_for_all_parts(
    run: AreaRun, step: str, pool: PartProcesses, tell: Progress, title: str, *, beside: Sequence[str] = ()
) -> None:
    """Do a step for every part.

    Parameters
    ----------
    step : str
        One of `STEPS`.
    pool : PartProcesses
        Processes that see the same files.
    tell : callable
        Receives `title` with what is left in words, and the share done.
    beside : sequence of str
        `OFFICE_STEPS` to do at the same time.

    Raises
    ------
    RunError
        Naming every part that fails; what the others did is kept.
    """
    lang = language()
    pieces = [_office_piece(run, name) for name in beside]
    pieces += [
        _Piece(part.name, _step_of_part, (run.office, run.folder, run.takes_over, part.key, step, lang))
        for part in run.parts
    ]
    tell(title, 0.0)
    _done_or_refused(pool, pieces, tell, title)


def done_for_the_office(run: AreaRun, step: str, pool: PartProcesses) -> None:
    """Do one of `OFFICE_STEPS` between two steps of the parts.

    Raises
    ------
    RunError
        If it fails.
    """
    _done_or_refused(pool, [_office_piece(run, step)], lambda title, share: None, "")


def _office_piece(run: AreaRun, step: str) -> _Piece:
    return _Piece("", _step_of_office, (run.office, run.folder, run.takes_over, step, language()))


def _done_or_refused(pool: PartProcesses, pieces: Sequence[_Piece], tell: Progress, title: str) -> None:
    """Hand in pieces of work, once more those whose process was lost.

    Raises
    ------
    RunError
        Naming every piece that failed.
    """
    faults, lost = _done_by(pool, pieces, tell, title)
    if lost and pool.begin_again():
        again, lost = _done_by(pool, lost, tell, title)
        faults += again
    remedy = "type the same command again: what is done is kept"
    ended = Fault("a process that worked on a part was ended from outside: is there enough memory?", remedy=remedy)
    faults += [_of_part(ended, piece.part) for piece in lost]
    if faults:
        raise RunError(faults)


def plan_made_aside(run: AreaRun) -> None:
    """Search for the plan over all parts, prove it and add up who pays it, in a process that ends with it.

    What the search holds, 3 GB for 200,000 households, would otherwise stay with the command to its end, beside the
    processes that work on the parts after it; and that process holds nothing else, no parameters and no ledger.

    Raises
    ------
    WorkbenchError
        As the search itself.
    RunError
        If the process was ended from outside.
    """
    with calls_aside() as call:
        run.stored("plan", lambda: plan_over_parts(run, call))
        proof = run.stored("proof", lambda: proof_over_parts(run, call))
        # a plan whose proof is not repeated is told of by the command, and nothing of it is added up
        if proof.facts["proved"]:
            run.stored("paid", lambda: payments_over_parts(run, call))


@contextmanager
def calls_aside() -> Iterator[Caller]:
    """Give what calls functions of the plan over parts in a process of their own, which ends with the context.

    Raises
    ------
    RunError
        If the process was ended from outside.
    """
    with side_processes(1, loads="povlib.allocation.parts.part_search") as pool:

        def call(work: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> T:
            return pool.submit(_called_in_words, language(), partial(work, *given, **named)).result()

        try:
            yield call
        except BrokenExecutor:
            raise RunError(
                "the process that sought the plan was ended from outside: is there enough memory?",
                remedy="type the same command again: what is done is kept",
            ) from None


def _called_in_words(lang: str, work: Callable[[], T]) -> T:
    """Return what `work` returns, its errors in a language and its searches ended by steps, as `stored` has it."""
    from povlib.allocation import searches_counted_in_steps

    with language_in_use(lang), searches_counted_in_steps():
        return work()


def _done_by(
    pool: PartProcesses, pieces: Sequence[_Piece], tell: Progress, title: str
) -> tuple[list[Fault], list[_Piece]]:
    """Hand in pieces of work; return why some failed, and those whose process was lost."""
    begun = time.monotonic()
    work = {pool.submit(piece.work, *piece.given): piece for piece in pieces}
    faults: list[Fault] = []
    lost: list[_Piece] = []
    for done, one in enumerate(as_completed(work), start=1):
        try:
            faults += [_of_part(fault, work[one].part) for fault in _faults_of(one)]
        except BrokenExecutor:
            lost.append(work[one])
        seconds = (time.monotonic() - begun) / done * (len(work) - done)
        tell(title, done / len(work))
        if done < len(work):
            tell(_with_time_left(title, done, len(work), seconds), done / len(work))
    return faults, lost


def _faults_of(work: Future[tuple[Fault, ...]]) -> tuple[Fault, ...]:
    """Return why a part could not be worked on.

    Raises
    ------
    BrokenExecutor
        If its process was lost.
    """
    try:
        return work.result()
    except BrokenExecutor:
        raise
    except Exception as error:  # whatever a cluster or a part raises: the other parts go on, and this one is named
        # by its type alone: its text may quote a cell, and with it a person
        what = "the computer refused what this part needs ({reason})"
        remedy = "type the same command again: what is done is kept"
        return (Fault(what, remedy=remedy, values={"reason": type(error).__name__}),)


def _with_time_left(title: str, done: int, count: int, seconds: float) -> str:
    """Return the title of a step with how far it is and how long it still takes."""
    return text("{step}: {done} of {n} parts, about {seconds} s left", step=title, done=done, n=count,
                seconds=round(seconds))  # fmt: skip


def _of_part(fault: Fault, part: str) -> Fault:
    """Return a fault with the part it happened in."""
    return fault if not part else Fault(fault.what, where=f"{part}: {fault.where}" if fault.where else part,
                                        allowed=fault.allowed, remedy=fault.remedy, values=fault.values)  # fmt: skip


def _step_of_part(office: Office, folder: Path, takes_over: bool, part: str, step: str, lang: str) -> tuple[Fault, ...]:
    """Do a step of one part in this process and return why it cannot be done, nothing where it was."""
    run = _opened(office, folder, takes_over, step)
    of_part = next(one for one in run.parts if one.key == part)
    return _without_traceback(partial(STEPS[step], run.part_run(of_part)), lang)


def _step_of_office(office: Office, folder: Path, takes_over: bool, step: str, lang: str) -> tuple[Fault, ...]:
    run = _opened(office, folder, takes_over, step)
    return _without_traceback(partial(OFFICE_STEPS[step], run), lang)


@lru_cache(maxsize=1)
def _opened(office: Office, folder: Path, takes_over: bool, step: str) -> AreaRun:
    """Return the run, its parameters read once by each process for all parts of a step."""
    from povlib.runs.run_folders import read_run

    return replace(cast("AreaRun", read_run(folder, office)), takes_over=takes_over)


def _without_traceback(work: Callable[[], object], lang: str) -> tuple[Fault, ...]:
    try:
        with language_in_use(lang):
            work()
    except WorkbenchError as error:
        return error.faults
    except (OSError, MemoryError) as error:
        # a full disk or too little memory stops a part, not the others, and is told in words
        what = "the computer refused what this part needs ({reason})"
        remedy = "see to disk and memory, then type the same command again: what is done is kept"
        return (Fault(what, remedy=remedy, values={"reason": type(error).__name__}),)
    return ()
