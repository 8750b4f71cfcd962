"""The paper as a page: offline, escaped, marked when printed; a page that cannot be written leaves the old one."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from povlib.errors import ReportError
from povlib.report import (
    Column,
    Number,
    Prose,
    Report,
    Section,
    Table,
    render_html,
    write_html,
)


def test_html_works_offline_and_escapes() -> None:
    table = Table("t", "<T>", (Column("a", "A&B"),), pd.DataFrame({"a": ["<script>alert(1)</script>"]}))
    page = render_html(Report("<b>", "en", sections=(Section("s", "S", (table,)),)))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(?:https?:)?//\w", page)


def test_html_carries_pictures_and_their_words(paper: Report, made: dict[str, Path]) -> None:
    page = made["html"].read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 5
    assert 'alt="条形图，每村一条' in page
    assert "草案，尚未批准" in page


def test_the_mark_of_the_page_repeats_when_printed() -> None:
    """A header group that may not break is repeated by browsers on every printed page."""
    page = render_html(Report("T", "en", synthetic=True))
    printed = page[page.index("@media print") :]
    assert "display: table-header-group; break-inside: avoid" in printed
    assert '<div class="marks"' in page


def test_a_paper_that_cannot_be_written_says_so_and_keeps_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ReportError) as refused:
        write_html(Report("T", "en"), tmp_path / "file" / "a.html")
    assert "a.html" in refused.value.show("en")
    target = write_html(Report("Old", "en"), tmp_path / "a.html")
    before = target.read_bytes()
    with pytest.raises(ReportError):
        write_html(Report("T", "en", notes=(Prose("", (Number("k", 1), Number("k", 2))),)), target)
    assert target.read_bytes() == before
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["a.html", "file"]
