"""Sums by area against totals of all households at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from povlib.exits.exit_sums import SUMS, added_up, exit_sums
from povlib.exits.plan_totals import ChosenChances


def _chances(households: int, draws: int, seed: int) -> ChosenChances:
    rng = np.random.default_rng(seed)
    without = rng.random((households, draws)) * 0.5
    given_ = np.clip(without + rng.random((households, draws)) * 0.5, 0, 1)
    rows = np.arange(households) * 2 + 1
    return ChosenChances(rows, rows - 1, rng.integers(1, 6, households).astype(float), given_, without, 0)


@given(st.integers(1, 30), st.integers(2, 12), st.integers(1, 5), st.integers(0, 10**6))
def test_areas_of_any_kind_add_up_to_the_total_of_everybody(households: int, draws: int, areas: int, seed: int) -> None:
    chosen = _chances(households, draws, seed)
    p = np.random.default_rng(seed + 1).random(2 * households)
    area = pd.Series([f"A{(row // 2) % areas}" for row in range(2 * households)])
    whole, parts = chosen.range_of(p, 3), exit_sums(chosen, p, area).range_of(None, 3)
    np.testing.assert_allclose(parts.persons, whole.persons, rtol=1e-12)
    np.testing.assert_allclose(parts.additional, whole.additional, rtol=1e-9, atol=1e-9)
    # the same seed draws the same luck: the worlds are equal one by one
    np.testing.assert_allclose(parts.persons_draws, whole.persons_draws, rtol=1e-9)
    np.testing.assert_allclose(parts.additional_draws, whole.additional_draws, rtol=1e-9, atol=1e-9)


def test_parts_of_an_office_add_up() -> None:
    one, other = _chances(4, 6, 1), _chances(5, 6, 2)
    p = np.full(12, 0.5)
    sums = [exit_sums(chosen, p, pd.Series([name] * 12)) for chosen, name in ((one, "A"), (other, "B"))]
    both = added_up(sums)
    assert both.areas == ("A", "B")
    assert both.range_of(None, 1).persons == sums[0].range_of(None, 1).persons + sums[1].range_of(None, 1).persons
    assert both.range_of(["B"], 1).persons == sums[1].persons[0]


@given(st.integers(1, 40), st.integers(2, 8), st.integers(1, 9), st.integers(1, 4), st.integers(0, 10**6))
def test_villages_add_up_to_townships(households: int, draws: int, villages: int, towns: int, seed: int) -> None:
    chosen = _chances(households, draws, seed)
    p = np.random.default_rng(seed + 1).random(2 * households)
    village = pd.Series([f"v{(row // 2) % villages}" for row in range(2 * households)])
    town_of = {f"v{at}": f"T{at % towns}" for at in range(villages)}
    by_village = exit_sums(chosen, p, village)
    at_once, added = exit_sums(chosen, p, village.map(town_of)), by_village.by(town_of)
    assert added.areas == at_once.areas
    for name in SUMS:
        np.testing.assert_allclose(getattr(added, name), getattr(at_once, name), rtol=1e-12, atol=1e-12)


def test_a_village_of_no_township_stands_for_itself() -> None:
    sums = exit_sums(_chances(2, 3, 1), np.full(4, 0.5), pd.Series(["a", "a", "b", "b"]))
    assert sums.by({"a": "T"}).areas == ("T", "b")
