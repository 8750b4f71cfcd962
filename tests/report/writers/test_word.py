"""The paper as a Word file: faces with fallbacks, marks, the annex across."""

from __future__ import annotations

import zipfile
from pathlib import Path

from docx import Document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def test_word_names_official_fonts_with_fallbacks(made: dict[str, Path]) -> None:
    with zipfile.ZipFile(made["docx"]) as package:
        styles = package.read("word/styles.xml").decode()
        table = package.read("word/fontTable.xml").decode()
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    document = Document(str(made["docx"]))
    for style, face in {"Title": "方正小标宋简体", "Heading 1": "黑体", "Body Text": "仿宋_GB2312"}.items():
        fonts = document.styles[style].element.rPr.rFonts
        assert fonts.get(f"{W}eastAsia") == face
        assert not [name for name in fonts.attrib if "Theme" in name]
    assert 'w:altName w:val="仿宋,FangSong' in table
    assert "zh-CN" in styles
    section = document.sections[0]
    assert [
        round(m.mm) for m in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    ] == [
        37,
        35,
        28,
        26,
    ]


def test_word_marks_every_page_and_turns_none(made: dict[str, Path]) -> None:
    document = Document(str(made["docx"]))
    for header in (document.sections[0].header, document.sections[0].even_page_header):
        assert "合成数据" in header.paragraphs[0].text
    assert [round(s.page_width.mm) for s in document.sections] == [210]  # a turned page leaves the one before it empty
    widest = max(sum(int(c.width.mm) for c in table.columns) for table in document.tables if table.columns)
    assert 156 < widest <= 156 + 2 * 14  # a wide table enters both margins
    assert "PAGE" in "".join(document.sections[0].footer._element.itertext())
    pictures = [p for p in document.inline_shapes]
    assert all(p._inline.docPr.get("descr") for p in pictures)


def test_the_header_of_a_long_table_is_repeated(made: dict[str, Path]) -> None:
    table = Document(str(made["docx"])).tables[-2]
    assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None
