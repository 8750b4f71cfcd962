"""The paper as one HTML file that works offline.

Responsible for filling the template: own style sheet, pictures inlined, everything escaped.
Not responsible for the words (they are in the report) nor for executed notebooks.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

from povlib.report import privacy
from povlib.report.files import write_whole
from povlib.report.model import Report
from povlib.report.payload import payload, texts

TEMPLATES = Path(__file__).parent / "templates"


def render_html(report: Report) -> str:
    """Return the paper as HTML.

    Examples
    --------
    >>> "<title>A &amp; B</title>" in render_html(Report("A & B", "en"))
    True
    """
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
    style = (TEMPLATES / "paper.css").read_text(encoding="utf-8")
    return templates.get_template("paper.html.j2").render(paper=payload(report), style=style)


def write_html(report: Report, path: str | os.PathLike[str]) -> Path:
    """Write the paper as HTML and return the path.

    Raises
    ------
    PrivacyError
        If its text holds something personal.
    ReportError
        If the file cannot be written.
    """
    privacy.check_texts(texts(payload(report)), where=Path(path).name)
    return write_whole(path, render_html(report))


def _data_uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
