"""A panel's page as one HTML fragment, close enough to be read at a glance: what changed is marked.

Responsible for the fragment and its style. Not responsible for its words (`povlib.report.pages.panel_page`).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from povlib.report.model.numbers import MINUS
from povlib.report.model.paper import Paragraph, Report, Table
from povlib.report.privacy import personal_data
from povlib.report.writers.html import TEMPLATES, render_template
from povlib.report.writers.payload import headline_texts
from povlib.words import text


def render_panel(report: Report, state: str) -> str:
    """Return the fragment of a panel's page; `state` is "final", "searching" or "start".

    Raises
    ------
    PrivacyError
        If a text holds something personal.
    """
    lang = report.language
    heads = [headline_texts(head, lang) for head in report.headlines]
    for head, source in zip(heads, report.headlines, strict=True):
        head["change_sign"] = "1" if source.change is not None and _moved(source.change.show(lang)) else ""
    proof = next(block.prose.text for block in report.sections[0].blocks if isinstance(block, Paragraph))
    tables = [_table_texts(section.heading, section.blocks, lang) for section in report.sections[1:]]
    part = {
        "headlines": heads, "proof": proof, "tables": tables, "state": state, "run": report.manifest.get("run", ""),
        "marks": " · ".join(report.banners),
    }  # fmt: skip
    personal_data.check_texts(_shown(part), where=report.title)
    return render_template("panel.html.j2", part)


@cache
def panel_style() -> str:
    """Return the style sheet of a panel and of its controls."""
    return (TEMPLATES / "panel.css").read_text(encoding="utf-8")


def _moved(shown: str) -> bool:
    """Return whether a change as it is written is one: a sign before something other than zero."""
    return shown[:1] in {"+", MINUS} and any(digit in shown for digit in "123456789")


def _table_texts(title: str, blocks: tuple[Any, ...], lang: str) -> dict[str, Any]:
    made: dict[str, Any] = {"title": title, "lines": [], "columns": [], "rows": [], "total": [], "key": ""}
    for block in blocks:
        if isinstance(block, Paragraph):
            made["lines"].append(block.prose.text)
        if isinstance(block, Table):
            changes = [column.signed for column in block.columns]
            rows = [
                [{"text": cell, "moved": signed and _moved(cell)} for cell, signed in zip(row, changes, strict=True)]
                for row in block.cells(lang)
            ]
            made["key"] = block.key
            made["columns"] = [{"title": c.title, "numeric": c.numeric} for c in block.columns]
            made["rows"] = [{"cells": row, "moved": any(cell["moved"] for cell in row)} for row in rows]
            made["total"] = block.total_cells(lang) if block.has_total else []
    return made


def _shown(part: dict[str, Any]) -> list[str]:
    """Return every text of the fragment that a household's words could stand in."""
    texts = [part["proof"], *(head["value"] for head in part["headlines"])]
    for table in part["tables"]:
        texts += [table["title"], *table["lines"], *(cell["text"] for row in table["rows"] for cell in row["cells"])]
    return texts


def refusal_html(faults: list[str], lang: str) -> str:
    """Return the fragment that says why no plan can be made of these parameters."""
    title = text("No plan can be made of these parameters.", lang)
    return render_template("panel_refusal.html.j2", {"title": title, "faults": faults})
