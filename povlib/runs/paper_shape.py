"""One paper of a run: the shape of its declaration, and what it is made from.

Responsible for `Paper` and `PaperInput`. Not responsible for which papers there are (`povlib.runs.papers`,
`povlib.runs.asked_papers`) or for writing them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from povlib.report.area.facts import AreaFacts
from povlib.report.houses.facts import HousesFacts
from povlib.report.kinds.village_tasks import VillageTasks
from povlib.report.meeting import MeetingFacts
from povlib.report.model.paper import Report, Table
from povlib.report.performance.facts import PerformanceFacts
from povlib.report.sharing.facts import DigestFacts
from povlib.report.writers.publication import file_name
from povlib.runs.facts.houses.houses_facts import houses_facts
from povlib.runs.facts.kinds.village_tasks import village_tasks
from povlib.runs.facts.meeting import meeting_facts
from povlib.runs.facts.sharing.month_digest import digest_facts
from povlib.runs.performance.evaluation import run_performance
from povlib.runs.run import Run

if TYPE_CHECKING:
    from povlib.runs.area.area_run import AreaRun


@dataclass(frozen=True)
class PaperInput:
    """A run and the language of its papers; the meeting's facts are gathered once for all papers that need them."""

    run: Run
    lang: str

    @cached_property
    def meeting(self) -> MeetingFacts:
        """Figures of the meeting paper, the approval of the run as of now among them."""
        return meeting_facts(self.run, self.lang)

    @cached_property
    def area(self) -> AreaFacts:
        """Figures of the paper of a run by parts."""
        from povlib.runs.area.area_facts import area_facts

        return area_facts(cast("AreaRun", self.run), self.lang)

    @cached_property
    def performance(self) -> PerformanceFacts:
        """The office's performance in the year of the plan, as of now."""
        return run_performance(self.run, self.lang)

    @cached_property
    def houses(self) -> HousesFacts:
        """Houses and works as the ledger and the plan have them."""
        return houses_facts(self.run, self.lang)

    @cached_property
    def digest(self) -> DigestFacts:
        """What the villages did in the last month with data."""
        jobs = self.meeting.jobs
        if jobs is not None and jobs.digest is not None:
            return jobs.digest
        return digest_facts(self.run.state, self.run.at, self.run.catalogue, self.lang)

    @cached_property
    def tasks(self) -> VillageTasks:
        """What each village has to do for the plan."""
        return village_tasks(self.run, self.lang)

    @cached_property
    def _kept(self) -> dict[str, Any]:
        return {}

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what `make` returned when it was first called for a key: report and workbook share what they show."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    @property
    def head(self) -> dict[str, Any]:
        """What papers beside the meeting's share with its head: office, month, what they were made of, marks."""
        meeting = self.meeting
        return {
            "issuer": meeting.office,
            "date_line": meeting.plan_month.label(self.lang),
            "manifest": meeting.manifest,
            "draft": meeting.draft,
            "lapsed": meeting.lapsed,
        }


def _no_tables(given: PaperInput) -> tuple[Table, ...]:
    """Return no tables, for papers without a workbook."""
    return ()


def _nothing_to_decide(given: PaperInput, path: Path) -> None:
    """Write nothing, for papers on which nobody decides."""


@dataclass(frozen=True)
class Paper:
    """One paper of a run.

    Parameters
    ----------
    key : str
        Begins the names of its files: ``<key>.<language>.<format>``.
    title : str
        What a progress bar calls it, an English message id.
    report : callable, optional
        Makes the report; None where the paper is only what goes out with it (family cards).
    formats : tuple of str
        Some of `povlib.report.writers.publication.FORMATS`.
    tables : callable, optional
        Further tables of its workbook.
    applies : callable
        Whether a run has this paper.
    family_sheets : str
        Stem of the household sheets that are handed out with it, or "".
    decisions : str
        Stem of the workbook that goes out with it to be filled in and handed back, or "".
    write_decisions : callable
        Writes that workbook.
    kind : str
        What it is asked for by (``report --kind``), where that is not its key: papers of single villages.
    about : str
        The township, village or other run that it is about, or "".
    by_name : bool
        Whether it is made only when it is asked for by what it is about (``comparison/RUN``), not with all others.
    part : str
        Key of the part of a large office that it is made from, or "": papers of one part are written one after the
        other by one process, which reads it once.
    """

    key: str
    title: str
    report: Callable[[PaperInput], Report] | None
    formats: tuple[str, ...]
    tables: Callable[[PaperInput], tuple[Table, ...]] = _no_tables
    family_sheets: str = ""
    applies: Callable[[Run], bool] = lambda run: True
    decisions: str = ""
    write_decisions: Callable[[PaperInput, Path], Any] = _nothing_to_decide
    kind: str = ""
    about: str = ""
    by_name: bool = False
    part: str = ""

    @property
    def asked_by(self) -> str:
        """The kind it is asked for by."""
        return self.kind or self.key

    def file_names(self, lang: str) -> tuple[str, ...]:
        """Return the names of its files in a language, the household sheets last."""
        names = tuple(file_name(f"{self.key}.{lang}", kind) for kind in self.formats)
        more = (self.decisions_file(lang), self.family_file(lang))
        return (*names, *(name for name in more if name))

    def family_file(self, lang: str) -> str:
        """Return the name of the file of household sheets, or ""."""
        return f"{self.family_sheets}.{lang}.pdf" if self.family_sheets else ""

    def decisions_file(self, lang: str) -> str:
        """Return the name of the workbook in which the meeting decides, or ""."""
        return f"{self.decisions}.{lang}.xlsx" if self.decisions else ""
