"""Bad workbooks at the command line: the cell named in words, the right exit code, nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from povlib import ledger, runs
from povlib.runs.office.office_place import open_book

Change = tuple[str, str, int, object]


def _batches(work: Path) -> int:
    if not (work / "sample" / "ledger.sqlite").exists():
        return 0
    with open_book(runs.find_office("sample")) as book:
        assert ledger.check(book).ok
        return int(book.head().batch)


def test_a_good_workbook_loads_once(cli: Any, small: Path, work: Path) -> None:
    said = cli("load", small)
    assert said.code == 0, said.both
    assert _batches(work) == 1
    again = cli("load", small)
    assert again.code == 0
    assert "loaded before" in again.out
    assert _batches(work) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("家庭成员", "证件号码", 0, 3.5e17), "D4"),
        (("家庭成员", "出生日期", 0, "2016-02-31"), "G4"),
        (("月度收支", "工资性收入", 2, "三百左右"), "C6"),
        (("户信息", "村", 0, "无此村"), "C4"),
    ],
    ids=["id as 3.5E+17", "impossible date", "text in a money cell", "unknown village"],
)
def test_a_wrong_cell_is_named_and_kept_out(
    cli: Any, tampered: Callable[..., Path], change: Change, words: str, work: Path
) -> None:
    said = cli("load", tampered(change))
    assert said.code == 1, said.both
    assert f"{change[0]}!{words}" in said.out
    receipts = list((work / "sample" / "receipts").rglob("*"))
    assert receipts


def test_a_missing_column_refuses_the_whole_file(cli: Any, tampered: Callable[..., Path], work: Path) -> None:
    said = cli("load", tampered(headers={("户信息", "户编号"): "其他"}))
    assert said.code == 1
    assert "户编号" in said.out
    assert _batches(work) == 0


def test_a_household_twice_is_said(cli: Any, tampered: Callable[..., Path], small: Path) -> None:
    book = openpyxl.load_workbook(small)
    first = book["户信息"]["A4"].value
    said = cli("load", tampered(("户信息", "户编号", 1, first)))
    assert said.code == 1
    assert str(first) in said.out or "A5" in said.out


def test_a_torn_workbook_is_refused(cli: Any, small: Path, tmp_path: Path, work: Path) -> None:
    torn = tmp_path / small.name
    torn.write_bytes(small.read_bytes()[: small.stat().st_size // 2])
    said = cli("load", torn)
    assert said.code == 1
    assert torn.name in said.out
    assert _batches(work) == 0


def test_a_file_that_is_not_there(cli: Any, work: Path) -> None:
    said = cli("load", "nowhere.xlsx")
    assert said.code in (1, 2)
    assert "nowhere.xlsx" in said.both
    assert _batches(work) == 0


def test_an_empty_inbox(cli: Any) -> None:
    cli("new", "desk")
    said = cli("load", "--office", "desk")
    assert said.code == 2
    assert "the inbox is empty" in said.err


def test_checking_loads_nothing(cli: Any, tampered: Callable[..., Path], work: Path) -> None:
    path = tampered(("月度收支", "工资性收入", 2, "三百左右"))
    villages = work / "sample" / "params" / "villages.yaml"
    runs.sample_office()
    said = cli("intake", "check", path, "--villages", villages)
    assert said.code == 1
    assert "C6" in said.out
    assert _batches(work) == 0
