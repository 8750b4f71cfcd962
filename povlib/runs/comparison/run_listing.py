"""The runs of an office as a list: what each rests on, what it would bring, whether it is approved, where it stands.

Responsible for one row a run, unfinished ones among them. Not responsible for finding one run by a word
(`povlib.runs.office.finished_runs`) or for printing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from povlib.errors import RunError
from povlib.runs.completion import headline_figures
from povlib.runs.office.finished_runs import finished_folders, standing_decisions
from povlib.runs.office.office_place import Place
from povlib.runs.papers import asked_kinds_there, has_papers, papers_folder
from povlib.runs.questions.optimism import answers_folder
from povlib.runs.run import Run
from povlib.runs.run_folders import finished_steps, read_run
from povlib.runs.storage.artefacts import Bundle
from povlib.words import languages

DRAFT = "draft"
SHORT_ID = 6
"""Digits of a run's id that tables show: among a thousand runs two would share them once in thirty offices."""
_HEADLINE = "headline"
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class ListedRun:
    """One run of an office.

    Attributes
    ----------
    run : Run
    finished : bool
        Whether it is complete; one that is not was interrupted, or is being made.
    steps : int
        Finished steps kept of one that is not complete.
    figures : mapping
        Its headline figures (`povlib.runs.headline_figures`); empty where it is not complete or not as it was sealed.
    wrong : str
        Why it has none, in words; "" where it has.
    decision : str
        ``draft``, ``approved``, ``replaced`` or ``withdrawn``: what stands.
    papers : tuple of str
        Languages in which every paper was handed out.
    asked : tuple of str
        Kinds of papers made when somebody asked that lie beside them.
    """

    run: Run
    finished: bool
    steps: int
    figures: Mapping[str, float]
    wrong: str
    decision: str
    papers: tuple[str, ...]
    asked: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return plain values for a program: money in fen, months as ``2016-05``."""
        info = self.run.info
        return {
            "run": info.run_id,
            "scenario": info.scenario,
            "titles": info.titles,
            "changes": self.run.overrides,
            "month": str(info.settings.plan_month),
            "batch": info.batch,
            "finished": self.finished,
            "steps": self.steps,
            "decision": self.decision,
            "papers": {lang: str(papers_folder(self.run)) for lang in self.papers},
            "asked": list(self.asked),
            "figures": dict(self.figures),
            "wrong": self.wrong,
        }


def listed_runs(place: Place, scenarios: tuple[str, ...] = (), progress: Progress | None = None) -> list[ListedRun]:
    """Return the runs of an office, the newest first, those that are not complete at the end.

    Parameters
    ----------
    scenarios : tuple of str
        Only runs of these; all when empty.
    progress : callable, optional
        Receives stage and share done: figures that nobody asked for before are computed once.
    """
    tell = progress or (lambda stage, share: None)
    standing = standing_decisions(place)
    folders = [*finished_folders(place), *sorted(place.office.runs.glob(".*.begun"))]
    runs = [run for run in map(lambda folder: _readable_run(folder, place), folders) if run is not None]
    chosen = [run for run in runs if not scenarios or run.info.scenario in scenarios]
    listed = []
    for number, run in enumerate(chosen):
        tell(run.info.run_id, number / len(chosen))
        listed.append(_listed(run, standing.get(run.info.run_id, DRAFT)))
    return listed


def _readable_run(folder: Path, place: Place) -> Run | None:
    """Return the run of a folder; None where nothing of it can be read: a kill before its record was written."""
    try:
        return read_run(folder, place.office)
    except RunError:
        return None


def _listed(run: Run, decision: str) -> ListedRun:
    if not run.is_finished:
        return ListedRun(run, False, len(finished_steps(run) or ()), {}, "", decision, ())
    figures, wrong = known_figures(run)
    papers = tuple(lang for lang in languages() if has_papers(run, lang))
    return ListedRun(run, True, 0, figures, wrong, decision, papers, asked_kinds_there(run))


def known_figures(run: Run) -> tuple[Mapping[str, float], str]:
    """Return a run's headline figures, computed once and kept beside it, and why there are none ("" if there are)."""
    try:
        kept = run.stored(_HEADLINE, lambda: Bundle(facts=headline_figures(run)), answers_folder(run))
    except RunError as error:
        return {}, error.show()
    return kept.facts, ""
