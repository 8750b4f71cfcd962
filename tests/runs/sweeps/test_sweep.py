"""A sweep: its points are plans like any other, made side by side, and found the second time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from povlib import runs
from povlib.cli import main
from povlib.errors import ParameterError
from povlib.places import ROOT
from povlib.runs.run_folders import find_run
from povlib.runs.sweeps import execution
from povlib.runs.sweeps.grid import grid_of
from povlib.runs.sweeps.points import begun_points, checked_points
from povlib.words import language_in_use

Copied = Callable[[], runs.Run]
FUND = "funds.special.amount_yuan"


@pytest.fixture(autouse=True)
def _in_the_language_of_the_finished_run(in_english: None) -> Iterator[None]:
    with language_in_use("zh"):
        yield


def _contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.thorough
def test_points_are_planned_side_by_side_and_found_the_second_time(copied: Copied) -> None:
    run = copied()
    place = runs.find_office("sample")
    told: list[float] = []
    found = runs.sweep({FUND: "200000,400000"}, place=place, jobs=2, progress=lambda stage, share: told.append(share))
    assert told[0] == 0.0
    assert told[-1] == 1.0
    frame = found.frame
    assert frame[FUND].tolist() == ["200000", "400000"]
    assert frame["proven"].tolist() == (frame["gap"] <= run.settings.gap_persons).tolist()
    # more money never helps fewer people than the two proofs leave open
    assert frame["additional"].iloc[1] >= frame["additional"].iloc[0] - frame["gap"].sum()
    for row in frame.to_dict("records"):
        point = find_run(row["run"], place)
        assert not point.has_papers
        assert point.overrides == {FUND: row[FUND]}
        assert runs.headline_figures(point)["additional"] == pytest.approx(row["additional"])
        assert point.catalogue.funds["special"].amount_fen == 100 * int(row[FUND])
        # the money of its plan is no more than there is
        assert row["money_fen"] <= point.offer.new_money_fen
        assert runs.verify_run(point).ok
        # what the budget leaves as it was is the finished run's own file
        assert (point.folder / "projection" / "draws.npy").samefile(run.folder / "projection" / "draws.npy")
    paths = found.write("zh")
    assert {path.suffix for path in paths} == {".html", ".xlsx", ".json", ".csv"}
    values = pd.read_csv(next(path for path in paths if path.suffix == ".csv"))
    assert values["additional"].tolist() == pytest.approx(frame["additional"].tolist())
    before = {path: path.stat().st_mtime_ns for path in paths}
    again = runs.sweep({FUND: "20万元,40万元"}, place=place, jobs=1)
    pd.testing.assert_frame_equal(again.frame, frame)
    assert {path: path.stat().st_mtime_ns for path in again.write("zh")} == before
    paths[0].write_text("changed")
    assert again.write("zh")[0].read_text(encoding="utf-8") != "changed"


def test_every_wrong_value_is_told_once_before_anything_is_begun(copied: Copied) -> None:
    run = copied()
    place = runs.find_office("sample")
    before = sorted(run.office.runs.iterdir())
    with language_in_use("en"), pytest.raises(ParameterError) as told:
        checked_points(place, ["base", "depth"], grid_of(["funds.specal.amount_yuan=1,2,3", "settings.margin=0,9"]))
    assert len(told.value.faults) == 2
    assert "special" in told.value.show()
    assert "--vary" in told.value.faults[0].where
    assert sorted(run.office.runs.iterdir()) == before


def test_a_point_that_cannot_be_planned_is_told_and_the_others_are_made(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied()
    place = runs.find_office("sample")
    points = checked_points(place, ["base"], grid_of([f"{FUND}=1,2"]))
    begun = begun_points(place, points)
    completed = execution._completed

    def refuse(run: runs.Run, lang: str, papers: bool) -> tuple[object, ...]:
        made: list[str] = []
        if run.overrides[FUND] == "1":
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(runs.Run, "state", property(lambda self: runs.find_run("nowhere", place)))
                return completed(run, lang, papers)
        made.append(run.info.run_id)
        return ()

    monkeypatch.setattr(execution, "_completed", refuse)
    faults = execution.complete_each(begun, jobs=1)
    assert list(faults) == [begun[0].info.run_id]
    assert faults[begun[0].info.run_id][0].what


def test_the_command_refuses_in_words_and_names_what_it_would_take(
    finished: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", "en", "plan", "base", "--vary", "posts.township_cleaner.slots=1..4/3"]) == 2
    assert "2.5 is no whole number" in capsys.readouterr().err
    assert main(["--lang", "en", "plan", "bse", "--vary", f"{FUND}=1,2"]) == 2
    assert "did you mean base" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_a_sweep_killed_at_any_moment_goes_on_to_the_same_bytes(copied: Copied, tmp_path: Path) -> None:
    run = copied()
    work = run.office.folder.parent
    whole = _swept(work, tmp_path / "whole", None)
    for number, wait in enumerate((1.5, 4.0, 7.0, 10.0)):
        assert _swept(work, tmp_path / f"killed{number}", wait) == whole


def _swept(work: Path, elsewhere: Path, wait: float | None) -> dict[str, bytes]:
    """Return all that a sweep leaves in a copy of the office, having killed it once after some seconds."""
    import shutil

    shutil.copytree(work, elsewhere)
    command = [sys.executable, "-m", "povlib.cli", "plan", "base", "--vary", f"{FUND}=200000..400000/3", "--jobs", "2"]
    environment = {**os.environ, "POVLIB_WORK": str(elsewhere), "PYTHONPATH": str(ROOT)}
    if wait is not None:
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        child.send_signal(signal.SIGKILL)
        child.wait()
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    left = _contents(elsewhere / "sample" / "runs") | _contents(elsewhere / "sample" / "papers")
    assert not [name for name in left if ".begun" in name]
    assert json.loads(next(words for name, words in left.items() if name.endswith("sweep.zh.numbers.json")))
    return {name: words for name, words in left.items() if not name.endswith(".lock")}
