"""Decisions by hand in the ledger: whole or not at all, the newest counts, taken back on the record, checked."""

from __future__ import annotations

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError

JUNE = Month(2016, 6)
INFO = ledger.BatchInfo(officer="desk", source_name="decisions.xlsx", source_sha256="a" * 64)


def _decided(hh: str, verdict: str, **more: object) -> dict[str, object]:
    return {"hh": hh, "voice": "office", "verdict": verdict, "decided_by": "meeting", "reason": "because", **more}


@pytest.fixture
def known(book, make):
    book.append(ledger.BatchInfo(), make.township())
    return book


def _record(book: ledger.Ledger, *rows: dict[str, object], info: ledger.BatchInfo = INFO) -> ledger.Batch:
    return ledger.record_household_decisions(book, pd.DataFrame(rows), info)


def test_decisions_are_recorded_once_and_the_newest_counts(known):
    first = _record(known, _decided("001", "refused"), _decided("002", "approved", package="grant"))
    assert (first.added, first.rows["household_decision"]) == (True, 2)
    assert not _record(known, _decided("001", "refused")).added  # the same file again
    other = ledger.BatchInfo(officer="desk", source_sha256="b" * 64)
    again = _record(known, _decided("001", "by_hand", package="loan"), _decided("002", "approved", package="grant"),
                    info=other)  # fmt: skip
    assert again.rows["household_decision"] == 1
    found = ledger.household_decisions(known)
    assert found[["hh", "verdict", "package", "batch"]].to_numpy().tolist() == [
        ["001", "by_hand", "loan", again.id],
        ["002", "approved", "grant", first.id],
    ]
    # a server records the login in the officer's place
    assert found["officer"].unique().tolist() == ["desk" if known.store.name == "sqlite" else "postgres"]
    assert ledger.household_decisions(known, first.id)["verdict"].tolist() == ["refused", "approved"]
    assert ledger.last_decision_batch(known) == again.id
    assert known.data_head() < first.id  # no batch of data: what earlier runs know stays as it was
    assert ledger.check(known).ok


def test_a_decision_taken_back_stays_in_the_history(known):
    _record(known, _decided("001", "refused"))
    keys = pd.DataFrame({"hh": ["001"], "voice": "office", "subject": ""})
    with pytest.raises(LedgerError, match="reason"):
        ledger.take_back_decisions(known, keys, ledger.BatchInfo(officer="desk"))
    last = ledger.take_back_decisions(known, keys, ledger.BatchInfo(officer="desk", reason="heard them"))
    assert ledger.household_decisions(known).empty
    assert ledger.last_decision_batch(known) == last.id
    told = ledger.history(known, "001")
    told = told[told["what"] == "household_decision.verdict"]
    assert told[["before", "after"]].to_numpy().tolist() == [["", "refused"], ["refused", ""]]
    with pytest.raises(LedgerError, match="not on record"):
        ledger.take_back_decisions(known, keys, ledger.BatchInfo(officer="desk", reason="again"))
    assert ledger.check(known).ok


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (_decided("001", "maybe"), "'maybe' is not known"),
        (_decided("001", "wish"), "'wish' is not known"),
        (_decided("001", "by_hand"), "names the package"),
        (_decided("001", "refused", reason=" "), "needs a reason"),
        (_decided("001", "refused", decided_by=""), "somebody who decided"),
        (_decided("001", "refused", answer="perhaps"), "'perhaps' is not known"),
        (_decided("999", "refused"), "not registered"),
    ],
)
def test_what_cannot_be_recorded_is_named_and_nothing_is_written(known, row, words):
    head = known.head()
    with pytest.raises(LedgerError, match=words):
        _record(known, _decided("002", "refused"), row)
    assert known.head() == head


def test_a_household_decided_twice_is_refused(known):
    with pytest.raises(LedgerError, match="001 is decided twice"):
        _record(known, _decided("001", "refused"), _decided("001", "approved"))


def test_wishes_wait_for_an_answer_and_refusals_bind_at_once(known):
    said = {"voice": "household", "decided_by": "village cadre", "reason": "told at a visit"}
    rows = pd.DataFrame(
        [
            {"hh": "001", "subject": "loan", "verdict": "refusal"},
            {"hh": "002", "subject": "grant", "verdict": "wish"},
            {"hh": "003", "subject": "", "verdict": "objection"},
        ]
    ).assign(**said)
    ledger.record_household_decisions(known, rows, ledger.BatchInfo(officer="desk", role="desk"))
    assert ledger.open_wishes(known)["hh"].tolist() == ["001", "002", "003"]
    assert ledger.binding_decisions(ledger.household_decisions(known), JUNE)["hh"].tolist() == ["001"]
    answered = rows.iloc[[1]].assign(answer="granted", reply="a place was found")
    ledger.record_household_decisions(known, answered, ledger.BatchInfo(officer="desk", role="desk"))
    assert ledger.open_wishes(known)["hh"].tolist() == ["001", "003"]
    assert ledger.binding_decisions(ledger.household_decisions(known), JUNE)["hh"].tolist() == ["001", "002"]


def test_a_decision_binds_no_plan_that_begins_after_its_own_ended(known):
    _record(known, _decided("001", "refused", until=JUNE.ordinal), _decided("002", "refused"))
    found = ledger.household_decisions(known)
    assert ledger.binding_decisions(found, JUNE)["hh"].tolist() == ["001", "002"]
    assert ledger.binding_decisions(found, JUNE + 1)["hh"].tolist() == ["002"]


def test_a_ledger_of_an_earlier_release_is_given_the_table(place, make):
    with ledger.open(place, create=True, seed=1) as book:
        book.append(ledger.BatchInfo(), make.township())
        book.store.execute("drop table household_decision")
    with ledger.open(place) as book:
        assert ledger.household_decisions(book).empty
        assert ledger.last_decision_batch(book) == 0
        _record(book, _decided("001", "refused"))
        assert ledger.check(book).ok
