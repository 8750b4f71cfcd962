"""Totals of a choice of packages, their ranges, and what packages are worth."""

from __future__ import annotations

import numpy as np
import pytest

from povlib import params
from povlib.exits import package_values, totals


def test_totals_add_up_and_know_no_choice(made):
    none = totals(made)
    assert none.additional == 0
    assert (none.additional_draws == 0).all()
    frame = made.frame.merge(made.members, on="hh")
    zero = frame.loc[(frame["k"] == 0) & frame["assessable"] & frame["registered"]]
    assert none.persons == pytest.approx((zero["p"] * zero["members"]).sum())
    low, high = none.interval()
    assert low < none.persons < high
    assert none.chance_of(0) == 1.0


def test_the_range_of_a_total_has_the_spread_of_shared_draws_and_own_luck(made):
    """Against drawing every household's exit outright, given its p under each draw."""
    best = made.frame.loc[made.frame["assessable"]].sort_values("p").groupby("hh")["package"].last()
    found = totals(made, best)
    frame = made.frame.merge(made.members, on="hh")
    rows = frame.loc[frame["package"].isin(best) & frame["registered"] & frame["assessable"]].index
    rng = np.random.default_rng(0)
    p, members = made.draws[rows], frame.loc[rows, "members"].to_numpy()
    worlds = [members @ (rng.random(p.shape) < p) for _ in range(200)]
    assert found.persons_draws.std() == pytest.approx(np.std(worlds), rel=0.05)
    assert found.persons == pytest.approx(np.mean(worlds), rel=0.01)


def test_values_follow_the_objective(made):
    settings = params.Settings(objective={"persons": 2.0, "households": 1.0, "fgt2": 0.5})
    worth = package_values(made, settings)
    assert np.allclose(worth["value"], 2 * worth["persons"] + worth["households"] + 0.5 * worth["fgt2"])
    assert worth["value"].notna().all()
    zero = worth.loc[made.frame["k"] == 0]
    assert (zero["fgt2"] == 0).all()
    exited = made.members.loc[~made.members["registered"], "hh"]
    assert (worth.loc[worth["hh"].isin(exited), "value"] == 0).all()


def test_totals_of_villages_add_up(now, made):
    best = made.frame.loc[made.frame["assessable"]].sort_values("p").groupby("hh")["package"].last()
    whole = totals(made, best)
    parts = [totals(made, best, among=mine["hh"]) for _, mine in now.households.groupby("village")]
    assert sum(part.persons for part in parts) == pytest.approx(whole.persons)
    assert sum(part.additional for part in parts) == pytest.approx(whole.additional)
    assert sum(part.not_assessable for part in parts) == whole.not_assessable
