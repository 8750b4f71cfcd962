"""Later statistics do not give away what earlier ones hid."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import RunError
from povlib.report.pages.village_statistics import TOTAL
from povlib.report.privacy.small_cells import hidden_cells
from povlib.runs.facts.village_statistics import statistics_facts
from povlib.runs.office.disclosure import Disclosure


def _state(households: pd.DataFrame) -> Any:
    return SimpleNamespace(households=households, last_month=None, head="1:0", synthetic=True)


def _households(counts: dict[tuple[str, str], int]) -> pd.DataFrame:
    rows = [(village, cause) for (village, cause), n in counts.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=["village", "cause"]).assign(
        status="未脱贫", housing_grade="A", attribute="一般贫困户"
    )


def _gone(table: pd.DataFrame) -> set[tuple[str, str]]:
    return {(str(r), str(c)) for r in table.index for c in table.columns if pd.isna(table.loc[r, c])}


def test_a_cell_once_hidden_stays_hidden() -> None:
    first = {("甲", "因病"): 3, ("甲", "因残"): 9, ("乙", "因病"): 8, ("乙", "因残"): 20}
    before = statistics_facts(_state(_households(first)))
    hidden = {name: frozenset(_gone(table)) for name, table in before.tables.items()}
    assert ("甲", "因病") in hidden["cause"]
    # two households more: alone, the new table would show all, and 9 in it would tell the 3 of the first
    later = _state(_households(first | {("甲", "因病"): 5}))
    assert not _gone(statistics_facts(later).tables["cause"])
    kept = statistics_facts(later, hidden=hidden).tables["cause"]
    assert hidden["cause"] <= _gone(kept)


@given(
    st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=3, max_size=3), st.integers(0, 2**16 - 1)
)
@settings(max_examples=40, deadline=None)
def test_what_an_earlier_table_hid_stays_hidden_and_nothing_small_follows(inner: list[list[int]], bits: int) -> None:
    before = np.array([bits >> at & 1 for at in range(16)], dtype=bool).reshape(4, 4)
    hidden = hidden_cells(inner, 5, before=before)
    assert (hidden | ~before).all()
    assert (hidden_cells(inner, 5, before=hidden) == hidden).all(), "the same tables again hide the same"


def test_the_threshold_is_never_lowered() -> None:
    assert Disclosure(5).least_allowed(8) == 8
    with pytest.raises(RunError):
        Disclosure(5).least_allowed(3)
    assert TOTAL
