"""Keeping the ledger from the command line: check, backup, restore, copy, corrections, months."""

from __future__ import annotations

import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from povlib import ledger, runs
from povlib.runs.office.office_place import open_book


def _first() -> str:
    with open_book(runs.find_office("sample")) as book:
        return str(ledger.read_state(book).households["hh"].iloc[0])


def test_checking_does_not_make_a_ledger(cli: Any, work: Path) -> None:
    said = cli("ledger", "check")
    assert said.code == 2
    assert "there is no ledger" in said.err
    assert not (work / "sample" / "ledger.sqlite").exists()


def test_a_changed_byte_is_found(cli: Any, loaded: Path) -> None:
    assert cli("ledger", "check", "--identities").code == 0
    path = loaded / "ledger.sqlite"
    data = bytearray(path.read_bytes())
    at = data.find("联胜".encode(), 20_000)
    data[at : at + 6] = "乐北".encode()
    path.write_bytes(data)
    said = cli("ledger", "check")
    assert said.code in (1, 2)
    assert said.err


def test_a_backup_comes_back_with_the_same_head(cli: Any, loaded: Path, tmp_path: Path) -> None:
    head = cli("ledger", "head").out.strip()
    file = tmp_path / "b.sqlite"
    assert head in cli("ledger", "backup", file).out
    written = file.read_bytes()
    assert cli("ledger", "backup", file).code == 0, "the same backup again is complete"
    assert file.read_bytes() == written, "never written over"
    other = tmp_path / "other.sqlite"
    other.write_bytes(b"somebody's")
    assert cli("ledger", "backup", other).code == 2, "never written over"
    ledger_before = (loaded / "ledger.sqlite").read_bytes()
    assert cli("ledger", "restore", file).code == 0, "the ledger that is there is the one restored"
    assert (loaded / "ledger.sqlite").read_bytes() == ledger_before
    (loaded / "ledger.sqlite").unlink()
    refused = cli("ledger", "restore", file, "--expected", "7:0123456789abcdef")
    assert refused.code == 2
    assert not (loaded / "ledger.sqlite").exists()
    assert cli("ledger", "restore", file, "--expected", head).code == 0
    assert cli("ledger", "head").out.strip() == head
    assert cli("ledger", "check", "--identities").code == 0


def test_an_encrypted_backup_needs_its_key(cli: Any, loaded: Path, tmp_path: Path) -> None:
    import pyrage

    own = pyrage.x25519.Identity.generate()
    key = tmp_path / "age.key"
    key.write_text(str(own) + "\n", encoding="ascii")
    assert cli("ledger", "backup", tmp_path / "b.age", "--to", "age1nonsense").code == 2
    assert cli("ledger", "backup", tmp_path / "b.age", "--to", str(own.to_public())).code == 0
    assert b"SQLite format" not in (tmp_path / "b.age").read_bytes()
    shutil.rmtree(loaded / "backups", ignore_errors=True)
    (loaded / "ledger.sqlite").unlink()
    assert cli("ledger", "restore", tmp_path / "b.age").code == 2, "not readable without the key"
    assert cli("ledger", "restore", tmp_path / "b.age", "--key", key).code == 0


