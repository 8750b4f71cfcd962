"""Papers that say the same pass; a number that differs, wherever it was planted, is found."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from povlib.errors import ReportError
from povlib.report import Number, Paragraph, Report, Section, publish, say
from povlib.report.agreement import PaperAgreement, paper_agreement
from povlib.report.agreement.listed_numbers import ListedNumber, ListedPaper
from povlib.report.agreement.printed_numerals import lacking_numbers
from povlib.report.writers.typesetting import write_pdf

FORMATS = ("html", "pdf", "docx", "xlsx", "json")
PLANTED = "141.1"  # of the made-up paper, printed nowhere before


@pytest.fixture(scope="module")
def written(paper: Report, english: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    for report in (paper, english):
        publish(report, folder, f"meeting.{report.language}", formats=FORMATS)
        first = replace(report, sections=report.sections[:1])
        publish(first, folder, f"brief.{report.language}", formats=FORMATS)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "papers"))


def _read_alone(folder: Path, *names: str) -> Path:
    """Leave of the written files those of these names, besides the lists: the first test reads the others."""
    for path in folder.iterdir():
        if path.suffix != ".json" and path.name not in names:
            path.unlink()
    return folder


def _places(found: PaperAgreement) -> set[str]:
    return {fault.where for fault in found.faults}


def test_papers_of_one_report_agree_in_every_format_and_language(folder: Path) -> None:
    found = paper_agreement(folder)
    assert [fault.show("en") for fault in found.faults] == []
    assert (found.papers, found.files) == (4, 16)
    assert found.shared > 20
    assert found.numbers > 200


def _rewrite_list(folder: Path, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / f"{name}.numbers.json"
    listed = json.loads(path.read_text(encoding="utf-8"))
    change(listed["numbers"])
    path.write_text(json.dumps(listed), encoding="utf-8")


def test_one_key_with_another_value_in_another_paper_is_found(folder: Path) -> None:
    def change(numbers: dict[str, Any]) -> None:
        numbers["headline.additional"]["value"] += 1

    _rewrite_list(folder, "brief.en", change)
    found = paper_agreement(_read_alone(folder))
    assert any("172.26" in fault.show("en") and "headline.additional" in fault.show("en") for fault in found.faults)
    assert any("brief.en" in place for place in _places(found))


def test_a_column_that_differs_between_languages_is_found_whatever_its_rows_are_called(folder: Path) -> None:
    def change(numbers: dict[str, Any]) -> None:
        key = next(key for key in numbers if re.match(r"funds\[.*\]\.left_fen", key))
        # under a name that the other language has not
        numbers["funds[some other name].left_fen"] = {**numbers.pop(key), "value": 123_400}

    _rewrite_list(folder, "meeting.en", change)
    found = paper_agreement(_read_alone(folder))
    assert any("funds[...].left_fen" in fault.show("en") for fault in found.faults)


def test_a_sum_that_is_not_its_total_is_found(folder: Path) -> None:
    def change(numbers: dict[str, Any]) -> None:
        numbers["villages.total.money_fen"]["value"] += 100

    for lang in ("zh", "en"):  # both alike: only what was declared to be one figure tells
        _rewrite_list(folder, f"meeting.{lang}", change)
    said = [fault.show("en") for fault in paper_agreement(_read_alone(folder)).faults]
    assert any("headline.money" in words and "villages.total.money_fen" in words for words in said)


def _edit_text(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def _edit_word(path: Path, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    words = parts["word/document.xml"].decode()
    assert old in words
    parts["word/document.xml"] = words.replace(old, new, 1).encode()
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)


def _edit_workbook(path: Path, old: float, new: float) -> None:
    book = openpyxl.load_workbook(path)
    cell = next(
        cell
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, (int, float)) and cell.value == pytest.approx(old)
    )
    cell.value = new
    book.save(path)


def test_a_number_changed_in_a_page_is_found(folder: Path) -> None:
    _edit_text(folder / "meeting.zh.html", "209.9人", PLANTED + "人")
    (fault,) = paper_agreement(_read_alone(folder, "meeting.zh.html", "brief.zh.html")).faults
    assert fault.where == "meeting.zh.html"
    assert "209.9" in fault.show("en")


def test_a_number_changed_in_a_word_file_is_found(folder: Path) -> None:
    _edit_word(folder / "meeting.zh.docx", "209.9人", PLANTED + "人")
    assert _places(paper_agreement(_read_alone(folder, "meeting.zh.docx", "brief.zh.docx"))) == {"meeting.zh.docx"}


def test_a_number_changed_in_a_workbook_is_found(folder: Path) -> None:
    _edit_workbook(folder / "meeting.en.xlsx", 1492.1, 1492.2)
    assert _places(paper_agreement(_read_alone(folder, "meeting.en.xlsx", "brief.en.xlsx"))) == {"meeting.en.xlsx"}


def test_a_cell_that_differs_in_the_last_bit_of_a_double_is_the_same_number(tmp_path: Path) -> None:
    # what a cell keeps of 1508.7561249999999 is 1508.756125: rounded each alone they are 1508.75612 and 1508.75613
    path = tmp_path / "t.en.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = 1508.756125
    book.save(path)
    # 139,050 yuan are 13.905 times 10,000: as an office rounds they are shown as 13.91, as a machine as 13.90
    book.active["A2"] = 13.905
    book.save(path)
    wan = ListedNumber(13_905_000, "fen", "13.91", {"13.91": 1}, 1)
    assert list(lacking_numbers(ListedPaper("t", "en", {"money": wan}, (path,)), path)) == []
    listed = ListedNumber(1508.7561249999999, "", "1,508.8", {"1,508.8": 1}, 1)
    other = replace(listed, value=1508.7562)
    assert list(lacking_numbers(ListedPaper("t", "en", {"points": listed}, (path,)), path)) == []
    lacking = list(lacking_numbers(ListedPaper("t", "en", {"points": other}, (path,)), path))
    assert lacking == [("points", other, "1508.7562")]


def _exchange(words: str, one: str, two: str) -> str:
    """Exchange the first two of some words, which are then as often there as before."""
    assert one in words
    assert two in words
    return words.replace(one, "@@", 1).replace(two, one, 1).replace("@@", two, 1)


def _row_of(words: str, tag: str) -> tuple[str, list[str]]:
    """Return the first row of a table with two different numbers, and these."""
    for row in re.findall(rf"<{tag}[ >].*?</{tag}>", words, re.DOTALL):
        found = list(dict.fromkeys(re.findall(r">(\d[\d,.]*)<", row)))
        if len(found) > 1:
            return row, found
    raise AssertionError("no row has two numbers")


def test_two_headlines_that_changed_places_are_found(folder: Path) -> None:
    heads = json.loads((folder / "meeting.zh.numbers.json").read_text(encoding="utf-8"))["headlines"]
    one, two = heads[0][1], heads[1][1]
    path = folder / "meeting.zh.html"
    page = path.read_text(encoding="utf-8")
    first = page.index('class="headlines"')
    path.write_text(page[:first] + _exchange(page[first:], one, two), encoding="utf-8")
    word = folder / "meeting.zh.docx"
    with zipfile.ZipFile(word) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    words = parts["word/document.xml"].decode()
    first = words.index(heads[0][0])
    parts["word/document.xml"] = (words[:first] + _exchange(words[first:], one, two)).encode()
    with zipfile.ZipFile(word, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    found = paper_agreement(_read_alone(folder, "meeting.zh.html", "meeting.zh.docx", "brief.zh.html"))
    assert _places(found) == {"meeting.zh.html", "meeting.zh.docx"}
    assert all("changed places" in fault.show("en") for fault in found.faults)


def test_two_cells_of_a_row_that_changed_places_are_found(folder: Path) -> None:
    path = folder / "meeting.zh.html"
    page = path.read_text(encoding="utf-8")
    row, (one, two, *_) = _row_of(page, "tr")
    path.write_text(page.replace(row, _exchange(row, f">{one}<", f">{two}<"), 1), encoding="utf-8")
    assert _places(paper_agreement(_read_alone(folder, "meeting.zh.html", "brief.zh.html"))) == {"meeting.zh.html"}


def test_two_cells_of_a_workbook_that_changed_places_are_found(folder: Path) -> None:
    path = folder / "meeting.en.xlsx"
    book = openpyxl.load_workbook(path)
    cells = next(
        numeric
        for row in book.worksheets[1].iter_rows()
        if len(numeric := [cell for cell in row if isinstance(cell.value, (int, float))]) > 1
        and numeric[0].value != numeric[1].value
    )
    cells[0].value, cells[1].value = cells[1].value, cells[0].value
    book.save(path)
    assert _places(paper_agreement(_read_alone(folder, "meeting.en.xlsx", "brief.en.xlsx"))) == {"meeting.en.xlsx"}


def test_a_fault_names_the_run_whose_papers_were_read(folder: Path) -> None:
    _edit_text(folder / "meeting.zh.html", "209.9人", PLANTED + "人")
    (fault,) = paper_agreement(_read_alone(folder, "meeting.zh.html"), run_id="1ad64faad001").faults
    assert "report 1ad64faad001" in fault.show("en")


def test_a_pdf_of_another_state_of_the_plan_is_found(folder: Path, english: Report) -> None:
    heads = list(english.headlines)
    at = next(i for i, head in enumerate(heads) if head.value.key == "headline.additional")
    heads[at] = replace(heads[at], value=replace(heads[at].value, key="planted", value=141.1))
    write_pdf(replace(english, headlines=tuple(heads)), folder / "meeting.en.pdf")
    assert _places(paper_agreement(_read_alone(folder, "meeting.en.pdf", "brief.en.pdf"))) == {"meeting.en.pdf"}


def test_a_number_shown_in_two_ways_is_looked_for_in_both(tmp_path: Path) -> None:
    share, percent = Number("x", 0.751, "probability"), Number("x", 0.751, "share")
    prose = say("{a} is {b}", "en", a=share, b=percent)
    report = Report("T", "en", sections=(Section("s", "S", (Paragraph(prose),)),))
    publish(report, tmp_path, "t.en", formats=("html", "json"))
    assert paper_agreement(tmp_path).faults == []
    _edit_text(tmp_path / "t.en.html", "0.75", "0.76")
    assert _places(paper_agreement(tmp_path)) == {"t.en.html"}


def test_a_list_that_cannot_be_read_is_refused_by_name(folder: Path) -> None:
    (folder / "brief.zh.numbers.json").write_text("{", encoding="utf-8")
    with pytest.raises(ReportError, match=r"brief\.zh\.numbers\.json"):
        paper_agreement(folder)


def test_a_folder_without_lists_compares_nothing(tmp_path: Path) -> None:
    assert paper_agreement(tmp_path).papers == 0
