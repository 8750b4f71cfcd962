from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pandas as pd
import pypdf
import pytest
from docx import Document
from openpyxl import load_workbook
from PIL import Image

from povlib.calendar import Month
from povlib.errors import PrivacyError, ReportError
from povlib.report import (
    Column,
    Help,
    HouseholdSheet,
    Number,
    Paragraph,
    Prose,
    Report,
    Section,
    SheetHead,
    Table,
    annex_paper,
    publish,
    render_html,
    write_docx,
    write_excel,
    write_household_sheets,
    write_html,
    write_image,
    write_pdf,
)

WRITERS: dict[str, Callable[[Report, Path], Path]] = {
    "html": write_html,
    "pdf": write_pdf,
    "docx": write_docx,
    "xlsx": write_excel,
    "png": write_image,
}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def _pdf_text(path: Path) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def made(paper: Report, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("papers")
    return {kind: write(paper, folder / f"paper.{kind}") for kind, write in WRITERS.items()}


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_paper_has_the_same_bytes(paper: Report, made: dict[str, Path], tmp_path: Path, kind: str) -> None:
    again = WRITERS[kind](paper, tmp_path / f"another-name.{kind}")
    assert again.read_bytes() == made[kind].read_bytes()


def test_another_process_and_hash_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from povlib.report import *\n"
        "n = Number('k', 12.5, 'persons', 'person', 'd')\n"
        "r = Report('T', 'en', notes=(Prose('12.5 persons', (n,)),), synthetic=True, manifest={'a': '1'})\n"
        "for w, k in ((write_pdf, 'pdf'), (write_docx, 'docx'), (write_excel, 'xlsx')):\n"
        "    w(r, Path(sys.argv[1]) / f'p.{k}')"
    )
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)],
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    for name in ("p.pdf", "p.docx", "p.xlsx"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


def test_html_works_offline_and_escapes() -> None:
    table = Table("t", "<T>", (Column("a", "A&B"),), pd.DataFrame({"a": ["<script>alert(1)</script>"]}))
    page = render_html(Report("<b>", "en", sections=(Section("s", "S", (table,)),)))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(?:https?:)?//\w", page)


def test_html_carries_pictures_and_their_words(paper: Report, made: dict[str, Path]) -> None:
    page = made["html"].read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 4
    assert 'alt="条形图，每村一条' in page
    assert "草案，尚未批准" in page


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
    assert {f.split("+")[-1] for f in fonts} <= {"PovlibSansSC-Regular", "PovlibSansSC-Bold"} | {
        f"PovlibSansSC-{style}-Identity-H" for style in ("Regular", "Bold")
    }
    assert reader.metadata is not None
    assert "/CreationDate" not in reader.metadata


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_header_of_a_long_table_is_repeated(
    made: dict[str, Path], made_up: ModuleType, tmp_path: Path, kind: str
) -> None:
    if kind == "pdf":
        full = write_pdf(annex_paper(made_up.facts(), "zh"), tmp_path / "annex.pdf")
        with_rows = [t for t in _pdf_text(full) if "点；次选" in _plain(t)]
        assert len(with_rows) > 3
        assert all("点数算式" in _plain(t) for t in with_rows)
    else:
        table = Document(str(made["docx"])).tables[-2]
        assert table.rows[0]._tr.trPr.find(f"{W}tblHeader") is not None


def test_every_printed_number_reads_the_same_in_every_format(paper: Report, made: dict[str, Path]) -> None:
    body = {
        "html": _plain(re.sub(r"<[^>]+>", "", made["html"].read_text(encoding="utf-8"))),
        "pdf": _plain("".join(_pdf_text(made["pdf"]))),
        "docx": _plain("".join(_docx_texts(made["docx"]))),
    }
    for key in ("headline.additional", "headline.expected", "headline.money", "proof.gap", "standing.households"):
        number = next(n for n in paper.numbers if n.key == key)
        for kind, text in body.items():
            assert _plain(number.show("zh")) in text, (key, kind)


def _docx_texts(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as package:
        tree = ElementTree.fromstring(package.read("word/document.xml"))
    return [t.text or "" for t in tree.iter(f"{W}t")]


def test_a_character_without_a_glyph_never_vanishes(tmp_path: Path) -> None:
    report = Report("T\U00020bb7", "zh", sections=(Section("s", "S", (Paragraph(Prose("甲\U00020bb7乙")),)),))
    text = _plain("".join(_pdf_text(write_pdf(report, tmp_path / "a.pdf"))))
    assert "甲[U+20BB7]乙" in text
    assert "以编码表示：U+20BB7" in text
    with pytest.raises(ReportError, match=r"U\+20BB7"):
        write_pdf(report, tmp_path / "b.pdf", missing="refuse")
    assert not (tmp_path / "b.pdf").exists()


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


def test_word_marks_every_page_and_turns_the_annex(made: dict[str, Path]) -> None:
    document = Document(str(made["docx"]))
    for header in (document.sections[0].header, document.sections[0].even_page_header):
        assert "合成数据" in header.paragraphs[0].text
    assert all(s.header.is_linked_to_previous for s in list(document.sections)[1:])
    widths = [round(s.page_width.mm) for s in document.sections]
    assert widths == [210, 297, 210]
    assert "PAGE" in "".join(document.sections[0].footer._element.itertext())
    pictures = [p for p in document.inline_shapes]
    assert all(p._inline.docPr.get("descr") for p in pictures)


def test_excel_holds_exact_numbers_and_no_formula(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "name": ["=1+1", "@cmd", "http://a.b", "0012"],
            "fen": [123, 10**15 + 1, -5, 0],
            "share": [0.5, None, 0.25, 0.0],
            "month": pd.array([24196, pd.NA, 24203, 24203], dtype="Int64"),
        }
    )
    columns = (
        Column("name", "Name"),
        Column("fen", "Money", "yuan", total=True),
        Column("share", "Share", "share"),
        Column("month", "Month", "month"),
    )
    report = Report("T", "en", sections=(Section("s", "S", (Table("t", "Ta/ble", columns, frame),)),), synthetic=True)
    book = load_workbook(write_excel(report, tmp_path / "a.xlsx"))
    sheet = book["Ta ble"]
    rows = list(sheet.iter_rows(min_row=4, max_row=8))
    assert [r[0].value for r in rows] == ["=1+1", "@cmd", "http://a.b", "0012", "Total"]
    assert [r[0].data_type for r in rows] == ["s"] * 5
    assert [r[1].value for r in rows] == [1.23, (10**15 + 1) / 100, -0.05, 0, (10**15 + 1 + 118) / 100]
    assert [r[3].value for r in rows][:3] == ["2016-05", None, "2016-12"]
    assert sheet.freeze_panes == "B4"
    assert sheet.auto_filter.ref == "A3:D7"
    assert not any(cell.hyperlink for row in rows for cell in row)
    assert "SYNTHETIC" in sheet["A2"].value
    assert rows[0][2].number_format == "0.0%"


def test_the_long_image_is_850_wide_and_names_no_household(
    made: dict[str, Path], paper: Report, tmp_path: Path
) -> None:
    with Image.open(made["png"]) as image:
        assert image.width == 850
        whole = image.height
    write_image(paper, tmp_path / "short.png", sections=["certainty"])
    with Image.open(tmp_path / "short.png") as image:
        assert image.height < whole / 2


@pytest.mark.parametrize("kind", WRITERS)
def test_nothing_personal_is_written(tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame({"a": ["tel 13812345678"]})
    report = Report("T", "en", sections=(Section("s", "S", (Table("t", "T", (Column("a", "A"),), frame),)),))
    with pytest.raises(PrivacyError):
        WRITERS[kind](report, tmp_path / f"a.{kind}")
    assert list(tmp_path.iterdir()) == []


def test_publish_writes_all_or_nothing(paper: Report, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    with pytest.raises(PrivacyError):
        publish(paper, folder, "paper", formats=("html",), more={"x.txt": lambda p: p.write_text("13812345678")})
    assert not folder.exists()
    with pytest.raises(ReportError):
        publish(paper, folder, "paper", formats=("html", "doc"))
    short = replace(paper, sections=paper.sections[:2])
    made = publish(short, folder, "paper", formats=("html", "json", "xlsx"))
    assert [p.name for p in made] == ["paper.html", "paper.numbers.json", "paper.xlsx"]


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


def test_a_table_with_nothing_in_it_says_so(tmp_path: Path) -> None:
    table = Table("t", "T", (Column("a", "A"), Column("n", "N", "count")), pd.DataFrame({"a": [], "n": []}))
    report = Report("T", "zh", sections=(Section("s", "S", (table,)),))
    for kind, write in WRITERS.items():
        write(report, tmp_path / f"a.{kind}")
    assert "无" in _plain("".join(_pdf_text(tmp_path / "a.pdf")))
    assert load_workbook(io.BytesIO((tmp_path / "a.xlsx").read_bytes())).sheetnames[1] == "T"


def test_control_characters_are_shown_not_fatal(tmp_path: Path) -> None:
    table = Table("t", "T", (Column("a", "A"),), pd.DataFrame({"a": ["x\x0by", "<&>\"'"]}))
    report = Report("T", "en", sections=(Section("s", "S", (table, Paragraph(Prose("p\x01q")))),))
    for kind, write in WRITERS.items():
        write(report, tmp_path / f"a.{kind}")
    assert {"x[U+000B]y", "p[U+0001]q", "<&>\"'"} <= set(_docx_texts(tmp_path / "a.docx"))
    assert "x[U+000B]y" in "".join(_pdf_text(tmp_path / "a.pdf"))


def test_the_mark_of_the_page_repeats_when_printed() -> None:
    """A header group that may not break is repeated by browsers on every printed page."""
    page = render_html(Report("T", "en", synthetic=True))
    printed = page[page.index("@media print") :]
    assert "display: table-header-group; break-inside: avoid" in printed
    assert '<div class="marks"' in page


def test_what_scans_itself_is_not_read_back_but_stops_all_the_same(paper: Report, tmp_path: Path) -> None:
    head = SheetHead("乐北镇", Month(2016, 5))
    short = replace(paper, sections=paper.sections[:2])

    def published(contact: str) -> list[Path]:
        sheets = [HouseholdSheet("1", "乐北", (Help("务工", contact=contact),))]
        more = {"families.pdf": lambda path: write_household_sheets(sheets, head, path, lang="zh")}
        return publish(short, tmp_path / "papers", "paper", formats=("html",), more=more, scanned=more)

    with pytest.raises(PrivacyError):
        published("13812345678")
    assert not (tmp_path / "papers").exists()
    assert [path.name for path in published("乐北村")] == ["families.pdf", "paper.html"]
