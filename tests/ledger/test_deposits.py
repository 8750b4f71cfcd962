"""Deposited heads: an owner who rewrites the file and all its hashes is found, at the first batch that differs."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.ledger.deposits import deposit_of, faults_against, read_deposit, short_code
from povlib.ledger.storage.change_guards import sqlite_guards
from povlib.ledger.storage.hash_chain import RowDigest, batch_hash, genesis_of
from povlib.ledger.storage.table_schema import BATCH, SPECS

MONTHS = [Month(2016, month) for month in range(1, 7)]


@pytest.fixture
def year(tmp_path: Path, make) -> Path:
    """A practice ledger of a township and six months, one batch each, a fund and a promise."""
    path = tmp_path / "year.sqlite"
    with ledger.open(path, create=True, seed=7) as book:
        book.append(ledger.BatchInfo(officer="desk", source_sha256="1" * 64, month=MONTHS[0]), make.township(12))
        keys = [f"{i:03d}" for i in range(1, 13)]
        for number, month in enumerate(MONTHS[1:], 2):
            told = make.observations(keys, month, wage_fen=100_000 + number)
            source = ledger.BatchInfo(officer="desk", source_sha256=str(number) * 64, month=month)
            book.append(source, {"observations": told})
        money = ledger.Movement("in-1", "special", 2016, 50_000_00, "2016-06-01", memo="county")
        ledger.appropriate(book, [money], ledger.BatchInfo(kind="funds", officer="desk", role="allocate"))
    return path


def forge(path: Path, change: Callable[[sqlite3.Connection], object]) -> None:
    """Change the file as its owner can: drop the guards, edit, recompute every digest and hash, put the guards back."""
    with closing(sqlite3.connect(path)) as base:
        for (name,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f"drop trigger {name}")
        change(base)
        base.commit()
    with ledger.open(path) as book:
        salts = {(b, t): s for b, t, s in book.store.rows("select batch, tbl, salt from salt")}
        found: dict[int, dict[str, tuple[int, str]]] = {}
        for spec in SPECS:
            order = ", ".join(spec.primary_key)
            for (batch,) in book.store.rows(f"select distinct batch from {spec.table} order by batch"):
                columns = book.store.selected(spec.stored)
                query = f"select {columns} from {spec.table} where batch = {batch} order by {order}"
                digest = RowDigest(str(salts[batch, spec.table]), spec.stored)
                for chunk in book.store.stream(query, spec.stored):
                    digest.update(chunk)
                found.setdefault(int(batch), {})[spec.table] = (digest.rows, digest.hexdigest())
        rows = book.store.table(f"select {book.store.selected(BATCH)} from batch order by id", BATCH).to_pylist()
        previous = genesis_of(book.meta)
    with closing(sqlite3.connect(path)) as base:
        for row in rows:
            listed = found.get(row["id"], {})
            row = {**row, "prev_hash": previous, "rows": sum(n for n, _ in listed.values())}
            row["hash"] = previous = batch_hash({k: v for k, v in row.items() if k != "hash"}, listed)
            base.execute(
                "update batch set prev_hash = ?, hash = ?, rows = ? where id = ?",
                (row["prev_hash"], row["hash"], row["rows"], row["id"]),
            )
            for table, (count, digest) in listed.items():
                told = (count, digest, row["id"], table)
                base.execute("update digest set rows = ?, digest = ? where batch = ? and tbl = ?", told)
        for statement in sqlite_guards():
            base.execute(statement)
        base.commit()


def cut(base: sqlite3.Connection, first: int) -> None:
    """Cut the ledger's tail off from batch `first` on."""
    for spec in SPECS:
        base.execute(f"delete from {spec.table} where batch >= ?", (first,))
    for table, column in (("digest", "batch"), ("salt", "batch"), ("identity_match", "batch"), ("batch", "id")):
        base.execute(f"delete from {table} where {column} >= ?", (first,))


def tampering(random_: random.Random, batches: int) -> tuple[Callable[[sqlite3.Connection], object], int]:
    """Return one way to bend the past, and the first batch that is then another."""
    number = random_.randint(2, batches - 1)
    way = random_.choice(["amount", "officer", "row", "cut", "money", "clock"])
    if way == "amount":
        return lambda base: base.execute("update obs set wage_fen = wage_fen / 2 where batch = ?", (number,)), number
    if way == "officer":
        return lambda base: base.execute("update batch set officer = 'another' where id = ?", (number,)), number
    if way == "row":
        key = f"{random_.randint(1, 12):03d}"
        return lambda base: base.execute("delete from obs where batch = ? and hh = ?", (number, key)), number
    if way == "cut":
        return lambda base: cut(base, number), number
    if way == "clock":
        day = "2016-02-02T00:00:00+00:00"
        return lambda base: base.execute("update batch set recorded_at = ? where id = ?", (day, number)), number
    return lambda base: base.execute("update posting set fen = fen * 10"), batches


