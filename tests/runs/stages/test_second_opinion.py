"""The second opinion of a run: its projected side is the projection's, its model sees the ledger's months."""

from __future__ import annotations

from dataclasses import replace

import pytest

from povlib import runs
from povlib.runs.stages.refusals import Refused
from povlib.runs.stages.second_opinion import SecondOpinion, second_opinion


def test_both_sides_of_a_household_are_its_own(run: runs.Run) -> None:
    found = second_opinion(run)
    assert isinstance(found, SecondOpinion)
    frame = run.projection.frame
    own = frame[frame["k"] == 0].set_index("hh")["income_fen"]
    rows = found.households.set_index("hh")
    assert rows["projected"].to_numpy() == pytest.approx(own.loc[rows.index].to_numpy(dtype=float))
    assert (rows["modelled_low"] < rows["modelled_high"]).all()
    assert set(rows.index) <= set(run.state.poor["hh"])


def test_a_horizon_beyond_a_year_is_refused(run: runs.Run, tmp_path: object) -> None:
    from pathlib import Path

    far = run.settings.model_copy(update={"horizon": run.at + 13})
    late = replace(run, folder=Path(str(tmp_path)), info=replace(run.info, settings=far))
    late.__dict__["state"] = run.state
    late.__dict__["resolved"] = run.resolved
    found = second_opinion(late)
    assert isinstance(found, Refused)
    assert "13 months ahead" in found.show("en")
