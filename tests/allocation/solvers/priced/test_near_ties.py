"""Who is in a core, and what the others leave of the rows."""

import numpy as np
from hypothesis import strategies as st
from small_arrays import small

from povlib.allocation.solvers.priced.dual_bound import DualBound
from povlib.allocation.solvers.priced.near_ties import class_core, full_core
from povlib.allocation.solvers.priced.price_store import store_of
from povlib.allocation.solvers.priced.village_choices import settle_open_villages

SEEDS = st.integers(0, 10**6)


def test_core_of_equal_village_use_leaves_village_rows_alone():
    value, use, capacity, start, village = small(5, villages=3, wide=2)
    s = store_of(value, use, capacity, start, village, np.ones(len(value), dtype=bool))
    found = DualBound(s)(np.full(len(s.common), 3000.0))
    settled = settle_open_villages(s, found)
    core, rows = class_core(s, settled.taken, found.common, 100)
    own = np.setdiff1d(np.arange(use.shape[1]), s.common)
    plan = {int(g): p for g, p in zip(s.member, s.package[settled.taken], strict=True)}
    group = np.repeat(np.arange(len(start) - 1), np.diff(start))
    for p in s.package[rows]:
        assert (use[[p]][:, own].toarray() == use[[plan[int(group[p])]]][:, own].toarray()).all()
    assert core.use.shape[0] == len(rows)


def test_core_with_every_row_holds_what_the_others_use():
    value, use, capacity, start, _ = small(7, villages=3, wide=1)
    held = start[:-1].copy()
    core, rows = full_core(
        value.astype(float), use.astype(float), capacity, start, held, np.zeros(len(capacity)),
        np.ones(len(value), dtype=bool), 2,
    )  # fmt: skip
    people = np.unique(np.repeat(np.arange(len(start) - 1), np.diff(start))[rows])
    assert len(people) <= 2
    assert len(core.start) - 1 == len(people)
    assert (core.capacity <= capacity.max()).all()