def test_a_copy_is_worked_on_by_naming_it(cli: Any, loaded: Path, tmp_path: Path, monkeypatch: Any) -> None:
    head = cli("ledger", "head").out
    assert cli("ledger", "copy", tmp_path / "copy.sqlite").code == 0
    monkeypatch.setenv("POVLIB_LEDGER", str(tmp_path / "copy.sqlite"))
    assert cli("ledger", "head").out == head
    cli("correct", "households", f"hh={_first()}", "--set", "distance_km=9", "--officer", "W", "--reason", "measured")
    assert cli("ledger", "head").out != head
    monkeypatch.delenv("POVLIB_LEDGER")
    assert cli("ledger", "head").out == head
    assert cli("ledger", "roles").code == 2, "a file has no roles"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A schema of its own on the test server."""
    url = os.environ.get("POVLIB_TEST_POSTGRES")
    if not url:
        pytest.skip("POVLIB_TEST_POSTGRES is not set")
    from adbc_driver_postgresql import dbapi

    schema = f"test_{uuid.uuid4().hex[:12]}"
    with dbapi.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"create schema {schema}")
        yield f"{url}?options=-csearch_path%3D{schema}"
        monkeypatch.delenv("POVLIB_LEDGER", raising=False)
        cursor.execute(f"drop schema {schema} cascade")


@pytest.mark.postgres
def test_an_office_moves_to_a_server_and_works_there(
    cli: Any, loaded: Path, small: Path, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = cli("ledger", "head").out
    assert cli("ledger", "copy", server).code == 0
    monkeypatch.setenv("POVLIB_LEDGER", server)
    assert cli("ledger", "head").out == head
    assert "loaded before" in cli("load", loaded / "inbox" / small.name).out
    assert cli("ledger", "roles").code == 0
    assert cli("history", _first()).code == 0
    said = cli("correct", "households", f"hh={_first()}", "--set", "coop=甲社", "--officer", "W", "--reason", "joined")
    assert said.code == 0, said.both
    assert cli("ledger", "check", "--identities").code == 0
    assert cli("ledger", "backup", tmp_path / "from-server.sqlite").code == 0
    assert cli("ledger", "restore", tmp_path / "from-server.sqlite").code == 2, "a server is not restored to"


def test_a_correction_needs_a_reason_and_stays_in_the_history(cli: Any, loaded: Path) -> None:
    hh = _first()
    words = ("correct", "households", f"hh={hh}", "--set", "cause=病", "--since", "2016-03", "--officer", "W")
    assert cli(*words).code == 2
    assert cli(*words, "--reason", "typing error").code == 0
    with open_book(runs.find_office("sample")) as book:
        state = ledger.read_state(book)
        assert state.households.set_index("hh").loc[hh, "cause"] == "因病", "a synonym is stored as its label"
    assert "typing error" in cli("history", hh).out


def test_money_and_months_are_corrected_in_their_own_units(cli: Any, loaded: Path) -> None:
    hh = _first()
    said = cli("correct", "observations", f"hh={hh}", "month=2016-03", "--set", "wage=1,234.5", "--set", "water=是",
               "--officer", "W", "--reason", "slip")  # fmt: skip
    assert said.code == 0, said.both
    with open_book(runs.find_office("sample")) as book:
        rows = ledger.read_state(book).observations
        row = rows[(rows["hh"] == hh) & (rows["month"] == 12 * 2016 + 2)].iloc[0]
        assert (row["wage_fen"], row["water"]) == (123450, 1)
    assert cli("retract", "observations", f"hh={hh}", "month=2016-03", "--officer", "W", "--reason", "twice").code == 0
    with open_book(runs.find_office("sample")) as book:
        rows = ledger.read_state(book).observations
        assert rows[(rows["hh"] == hh) & (rows["month"] == 12 * 2016 + 2)].empty
        assert ledger.check(book).ok


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nonsense", "hh=1", "--set", "cause=因病"), "no table"),
        (("households", "hh=1", "--set", "nothing=1"), "names no column"),
        (("households", "hh=FIRST", "--set", "cause=懒"), "因病"),
        (("households", "hh=FIRST", "--set", "distance_km=far"), "distance_km=far"),
        (("observations", "hh=FIRST", "--set", "wage=1"), "month"),
        (("households", "hh=X-404", "--set", "cause=因病"), ""),
        (("identity", "person=1", "--set", "value=1"), "no table"),
    ],
    ids=["table", "column", "code", "number", "key", "household", "identity"],
)
def test_a_wrong_correction_changes_nothing(cli: Any, loaded: Path, words: tuple[str, ...], said: str) -> None:
    before = cli("ledger", "head").out
    told = [word.replace("FIRST", _first()) for word in words]
    answer = cli("correct", *told, "--officer", "W", "--reason", "r")
    assert answer.code == 2, answer.both
    assert said in answer.err
    assert cli("ledger", "head").out == before


def test_a_month_is_frozen_once_and_stays(cli: Any, loaded: Path) -> None:
    said = cli("close", "2016-04", "--officer", "W")
    assert said.code == 0, said.both
    assert "frozen as of batch 1" in said.out
    with open_book(runs.find_office("sample")) as book:
        from povlib.calendar import Month

        before = ledger.summarise(book, Month(2016, 4))
        assert before.closed
    hh = _first()
    cli("correct", "observations", f"hh={hh}", "month=2016-04", "--set", "wage=99999", "--officer", "W",
        "--reason", "late", "--sure")  # fmt: skip
    assert "frozen as of batch 1" in cli("close", "2016-04", "--officer", "W").out
    with open_book(runs.find_office("sample")) as book:
        after = ledger.summarise(book, Month(2016, 4))
    assert after.villages.equals(before.villages)
    assert after.digest == before.digest


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_what_others_could_read_is_closed_and_said(cli: Any, loaded: Path) -> None:
    cli("ledger", "head")
    assert cli("ledger", "check").code == 0
    for path in (loaded, loaded / "inbox", loaded / "ledger.sqlite"):
        path.chmod(path.stat().st_mode | 0o044)
    said = cli("ledger", "check")
    assert said.code == 1
    assert "3 files and folders of the office were open to other accounts" in said.err
    assert "restored from a backup" not in said.err, "nothing is wrong with what it says"
    assert cli("ledger", "check").code == 0
    assert not [p for p in (loaded, *loaded.rglob("*")) if p.stat().st_mode & 0o077]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_what_a_command_writes_is_its_accounts_alone(cli: Any, loaded: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        cli("ledger", "backup", tmp_path / "b.sqlite")
        cli("ledger", "deposit", "--officer", "W")
        cli("history", _first(), "--page")
        assert os.umask(0) == 0, "what others write in this process is theirs to decide"
    finally:
        os.umask(before)
    written = [tmp_path / "b.sqlite", *loaded.rglob("*")]
    assert not [p for p in written if p.stat().st_mode & 0o077]


def test_a_broken_tail_is_set_aside_on_the_record(cli: Any, loaded: Path, small: Path) -> None:
    head = cli("ledger", "head").out
    cli("correct", "households", f"hh={_first()}", "--set", "distance_km=9", "--officer", "W", "--reason", "measured")
    batch = int(cli("ledger", "head").out.partition(":")[0])
    with closing(sqlite3.connect(loaded / "ledger.sqlite")) as base:
        (guard,) = base.execute("select sql from sqlite_master where name = 'event_no_update'").fetchone()
        base.execute("drop trigger event_no_update")
        base.execute("update event set value = '1' where batch = ?", (batch,))
        base.execute(guard)
        base.commit()
    found = cli("ledger", "check", lang="en")
    assert found.code == 1
    assert f"what follows batch {batch - 1} can be set aside on the record" in found.err
    assert cli("ledger", "set-aside", "--officer", "W").code == 2, "a reason is needed"
    done = cli("ledger", "set-aside", "--officer", "W", "--reason", "a disk that failed", lang="en")
    assert done.code == 0, done.both
    assert f"Batches {batch} to {batch}" in done.out
    after = cli("ledger", "check", lang="en")
    assert after.code == 0, after.both
    assert "were set aside by W" in after.err
    assert "a disk that failed" in after.err
    again = cli("ledger", "set-aside", "--officer", "W", "--reason", "once more", lang="en")
    assert again.code == 2
    assert "nothing is set aside" in again.err
    words = ("correct", "households", f"hh={_first()}", "--set", "distance_km=9", "--officer", "W", "--reason", "again")
    assert cli(*words).code == 0
    assert head != cli("ledger", "head").out
