"""Refined choices: never worse, never over a row, and the best there is where all households are freed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.allocation.problem.sparse_matrices import csr
from povlib.allocation.solvers.priced import choice_refinement
from povlib.allocation.solvers.priced.choice_refinement import refined_choice
from povlib.allocation.solvers.priced.integer_core import IntegerCore


def _core(seed: int, households: int, rows: int = 3) -> IntegerCore:
    """Return households with "nothing" and three packages each, rows for about half of what they would take."""
    rng = np.random.default_rng(seed)
    use = rng.integers(0, 3, (4 * households, rows))
    use[::4] = 0
    value = rng.integers(500, 4_000, 4 * households) * 1000
    value[::4] = 0
    start = np.arange(0, 4 * households + 1, 4)
    capacity = np.full(rows, households // 2 + 1)
    return IntegerCore(start, value, csr(use), capacity, rng.integers(500, 2_000, rows) * 1000.0)


def _best(core: IntegerCore) -> int:
    each = [range(low, high) for low, high in itertools.pairwise(core.start.tolist())]
    choices = (np.array(chosen) for chosen in itertools.product(*each))
    return max(int(core.value[rows].sum()) for rows in choices if (core.used(rows) <= core.capacity).all())


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_where_all_are_freed_it_is_the_best_choice(seed: int) -> None:
    core = _core(seed, 5)
    rows, _ = refined_choice(core, core.start[:-1], wanted_micro=np.inf, time_limit_s=30.0)
    assert (core.used(rows) <= core.capacity).all()
    assert core.value[rows].sum() == _best(core)


@pytest.mark.parametrize("seed", range(3))
def test_some_freed_at_a_time_are_never_worse_and_the_same_again(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in {"NEAREST": 12, "NEAREST_AGAIN": 8, "DRAWN": 6, "DRAWN_FROM": 40}.items():
        monkeypatch.setattr(choice_refinement, name, size)
    core = _core(seed, 60)
    first = core.start[:-1]
    rows, _ = refined_choice(core, first, wanted_micro=np.inf, time_limit_s=30.0)
    assert (core.used(rows) <= core.capacity).all()
    assert core.value[rows].sum() > core.value[first].sum()
    again, _ = refined_choice(core, first, wanted_micro=np.inf, time_limit_s=30.0)
    assert again.tolist() == rows.tolist()
    better, _ = refined_choice(core, rows, wanted_micro=np.inf, time_limit_s=30.0)
    assert core.value[better].sum() >= core.value[rows].sum()


def test_what_is_wanted_or_late_ends_it() -> None:
    core = _core(1, 5)
    first = core.start[:-1]
    for wanted, limit in ((0.0, 30.0), (np.inf, 0.0)):
        rows, nodes = refined_choice(core, first, wanted_micro=wanted, time_limit_s=limit)
        assert (rows.tolist(), nodes) == (first.tolist(), 0)
