"""The closed form against simulation world by world."""

from __future__ import annotations

import pytest

from povlib import params
from povlib.exits import project
from povlib.exits.simulation_check import simulate_exits
from povlib.support import offer


@pytest.mark.thorough
def test_the_closed_form_is_what_simulation_finds(now, catalogue):
    """World by world, with nothing averaged away: mean error under 1 point, none above 6 (own noise about 1)."""
    settings = params.Settings(draws=400)
    offered = offer(now, catalogue, settings)
    frame = project(now, offered, catalogue, settings).frame
    some = frame.loc[frame["assessable"]].sample(150, random_state=2)["package"]
    both = simulate_exits(now, offered, catalogue, settings, some, worlds=3000).merge(frame, on="package")
    error = (both["p_x"] - both["p_y"]).abs()
    assert error.mean() < 0.01
    assert error.max() < 0.06
