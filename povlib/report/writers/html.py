"""The paper as one HTML file that works offline.

Responsible for filling the template: own style sheet, pictures inlined, everything escaped.
Not responsible for the words (they are in the report) nor for executed notebooks.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from povlib.report.model.paper import Report
from povlib.report.privacy import personal_data
from povlib.report.writers.payload import payload, shown_texts
from povlib.report.writers.whole_files import write_whole_file

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATES = Path(__file__).parent / "templates"


def render_html(report: Report) -> str:
    """Return the paper as the text of one HTML page; no file is written.

    Examples
    --------
    >>> "<title>A &amp; B</title>" in render_html(Report("A & B", "en"))
    True
    """
    style = (TEMPLATES / "paper.css").read_text(encoding="utf-8")
    return _loaded_template("paper.html.j2").render(paper=payload(report), style=style)


def render_part(part: Mapping[str, Any]) -> str:
    """Return one part of a paper as an HTML fragment for a notebook.

    Parameters
    ----------
    part : mapping
        ``lang``, ``marks``, ``style``, and ``section`` or ``headlines`` as `payload` makes them.
    """
    return _loaded_template("part.html.j2").render(part=part)


def render_template(name: str, part: Mapping[str, Any]) -> str:
    """Return a template of the folder, filled with one part; everything is escaped."""
    return _loaded_template(name).render(part=part)


@cache
def fragment_style() -> str:
    """Return the style sheet of a fragment: the paper's own, kept to the fragment."""
    rules = (TEMPLATES / "paper.css").read_text(encoding="utf-8").partition("@page")[0]
    kept = [line for line in rules.splitlines() if not line.startswith(("body", "main"))]
    own = (
        ".mark { color: var(--mark); font-weight: bold; } "
        # a lab sets every cell of a table to the right
        "th:not(.number), td:not(.number) { text-align: left !important; } "
        ".foot { color: var(--soft); font-size: .75rem; text-align: right; }"
    )
    return "@scope (.povlib) { " + "\n".join([*kept, own]).replace(":root", ":scope") + " }"


@cache
def _loaded_template(name: str) -> Template:
    """Return a template of the folder by file name, read once."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["data_uri"] = _data_uri
    return templates.get_template(name)


def write_html(report: Report, path: str | os.PathLike[str]) -> Path:
    """Write the paper as HTML and return the path; refuse one whose text holds something personal.

    Raises
    ------
    PrivacyError
        If its text holds something personal.
    ReportError
        If the file cannot be written.
    """
    personal_data.check_texts(shown_texts(payload(report)), where=Path(path).name)
    return write_whole_file(path, render_html(report))


def _data_uri(png: bytes) -> str:
    """Return a picture as an address that holds its bytes (base64)."""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
