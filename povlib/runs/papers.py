"""The papers of a run: which there are, of what they are made, in which formats, and where they lie.

Responsible for `PAPERS`, the one declaration of each paper of every run: file names, formats and order of writing are
read from it. A new paper is a module of `povlib.runs.facts` that gathers its figures, a module of `povlib.report.pages`
that words them, and one entry here; papers made only when asked for are declared in `povlib.runs.asked_papers`. Not
responsible for words or figures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from povlib.report.houses.paper import houses_paper
from povlib.report.meeting import allocation_tables, annex_paper, brief_paper, meeting_paper
from povlib.report.meeting.proposal import every_village_table
from povlib.report.meeting.wording import PaperWords
from povlib.report.meeting.workbook_tables import payments_table, pencil_table
from povlib.report.model.paper import Report, Table
from povlib.report.performance.paper import performance_paper, row_tables
from povlib.report.villages.paper import villages_paper
from povlib.report.writers.family_sheets import write_household_sheets
from povlib.report.writers.publication import publish
from povlib.report.writers.whole_files import write_whole_file
from povlib.runs.area.area_papers import AREA_PAPERS, asked_area_papers
from povlib.runs.asked_papers import ASKED_KINDS, asked_papers
from povlib.runs.decisions.sheet_out import write_decisions_out
from povlib.runs.facts.bulletin import bulletin_report, entered_claims
from povlib.runs.facts.effects import measure_names
from povlib.runs.facts.explanation import pencil_entries
from povlib.runs.facts.family_sheets import household_sheets, sheet_head
from povlib.runs.facts.meeting import meeting_facts
from povlib.runs.facts.proposal import payment_rows, village_rows
from povlib.runs.facts.villages.villages_facts import villages_facts
from povlib.runs.paper_folder import papers_folder as papers_folder
from povlib.runs.paper_seals import are_sealed, seal_papers
from povlib.runs.paper_shape import Paper, PaperInput
from povlib.runs.run import Run
from povlib.runs.stored_run import PAPERS as KEPT
from povlib.words import language, languages, text

if TYPE_CHECKING:
    from povlib.runs.area.area_run import AreaRun

MEETING = "meeting"
Progress = Callable[[str, float], None]


def _workbook_tables(given: PaperInput) -> tuple[Table, ...]:
    """Return the sheets of the workbook: the allocation, payments, and the proof to redo by hand."""
    run, lang = given.run, given.lang
    paid, entries = payment_rows(run, lang), pencil_entries(run, lang)
    every = (every_village_table(village_rows(run), PaperWords(given.meeting, lang)),)
    villages = every if given.meeting.by_township else ()
    return (*allocation_tables(given.meeting, lang), *villages, payments_table(paid, lang), pencil_table(entries, lang))


def _houses_report(given: PaperInput) -> Report:
    """Return the paper on houses, under the head of the meeting paper."""
    run, lang = given.run, given.lang
    return houses_paper(
        given.houses,
        measure_names(run, lang),
        **given.head,
        lang=lang,
    )


def _villages_report(given: PaperInput) -> Report:
    """Return the paper on jobs and villages, under the head of the meeting paper."""
    run, lang, meeting = given.run, given.lang, given.meeting
    return villages_paper(
        meeting.jobs or villages_facts(run, lang),
        **given.head,
        lang=lang,
    )


def _performance_report(given: PaperInput) -> Report:
    """Return the paper on performance in the year of the plan, under the head of the meeting paper."""
    run, lang = given.run, given.lang
    return performance_paper(
        given.performance,
        **given.head,
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
        decisions="decisions",
        write_decisions=lambda given, path: write_decisions_out(given.run, path, given.lang),
    ),
    Paper("families", "family cards", None, (), family_sheets="families"),
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
    """Return the papers that every making of a run writes; one made by parts has a paper of its own."""
    return tuple(paper for paper in (AREA_PAPERS if run.is_by_parts else PAPERS) if paper.applies(run))


def all_papers(run: Run) -> tuple[Paper, ...]:
    """Return the papers that can be written of a run, those made only when asked for last."""
    if run.is_by_parts:
        return (*papers_of(run), *asked_area_papers(cast("AreaRun", run)))
    return (*papers_of(run), *asked_papers(run))


def papers_there(run: Run, lang: str) -> tuple[Paper, ...]:
    """Return the papers of a run, and those made when asked for that lie beside them in a language."""
    folder = papers_folder(run)
    return (*papers_of(run), *(paper for paper in all_papers(run)[len(papers_of(run)) :]
                               if any((folder / name).is_file() for name in paper.file_names(lang))))  # fmt: skip


def meeting_report(run: Run, lang: str | None = None) -> Report:
    """Return the meeting paper of a run."""
    lang = lang or language()
    return meeting_paper(meeting_facts(run, lang), lang)


def paper_files(run: Run, lang: str) -> list[Path]:
    """Return where the papers of a run are handed out in a language, whether or not they are there."""
    return sorted(papers_folder(run) / name for paper in papers_of(run) for name in paper.file_names(lang))


def paper_files_there(run: Run, lang: str) -> list[Path]:
    """Return the papers of a run that lie there in a language, those made when asked for among them."""
    folder = papers_folder(run)
    named = (folder / name for paper in papers_there(run, lang) for name in paper.file_names(lang))
    return sorted(path for path in named if path.is_file())


def languages_there(run: Run) -> tuple[str, ...]:
    """Return the languages in which any paper of a run lies there: a decision about the run makes them all anew."""
    return tuple(lang for lang in languages() if paper_files_there(run, lang))


def asked_kinds_there(run: Run) -> tuple[str, ...]:
    """Return the kinds made when asked for that lie beside the papers of a run, in whichever language."""
    there = {path.name.partition(".")[0] for path in papers_folder(run).glob("*.numbers.json")}
    return tuple(kind for kind in ASKED_KINDS if kind in there)


def has_papers(run: Run, lang: str) -> bool:
    """Return whether every paper was handed out in this language."""
    return all(path.is_file() for path in paper_files(run, lang))


def write_papers(
    run: Run, lang: str | None = None, progress: Progress | None = None, papers: Sequence[Paper] = ()
) -> list[Path]:
    """Write papers of a run into the office's folder of papers, or nothing at all.

    Parameters
    ----------
    papers : sequence of Paper, optional
        Some of `all_papers`; default those of every run, and those asked for earlier, which would be out of date.

    Raises
    ------
    PrivacyError
        If any paper holds something personal.
    ReportError
        If a paper cannot be written.
    """
    lang = lang or language()
    written = write_papers_into(papers_folder(run), run, lang, progress, papers or papers_there(run, lang))
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


def write_papers_into(
    folder: Path, run: Run, lang: str, progress: Progress | None = None, papers: Sequence[Paper] = ()
) -> list[Path]:
    """Write papers of a run (default: those of every run) into a folder, as of now; handed out nowhere."""
    tell = progress or (lambda stage, share: None)
    paper_input = PaperInput(run, lang)
    written: list[Path] = []
    papers = papers or papers_of(run)
    for number, paper in enumerate(papers):
        tell(text(paper.title, lang), number / len(papers))
        written += write_paper(paper, paper_input, folder)
    tell(text(papers[-1].title, lang), 1.0)
    return written


def write_paper(paper: Paper, given: PaperInput, folder: Path) -> list[Path]:
    """Write a paper in all its formats, family sheets included, and return the paths."""
    run, lang = given.run, given.lang
    families, decisions = paper.family_file(lang), paper.decisions_file(lang)

    def write_families(path: Path) -> None:
        meeting = given.meeting
        head = sheet_head(run, lang, draft=meeting.draft, decisions=meeting.decisions)
        sheets = household_sheets(run, lang, approved=head.approved)
        write_household_sheets(sheets, replace(head, lapsed=meeting.lapsed), path, lang=lang)

    return publish(
        None if paper.report is None else paper.report(given),
        folder,
        f"{paper.key}.{lang}",
        formats=paper.formats,
        sheets=paper.tables(given) if "xlsx" in paper.formats else (),
        more={
            **({families: write_families} if families else {}),
            **({decisions: lambda path: paper.write_decisions(given, path)} if decisions else {}),
        },
        scanned=(families,) if families else (),  # some hundred pages, slow to read back
    )
