"""Pages of A4 on A3: as many, with the same words, and the same bytes twice."""

from __future__ import annotations

import io

import pypdf
import pytest

from povlib.errors import ReportError
from povlib.report.model.numbers import say
from povlib.report.model.paper import PageBreak, Paragraph, Report, Section
from povlib.report.writers.payload import payload
from povlib.report.writers.typesetting import typeset
from povlib.report.writers.wall_pages import enlarged


def test_every_page_is_drawn_larger_with_its_words() -> None:
    line = Paragraph(say("Every household receives new help.", "en"))
    small = typeset(
        payload(Report("Plan", "en", sections=(Section("a", "Where", (line, PageBreak(), line)),))), "paper"
    )
    large = enlarged(small)
    before, after = (pypdf.PdfReader(io.BytesIO(pdf)).pages for pdf in (small, large))
    assert len(after) == len(before) == 2
    assert [page.extract_text().split() for page in after] == [page.extract_text().split() for page in before]
    assert float(after[1].mediabox[2]) == pytest.approx(float(before[1].mediabox[2]) * 2**0.5, rel=1e-3)
    assert enlarged(small) == large


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(ReportError):
        enlarged(b"no pages")
