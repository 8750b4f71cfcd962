"""Identities: sealed, matched, never shown by accident."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

import povlib.ledger as ledger
from povlib.errors import LedgerError
from povlib.ledger.people import sealed_identities
from povlib.ledger.people.office_keys import OfficeKey, unseal


def test_sealed_values_open_with_the_office_key_alone(book):
    names = sealed_identities.open_identities(book.store, book.key, ("name",), 1)
    assert names["value"].tolist()[:2] == ["样本001-1", "样本001-2"]
    sealed = book.store.rows("select value from identity where person = '001-1' and kind = 'name'")[0][0]
    assert "样本".encode() not in sealed
    with pytest.raises(LedgerError):
        sealed_identities.open_identities(book.store, OfficeKey.from_seed(1), ("name",), 1)


def test_a_sealed_value_is_bound_to_its_person():
    key = OfficeKey.from_seed(1)
    person = key.new_person_key("p")
    sealed = key.seal(person, b"x", "p|name")
    assert unseal(person, sealed, "p|name") == b"x"
    with pytest.raises(LedgerError):
        unseal(person, sealed, "q|name")


def test_nothing_personal_lies_open_in_the_file(tmp_path: Path, make):
    path = tmp_path / "l.sqlite"
    with ledger.open(path, create=True, synthetic=True) as book:
        book.append(ledger.BatchInfo(), make.township())
    stored = path.read_bytes()
    assert "样本".encode() not in stored
    assert b"99990000" not in stored
    key = tmp_path / "keys" / "office.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert bytes.fromhex(key.read_text().split()[-1]) not in stored


def test_the_key_file_is_asked_for_in_words(tmp_path: Path, make):
    path, key = tmp_path / "l.sqlite", tmp_path / "keys" / "office.key"
    with ledger.open(path, create=True, synthetic=True) as book:
        book.append(ledger.BatchInfo(), make.township())
    more = {"identity": make.identities(["001-1"]).iloc[:1].assign(kind="phone")}
    kept = key.read_text()
    for broken in ("", "povlib office key 1 00", "povlib office key 1 " + "ab" * 32):
        key.write_text(broken)
        with ledger.open(path) as book, pytest.raises(LedgerError, match=r"office\.key"):
            book.append(ledger.BatchInfo(), more)
    key.unlink()
    with ledger.open(path) as book, pytest.raises(LedgerError, match=r"office\.key"):
        book.append(ledger.BatchInfo(), more)
    assert not key.exists()  # a lost key is never replaced in silence
    key.write_text(kept)
    with ledger.open(path) as book:
        assert book.append(ledger.BatchInfo(), more).rows["identity"] == 1


def test_equal_numbers_are_found_however_they_are_written(book, make):
    same = make.identities(["002-1"]).iloc[1:].assign(value="９９９９00000000000000 ")
    book.append(ledger.BatchInfo(), {"identity": same})
    assert sealed_identities.shared_identities(book.store).to_numpy().tolist() == [[1, "001-1"], [1, "002-1"]]


def test_a_corrected_name_is_a_new_row_and_the_old_one_stays(book, make):
    renamed = make.identities(["001-1"]).iloc[:1].assign(value="样本改")
    book.append(ledger.BatchInfo(), {"identity": renamed})
    assert sealed_identities.open_identities(book.store, book.key, ("name",), 2)["value"].iloc[0] == "样本改"
    assert sealed_identities.open_identities(book.store, book.key, ("name",), 1)["value"].iloc[0] == "样本001-1"


def test_random_keys_never_repeat(tmp_path: Path, make):
    heads = set()
    for name in ("a", "b"):
        with ledger.open(tmp_path / name / "l.sqlite", create=True, synthetic=True, clock=None) as book:
            book.append(ledger.BatchInfo(recorded_at="2016-05-10T00:00:00+00:00"), make.township())
            heads.add(book.head().hash)
            assert ledger.check(book).ok
    assert len(heads) == 2
