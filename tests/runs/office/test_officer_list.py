"""An officer's name is one of a list that the office keeps; nobody who worked before is locked out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.errors import LedgerError
from povlib.runs.office import office_place
from povlib.runs.office.officer_list import officer_names, officers_file, seen_area
from povlib.words import language_in_use

HOUSEHOLDS = pd.DataFrame({"hh": ["1"], "village": ["甲"]})


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[office_place.Place]:
    """A new office of real people."""
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    monkeypatch.delenv("POVLIB_LEDGER", raising=False)
    with language_in_use("en"):
        yield office_place.new_office("north")


def _write(place: office_place.Place, officer: str, hh: str = "1") -> None:
    with office_place.open_book(place) as book:
        book.append(ledger.BatchInfo(officer=officer), {"households": HOUSEHOLDS.assign(hh=hh)})


def test_the_first_name_makes_the_list_and_another_is_refused(place, caplog: pytest.LogCaptureFixture) -> None:
    _write(place, "-")
    assert officer_names(place.office) is None, "what the workbench does by itself names nobody"
    _write(place, "王芳", "2")
    assert officer_names(place.office) == ["王芳"]
    assert "lists the officers" in caplog.records[-1].getMessage()
    with pytest.raises(LedgerError) as refused:
        _write(place, "王方", "3")
    for part in ("王方 is not among", str(officers_file(place.office)), "Allowed: 王芳", "one name a line"):
        assert part in str(refused.value)
    with office_place.open_book(place) as book:
        assert book.head().batch == 2
    path = officers_file(place.office)
    path.write_bytes(("# 名单\r\n王芳\r\n王方  # 六月起\r\n").encode("gb18030"))
    _write(place, "王方", "3")
    _write(place, " 王芳 ", "4")


def test_an_office_that_worked_before_the_list_goes_on(place) -> None:
    with ledger.open(place.office.ledger, create=True) as book:  # as an earlier release wrote it
        for at, name in enumerate(("李", "张", "-", "")):
            book.append(ledger.BatchInfo(officer=name), {"households": HOUSEHOLDS.assign(hh=f"{at}")})
    _write(place, "赵", "9")
    assert officer_names(place.office) == sorted(["李", "张", "赵"])
    with pytest.raises(LedgerError):
        _write(place, "钱", "10")


def test_money_deposits_and_names_ask_the_list_too(place) -> None:
    _write(place, "王")
    with office_place.open_book(place) as book:
        acts: list[Any] = [
            lambda: ledger.deposit_of(book, "request", officer="Nobody"),
            lambda: ledger.unmask(book, None, ("name",), "test", ledger.BatchInfo(officer="Nobody")),
            lambda: ledger.appropriate(
                book, [ledger.Movement("a", "f", 2016, 100, "2016-01-01")], ledger.BatchInfo(officer="Nobody")
            ),
        ]
        for act in acts:
            with pytest.raises(LedgerError, match="not among the officers"):
                act()
        assert book.head().batch == 1


def test_a_list_that_is_no_text_is_said(place) -> None:
    officers_file(place.office).write_bytes(b"\xff\xfe\x00\xd8\xff")
    with pytest.raises(LedgerError, match="one name a line"):
        _write(place, "王")


def test_practice_needs_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    place = office_place.sample_office()
    for name in ("W", "V"):
        _write(place, name, name)
    assert officer_names(place.office) is None


def _county(place: office_place.Place) -> None:
    """Two villages, one of them in a county, with a person each; 王芳 works for the county, 李四 for all."""
    (place.office.params / "villages.yaml").write_text("- {name: 甲, county: 甲县}\n- name: 乙\n", encoding="utf-8")
    officers_file(place.office).write_text("王芳，区域：甲县  # 六月起\n李四\n赵六 area: 丙县\n", encoding="utf-8")
    people = pd.DataFrame({"person": ["1-1", "2-1"], "hh": ["1", "2"]})
    with office_place.open_book(place) as book:
        book.append(
            ledger.BatchInfo(),
            {
                "households": pd.DataFrame({"hh": ["1", "2"], "village": ["甲", "乙"]}), "members": people,
                "identity": people[["person"]].assign(kind="name", value=["样本一", "样本二"]),
            },
        )  # fmt: skip


def _opened(place: office_place.Place, officer: str, people: list[str] | None) -> list[str]:
    with office_place.open_book(place) as book:
        return list(ledger.unmask(book, people, ("name",), "visit", ledger.BatchInfo(officer=officer))["value"])


def _log(place: office_place.Place) -> list[Any]:
    with office_place.open_book(place) as book:
        return list(book.store.rows("select person, purpose from access order by person, purpose"))


def test_an_officer_of_an_area_opens_names_of_that_area_alone_and_the_attempt_is_logged(place) -> None:
    _county(place)
    assert officer_names(place.office) == ["王芳", "李四", "赵六"]
    assert _opened(place, "李四", ["1-1", "2-1"]) == ["样本一", "样本二"]
    assert _opened(place, "王芳", ["1-1"]) == ["样本一"]
    before = _log(place)
    with pytest.raises(LedgerError, match="王芳 works for 甲县 alone: names of 1 people"):
        _opened(place, "王芳", ["1-1", "2-1"])
    with pytest.raises(LedgerError, match="names of the whole office"):
        _opened(place, "王芳", None)
    assert sorted(_log(place)) == sorted([*before, ("*", "refused: visit"), ("2-1", "refused: visit")])


def test_an_unknown_person_or_area_opens_nothing(place) -> None:
    _county(place)
    with pytest.raises(LedgerError, match="1 people who live elsewhere"):
        _opened(place, "王芳", ["nobody"])
    with pytest.raises(LedgerError, match="there is no area 丙县") as refused:
        _opened(place, "赵六", ["1-1"])
    assert "甲县" in str(refused.value)
    assert not [row for row in _log(place) if row[0] == "1-1"]


@pytest.mark.parametrize(
    "line",
    [
        "李四 (area: 甲县)",
        "李四（区域：甲县）",
        "李四 地区：甲县",
        "李四：甲县",
        "李四area: 甲县",
        "李四 area:",
        "李四（六月起） area: 甲县",
    ],
)
def test_a_line_that_may_mean_an_area_and_is_not_understood_opens_nothing(place, line: str) -> None:
    _county(place)
    officers_file(place.office).write_text(f"王芳\n{line}\n李四\n", encoding="utf-8")
    with pytest.raises(LedgerError, match="not understood") as refused:
        _opened(place, "李四", ["2-1"])
    assert f"officers.txt:2: this line of the list of officers is not understood: {line}" in str(refused.value)
    with pytest.raises(LedgerError, match="not understood"):
        seen_area(place.office, "李四")


@pytest.mark.parametrize("line", ["李四 Area: 甲县", "李四  AREA：甲县", "李四；area ： 甲县", "李四，区域:甲县"])
def test_an_area_is_read_in_any_case_and_with_either_colon(place, line: str) -> None:
    _county(place)
    officers_file(place.office).write_text(line, encoding="utf-8")
    assert seen_area(place.office, "李四") == ("甲县", frozenset({"甲"}))


def test_several_lines_of_an_officer_give_all_their_areas_and_one_without_an_area_is_refused(place) -> None:
    _county(place)
    lines = "李四 area: 甲\n李四 area: 乙\n王芳\n王芳\n赵六 area: 甲\n赵六\n"
    officers_file(place.office).write_text(lines, encoding="utf-8")
    assert seen_area(place.office, "李四") == ("甲, 乙", frozenset({"甲", "乙"}))
    assert seen_area(place.office, "王芳") is None
    with pytest.raises(LedgerError, match="both with an area and without one"):
        seen_area(place.office, "赵六")


def _opened_by_login(place: office_place.Place, people: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    with office_place.open_book(place) as book:
        # as on a server: nothing admits a name, and the officer is the login, whatever was typed
        book.admit = None
        monkeypatch.setattr(type(book.store), "signature", lambda store, officer: "login")
        return list(ledger.unmask(book, people, ("name",), "visit", ledger.BatchInfo(officer="李四"))["value"])


def test_where_a_list_is_a_login_that_does_not_stand_in_it_opens_nothing(
    place, monkeypatch: pytest.MonkeyPatch
) -> None:
    _county(place)
    with pytest.raises(LedgerError, match="login is not among the officers of this office: no name is opened"):
        _opened_by_login(place, ["1-1"], monkeypatch)
    officers_file(place.office).write_text("login area: 甲县\n", encoding="utf-8")
    assert _opened_by_login(place, ["1-1"], monkeypatch) == ["样本一"]
    with pytest.raises(LedgerError, match="works for 甲县 alone"):
        _opened_by_login(place, ["2-1"], monkeypatch)
    officers_file(place.office).unlink()
    assert _opened_by_login(place, ["1-1", "2-1"], monkeypatch) == ["样本一", "样本二"]


def test_a_list_is_made_of_names_that_it_can_hold(place) -> None:
    with ledger.open(place.office.ledger, create=True) as book:
        book.append(ledger.BatchInfo(officer="李 (六月)"), {"households": HOUSEHOLDS})
    with pytest.raises(LedgerError, match="neither a colon nor a bracket"):
        _write(place, "赵：甲县", "8")
    assert officer_names(place.office) is None
    _write(place, "赵", "9")
    assert officer_names(place.office) == ["赵"]
