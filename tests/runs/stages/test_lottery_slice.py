"""A run whose office asks for a slice by lot: proved, kept beside the plan, and never touching what the law owes."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from povlib import allocation, runs
from povlib.runs.facts import certainty, explanation
from povlib.runs.stages.lottery_slice import closed_guarantees


def test_no_lot_unless_asked_for(run: runs.Run) -> None:
    assert run.settings.explore_households == 0
    assert run.exploration is None
    assert certainty.lottery_slice(run) is None
    assert not (run.folder / "exploration").exists()
    assert not (run.folder / "best").exists()


@pytest.mark.slow
def test_a_slice_is_drawn_proved_and_kept(copied: Any) -> None:
    place = runs.find_office(copied().office.name)
    wanted = {"settings.explore_households": "6", "settings.explore_points": "3", "settings.draws": "60"}
    run = runs.begin(place, "base", wanted)
    assert allocation.verify(run.plan, run.problem).ok
    assert run.exploration is not None
    drawn = run.exploration.frames["drawn"]
    assert 0 < len(drawn) <= 6
    assert (drawn["probability"] * drawn["choices"] == 1).all()
    best, plan = (found.chosen.set_index("hh")["package"].astype("str") for found in (run.best_plan, run.plan))
    moved = drawn.set_index("hh")
    assert (best[best != plan].index.isin(moved.index)).all()
    assert (plan[moved.index] == moved["package"].astype("str")).all()
    assert (best[moved.index] == moved["planned"].astype("str")).all()
    closes = closed_guarantees(run.offer, run.catalogue)
    assert closes[best].tolist() == closes[plan].tolist()
    assert run.plan.gap == pytest.approx(run.best_plan.gap + run.exploration.facts["loss"])
    told = certainty.lottery_slice(run)
    assert told is not None
    assert told.cost == pytest.approx(run.exploration.facts["loss"], abs=1e-4)
    annex = explanation.annex_rows(run, "en").set_index("hh")
    assert (annex.loc[moved.index, "short"] == "by lot").all()
    again = runs.begin(place, "base", wanted)
    assert again.info.run_id == run.info.run_id
    assert again.exploration is not None
    pd.testing.assert_frame_equal(again.exploration.frames["drawn"], drawn)
