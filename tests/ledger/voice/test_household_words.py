"""Words of households in the ledger: one answer each, by its day, and none of a household that nobody knows."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.errors import LedgerError
from povlib.ledger.household_decisions import decision_rows
from povlib.ledger.voice.household_words import answer_word, household_words, record_words

DAY = date(2016, 5, 10)
INFO = ledger.BatchInfo(officer="desk", role="desk")


def _word(**more: object) -> dict[str, object]:
    return {"hh": "001", "kind": "objection", "run": "r1", "words": "隔壁更困难", "day": DAY, "officer": "desk",
            "due_day": DAY + timedelta(days=10), **more}  # fmt: skip


def _record(book: ledger.Ledger, *rows: dict[str, object], **more: object) -> list[str]:
    return record_words(book, pd.DataFrame(rows), INFO, **more)[1]  # type: ignore[arg-type]


def test_words_are_numbered_by_household_and_stand_as_they_were_said(book):
    before = book.data_head()
    assert _record(book, _word(), _word(kind="consent"), _word(hh="")) == ["001-1", "001-2", "village-1"]
    found = household_words(book).set_index("id")
    assert found.loc["001-1", ["words", "day", "due_day"]].tolist() == ["隔壁更困难", 20160510, 20160520]
    assert pd.isna(found.loc["001-1", "answered_day"])
    assert book.data_head() == before  # no data: what runs know, and so their numbers, stay
    assert ledger.check(book).ok
    told = ledger.history(book, "001")
    assert "household_word.words" in set(told["what"])


def test_a_word_is_answered_once_and_not_before_it_was_said(book):
    (number,) = _record(book, _word())
    for outcome, answer, day, said in (
        ("granted", "x", DAY, "cannot be answered so"),
        ("rejected", " ", DAY, "say what is answered"),
        ("rejected", "x", DAY - timedelta(days=1), "older than what it answers"),
        ("rejected", "x", date.today() + timedelta(days=1), "lies in the future"),
    ):
        with pytest.raises(LedgerError, match=said):
            answer_word(book, number, outcome, answer, day, "head", INFO)
    answer_word(book, number, "rejected", "已核对", DAY, "head", INFO)  # on the very day
    with pytest.raises(LedgerError, match="was answered on 2016-05-10"):
        answer_word(book, number, "upheld", "x", DAY, "head", INFO)
    with pytest.raises(LedgerError, match="001-1"):
        answer_word(book, "001-11", "upheld", "x", DAY, "head", INFO)


def test_every_fault_is_said_at_once_and_nothing_is_recorded(book):
    rows = [_word(hh="404"), _word(words=" "), _word(hh="", kind="wish"), _word(kind="shout"),
            _word(day=date.today() + timedelta(days=1)), _word(officer="")]  # fmt: skip
    with pytest.raises(LedgerError) as refused:
        _record(book, *rows)
    said = " ".join(fault.show("en") for fault in refused.value.faults)
    for part in ("404", "in its own words", "name the household", "'shout' is not known", "future", "officer"):
        assert part in said
    assert household_words(book).empty


def test_the_same_word_is_not_taken_down_twice_while_it_is_open(book):
    _record(book, _word())
    with pytest.raises(LedgerError, match="on record already and open: 001-1"):
        _record(book, _word(day=DAY + timedelta(days=1)))
    assert _record(book, _word(words="another")) == ["001-2"]


@pytest.mark.parametrize(("after", "taken"), [(0, True), (5, True), (6, False)])
def test_an_appeal_comes_within_its_days_counted_from_the_answer(book, after, taken):
    (number,) = _record(book, _word())
    appeal = _word(kind="appeal", about=number, words="不服", day=DAY + timedelta(days=2 + after))
    with pytest.raises(LedgerError, match="not answered with a no"):
        _record(book, appeal)
    answer_word(book, number, "rejected", "已核对", DAY + timedelta(days=2), "head", INFO)
    with pytest.raises(LedgerError, match="older than the answer"):
        _record(book, {**appeal, "day": DAY + timedelta(days=1)})
    with pytest.raises(LedgerError, match="not this household's own"):
        _record(book, {**appeal, "hh": "002"})
    if taken:
        assert _record(book, appeal, appeal_days=5) == ["001-2"]
        with pytest.raises(LedgerError, match="on record already"):
            _record(book, appeal, appeal_days=5)
    else:
        with pytest.raises(LedgerError, match="until 2016-05-17"):
            _record(book, appeal, appeal_days=5)


def test_what_binds_the_next_plan_is_in_the_same_batch_or_nothing_is(book):
    row = {"hh": "001", "voice": "household", "subject": "microloan", "verdict": "refusal", "decided_by": "desk",
           "reason": "怕欠债"}  # fmt: skip
    binding = decision_rows(pd.DataFrame([row]))
    refusal = _word(kind="refusal", subject="microloan", words="怕欠债", run="", due_day=None)
    with pytest.raises(LedgerError):
        _record(book, refusal, _word(hh="404"), binding=binding)
    assert ledger.household_decisions(book).empty
    _record(book, refusal, binding=binding)
    assert ledger.household_decisions(book)["batch"].tolist() == household_words(book)["batch"].tolist()


def test_a_ledger_of_an_earlier_release_gets_the_tables(file):
    with ledger.open(file) as book:
        for table in ("household_word", "plan_posting"):
            book.store.execute(f"drop table {table}")
    with ledger.open(file) as book:
        assert household_words(book).empty
        assert _record(book, _word()) == ["001-1"]
        assert ledger.check(book).ok
