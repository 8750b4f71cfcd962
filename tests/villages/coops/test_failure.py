"""A failed co-op: what each household loses, to the fen."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.villages.coops.failure import coop_failure

NONE = pd.DataFrame({"hh": [], "owed_fen": [], "wage_fen": [], "dividend_fen": []})


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["own", "loan", "grant", "land"]), st.integers(1, 10**7)),
        max_size=10,
    ),
    st.integers(0, 10**8), st.integers(0, 10**8),
)  # fmt: skip
def test_what_is_left_goes_somewhere_and_losses_are_what_it_lacks(
    rows: list[tuple[str, str, int]], left: int, owed: int
) -> None:
    stakes = pd.DataFrame(rows, columns=["hh", "kind", "fen"]).assign(stake=[str(i) for i in range(len(rows))])
    found = coop_failure(stakes, NONE, NONE, left, owed)
    own = found.households
    back = int(own["back_fen"].sum())
    assert back + found.creditors_fen + found.over_fen == left
    assert found.creditors_fen + found.creditors_lost_fen == owed
    put_in = sum(fen for _, kind, fen in rows if kind != "land")
    assert back + int(own["lost_fen"].sum()) + int(own["public_lost_fen"].sum()) == put_in
    assert int(own["public_fen"].sum()) == sum(fen for _, kind, fen in rows if kind == "grant")
    assert found.over_fen == 0 or back == put_in


def test_a_loan_in_the_households_own_name_stays() -> None:
    stakes = pd.DataFrame({"stake": ["1"], "hh": ["a"], "kind": ["loan"], "fen": [3_000_000]})
    loans = pd.DataFrame({"hh": ["a"], "owed_fen": [3_000_000]})
    year = pd.DataFrame({"hh": ["a", "b"], "wage_fen": [216_000, 1000], "dividend_fen": [240_000, 0]})
    found = coop_failure(stakes, loans, year, 1_000_000, 0).households
    assert found.iloc[0].to_dict() == {
        "hh": "a", "stake_fen": 3_000_000, "public_fen": 0, "back_fen": 1_000_000, "lost_fen": 2_000_000,
        "public_lost_fen": 0, "loan_fen": 3_000_000, "wage_fen": 216_000, "dividend_fen": 240_000,
    }  # fmt: skip
    assert found["hh"].tolist() == ["a", "b"]


def test_less_than_nothing_is_refused() -> None:
    with pytest.raises(DataError):
        coop_failure(NONE.assign(stake=[], kind=[], fen=[]), NONE, NONE, -1, 0)
