"""The office's memory of its last head: an older, cut or exchanged ledger is told before anything is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from povlib import ledger, runs
from povlib.cli import main
from povlib.errors import LedgerError
from povlib.runs.office.last_head import remembered_head
from povlib.runs.office.office_place import open_book


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> runs.Place:
    """A real office whose ledger has three batches."""
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    made = runs.new_office("town")
    for _ in range(3):
        _append(made)
    return made


def _append(place: runs.Place) -> None:
    with open_book(place) as book:
        book.append(ledger.BatchInfo(officer="clerk"))


def _an_older_file(place: runs.Place, keep: Path) -> None:
    keep.write_bytes(place.office.ledger.read_bytes())
    _append(place)
    place.office.ledger.write_bytes(keep.read_bytes())


def _a_shorter_tail(place: runs.Place, keep: Path) -> None:
    with closing(sqlite3.connect(place.office.ledger)) as base:
        for (name,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f'drop trigger "{name}"')
        base.execute("delete from batch where id = 3")
        base.commit()


def _another_past(place: runs.Place, keep: Path) -> None:
    keep.write_bytes(place.office.ledger.read_bytes())
    _append(place)
    place.office.ledger.write_bytes(keep.read_bytes())
    with ledger.open(place.office.ledger) as book:
        book.append(ledger.BatchInfo(officer="forger"))


def _another_ledger(place: runs.Place, keep: Path) -> None:
    place.office.ledger.unlink()
    with ledger.open(place.office.ledger, create=True) as book:
        for _ in range(5):
            book.append(ledger.BatchInfo())


def _no_ledger(place: runs.Place, keep: Path) -> None:
    place.office.ledger.unlink()


def test_a_ledger_that_goes_on_is_opened(place: runs.Place) -> None:
    with open_book(place) as book:
        assert remembered_head(place.office) == book.head()
    assert main(["ledger", "head", "--office", "town"]) == 0  # closes what the test itself left open to others
    assert main(["ledger", "check", "--office", "town"]) == 0


@pytest.mark.parametrize(
    "exchange", [_an_older_file, _a_shorter_tail, _another_past, _another_ledger, _no_ledger],
    ids=lambda function: function.__name__.strip("_"),
)  # fmt: skip
def test_a_ledger_that_went_back_is_refused(
    exchange: Callable[[runs.Place, Path], None],
    place: runs.Place,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    exchange(place, tmp_path / "old.sqlite")
    with pytest.raises(LedgerError):
        open_book(place)
    words = ["fund", "appropriate", "special", "2016", "5", "--id", "1", "--officer", "x", "--office", "town"]
    assert main(words) != 0
    assert main(["ledger", "check", "--office", "town"]) != 0
    assert "Traceback" not in capsys.readouterr().err


def test_a_backup_put_back_on_purpose_is_the_ledger(
    place: runs.Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.sqlite"
    assert main(["ledger", "backup", str(kept), "--office", "town"]) == 0
    _append(place)
    place.office.ledger.unlink()
    assert main(["ledger", "restore", str(kept), "--office", "town"]) == 0
    assert "batch 4" in capsys.readouterr().out
    _append(place)
    assert main(["ledger", "check", "--office", "town"]) == 0


def test_a_practice_township_may_begin_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    practice = runs.sample_office()
    _append(practice)
    practice.office.ledger.unlink()
    _append(practice)
    with open_book(practice) as book:
        assert book.head().batch == 1
