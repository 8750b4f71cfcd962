"""What a plan chosen by noisy estimates promises too much."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from povlib.exits import (
    optimisers_curse,
    posterior_effects,
    project,
)
from povlib.exits.learning.optimisers_curse import independent_halves
from povlib.support import offer


@pytest.mark.thorough
def test_the_plug_in_plan_promises_more_than_the_shrunken_one(now, catalogue, settings):
    """Estimates that are far too good: the curse shows them, the halves do not follow."""
    offered = offer(now, catalogue, settings)
    evidence = pd.DataFrame(
        {"measure": ["enterprise_post", "cleaner_post"], "source": "wage", "prior_mean": [0.45, 0.85],
         "prior_sd": [0.1, 0.1], "estimate": [1.4, None], "se": [0.5, None]}
    ).astype({"estimate": "float64", "se": "float64"})  # fmt: skip

    def best(made):
        return made.frame[made.frame["assessable"]].sort_values("p").groupby("hh")["package"].last()

    found = optimisers_curse(
        evidence, lambda effects: project(now, offered, catalogue, settings, draws=60, posterior=effects), best
    ).set_index("key")
    assert found.loc["plug_in", "additional"] > found.loc["shrunken", "additional"]
    assert found.loc["optimism", "persons"] > 0
    assert found.loc["cross_fitted", "additional"] == pytest.approx(found.loc["shrunken", "additional"], rel=0.1)


def test_halves_are_independent_given_the_truth():
    seen = pd.DataFrame({"estimate": np.random.default_rng(1).normal(0, 0.5, 20_000), "se": 0.5})
    one, two = independent_halves(seen, seed=3)
    assert np.corrcoef(one["estimate"], two["estimate"])[0, 1] == pytest.approx(0.0, abs=0.02)
    assert one["estimate"].std() == pytest.approx(0.5 * np.sqrt(2), rel=0.02)
    assert posterior_effects(seen.assign(measure="a", source="wage", prior_mean=0.0, prior_sd=0.0))["mean"].eq(0).all()
