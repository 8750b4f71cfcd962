"""Small cells: what is hidden cannot be worked out, shown by trying every table that fits what is shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import ReportError
from povlib.report.privacy.small_cells import hidden_cells, with_totals

COUNTS = st.integers(0, 9)


def _highest(table: np.ndarray, hidden: np.ndarray, most: int) -> np.ndarray:
    """Return the largest value of each cell over every table that agrees with all that is shown.

    Hidden inner counts are at least 1, since a 0 is always shown.
    """
    free = np.argwhere(hidden[:-1, :-1])
    grid = np.indices((most,) * len(free), dtype=np.int8).reshape(len(free), -1) + 1
    inner = np.repeat(table[:-1, :-1].astype(np.int16)[:, :, None], grid.shape[1], axis=2)
    for (row, column), values in zip(free, grid, strict=True):
        inner[row, column] = values
    rows = np.concatenate([inner, inner.sum(axis=0, keepdims=True)])
    whole = np.concatenate([rows, rows.sum(axis=1, keepdims=True)], axis=1)
    fits = (whole[~hidden] == table[~hidden][:, None]).all(axis=0)
    found: np.ndarray = whole[:, :, fits].max(axis=2)
    return found


@pytest.mark.thorough
@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(COUNTS, min_size=2, max_size=2), min_size=2, max_size=3), st.integers(2, 4))
def test_no_hidden_small_count_can_be_shown_to_be_small(rows: list[list[int]], least: int) -> None:
    table = with_totals(np.array(rows))
    hidden = hidden_cells(rows, least)
    small = (table > 0) & (table < least)
    assert (hidden | ~small).all(), "every small count is hidden"
    if hidden.all() or not hidden.any():
        return
    assert (_highest(table, hidden, most=12)[small] >= least).all()


def test_a_table_without_small_counts_is_shown_whole() -> None:
    assert not hidden_cells([[6, 0], [8, 12]]).any()


def test_totals_that_another_table_shows_stay_shown() -> None:
    """Worked by hand: 3 of 40 is hidden with its neighbour, never with the total of its row."""
    hidden = hidden_cells([[3, 17, 20], [30, 12, 18]], 5, fixed=[False, False])
    assert hidden[0].tolist() == [True, True, False, False]
    assert not hidden[:, -1].any()


def test_a_row_that_another_table_hides_is_hidden_here_too() -> None:
    hidden = hidden_cells([[1, 2], [30, 12], [9, 8]], 5, fixed=[True, True, False])
    assert hidden[:2, -1].all()
    assert not hidden[2, -1]


def test_a_bound_of_one_hides_nothing_and_is_refused() -> None:
    with pytest.raises(ReportError):
        hidden_cells([[1]], 1)
