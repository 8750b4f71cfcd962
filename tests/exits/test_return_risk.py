"""Who falls back within a year of an exit, learnt from the ledger."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from povlib.calendar import Month
from povlib.exits import (
    project,
)
from povlib.exits.projection_constants import projection_constants
from povlib.exits.return_risk import fit_return_hazard, line_in_force, lines_ahead
from povlib.support import offer
from povlib.support.example_township import example_township


def test_return_risk_lies_with_those_near_the_line(now, catalogue, settings):
    made = project(now, offer(now, catalogue, settings), catalogue, settings)
    zero = made.frame[(made.frame["k"] == 0) & made.frame["assessable"]]
    assert zero["return_risk"].between(0, 1).all()
    line = catalogue.line_fen(settings.authority, settings.horizon)
    rich = zero[zero["income_fen"] > 2 * line]["return_risk"].mean()
    near = zero[zero["income_fen"].between(0.9 * line, 1.1 * line)]["return_risk"].mean()
    assert near > rich + 0.1
    # a post that goes on brings twelve months of wage in the year after, not seven: it must not add to the risk
    parts = offer(now, catalogue, settings).components
    posts = made.frame[made.frame["package"].isin(parts.loc[parts["measure"] == "cleaner_post", "package"])]
    pairs = posts.merge(zero[["hh", "return_risk"]], on="hh", suffixes=("", "_0"))
    assert (pairs["return_risk"] <= pairs["return_risk_0"] + 0.02).mean() > 0.9


def test_the_hazard_of_falling_back_is_that_of_the_ledger(now, later, catalogue, settings):
    found = fit_return_hazard(now, catalogue, settings)
    assert found.status == "learnt"
    assert found.seen >= 10
    risk = found.within_a_year(np.array([0.02, 0.3, 1.0]), np.ones(12))
    assert risk[0] > risk[1] > risk[2] > 0
    rising = found.within_a_year(np.array([0.1]), np.full(12, 1.06))
    assert rising[0] > found.within_a_year(np.array([0.1]), np.ones(12))[0]


def test_without_history_the_rate_is_the_assumed_one(catalogue, settings):
    found = fit_return_hazard(example_township(), catalogue, settings)
    assert found.status == "assumed"
    prior = projection_constants(catalogue)
    assert 0 < found.rate <= prior.return_rate
    short = SimpleNamespace(**(vars(example_township()) | {"observations": example_township().observations.head(0)}))
    assert fit_return_hazard(short, catalogue, settings).rate == pytest.approx(prior.return_rate)


def test_a_line_not_entered_yet_is_taken_as_the_newest_before_it(catalogue):
    assert line_in_force(catalogue, "exit_check", Month(2033, 5)) == catalogue.line_fen("exit_check", Month(2020, 12))
    ahead = lines_ahead(catalogue, "exit_check", Month(2016, 8))
    assert ahead[:4].tolist() == [1.0] * 4
    assert ahead[4:] == pytest.approx(3335 / 3146)


def test_the_risk_does_not_hang_on_how_many_packages_are_held_at_once(catalogue, settings, monkeypatch):
    state = example_township()
    offered = offer(state, catalogue, settings)
    whole = project(state, offered, catalogue, settings, draws=50).frame["return_risk"]
    monkeypatch.setattr("povlib.exits.exit_chances.VARIANCE_ROWS", 3)
    assert len(whole) > 3
    assert project(state, offered, catalogue, settings, draws=50).frame["return_risk"].to_numpy() == pytest.approx(
        whole.to_numpy(), rel=1e-12, nan_ok=True
    )
