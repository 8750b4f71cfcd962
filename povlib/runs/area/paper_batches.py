"""Papers of many townships and villages written side by side: some papers of one part for each process at a time.

What was written is kept whatever happens to the others. Responsible for the processes, for progress in words, and for
naming the papers that fail. Not responsible for what is written (`povlib.runs.papers`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from povlib.errors import Fault, RunError, WorkbenchError
from povlib.places import Office
from povlib.runs.paper_folder import papers_folder
from povlib.runs.paper_seals import papers_as_of_now, seal_papers
from povlib.runs.paper_shape import Paper, PaperInput
from povlib.runs.papers import all_papers, write_paper
from povlib.runs.run import Run
from povlib.runs.run_folders import read_run
from povlib.runs.side_processes import number_of_cores, side_processes
from povlib.words import language_in_use, text

Progress = Callable[[str, float], None]
#: papers that a process writes before it tells how far it is: a choice, some ten seconds of work; the next ones of the
#: same part go to whoever is free
_AT_A_TIME = 12


@dataclass(frozen=True)
class Written:
    """What was written, and why the rest was not."""

    paths: tuple[Path, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class _Batch:
    """Papers of one part in one language, by their keys."""

    lang: str
    part: str
    keys: tuple[str, ...]


def write_area_papers(
    run: Run,
    papers: Mapping[str, Sequence[Paper]],
    progress: Progress | None = None,
) -> list[Path]:
    """Write papers of a run by parts into the office's folder of papers; those that lie there already are left.

    A paper is left where the list says that this code wrote it of the ledger as it is now, and the file is that one:
    a command that was ended goes on with the others.

    Parameters
    ----------
    papers : mapping
        Language -> papers.
    progress : callable, optional
        Receives what is written, with how far it is and how long it still takes, and the share done.

    Raises
    ------
    RunError
        Naming every paper that could not be written; the others are there, each whole and sealed. So is what was
        written when the command is ended before its time.
    """
    folder = papers_folder(run)
    folder.mkdir(parents=True, exist_ok=True)

    def hand_out(paths: Sequence[Path]) -> None:
        # by this process alone: the list of all papers is one file
        seal_papers(run, [path.replace(folder / path.name) for path in paths])

    # beside the papers, out of sight: what a command that is ended leaves half done is never among those handed out
    there = papers_as_of_now(run, folder)
    left = {
        lang: [paper for paper in own if not there.issuperset(paper.file_names(lang))] for lang, own in papers.items()
    }
    with TemporaryDirectory(dir=folder, prefix=".", ignore_cleanup_errors=True) as aside:
        made = batches_written(run, Path(aside), left, progress, hand_out)
    if made.faults:
        raise RunError(made.faults)
    kept = [name for lang, own in papers.items() for paper in own if paper not in left[lang]
            for name in paper.file_names(lang)]  # fmt: skip
    return sorted(folder / name for name in {*kept, *(path.name for path in made.paths)})


def batches_written(
    run: Run,
    folder: Path,
    papers: Mapping[str, Sequence[Paper]],
    progress: Progress | None = None,
    hand_out: Callable[[Sequence[Path]], None] | None = None,
) -> Written:
    """Write papers of a run by parts into a folder, unsealed, and return what is there and what is not.

    The arguments are those of `write_area_papers`, and `hand_out`, which receives the files of each batch as soon as
    they are written. The bytes are those of one paper after the other.
    """
    batches = list(_batches(papers))
    titles = {paper.key: paper.title for of_lang in papers.values() for paper in of_lang}
    count = sum(len(batch.keys) for batch in batches)
    tell = _told(progress, count, titles, hand_out or (lambda paths: None))
    if number_of_cores() < 2 or len(batches) < 2:
        results = ((batch, _written(run, folder, batch)) for batch in batches)
        return _together(results, tell)
    with side_processes(min(number_of_cores(), len(batches)), loads="povlib.runs.area.paper_batches") as pool:
        return _shared_out(run, folder, batches, pool, tell)


def _batches(papers: Mapping[str, Sequence[Paper]]) -> Iterator[_Batch]:
    """Yield what one process writes at a time, part after part."""
    for lang, of_lang in papers.items():
        for part, own in groupby(sorted(of_lang, key=lambda paper: paper.part), key=lambda paper: paper.part):
            keys = [paper.key for paper in own]
            for start in range(0, len(keys), _AT_A_TIME):
                yield _Batch(lang, part, tuple(keys[start : start + _AT_A_TIME]))


def _told(
    progress: Progress | None, count: int, titles: Mapping[str, str], hand_out: Callable[[Sequence[Path]], None]
) -> Callable[[_Batch, Written], None]:
    """Return what is called with each batch that is done."""
    begun, done = time.monotonic(), 0

    def tell(batch: _Batch, made: Written) -> None:
        nonlocal done
        hand_out(made.paths)
        done += len(batch.keys)
        if progress is None:
            return
        title = text(titles[batch.keys[-1]])
        if done < count:
            left = round((time.monotonic() - begun) / done * (count - done))
            title = text("{step}: {done} of {n} papers, about {seconds} s left", step=title, done=done, n=count,
                         seconds=left)  # fmt: skip
        progress(title, done / count)

    return tell


def _shared_out(
    run: Run, folder: Path, batches: Iterable[_Batch], pool: Executor, tell: Callable[[_Batch, Written], None]
) -> Written:
    work: dict[Future[Written], _Batch] = {}
    lost: list[_Batch] = []
    for batch in batches:
        try:
            work[pool.submit(_written_aside, run.office, run.folder, folder, batch)] = batch
        except BrokenExecutor:
            # a process was ended while work was still given out: nothing more can be, what is done stays
            lost.append(batch)
    done = ((work[one], _result(one, work[one])) for one in as_completed(work))
    return _together(chain(done, ((batch, _lost(batch)) for batch in lost)), tell)


def _together(results: Iterable[tuple[_Batch, Written]], tell: Callable[[_Batch, Written], None]) -> Written:
    paths: list[Path] = []
    faults: list[Fault] = []
    for batch, made in results:
        paths += made.paths
        faults += made.faults
        tell(batch, made)
    # in one order, whoever was first
    return Written(tuple(sorted(paths)), tuple(sorted(faults, key=lambda fault: fault.where)))


def _result(work: Future[Written], batch: _Batch) -> Written:
    """Return what a process wrote, or that it was lost."""
    try:
        return work.result()
    except BrokenExecutor:
        return _lost(batch)


def _lost(batch: _Batch) -> Written:
    """Return that nobody wrote the papers of a batch."""
    first, last = batch.keys[0], batch.keys[-1]
    named = f"{first}.{batch.lang}" if first == last else f"{first} – {last}.{batch.lang}"
    what = "a process that wrote papers was ended from outside: is there enough memory?"
    return Written(faults=(Fault(what, where=named, remedy="type the same command again"),))


def _written_aside(office: Office, made: Path, folder: Path, batch: _Batch) -> Written:
    """Write a batch in this process."""
    return _written(_opened(office, made), folder, batch)


@lru_cache(maxsize=1)
def _opened(office: Office, made: Path) -> Run:
    """Return the run, its parameters read once by each process."""
    return read_run(made, office)


def _written(run: Run, folder: Path, batch: _Batch) -> Written:
    """Write the papers of a batch; one that fails is named, and the next is written."""
    paths: list[Path] = []
    faults: list[Fault] = []
    with language_in_use(batch.lang):
        given = PaperInput(run, batch.lang)
        for paper in all_papers(run):
            if paper.key in batch.keys:
                try:
                    paths += write_paper(paper, given, folder)
                except WorkbenchError as error:
                    faults += [_of_paper(fault, f"{paper.key}.{batch.lang}") for fault in error.faults]
                except (OSError, MemoryError) as error:
                    what = "the computer refused what this paper needs ({reason})"
                    remedy = "see to disk and memory, then type the same command again"
                    faults.append(Fault(what, where=f"{paper.key}.{batch.lang}", remedy=remedy,
                                        values={"reason": type(error).__name__}))  # fmt: skip
    return Written(tuple(paths), tuple(faults))


def _of_paper(fault: Fault, paper: str) -> Fault:
    """Return a fault with the paper it happened in."""
    return Fault(fault.what, where=f"{paper}: {fault.where}" if fault.where else paper, allowed=fault.allowed,
                 remedy=fault.remedy, values=fault.values)  # fmt: skip
