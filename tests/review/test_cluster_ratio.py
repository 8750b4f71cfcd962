"""The ratio over townships drawn by lot, against every sample that might have been drawn."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from povlib.review.cluster_ratio import clusters_drawn, ratio_over_clusters

#: realised and projected persons of six townships
OBSERVED = np.array([40.0, 11.0, 35.0, 52.0, 20.0, 31.0])
EXPECTED = np.array([44.0, 15.0, 33.0, 60.0, 25.0, 30.0])


def _every_sample(n: int) -> list[list[int]]:
    return [list(sample) for sample in itertools.combinations(range(len(OBSERVED)), n)]


def test_all_townships_drawn_is_everybody_without_an_error() -> None:
    made = ratio_over_clusters(OBSERVED, EXPECTED, len(OBSERVED))
    assert made.ratio == pytest.approx(OBSERVED.sum() / EXPECTED.sum())
    assert (made.se, made.low, made.high) == (0.0, made.ratio, made.ratio)


@pytest.mark.parametrize("n", [3, 4, 5])
def test_over_all_samples_the_ratio_is_right_and_so_is_its_error(n: int) -> None:
    made = [ratio_over_clusters(OBSERVED[own], EXPECTED[own], len(OBSERVED)) for own in _every_sample(n)]
    ratios = np.array([one.ratio for one in made])
    truth = OBSERVED.sum() / EXPECTED.sum()
    spread = np.sqrt(((ratios - truth) ** 2).mean())
    # the bias of a ratio is of the order of one over n, far below its error
    assert abs(ratios.mean() - truth) < 0.15 * spread
    # linearised in a population of six: to a sixth
    assert np.sqrt(np.mean([one.se**2 for one in made])) == pytest.approx(spread, rel=0.17)
    assert np.mean([one.low <= truth <= one.high for one in made]) >= 0.9


@pytest.mark.parametrize("n", [3, 5])
def test_with_expected_alike_the_variance_is_exactly_unbiased(n: int) -> None:
    alike = np.full(len(OBSERVED), 30.0)
    made = [ratio_over_clusters(OBSERVED[own], alike[own], len(OBSERVED)) for own in _every_sample(n)]
    variance = np.array([one.ratio for one in made]).var()
    assert np.mean([one.se**2 for one in made]) == pytest.approx(variance, rel=1e-12)


def test_a_single_township_of_several_has_no_error_that_can_be_known() -> None:
    made = ratio_over_clusters([3.0], [4.0], 5)
    assert made.ratio == 0.75
    assert np.isnan([made.se, made.low, made.high]).all()
    assert np.isnan(ratio_over_clusters([0.0, 0.0], [0.0, 0.0], 3).ratio)


def test_each_sample_is_drawn_as_often_as_any_other() -> None:
    names = list("ABCDE")
    drawn = [clusters_drawn(names, 2, seed) for seed in range(600)]
    counts = {sample: drawn.count(sample) for sample in itertools.combinations(names, 2)}
    assert sum(counts.values()) == 600
    # sixty of each are expected; four standard deviations
    assert all(abs(count - 60) < 4 * np.sqrt(54) for count in counts.values())
    assert clusters_drawn(names, 2, 3) == clusters_drawn(names, 2, 3)
    assert clusters_drawn(names, 0, 3) == ()


def test_the_low_end_is_never_below_nought() -> None:
    made = ratio_over_clusters([0.0, 30.0, 0.0], [10.0, 10.0, 10.0], 40)
    assert made.low == 0.0
    assert made.high > made.ratio == 1.0
