from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.allocation.solvers.scale import Amount, Layout, Row, VillageRow
from povlib.allocation.solvers.scale.large_plan import common_use_of_choice, count_faults, value_of_choice
from povlib.allocation.solvers.scale.large_verification import bound_of_part
from povlib.allocation.solvers.scale.partition import Partition
from povlib.allocation.solvers.scale.partition_sweep import SweepTables, near_tie_records, sweep_partition

LAYOUT = Layout(
    ["post", "place", "bill"], [(), ("post",), ("place",), ("bill",), ("post", "bill"), ("post", "place")],
    [Row("fund", 1000), Row("least", 3, ">=")], [Amount("cost", "bill", {"fund": 1, "least": 1})],
    {"place": {"fund": 7}},
    [VillageRow("posts", measures={"post": 1}), VillageRow("places", measures={"place": 1}),
     VillageRow("served", ">=", any_package=1)],
)  # fmt: skip
MIXED = Layout(
    ["a", "b"], [(), ("a",), ("b",), ("a", "b")], [Row("fund", 10)], [Amount("cost", "a", {"fund": 1})], {},
    [VillageRow("weeks", measures={"a": 2, "b": 3})],
)  # fmt: skip


def village(draw, layout, sizes, ties=False):
    rng = np.random.default_rng(draw)
    n = sum(sizes)
    value = rng.integers(0, 4 if ties else 10**6, (len(layout.packages), n)).astype(np.int32)
    value[1:][rng.random((len(layout.packages) - 1, n)) < 0.3] = np.iinfo(np.int32).min
    caps = np.stack([rng.integers(0, 3, len(sizes)) for _ in layout.village_rows], axis=1)
    override = np.array([[h, int(rng.integers(1, len(layout.packages))), 0, int(rng.integers(-3, 4))]
                         for h in np.flatnonzero(rng.random(n) < 0.2)], dtype=np.int64).reshape(-1, 4)  # fmt: skip
    return Partition(
        np.arange(len(sizes)), np.cumsum([0, *sizes]), caps * layout.village_sign, override, value,
        rng.integers(0, 50, (len(layout.amounts), n)).astype(np.int32),
    )  # fmt: skip


def best_of_village(part, layout, price, v):
    """The most any choice of one village that keeps its rows is worth at the common prices."""
    a, b = int(part.first[v]), int(part.first[v + 1])
    lines = np.empty((b - a, len(layout.packages)))
    for h, k in product(range(a, b), range(len(layout.packages))):
        has = layout.package_measures[k]
        use = (layout.amount_use * (part.amount[:, h] * has[layout.amount_measure])[:, None]).sum(0)
        use = use + layout.unit_use[has].sum(0)
        for row in part.override[(part.override[:, 0] == h) & (part.override[:, 1] == k)]:
            use[row[2]] += row[3]
        low = part.value[k, h] == np.iinfo(np.int32).min
        lines[h - a, k] = -np.inf if low else int(part.value[k, h]) * 10**6 - int(use @ price)
    most = -np.inf
    for chosen in product(range(len(layout.packages)), repeat=b - a):
        if (layout.village_use[list(chosen)].sum(0) <= part.capacity[v]).all():
            most = max(most, lines[np.arange(b - a), list(chosen)].sum())
    return most


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_every_village_reaches_its_best_and_proves_it(seed, ties):
    part, tables = village(seed, LAYOUT, [4, 1, 3], ties), SweepTables.of(LAYOUT)
    price = np.random.default_rng(seed + 1).integers(0, 3 * 10**9, 2)
    swept = sweep_partition(part, tables, price)
    assert swept.sums.bound == bound_of_part(part, tables, price, swept.price.astype(np.int64))
    assert list(swept.sums.use) == common_use_of_choice(part, tables, swept.choice).tolist()
    assert swept.sums.value == value_of_choice(part, swept.choice)
    for v in range(3):
        best = best_of_village(part, LAYOUT, price, v)
        alone = sweep_partition(part.run(v, v + 1), tables, price)
        if np.isinf(best):
            assert alone.state[0] == 4
            continue
        assert count_faults(part.run(v, v + 1), tables, alone.choice) == (0, 0)
        reached = alone.sums.value * 10**6 - int(np.array(alone.sums.use) @ price)
        assert reached <= alone.sums.bound
        assert best - reached <= 1e4 or alone.state[0] != 0
        assert alone.sums.bound >= best
        if alone.state[0] in (0, 1, 2):
            assert abs(reached - best) <= 1e4
        if alone.state[0] in (0, 1):  # rows that count places are integral: the prices prove the choice
            assert alone.sums.bound - best <= 1e4


@pytest.mark.thorough
@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_rows_of_several_levels_are_kept_and_proved_valid(seed):
    part, tables = village(seed, MIXED, [4, 3]), SweepTables.of(MIXED)
    price = np.random.default_rng(seed).integers(0, 10**9, 1)
    swept = sweep_partition(part, tables, price)
    assert swept.sums.bound == bound_of_part(part, tables, price, swept.price.astype(np.int64))
    for v in range(2):
        best = best_of_village(part, MIXED, price, v)
        own = sweep_partition(part.run(v, v + 1), tables, price)
        assert own.sums.bound >= best
        assert own.sums.value * 10**6 - int(np.array(own.sums.use) @ price) == best


def test_records_hold_exactly_the_near_ties_and_what_villages_have_left(small_blocks):
    part, tables = next(iter(small_blocks)), SweepTables.of(small_blocks.layout)
    swept = sweep_partition(part, tables, np.full(9, 10**5))
    threshold = float(np.sort(swept.margin)[20])
    records = near_tie_records(part, tables, swept, threshold)
    assert len(records.household) == int((swept.margin <= threshold).sum())
    assert (records.value == part.value[:, records.household]).all()
    used = np.zeros_like(part.capacity)
    home = np.repeat(np.arange(len(part.village)), np.diff(part.first))
    np.add.at(used, home, tables.village_use[swept.choice])
    assert (records.left == (part.capacity - used)[records.village]).all()


def test_a_village_that_cannot_keep_its_floor_is_found():
    low = np.iinfo(np.int32).min
    value = np.array([[5, 5], [low, 5], [low, low], [low, low], [low, low], [low, low]], dtype=np.int32)
    caps = np.array([[2, 2, 2]]) * LAYOUT.village_sign
    part = Partition(np.array([77]), np.array([0, 2]), caps, np.zeros((0, 4), dtype=np.int64), value,
                np.zeros((1, 2), dtype=np.int32))  # fmt: skip
    swept = sweep_partition(part, SweepTables.of(LAYOUT), np.zeros(2, dtype=np.int64))
    assert swept.sums.states == (0, 0, 0, 0, 1)
    assert swept.sums.impossible == (77,)