def first_difference(path: Path, deposit: ledger.Deposit) -> int:
    """Return the batch that a ledger's contradiction of a deposit names."""
    with ledger.open(path) as book:
        assert ledger.check(book).ok  # the forger did it well: the ledger agrees with itself
        (fault,) = faults_against(book, deposit)
    told = dict(fault.values)
    return int(told["batch"])


@pytest.mark.parametrize("seed", range(6))
def test_whoever_recomputes_every_hash_is_found(year: Path, seed: int) -> None:
    with ledger.open(year) as book:
        deposit = deposit_of(book, "approval", "run-1", "desk")
    change, first = tampering(random.Random(seed), len(deposit.hashes))
    forge(year, change)
    assert first_difference(year, deposit) == first


@pytest.mark.soak
def test_two_hundred_tamperings_are_found(year: Path, tmp_path: Path) -> None:
    with ledger.open(year) as book:
        deposit = deposit_of(book, "payment")
    found = 0
    for seed in range(200):
        copy = tmp_path / "copy.sqlite"
        copy.write_bytes(year.read_bytes())
        change, first = tampering(random.Random(seed), len(deposit.hashes))
        forge(copy, change)
        found += first_difference(copy, deposit) == first
    assert found == 200


def test_an_honest_ledger_that_went_on_agrees(year: Path, make) -> None:
    with ledger.open(year) as book:
        deposit = deposit_of(book, "closing", "2016-06")
        told = make.observations(["001"], Month(2016, 7))
        book.append(ledger.BatchInfo(source_sha256="a" * 64, month=Month(2016, 7)), {"observations": told})
        assert list(faults_against(book, deposit)) == []
        assert book.head().batch == len(deposit.hashes) + 1


def test_an_old_file_put_in_place_is_told(year: Path, make) -> None:
    old = year.read_bytes()
    with ledger.open(year) as book:
        told = make.observations(["001"], Month(2016, 7))
        book.append(ledger.BatchInfo(source_sha256="a" * 64, month=Month(2016, 7)), {"observations": told})
        deposit = deposit_of(book, "payment", "pay-1")
    for beside in year.parent.glob("year.sqlite-*"):
        beside.unlink()
    year.write_bytes(old)
    assert first_difference(year, deposit) == len(deposit.hashes)


def test_a_deposit_that_was_altered_is_no_witness(year: Path, tmp_path: Path) -> None:
    with ledger.open(year) as book:
        deposit = deposit_of(book, "approval", "run-1", "desk")
        altered = replace(deposit, hashes=(*deposit.hashes[:-1], "0" * 64))
        assert [fault.what for fault in faults_against(book, altered)] == [
            "the signature of this deposit is not that of its content"
        ]
        other = replace(deposit, officer="another")
        assert not other.is_signed
    with ledger.open(tmp_path / "other.sqlite", create=True, key_file=tmp_path / "keys" / "office.key") as book:
        (fault,) = faults_against(book, deposit)
    assert fault.what == "this deposit is of another ledger"


def test_a_deposit_is_a_file_that_anybody_can_read(year: Path, tmp_path: Path) -> None:
    with ledger.open(year) as book:
        deposit = deposit_of(book, "closing", "2016-06", "desk")
        head = book.head()
    path = tmp_path / "deposit.json"
    path.write_text(deposit.text(), encoding="utf-8")
    assert read_deposit(path) == deposit
    assert short_code(head) in deposit.text()
    assert deposit.head == head
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(LedgerError, match="no deposited head"):
        read_deposit(path)


def test_an_offices_witness_key_is_its_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WITNESS_KEY", str(tmp_path / "elsewhere" / "witness.key"))
    with ledger.open(tmp_path / "l.sqlite", create=True, key_file=tmp_path / "keys" / "office.key") as book:
        book.append(ledger.BatchInfo(), {})
        first, second = deposit_of(book, "request"), deposit_of(book, "request")
    assert first.public_key == second.public_key
    assert (tmp_path / "elsewhere" / "witness.key").stat().st_mode & 0o077 == 0
    (tmp_path / "elsewhere" / "witness.key").write_text("lost")
    with ledger.open(tmp_path / "l.sqlite") as book, pytest.raises(LedgerError, match="witness key cannot be read"):
        deposit_of(book, "request")
