"""脱贫履历 and the officer's verbs: nothing is lost, everything has its source."""

from __future__ import annotations

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError

JANUARY = Month(2016, 1)
CORRECT = ledger.BatchInfo(officer="auditor", reason="typing error", month=JANUARY)


def told(history: pd.DataFrame, what: str) -> list[list[str]]:
    return history.loc[history.what == what, ["before", "after", "officer"]].to_numpy().tolist()


def test_history_tells_before_and_after(book, make):
    book.append(ledger.BatchInfo(officer="village", source_name="b.xlsx", month=JANUARY + 1),
                {"households": make.township()["households"].assign(status="预脱贫")})  # fmt: skip
    ledger.correct(book, "observations", make.observations(["001"], wage_fen=7)[["hh", "month", "wage_fen"]], CORRECT)
    history = ledger.history(book, "001")
    desk, village, auditor = map(book.signature, ("desk", "village", "auditor"))
    assert told(history, "household.status") == [["", "未脱贫", desk], ["未脱贫", "预脱贫", village]]
    assert told(history, "obs.wage_fen") == [["", "100000", desk], ["100000", "7", auditor]]
    assert history.batch.is_monotonic_increasing
    assert history.loc[history.batch == 3, "reason"].tolist() == ["typing error"]
    assert set(history.loc[history.batch == 2, "source"]) == {"b.xlsx"}
    assert len(ledger.history(book, "001", as_of=1)) == (history.batch == 1).sum()
    assert "样本" not in history.to_string()
    assert ledger.history(book, "nobody").empty


def test_a_retraction_is_a_row(book):
    key = pd.DataFrame({"hh": ["001"], "month": [JANUARY.ordinal]})
    ledger.retract(book, "observations", key, CORRECT)
    state = ledger.read_state(book)
    assert state.observations.hh.tolist() == ["002", "003"]
    assert len(ledger.read_state(book, 1).observations) == 3
    assert told(ledger.history(book, "001"), "obs.wage_fen")[-1] == ["100000", "", book.signature("auditor")]
    assert ledger.check(book).ok


def test_a_retracted_row_may_come_again(book, make):
    ledger.retract(book, "observations", pd.DataFrame({"hh": ["001"], "month": [JANUARY.ordinal]}), CORRECT)
    assert book.append(ledger.BatchInfo(), {"observations": make.observations(["001"])}).rows == {"obs": 1}
    assert len(ledger.read_state(book).observations) == 3


def test_a_correction_of_the_register_may_say_not_known(book):
    ledger.correct(book, "households", pd.DataFrame({"hh": ["002"], "cause": [None], "house_area_m2": [None]}), CORRECT)
    state = ledger.read_state(book).households
    assert state.cause.isna().tolist() == [False, True, False]
    assert state.house_area_m2.isna().tolist() == [False, True, False]


def test_a_correction_keeps_the_other_columns(book, make):
    ledger.correct(
        book, "observations", pd.DataFrame({"hh": ["001"], "month": [JANUARY.ordinal], "food": [0]}), CORRECT
    )
    row = ledger.read_state(book).observations.iloc[0]
    assert (row.wage_fen, row.food, row.flag) == (100_000, 0, "observed")


def test_support_with_and_without_a_person(book):
    support = pd.DataFrame({"id": ["s1", "s2"], "hh": "001", "person": ["001-1", None], "measure": ["job", "loan"]})
    support = support.assign(from_month=JANUARY.ordinal, fen=[100, 200], fund=["a", "b"], status="given")
    support["to_month"] = pd.array([None, JANUARY.ordinal], dtype="Int64")
    marks = pd.DataFrame(
        {
            "hh": ["001", "002"],
            "month": JANUARY.ordinal,
            "kind": "预脱贫",
            "route": "产业-养牛",
            "person": [None, "002-1"],
        }
    )
    book.append(ledger.BatchInfo(), {"support": support, "marks": marks})
    state = ledger.read_state(book)
    assert state.support.person.isna().tolist() == [False, True]
    assert state.support.to_month.isna().tolist() == [True, False]
    assert state.marks.person.isna().tolist() == [True, False]
    ledger.retract(book, "marks", marks.iloc[:1], CORRECT)
    assert ledger.read_state(book).marks.hh.tolist() == ["002"]
    history = ledger.history(book, "001")
    assert told(history, "mark.kind")[-1] == ["预脱贫", "", book.signature("auditor")]


@pytest.mark.parametrize(
    "act",
    [
        lambda book: ledger.retract(book, "observations", pd.DataFrame({"hh": ["001"], "month": [1]}), CORRECT),
        lambda book: ledger.retract(book, "households", pd.DataFrame({"hh": ["001"]}), CORRECT),
        lambda book: ledger.correct(book, "households", pd.DataFrame({"hh": ["404"], "cause": ["因病"]}), CORRECT),
        lambda book: ledger.correct(
            book, "households", pd.DataFrame({"hh": ["001"], "cause": ["因病"]}), ledger.BatchInfo()
        ),
        lambda book: ledger.correct(book, "households", pd.DataFrame({"hh": ["001"]}), CORRECT),
        lambda book: ledger.correct(book, "observations", pd.DataFrame({"hh": ["001"], "food": [1]}), CORRECT),
    ],
)
def test_no_reason_no_row_no_correction(book, act):
    with pytest.raises(LedgerError):
        act(book)
    assert book.head().batch == 1
