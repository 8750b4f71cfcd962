"""Runs nobody needs go whole or not at all, and nothing else is touched."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from povlib import runs
from povlib.runs.office import run_pruning
from povlib.runs.office.run_pruning import pruned_runs, remove_runs

DAY = 86400.0


def _copy_of(run: runs.Run, name: str, days: float, *, papers: bool = False) -> Path:
    """Put a finished run beside another as if it had been made `days` before: what pruning reads of it."""
    folder = run.folder.with_name(name)
    shutil.copytree(run.folder, folder)
    then = time.time() - days * DAY
    os.utime(folder / "manifest.json", (then, then))
    (run.office.folder / "asked" / name / "headline").mkdir(parents=True)
    if papers:
        (run.office.papers / f"2016-05-base-{name}").mkdir()
        (run.office.papers / f"2016-05-base-{name}" / "meeting.zh.pdf").write_bytes(b"%PDF")
    return folder


def _tree(place: runs.Place) -> dict[str, bytes]:
    return {
        str(path.relative_to(place.office.folder)): path.read_bytes()
        for path in place.office.folder.rglob("*")
        if path.is_file() and not path.name.endswith(".lock")
    }


def _kept(place: runs.Place, **how: float) -> dict[str, str]:
    return {one.name: one.kept_for for one in pruned_runs(place, **how)}


def test_the_rule_keeps_what_somebody_needs(
    copied: Callable[[], runs.Run], approved: Callable[[runs.Run], None]
) -> None:
    run = copied()
    place = runs.find_office("sample")
    _copy_of(run, "aa0000000000", 100)
    _copy_of(run, "bb0000000000", 10)
    _copy_of(run, "cc0000000000", 100, papers=True)
    _copy_of(run, "dd0000000000", 100)
    compared = place.office.papers / "comparison-1"
    compared.mkdir()
    (compared / "comparison.zh.runs.json").write_text(json.dumps({"runs": ["dd0000000000"]}), encoding="utf-8")
    _copy_of(run, "ff0000000000", 100)
    beside = place.office.papers / f"2016-05-base-{run.info.run_id}"
    beside.mkdir(exist_ok=True)
    (beside / "comparison.ff0000000000.zh.numbers.json").write_text("[]", encoding="utf-8")
    found = _kept(place)
    assert "comparison" in found["ff0000000000"]
    assert found[run.info.run_id].startswith("the newest")
    assert found["aa0000000000"] == ""
    assert found["bb0000000000"].startswith("younger")
    assert found["cc0000000000"].startswith("its papers")
    assert "comparison" in found["dd0000000000"]
    assert _kept(place, drafts=True)["cc0000000000"] == ""
    assert _kept(place, days=5)["bb0000000000"] == ""
    approved(run)
    _copy_of(run, "ee0000000000", -1)
    # no longer the newest of its scenario, and old: the approval keeps it, withdrawn or not
    then = time.time() - 100 * DAY
    os.utime(run.folder / "manifest.json", (then, then))
    assert "the ledger speaks of it" in _kept(place)[run.info.run_id]
    runs.withdraw_run(run, "o", "why")
    assert "the ledger speaks of it" in _kept(place)[run.info.run_id]


def test_what_goes_goes_whole_and_nothing_else_changes(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    place = runs.find_office("sample")
    pruned_runs(place)  # a ledger that is opened for the first time may grow
    before = _tree(place)
    _copy_of(run, "aa0000000000", 100, papers=True)
    going = [one for one in pruned_runs(place, drafts=True) if not one.kept_for]
    whole = sum(len(content) for content in _tree(place).values()) - sum(len(content) for content in before.values())
    assert [one.size for one in going] == [whole]
    assert remove_runs(place, going) == whole
    assert _tree(place) == before


@pytest.mark.thorough
@pytest.mark.parametrize("after", range(4))
def test_a_kill_in_between_leaves_a_whole_run_or_none(
    copied: Callable[[], runs.Run], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    run = copied()
    place = runs.find_office("sample")
    pruned_runs(place)  # a ledger that is opened for the first time may grow
    before = _tree(place)
    folder = _copy_of(run, "aa0000000000", 100, papers=True)
    whole = _tree(place)
    calls, really_remove = iter(range(10)), shutil.rmtree

    class Killed(BaseException):
        pass

    def rmtree(path: Path, **how: object) -> None:
        if next(calls) == after:
            raise Killed
        really_remove(path)

    going = [one for one in pruned_runs(place, drafts=True) if not one.kept_for]
    with monkeypatch.context() as killing:
        killing.setattr(run_pruning.shutil, "rmtree", rmtree)
        try:
            remove_runs(place, going)
        except Killed:
            assert not folder.exists()
            assert [one.name for one in pruned_runs(place)] == [run.info.run_id]
    # the next time takes away what the killed one left
    remove_runs(place, [])
    assert _tree(place) == before != whole
