"""Books against lists: what agrees raises nothing, one fen off is named."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.calendar import Month
from povlib.villages.coops.reconciliation import books_against_lists

MAY = Month(2016, 5)
COLUMNS = ["coop", "entry", "line", "month", "account", "hh", "fen", "memo"]


def _township(stakes: list[tuple[str, int]], loans: list[tuple[int, int]]) -> tuple[pd.DataFrame, ...]:
    rows: list[tuple[object, ...]] = []

    def book(debit: str, credit: str, fen: int, hh: str | None) -> None:
        n = len(rows)
        rows.append(("c", f"{n}", 1, MAY.ordinal, debit, None, fen, ""))
        rows.append(("c", f"{n}", 2, MAY.ordinal, credit, hh, -fen, ""))

    for hh, fen in stakes:
        book("cash", "stakes", fen, hh)
    for fen, back in loans:
        book("cash", "loans", fen, None)
        if back:
            book("loans", "cash", min(back, fen), None)
    held = pd.DataFrame([("c", hh, fen) for hh, fen in stakes], columns=["coop", "hh", "fen"])
    owed = pd.DataFrame(
        [(f"L{i}", "coop", "c", None, "c", fen, MAY.ordinal, MAY.ordinal + 12, 4.35, min(back, fen))
         for i, (fen, back) in enumerate(loans)],
        columns=["loan", "borrower_kind", "borrower", "hh", "used_by", "fen", "from_month", "due_month",
                 "rate_percent", "repaid_fen"],
    )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS), held, owed


TOWNSHIPS = st.tuples(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 10**8)), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(1, 10**8), st.integers(0, 10**8)), max_size=4),
)


@settings(max_examples=40, deadline=None)
@given(TOWNSHIPS)
def test_books_that_agree_raise_nothing(made: tuple[list[tuple[str, int]], list[tuple[int, int]]]) -> None:
    assert books_against_lists("c", *_township(*made), MAY) == []


@settings(max_examples=40, deadline=None)
@given(TOWNSHIPS, st.booleans())
def test_one_fen_off_is_named(made: tuple[list[tuple[str, int]], list[tuple[int, int]]], stake: bool) -> None:
    entries, held, owed = _township(*made)
    if stake or owed.empty:
        held.loc[0, "fen"] += 1
    else:
        owed.loc[0, "fen"] += 1
    found = books_against_lists("c", entries, held, owed, MAY)
    assert len(found) == 1
    said = dict(found[0].values)
    assert said["books"] != said["list"]


def test_cash_below_zero_is_named_with_its_month() -> None:
    entries, held, owed = _township([("a", 100)], [])
    more = pd.DataFrame([("c", "x", 1, MAY.ordinal + 1, "costs", None, 150, ""),
                         ("c", "x", 2, MAY.ordinal + 1, "cash", None, -150, "")], columns=COLUMNS)  # fmt: skip
    found = books_against_lists("c", pd.concat([entries, more]), held, owed, Month(2016, 6))
    assert [dict(one.values)["month"] for one in found] == ["2016-06"]


def test_stakes_booked_without_households_are_held_against_the_sum() -> None:
    entries, held, owed = _township([("a", 100), ("b", 50)], [])
    entries["hh"] = None
    assert books_against_lists("c", entries, held, owed, MAY) == []
    assert books_against_lists("c", entries, held.head(1), owed, MAY)[0].what.startswith("stakes of")
    assert books_against_lists("d", entries, held, owed, MAY) == []
