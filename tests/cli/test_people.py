"""People at the command line: duplicates decided, names logged, erasure, posting, statistics."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from povlib import ledger, runs
from povlib.calendar import Month
from povlib.runs.office.office_place import open_book


def _state() -> ledger.State:
    with open_book(runs.find_office("sample")) as book:
        return ledger.read_state(book)


def test_names_are_shown_only_after_who_and_why(cli: Any, loaded: Path) -> None:
    hh = _state().households["hh"].iloc[0]
    assert cli("unmask", hh).code == 2
    assert cli("unmask", "X-404", "--officer", "W", "--reason", "visit").code == 2
    said = cli("unmask", hh, "--officer", "W", "--reason", "visit")
    assert said.code == 0
    assert re.search("[样拟仿]", said.out)
    assert not re.search(r"\d{17}[\dX]", said.out), "the name and nothing else"
    with open_book(runs.find_office("sample")) as book:
        people = book.store.rows("select person, purpose from access")
        assert {why for _, why in people} == {"visit"}
        assert {p for p, _ in people} == set(_state().members.query("hh == @hh")["person"])


@pytest.mark.thorough
def test_one_number_in_two_households_is_queued_and_decided(cli: Any, loaded: Path, tampered: Any, small: Path) -> None:
    book = openpyxl.load_workbook(small)
    page = book["家庭成员"]
    at = next(c.column for c in page[3] if c.value == "证件号码")
    hh = [page.cell(r, 1).value for r in range(4, 30)]
    other = next(n for n, key in enumerate(hh) if key != hh[0])
    number = page.cell(4, at).value
    book.close()
    workbook = tampered(("家庭成员", "证件号码", other, number))
    said = cli("load", workbook)
    assert said.code == 1
    queue = cli("review")
    assert queue.code == 1
    assert "a file waits" in queue.out
    assert "workbench.py decide" in queue.out
    again = cli("load", workbook)
    assert "loaded before" in again.out, "nobody has decided yet"
    assert cli("decide", hh[0], hh[other], "different", "--officer", "W").code == 2
    assert cli("decide", hh[0], hh[other], "different", "--officer", "W", "--reason", "twins' card").code == 0
    again = cli("load", workbook)
    assert again.code == 0, again.both
    assert "loaded before" not in again.out, "the very file that waited"
    assert {hh[0], hh[other]} <= set(_state().households["hh"])
    assert "loaded before" in cli("load", workbook).out, "once"
    again = cli("load", tampered(("家庭成员", "证件号码", other, number), ("户信息", "距集镇", 0, 7.7)))
    assert "same number" not in again.out
    queue = cli("review", "--all", lang="zh").out
    assert "证件号码相同" in queue
    assert "twins' card" in queue
    assert not re.search(r"\d{17}[\dX]", queue)


@pytest.mark.thorough
def test_an_erased_person_is_gone_from_ledger_and_files(cli: Any, loaded: Path, small: Path) -> None:
    person = _state().members["person"].iloc[0]
    assert cli("erase", person, "--officer", "W").code == 2, "a legal basis is needed"
    assert cli("forms", "2016-05", "--officer", "W").code == 0
    said = cli("erase", person, "--officer", "W", "--basis", "PIPL 47")
    assert said.code == 0, said.both
    assert small.name in said.out
    assert (loaded / "inbox" / small.name).exists(), "named, not removed unasked"
    head = cli("ledger", "head").out
    # what a load that was killed left in the office's own folder, in clear
    waiting = loaded / ".checked-left"
    waiting.mkdir()
    (waiting / "0").write_bytes(b"11010519491231002X")
    again = cli("erase", person, "--officer", "W", "--basis", "PIPL 47", "--remove-files")
    assert not waiting.exists()
    assert again.code == 0, "what was named is removed afterwards"
    assert "erased before" in again.out
    assert not (loaded / "inbox" / small.name).exists()
    assert cli("ledger", "head").out == head
    assert cli("ledger", "check", "--identities").code == 0
    shown = cli("unmask", person, "--officer", "W", "--reason", "r").out
    assert not re.search("[样拟仿]", shown)


def test_erasure_removes_the_files_when_asked(cli: Any, loaded: Path, small: Path) -> None:
    state = _state()
    person = state.members["person"].iloc[0]
    village = state.households["village"].iloc[0]
    cli("forms", "2016-05", "--officer", "W")
    said = cli("erase", person, "--officer", "W", "--basis", "PIPL 47", "--remove-files")
    assert said.code == 0, said.both
    assert not (loaded / "inbox" / small.name).exists()
    assert not [p for p in (loaded / "receipts").iterdir() if small.stem in p.name]
    assert not list((loaded / "forms").rglob(f"{village}_*.xlsx"))


def test_a_posting_holds_heads_and_what_the_rule_names_alone(cli: Any, loaded: Path) -> None:
    state = _state()
    marks = state.marks[state.marks["kind"] == "预脱贫"]
    month = Month.from_ordinal(int(marks["month"].max()))
    marked = set(marks.loc[marks["month"] == month.ordinal, "hh"])
    assert cli("posting", str(month)).code == 2, "an officer is needed"
    assert cli("posting", str(month), "--officer", "W", "--days", "3").code == 2
    said = cli("posting", str(month), "--officer", "W", lang="zh")
    assert said.code == 0, said.both
    folder = loaded / "posting" / str(month)
    assert not (loaded / "papers" / "posting").exists()
    page = (folder / "posting.zh.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]*>", " ", page)
    with open_book(runs.find_office("sample")) as book:
        heads = state.members.query("relation == '户主' and hh in @marked")["person"].tolist()
        names = ledger.unmask(book, heads, ("name",), "test", ledger.BatchInfo(officer="t"))["value"]
        logged = {str(p) for p, why in book.store.rows("select person, purpose from access") if "posting" in why}
    assert set(names) <= set(re.findall(r"[一-鿿]+", text))
    assert logged == set(heads)
    assert not re.search(r"\d{17}[\dX]|1[3-9]\d{9}", text)
    for cause in ("因病", "因残", "缺资金", "患有大病", "残疾"):
        assert cause not in text
    assert not any(hh in text for hh in marked)
    assert cli("posting", "1999-01", "--officer", "W").code == 1


def test_statistics_hide_small_cells(cli: Any, loaded: Path) -> None:
    assert cli("statistics", "--least", "1").code == 2
    said = cli("statistics", lang="en")
    assert said.code == 0, said.both
    book = openpyxl.load_workbook(loaded / "papers" / "statistics" / "statistics.en.xlsx")
    counts = [
        cell.value for page in book for row in page.iter_rows(min_row=2) for cell in row
        if isinstance(cell.value, int) and 0 < cell.value < 5
    ]  # fmt: skip
    book.close()
    assert [n for n in counts if n != 4] == [], "the only small number is the one that says what is hidden"


def test_an_office_keeps_one_threshold(cli: Any, loaded: Path) -> None:
    assert cli("statistics").code == 0
    said = cli("statistics", "--least", "3")
    assert said.code == 2
    assert "--least 5" in said.err
    assert cli("statistics", "--least", "6").code == 0
    assert cli("statistics", "--least", "5").code == 2
    assert cli("statistics").code == 0
    assert "1 to 5 are not shown" in (loaded / "papers" / "statistics" / "statistics.en.html").read_text(
        encoding="utf-8"
    )
