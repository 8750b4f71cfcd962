"""Funds: double entry, once each, never before approval, and against the bank."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import povlib.ledger as ledger
from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.ledger import Movement

INFO = ledger.BatchInfo(officer="finance", role="allocate", reason="wrong account")
DAY = "2016-06-01"
GRANT = Movement("g1", "industry", 2016, 100_000, "2016-03-01")
PLAN = Movement("c1", "industry", 2016, 60_000, DAY, run="run-1", hh="001", village="农家村", measure="cattle")
PAYMENT = replace(PLAN, id="p1", fen=25_000)


def approve(book, run: str = "run-1", *, replacing: bool = False) -> None:
    promises = pd.DataFrame(
        {"kind": "household", "hh": ["001", "002", "003"], "p": 0.5, "due_month": Month(2016, 12).ordinal}
    )
    ledger.record_promises(book, run, promises, INFO, replacing=replacing)


def figures(book, **by) -> list[list[int]]:
    table = ledger.balances(book, **by)
    return table[["granted_fen", "available_fen", "committed_fen", "paid_fen"]].to_numpy().tolist()


def test_the_way_of_the_money(book):
    ledger.appropriate(book, [GRANT], INFO)
    approve(book)
    ledger.commit(book, [PLAN], INFO)
    ledger.pay(book, [PAYMENT], INFO)
    assert figures(book) == [[100_000, 40_000, 35_000, 25_000]]
    table = ledger.balances(book)
    assert table[["execution_rate", "carry_over_rate"]].iloc[0].tolist() == [0.25, 0.75]
    by = ledger.balances(book, by=("village", "measure", "hh"))
    assert by.to_numpy().tolist() == [["农家村", "cattle", "001", 35_000, 25_000]]
    assert book.data_head() == 1
    assert ledger.check(book).ok


def test_no_money_before_the_plan_is_approved(book):
    ledger.appropriate(book, [GRANT], INFO)
    for act in (ledger.commit, ledger.pay):
        with pytest.raises(LedgerError, match="run-1"):
            act(book, [PLAN], INFO)
    assert figures(book) == [[100_000, 100_000, 0, 0]]


def test_nothing_is_paid_twice(book):
    ledger.appropriate(book, [GRANT], INFO)
    approve(book)
    ledger.commit(book, [PLAN], INFO)
    first = ledger.pay(book, [PAYMENT], INFO)
    again = ledger.pay(book, [PAYMENT], INFO)
    assert (again.added, again.id) == (False, first.id)
    for other in (replace(PAYMENT, fen=1), replace(PAYMENT, year=2017), replace(PAYMENT, hh="002")):
        with pytest.raises(LedgerError, match="p1"):
            ledger.pay(book, [other], INFO)
    with pytest.raises(LedgerError, match="35000"):
        ledger.pay(book, [replace(PAYMENT, id="p2", fen=35_001)], INFO)
    ledger.pay(book, [PAYMENT, replace(PAYMENT, id="p2", fen=35_000)], INFO)
    assert figures(book) == [[100_000, 40_000, 0, 60_000]]


def test_a_fund_is_never_overdrawn(book):
    ledger.appropriate(book, [GRANT], INFO)
    approve(book)
    with pytest.raises(LedgerError, match="20000"):
        ledger.commit(book, [PLAN, replace(PLAN, id="c2", hh="002")], INFO)
    assert figures(book) == [[100_000, 100_000, 0, 0]]  # both or none


def test_reversal_needs_the_later_movement_gone_first(book):
    ledger.appropriate(book, [GRANT], INFO)
    approve(book)
    ledger.commit(book, [PLAN, replace(PLAN, id="c2", hh="002", fen=40_000)], INFO)
    ledger.pay(book, [PAYMENT], INFO)
    with pytest.raises(LedgerError):
        ledger.reverse(book, ["c1"], DAY, INFO)
    ledger.reverse(book, ["p1"], DAY, INFO)
    ledger.reverse(book, ["c1"], DAY, INFO)
    assert figures(book) == [[100_000, 60_000, 40_000, 0]]
    for ids in (["p1"], ["nothing"], ["p1/reversal"]):
        with pytest.raises(LedgerError):
            ledger.reverse(book, ids, DAY, INFO)
    with pytest.raises(LedgerError):
        ledger.pay(book, [replace(PAYMENT, id="p3")], INFO)
    assert ledger.check(book).ok


def test_release_and_carry_over(book):
    ledger.appropriate(book, [GRANT], INFO)
    approve(book)
    ledger.commit(book, [PLAN], INFO)
    ledger.pay(book, [PAYMENT], INFO)
    ledger.release(book, [replace(PLAN, id="r1", fen=35_000)], INFO)
    ledger.carry_over(book, "industry", 2016, "2017-01-01", INFO)
    assert figures(book) == [[100_000, 0, 0, 25_000], [75_000, 75_000, 0, 0]]
    assert ledger.balances(book)["carry_over_rate"].tolist() == [0.75, 1.0]
    with pytest.raises(LedgerError):
        ledger.carry_over(book, "industry", 2016, "2017-01-01", INFO)


def test_a_family_that_has_this_aid_is_flagged(book):
    support = pd.DataFrame({"id": ["s"], "hh": ["001"], "measure": ["cattle"]})
    book.append(ledger.BatchInfo(), {"support": support})
    ledger.appropriate(book, [GRANT], INFO)
    approve(book)
    _, flagged = ledger.commit(book, [PLAN, replace(PLAN, id="c2", hh="002", fen=1)], INFO)
    assert flagged.to_numpy().tolist() == [["001", "cattle", "support"]]
    approve(book, "run-2", replacing=True)
    with pytest.raises(LedgerError, match="not approved"):
        ledger.pay(book, [replace(PAYMENT, fen=1)], INFO)
    _, flagged = ledger.commit(book, [replace(PLAN, id="c3", run="run-2", hh="002", fen=1)], INFO)
    assert flagged.to_numpy().tolist() == [["002", "cattle", "run-1"]]


@pytest.mark.parametrize("change", [{"fen": 0}, {"fen": -5}, {"fen": 1.5}, {"date": "June"}, {"id": ""}])
def test_a_movement_that_is_none(book, change):
    with pytest.raises(LedgerError):
        ledger.appropriate(book, [replace(GRANT, **change)], INFO)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_reconciliation_with_the_bank(book, tmp_path: Path, encoding):
    ledger.appropriate(book, [GRANT], INFO)
    approve(book)
    ledger.commit(book, [PLAN], INFO)
    ledger.pay(book, [replace(PAYMENT, id=f"p{i}", fen=1000 * i) for i in (1, 2, 3)], INFO)
    bank = tmp_path / "bank.csv"
    bank.write_text("日期,摘要,金额\n2016-06-02,p1,10.00\n2016-06-02,p2,20.01\n2016-06-03,x9,5\n", encoding=encoding)
    found = ledger.reconcile(book, bank, reference="摘要", amount="金额")
    assert found.matched.to_numpy().tolist() == [["p1", 1000, 1000]]
    assert found.differing.to_numpy().tolist() == [["p2", 2001, 2000]]
    assert found.bank_only.to_numpy().tolist() == [["x9", 500]]
    assert found.ledger_only.to_numpy().tolist() == [["p3", 3000]]
    assert not found.ok
    ledger.reverse(book, ["p1", "p2", "p3"], DAY, INFO)
    bank.write_text("摘要,金额\n", encoding=encoding)
    assert ledger.reconcile(book, bank, reference="摘要", amount="金额").ok


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        b"reference,amount\np1\n",
        b"reference,amount\np1,1\np1,2\n",
        b"reference,amount\np1,1e400\n",
        b"\xff\xfe\xff",
        b'reference,amount\n"p1"x,1\n',
    ],
)
def test_a_bank_file_that_cannot_be_read(book, tmp_path: Path, content):
    bank = tmp_path / "bank.csv"
    bank.write_bytes(content)
    with pytest.raises(LedgerError):
        ledger.reconcile(book, bank)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from("cprv"), st.integers(0, 5), st.integers(1, 70_000)), max_size=8))
def test_whatever_is_tried_the_sums_hold(tmp_path_factory, make, steps):
    """Against a plain account kept beside: refused movements change nothing, accepted ones sum to zero."""
    with ledger.open(tmp_path_factory.mktemp("f") / "l.sqlite", create=True, seed=1) as book:
        book.append(ledger.BatchInfo(), make.township())
        ledger.appropriate(book, [GRANT], INFO)
        approve(book)
        available, committed, paid = 100_000, 0, 0
        for at, (act, which, fen) in enumerate(steps):
            try:
                if act == "c":
                    ledger.commit(book, [replace(PLAN, id=f"c{which}", fen=fen)], INFO)
                elif act == "p":
                    ledger.pay(book, [replace(PLAN, id=f"p{which}", fen=fen)], INFO)
                elif act == "r":
                    ledger.release(book, [replace(PLAN, id=f"r{at}", fen=fen)], INFO)
                else:
                    ledger.reverse(book, [f"{'cp'[which % 2]}{which}"], DAY, INFO)
            except LedgerError:
                assert figures(book) == [[100_000, available, committed, paid]]
                continue
            _, available, committed, paid = figures(book)[0]
            assert available + committed + paid == 100_000
            assert min(available, committed, paid) >= 0
        assert ledger.check(book).ok
