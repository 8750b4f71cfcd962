"""How sheets print: settings read back with openpyxl, and pages counted in what LibreOffice makes of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pypdf
import pytest
import xlsxwriter

from povlib import printed_sheets
from povlib.calendar import Month
from povlib.intake.outgoing.forms import write_forms, write_township_form

SOFFICE = shutil.which("soffice")
HEADS = ["户编号", "村", "新增资金（元）", "理由"]


def _written(path: Path, rows: int, heads: list[str]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("表")
        cells = [[f"{head}{row}" for head in heads] for row in range(rows)]
        widths = [
            printed_sheets.fitted_width(head, column)
            for head, column in zip(heads, zip(*cells, strict=True), strict=True)
        ]
        printed_sheets.set_widths(sheet, widths)
        sheet.write_string(0, 0, "题" * 200)  # runs over the last column: the page must not grow with it
        for line, words in enumerate([heads, *cells], start=1):
            for at, word in enumerate(words):
                sheet.write_string(line, at, word)
        printed_sheets.set_to_print(sheet, widths, head=1, last=rows + 1, keys=2, mark="草案")
    return path


def test_the_settings_are_those_of_an_office(tmp_path: Path, cannot_print: Callable[[Path], list[str]]) -> None:
    path = _written(tmp_path / "a.xlsx", 5, HEADS)
    assert cannot_print(path) == []
    (sheet,) = openpyxl.load_workbook(path).worksheets
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$2:$2", "$A:$B")
    assert sheet.print_area == "'表'!$A$1:$D$7"
    assert "草案" in str(sheet.HeaderFooter.oddHeader)
    assert (sheet.page_setup.paperSize, sheet.oddFooter.center.text) == (9, "— &P / &N —")


def test_a_sheet_that_a4_would_shrink_too_far_goes_on_a3(tmp_path: Path) -> None:
    (sheet,) = openpyxl.load_workbook(_written(tmp_path / "a.xlsx", 5, ["很长的表头" * 8] * 20)).worksheets
    assert sheet.page_setup.paperSize == 8


@pytest.mark.parametrize(
    ("head", "values", "least", "most"),
    [
        ("户编号", ["S01-0001"], 8, 11),
        ("exceptionally long", [], 13, 16),
        ("理由", ["字" * 90], 40, 40),
        ("x", [], 6, 6),
    ],
)
def test_a_width_fits_the_words(head: str, values: list[str], least: float, most: float) -> None:
    assert least <= printed_sheets.fitted_width(head, values) <= most


def test_a_sentence_stands_over_the_whole_width(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        printed_sheets.write_across(sheet, 0, "=字" * 40, book.add_format({"text_wrap": True}), [10.0, 10.0, 10.0])
    (sheet,) = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["A1:C1"]
    assert (sheet["A1"].data_type, sheet["A1"].value) == ("s", "=字" * 40)
    assert sheet.row_dimensions[1].height >= 4 * 13  # 120 characters in lines of 30


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("forms")
    return [*write_forms(None, Month(2016, 5), ["联胜"], folder), write_township_form(None, Month(2016, 5), folder)]


def test_every_form_that_goes_out_prints(forms: list[Path], cannot_print: Callable[[Path], list[str]]) -> None:
    for path in forms:
        assert cannot_print(path) == []


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, forms: list[Path]) -> dict[str, list[pypdf.PageObject]]:
    """Pages of a long sheet and of the forms as LibreOffice prints them."""
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed: nothing here can print a workbook")
    folder = tmp_path_factory.mktemp("printed")
    files = [_written(folder / "long.xlsx", 150, HEADS), *forms]
    own = f"-env:UserInstallation=file://{folder}/profile"  # a profile of its own: another office may be open
    call = [SOFFICE, own, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    subprocess.run(call, check=True, capture_output=True, timeout=120)
    return {path.stem: list(pypdf.PdfReader(folder / f"{path.stem}.pdf").pages) for path in files}


@pytest.mark.thorough
def test_a_long_sheet_is_one_page_wide_with_its_head_on_every_page(pages: dict[str, list[pypdf.PageObject]]) -> None:
    printed = [page.extract_text() for page in pages["long"]]
    assert 3 <= len(printed) <= 6  # 152 rows, some 35 on a page across; two pages wide would double them
    for number, words in enumerate(printed, start=1):
        assert all(head in words for head in HEADS)
        assert f"— {number} / {len(printed)} —" in words
    assert sum(len(re.findall(r"理由\d", words)) for words in printed) == 150


@pytest.mark.thorough
def test_forms_print_across_and_one_page_wide(pages: dict[str, list[pypdf.PageObject]], forms: list[Path]) -> None:
    for path in forms:
        book = openpyxl.load_workbook(path)
        shown = [sheet for sheet in book if sheet.sheet_state == "visible"]
        assert all(page.mediabox.width > page.mediabox.height for page in pages[path.stem])
        # 60 empty lines and a head: one or two pages a sheet, never more
        assert len(shown) <= len(pages[path.stem]) <= 2 * len(shown)


def test_a_row_is_as_high_as_its_longest_cell(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        printed_sheets.set_height(sheet, 0, ["新增资金（元）", "two words"], [8.0, 20.0])
        printed_sheets.set_height(sheet, 1, ["户", "one"], [8.0, 20.0])
    (sheet,) = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets
    assert sheet.row_dimensions[1].height == pytest.approx(29, abs=1)  # two lines of 10.5 point
    assert sheet.row_dimensions[2].height is None
