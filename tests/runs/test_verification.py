"""Verification: one flipped byte anywhere, a rewritten ledger, a tampered plan: each is found and said."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from povlib import runs
from povlib.cli import main
from povlib.errors import RunError
from povlib.runs.office.office_place import open_book
from povlib.runs.storage.manifest import NAME, changed_files
from povlib.runs.storage.text_files import file_digest
from povlib.runs.verification import require_as_approved


@pytest.mark.thorough
def test_a_sound_run_verifies(run: runs.Run) -> None:
    checked = runs.verify_run(run)
    assert checked.ok, [fault.show() for fault in checked.faults]
    assert any("none is better" in words for words in checked.words)


def _flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 1
    path.write_bytes(bytes(data))


def test_one_flipped_byte_in_any_file_is_found(finished: Any, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(finished.folder, folder)
    # the manifest and the seal under it bind each other: their own tests alter them
    own = {folder / "manifest.json", folder / "seal.json"}
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p not in own and p.stat().st_size)
    random = np.random.default_rng(1)
    for path in files[:: max(1, len(files) // 25)]:  # digests of all files each time: a sample of 25 is enough
        whole = path.read_bytes()
        _flip(path, int(random.integers(len(whole))))
        assert [fault.where for fault in changed_files(folder)] == [path.relative_to(folder).as_posix()]
        path.write_bytes(whole)
    assert changed_files(folder) == []


def test_a_file_gone_or_added_is_found(finished: Any, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(finished.folder, folder)
    (folder / "plan" / "chosen.parquet").unlink()
    (folder / "plan" / "other.parquet").write_bytes(b"x")
    assert [fault.where for fault in changed_files(folder)] == ["plan/chosen.parquet", "plan/other.parquet"]


def test_a_flipped_byte_of_the_manifest_never_verifies(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    manifest = run.folder / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    name = sorted(record["files"])[0]
    record["files"][name] = record["files"][name][:-1] + ("0" if record["files"][name][-1] != "0" else "1")
    manifest.write_text(json.dumps(record), encoding="utf-8")
    assert not runs.verify_run(run).ok


def test_an_unreadable_manifest_is_said(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    (run.folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(RunError, match="no readable manifest"):
        runs.verify_run(run)


def test_a_rewritten_ledger_is_found(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    with sqlite3.connect(run.office.ledger) as ledger:
        triggers = ledger.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in triggers:
            ledger.execute(f'drop trigger "{name}"')
        changed = ledger.execute("update obs set wage_fen = wage_fen + 100000 where hh like '%7'").rowcount
    ledger.close()
    assert changed > 0
    checked = runs.verify_run(run)
    assert not checked.ok


def _rewritten(run: runs.Run) -> None:
    """Make the manifest agree with the files as they are now: a forger who knows the format."""
    manifest = run.folder / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    record["files"] = {name: file_digest(run.folder / name) for name in record["files"]}
    manifest.write_text(json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def test_a_favour_done_behind_the_proof_is_found_even_when_the_manifest_was_rewritten(
    copied: Callable[[], runs.Run],
) -> None:
    run = copied()
    folder = run.folder / "plan"
    choice = np.load(folder / "choice.npy")
    chosen = pd.read_parquet(folder / "chosen.parquet")
    nothing = run.offer.packages.loc[run.offer.packages["k"] == 0, "package"].astype("str")
    poor = chosen.index[chosen["package"].astype("str").isin(nothing)][0]
    own = run.offer.packages[run.offer.packages["hh"] == chosen.loc[poor, "hh"]]
    dearest = own.sort_values("new_money_fen").iloc[-1]
    chosen["package"] = chosen["package"].where(
        chosen.index != poor, type(chosen.loc[poor, "package"])(dearest["package"])
    )
    chosen.to_parquet(folder / "chosen.parquet", index=False)
    choice[poor] = choice[poor] + 1
    np.save(folder / "choice.npy", choice, allow_pickle=False)
    _rewritten(run)
    checked = runs.verify_run(dataclasses.replace(run))
    assert not checked.ok
    assert checked.faults[0].show("zh") != checked.faults[0].show("en")


def test_a_rosier_value_is_found_even_when_the_manifest_was_rewritten(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    facts = run.folder / "plan" / "facts.json"
    record = json.loads(facts.read_text(encoding="utf-8"))
    record["value"] += 5.0
    facts.write_text(json.dumps(record), encoding="utf-8")
    _rewritten(run)
    assert not runs.verify_run(dataclasses.replace(run)).ok


def test_a_rosier_projection_is_found_even_when_the_manifest_was_rewritten(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    path = run.folder / "projection" / "frame.parquet"
    frame = pd.read_parquet(path)
    frame.loc[frame["k"] > 0, "p"] = (frame["p"] + 0.1).clip(upper=1.0)
    frame.to_parquet(path, index=False)
    _rewritten(run)
    assert not runs.verify_run(dataclasses.replace(run)).ok


def test_money_moves_only_on_what_was_approved(copied: Callable[[], runs.Run]) -> None:
    """One payment raised and the manifest rebuilt: nothing is committed."""
    run = copied()
    runs.approve_run(run, "chair")
    path = run.folder / "plan" / "payments.parquet"
    payments = pd.read_parquet(path)
    payments.loc[payments.index[0], "fen"] = 50_000_000
    payments.to_parquet(path)
    record = json.loads((run.folder / NAME).read_text(encoding="utf-8"))
    record["files"]["plan/payments.parquet"] = file_digest(path)
    (run.folder / NAME).write_text(json.dumps(record), encoding="utf-8")
    with open_book(runs.find_office("sample")) as book:
        before = book.head()
        with pytest.raises(RunError, match="not the one that was approved"):
            require_as_approved(book, run)
    assert main(["fund", "commit", run.info.run_id, "--officer", "clerk"]) != 0
    with open_book(runs.find_office("sample")) as book:
        assert book.head() == before


def test_a_changed_file_is_named_before_money_moves(copied: Callable[[], runs.Run]) -> None:
    run = copied()
    runs.approve_run(run, "chair")
    path = run.folder / "plan" / "payments.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with open_book(runs.find_office("sample")) as book, pytest.raises(RunError, match=r"plan/payments\.parquet"):
        require_as_approved(book, run)
