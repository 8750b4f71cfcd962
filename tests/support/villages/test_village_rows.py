"""Households by their villages: the same rows that looking each household up by itself gives."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from povlib.support.villages.village_rows import VillageRows

NAMES = st.sampled_from(["东村", "西村", "南村", "北村"])


@given(st.lists(st.none() | NAMES, max_size=12), st.none() | st.frozensets(NAMES))
def test_rows_within_are_those_found_one_by_one(homes, villages):
    rows = VillageRows(pd.Series(homes, dtype="str"))
    expected = [villages is None or home in villages for home in homes]
    assert rows.within(villages).tolist() == expected
    assert rows.within(villages).tolist() == expected  # the second answer is the kept one
    assert rows.reaches(villages) == (villages is None or any(expected))
