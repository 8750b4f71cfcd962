"""What every writer keeps to: the same bytes again, the same words, nothing personal, nothing lost."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pypdf
import pytest
from openpyxl import load_workbook

from povlib.errors import PrivacyError
from povlib.places import ROOT
from povlib.report import (
    Column,
    Paragraph,
    Prose,
    Report,
    Section,
    Table,
    write_docx,
    write_excel,
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


def _docx_texts(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as package:
        tree = ElementTree.fromstring(package.read("word/document.xml"))
    return [t.text or "" for t in tree.iter(f"{W}t")]


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
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": str(ROOT)},
        )
    for name in ("p.pdf", "p.docx", "p.xlsx"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name


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


@pytest.mark.parametrize("kind", WRITERS)
def test_nothing_personal_is_written(tmp_path: Path, kind: str) -> None:
    frame = pd.DataFrame({"a": ["tel 13812345678"]})
    report = Report("T", "en", sections=(Section("s", "S", (Table("t", "T", (Column("a", "A"),), frame),)),))
    with pytest.raises(PrivacyError):
        WRITERS[kind](report, tmp_path / f"a.{kind}")
    assert list(tmp_path.iterdir()) == []


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
