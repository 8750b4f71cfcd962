"""Put a paper among the papers: made aside, looked through, then moved.

Responsible for the gate before ``papers/``: every format is written to a folder of its own, scanned
for anything personal, and only then takes its place. Not responsible for any format.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from povlib.errors import ReportError
from povlib.report.model.paper import Report, Table, numbers_json
from povlib.report.privacy import personal_data
from povlib.report.writers.excel import write_excel
from povlib.report.writers.html import write_html
from povlib.report.writers.typesetting import write_image, write_pdf
from povlib.report.writers.whole_files import write_whole_file
from povlib.report.writers.word import write_docx

FORMATS = ("html", "pdf", "docx", "xlsx", "png", "json")


def file_name(stem: str, kind: str) -> str:
    """Return the name of a paper's file in one of `FORMATS`; the JSON holds its numbers alone, and says so.

    Examples
    --------
    >>> file_name("meeting.en", "pdf"), file_name("meeting.en", "json")
    ('meeting.en.pdf', 'meeting.en.numbers.json')
    """
    return f"{stem}.numbers.json" if kind == "json" else f"{stem}.{kind}"


def publish(
    report: Report | None,
    folder: Path,
    stem: str,
    *,
    formats: Sequence[str] = ("html", "pdf", "docx", "xlsx", "json"),
    sheets: Sequence[Table] = (),
    more: Mapping[str, Callable[[Path], object]] | None = None,
    scanned: Iterable[str] = (),
    canaries: Iterable[str] = (),
    public: Iterable[str] = (),
) -> list[Path]:
    """Write a paper in several formats into `folder`, or nothing at all.

    Parameters
    ----------
    report : Report or None
        None: nothing is written but `more`.
    stem : str
        File name without its ending (`file_name`).
    formats : sequence of str
        Some of `FORMATS`.
    sheets : sequence of Table
        Further tables of the workbook.
    more : mapping of str to callable, optional
        Further files by name, each written by a function of its path (household sheets).
    scanned : iterable of str
        Those of `more` whose writer refuses every personal text before it sets it: read back only for canaries.
    canaries, public : iterable of str
        As in `privacy.find`.

    Raises
    ------
    PrivacyError
        If any file holds something personal; then no file is moved.
    ReportError
        If a format is not known or a file cannot be written.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise ReportError("no paper is written as {name}", allowed=", ".join(FORMATS), name=", ".join(unknown))
    writers = {} if report is None else _writers(report, sheets)
    canaries, public = tuple(canaries), tuple(public)
    with tempfile.TemporaryDirectory(prefix="povlib-papers-") as aside:
        for kind in formats if writers else ():
            writers[kind](Path(aside) / file_name(stem, kind))
        for name, write in sorted((more or {}).items()):
            write(Path(aside) / name)
        # The paper's own PDF was scanned before it was set, from the very texts the HTML holds too.
        own = set() if canaries else {file_name(stem, "pdf"), *scanned}
        personal_data.check_files(
            (p for p in sorted(Path(aside).iterdir()) if p.name not in own), canaries=canaries, public=public
        )
        return [write_whole_file(folder / made.name, made.read_bytes()) for made in sorted(Path(aside).iterdir())]


def _writers(report: Report, sheets: Sequence[Table]) -> dict[str, Callable[[Path], object]]:
    """Return what writes each format."""
    return {
        "html": lambda path: write_html(report, path),
        "pdf": lambda path: write_pdf(report, path),
        "docx": lambda path: write_docx(report, path),
        "xlsx": lambda path: write_excel(report, path, sheets=sheets),
        "png": lambda path: write_image(report, path),
        "json": lambda path: write_whole_file(path, numbers_json(report)),
    }
