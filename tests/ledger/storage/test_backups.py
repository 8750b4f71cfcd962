"""Backup, restore and copies between databases: verified, or not there at all."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.ledger.storage.process_lock import one_at_a_time

JANUARY = Month(2016, 1)


def test_a_backup_of_an_open_ledger_says_the_same(book, make, tmp_path: Path):
    kept = tmp_path / "kept" / "b.sqlite"
    assert ledger.backup(book, kept) == book.head()
    state = ledger.read_state(book)
    book.append(ledger.BatchInfo(), {"observations": make.observations(["001"], JANUARY + 1)})
    target = tmp_path / "back" / "l.sqlite"
    ledger.restore(kept, target, expected=state.head)
    with ledger.open(target) as back:
        assert ledger.read_state(back).digest == state.digest
        back.append(ledger.BatchInfo(), {"observations": make.observations(["002"], JANUARY + 1)})
        assert ledger.check(back).ok
    assert sorted(p.name for p in kept.parent.iterdir()) == ["b.sqlite"]


def test_a_backup_never_writes_over_anything(book, make, tmp_path: Path):
    kept = tmp_path / "b.sqlite"
    ledger.backup(book, kept)
    before = kept.read_bytes()
    book.append(ledger.BatchInfo(), {"observations": make.observations(["001"], JANUARY + 2)})
    newer = tmp_path / "newer.sqlite"
    ledger.backup(book, newer)
    for act in (lambda: ledger.backup(book, kept), lambda: ledger.restore(newer, kept)):
        with pytest.raises(LedgerError, match="exists already"):
            act()
    assert kept.read_bytes() == before


def test_what_was_stopped_is_completed_when_repeated(book, tmp_path: Path):
    """A kill after the file took its name: asked again, backup and restore say that it is done."""
    kept, place = tmp_path / "b.sqlite", tmp_path / "back" / "l.sqlite"
    assert ledger.backup(book, kept) == book.head()
    (tmp_path / ".backup-killed").mkdir()
    (tmp_path / ".backup-killed" / "lock").touch()
    assert ledger.backup(book, kept) == book.head()
    assert not list(tmp_path.glob(".backup-*"))
    assert ledger.restore(kept, place) == ledger.restore(kept, place) == book.head()


def test_folders_left_by_killed_processes_go_and_those_in_use_stay(book, tmp_path: Path):
    place = tmp_path / "back" / "l.sqlite"
    dead, old, young = (place.parent / name for name in (".restore-dead", ".restore-old", ".restore-young"))
    for folder in (dead, old, young):
        folder.mkdir(parents=True)
        (folder / "ledger.sqlite").write_bytes(b"half")
    (dead / "lock").touch()
    os.utime(old, (0, 0))
    kept = tmp_path / "b.sqlite"
    ledger.backup(book, kept)
    with one_at_a_time(place.parent / ".restore-alive" / "lock"):
        ledger.restore(kept, place)
        assert (place.parent / ".restore-alive").is_dir()
    assert not dead.exists()
    assert not old.exists()
    assert young.exists()  # it may belong to a process that has not taken its lock yet


def test_a_damaged_or_outdated_backup_is_refused(tmp_path: Path, make):
    with ledger.open(tmp_path / "l.sqlite", create=True, seed=1) as book:
        book.append(ledger.BatchInfo(), make.township())
        kept = tmp_path / "b.sqlite"
        ledger.backup(book, kept)
        book.append(ledger.BatchInfo(), {"observations": make.observations(["001"], JANUARY + 1)})
        with pytest.raises(LedgerError):
            ledger.restore(kept, tmp_path / "x.sqlite", expected=book.head())
    with closing(sqlite3.connect(kept)) as base:
        base.execute("drop trigger obs_no_update")
        base.execute("update obs set wage_fen = 1")
        base.commit()
    for source in (kept, tmp_path / "none.sqlite"):
        with pytest.raises(LedgerError):
            ledger.restore(source, tmp_path / "x.sqlite")
    assert not (tmp_path / "x.sqlite").exists()
    assert not list(tmp_path.glob(".restore-*"))


def test_an_encrypted_backup_opens_with_its_key_alone(book, tmp_path: Path):
    pyrage = pytest.importorskip("pyrage")
    keys = [pyrage.x25519.Identity.generate() for _ in range(2)]
    for at, key in enumerate(keys):
        (tmp_path / f"key{at}").write_text(f"# age\n{key}\n")
    kept = tmp_path / "b.age"
    ledger.backup(book, kept, recipients=[str(keys[0].to_public())])
    assert kept.read_bytes().startswith(b"age-encryption.org")
    with pytest.raises(LedgerError):
        ledger.restore(kept, tmp_path / "x.sqlite", age_identity=tmp_path / "key1")
    assert ledger.restore(kept, tmp_path / "x.sqlite", age_identity=tmp_path / "key0") == book.head()


def test_a_copy_goes_both_ways(book, make, place, tmp_path: Path):
    key = tmp_path / "keys" / "office.key"
    book.append(ledger.BatchInfo(), {"observations": make.observations(["001"], JANUARY, wage_fen=1)})
    there = tmp_path / "there.sqlite"
    assert ledger.copy(book, there) == book.head()
    with ledger.open(there, key_file=key) as other:
        for as_of in (1, 2):
            assert ledger.read_state(other, as_of).digest == ledger.read_state(book, as_of).digest
        names = ledger.unmask(other, ["001-1"], ("name",), "test", ledger.BatchInfo(officer="desk"))
        assert names["value"].tolist() == ["样本001-1"]
        with pytest.raises(LedgerError):
            ledger.copy(other, there)
        back = tmp_path / "back.sqlite" if place.endswith("sqlite") else place + "_back"
        if not place.endswith("sqlite"):
            book.store.execute(f"create schema {place.split('%3D')[1]}_back")
        ledger.copy(other, back)
        with ledger.open(back) as again:
            assert again.head() == other.head()
        if not place.endswith("sqlite"):
            book.store.execute(f"drop schema {place.split('%3D')[1]}_back cascade")


def test_a_real_ledger_keeps_its_salts_and_keys_in_a_copy(tmp_path: Path, make):
    with ledger.open(tmp_path / "l.sqlite", create=True, synthetic=True) as book:
        book.append(ledger.BatchInfo(), make.township())
        ledger.copy(book, tmp_path / "copy" / "l.sqlite")
        with ledger.open(tmp_path / "copy" / "l.sqlite", key_file=book.key_file) as other:
            other.append(ledger.BatchInfo(), {"identity": make.identities(["001-1"]).assign(value="99990000")[1:]})
            assert ledger.check(other).ok
            frame = pd.DataFrame(other.store.rows("select count(*) from person_key"))
            assert frame.iloc[0, 0] == 6
