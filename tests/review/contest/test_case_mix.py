"""What a village could expect: chances add up to what was reached and follow the facts, never the village."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.review.contest.case_mix import expected_chances


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(5, 80), st.integers(0, 4))
def test_together_the_chances_expect_what_was_reached(seed: int, households: int, facts: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(0, 10, (households, facts))).mask(rng.random((households, facts)) < 0.1)
    reached = rng.random(households) < 0.5
    reached[:2] = True, False
    chances = expected_chances(frame, reached)
    assert chances.sum() == pytest.approx(reached.sum())
    assert ((chances > 0) & (chances < 1)).all()


def test_without_facts_all_expect_the_townships_rate() -> None:
    chances = expected_chances(pd.DataFrame(index=range(10)), np.arange(10) < 3)
    assert chances == pytest.approx(np.full(10, 0.3))


def test_a_fact_that_helps_raises_the_chance_and_its_unit_does_not_matter() -> None:
    rng = np.random.default_rng(7)
    workers = rng.integers(0, 4, 400)
    reached = rng.random(400) < 0.2 + 0.2 * workers
    chances = expected_chances(pd.DataFrame({"workers": workers}), reached)
    by_workers = pd.Series(chances).groupby(workers).first()
    assert by_workers.is_monotonic_increasing
    assert by_workers.to_numpy() == pytest.approx(0.2 + 0.2 * np.arange(4), abs=0.1)
    again = expected_chances(pd.DataFrame({"workers": workers * 1000.0 + 5}), reached)
    assert again == pytest.approx(chances)


@pytest.mark.parametrize("all_reached", [True, False])
def test_a_result_of_all_or_none_is_refused(all_reached: bool) -> None:
    with pytest.raises(DataError, match="nothing to compare"):
        expected_chances(pd.DataFrame({"x": [1.0, 2.0]}), np.full(2, all_reached))
