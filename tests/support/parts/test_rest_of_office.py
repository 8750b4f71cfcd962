"""What other parts take, against the offer made to everybody at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from povlib import params, places
from povlib.params import Catalogue, Settings
from povlib.support import offer
from povlib.support.example_township import example_township
from povlib.support.parts.rest_of_office import rest_of_each_part, taken_by_law


@pytest.fixture
def catalogue() -> Catalogue:
    return params.load(places.DATA / "sample" / "params")


def _halves(state: Any) -> list[Any]:
    """Return the township as two states, each with half of its households."""
    households = state.households["hh"].tolist()
    middle = len(households) // 2
    halves = []
    for own in (households[:middle], households[middle:]):
        frames = {
            name: value[value["hh"].isin(own)].reset_index(drop=True)
            for name, value in vars(state).items()
            if isinstance(value, pd.DataFrame) and "hh" in value
        }
        halves.append(SimpleNamespace(**{**vars(state), **frames}))
    return halves


def test_two_parts_are_offered_what_the_whole_is(catalogue: Catalogue) -> None:
    state, settings = example_township(), Settings()
    whole = offer(state, catalogue, settings)
    halves = _halves(state)
    taken = [taken_by_law(half, catalogue, settings) for half in halves]
    rests = rest_of_each_part(taken, [len(half.households) for half in halves])
    made = [offer(half, catalogue, settings, rest=rest) for half, rest in zip(halves, rests, strict=True)]
    for one in made:
        capacity = one.resources.set_index("resource")["capacity"]
        pd.testing.assert_series_equal(capacity, whole.resources.set_index("resource")["capacity"])
    key = ["hh", "k", "measures", "new_money_fen"]
    together = pd.concat([one.packages for one in made])[key].sort_values(["hh", "k"], ignore_index=True)
    pd.testing.assert_frame_equal(together, whole.packages[key].sort_values(["hh", "k"], ignore_index=True))
    owed = pd.concat([one.entitlements for one in made])["cost_fen"].sum()
    assert owed == whole.entitlements["cost_fen"].sum()
