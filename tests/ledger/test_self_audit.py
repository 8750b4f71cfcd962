"""Guards, chain and check: what was recorded stays, and what was tampered with is found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.ledger.storage import table_schema
from povlib.ledger.storage.hash_chain import RowDigest
from povlib.ledger.storage.table_schema import BY_FRAME, DELETABLE, SPECS, Spec

JANUARY = Month(2016, 1)
COLUMNS = {table: [column.name for column in columns] for table, (_, columns) in table_schema.TABLES.items()}
TABLES = sorted(COLUMNS)


def test_no_table_can_be_updated_and_none_of_the_record_deleted(book):
    fill(book)
    for table in TABLES:
        column = "id" if table == "batch" else COLUMNS[table][0]
        with pytest.raises(LedgerError, match=r"update|UPDATE"):
            book.store.execute(f"update {table} set {column} = {column}")
        if table not in DELETABLE:
            with pytest.raises(LedgerError, match=r"delete|DELETE"):
                book.store.execute(f"delete from {table}")


def fill(book) -> None:
    """Put a row into every kind of table, so that a row trigger has something to refuse."""
    values = {
        "text": "x",
        "int": 1,
        "fen": 0,
        "month": JANUARY.yyyymm,
        "bool": 1,
        "three": 1,
        "real": 0.5,
        "blob": b"x",
    }
    numbers = ("batch", "of_batch", "seq")
    with book.store.writing():
        for table in TABLES:
            if book.store.rows(f"select 1 from {table} limit 1") or table in ("batch", "meta"):
                continue
            columns = COLUMNS[table]
            kinds = {c.name: c.kind for spec in SPECS if spec.table == table for c in spec.stored}
            row = [99 if name in numbers else values[kinds.get(name, "text")] for name in columns]
            marks = ", ".join("?" for _ in row)
            book.store.execute(f"insert into {table} ({', '.join(columns)}) values ({marks})", row)


@pytest.mark.parametrize(
    "statement",
    [
        "insert or replace into obs select month, hh, 1, business_fen, property_fen, one_off_fen, cost_fen, food,"
        " clothing, schooling, medical, housing, water, flag, retracted, batch from obs",
        "insert or replace into household select hh, 'elsewhere', attribute, cause, other_causes, status, exit_year,"
        " identified_month, livelihood, housing_grade, house_area_m2, arable_mu, forest_mu, distance_km, coop,"
        " helper_assigned, objects, valid_from, batch + 1 from household",
        "insert or replace into batch select id, recorded_at, kind, 'another officer', role, source_name,"
        " source_sha256, rules_sha256, month, reason, rows, prev_hash, hash from batch",
        "insert or replace into batch select id + 1, recorded_at, kind, officer, role, source_name,"
        " source_sha256, rules_sha256, month, reason, rows, prev_hash, hash from batch where source_sha256 <> ''",
        "insert or replace into meta select key, 'other' from meta",
        "insert or replace into person_key select person, x'00' from person_key",
        "insert into obs select month, hh, 1, business_fen, property_fen, one_off_fen, cost_fen, food, clothing,"
        " schooling, medical, housing, water, flag, retracted, batch from obs where true"
        " on conflict do update set wage_fen = 1",
        "insert into obs (month, hh, flag, retracted, batch) values (201602, '001', '', 0, 1)",
    ],
)
def test_sqlite_refuses_replacing_and_late_rows(file: Path, statement):
    with ledger.open(file) as book:
        book.append(ledger.BatchInfo(source_sha256="a" * 64))
        with pytest.raises(LedgerError):
            book.store.execute(statement)
        assert ledger.check(book).ok


def outside(path: Path, *statements: str) -> None:
    """Edit the file behind the ledger's back, the guards switched off; nobody has it open."""
    with closing(sqlite3.connect(path)) as base:
        base.execute("begin")  # or every dropped guard waits for the disk
        for (name,) in base.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            base.execute(f"drop trigger {name}")
        for statement in statements:
            base.execute(statement)
        base.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "update obs set wage_fen = wage_fen + 1 where hh = '002'",
        "update obs set food = null where hh = '002'",
        "update household set status = '已脱贫' where hh = '001'",
        "update household set house_area_m2 = 40.500000001 where hh = '001'",
        "update member set sex = '' where person = '001-1'",
        "update identity set value = x'00' where person = '001-1' and kind = 'name'",
        "delete from obs where hh = '003'",
        "insert into obs (month, hh, flag, retracted, batch) values (201602, '001', '', 0, 1)",
        "insert into obs (month, hh, flag, retracted, batch) values (201602, '001', '', 0, 7)",
        "update batch set officer = 'nobody'",
        "update batch set recorded_at = '2015-01-01T00:00:00+00:00'",
        "update digest set digest = (select digest from digest limit 1)",
        "delete from digest where tbl = 'obs'",
        "delete from salt where tbl = 'obs'",
        "delete from batch",
        "delete from household where hh = '001'",
        "update meta set value = 'f' where key = 'genesis'",
        "update meta set value = '0' where key = 'synthetic'",
    ],
)
def test_check_finds_every_edit(file: Path, statement):
    outside(file, statement)
    with ledger.open(file) as book:
        said = ledger.check(book)
    assert not said.ok
    assert len(said.faults) > 1  # the guards were dropped too, and check says so


