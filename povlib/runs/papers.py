"""The papers of a run: the meeting paper, the allocation workbook, the pages of the notebooks.

Responsible for which papers there are and where they lie. Not responsible for their words
(`povlib.report`) or figures (`povlib.runs.facts`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from povlib.params import load_claims
from povlib.report.figures import interval_dots
from povlib.report.meeting import Total, allocation_tables, annex_paper, meeting_paper
from povlib.report.meeting.track_record import beside
from povlib.report.model.paper import Column, FigureBlock, Report, Section, Table
from povlib.report.pages.bulletin_page import JudgedClaims
from povlib.report.pages.bulletin_page import bulletin_page as _bulletin_page
from povlib.report.pages.ledger_page import ledger_page as _ledger_page
from povlib.report.writers.family_sheets import write_household_sheets
from povlib.report.writers.notebook_page import Page
from povlib.report.writers.publication import publish
from povlib.report.writers.whole_files import write_whole
from povlib.runs.facts.claims import judge
from povlib.runs.facts.explanation import pencil_table
from povlib.runs.facts.family_sheets import household_sheets, sheet_head
from povlib.runs.facts.meeting import meeting_facts
from povlib.runs.facts.proposal import chosen_of, payments
from povlib.runs.facts.record import tested
from povlib.runs.run import Run
from povlib.runs.stages.plan_outcome import Counted, expected_exits, probability_of
from povlib.words import language, term, text

MEETING = "meeting"
_TOTAL = "7"
_FORMATS = ("html", "pdf", "docx", "xlsx", "png", "json")
Progress = Callable[[str, float], None]


def meeting_report(run: Run, lang: str | None = None) -> Report:
    """Return the meeting paper of a run."""
    lang = lang or language()
    return meeting_paper(meeting_facts(run, lang), lang)


def meeting_page(run: Run, lang: str = "") -> Page:
    """Return the meeting paper by parts, for a notebook."""
    return Page(meeting_report(run, lang or None))


def ledger_page(run: Run, lang: str = "") -> Page:
    """Return what the ledger holds, by parts."""
    title = run.info.title(lang or language())
    return Page(_ledger_page(run.state, lang=lang or None, subtitle=title, villages=_villages(run)))


def _villages(run: Run) -> tuple[str, ...]:
    return tuple(village.name for village in run.catalogue.villages.values())


def bulletin_page(run: Run, lang: str = "") -> Page:
    """Return the bulletin's claims against the ledger's rows, by parts."""
    return Page(bulletin_report(run, lang or None))


def bulletin_report(run: Run, lang: str | None = None, *, draft: bool = True) -> Report:
    """Return the page of the bulletin's claims, the model's own expectation beside them.

    Parameters
    ----------
    draft : bool
        Whether the plan whose expectation is printed is not approved yet.
    """
    lang = lang or language()
    judged = judge(load_claims().claims, run.state, run.catalogue, lang)
    chosen = chosen_of(run)
    plan = expected_exits(run.projection, chosen)
    nothing = expected_exits(run.projection, chosen, nothing=True)
    total = judged.claims[judged.claims["id"] == _TOTAL].iloc[0]
    stated = float(total["stated"])
    page = _bulletin_page(
        judged,
        title=text("The bulletin against the ledger", lang),
        lang=lang,
        synthetic=run.info.synthetic,
        draft=draft,
        expected={_TOTAL: Total(plan.value, plan.low, plan.high)},
        probability=probability_of(run.projection, chosen, stated),
        tested=beside(tested(run), lang),
        figures=(_totals(stated, float(total["counted"]), plan, nothing, lang),),
        manifest={"run": run.info.run_id, "ledger head": run.info.ledger_head},
    )
    return replace(page, sections=(*page.sections, _evidence(judged, lang)))


def _evidence(judged: JudgedClaims, lang: str) -> Section:
    """List the households behind every count, so that each number can be traced to rows."""
    said = {(c.id, r.key): getattr(r.text, lang) for c in load_claims().claims for r in c.readings}
    keys = zip(judged.evidence["id"], judged.evidence["reading"].astype("str"), strict=True)
    rows = judged.evidence.assign(reading=[said.get(key, "") for key in keys])
    frame = rows.groupby(["id", "reading"], as_index=False, sort=False).agg(
        rows=("hh", "size"), keys=("hh", lambda keys: "、".join(dict.fromkeys(keys)))
    )
    columns = (
        Column("id", term("claim_number", lang), width=0.6),
        Column("reading", term("claim_reading", lang), width=0.9),
        Column("rows", text("rows", lang), "count", width=0.5),
        Column("keys", term("hh", lang), width=6.0),
    )
    table = Table("evidence", text("Rows behind each count", lang), columns, frame, ("id", "reading"), small=True)
    return Section("evidence", text("Rows behind each count", lang), (table,), annex=True)


def _totals(stated: float, marked: float, plan: Counted, nothing: Counted, lang: str) -> FigureBlock:
    rows = [
        (text("stated in the bulletin", lang), stated, None, None),
        (text("marked by the township", lang), marked, None, None),
        (text("expected with nothing new", lang), nothing.value, nothing.low, nothing.high),
        (text("expected with this plan", lang), plan.value, plan.low, plan.high),
    ]
    return interval_dots(pd.DataFrame(rows, columns=["name", "value", "low", "high"]), lang=lang)


def _payments(run: Run, lang: str) -> Table:
    columns = (
        Column("hh", term("hh", lang)),
        Column("village", term("village", lang)),
        Column("measure", term("measure", lang), width=2.0),
        Column("fund", term("fund", lang), width=2.0),
        Column("fen", text("amount (yuan)", lang), "yuan2", total=True),
    )
    frame = payments(run, lang)
    return Table("payments", text("Payments by fund", lang), columns, frame, definition="plan.payments")


def papers_folder(run: Run) -> Path:
    """Return where the papers of a run are handed out from."""
    return run.office.papers / f"{run.settings.plan_month}-{run.info.scenario}-{run.info.run_id}"


def has_papers(run: Run, lang: str) -> bool:
    """Return whether the meeting paper was handed out in this language."""
    return (papers_folder(run) / f"{MEETING}.{lang}.html").is_file()


def write_papers(run: Run, lang: str | None = None, progress: Progress | None = None) -> list[Path]:
    """Write the papers of a run into the office's folder of papers, or nothing at all.

    Raises
    ------
    PrivacyError
        If any paper holds something personal.
    ReportError
        If a paper cannot be written.
    """
    return _write(run, papers_folder(run), lang or language(), progress)


def keep_papers(run: Run, lang: str | None = None, progress: Progress | None = None) -> list[Path]:
    """Write the papers into the run's own folder, where its manifest covers them."""
    return _write(run, run.folder / "papers", lang or language(), progress)


