"""Villages chosen exactly against every choice tried and against an integer program of SciPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from small_arrays import best_of, small

from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.solvers.priced.dual_bound import DualBound
from povlib.allocation.solvers.priced.price_store import store_of
from povlib.allocation.solvers.priced.village_choices import settle_open_villages

SEEDS = st.integers(0, 10**6)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.booleans())
def test_villages_settled_exactly_keep_their_rows_and_lose_no_more_than_said(seed, yuan):
    value, use, capacity, start, village = small(seed, villages=2, wide=1, yuan=yuan)
    village = np.zeros_like(village)  # one village: every row is its own
    s = store_of(value, use, capacity, start, village, np.ones(len(value), dtype=bool))
    found = DualBound(s)(np.zeros(len(s.common)))
    settled = settle_open_villages(s, found)
    rows = s.package[settled.taken]
    assert (use[rows].sum(axis=0) <= capacity).all()
    assert int(value[rows].sum()) == best_of(value, use, capacity, start)
    assert settled.bound == pytest.approx(value[rows].sum(), abs=1e-3)


def _village(seed, households=30):
    """One village: a row in fen, far wider than the table of the search, and a row of places."""
    rng = np.random.default_rng(seed)
    total = 4 * households
    fen = rng.integers(100_000, 900_000, total)
    place = (rng.random(total) < 0.3).astype(np.int64)
    value = rng.integers(500_000, 3_000_000, total)
    first = np.arange(households) * 4
    fen[first], place[first], value[first] = 0, 0, rng.integers(0, 500_000, households)
    use = sparse.csr_array(np.stack([fen, place], axis=1))
    capacity = np.array([int(fen.sum()) // 12, households // 8], dtype=np.int64)
    return value, csr(use), capacity, np.arange(households + 1, dtype=np.int64) * 4


@pytest.mark.parametrize("seed", range(6))
def test_a_village_in_fen_is_worth_what_an_integer_program_says(seed):
    from scipy.optimize import LinearConstraint, milp

    value, use, capacity, start = _village(seed)
    everyone = np.ones(len(value), dtype=bool)
    s = store_of(value, use, capacity, start, np.zeros(len(start) - 1, dtype=np.int64), everyone)
    found = DualBound(s)(np.zeros(0))
    once = np.repeat(np.eye(len(start) - 1), 4, axis=1)
    rules = [LinearConstraint(once, 1, 1), LinearConstraint(use.toarray().T, ub=capacity)]
    best = -milp(-value / 1e6, constraints=rules, integrality=1, bounds=(0, 1), options={"mip_rel_gap": 0}).fun * 1e6
    settled = settle_open_villages(s, found)
    assert settled.bound < found.bound - 1.0  # prices do not settle it
    assert settled.bound == pytest.approx(best, abs=1.0)
    assert int(value[s.package[settled.taken]].sum()) == pytest.approx(best, abs=1.0)
    stopped = settle_open_villages(s, found, nodes=3)
    assert best - 1.0 <= stopped.bound <= found.bound
    rows = s.package[stopped.taken]
    assert (use[rows].sum(axis=0) <= capacity).all()
    assert value[rows].sum() <= best + 1.0
