"""What the ledger holds, told on the terminal in one language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl


def _first(small: Path) -> str:
    book = openpyxl.load_workbook(small)
    found = str(book["户信息"]["A4"].value)
    book.close()
    return found


def test_a_history_is_told_in_one_language(cli: Any, loaded: Path, small: Path) -> None:
    hh = _first(small)
    chinese = cli("history", hh, lang="zh")
    assert chinese.code == 0
    header, *rows = chinese.out.splitlines()
    assert not re.search("[A-Za-z]", header)
    assert len(rows) > 20
    items = {row.split()[1] for row in rows}
    assert {item for item in items if re.fullmatch("[a-z_ ]+", item)} == set()
    english = cli("history", hh, lang="en").out.splitlines()
    assert not re.search("[一-鿿]", english[0])
    assert len(english) == len(rows) + 1


def test_money_in_a_history_is_in_yuan_and_months_are_months(cli: Any, loaded: Path, small: Path) -> None:
    said = cli("history", _first(small), lang="zh").out
    assert re.search(r"^ *2016-0\d +工资性\S* .*元", said, re.MULTILINE)


def test_an_unknown_household_is_said(cli: Any, loaded: Path) -> None:
    said = cli("history", "X99-9999")
    assert said.code == 2
    assert "nothing is recorded about household X99-9999" in said.err


def test_a_sound_ledger_and_its_head(cli: Any, loaded: Path) -> None:
    head = cli("ledger", "head")
    assert re.fullmatch(r"1:[0-9a-f]+\n", head.out)
    said = cli("ledger", "check")
    assert said.code == 0
    assert head.out.strip() in said.out


def test_no_promises_yet(cli: Any, loaded: Path) -> None:
    assert "no promises" in cli("promises").out
    assert "Nothing was promised" in cli("close", "2016-04").out


def test_a_month_nobody_reported_cannot_be_closed(cli: Any, loaded: Path) -> None:
    said = cli("close", "2016-12")
    assert said.code == 2
    assert "nothing was reported for 2016-12 yet" in said.err
