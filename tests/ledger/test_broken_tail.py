"""A broken tail is set aside on the record, and only a broken one; what was deposited of it is not called forged."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError

JANUARY = Month(2016, 1)
WHY = ledger.BatchInfo(officer="keeper", reason="a disk that failed")


def _append(book: ledger.Ledger, make, month: int) -> ledger.Batch:
    return book.append(ledger.BatchInfo(officer="desk", source_name=f"{month}.xlsx", source_sha256=f"{month:064d}",
                                        month=JANUARY + month),
                       {"observations": make.observations(["001", "002"], JANUARY + month)})  # fmt: skip


def _bend(book: ledger.Ledger, statement: str, table: str) -> None:
    """Change what no guard lets pass, as whoever owns the file or the server can."""
    if book.store.name == "postgresql":
        book.store.execute(f"alter table {table} disable trigger user")
        book.store.execute(statement)
        book.store.execute(f"alter table {table} enable trigger user")
        return
    guards = [(n, s) for n, s in book.store.rows(
        "select name, sql from sqlite_master where type = 'trigger' and tbl_name = ?", (table,))]  # fmt: skip
    for name, _ in guards:
        book.store.execute(f"drop trigger {name}")
    book.store.execute(statement)
    for _, made in guards:
        book.store.execute(made)


BREAKS = {
    "rows changed": ("update obs set wage_fen = 1 where batch = 3", "obs", 3),
    "rows gone": ("delete from obs where batch = 3", "obs", 3),
    "a false hash": ("update batch set hash = 'x' where id = 3", "batch", 3),
    "another officer": ("update batch set officer = 'x' where id = 3", "batch", 3),
    "a batch gone": ("delete from batch where id = 3", "batch", 3),
    "the newest batch gone": ("delete from batch where id = 4", "batch", 4),
}


@pytest.mark.parametrize("broken", BREAKS, ids=list(BREAKS))
def test_what_is_broken_goes_aside_and_the_rest_goes_on(book, make, broken: str):
    statement, table, first = BREAKS[broken]
    for month in (1, 2, 3):
        _append(book, make, month)
    before, known = ledger.read_state(book, first - 1), ledger.batches(book, first - 1)
    deposit = ledger.deposit_of(book, "request")
    _bend(book, statement, table)
    assert ledger.check(book).first_broken == first
    done = ledger.set_aside(book, WHY)
    assert (done.first, done.batch.id) == (first, first)
    report = ledger.check(book)
    assert report.ok, [fault.show("en") for fault in report.faults]
    # what was sound is as it was, and what lay aside can be loaded again
    assert ledger.read_state(book, first - 1).digest == before.digest
    pd.testing.assert_frame_equal(ledger.batches(book, first - 1), known)
    for month in range(first - 1, 4):
        assert _append(book, make, month).added
    assert ledger.check(book).ok
    assert len(ledger.read_state(book).observations) == 3 + 2 * 3
    told = ledger.aside_records(book).iloc[0]
    assert (told.first_batch, told.officer, told.reason) == (first, book.signature("keeper"), WHY.reason)
    kept = book.store.rows("select count(*) from quarantine where tbl = 'obs'")[0][0]
    assert kept == sum(book.store.rows("select rows from set_aside")[0]) - _beside(book)
    # batch 3 as it was deposited lies aside; one whose very row is gone or changed is still told
    said = [fault.show("en") for fault in ledger.faults_against(book, deposit)]
    assert bool(said) == (table == "batch" and broken != "another officer"), said


def _beside(book: ledger.Ledger) -> int:
    return int(book.store.rows("select count(*) from quarantine where tbl <> 'obs'")[0][0])


def test_sound_batches_are_never_set_aside(book, make):
    _append(book, make, 1)
    head = book.head()
    with pytest.raises(LedgerError, match="nothing is set aside"):
        ledger.set_aside(book, WHY)
    for info in (
        ledger.BatchInfo(officer="x"),
        ledger.BatchInfo(reason="y"),
        ledger.BatchInfo(officer="-", reason="y"),
    ):
        with pytest.raises(LedgerError, match="named officer"):
            ledger.set_aside(book, info)
    assert book.head() == head
    if book.store.name == "postgresql":
        with pytest.raises(LedgerError, match="is sound"), book.store.writing():
            book.store.set_aside(2, "aside-1")


def test_what_lies_aside_cannot_be_changed_unseen(book, make):
    for month in (1, 2):
        _append(book, make, month)
    _bend(book, "update obs set wage_fen = 1 where batch = 3", "obs")
    ledger.set_aside(book, WHY)
    with pytest.raises(LedgerError, match="refused"):
        book.store.execute("delete from quarantine")
    _bend(book, "update quarantine set content = '{}' where tbl = 'obs' and seq = 1", "quarantine")
    assert "not what its record says" in ledger.check(book).faults[0].show("en")


def test_the_record_of_a_setting_aside_may_be_set_aside_itself(book, make):
    for month in (1, 2):
        _append(book, make, month)
    _bend(book, "update obs set wage_fen = 1 where batch = 3", "obs")
    ledger.set_aside(book, WHY)
    _bend(book, "update obs set wage_fen = 1 where batch = 2", "obs")
    done = ledger.set_aside(book, WHY)
    assert (done.first, done.last) == (2, 3)
    assert ledger.check(book).ok
    assert book.store.rows("select count(distinct aside) from quarantine") == [(2,)]


def test_an_erasure_stands_when_its_batch_is_set_aside(book, make):
    _append(book, make, 1)
    ledger.erase(book, "001-1", "law", ledger.BatchInfo())
    _bend(book, "update obs set wage_fen = 1 where batch = 2", "obs")
    ledger.set_aside(book, WHY)
    report = ledger.check(book, identities=True)
    assert report.ok, [fault.show("en") for fault in report.faults]
    again = book.append(ledger.BatchInfo(month=JANUARY), {"identity": make.identities(["001-1"])})
    assert not any(again.rows.values()), "who was erased stays so"


def test_names_first_told_in_a_broken_batch_are_gone_not_kept(book, make):
    more = make.township(4)
    book.append(ledger.BatchInfo(month=JANUARY + 1), {n: more[n] for n in ("households", "members", "identity")})
    assert book.store.rows("select count(*) from person_key") == [(8,)]
    _bend(book, "update household set cause = 'x' where batch = 2", "household")
    ledger.set_aside(book, WHY)
    assert book.store.rows("select count(*) from person_key") == [(6,)]
    assert ledger.check(book, identities=True).ok
    assert "样本" not in str(book.store.rows("select content from quarantine"))
    book.append(ledger.BatchInfo(month=JANUARY + 1), {n: more[n] for n in ("households", "members", "identity")})
    assert ledger.check(book, identities=True).ok


def test_a_copy_keeps_what_lies_aside(book, make, tmp_path: Path):
    for month in (1, 2):
        _append(book, make, month)
    _bend(book, "update obs set wage_fen = 1 where batch = 3", "obs")
    ledger.set_aside(book, WHY)
    ledger.copy(book, tmp_path / "copy.sqlite")
    with ledger.open(tmp_path / "copy.sqlite") as other:
        assert ledger.check(other).ok
        assert ledger.hashes_set_aside(other.store) == ledger.hashes_set_aside(book.store)
