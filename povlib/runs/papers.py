"""The papers of a run: which there are, of what they are made, in which formats, and where they lie.

Responsible for `PAPERS`, the one declaration of each paper: file names, formats and order of writing are read from
it. A new paper is a module of `povlib.runs.facts` that gathers its figures, a module of `povlib.report.pages` that
words them, and one entry here. Not responsible for words or figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from povlib.report.houses.paper import houses_paper
from povlib.report.meeting import MeetingFacts, allocation_tables, annex_paper, brief_paper, meeting_paper
from povlib.report.meeting.workbook_tables import payments_table, pencil_table
from povlib.report.model.paper import Report, Table
from povlib.report.performance.facts import PerformanceFacts
from povlib.report.performance.paper import performance_paper, row_tables
from povlib.report.villages.paper import villages_paper
from povlib.report.writers.family_sheets import write_household_sheets
from povlib.report.writers.publication import file_name, publish
from povlib.report.writers.whole_files import write_whole_file
from povlib.runs.decisions.sheet_out import write_decisions_out
from povlib.runs.facts.bulletin import bulletin_report, entered_claims
from povlib.runs.facts.effects import measure_names
from povlib.runs.facts.explanation import pencil_entries
from povlib.runs.facts.family_sheets import household_sheets, sheet_head
from povlib.runs.facts.houses.houses_facts import houses_facts
from povlib.runs.facts.meeting import meeting_facts
from povlib.runs.facts.proposal import payment_rows
from povlib.runs.facts.villages.villages_facts import villages_facts
from povlib.runs.paper_seals import are_sealed, seal_papers
from povlib.runs.performance.evaluation import run_performance
from povlib.runs.run import PAPERS as KEPT
from povlib.runs.run import Run
from povlib.words import language, text

MEETING = "meeting"
Progress = Callable[[str, float], None]


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
    def performance(self) -> PerformanceFacts:
        """The office's performance in the year of the plan, as of now."""
        return run_performance(self.run, self.lang)


def _no_tables(given: PaperInput) -> tuple[Table, ...]:
    """Return no tables, for papers without a workbook."""
    return ()


@dataclass(frozen=True)
class Paper:
    """One paper of a run.

    Parameters
    ----------
    key : str
        Begins the names of its files: ``<key>.<language>.<format>``.
    title : str
        What a progress bar calls it, an English message id.
    report : callable
        Makes the report.
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
    """

    key: str
    title: str
    report: Callable[[PaperInput], Report]
    formats: tuple[str, ...]
    tables: Callable[[PaperInput], tuple[Table, ...]] = _no_tables
    family_sheets: str = ""
    applies: Callable[[Run], bool] = lambda run: True
    decisions: str = ""

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


def _workbook_tables(given: PaperInput) -> tuple[Table, ...]:
    """Return the sheets of the workbook: the allocation, payments, and the proof to redo by hand."""
    run, lang = given.run, given.lang
    paid, entries = payment_rows(run, lang), pencil_entries(run, lang)
    return (*allocation_tables(given.meeting, lang), payments_table(paid, lang), pencil_table(entries, lang))


def _head(given: PaperInput) -> dict[str, Any]:
    """Return what papers beside the meeting's share with its head: office, month, what they were made of, marks."""
    meeting = given.meeting
    return {
        "issuer": meeting.office,
        "date_line": meeting.plan_month.label(given.lang),
        "manifest": meeting.manifest,
        "draft": meeting.draft,
        "lapsed": meeting.lapsed,
    }


def _houses_report(given: PaperInput) -> Report:
    """Return the paper on houses, under the head of the meeting paper."""
    run, lang = given.run, given.lang
    return houses_paper(
        houses_facts(run, lang),
        measure_names(run, lang),
        **_head(given),
        lang=lang,
    )


def _villages_report(given: PaperInput) -> Report:
    """Return the paper on jobs and villages, under the head of the meeting paper."""
    run, lang, meeting = given.run, given.lang, given.meeting
    return villages_paper(
        meeting.jobs or villages_facts(run, lang),
        **_head(given),
        lang=lang,
    )


def _performance_report(given: PaperInput) -> Report:
    """Return the paper on performance in the year of the plan, under the head of the meeting paper."""
    run, lang = given.run, given.lang
    return performance_paper(
        given.performance,
        **_head(given),
        synthetic=run.info.synthetic,
        lang=lang,
    )


