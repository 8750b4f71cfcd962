"""Rows by key that are kept up to date over batches are those that the ledger's frames say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib import ledger
from povlib.calendar import Month
from povlib.intake.checks.villages.told_rows import key_of, plain_records
from povlib.intake.records.known_records import KnownRecords

FIRST = Month(2016, 1).ordinal


@pytest.fixture
def book(tmp_path: Path) -> Iterator[ledger.Ledger]:
    with ledger.open(tmp_path / "ledger.sqlite", create=True, seed=1) as opened:
        yield opened


def append(book: ledger.Ledger, *rows: tuple[str, str | None, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["coop", "status", "retracted"]).assign(village="联胜", founded_month=FIRST)
    book.append(ledger.BatchInfo("data", officer="desk"), {"coops": frame})
    return frame


def test_what_batches_bring_change_and_take_back_is_known(book: ledger.Ledger) -> None:
    known = KnownRecords(book)
    assert known.of("coops") == {}
    for rows in (
        [("b", "open", 0), ("d", None, 0)],
        [("a", "open", 0), ("c", "open", 0)],
        [("b", "closed", 0), ("d", None, 1)],
        [("d", "open", 0)],
    ):
        append(book, *rows)
        expected = {key_of("coops", row): row for row in plain_records(ledger.read_frame(book, "coops"))}
        assert known.of("coops") == expected
    assert sorted(known.of("coops")) == [("a",), ("b",), ("c",), ("d",)]
    assert known.of("coops")["b",]["status"] == "closed"


@settings(max_examples=15, deadline=None)
@given(
    batches=st.lists(
        st.dictionaries(
            st.sampled_from("abcdef"), st.tuples(st.sampled_from(["open", "closed", None]), st.booleans()), min_size=1
        ),
        min_size=1, max_size=5,
    ),
    asked=st.sets(st.sampled_from(["open", "closed", None, "never"])),
    told=st.booleans(),
)  # fmt: skip
def test_rows_of_some_values_are_those_of_the_whole_table_in_its_order(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[dict[str, tuple[str | None, bool]]],
    asked: set[str | None],
    told: bool,
) -> None:
    with ledger.open(tmp_path_factory.mktemp("book") / "ledger.sqlite", create=True, seed=1) as book:
        known = KnownRecords(book)
        for batch in batches:
            rows = append(book, *((coop, status, int(gone)) for coop, (status, gone) in batch.items()))
            if told:  # told by the load what it wrote, or left to find it
                known.renew({"coops": rows}, book.head().batch)
            whole = plain_records(ledger.read_frame(book, "coops"))
            for column, values in (("status", asked), ("coop", {"a", "c"})):
                expected = {key_of("coops", row): row for row in whole if row[column] in values}
                assert list(known.among("coops", column, values).items()) == list(expected.items())


def test_a_batch_of_something_else_changes_nothing(book: ledger.Ledger) -> None:
    known = KnownRecords(book)
    append(book, ("a", "open", 0))
    before = dict(known.of("coops"))
    frame = pd.DataFrame({"hh": ["0001"], "village": ["联胜"]})
    book.append(ledger.BatchInfo("data", officer="desk"), {"households": frame})
    assert known.of("coops") == before
