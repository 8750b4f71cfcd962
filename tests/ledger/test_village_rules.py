"""Entries of a co-op sum to zero and a delivery is recorded once, however a batch is written."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError

AT = Month(2016, 5).ordinal


def _entry(*fen: int, number: str = "1") -> dict[str, pd.DataFrame]:
    lines = [{"coop": "立春", "entry": number, "line": n, "month": AT, "account": "cash", "fen": each}
             for n, each in enumerate(fen, 1)]  # fmt: skip
    return {"coop_entries": pd.DataFrame(lines)}


def _deliveries(*rows: dict[str, object]) -> dict[str, pd.DataFrame]:
    one = {"contract": "C1", "delivery": "J1", "hh": "001", "day": 20160602, "quantity": 40.0, "fen": 240_000}
    return {"deliveries": pd.DataFrame([{**one, **row} for row in rows])}


def test_an_entry_that_does_not_sum_to_zero_is_refused_and_leaves_nothing(book):
    with pytest.raises(LedgerError, match=r"sum to 1\.00 yuan and not to zero"):
        book.append(ledger.BatchInfo(), _entry(100, -100, 100))
    assert ledger.read_state(book).coop_entries.empty
    book.append(ledger.BatchInfo(), _entry(100, -100))
    # one line more, one line less, one line changed: the whole entry counts
    more = pd.DataFrame([{"coop": "立春", "entry": "1", "line": 3, "month": AT, "account": "cash", "fen": 5}])
    with pytest.raises(LedgerError, match=r"0\.05 yuan"):
        book.append(ledger.BatchInfo(), {"coop_entries": more})
    key = pd.DataFrame({"coop": ["立春"], "entry": ["1"], "line": [1]})
    with pytest.raises(LedgerError, match="book a further entry"):
        ledger.retract(book, "coop_entries", key, ledger.BatchInfo(reason="r"))
    with pytest.raises(LedgerError, match="not to zero"):
        ledger.correct(book, "coop_entries", key.assign(fen=7), ledger.BatchInfo(reason="r"))
    both = pd.concat([key.assign(fen=7), key.assign(line=2, fen=-7)], ignore_index=True)
    ledger.correct(book, "coop_entries", both, ledger.BatchInfo(reason="r"))
    assert ledger.read_state(book).coop_entries["fen"].tolist() == [7, -7]
    assert ledger.check(book).ok


@pytest.mark.thorough
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(-9, 9)), min_size=1, max_size=8))
def test_whatever_is_appended_the_books_sum_to_zero(tmp_path_factory, lines):
    rows = {(str(e), n): fen for e, n, fen in lines}
    frame = pd.DataFrame([{"coop": "立春", "entry": e, "line": n, "month": AT, "account": "cash", "fen": fen}
                          for (e, n), fen in rows.items()])  # fmt: skip
    sums: dict[str, int] = {}
    for (entry, _), fen in rows.items():
        sums[entry] = sums.get(entry, 0) + fen
    with ledger.open(tmp_path_factory.mktemp("l") / "l.sqlite", create=True, seed=1) as book:
        if any(sums.values()):
            with pytest.raises(LedgerError):
                book.append(ledger.BatchInfo(), {"coop_entries": frame})
        else:
            book.append(ledger.BatchInfo(), {"coop_entries": frame})
        held = ledger.read_state(book).coop_entries
        assert not held.groupby("entry")["fen"].sum().any()


def test_a_delivery_is_recorded_once(book, make):
    book.append(ledger.BatchInfo(month=Month(2016, 1)), make.township())
    book.append(ledger.BatchInfo(), _deliveries({}))
    book.append(ledger.BatchInfo(), _deliveries({}, {"delivery": "J2", "day": 20160603}))
    assert len(ledger.read_state(book).deliveries) == 2
    for again, said in (
        ({"delivery": "J3"}, "one delivery under several numbers"),
        ({"quantity": 50.0}, "recorded already, with other contents"),
        ({"hh": "002"}, "recorded already, with other contents"),
    ):
        with pytest.raises(LedgerError, match=said):
            book.append(ledger.BatchInfo(), _deliveries(again))
    with pytest.raises(LedgerError, match="one delivery under several numbers"):
        book.append(ledger.BatchInfo(), _deliveries({"delivery": "J4", "fen": 1}, {"delivery": "J5", "fen": 1}))
    key = pd.DataFrame({"contract": ["C1"], "delivery": ["J1"], "quantity": [41.0]})
    ledger.correct(book, "deliveries", key, ledger.BatchInfo(reason="counted again"))
    assert ledger.read_state(book).deliveries["quantity"].tolist() == [41.0, 40.0]
    ledger.retract(book, "deliveries", key, ledger.BatchInfo(reason="never came"))
    assert ledger.read_state(book).deliveries["delivery"].tolist() == ["J2"]
    assert ledger.check(book).ok


def test_a_receipt_of_village_income_is_booked_once(book):
    """A dividend under a second number is refused, and so is its number for another sum; a correction may change it."""
    contract = {"contract": "联胜-桃", "village": "联胜村", "partner": "红桃合作社", "kind": "land_equity",
                "source": "分红", "footing": "fixed", "fen": 300, "due_months": "3", "from_month": AT - 12,
                "to_month": AT}  # fmt: skip
    one = {"contract": "联胜-桃", "receipt": "1", "day": 20160318, "part": "due", "fen": 300}
    book.append(
        ledger.BatchInfo(), {"income_contracts": pd.DataFrame([contract]), "income_receipts": pd.DataFrame([one])}
    )
    for again, said in (({"receipt": "2"}, "it is booked once"), ({"fen": 299}, "with other contents")):
        with pytest.raises(LedgerError, match=said):
            book.append(ledger.BatchInfo(), {"income_receipts": pd.DataFrame([{**one, **again}])})
    apart = [{**one, "receipt": "3", "day": 20160319}, {**one, "receipt": "4", "part": "deposit"}]
    book.append(ledger.BatchInfo(), {"income_receipts": pd.DataFrame(apart)})
    key = pd.DataFrame({"contract": ["联胜-桃"], "receipt": ["1"], "fen": [299]})
    ledger.correct(book, "income_receipts", key, ledger.BatchInfo(reason="read again"))
    assert ledger.read_state(book).income_receipts["fen"].tolist() == [299, 300, 300]
    assert ledger.check(book).ok
