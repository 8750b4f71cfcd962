"""What findings say: the counted beginning, decisions, limits that hold, bounds by brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.housing.inspection.finite_lists import contradicting_number, most_wrong_entries
from povlib.housing.inspection.round_standing import poverty_bounds, round_standing
from povlib.housing.inspection.sequential_confirmation import mixture_p_values, wrong_entries_at_any_time


def _order(entries: int, villages: int = 3, planned: int = 20) -> pd.DataFrame:
    frame = pd.DataFrame({"place": range(1, entries + 1), "hh": [f"h{k}" for k in range(entries)]})
    return frame.assign(village=[f"V{k % villages}" for k in range(entries)], planned=frame["place"] <= planned)


def test_visits_beyond_a_gap_do_not_count() -> None:
    said = {f"h{k}": "ok" for k in range(10)} | {"h20": "not_eligible", "h11": "ok"}
    found = round_standing(_order(60), said, 2, 40, 0.05)
    assert (found.counted, found.wrong, found.decision) == (10, 0, "go_on")
    assert found.villages["extra"].sum() >= 1
    assert found.villages["extra_wrong"].sum() == 1


def test_decision_is_the_first_crossing_and_says_how_many_visits_are_still_needed() -> None:
    entries, most = 85, contradicting_number(85, 0.02)
    p = mixture_p_values([1] * entries, entries, most)
    needed = int(np.argmax(p <= 0.05)) + 1
    before = round_standing(_order(entries), {f"h{k}": "ok" for k in range(60)}, most, 66, 0.05)
    assert (before.decision, before.still) == ("go_on", needed - 60)
    after = round_standing(_order(entries), {f"h{k}": "ok" for k in range(needed)}, most, 66, 0.05)
    assert (after.decision, after.confirmed_at, after.fixed) == ("confirmed", needed, True)


def test_as_many_wrong_as_contradict_the_claim_end_in_a_full_check() -> None:
    said = {"h0": "absent", "h1": "not_done", "h2": "ok"}
    found = round_standing(_order(85), said, 2, 66, 0.05)
    assert (found.decision, found.still, found.wrong) == ("full_check", 0, 2)


def test_a_village_seen_as_planned_has_exact_limits() -> None:
    order = _order(12, villages=1, planned=6)
    found = round_standing(order, {f"h{k}": "ok" for k in range(8)}, 1, 6, 0.05).villages.iloc[0]
    assert (found["exact"], found["visited"], found["extra"]) == (True, 6, 2)
    assert found["most"] == most_wrong_entries(12, 6, 0)


@pytest.mark.parametrize("wrong", [0, 1, 3, 8])
def test_limits_at_any_time_hold_however_often_one_looks(wrong: int) -> None:
    """Of 400 lists at most 5 % leave the range at any visit; 3 standard errors are allowed for."""
    draw, entries, left = np.random.default_rng(wrong), 40, 0
    limits = {(n, k): wrong_entries_at_any_time(entries, n, k) for n in range(1, entries + 1) for k in
              range(min(n, wrong) + 1) if wrong - k <= entries - n}  # fmt: skip
    for _ in range(400):
        found = np.cumsum(draw.permutation(np.r_[np.ones(wrong, int), np.zeros(entries - wrong, int)]))
        left += any(not limits[n, int(k)][0] <= wrong <= limits[n, int(k)][1] for n, k in enumerate(found, 1))
    assert left / 400 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


@given(st.lists(st.tuples(st.integers(1, 6), st.booleans()), min_size=1, max_size=6), st.data())
@settings(max_examples=60, deadline=None)
def test_bounds_are_those_of_every_way_the_unseen_could_be_wrong(
    houses: list[tuple[int, bool]], data: st.DataObject
) -> None:
    codes = ["ok", "not_eligible", "absent", None]
    said = [data.draw(st.sampled_from(codes)) for _ in houses]
    most = data.draw(st.integers(0, 3))
    listed = pd.DataFrame({"hh": [str(k) for k in range(len(houses))], "size": [s for s, _ in houses],
                           "poor": [p for _, p in houses]})  # fmt: skip
    findings = {str(k): code for k, code in enumerate(said) if code}
    bounds = poverty_bounds(listed, findings, most, {"households": 50, "persons": 200})
    unseen = [k for k, code in enumerate(said) if code is None]
    doubted = [k for k, code in enumerate(said) if code in ("not_eligible", "absent")]
    worst = [
        (sum(houses[k][1] for k in (*doubted, *gone)), sum(houses[k][0] for k in (*doubted, *gone) if houses[k][1]))
        for n in range(min(most, len(unseen)) + 1)
        for gone in combinations(unseen, n)
    ]
    assert bounds["households"].least == 50 - max(households for households, _ in worst)
    assert bounds["persons"].least == 200 - max(persons for _, persons in worst)
    assert bounds["households"].most == 50 - sum(houses[k][1] for k, code in enumerate(said) if code == "absent")


@pytest.mark.parametrize("entries", [85, 340])
def test_lists_at_the_border_are_confirmed_wrongly_at_most_once_in_twenty(entries: int) -> None:
    """10,000 lists with exactly as many wrong entries as contradict the claim, watched after every visit."""
    most, draw = contradicting_number(entries, 0.02), np.random.default_rng(entries)
    right = np.ones((10_000, entries), dtype=np.int64)
    right[:, :most] = 0
    p = mixture_p_values(draw.permuted(right, axis=1), entries, most)[:, :-1]
    assert (p <= 0.05).any(axis=1).mean() <= 0.05
