"""Conformal ranges hold as often as they say, by group, and come back after the world has changed."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from povlib.errors import DataError
from povlib.review import conformal_ranges


def counts(seed: int, origins: int, villages: int, *, bias=0.0, scale=1.0, groups=1) -> pd.DataFrame:
    """Return counts whose misses are `scale` spreads wide, wider in the second group, and `bias` too high."""
    rng = np.random.default_rng(seed)
    rows = []
    for origin in range(origins):
        for village in range(villages):
            sd = rng.uniform(1, 6)
            wide = scale * (1 + 2 * (village % groups))
            miss = rng.standard_normal() * wide + bias
            rows.append((8 * origin, 8 * origin + 8, f"v{village}", str(village % groups), 40.0, sd, 40.0 - miss * sd))
    return pd.DataFrame(rows, columns=["origin", "horizon", "village", "kind", "expected", "sd", "observed"])


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40), st.floats(0.05, 0.95))
@settings(max_examples=60, deadline=None)
def test_the_quantile_is_the_smallest_that_leaves_enough_scores_below(scores, level):
    found = conformal_ranges.conformal_quantile(scores, level)
    needed = level * (len(scores) + 1) - 1e-9
    if math.isinf(found):
        assert len(scores) < needed
    else:
        assert sum(score <= found for score in scores) >= needed
        below = [score for score in scores if score < found]
        assert len(below) < needed


def test_ranges_hold_as_often_as_they_say():
    """By theory at least 90 % and, with 60 or more misses known, at most 90 % + 1/61."""
    held = [
        conformal_ranges.conformal_ranges(counts(seed, 7, 12), step=0.0).query("basis == 'all'")["held"].mean()
        for seed in range(40)
    ]
    assert 0.89 < np.mean(held) < 0.93


def test_a_group_has_its_own_misses():
    made = conformal_ranges.conformal_ranges(counts(1, 12, 20, groups=2), group="kind", step=0.0)
    late = made.loc[(made["origin"] >= 40) & (made["basis"] == "group")]
    reach = (late["conformal_high"] - late["conformal_low"]) / late["sd"]
    by = reach.groupby(late["kind"]).mean()
    assert by["1"] > 2 * by["0"]
    alone = conformal_ranges.conformal_ranges(counts(1, 12, 20, groups=2), step=0.0).query("origin >= 40")
    own, all_ = late.groupby("kind")["held"].mean(), alone.groupby("kind")["held"].mean()
    assert own["0"] - own["1"] < all_["0"] - all_["1"]  # all together: too wide for one, too narrow for the other


def test_a_small_group_borrows_and_nothing_known_keeps_the_own_range():
    frame = counts(2, 3, 12).assign(low=1.0, high=2.0)
    frame["kind"] = np.where(frame["village"] == "v0", "alone", "others")
    made = conformal_ranges.conformal_ranges(frame, group="kind")
    first = made.loc[made["origin"] == 0]
    assert (first["basis"] == "model").all()
    assert (first["conformal_low"] == 1.0).all()
    assert (first["conformal_high"] == 2.0).all()
    assert set(made.loc[(made["origin"] == 8) & (made["village"] == "v0"), "basis"]) == {"all"}
    assert set(made.loc[(made["origin"] == 8) & (made["village"] == "v1"), "basis"]) == {"group"}


def test_the_level_adapts_when_the_world_changes():
    calm, wild = counts(3, 6, 12), counts(4, 18, 12, scale=2.0)
    wild[["origin", "horizon"]] += 48
    frame = pd.concat([calm, wild], ignore_index=True)
    fixed, moving = (
        conformal_ranges.conformal_ranges(frame, step=step).query("48 < origin <= 96") for step in (0.0, 0.2)
    )
    assert moving["held"].mean() > fixed["held"].mean()
    assert moving["level_used"].max() > 0.9


def test_an_outcome_not_known_yet_teaches_nothing_and_gets_a_range():
    frame = counts(5, 4, 12)
    plan = frame.loc[frame["origin"] == 24].assign(origin=32, horizon=40, observed=np.nan, persons=45.0)
    made = conformal_ranges.conformal_ranges(pd.concat([frame.assign(persons=45.0), plan]), most="persons")
    own = made.loc[made["origin"] == 32]
    assert own["held"].isna().all()
    assert own["conformal_high"].max() <= 45.0
    assert own["conformal_low"].min() >= 0.0
    # outcomes of origin 24 are in at 32; misses whose horizon lies later are not used
    late = frame.assign(horizon=frame["horizon"] + 100)
    assert set(conformal_ranges.conformal_ranges(late.assign(low=0.0, high=1.0))["basis"]) == {"model"}


def test_what_cannot_be_is_refused():
    frame = counts(6, 1, 2)
    with pytest.raises(DataError, match="missing"):
        conformal_ranges.conformal_ranges(frame.drop(columns="sd"))
    with pytest.raises(DataError, match="between 0 and 1"):
        conformal_ranges.conformal_ranges(frame, level=1.0)
    with pytest.raises(DataError, match="negative"):
        conformal_ranges.conformal_ranges(frame.assign(sd=-1.0))
