"""Whole fen shared out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from povlib.villages.coops.fen_shares import fen_shares


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), max_size=8))
def test_parts_sum_to_the_whole_and_miss_proportion_by_less_than_a_fen(total: int, weights: list[int]) -> None:
    parts = fen_shares(total, weights)
    whole = sum(weights)
    assert sum(parts) == (total if whole else 0)
    assert not whole or all(
        abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True)
    )
