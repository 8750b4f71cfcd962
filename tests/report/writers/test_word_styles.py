"""The styles, grid and order of elements of the Word file, held against the standard's measures and the schema."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from docx import Document
from lxml import etree

from povlib.report.writers.word_styles import Faces, insert_in_order, new_element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# The order of elements in ECMA-376 part 1 (17.3.1.26, 17.3.2.28, 17.4.60, 17.4.70, 17.6.17): Word offers to repair
# a file that has another. Written down from the standard, not from the code.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
}


def out_of_order(xml: bytes) -> list[str]:
    """Return every pair of neighbours that the schema wants the other way round."""
    found = []
    for element in etree.fromstring(xml).iter(*(W + name for name in ORDER)):
        places = ORDER[element.tag.removeprefix(W)].split()
        names = [child.tag.removeprefix(W) for child in element if child.tag.startswith(W)]
        assert set(names) <= set(places), set(names) - set(places)
        found += [f"{a} before {b}" for a, b in pairwise(names) if places.index(a) > places.index(b)]
    return sorted(set(found))


def test_every_element_stands_where_the_schema_wants_it(made: dict[str, Path]) -> None:
    with zipfile.ZipFile(made["docx"]) as package:
        parts = [n for n in package.namelist() if n.startswith("word/") and n.endswith(".xml") and "theme" not in n]
        wrong = {name: out_of_order(package.read(name)) for name in parts}
    assert "word/document.xml" in wrong
    assert not {name: pairs for name, pairs in wrong.items() if pairs}


def test_a_page_has_22_lines_of_28_characters(made: dict[str, Path]) -> None:
    document = Document(str(made["docx"]))
    grid = document.sections[0]._sectPr.find(f"{W}docGrid")
    line_pt, closer_pt = int(grid.get(f"{W}linePitch")) / 20, int(grid.get(f"{W}charSpace")) / 4096
    high_pt, wide_pt = (297 - 37 - 35) * 72 / 25.4, (210 - 28 - 26) * 72 / 25.4
    assert int(high_pt / line_pt) == 22
    assert int(wide_pt / (16 + closer_pt) + 1e-3) == 28
    for name in ("Body Text", "Heading 1", "Heading 2"):
        form = document.styles[name].paragraph_format
        assert (form.line_spacing.pt, form.space_before.pt, form.space_after.pt) == (28.95, 0, 0)
        assert document.styles[name].element.pPr.find(f"{W}snapToGrid") is None
    assert document.styles["Cell"].element.pPr.find(f"{W}snapToGrid").get(f"{W}val") == "0"


def test_headings_take_the_faces_of_their_level(made: dict[str, Path]) -> None:
    styles = Document(str(made["docx"])).styles
    faces = {name: styles[name].element.rPr.rFonts.get(f"{W}eastAsia") for name in ("Heading 1", "Heading 2")}
    assert faces == {"Heading 1": "黑体", "Heading 2": "楷体_GB2312"}
    assert {styles[name].font.size.pt for name in faces} == {16.0}


@pytest.mark.parametrize(("lang", "size"), [("zh", 16), ("en", 12)])
def test_sizes_follow_the_language(lang: str, size: int) -> None:
    assert Faces(lang).size(16, 12) == size


def test_an_element_goes_before_the_first_that_follows_it() -> None:
    parent = new_element("w:pPr")
    order = ("w:pBdr", "w:snapToGrid", "w:spacing")
    for tag in ("w:spacing", "w:pBdr", "w:snapToGrid"):
        insert_in_order(parent, new_element(tag), order)
    assert [child.tag.removeprefix(W) for child in parent] == ["pBdr", "snapToGrid", "spacing"]
