"""Stages of earlier runs: taken over when nothing that they read has changed, and only as this office sealed them."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from povlib import runs
from povlib.errors import RunError
from povlib.runs.run import Run
from povlib.runs.stages.outlook import backtest_of
from povlib.runs.stages.register_measures import deprivations, inequality
from povlib.runs.storage import artefacts
from povlib.runs.storage.office_seal import STAGE, OfficeSeal
from povlib.runs.storage.stage_reuse import find_stage, take_stage_over
from povlib.runs.storage.text_files import SEAL
from povlib.words import language_in_use

Copied = Callable[[], runs.Run]
MORE = {"funds.special.amount_yuan": "400000"}
# what a budget leaves as it was, the quickest first
LEFT = ("poverty", "effects")


@pytest.fixture(autouse=True)
def _in_the_language_of_the_finished_run(in_english: None) -> Iterator[None]:
    with language_in_use("zh"):
        yield


def _with_more_money(run: Run) -> Run:
    return runs.begin(runs.find_office("sample"), "base", MORE)


def _stages(folder: Path) -> dict[str, bytes]:
    others = ("params", "survey", "papers", "notebooks")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for part in folder.iterdir()
        if part.is_dir() and part.name not in others
        for path in sorted(part.iterdir())
    }


def _key(run: Run, stage: str) -> str:
    return run._keys.key(stage, run._file_of_stage)


def _computed(run: Run) -> list[str]:
    """Return which of two stages a run computes itself when it is asked for them."""
    return [name for name in LEFT if run._stage_elsewhere(name) is None]


def test_a_changed_budget_takes_over_what_does_not_depend_on_it(copied: Copied) -> None:
    run = copied()
    other = _with_more_money(run)
    assert other.info.run_id != run.info.run_id
    for name in ("poverty", "effects", "movements", "reached", "backtest", "chance", "cutoff"):
        assert other._stage_elsewhere(name) == run.folder / name, name
    for name in ("offer", "plan", "proof", "outlook"):
        assert other._stage_elsewhere(name) is None, name


def test_what_is_taken_over_is_what_would_have_been_computed(copied: Copied) -> None:
    other = _with_more_money(copied())
    alone = dataclasses.replace(other, folder=other.folder.with_name(".alone.begun"), takes_over=False)
    shutil.copytree(other.folder, alone.folder)
    for made in (other, alone):
        assert made.overview
        assert made.effects
        assert deprivations(made)
        assert inequality(made)
    assert _stages(other.folder) == _stages(alone.folder)
    assert len(_stages(other.folder)) > 10


def test_a_key_is_reckoned_from_files_without_reading_them_and_from_those_of_this_office_alone(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _with_more_money(copied())
    assert len(made.offer.packages)
    key = _key(made, "projection")  # of what is offered, byte by byte

    def refused(place: Path) -> None:
        raise AssertionError(f"{place.name} was read for a digest")

    again = dataclasses.replace(made)
    with monkeypatch.context() as patch:
        patch.setattr(artefacts, "read_artefact", refused)
        assert _key(again, "projection") == key
    # what somebody changed meanwhile is made anew before a digest is taken of it
    (made.folder / "offer" / "packages.parquet").write_bytes(b"")
    assert _key(dataclasses.replace(made), "projection") == key


@pytest.mark.slow
def test_a_whole_plan_is_the_same_to_the_byte_with_and_without_what_came_before(copied: Copied) -> None:
    other = _with_more_money(copied())
    alone = dataclasses.replace(other, folder=other.folder.with_name(".alone.begun"), takes_over=False)
    shutil.copytree(other.folder, alone.folder)
    for made in (other, alone):
        assert made.effects  # a projection that is taken over asks for none
        assert made.proved
        assert made.overview
        assert made.explanation
        assert backtest_of(made)
    assert other.folder.joinpath("projection", "draws.npy").stat().st_nlink > 1
    assert alone.folder.joinpath("projection", "draws.npy").stat().st_nlink == 1
    assert _stages(other.folder) == _stages(alone.folder)


@pytest.mark.parametrize("part", ["households.parquet", "facts.json", SEAL])
def test_an_altered_stage_is_not_taken_over(copied: Copied, part: str) -> None:
    run = copied()
    path = run.folder / "poverty" / part
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path)
        frame.assign(size=frame["size"] + 1).to_parquet(path, index=False)
    else:
        path.write_text(path.read_text(encoding="utf-8").replace("1", "2"), encoding="utf-8")
    assert _computed(_with_more_money(run)) == ["poverty"]


def test_a_stage_put_under_another_run_or_another_name_is_not_taken_over(copied: Copied) -> None:
    run = copied()
    elsewhere = run.folder.with_name("0123456789ab")
    shutil.copytree(run.folder / "poverty", elsewhere / "poverty")
    shutil.copytree(run.folder / "poverty", elsewhere / "effects")
    shutil.rmtree(run.folder / "poverty")
    shutil.rmtree(run.folder / "effects")
    assert _computed(_with_more_money(run)) == ["poverty", "effects"]


def test_a_stage_sealed_by_somebody_else_or_under_another_key_is_not_taken_over(copied: Copied) -> None:
    run = copied()
    other = _with_more_money(run)
    place, key = run.folder / "poverty", _key(other, "poverty")
    forger = OfficeSeal(run.info.run_id, Ed25519PrivateKey.generate())
    forger.write_for_folder(place, "poverty", key)
    assert other._stage_elsewhere("poverty") is None
    # the office's own seal, for other inputs: a later key written into it breaks the signature
    run.seal.write_for_folder(place, "poverty", "0" * 64)
    assert other._stage_elsewhere("poverty") is None
    (place / SEAL).write_text((place / SEAL).read_text().replace("0" * 64, key))
    assert find_stage(run.office.runs, "poverty", other.seal, key) is None


def test_without_the_key_nothing_is_recognised_and_without_links_files_are_copied(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = copied()
    other = _with_more_money(run)
    key = _key(other, "poverty")
    assert find_stage(run.office.runs, "poverty", dataclasses.replace(other.seal, key=None), key) is None

    def refuse(source: object, target: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    assert take_stage_over(run.folder / "poverty", other.folder / "poverty", other.seal, key)
    assert (other.folder / "poverty" / "facts.json").stat().st_nlink == 1
    assert other.seal.holds_for_folder(other.folder / "poverty", "poverty")
    assert STAGE in (other.folder / "poverty" / SEAL).read_text()
    # gone meanwhile: nothing is left behind
    assert not take_stage_over(run.folder / "nothing", other.folder / "nothing", other.seal, key)
    assert not [path for path in other.folder.iterdir() if "nothing" in path.name]


def test_a_run_without_papers_cannot_be_approved(copied: Copied) -> None:
    run = copied()
    for name in ("papers", "notebooks"):
        shutil.rmtree(run.folder / name)
    assert run.is_finished
    assert not run.has_papers
    with language_in_use("en"), pytest.raises(RunError, match="no papers yet"):
        runs.approve_run(run, "Officer A")
