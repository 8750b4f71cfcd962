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


def approved(book, run, first="2016-06", due=DUE, replacing=False, reason="", **changes):
    info = ledger.BatchInfo(
        officer="head", role="approve", source_sha256=run[-1] * 64, month=Month.parse(first), reason=reason
    )
    frame = promised(due_month=due.ordinal, **changes)
    return ledger.record_promises(book, run, frame, info, replacing=replacing)


@pytest.mark.parametrize(
    ("first", "due"), [("2016-06", DUE), ("2016-12", Month(2017, 12)), ("2016-03", Month(2016, 6))]
)
def test_two_plans_in_force_never_speak_of_the_same_months(book, first, due):
    approved(book, "run-1")
    with pytest.raises(LedgerError, match="in force until 2016-12"):
        approved(book, "run-2", first, due)
    assert ledger.promises(book).run.unique().tolist() == ["run-1"]


@pytest.mark.parametrize(("first", "due"), [("2017-01", Month(2017, 12)), ("2016-03", Month(2016, 5))])
def test_plans_for_months_of_their_own_stand_side_by_side(book, first, due):
    approved(book, "run-1")
    approved(book, "run-2", first, due)
    assert ledger.promises(book).in_force.all()
    assert ledger.promises(book).run.value_counts().to_dict() == {"run-1": 4, "run-2": 4}


def test_an_approval_without_its_period_is_taken_to_begin_at_once(book):
    ledger.record_promises(book, "run-1", promised(), INFO)  # no month given: the one after the data
    with pytest.raises(LedgerError, match="in force"):
        approved(book, "run-2", "2016-09")


def test_a_replaced_plan_keeps_its_promises_and_only_the_new_one_is_scored(book, make):
    approved(book, "run-1")
    with pytest.raises(LedgerError, match="with a reason"):
        approved(book, "run-2", replacing=True)
    approved(book, "run-2", replacing=True, reason="the county cut the fund", p=0.4, lo=0.0, hi=1.0)
    told = ledger.promises(book)
    assert told.groupby("run").in_force.all().to_dict() == {"run-1": False, "run-2": True}
    last = ledger.standing_decisions(book).set_index("run")
    assert last.decision.to_dict() == {"run-1": "replaced", "run-2": "approved"}
    assert set(last.reason) == {"the county cut the fund"}
    assert (ledger.approved_digests(book, "run-1"), ledger.approved_digests(book, "run-2")) == ([], ["2" * 64])
    outcomes = pd.DataFrame({"hh": ["001"], "outcome": [1], "key": [None]})
    ledger.score_promises(book, DUE, outcomes, ledger.BatchInfo())
    told = ledger.promises(book)
    assert told.groupby("run").scored.all().to_dict() == {"run-1": False, "run-2": True}
    assert not ledger.unsettled(told)[told.run == "run-1"].any()
    assert ledger.check(book).ok


def test_a_plan_is_withdrawn_and_approved_again_on_the_record(book):
    approved(book, "run-1")
    why = ledger.BatchInfo(officer="head", role="approve", reason="an error in the funds")
    with pytest.raises(LedgerError, match="with a reason"):
        ledger.withdraw_plan(book, "run-1", ledger.BatchInfo(officer="head", role="approve"))
    with pytest.raises(LedgerError, match="nothing to withdraw"):
        ledger.withdraw_plan(book, "run-9", why)
    assert ledger.withdraw_plan(book, "run-1", why).added
    assert not ledger.withdraw_plan(book, "run-1", why).added
    assert not ledger.promises(book).in_force.any()
    with pytest.raises(LedgerError, match="nothing was promised"):
        ledger.score_promises(book, DUE, pd.DataFrame({"hh": []}), ledger.BatchInfo())
    approved(book, "run-2")
    with pytest.raises(LedgerError, match="in force"):
        approved(book, "run-1")
    assert approved(book, "run-1", replacing=True, reason="the error was none").added
    told = ledger.promises(book)
    assert len(told) == 8
    assert told[told.in_force].run.unique().tolist() == ["run-1"]
    assert ledger.plan_decisions(book).decision.tolist() == [
        "approved",
        "withdrawn",
        "approved",
        "approved",
        "replaced",
    ]
    assert set(ledger.plan_decisions(book)["first"]) == {Month(2016, 6).ordinal}
    assert ledger.check(book).ok


def test_what_came_true_is_not_taken_back(book, make):
    approved(book, "run-1", due=Month(2016, 6))
    rows = pd.DataFrame({"month": [Month(2016, 6).ordinal], "hh": ["001"], "wage_fen": [100]})
    book.append(ledger.BatchInfo(month=Month(2016, 6)), {"observations": rows})
    why = ledger.BatchInfo(officer="head", role="approve", reason="it did not come true")
    with pytest.raises(LedgerError, match="recorded already"):
        ledger.withdraw_plan(book, "run-1", why)


def test_a_plans_first_month_does_not_date_later_changes_of_the_register(book):
    approved(book, "run-1", "2016-12")
    rows = pd.DataFrame({"hh": ["001"], "village": ["农家村"], "status": ["脱贫"]})
    book.append(ledger.BatchInfo(), {"households": rows})
    assert book.store.rows("select max(valid_from) from event")[0][0] < 201612


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
