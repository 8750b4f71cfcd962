"""Money of a contract: every fen is somewhere, once."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.villages.contracts.contract_money import contract_money


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 5000),
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(1, 200), st.one_of(st.none(), st.integers(0, 10**6))), max_size=12
    ),
)
def test_households_sum_to_the_deliveries_and_the_floor_is_held_to_each(
    floor: int, rows: list[tuple[str, int, int | None]]
) -> None:
    sent = pd.DataFrame(
        [("c", f"{i:02d}", hh, 20160601 + i, float(n), fen) for i, (hh, n, fen) in enumerate(rows)],
        columns=["contract", "delivery", "hh", "day", "quantity", "fen"],
    ).astype({"fen": "Int64"})
    found = contract_money("c", floor, sent)
    assert found.paid_fen == sum(fen or 0 for _, _, fen in rows)
    assert found.under_fen == sum(max(n * floor - fen, 0) for _, n, fen in rows if fen is not None)
    assert int(found.households["least_fen"].sum()) == sum(n * floor for _, n, _ in rows)
    assert int(found.households["unknown"].sum()) == sum(fen is None for *_, fen in rows)
    by_hand = {hh: sum(fen or 0 for h, _, fen in rows if h == hh) for hh, *_ in rows}
    assert dict(zip(found.households["hh"], found.households["paid_fen"], strict=True)) == by_hand
