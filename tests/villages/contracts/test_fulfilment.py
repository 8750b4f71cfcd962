"""Deliveries against what was due; a delivery entered twice is always refused."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.calendar import Month
from povlib.errors import DataError
from povlib.villages.contracts.fulfilment import (
    contract_calendar,
    fulfilment,
    months_of_text,
    refuse_doubled_deliveries,
    share_due,
)

JUNE = Month(2016, 6).ordinal
CONTRACT = {"contract": "c", "quantity": 4000.0, "from_month": Month(2016, 1).ordinal,
            "to_month": Month(2016, 12).ordinal}  # fmt: skip


def _deliveries(*rows: tuple[str, str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [("c", number, hh, day, n, int(n) * 3000, 0.1) for number, hh, day, n in rows],
        columns=["contract", "delivery", "hh", "day", "quantity", "fen", "mortality"],
    )


NO_SCHEDULE = pd.DataFrame({"contract": pd.Series(dtype="str"), "month": [], "quantity": []})


def test_who_is_behind_is_named_with_how_much() -> None:
    shares = pd.DataFrame({"contract": "c", "hh": ["a", "b"], "quantity": [100.0, 60.0], "capacity": 200.0,
                           "months": ["6,12", None]})  # fmt: skip
    schedule = pd.DataFrame({"contract": "c", "month": [JUNE, JUNE + 6], "quantity": [80.0, 80.0]})
    sent = _deliveries(("1", "a", 20160610, 20.0), ("2", "b", 20160620, 30.0), ("3", "a", 20161201, 10.0))
    found = fulfilment(CONTRACT, shares, schedule, sent, Month(2016, 6))
    assert found.late[["hh", "due", "delivered", "behind"]].to_numpy().tolist() == [["a", 50.0, 20.0, 30.0]]
    assert (found.due, found.delivered, found.unshared) == (80.0, 50.0, 0.0)
    june = found.months.set_index("month").loc[JUNE]
    assert (june["due"], june["delivered"], june["behind"]) == (80.0, 50.0, 30.0)


def test_without_a_schedule_the_year_is_spread_in_whole_units() -> None:
    found = fulfilment(CONTRACT, pd.DataFrame({"contract": [], "hh": [], "quantity": [], "months": []}), NO_SCHEDULE,
                       _deliveries(), Month(2016, 12))  # fmt: skip
    assert found.due == 4000.0
    assert found.unshared == 4000.0
    assert set(found.months["due"]) == {333.0, 334.0}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 6000), st.integers(1, 36))
def test_a_calendar_sums_to_the_years_it_runs(quantity: int, months: int) -> None:
    calendar = contract_calendar(quantity, 0, months - 1, NO_SCHEDULE)
    assert sum(calendar.values()) == quantity * months // 12
    assert all(units == int(units) and units >= 0 for units in calendar.values())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 500), st.sets(st.integers(1, 12)), st.lists(st.integers(0, 90), min_size=12, max_size=12))
def test_a_share_is_due_whole_at_the_end_and_never_goes_down(share: int, months: set[int], due: list[int]) -> None:
    calendar = {m: float(units) for m, units in enumerate(due)}
    path = [share_due(float(share), tuple(sorted(months)), calendar, m) for m in range(12)]
    assert path == sorted(path)
    assert path[-1] == share


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=6),
    st.integers(0, 5),
)
def test_a_delivery_entered_twice_is_refused_whatever_its_number(rows: list[tuple[str, int, int]], again: int) -> None:
    sent = _deliveries(*((str(i), hh, 20160600 + day, float(n)) for i, (hh, day, n) in enumerate(dict.fromkeys(rows))))
    refuse_doubled_deliveries(sent)
    doubled = sent.iloc[[again % len(sent)]]
    for number in (doubled["delivery"].iloc[0], "99"):
        with pytest.raises(DataError):
            refuse_doubled_deliveries(pd.concat([sent, doubled.assign(delivery=number)], ignore_index=True))


def test_words_that_are_no_months_are_refused() -> None:
    for words in ("13", "spring", "6,x"):
        with pytest.raises(DataError):
            months_of_text(words)
