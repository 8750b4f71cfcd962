"""Answers that no column holds: kept by question, shown in the history, and added to ledgers made before them."""

from __future__ import annotations

import pandas as pd

import povlib.ledger as ledger
from povlib.calendar import Month

JANUARY = Month(2016, 1)


def _answer(value: str) -> pd.DataFrame:
    told = {"entity": "member", "entity_id": "001-01", "hh": "001", "field": "pension_insurance", "value": value}
    return pd.DataFrame([told])


def test_the_newest_answer_counts_and_the_earlier_stays_in_the_history(book, make):
    assert book.append(ledger.BatchInfo(month=JANUARY), {"answers": _answer("1")}).rows["answer"] == 1
    assert book.append(ledger.BatchInfo(month=JANUARY + 1), {"answers": _answer("1")}).rows["answer"] == 0
    last = book.append(ledger.BatchInfo(month=JANUARY + 2), {"answers": _answer("0")})
    assert ledger.read_state(book).answers["value"].tolist() == ["0"]
    assert ledger.read_state(book, last.id - 1).answers["value"].tolist() == ["1"]
    told = ledger.history(book, "001")
    told = told[told["what"] == "member.pension_insurance"]
    assert told[["key", "before", "after"]].to_numpy().tolist() == [["001-01", "", "1"], ["001-01", "1", "0"]]


def test_a_ledger_of_an_earlier_release_is_given_the_table_and_keeps_its_digest(place, make):
    with ledger.open(place, create=True, seed=1) as book:
        book.append(ledger.BatchInfo(month=JANUARY), make.township())
        before = ledger.read_state(book)
        book.store.execute("drop table answer cascade" if book.store.name == "postgresql" else "drop table answer")
        if book.store.name == "postgresql":
            for function in ("answer_insert", "answer_keep"):
                book.store.execute(f"drop function {function}()")
    with ledger.open(place) as book:
        after = ledger.read_state(book)
        assert (after.digest, after.head) == (before.digest, before.head)
        assert not len(after.answers)
        book.append(ledger.BatchInfo(month=JANUARY), {"answers": _answer("1")})
        assert len(ledger.read_state(book).answers) == 1
