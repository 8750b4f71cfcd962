"""Postings of plans: hung once, taken down with a reason, hung anew; what was recorded stays."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

import povlib.ledger as ledger
from povlib.errors import LedgerError
from povlib.ledger.voice.plan_postings import plan_postings, record_posting, take_posting_down

DAY = date(2016, 5, 1)
INFO = ledger.BatchInfo(officer="desk", role="desk", reason="rain")


def test_a_list_hangs_once_comes_down_with_a_reason_and_hangs_anew(book):
    record_posting(book, "r1", DAY, 7, "desk", INFO)
    with pytest.raises(LedgerError, match="hangs since 2016-05-01"):
        record_posting(book, "r1", DAY + timedelta(days=1), 7, "desk", INFO)
    record_posting(book, "r2", DAY, 7, "desk", INFO)
    with pytest.raises(LedgerError, match="for a reason"):
        take_posting_down(book, "r1", DAY, ledger.BatchInfo(officer="desk"))
    with pytest.raises(LedgerError, match="not hung before 2016-05-01"):
        take_posting_down(book, "r1", DAY - timedelta(days=1), INFO)
    take_posting_down(book, "r1", DAY + timedelta(days=2), INFO)
    with pytest.raises(LedgerError, match="does not hang"):
        take_posting_down(book, "r1", DAY + timedelta(days=3), INFO)
    record_posting(book, "r1", DAY + timedelta(days=4), 7, "desk", INFO)
    found = plan_postings(book)
    assert found[["run", "posted_day"]].to_numpy().tolist() == [["r1", 20160501], ["r1", 20160505], ["r2", 20160501]]
    assert found["taken_down_day"].tolist() == [20160503, pd.NA, pd.NA]
    assert found["reason"].tolist()[0] == "rain"
    assert ledger.check(book).ok


def test_no_list_hangs_or_comes_down_tomorrow(book):
    tomorrow = date.today() + timedelta(days=1)
    with pytest.raises(LedgerError, match="future"):
        record_posting(book, "r1", tomorrow, 7, "desk", INFO)
    record_posting(book, "r1", date.today(), 7, "desk", INFO)
    with pytest.raises(LedgerError, match="future"):
        take_posting_down(book, "r1", tomorrow, INFO)
