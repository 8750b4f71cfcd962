"""Receipts against what is due: fen by fen and day by day, with days counted by hand and by brute force."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.villages.incomes.due_schedule import (
    days_of_contracts,
    deposits_held,
    due_schedule,
    overdue_by_contract,
    refuse_doubled_receipts,
)

JANUARY = Month(2015, 1).ordinal
RENT = {"contract": "店", "footing": "fixed", "fen": 7, "due_months": "3、6、9、12", "due_day": 31, "deposit_fen": 5,
        "from_month": JANUARY, "to_month": JANUARY + 23}  # fmt: skip


def receipts(*rows: tuple[str, int, int]) -> pd.DataFrame:
    """Return receipts of contract, day, fen."""
    made = [{"contract": c, "receipt": str(n), "day": d, "part": "due", "fen": f} for n, (c, d, f) in enumerate(rows)]
    return pd.DataFrame(made, columns=["contract", "receipt", "day", "part", "fen"])


def test_a_day_that_the_month_has_not_is_its_last() -> None:
    found = days_of_contracts(pd.DataFrame([RENT]), 0, 20151231)
    assert found["due"].tolist() == [20150331, 20150630, 20150930, 20151231]


def test_overdue_by_the_day_as_it_was_on_any_day() -> None:
    """Counted by hand: unpaid on 31 March 2015, overdue from 1 April on; what comes later changes nothing."""
    came = receipts(("店", 20150420, 4), ("店", 20150701, 5))
    asked = {20150331: (0, 0), 20150401: (7, 1), 20150420: (3, 20), 20150630: (3, 91), 20150701: (5, 1)}
    for day, (fen, days) in asked.items():
        late = overdue_by_contract(due_schedule(pd.DataFrame([RENT]), came, day))
        assert (late["overdue_fen"].sum(), late["days_overdue"].max() if len(late) else 0) == (fen, days), day
    last = due_schedule(pd.DataFrame([RENT]), came, 20150701)
    assert last["settled"].fillna(0).tolist() == [20150701, 0]
    assert last["days_late"].tolist() == [92, 0]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 9),
    st.sets(st.integers(1, 12), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 700), st.integers(1, 12)), max_size=8, unique_by=lambda r: r[0]),
    st.integers(0, 760),
)
def test_each_fen_settles_the_oldest_day(fen: int, months: set[int], paid: list[tuple[int, int]], asked: int) -> None:
    start = date(2015, 1, 1)
    row = {**RENT, "fen": fen, "due_months": "、".join(map(str, sorted(months))), "due_day": 15}
    days = [int((start + timedelta(n)).strftime("%Y%m%d")) for n, _ in paid]
    today = start + timedelta(asked)
    came = receipts(*(("店", day, amount) for day, (_, amount) in zip(days, paid, strict=True)))
    found = due_schedule(pd.DataFrame([row]), came, int(today.strftime("%Y%m%d")))
    # brute force: one coin after the other goes to the oldest day that still lacks one
    owed = [
        date(year, month, 15) for year in (2015, 2016) for month in sorted(months) if date(year, month, 15) <= today
    ]
    coins: list[list[date]] = [[] for _ in owed]
    for when, amount in sorted((start + timedelta(n), amount) for n, amount in paid if start + timedelta(n) <= today):
        for _ in range(amount):
            open_days = [at for at, had in enumerate(coins) if len(had) < fen]
            if open_days:
                coins[open_days[0]].append(when)
    assert [date.fromisoformat(str(day)) for day in found["due"]] == owed
    assert found["received_fen"].tolist() == [len(had) for had in coins]
    lacking = [fen - len(had) if day < today else 0 for day, had in zip(owed, coins, strict=True)]
    assert found["overdue_fen"].tolist() == lacking
    gaps = [(today - day).days if lacks else 0 for day, lacks in zip(owed, lacking, strict=True)]
    assert found["days_overdue"].tolist() == gaps
    if fen:
        late = [max(0, (had[-1] - day).days) if len(had) == fen else 0 for day, had in zip(owed, coins, strict=True)]
        assert found["days_late"].tolist() == late


def test_a_risky_contract_owes_no_amount_and_a_silent_day_is_named() -> None:
    share = {**RENT, "contract": "股", "footing": "risky", "due_months": "12", "due_day": 20}
    came = receipts(("股", 20160105, 30))
    found = due_schedule(pd.DataFrame([share]), came, 20161231)
    assert found["due"].tolist() == [20151220, 20161220]
    assert found["received_fen"].tolist() == [30, 0]
    assert found["silent"].tolist() == [False, True]
    assert found["days_late"].tolist() == [16, 0]
    assert found["fen"].isna().all()
    assert not found["overdue_fen"].any()


def test_a_dividend_booked_twice_is_refused_with_all_its_numbers() -> None:
    came = receipts(("股", 20160105, 30), ("股", 20160105, 30), ("店", 20150401, 7), ("店", 20150401, 7))
    with pytest.raises(DataError) as refused:
        due_schedule(pd.DataFrame([RENT]), came, 20161231)
    assert len(refused.value.faults) == 2
    apart = came.assign(fen=[30, 31, 7, 8])
    refuse_doubled_receipts(apart)


def test_months_that_cannot_be_read_are_all_told() -> None:
    rows = pd.DataFrame([{**RENT, "due_months": "13"}, {**RENT, "contract": "山", "due_months": ""}, RENT])
    with pytest.raises(DataError) as refused:
        days_of_contracts(rows, 0, 20161231)
    assert sorted(fault.where for fault in refused.value.faults) == ["山", "店"]


def test_a_deposit_settles_nothing_and_is_owed_back() -> None:
    came = pd.concat([receipts(("店", 20150105, 5)).assign(part="deposit"), receipts(("店", 20150106, 2)).assign(
        part="deposit_back", receipt="b")])  # fmt: skip
    found = due_schedule(pd.DataFrame([RENT]), came, 20150401)
    assert found["received_fen"].tolist() == [0]
    assert deposits_held(pd.DataFrame([RENT]), came, 20150105)["held_fen"].tolist() == [5]
    assert deposits_held(pd.DataFrame([RENT]), came, 20150106)[["held_fen", "lacking_fen"]].to_numpy().tolist() == [
        [3, 2]
    ]


def test_nothing_due_is_an_empty_schedule() -> None:
    assert due_schedule(pd.DataFrame([RENT]), receipts(), 20150330).empty
