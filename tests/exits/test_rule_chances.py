"""Chances alone: those of the whole projection, to the bit, for one month-end and for several."""

from __future__ import annotations

import numpy as np
import pytest

from povlib import params
from povlib.exits import project
from povlib.exits.rule_chances import rule_chances
from povlib.support import offer
from povlib.support.example_township import example_township


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