def hand_out_papers(run: Run) -> list[Path]:
    """Copy the papers that a finished run keeps into the office's folder of papers, each whole or not at all."""
    kept = sorted(path for path in (run.folder / "papers").iterdir() if path.is_file())
    return [write_whole(papers_folder(run) / path.name, path.read_bytes()) for path in kept]


def _write(run: Run, folder: Path, lang: str, progress: Progress | None) -> list[Path]:
    tell = progress or (lambda stage, share: None)
    tell(text("paper", lang), 0.0)
    facts = meeting_facts(run, lang)
    head = sheet_head(run, lang, draft=facts.draft)
    families = f"families.{lang}.pdf"
    written = publish(
        meeting_paper(facts, lang),
        folder,
        f"{MEETING}.{lang}",
        formats=_FORMATS,
        sheets=(*allocation_tables(facts, lang), _payments(run, lang), pencil_table(run, lang)),
        more={families: lambda path: write_household_sheets(household_sheets(run, lang), head, path, lang=lang)},
        scanned=(families,),  # some hundred pages, slow to read back
    )
    tell(text("bulletin", lang), 0.5)
    written += publish(annex_paper(facts, lang), folder, f"annex.{lang}", formats=("pdf",))
    bulletin = bulletin_report(run, lang, draft=facts.draft)
    written += publish(bulletin, folder, f"bulletin.{lang}", formats=("html", "pdf"))
    tell(text("bulletin", lang), 1.0)
    return written
