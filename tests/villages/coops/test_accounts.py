"""The books of a co-op: whatever is entered soundly sums to zero; what is entered twice is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.villages.coops.accounts import ACCOUNTS, coop_accounts, refuse_wrong_entries, unnamed_lines

COLUMNS = ["coop", "entry", "line", "month", "account", "hh", "fen", "memo"]
Move = tuple[int, str, str, int, str]


def _books(moves: list[Move]) -> pd.DataFrame:
    rows = []
    for i, (month, debit, credit, fen, hh) in enumerate(moves):
        memo = f"{i}"
        rows += [("c", f"{i:03d}", 1, month, debit, hh, fen, memo), ("c", f"{i:03d}", 2, month, credit, hh, -fen, memo)]
    return pd.DataFrame(rows, columns=COLUMNS)


MOVES = st.lists(
    st.tuples(
        st.integers(24192, 24230), st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS), st.integers(1, 10**9),
        st.sampled_from(["a", "b", ""]),
    ),
    max_size=20, unique_by=lambda move: (move[0], move[3], move[4]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(MOVES)
def test_every_sound_book_sums_to_zero_and_cash_moves_by_what_it_says(moves: list[Move]) -> None:
    found = coop_accounts("c", _books(moves))
    assert found.sum_fen == 0
    assert int(found.balance["debit_fen"].sum()) == int(found.balance["credit_fen"].sum())
    cash = sum(fen * ((debit == "cash") - (credit == "cash")) for _, debit, credit, fen, _ in moves)
    assert found.fen("cash") == cash
    statement = found.statement
    if len(statement):
        assert int(statement["closing_cash_fen"].iloc[-1]) == cash
        came = statement["sales_fen"] + statement["grants_fen"] + statement["stakes_fen"] + statement["loans_fen"]
        went = statement["costs_fen"] + statement["wages_fen"] + statement["dividends_fen"]
        moved = statement["closing_cash_fen"] - statement["opening_cash_fen"]
        # the reserve is put aside on the books, not paid to anybody
        assert (moved == came - went + statement["reserve_fen"]).all()
    for hh in ("a", "b"):
        wages = sum(fen * ((debit == "wages") - (credit == "wages")) for _, debit, credit, fen, h in moves if h == hh)
        own = found.households.set_index("hh")["wages_fen"]
        assert int(own.get(hh, 0)) == wages


@settings(max_examples=40, deadline=None)
@given(MOVES.filter(bool), st.integers(0, 30), st.integers(1, 1000))
def test_one_fen_off_or_an_entry_again_is_refused(moves: list[Move], at: int, off: int) -> None:
    books = _books(moves)
    wrong = books.copy()
    wrong.loc[at % len(wrong), "fen"] += off
    with pytest.raises(DataError):
        coop_accounts("c", wrong)
    again = books[books["entry"] == books["entry"].iloc[at % len(books)]].assign(entry="again")
    with pytest.raises(DataError):
        refuse_wrong_entries(pd.concat([books, again], ignore_index=True))


def test_a_dividend_entered_twice_is_refused_under_another_number_and_memo() -> None:
    once = _books([(24203, "dividends", "cash", 40_000, "a")])
    again = once.assign(entry="x", memo="分红")
    with pytest.raises(DataError) as raised:
        coop_accounts("c", pd.concat([once, again], ignore_index=True))
    assert len(raised.value.faults) == 1
    assert coop_accounts("c", pd.concat([once, again.assign(month=24215)], ignore_index=True)).sum_fen == 0


def test_unknown_accounts_and_nameless_lines_are_found() -> None:
    books = _books([(24203, "wages", "cash", 100, "")])
    assert unnamed_lines(books)["account"].tolist() == ["wages"]
    with pytest.raises(DataError):
        coop_accounts("c", books.assign(account="gifts"))
