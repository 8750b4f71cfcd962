"""Income shared out to the fen: sums are exact, parts are as equal as fen allow, what was paid is not paid twice."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.villages.incomes.shared_income import shared_out


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**9),
    st.integers(0, 100),
    st.lists(st.integers(1, 9), min_size=1, max_size=9),
    st.sampled_from(["household", "person"]),
)
def test_parts_sum_to_the_share_and_are_in_proportion(income: int, percent: int, sizes: list[int], by: str) -> None:
    homes = pd.DataFrame({"hh": [f"{n:02d}" for n in range(len(sizes))], "village": "甲", "size": sizes})
    found = shared_out({"甲": income}, percent / 100, {}, homes, by)  # type: ignore[arg-type]
    whole = income * percent // 100
    assert found["fen"].sum() == whole
    weights = sizes if by == "person" else [1] * len(sizes)
    for fen, weight in zip(found["fen"], weights, strict=True) if whole else ():
        assert abs(Fraction(int(fen)) - Fraction(whole * weight, sum(weights))) < 1


def test_what_was_shared_out_is_taken_off_and_never_taken_back() -> None:
    homes = pd.DataFrame({"hh": ["1", "2", "3"], "village": ["甲", "甲", "乙"], "size": [2, 3, 1]})
    assert shared_out({"甲": 1000, "乙": 50}, 0.5, {"甲": 480}, homes, "household")["fen"].tolist() == [25, 10, 10]
    assert shared_out({"甲": 1000}, 0.5, {"甲": 501}, homes, "household").empty
    assert shared_out({"丙": 1000}, 0.5, {}, homes, "household").empty
