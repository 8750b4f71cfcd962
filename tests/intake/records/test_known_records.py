"""Rows by key that are kept up to date over batches are those that the ledger's frames say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from povlib import ledger
from povlib.calendar import Month
from povlib.intake.checks.villages.told_rows import key_of, plain_records
from povlib.intake.records.known_households import KnownHouseholds
from povlib.intake.records.known_records import KnownRecords

FIRST = Month(2016, 1).ordinal


@pytest.fixture
def book(tmp_path: Path) -> Iterator[ledger.Ledger]:
    with ledger.open(tmp_path / "ledger.sqlite", create=True, seed=1) as opened:
        yield opened


def append(book: ledger.Ledger, *rows: tuple[str, str | None, int]) -> None:
    frame = pd.DataFrame(rows, columns=["coop", "status", "retracted"]).assign(village="联胜", founded_month=FIRST)
    book.append(ledger.BatchInfo("data", officer="desk"), {"coops": frame})


def test_what_batches_bring_change_and_take_back_is_known_in_the_order_of_keys(book: ledger.Ledger) -> None:
    known = KnownRecords(book)
    assert known.of("coops") == {}
    for rows in (
        [("b", "open", 0), ("d", None, 0)],
        [("a", "open", 0), ("c", "open", 0)],
        [("b", "closed", 0), ("d", None, 1)],
        [("d", "open", 0)],
    ):
        before = known.of("coops")
        held = dict(before)
        append(book, *rows)
        expected = {key_of("coops", row): row for row in plain_records(ledger.read_frame(book, "coops"))}
        assert list(known.of("coops").items()) == list(expected.items())
        assert before == held  # a file that is looked at keeps what it was told
    assert [*known.of("coops")] == [("a",), ("b",), ("c",), ("d",)]
    assert known.of("coops")["b",]["status"] == "closed"


def test_a_batch_of_something_else_changes_nothing(book: ledger.Ledger) -> None:
    known = KnownRecords(book)
    append(book, ("a", "open", 0))
    before = known.of("coops")
    frame = pd.DataFrame({"hh": ["0001"], "village": ["联胜"]})
    book.append(ledger.BatchInfo("data", officer="desk"), {"households": frame})
    assert known.of("coops") == before


def test_columns_of_registers_are_those_of_the_frames(book: ledger.Ledger) -> None:
    known = KnownHouseholds(book)
    assert known.column("members", "person", "hh") == {}
    households = pd.DataFrame({"hh": ["0001", "0002"], "village": ["联胜", "建三"]})
    members = pd.DataFrame({"person": ["0002-01", "0001-01", "0001-02"], "hh": ["0002", "0001", "0001"]})
    members = members.assign(labour=[None, "普通劳动力", None])
    book.append(ledger.BatchInfo("data", officer="desk"), {"households": households, "members": members})
    left = pd.DataFrame({"entity": ["member"], "entity_id": ["0001-02"], "field": ["on_card"], "value": ["0"]})
    book.append(ledger.BatchInfo("data", officer="desk"), {"events": left.assign(kind="change", seq=1, reason="")})
    for table, key, column in (("households", "hh", "village"), ("members", "person", "hh"),
                               ("members", "person", "labour")):  # fmt: skip
        frame = ledger.read_frame(book, table)
        said = {name: "" if pd.isna(value) else value for name, value in zip(frame[key], frame[column], strict=True)}
        assert known.column(table, key, column) == said
    assert known.column("members", "person", "labour") == {"0001-01": "普通劳动力", "0002-01": ""}
