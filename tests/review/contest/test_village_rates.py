"""Rates of villages: exact limits by enumeration, shrinkage that comes nearer the truth, fair to hard households."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest

from povlib.errors import DataError
from povlib.review.contest.village_rates import ALARM, WARNING, village_rates


def _enumerated(chances: list[float]) -> np.ndarray:
    """Return the chance of every count, household by household."""
    found = np.zeros(len(chances) + 1)
    for results in product((0, 1), repeat=len(chances)):
        weights = [p if r else 1 - p for p, r in zip(chances, results, strict=True)]
        found[sum(results)] += np.prod(weights)
    return found


def test_limits_are_those_of_every_possible_result() -> None:
    chances = {"A": [0.1, 0.5, 0.5, 0.9, 0.7, 0.2], "B": [0.3] * 8}
    villages = [v for v, ps in chances.items() for _ in ps]
    reached = np.arange(len(villages)) % 2 == 0
    rates = village_rates(villages, reached, np.array([p for ps in chances.values() for p in ps])).set_index("village")
    for village, ps in chances.items():
        cumulative = _enumerated(ps).cumsum()
        scale, row = reached.mean() / sum(ps), rates.loc[village]
        for low, high, outside in (("low", "high", WARNING), ("far_low", "far_high", ALARM)):
            first = int(np.argmax(cumulative >= outside / 2 - 1e-12))
            last = int(np.argmax(cumulative >= 1 - outside / 2 - 1e-12))
            assert [row[low], row[high]] == pytest.approx([first * scale, last * scale])


@pytest.mark.thorough
def test_luck_alone_leaves_the_limits_as_seldom_as_they_say() -> None:
    rng = np.random.default_rng(2016)
    villages = pd.Series(np.repeat([f"v{i:02d}" for i in range(12)], 30))
    chances = rng.uniform(0.1, 0.9, len(villages))
    beyond, far, rounds = 0, 0, 300
    for _ in range(rounds):
        rates = village_rates(villages, rng.random(len(villages)) < chances, chances)
        # expected counts are those of the chances, so limits and rates share one scale
        beyond += int(((rates["rate"] < rates["low"]) | (rates["rate"] > rates["high"])).sum())
        far += int((rates["outside"] != 0).sum())
    # counts are whole, so exact limits are left less often than their nominal share, never more often but by luck
    assert 0.02 < beyond / (rounds * 12) < WARNING + 0.008
    assert far / (rounds * 12) < ALARM + 0.002


@pytest.mark.thorough
def test_the_shrunken_rate_is_nearer_the_truth() -> None:
    rng = np.random.default_rng(5)
    villages = pd.Series(np.repeat([f"v{i:02d}" for i in range(12)], 25))
    plain, shrunk = 0.0, 0.0
    for _ in range(200):
        truth = np.clip(rng.normal(0.4, 0.08, 12), 0.05, 0.95)
        reached = rng.random(300) < np.repeat(truth, 25)
        rates = village_rates(villages, reached, np.full(300, reached.mean()))
        plain += ((rates["rate"] - truth) ** 2).sum()
        shrunk += ((rates["shrunk"] - truth) ** 2).sum()
    assert shrunk < 0.8 * plain


def test_a_village_of_hard_households_is_not_blamed_for_them() -> None:
    villages = ["hard"] * 40 + ["easy"] * 40
    chances = np.r_[np.full(40, 0.2), np.full(40, 0.8)]
    reached = np.r_[np.arange(40) < 8, np.arange(40) < 32]
    fair = village_rates(villages, reached, chances)
    assert fair["rate"].tolist() == pytest.approx([0.5, 0.5])
    assert fair["outside"].tolist() == [0, 0]
    unfair = village_rates(villages, reached, np.full(80, 0.5)).set_index("village")
    assert unfair["outside"].to_dict() == {"easy": 1, "hard": -1}


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(DataError, match="different lengths"):
        village_rates(["A"], np.array([True, False]), np.array([0.5, 0.5]))
    with pytest.raises(DataError, match="nothing to compare"):
        village_rates(["A", "B"], np.array([True, False]), np.array([1.0, 0.5]))


def test_rows_are_by_village_whatever_their_order() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"v": rng.choice(list("abc"), 60), "r": rng.random(60) < 0.5, "p": rng.uniform(0.2, 0.8, 60)})
    mixed = frame.sample(frac=1, random_state=2)
    one = village_rates(frame["v"], frame["r"].to_numpy(), frame["p"].to_numpy())
    two = village_rates(mixed["v"], mixed["r"].to_numpy(), mixed["p"].to_numpy())
    pd.testing.assert_frame_equal(one, two)
