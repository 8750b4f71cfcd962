"""What each group may use of the office's rows: never more together than there is, nor asked what nobody can give."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from povlib.allocation.parts.whole_parts import _rooms


@given(st.data())
def test_groups_may_use_no_more_together_than_there_is(data: st.DataObject) -> None:
    groups, rows = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    numbers = st.lists(st.floats(-50, 50).filter(lambda x: abs(x) > 1e-3 or x == 0), min_size=rows, max_size=rows)
    quota = np.array(data.draw(st.lists(numbers, min_size=groups, max_size=groups)))
    capacity = np.array(data.draw(st.lists(st.integers(0, 100), min_size=rows, max_size=rows)))
    room = _rooms(capacity, quota, data.draw(st.lists(st.integers(1, 100), min_size=groups, max_size=groups)))
    assert (room.sum(axis=0) <= capacity).all()
    # who is given something may use nothing at least, but for what whole numbers take
    assert (room >= np.minimum(np.floor(quota), 0) - groups).all()


def test_places_that_are_not_opened_after_all_are_nobodys() -> None:
    # the relaxation opened 20 places in part and gave them to three groups; the case shuts them
    assert _rooms(np.array([0]), np.array([[9.7], [6.2], [4.1]]), [10, 10, 10]).ravel().tolist() == [0, 0, 0]


def test_takers_that_nothing_asks_for_any_more_are_asked_of_no_group() -> None:
    # eight takers of a workshop were asked of the first group; it is shut, and its row asks for none
    assert _rooms(np.array([0]), np.array([[-8.0], [0.0]]), [10, 10]).ravel().tolist() == [0, 0]


def test_of_too_little_each_group_has_its_part() -> None:
    assert _rooms(np.array([706]), np.array([[300.0], [483.3]]), [1, 1]).ravel().tolist() == [271, 435]


def test_a_share_that_one_group_gives_for_another_stays() -> None:
    assert _rooms(np.array([0]), np.array([[-40.0], [40.0]]), [1, 1]).ravel().tolist() == [-40, 40]