@pytest.mark.parametrize(
    "statement",
    [
        "update person_key set wrapped = zeroblob(60) where person = '001-1'",
        "delete from person_key where person = '001-1'",
        "update identity_match set id_hmac = 'f' where person = '001-1' and kind = 'name'",
    ],
)
def test_check_of_identities_finds_edits_outside_the_chain(file: Path, statement):
    with ledger.open(file) as book:
        assert ledger.check(book, identities=True).ok
    outside(file, statement)
    with ledger.open(file) as book:
        assert len(ledger.check(book, identities=True).faults) == 2
        ledger.check(book)


def test_check_sees_that_guards_are_gone(file: Path):
    outside(file)
    with ledger.open(file) as book:
        assert [fault.what for fault in ledger.check(book).faults] == ["the guards of the ledger were changed"]


def test_the_digest_does_not_depend_on_chunks_but_on_every_value():
    spec = BY_FRAME["observations"]
    n = 1000
    arrays = []
    for at, column in enumerate(spec.columns):
        values = np.arange(n) * (at + 1)
        arrays.append(pa.array([f"户{v}" for v in values]) if column.kind == "text" else pa.array(values))
    table = pa.table(arrays, names=[c.name for c in spec.columns])
    whole = digest_of(table, spec)
    for size in (1, 7, 1000):
        cut = RowDigest("s", spec.columns)
        for batch in table.to_batches(max_chunksize=size):
            cut.update(batch)
        assert cut.hexdigest() == whole
    assert digest_of(table.slice(0, 999), spec) != whole
    none = table.set_column(2, "wage_fen", pa.array([None, *range(3, 3 * n, 3)], type=pa.int64()))
    assert none.column("wage_fen").fill_null(0).equals(table.column("wage_fen"))
    assert digest_of(none, spec) != whole  # not known is not zero
    moved = ["户", "0户3", *[f"户{v}" for v in np.arange(2, n) * 2]]
    assert digest_of(table.set_column(1, "hh", pa.array(moved)), spec) != whole


def digest_of(table: pa.Table, spec: Spec) -> str:
    digest = RowDigest("s", spec.columns)
    digest.update(table)
    return digest.hexdigest()


def test_the_file_is_strict_and_durable(tmp_path: Path):
    path = tmp_path / "l.sqlite"
    with ledger.open(path, create=True, seed=1) as book:
        assert book.store.rows("pragma journal_mode") == [("wal",)]
        assert book.store.rows("pragma synchronous") == [(2,)]
        made = dict(book.store.rows("select name, sql from sqlite_master where type = 'table'"))
        assert set(made) == set(TABLES)
        assert all("STRICT" in sql for sql in made.values())
        assert "WITHOUT ROWID" in made["obs"]
    base = sqlite3.connect(path)  # nobody else has it open any more
    with pytest.raises(sqlite3.IntegrityError):
        base.execute("insert into obs (month, hh, wage_fen, retracted, batch) values (201601, '1', 'ten', 0, 1)")
    base.close()


def test_a_household_month_without_a_household_is_an_orphan(file: Path):
    with ledger.open(file) as book:
        assert ledger.check(book).ok
    outside(file, "update obs set hh = '404' where hh = '001'")
    with ledger.open(file) as book:
        said = [fault.show("en") for fault in ledger.check(book).faults]
    assert "obs: 1 values of hh have no row in household" in said
