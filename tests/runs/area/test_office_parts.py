"""Parts of a large office."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from povlib.runs.area.office_parts import office_parts


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(0, 6)), min_size=1, max_size=40),
    st.integers(50, 2_000),
)
def test_every_village_stands_in_one_part_and_no_township_is_divided(
    villages: list[tuple[int, int]], most: int
) -> None:
    sizes = pd.Series({f"v{at:02d}": size for at, (size, _) in enumerate(villages)})
    towns = {f"v{at:02d}": f"T{town}" for at, (_, town) in enumerate(villages)}
    parts = office_parts(sizes, towns, most)
    listed = [village for part in parts for village in part.villages]
    assert sorted(listed) == sorted(sizes.index)
    for part in parts:
        assert part.households == sizes[list(part.villages)].sum()
        assert {towns[village] for village in part.villages} == set(part.townships)
    of_town = [town for part in parts for town in part.townships]
    assert len(of_town) == len(set(of_town))
    # no more parts than households ask for, but one so that two cores have as many each
    needed = -(-int(sizes.sum()) // most)
    assert len(parts) <= needed + (needed > 1) * needed % 2
    # as large as each other, but for a township cut off at either end by half at most
    largest = sizes.groupby(pd.Series(towns)).sum().max()
    share = sizes.sum() / min(needed + (needed > 1) * needed % 2, len(of_town))
    assert all(part.households <= share + largest for part in parts)


@given(st.integers(2, 24), st.integers(4, 60), st.integers(1, 40))
def test_parts_come_in_twos_of_townships_alike(townships: int, size: int, hundredths: int) -> None:
    most = max(townships * size * hundredths // 100, 1)
    parts = office_parts(pd.Series({f"v{at:02d}": size for at in range(townships)}), {}, most)
    assert len(parts) % 2 == 0 or len(parts) == townships
    counts = [len(part.townships) for part in parts]
    assert max(counts) - min(counts) <= 1


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 3)), min_size=1, max_size=30), st.integers(50, 500))
def test_no_part_is_without_a_registered_household(villages: list[tuple[int, int]], most: int) -> None:
    sizes = pd.Series({f"v{at:02d}": size for at, (size, _) in enumerate(villages)})
    registered = pd.Series({f"v{at:02d}": max(count - 2, 0) for at, (_, count) in enumerate(villages)})
    parts = office_parts(sizes, {}, most, registered)
    assert sorted(village for part in parts for village in part.villages) == sorted(sizes.index)
    counts = [registered[list(part.villages)].sum() for part in parts]
    assert all(counts) or (len(parts) == 1 and not registered.any())


def test_the_order_of_the_villages_means_nothing() -> None:
    sizes = pd.Series({"b": 10, "a": 20, "c": 30})
    assert office_parts(sizes, {}, 30) == office_parts(sizes.iloc[::-1], {}, 30)
