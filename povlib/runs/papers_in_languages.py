"""Papers of one run in several languages, written at the same time: a process for each language but the first.

Responsible for the processes and their end, and for the one sealed list that all of them enter. Not responsible for
what is written (`povlib.runs.papers`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path

from povlib.errors import RunError
from povlib.places import Office
from povlib.runs.area.paper_batches import write_area_papers
from povlib.runs.asked_papers import chosen_papers
from povlib.runs.paper_seals import seal_papers
from povlib.runs.paper_shape import Paper
from povlib.runs.papers import (
    all_papers,
    languages_there,
    papers_folder,
    papers_there,
    write_papers,
    write_papers_into,
)
from povlib.runs.run import Run
from povlib.runs.run_folders import read_run
from povlib.runs.side_processes import number_of_cores, side_processes
from povlib.words import language_in_use, languages

Progress = Callable[[str, float], None]


def write_papers_in_languages(
    run: Run,
    langs: Sequence[str] | None = None,
    progress: Progress | None = None,
    kinds: Sequence[str] | None = None,
    beside: ProcessPoolExecutor | None = None,
) -> list[Path]:
    """Write papers of a run in several languages, side by side where there are cores for it.

    The bytes are those of one language after the other. Each process holds the facts of one language.

    Parameters
    ----------
    langs : sequence of str, optional
        Default every language of the workbench.
    progress : callable, optional
        Receives stage and share done of the first language, which this process writes.
    kinds : sequence of str, optional
        What papers are asked for by; none named means every paper. Default: those of every run and those asked for
        earlier, as `povlib.runs.papers.write_papers` has it.
    beside : ProcessPoolExecutor, optional
        Processes begun already (`povlib.runs.side_processes`); default own ones.

    Raises
    ------
    PrivacyError, ReportError, RunError
        As `povlib.runs.papers.write_papers`, and if a process was ended from outside.
    """
    first, *others = langs or languages()
    own = _papers(run, first, kinds)  # a kind nobody knows is refused before a process begins
    if run.is_by_parts:
        # a paper for each township and village: their parts are shared out, not their languages
        return write_area_papers(run, {lang: _papers(run, lang, kinds) for lang in (first, *others)}, progress)
    if number_of_cores() < 2 or not others:
        written = []
        for lang in (first, *others):
            with language_in_use(lang):
                written += write_papers(run, lang, progress, _papers(run, lang, kinds))
        return written
    with _processes(beside, min(len(others), number_of_cores() - 1)) as pool:
        work = [pool.submit(_written_aside, run.folder, run.office, lang, kinds) for lang in others]
        with language_in_use(first):
            written = write_papers_into(papers_folder(run), run, first, progress, own)
        written += [path for one in work for path in _result(one)]
    # by this process alone: the list of all papers is one file
    seal_papers(run, written)
    return written


def write_decided_papers(run: Run, asked: Sequence[str] = (), progress: Progress | None = None) -> list[Path]:
    """Write the papers of a run as they stand after a decision about it, those asked for earlier among them.

    A paper left as it was would say the opposite of the one beside it.

    Parameters
    ----------
    asked : sequence of str
        Languages to write in whether or not a paper is there; every language of which one is there follows.

    Raises
    ------
    PrivacyError, ReportError, RunError
        As `write_papers_in_languages`.
    """
    langs = tuple(dict.fromkeys((*asked, *languages_there(run))))
    return write_papers_in_languages(run, langs, progress) if langs else []


@contextmanager
def _processes(beside: ProcessPoolExecutor | None, count: int) -> Iterator[ProcessPoolExecutor]:
    """Give the processes that were begun already, or own ones."""
    if beside is not None:
        yield beside
        return
    with side_processes(count) as pool:
        yield pool


def _papers(run: Run, lang: str, kinds: Sequence[str] | None) -> tuple[Paper, ...]:
    return papers_there(run, lang) if kinds is None else chosen_papers(all_papers(run), kinds)


def _written_aside(folder: Path, office: Office, lang: str, kinds: Sequence[str] | None) -> list[Path]:
    """Write the papers of a run in one language and return their paths; unsealed."""
    run = read_run(folder, office)
    with language_in_use(lang):
        return write_papers_into(papers_folder(run), run, lang, papers=_papers(run, lang, kinds))


def _result(work: Future[list[Path]]) -> list[Path]:
    try:
        return work.result()
    except BrokenProcessPool:
        raise RunError(
            "a process that wrote papers was ended from outside: is there enough memory?",
            remedy="write one language after the other with --lang",
        ) from None
