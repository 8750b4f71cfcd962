"""Counties are their townships together: counts added up, ranges of the sums draw by draw."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from povlib.exits.exit_sums import ExitSums
from povlib.runs.area.area_figures import AreaFigures
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.part_figures import PLACE_COUNTS, ranges_of

TOWNS = ("C", "A", "B", "D")


def figures(county_of: dict[str, str]) -> AreaFigures:
    rng = np.random.default_rng(5)
    one, draws = rng.random(4), rng.random((4, 20))
    made = AreaFigures(cast(AreaRun, SimpleNamespace(county_of=county_of, settings=SimpleNamespace(seed=3))))
    towns = pd.DataFrame({"township": TOWNS} | {name: [1, 20, 300, 4000] for name in PLACE_COUNTS})
    known: dict[str, Any] = {"townships": towns, "sums": ExitSums(TOWNS, one, one / 2, draws, draws, draws, draws)}
    made.__dict__.update(known)
    return made


def test_a_county_is_its_townships_together() -> None:
    own = {"C": "east", "A": "west", "B": "west"}
    made = figures(own)
    rows = made.counties.set_index("name")
    # in the order of the office's list; a township without a county stands for itself
    assert rows.index.tolist() == ["east", "west", "D"]
    assert rows["persons"].tolist() == [1, 320, 4000]
    summed = made.sums.by(own)
    for county in rows.index:
        for name, value in ranges_of(summed, [county], 3).items():
            assert rows.loc[county, name] == pytest.approx(value, abs=1e-9)


def test_one_county_alone_is_not_set_beside_another() -> None:
    assert figures({"A": "west", "B": "west"}).counties.empty
    assert "name" in figures({}).counties
