"""The paper on performance of an office: beside a run's papers, or of a year on its own."""

from __future__ import annotations

from pathlib import Path

from povlib.report.performance.facts import PerformanceFacts
from povlib.report.performance.paper import performance_paper, row_tables
from povlib.report.writers.publication import publish
from povlib.runs.office.office_place import Place
from povlib.words import text


def write_office_paper(place: Place, facts: PerformanceFacts, lang: str) -> list[Path]:
    """Write the paper on a year's performance with its workbook into the office's folder of papers; return the files.

    Raises
    ------
    PrivacyError
        If it would show something personal.
    """
    issuer = place.printed_name(lang)
    paper = performance_paper(
        facts, issuer=issuer, date_line=str(facts.year), manifest={text("ledger", lang): facts.head}, draft=False,
        lapsed=False, synthetic=place.synthetic, lang=lang,
    )  # fmt: skip
    folder = place.office.papers / f"performance-{facts.year}"
    return publish(paper, folder, f"performance.{lang}", formats=("html", "pdf", "docx", "xlsx", "json"),
                   sheets=row_tables(facts, lang))  # fmt: skip
