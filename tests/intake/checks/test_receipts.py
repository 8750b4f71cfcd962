"""Receipts: what a village gets back opens in a spreadsheet, names its cells, and holds no number in full."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from defects.making import VILLAGES, form, id_number, row

from povlib import intake
from povlib.words import language_in_use, languages


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bad = [
        row(1),
        row(2, 身份证号=id_number(2)[:17]),
        row(3, 住房等级="危房", 备注="=cmd|' /C calc'!A0"),
        row(4, 人均纯收入="0.29万元"),
    ]
    (tmp_path / "村.xlsx").write_bytes(form(bad))
    verdict = intake.check([tmp_path / "村.xlsx"], villages=VILLAGES)[0]
    intake.write_receipt(verdict, tmp_path / "receipts")
    return tmp_path / "receipts"


def opened(folder: Path, part: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(next(folder.glob(f"*-{part}.xlsx")))


def test_refused_rows_come_back_with_their_reason(folder: Path) -> None:
    page = opened(folder, "refused").worksheets[0]
    lines = list(page.iter_rows(values_only=True))
    assert [line[0] for line in lines[1:]] == [3]
    assert "C3" in str(lines[1][1])
    assert lines[1][2] == "H002"


def test_what_comes_back_prints(folder: Path, cannot_print: Callable[[Path], list[str]]) -> None:
    books = sorted(folder.glob("*.xlsx"))
    assert len(books) == 2
    assert not [name for path in books for name in cannot_print(path)]


def test_the_marked_copy_colours_cells_and_says_why(folder: Path) -> None:
    book = opened(folder, "marked")
    page = book.worksheets[1]
    assert {cell.coordinate for line in page.iter_rows() for cell in line if cell.comment} == {"C3", "G5", "H4"}
    assert page["C3"].fill.start_color.rgb != page["G5"].fill.start_color.rgb


def test_nothing_in_a_receipt_is_a_formula_or_a_number_in_full(folder: Path) -> None:
    for path in folder.glob("*.xlsx"):
        for page in openpyxl.load_workbook(path):
            for cell in (cell for line in page.iter_rows() for cell in line):
                assert cell.data_type != "f"
                assert not any(id_number(n)[:15] in str(cell.value) for n in range(1, 5))
    for path in folder.glob("*.json"):
        assert not any(id_number(n)[:15] in path.read_text(encoding="utf-8") for n in range(1, 5))


@pytest.mark.parametrize("lang", languages())
def test_receipts_speak_both_languages(lang: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(form([row(1, 住房等级="危房")]))
    with language_in_use(lang):
        verdict = intake.check([tmp_path / "a.xlsx"], villages=VILLAGES)[0]
        said = json.loads(intake.write_receipt(verdict, tmp_path).read_text(encoding="utf-8"))
    assert ("did you mean" in said["flags"][0]["message"]) == (lang == "en")


def test_every_rule_is_said_in_chinese() -> None:
    from povlib.intake.rules import RULES

    for rule in RULES.values():
        if rule.message != "{got}":
            assert rule.show("zh") != rule.show("en"), rule.key


def test_spaces_of_every_width_come_back_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "村.xlsx").write_bytes(form([row(1, 备注="甲\u3000乙\u00a0丙", 住房等级="危房")]))
    intake.write_receipt(intake.check([tmp_path / "村.xlsx"], villages=VILLAGES)[0], tmp_path / "receipts")
    page = opened(tmp_path / "receipts", "marked").worksheets[1]
    assert page["I2"].value == "甲\u3000乙\u00a0丙"
