"""The list of runs says what each run's own files say, and names those that are not complete."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable

import pandas as pd

from povlib import runs
from povlib.runs.comparison.run_listing import listed_runs, standing_decisions


def _expected_additional(run: runs.Run) -> float:
    """Reckon additional exits from the stored tables alone: members x (chance - chance with nothing new)."""
    chosen = pd.read_parquet(run.folder / "plan" / "chosen.parquet")
    chances = pd.read_parquet(run.folder / "projection" / "frame.parquet")
    p = chances.set_index(chances["package"].astype(str))["p"]
    nothing = chances[chances["k"] == 0].set_index("hh")["p"]
    gain = p.reindex(chosen["package"].astype(str)).to_numpy() - nothing.reindex(chosen["hh"]).to_numpy()
    return float(pd.Series(gain * chosen["members"].to_numpy()).fillna(0.0).sum())


def test_a_run_is_listed_with_its_figures_and_papers(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    place = runs.find_office("sample")
    (one,) = listed_runs(place)
    assert one.finished
    assert one.decision == "draft"
    assert not one.wrong
    assert abs(one.figures["additional"] - _expected_additional(run)) < 1e-9
    paid = pd.read_parquet(run.folder / "plan" / "payments.parquet")["fen"].sum()
    assert one.figures["money_fen"] == float(paid)
    assert one.papers == (run.info.titles and tuple(lang for lang in ("zh", "en") if runs.has_papers(run, lang)))
    plain = json.loads(json.dumps(one.plain()))
    assert plain["run"] == run.info.run_id
    assert plain["month"] == "2016-05"
    assert plain["batch"] == run.info.batch
    # asked again, the figures come from beside the run and are the same
    assert listed_runs(place)[0].figures == one.figures


def test_what_is_not_complete_or_altered_is_named_as_such(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    place = runs.find_office("sample")
    begun = run.folder.with_name(".0123456789ab.begun")
    shutil.copytree(run.folder, begun)
    (begun / "manifest.json").unlink()
    (run.folder / "plan" / "chosen.parquet").write_bytes(b"x")
    first, second = listed_runs(place)
    assert first.finished
    assert not first.figures
    assert "plan/chosen.parquet" in first.wrong
    assert not second.finished
    assert second.steps > 5
    assert not second.figures
    assert [one.run.folder.name for one in listed_runs(place, ("base",))] == [run.folder.name, begun.name]
    assert listed_runs(place, ("depth",)) == []


def test_what_was_decided_stands_beside_the_run(
    copied: Callable[[], runs.Run], approved: Callable[[runs.Run], None]
) -> None:
    run = copied()
    place = runs.find_office("sample")
    assert standing_decisions(place) == {}
    approved(run)
    assert [one.decision for one in listed_runs(place)] == ["approved"]
    runs.withdraw_run(run, "o", "why")
    assert [one.decision for one in listed_runs(place)] == ["withdrawn"]
