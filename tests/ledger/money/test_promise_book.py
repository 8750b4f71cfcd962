"""The promise book: written before the outcome, scored as promised, never dropped."""

from __future__ import annotations

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError

DUE = Month(2016, 12)
INFO = ledger.BatchInfo(officer="head", role="approve", source_sha256="c" * 64)


def promised(**changes) -> pd.DataFrame:
    frame = pd.DataFrame({"hh": ["001", "002", "003"], "package": ["job", "0", "0"], "p": [0.8, 0.3, 0.1]})
    frame = frame.assign(kind="household", village="农家村", p0=[0.2, 0.3, 0.1], lo=[0.5, 0.1, 0.0], hi=[0.9, 0.5, 0.4])
    total = pd.DataFrame({"kind": ["total"], "key": ["total_exits"], "p": [2.4], "p0": [1.2], "lo": [1.0], "hi": [4.0]})
    changes = {"due_month": DUE.ordinal, **changes}
    return pd.concat([frame, total], ignore_index=True).assign(**changes)


def test_promises_are_written_once_and_never_touch_the_data(book):
    before = ledger.read_state(book)
    first = ledger.record_promises(book, "run-1", promised(), INFO)
    again = ledger.record_promises(book, "run-1", promised(), INFO)
    assert (first.added, again.added, again.id) == (True, False, first.id)
    after = ledger.read_state(book)
    assert (book.data_head(), after.digest) == (1, before.digest)
    assert len(after.promises) == 4
    assert not ledger.promises(book).scored.any()


def test_scored_as_promised_and_not_assessable_is_kept(book, make):
    ledger.record_promises(book, "run-1", promised(), INFO)
    outcomes = pd.DataFrame({"hh": ["001", "002", None], "outcome": [1, pd.NA, pd.NA], "delivered": ["no", None, None]})
    outcomes = outcomes.assign(
        key=[None, None, "total_exits"], outcome_lo=[None, None, 2.0], outcome_hi=[None, None, 4.0]
    )
    ledger.score_promises(book, DUE, outcomes, ledger.BatchInfo())
    scored = ledger.promises(book).set_index("hh")
    assert scored.scored.all()
    assert scored.loc["001", ["outcome", "outcome_lo", "outcome_hi", "delivered"]].tolist() == [1.0, 1.0, 1.0, "no"]
    for hh in ("002", "003"):
        assert pd.isna(scored.loc[hh, "outcome"])
        assert scored.loc[hh, ["outcome_lo", "outcome_hi", "basis"]].tolist() == [0.0, 1.0, "not assessable"]
    total = scored[scored.kind == "total"].iloc[0]
    assert [total.outcome_lo, total.outcome_hi] == [2.0, 4.0]
    assert ledger.check(book).ok


def test_a_later_plan_does_not_cancel_an_earlier_promise(book):
    ledger.record_promises(book, "run-1", promised(), INFO)
    ledger.record_promises(book, "run-2", promised(p=0.4, lo=0.0, hi=1.0), INFO)
    assert ledger.promises(book).run.value_counts().to_dict() == {"run-1": 4, "run-2": 4}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hh": ["001", "002", None, None]}, "no promise"),
        ({"hh": ["001", "002", "003", None], "p": [1.2, 0.3, 0.1, 2.4], "hi": [1.3, 1, 1, 4]}, "between 0 and 1"),
        ({"lo": 0.9}, "do not hold"),
        ({"due_month": Month(2016, 1).ordinal}, "already recorded"),
    ],
)
def test_a_promise_that_is_none(book, change, said):
    frame = promised(**change)
    if "no promise" in said:
        frame = frame[frame.hh.notna() | (frame.kind == "total")]
    from povlib.words import language_in_use

    with language_in_use("en"), pytest.raises(LedgerError, match=said):
        ledger.record_promises(book, "run-1", frame, INFO)
    assert book.head().batch == 1


def test_nothing_promised(book):
    with pytest.raises(LedgerError):
        ledger.score_promises(book, DUE, pd.DataFrame({"hh": [], "outcome": []}), ledger.BatchInfo())


def test_late_rows_settle_what_could_not_be_assessed(book):
    ledger.record_promises(book, "run-1", promised(), INFO)
    first = pd.DataFrame({"hh": ["001", "002", "003"], "outcome": pd.array([1, pd.NA, pd.NA], dtype="Float64")})
    early = ledger.score_promises(book, DUE, first, ledger.BatchInfo())
    assert ledger.unsettled(ledger.promises(book)).sum() == 2
    again = ledger.score_promises(book, DUE, first, ledger.BatchInfo())
    assert (again.added, again.id) == (False, early.id)  # nothing new: nothing written

    later = pd.DataFrame({"hh": ["001", "002"], "outcome": [0.0, 1.0]})
    ledger.score_promises(book, DUE, later, ledger.BatchInfo())
    now = ledger.promises(book).set_index("hh")
    assert now.loc["001", "outcome"] == 1.0  # assessed: it stands
    assert now.loc["002", ["outcome", "outcome_lo", "outcome_hi"]].tolist() == [1.0, 1.0, 1.0]
    assert now.loc["003", ["outcome_lo", "outcome_hi"]].tolist() == [0.0, 1.0]
    then = ledger.promises(book, as_of=early.id).set_index("hh")
    assert pd.isna(then.loc["002", "outcome"])  # as it was known
    assert ledger.check(book).ok
