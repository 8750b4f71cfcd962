"""The figures of back-tests on made-up townships, in short here and in full when the tests soak."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from povlib import params, places, review
from povlib.review.headline_figures import realised_ratio
from povlib.review.simple_forecasts import BASE, LAST_STATE, LOGIT

SCRIPT = Path(places.PARAMS).parent / "benchmarks" / "review_worlds.py"


@pytest.fixture(scope="module")
def worlds() -> ModuleType:
    spec = importlib.util.spec_from_file_location("review_worlds", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def one(worlds: ModuleType) -> review.Backtest:
    return worlds.world(100, params.load(places.DATA / "sample" / "params"))


@pytest.fixture(scope="module")
def eight(worlds: ModuleType) -> list[review.Backtest]:
    catalogue = params.load(places.DATA / "sample" / "params")
    return [worlds.world(100 + number, catalogue) for number in range(8)]


@pytest.mark.slow
def test_the_projection_beats_what_anyone_could_say_in_one_world(one):
    for peer in (BASE, LAST_STATE, LOGIT):
        skill, low, high = one.skill(peer)
        assert 0 < low < skill < high < 1, peer


@pytest.mark.slow
def test_what_was_projected_came_true_within_wide_limits_in_one_world(one):
    known = one.known()
    assert 0.7 < realised_ratio(known).ratio < 1.35
    assert 0.6 < realised_ratio(known[known["served"].astype(bool)]).ratio < 1.5
    assert one.counts["inside"].astype(float).mean() >= 0.6


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_brier_skill_over_the_pooled_logit_in_eight_worlds(worlds, eight):
    skill, low, _ = worlds.pooled(eight).skill(LOGIT)
    assert low > 0
    assert skill > 0.4


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_realised_over_projected_in_eight_worlds(worlds, eight):
    served = [known[known["served"].astype(bool)] for known in (one.known() for one in eight)]
    assert 0.9 <= np.mean([realised_ratio(rows).ratio for rows in served]) <= 1.1
    assert worlds.pooled(eight).villages["inside"].astype(float).mean() >= 0.85
