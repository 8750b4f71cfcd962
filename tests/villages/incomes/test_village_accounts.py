"""The villages' accounts balance to the fen, whatever came in and went out; two books that differ are told."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.calendar import Month
from povlib.villages.incomes.village_accounts import USES, account_balances, book_differences

AT = Month(2016, 1).ordinal
_ROW = st.tuples(st.sampled_from("甲乙丙"), st.integers(-2, 13), st.integers(1, 10**9))


@settings(max_examples=60, deadline=None)
@given(st.lists(_ROW, max_size=12), st.lists(st.tuples(_ROW, st.sampled_from([*USES, "?"])), max_size=12))
def test_income_is_what_was_used_and_what_is_left(
    came: list[tuple[str, int, int]], spent: list[tuple[tuple[str, int, int], str]]
) -> None:
    income = pd.DataFrame(came, columns=["village", "month", "fen"]).assign(source="租金")
    income["month"] += AT
    uses = pd.DataFrame(
        [(v, Month.from_ordinal(AT + m).yyyymm * 100 + 7, fen, kind) for (v, m, fen), kind in spent],
        columns=["village", "day", "fen", "kind"],
    )
    found = account_balances(income, uses, ["甲", "乙", "丙"], AT, AT + 11).set_index("village")
    for village in "甲乙丙":
        had = sum(fen for v, m, fen in came if v == village and 0 <= m <= 11)
        gone = sum(fen for (v, m, fen), _ in spent if v == village and 0 <= m <= 11)
        row = found.loc[village]
        assert row["income_fen"] == had
        assert sum(row[f"{kind}_fen"] for kind in USES) == gone
        assert row["left_fen"] == had - gone


def test_a_book_of_which_nothing_was_received_differs_whole() -> None:
    contracts = pd.DataFrame({"contract": ["1"], "village": "甲", "source": "租金"})
    came = pd.DataFrame({"contract": [], "day": [], "part": [], "fen": []}).astype(
        {"contract": "str", "day": "int64", "part": "str", "fen": "int64"}
    )
    income = pd.DataFrame([("甲", AT, "租金", 50)], columns=["village", "month", "source", "fen"])
    assert book_differences(income, contracts, came, AT)["difference_fen"].tolist() == [50]
    assert book_differences(income.assign(source="捐赠"), contracts, came, AT).empty


def test_books_that_differ_are_named_by_village_month_and_source() -> None:
    contracts = pd.DataFrame({"contract": ["1", "2"], "village": "甲", "source": "租金"})
    came = pd.DataFrame(
        [("1", 20160110, "due", 30), ("2", 20160120, "due", 20), ("1", 20160301, "due", 9),
         ("2", 20160302, "deposit", 4), ("1", 20151210, "due", 77), ("1", 20160610, "due", 5)],
        columns=["contract", "day", "part", "fen"],
    )  # fmt: skip
    income = pd.DataFrame(
        [("甲", AT, "租金", 50), ("甲", AT + 1, "租金", 6), ("甲", AT + 1, "捐赠", 500), ("乙", AT - 9, "租金", 8)],
        columns=["village", "month", "source", "fen"],
    )
    # January agrees (30 + 20); February has 6 that nobody paid, March 9 that nobody entered; December lies before the
    # book, June after the month asked; a gift has no contract, and no contract of 乙 names its rent
    found = book_differences(income, contracts, came, AT + 4)
    assert found[["month", "book_fen", "received_fen", "difference_fen"]].to_numpy().tolist() == [
        [AT + 1, 6, 0, 6], [AT + 2, 0, 9, -9],
    ]  # fmt: skip
