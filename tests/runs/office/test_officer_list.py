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
from povlib.runs.office.officer_list import officer_names, officers_file
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
