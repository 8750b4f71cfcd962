"""The paper as PDF and as one long image: layout, marks, fonts, and characters that no font draws."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import pandas as pd
import pypdf
import pytest
from PIL import Image

from povlib.errors import ReportError
from povlib.report import (
    Paragraph,
    Prose,
    Report,
    Section,
    Subheading,
    Table,
    annex_paper,
    write_image,
    write_pdf,
)
from povlib.report.model.paper import FigureBlock, Pair
from povlib.report.model.table import Column


def _pdf_text(path: Path) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_pdf_page_is_marked_and_numbered(made: dict[str, Path]) -> None:
    pages = _pdf_text(made["pdf"])
    assert len(pages) > 8
    for number, text in enumerate(pages, start=1):
        assert "合成数据，并非真实乡镇" in _plain(text)
        assert "草案，尚未批准" in _plain(text)
        assert f"—{number}—" in _plain(text)


def test_the_pdf_is_in_official_layout_and_bundled_fonts_only(made: dict[str, Path]) -> None:
    reader = pypdf.PdfReader(made["pdf"])
    first = reader.pages[0]
    assert (round(first.mediabox.width), round(first.mediabox.height)) == (595, 842)
    fonts = {str(font.get_object()["/BaseFont"]) for p in reader.pages for font in p["/Resources"]["/Font"].values()}
    assert {f.split("+")[-1].removesuffix("-Identity-H") for f in fonts} == {
        "PovlibSansSC-Regular",
        "PovlibSansSC-Bold",
        "PovlibSerifSC-Regular",
        "PovlibSerifSC-Bold",
        "PovlibKaiSC-Regular",
    }
    assert reader.metadata is not None
    assert "/CreationDate" not in reader.metadata


def test_the_pdf_is_tagged_and_its_pictures_have_words(made: dict[str, Path], paper: Report) -> None:
    catalogue = pypdf.PdfReader(made["pdf"]).trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "zh-CN"
    kinds, words = Counter[str](), []
    waiting = [catalogue["/StructTreeRoot"]]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting += [one.get_object() for one in found]
        elif isinstance(found, dict):
            kinds[str(found.get("/S", ""))] += 1
            words += [str(found["/Alt"])] if found.get("/S") == "/Figure" else []
            waiting += [found["/K"].get_object()] if "/K" in found else []
    blocks = [
        side for s in paper.sections for b in s.blocks for side in ((b.left, b.right) if isinstance(b, Pair) else (b,))
    ]
    assert sorted(words) == sorted(block.alt for block in blocks if isinstance(block, FigureBlock))
    assert kinds["/Table"] >= sum(isinstance(block, Table) for block in blocks)
    assert kinds["/TH"] > kinds["/Table"]  # the heads of columns are said to be heads
    assert kinds["/H1"] >= sum(not section.brief for section in paper.sections)


def test_a_page_of_prose_has_22_lines_of_28_characters(tmp_path: Path) -> None:
    prose = Paragraph(Prose("甲" * 1500))
    report = Report("标题", "zh", sections=(Section("s", "现状", (prose,)),))
    pages = _pdf_text(write_pdf(report, tmp_path / "a.pdf"))
    lines = [line for line in pages[1].splitlines() if line.strip() and "—" not in line]
    assert len(lines) == 22
    assert {len(line.strip()) for line in lines} == {28}


def test_each_kind_of_line_is_set_in_its_own_face(tmp_path: Path) -> None:
    blocks = (Subheading("丁"), Paragraph(Prose("丙")))
    report = Report("甲", "zh", sections=(Section("s", "乙", blocks),))
    faces: dict[str, tuple[str, float]] = {}

    def note(words: str, _: object, matrix: list[float], font: dict[str, str], size: float) -> None:
        for letter in words.strip():
            faces[letter] = (font["/BaseFont"].split("+")[-1].removesuffix("-Identity-H"), round(size * abs(matrix[3])))

    pypdf.PdfReader(write_pdf(report, tmp_path / "a.pdf")).pages[0].extract_text(visitor_text=note)
    assert {letter: faces[letter] for letter in "甲乙丁丙"} == {
        "甲": ("PovlibSerifSC-Bold", 22),
        "乙": ("PovlibSansSC-Bold", 16),
        "丁": ("PovlibKaiSC-Regular", 16),
        "丙": ("PovlibSerifSC-Regular", 16),
    }


def test_a_letter_that_the_serif_lacks_is_drawn_by_the_sans(tmp_path: Path) -> None:
    report = Report("标题", "zh", sections=(Section("s", "现状", (Paragraph(Prose("甲喆乙")),)),))
    reader = pypdf.PdfReader(write_pdf(report, tmp_path / "a.pdf"))
    assert "甲喆乙" in _plain(reader.pages[0].extract_text())
    fonts = {str(font.get_object()["/BaseFont"]) for font in reader.pages[0]["/Resources"]["/Font"].values()}
    assert any("SansSC-Regular" in font for font in fonts)


def test_the_header_of_a_long_table_is_repeated(made_up: ModuleType, tmp_path: Path) -> None:
    full = write_pdf(annex_paper(made_up.facts(), "zh"), tmp_path / "annex.pdf")
    with_rows = [t for t in _pdf_text(full) if "点；次选" in _plain(t)]
    assert len(with_rows) > 3
    assert all("点数算式" in _plain(t) for t in with_rows)


def test_a_total_stands_on_the_page_of_the_last_rows_that_it_adds_up(tmp_path: Path) -> None:
    # of tables so many rows long one after the other some end with every number of lines left on a page
    blocks = tuple(
        Table(
            f"t{rows}", f"表{rows}",
            (Column("name", "名称"), Column("n", f"数{rows}", "count", total=True)),
            pd.DataFrame({"name": [f"{rows}-{at}行" for at in range(rows)], "n": 1}),
        )
        for rows in range(19, 43)
    )  # fmt: skip
    pages = [_plain(page) for page in _pdf_text(write_pdf(
        Report("标题", "zh", sections=(Section("s", "现状", blocks),)), tmp_path / "a.pdf"))]  # fmt: skip
    for table in blocks:
        rows = len(table.frame)
        last = [next(at for at, page in enumerate(pages) if f"{rows}-{row}行" in page) for row in (rows - 2, rows - 1)]
        assert re.search(rf"{rows}-{rows - 2}行1{rows}-{rows - 1}行1合计{rows}", pages[last[0]]), table.key
        assert last[0] == last[1]


def test_a_character_without_a_glyph_never_vanishes(tmp_path: Path) -> None:
    report = Report("T\U00020bb7", "zh", sections=(Section("s", "S", (Paragraph(Prose("甲\U00020bb7乙")),)),))
    text = _plain("".join(_pdf_text(write_pdf(report, tmp_path / "a.pdf"))))
    assert "甲[U+20BB7]乙" in text
    assert "以编码表示：U+20BB7" in text
    with pytest.raises(ReportError, match=r"U\+20BB7"):
        write_pdf(report, tmp_path / "b.pdf", missing="refuse")
    assert not (tmp_path / "b.pdf").exists()


def test_the_long_image_is_850_wide_and_names_no_household(
    made: dict[str, Path], paper: Report, tmp_path: Path
) -> None:
    with Image.open(made["png"]) as image:
        assert image.width == 850
        whole = image.height
    write_image(paper, tmp_path / "short.png", sections=["certainty"])
    with Image.open(tmp_path / "short.png") as image:
        assert image.height < whole / 2
