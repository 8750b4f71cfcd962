"""The monthly close: what came, what is missing, and the same for ever."""

from __future__ import annotations

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError

JANUARY = Month(2016, 1)
INFO = ledger.BatchInfo(officer="desk")


def test_a_summary_by_hand(book, make):
    summary = ledger.summarise(book, JANUARY)
    rows = summary.villages.set_index("village")
    assert rows.loc["乐北村", ["households", "poor", "persons", "reported", "missing"]].tolist() == [2, 2, 4, 2, 0]
    assert rows.loc["农家村", ["households", "poor", "persons", "reported", "missing"]].tolist() == [1, 1, 2, 1, 0]
    assert rows["income_fen"].tolist() == [200_000, 100_000]
    assert rows["transfers_fen"].tolist() == [300, 0]
    later = ledger.summarise(book, JANUARY + 1).villages
    assert later[["reported", "missing"]].to_numpy().tolist() == [[0, 2], [0, 1]]


def test_a_closed_month_never_changes(book, make):
    batch, closed = ledger.close_month(book, JANUARY, INFO)
    assert (batch.id, closed.as_of, book.data_head()) == (2, 1, 1)
    book.append(ledger.BatchInfo(month=JANUARY), {"observations": make.observations(["001"], wage_fen=9)})
    left = pd.DataFrame({"entity": ["member"], "entity_id": ["002-2"], "field": ["on_card"], "value": ["0"]})
    book.append(ledger.BatchInfo(month=JANUARY), {"events": left})
    again = ledger.summarise(book, JANUARY)
    pd.testing.assert_frame_equal(again.villages, closed.villages)
    assert (again.digest, again.closed, again.as_of) == (closed.digest, True, 1)
    now = ledger.summarise(book, JANUARY, as_of=book.head().batch).villages.set_index("village")
    assert now.loc["乐北村", "income_fen"] == 100_009
    assert now["changes"].sum() == 1
    with pytest.raises(LedgerError):
        ledger.close_month(book, JANUARY, INFO)
    assert ledger.check(book).ok


def test_an_empty_month_is_not_closed(book):
    with pytest.raises(LedgerError):
        ledger.close_month(book, JANUARY + 5, INFO)
    assert book.head().batch == 1


def test_what_was_given_in_the_month(book):
    support = pd.DataFrame(
        {"id": ["a", "b"], "hh": "002", "measure": "job", "fen": [5, 7], "from_month": [24192, 24193]}
    )
    placed = pd.DataFrame({"post": ["p"], "person": ["002-1"], "hh": ["002"], "from_month": [24190]})
    done = pd.array([24191, None], "Int64")
    projects = pd.DataFrame({"project": ["h1", "h2"], "hh": "002", "done_month": done})
    frames = {"support": support, "placements": placed, "projects": projects}
    book.append(ledger.BatchInfo(month=JANUARY), frames)
    rows = ledger.summarise(book, JANUARY).villages.set_index("village")
    assert rows.loc["农家村", ["support_fen", "placed", "houses_done"]].tolist() == [5, 1, 1]
    assert rows.loc["乐北村", ["support_fen", "placed", "houses_done"]].tolist() == [0, 0, 0]
    changed = ledger.changes(book, JANUARY)
    assert changed.empty
