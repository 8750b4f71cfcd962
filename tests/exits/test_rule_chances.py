"""Chances alone: those of the whole projection, to the bit, for one month-end and for several."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from povlib import params
from povlib.exits import project
from povlib.exits.rule_chances import chances_at_end, drawn_inputs, rule_chances
from povlib.exits.shared_draws import draw_shared_quantities
from povlib.support import offer
from povlib.support.example_township import example_township
from povlib.support.parts.chosen_packages import offer_of_packages


@pytest.mark.parametrize("months", [1, 3])
def test_chances_alone_are_those_of_the_projection(catalogue, months):
    state, settings = example_township(), params.Settings(stability_months=months, draws=60)
    offered = offer(state, catalogue, settings)
    whole = project(state, offered, catalogue, settings)
    alone = rule_chances(state, offered, catalogue, settings, 60)
    assert np.array_equal(alone.draws, whole.draws, equal_nan=True)
    assert np.array_equal(alone.p, whole.frame["p"].to_numpy(dtype=float, na_value=np.nan), equal_nan=True)
    assert alone.assessable.tolist() == whole.frame["assessable"].tolist()
    both = alone.members.merge(whole.members, on=["hh", "members", "registered"])
    assert len(both) == len(whole.members) == len(alone.members)


def test_who_cannot_be_assessed_has_no_chance(catalogue, settings):
    state = example_township()
    alone = rule_chances(state, offer(state, catalogue, settings), catalogue, settings, 20)
    assert np.isnan(alone.p[~alone.assessable]).all()
    assert np.isnan(alone.draws[~alone.assessable]).all()
    assert ((alone.p >= 0) & (alone.p <= 1))[alone.assessable].all()


def test_drawing_only_the_sources_in_use_changes_no_chance(now, catalogue, settings):
    offered = offer(now, catalogue, settings)
    # places in the cattle co-op alone, so that others may fail on which nothing hangs
    held = offered.components.loc[offered.components["coop"] == "lichun_cattle", "package"]
    some = offered.packages["k"].eq(0) | offered.packages["package"].isin(held)
    few = offer_of_packages(offered, offered.packages.loc[some, "package"].to_numpy(np.int64))
    made, shared = drawn_inputs(now, few, catalogue, settings, 60, None)
    sources = made.base.sources
    every = replace(shared, failures=draw_shared_quantities((), [], 60, settings.seed, sources=sources).failures)
    assert 0 < len(made.sources_in_use) < len(sources.names)
    assert (every.failures != shared.failures).any()
    for number in range(len(made.base.ends)):
        in_use, all_drawn = chances_at_end(made, shared, number), chances_at_end(made, every, number)
        assert in_use.over.tobytes() == all_drawn.over.tobytes()
        assert in_use.mean.tobytes() == all_drawn.mean.tobytes()