PAPERS = (
    Paper(
        MEETING,
        "paper",
        lambda given: meeting_paper(given.meeting, given.lang),
        ("html", "pdf", "docx", "xlsx", "png", "json"),
        _workbook_tables,
        family_sheets="families",
        decisions="decisions",
    ),
    Paper(
        "brief",
        "page that decides",
        lambda given: brief_paper(given.meeting, given.lang),
        ("html", "pdf", "docx", "png", "json"),
    ),
    Paper("houses", "paper on houses", _houses_report, ("html", "pdf", "docx", "xlsx", "png", "json")),
    Paper("villages", "paper on jobs and villages", _villages_report, ("html", "pdf", "docx", "xlsx", "png", "json")),
    Paper(
        "performance",
        "paper on performance",
        _performance_report,
        ("html", "pdf", "docx", "xlsx", "json"),
        lambda given: row_tables(given.performance, given.lang),
    ),
    Paper("annex", "paper", lambda given: annex_paper(given.meeting, given.lang), ("pdf", "json")),
    Paper(
        "bulletin",
        "bulletin",
        lambda given: replace(
            bulletin_report(given.run, given.lang, draft=given.meeting.draft), lapsed=given.meeting.lapsed
        ),
        ("html", "pdf", "json"),
        # only where claims of this very office were entered: nobody is judged by another township's bulletin
        applies=lambda run: entered_claims(run) is not None,
    ),
)


def papers_of(run: Run) -> tuple[Paper, ...]:
    """Return the papers that a run has."""
    return tuple(paper for paper in PAPERS if paper.applies(run))


def meeting_report(run: Run, lang: str | None = None) -> Report:
    """Return the meeting paper of a run."""
    lang = lang or language()
    return meeting_paper(meeting_facts(run, lang), lang)


def papers_folder(run: Run) -> Path:
    """Return where the papers of a run are handed out from."""
    return run.office.papers / f"{run.settings.plan_month}-{run.info.scenario}-{run.info.run_id}"


def paper_files(run: Run, lang: str) -> list[Path]:
    """Return where the papers of a run are handed out in a language, whether or not they are there."""
    return sorted(papers_folder(run) / name for paper in papers_of(run) for name in paper.file_names(lang))


def has_papers(run: Run, lang: str) -> bool:
    """Return whether every paper was handed out in this language."""
    return all(path.is_file() for path in paper_files(run, lang))


def write_papers(run: Run, lang: str | None = None, progress: Progress | None = None) -> list[Path]:
    """Write the papers of a run into the office's folder of papers, or nothing at all.

    Raises
    ------
    PrivacyError
        If any paper holds something personal.
    ReportError
        If a paper cannot be written.
    """
    written = write_papers_into(papers_folder(run), run, lang or language(), progress)
    seal_papers(run, written)
    return written


def write_missing_papers(run: Run, lang: str | None = None, progress: Progress | None = None) -> list[Path]:
    """Write the papers of a finished run where a language is still without them, or they are not as written.

    Returns
    -------
    list of Path
        What was written; nothing when all were there.
    """
    lang = lang or language()
    return [] if are_sealed(run, paper_files(run, lang)) else write_papers(run, lang, progress)


def keep_papers(run: Run, lang: str | None = None, progress: Progress | None = None) -> list[Path]:
    """Write the papers into the run's own folder, where its manifest covers them."""
    return write_papers_into(run.folder / KEPT, run, lang or language(), progress)


def hand_out_papers(run: Run) -> list[Path]:
    """Copy the papers that a finished run keeps into the office's folder of papers, each whole or not at all."""
    # copied, not written anew: the papers handed out are those that the manifest has sealed
    kept = sorted(path for path in (run.folder / KEPT).iterdir() if path.is_file())
    written = [write_whole_file(papers_folder(run) / path.name, path.read_bytes()) for path in kept]
    seal_papers(run, written)
    return written


def write_papers_into(folder: Path, run: Run, lang: str, progress: Progress | None = None) -> list[Path]:
    """Write every paper of a run in a language into a folder, as of now; they count as handed out nowhere."""
    tell = progress or (lambda stage, share: None)
    paper_input = PaperInput(run, lang)
    written: list[Path] = []
    papers = papers_of(run)
    for number, paper in enumerate(papers):
        tell(text(paper.title, lang), number / len(papers))
        written += _write_paper(paper, paper_input, folder)
    tell(text(papers[-1].title, lang), 1.0)
    return written


def _write_paper(paper: Paper, given: PaperInput, folder: Path) -> list[Path]:
    """Write a paper in all its formats, family sheets included, and return the paths."""
    run, lang = given.run, given.lang
    families, decisions = paper.family_file(lang), paper.decisions_file(lang)

    def write_families(path: Path) -> None:
        head = replace(sheet_head(run, lang, draft=given.meeting.draft), lapsed=given.meeting.lapsed)
        write_household_sheets(household_sheets(run, lang), head, path, lang=lang)

    return publish(
        paper.report(given),
        folder,
        f"{paper.key}.{lang}",
        formats=paper.formats,
        sheets=paper.tables(given) if "xlsx" in paper.formats else (),
        more={
            **({families: write_families} if families else {}),
            **({decisions: lambda path: write_decisions_out(run, path, lang)} if decisions else {}),
        },
        scanned=(families,) if families else (),  # some hundred pages, slow to read back
    )
