"""A column of the office's own form that is gone: the file is refused, whatever the column holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from povlib import intake, ledger
from povlib.places import DATA

VILLAGES = DATA / "sample" / "params" / "villages.yaml"
WORKBOOK = next((DATA / "sample" / "workbooks").glob("12_*.xlsx"))


def _without(folder: Path, sheet: str, header: str) -> Path:
    path = Path(shutil.copy(WORKBOOK, folder / "altered.xlsx"))
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    at = next(cell.column for cell in page[3] if str(cell.value).startswith(header))
    page.delete_cols(at)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("sheet", "header"),
    [("月度收支", "工资性收入"), ("月度收支", "住房安全"), ("户信息", "预脱贫路线"), ("家庭成员", "劳动技能")],
)
def test_a_missing_column_refuses_the_file_and_names_it(tmp_path: Path, sheet: str, header: str) -> None:
    (verdict,) = intake.check([_without(tmp_path, sheet, header)], villages=VILLAGES)
    assert (verdict.verdict, verdict.loaded) == ("reject_file", 0)
    assert any(flag.sheet == sheet and header in flag.message("zh") for flag in verdict.flags)


def test_a_corrected_file_that_lost_its_wages_takes_nothing_back(tmp_path: Path) -> None:
    with ledger.open(tmp_path / "ledger.sqlite", create=True, seed=1) as book:
        intake.load(book, [WORKBOOK], ledger.BatchInfo(officer="desk"), villages=VILLAGES)
        before = ledger.read_state(book)
        intake.load(book, [_without(tmp_path, "月度收支", "工资性收入")], villages=VILLAGES)
        assert ledger.read_state(book).digest == before.digest


def test_a_missing_remark_is_only_noted(tmp_path: Path) -> None:
    (verdict,) = intake.check([_without(tmp_path, "户信息", "备注")], villages=VILLAGES)
    assert verdict.verdict in ("accept", "accept_with_notes")
