"""Villages of the task list share pages: none divided, the order kept, pages filled evenly."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from povlib.report.kinds.village_tasks import page_ends, village_height

ROOM = 100


def _pages(heights: list[int], ends: set[int]) -> list[list[int]]:
    cuts = [0, *sorted(end + 1 for end in ends), len(heights)]
    return [heights[start:end] for start, end in pairwise(cuts)]


@given(st.lists(st.integers(1, ROOM), min_size=1, max_size=9))
def test_no_page_is_over_full_and_no_other_order_of_breaks_wastes_less(heights: list[int]) -> None:
    def waste(pages: list[list[int]]) -> float:
        return sum((1 - sum(page) / ROOM) ** 2 for page in pages[:-1])

    found = _pages(heights, page_ends([float(one) for one in heights], ROOM))
    assert all(sum(page) <= ROOM for page in found)
    gaps = range(2 ** (len(heights) - 1))
    every = [_pages(heights, {at for at in range(len(heights) - 1) if bits >> at & 1}) for bits in gaps]
    assert waste(found) <= min(waste(one) for one in every if all(sum(page) <= ROOM for page in one)) + 1e-9


@given(st.lists(st.integers(20, 33), min_size=3, max_size=30))
def test_of_short_villages_no_page_but_the_last_is_under_half_full(heights: list[int]) -> None:
    assert all(sum(page) >= ROOM / 2 for page in _pages(heights, page_ends([float(one) for one in heights], ROOM))[:-1])


def test_a_village_with_many_tasks_has_a_page_of_its_own() -> None:
    row = {"by": "2016-05-10", "what": "发放明白卡", "whom": "S01-0001", "who": ""}
    few, many = (pd.DataFrame([row] * n) for n in (3, 12))
    assert 2 * village_height(few) < village_height(many) == 637
