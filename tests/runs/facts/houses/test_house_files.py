"""The file of each house: its bill to the fen, the newest photo of a phase, one page a house in PDF and Word."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from povlib import params
from povlib.errors import LedgerError, PrivacyError
from povlib.places import DATA
from povlib.report.writers.house_files import MOST_PAGES, FileHead, HouseFile, write_house_files
from povlib.runs.facts.houses.house_files import house_files

HEAD = FileHead("长乐乡", "2016年4月", synthetic=True)


@pytest.fixture(scope="module")
def files(township: SimpleNamespace) -> list[HouseFile]:
    return house_files(township, params.load(DATA / "sample" / "params"), "zh")  # type: ignore[arg-type]


def test_every_project_has_one_page_and_its_bill_adds_up(township: SimpleNamespace, files: list[HouseFile]) -> None:
    assert sorted(f.project for f in files) == sorted(township.projects["project"])
    for page in files:
        for column in (4, 5, 7):
            cells = [row[column].replace(",", "") for row in page.bill if row[column] != "—"]
            told = page.total[column].replace(",", "")
            assert told == (f"{sum(map(float, cells)):.2f}" if cells else "—"), page.project


def test_the_newest_photo_of_a_phase_stands_first(township: SimpleNamespace, files: list[HouseFile]) -> None:
    page = next(f for f in files if f.project == township.projects["project"].iloc[0])
    assert [(p.phase, p.digest[0]) for p in page.photos] == [("after", "c"), ("before", "b"), ("before", "a")]


def test_credits_and_findings_stand_on_the_page(township: SimpleNamespace, files: list[HouseFile]) -> None:
    owing = set(township.material_credits["hh"])
    assert {f.hh for f in files if any("干部" in value for _, value in f.account)} == owing
    visited = set(township.inspection_findings["hh"])
    assert {f.hh for f in files if f.findings} == visited


def small_copy(digest: str) -> bytes:
    if digest.startswith("b"):
        raise LedgerError("not there")
    made = io.BytesIO()
    Image.new("RGB", (32, 24), "white").save(made, "JPEG")
    return made.getvalue()


def test_pdf_and_word_have_a_page_a_house(files: list[HouseFile], tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    chosen = [f for f in files if f.photos] + files[:4]
    pdf, word = write_house_files(chosen, HEAD, tmp_path, "houses", small_copy, lang="zh")
    pages = [page.extract_text() for page in pypdf.PdfReader(pdf).pages]
    assert len(pages) == len(chosen)
    assert all(house.hh in page for house, page in zip(chosen, pages, strict=True))
    with zipfile.ZipFile(word) as archive:
        document = archive.read("word/document.xml").decode()
    assert document.count("w:pageBreakBefore") == len(chosen) - 1
    # a photo that is not there is said, in both
    assert "不在文件夹中" in document
    assert "不在文件夹中" in "".join(pages)


def test_the_same_files_are_the_same_bytes(files: list[HouseFile], tmp_path: Path) -> None:
    first, second = (
        [path.read_bytes() for path in write_house_files(files[:3], HEAD, tmp_path / name, "h", small_copy, lang="en")]
        for name in ("a", "b")
    )
    assert first == second


def test_many_houses_go_into_several_files(files: list[HouseFile], tmp_path: Path) -> None:
    many = [files[0]] * (MOST_PAGES + 1)
    written = write_house_files(many, HEAD, tmp_path, "h", small_copy, formats=("pdf",), lang="zh")
    assert [path.name for path in written] == ["h.1.pdf", "h.2.pdf"]


def test_an_identity_number_never_reaches_a_file(tmp_path: Path) -> None:
    house = HouseFile("S01-1", "联胜", "S01-1-Z1", account=(("备注", "11010519491231002X"),))
    with pytest.raises(PrivacyError):
        write_house_files([house], HEAD, tmp_path, "h", small_copy, lang="zh")
    assert list(tmp_path.iterdir()) == []
