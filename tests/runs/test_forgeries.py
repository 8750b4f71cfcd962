"""Forgeries with every manifest rebuilt: none is approved, committed, paid or called verified."""

from __future__ import annotations

import dataclasses
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from povlib import ledger, runs
from povlib.cli import main
from povlib.errors import RunError
from povlib.ledger.witness_key import witness_key
from povlib.places import ROOT
from povlib.runs.office.office_place import open_book
from povlib.runs.paper_seals import seal_papers
from povlib.runs.run import Run
from povlib.runs.second_making import PARTS
from povlib.runs.storage.manifest import NAME, changed_files
from povlib.runs.storage.office_seal import OfficeSeal
from povlib.runs.storage.text_files import SEAL, file_digest
from povlib.runs.verification import require_as_approved

pytestmark = pytest.mark.whole_run

Copied = Callable[[], runs.Run]


def rebuild_manifest(folder: Path) -> None:
    """Make the manifest agree with the files as they are now."""
    path = folder / NAME
    record = json.loads(path.read_text(encoding="utf-8"))
    own = (folder / NAME, folder / SEAL)
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p not in own)
    record["files"] = {p.relative_to(folder).as_posix(): file_digest(p) for p in files}
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def seal_again(run: runs.Run, key: Ed25519PrivateKey | None) -> None:
    """Seal every part and the manifest with a key; without one, leave the old seals."""
    if key is None:
        return
    seal = OfficeSeal(run.info.run_id, key)
    for path in run.folder.glob(f"*/{SEAL}"):
        seal.write_for_folder(path.parent, path.parent.name)
    rebuild_manifest(run.folder)
    seal.write(run.folder / SEAL, NAME, {NAME: file_digest(run.folder / NAME)})


def alter(path: Path, chance: random.Random) -> None:
    """Change one value of a file so that it can still be read."""
    if path.suffix == ".parquet":
        _alter_frame(path, chance)
    elif path.suffix == ".npy":
        array = np.load(path, allow_pickle=False)
        flat = array.reshape(-1)
        at = chance.randrange(len(flat))
        flat[at] = not flat[at] if array.dtype == bool else flat[at] + 1
        np.save(path, array, allow_pickle=False)
    elif path.suffix == ".json":
        path.write_text(json.dumps(_altered(json.loads(path.read_text(encoding="utf-8")), chance)), encoding="utf-8")
    else:
        data = path.read_bytes()
        at = chance.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


def _alter_frame(path: Path, chance: random.Random) -> None:
    frame = pd.read_parquet(path)
    column = chance.choice(list(frame.columns))
    if frame.empty:
        frame.loc[0] = [None] * len(frame.columns)
    elif pd.api.types.is_bool_dtype(frame[column]):
        frame.loc[chance.randrange(len(frame)), column] ^= True
    elif pd.api.types.is_numeric_dtype(frame[column]):
        at = chance.randrange(len(frame))
        before = frame.loc[at, column]
        frame.loc[at, column] = 1 if pd.isna(before) else before + 1
    else:
        frame = frame.drop(index=chance.randrange(len(frame))).reset_index(drop=True)
    frame.to_parquet(path, index=False)


def _altered(said: Any, chance: random.Random) -> Any:
    if isinstance(said, dict) and said:
        key = chance.choice(sorted(said))
        return {**said, key: _altered(said[key], chance)}
    if isinstance(said, list) and said:
        at = chance.randrange(len(said))
        return [*said[:at], _altered(said[at], chance), *said[at + 1 :]]
    if isinstance(said, bool):
        return not said
    return said + 1 if isinstance(said, (int, float)) else f"{said or ''}x"


def _opened(run: runs.Run) -> runs.Run:
    """Return the run as a new process sees it: nothing of it in memory."""
    return runs.find_run(run.info.run_id, runs.find_office("sample"))


def _office_key() -> Ed25519PrivateKey:
    with open_book(runs.find_office("sample")) as book:
        return witness_key(book)


def _is_verified(run: runs.Run) -> bool:
    try:
        return runs.verify_run(_opened(run)).ok
    except RunError:  # refused before anything was compared
        return False


def _assert_refused(run: runs.Run, what: str) -> None:
    """Nothing counts it as sound: not verified, not approved, not committed, and the ledger is as it was."""
    with open_book(runs.find_office("sample")) as book:
        before = book.head()
        approved = bool(ledger.approved_digests(book, run.info.run_id))
    assert not _is_verified(run), f"{what} is called verified"
    if approved:
        with open_book(runs.find_office("sample")) as book, pytest.raises(RunError):
            require_as_approved(book, _opened(run))
    else:
        with pytest.raises(RunError):
            runs.approve_run(_opened(run), "chair")
    with open_book(runs.find_office("sample")) as book:
        assert book.head() == before, what


@pytest.mark.parametrize("who", ["nobody", "stranger", "unsealed"])
@pytest.mark.parametrize("name", ["notebooks/06_allocation.html", "reasons/reasons.parquet", "papers/meeting.zh.html"])
def test_what_is_not_computed_again_is_bound_by_the_seal(copied: Copied, name: str, who: str) -> None:
    run = copied()
    path = run.folder / name if (run.folder / name).is_file() else sorted((run.folder / "reasons").glob("*.parquet"))[0]
    alter(path, random.Random(1))
    rebuild_manifest(run.folder)
    seal_again(run, Ed25519PrivateKey.generate() if who == "stranger" else None)
    if who == "unsealed":
        (run.folder / SEAL).unlink()
    assert changed_files(run.folder) == []
    _assert_refused(run, name)


def _projection_in_favour_of_a_village(folder: Path) -> None:
    frame = pd.read_parquet(folder / "projection" / "frame.parquet")
    village = frame["hh"].astype(str).str[:3]
    frame.loc[village == village.iloc[0], "p"] = 0.999
    frame.to_parquet(folder / "projection" / "frame.parquet", index=False)


def _cheaper_package(folder: Path) -> None:
    bills = pd.read_parquet(folder / "offer" / "bills.parquet")
    amount = next(name for name in bills.columns if name.endswith("_fen"))
    bills.loc[0, amount] = 1
    bills.to_parquet(folder / "offer" / "bills.parquet", index=False)


def _more_money(folder: Path) -> None:
    path = folder / "params" / "funds.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("amount_yuan: ", "amount_yuan: 1", 1), encoding="utf-8")


def _a_rosier_proof(folder: Path) -> None:
    record = json.loads((folder / NAME).read_text(encoding="utf-8"))
    record["plan"]["gap"] = 0.0
    (folder / NAME).write_text(json.dumps(record), encoding="utf-8")


def _another_title(folder: Path) -> None:
    path = folder / "run.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"seed": 2016', '"seed": 2017'), encoding="utf-8")


@pytest.mark.parametrize(
    "forge", [_projection_in_favour_of_a_village, _cheaper_package, _more_money, _a_rosier_proof, _another_title],
    ids=lambda function: function.__name__.strip("_"),
)  # fmt: skip
def test_what_a_plan_rests_on_is_computed_again_also_when_the_forger_has_the_key(
    copied: Copied, forge: Callable[[Path], None]
) -> None:
    run = copied()
    forge(run.folder)
    rebuild_manifest(run.folder)
    seal_again(run, _office_key())
    _assert_refused(run, forge.__name__)


def test_a_stage_left_behind_and_altered_is_computed_anew(copied: Copied) -> None:
    """A run is begun and killed; somebody alters a part; the next try neither plans on it nor keeps it."""
    run = copied()
    begun = _unfinished(run)
    _projection_in_favour_of_a_village(begun.folder)
    _cheaper_package(begun.folder)
    again = dataclasses.replace(begun)
    pd.testing.assert_frame_equal(again.offer.bills, run.offer.bills)
    pd.testing.assert_frame_equal(again.projection.frame, run.projection.frame)


def _unfinished(run: runs.Run) -> runs.Run:
    """Return the run as it was before its plan: begun, with its first stages."""
    folder = run.folder.with_name(f".{run.info.run_id}.begun")
    shutil.copytree(run.folder, folder)
    for path in folder.iterdir():
        if path.is_file() and path.name != "run.json":
            path.unlink()
        elif path.is_dir() and path.name not in (*PARTS, "params", "survey"):
            shutil.rmtree(path)
    return Run(folder, run.office, run.info, run.overrides)


@pytest.mark.parametrize("path", ["params/funds.yaml", "run.json", "survey/rows.parquet"])
def test_a_beginning_left_behind_and_altered_is_begun_anew(copied: Copied, path: str) -> None:
    run = copied()
    begun = _unfinished(run)
    shutil.rmtree(run.folder)
    whole = (begun.folder / path).read_bytes()
    if path.endswith(".parquet"):
        alter(begun.folder / path, random.Random(2))
    else:
        (begun.folder / path).write_bytes(whole.replace(b"2016", b"2017").replace(b"amount_yuan: ", b"amount_yuan: 1"))
    assert (begun.folder / path).read_bytes() != whole
    again = runs.begin(runs.find_office("sample"))
    assert again.info == run.info
    assert (again.folder / path).read_bytes() == whole
    assert not (again.folder / "projection").exists()


def test_a_beginning_that_nobody_touched_goes_on(copied: Copied) -> None:
    run = copied()
    begun = _unfinished(run)
    shutil.rmtree(run.folder)
    assert runs.begin(runs.find_office("sample")).folder == begun.folder
    assert (begun.folder / "projection").is_dir()


@pytest.mark.slow
def test_papers_that_were_handed_out_are_read(copied: Copied, capsys: pytest.CaptureFixture[str]) -> None:
    run = copied()
    folder = runs.papers_folder(run)
    assert main(["verify", run.info.run_id]) == 0
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        alter(path, random.Random(3)) if path.suffix != ".json" else path.write_bytes(whole.replace(b"1", b"2", 1))
        assert main(["verify", run.info.run_id]) == 1, path.name
        assert path.name in capsys.readouterr().err
        path.write_bytes(whole)
    (folder / "meeting.xx.html").write_text("<p>160000</p>", encoding="utf-8")
    assert main(["verify", run.info.run_id]) == 1
    assert "no record" in capsys.readouterr().err


def test_a_paper_sealed_again_is_held_against_what_the_run_says(copied: Copied) -> None:
    """The forger has the key and lists the altered paper: the run writes another one."""
    run = copied()
    path = runs.papers_folder(run) / "meeting.zh.html"
    path.write_text(path.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    seal_papers(run, [path])
    checked = runs.verify_run(_opened(run))
    assert [fault.where for fault in checked.faults] == ["papers/meeting.zh.html"]


@pytest.mark.slow
def test_an_approved_run_verifies_with_its_papers_and_promises(copied: Copied) -> None:
    run = copied()
    assert main(["approve", run.info.run_id, "--officer", "chair"]) == 0
    checked = runs.verify_run(_opened(run))
    assert checked.ok, [fault.show() for fault in checked.faults]
    assert main(["verify", ""]) != 0


def test_an_approved_run_whose_seal_is_lost_is_bound_by_its_approval(copied: Copied) -> None:
    """As after an upgrade: runs that were approved before there were seals can still be paid and printed."""
    run = copied()
    runs.approve_run(run, "chair")
    (run.folder / SEAL).unlink()
    assert runs.verify_run(_opened(run)).ok
    assert len(_opened(run).plan.payments)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_run_planned_on_an_altered_projection_is_never_approved(copied: Copied) -> None:
    """The forger has the key and seals the altered projection before the plan is made on it."""
    run = copied()
    key = _office_key()
    begun = _unfinished(run)
    shutil.rmtree(run.folder)
    _projection_in_favour_of_a_village(begun.folder)
    for part in PARTS:
        dataclasses.replace(run.seal, key=key).write_for_folder(begun.folder / part, part)
    # in a process of its own, as an office does it: the kernel of the notebooks ends with it
    done = subprocess.run(
        [sys.executable, "-m", "povlib.cli", "plan", "base"], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    made = _opened(run)
    assert (made.projection.frame["p"] == 0.999).any()
    _assert_refused(made, "projection")
    assert [fault.where for fault in runs.verify_run(_opened(made)).faults] == ["projection"]


def _forgeries(run: runs.Run, many: int) -> Iterator[tuple[str, Path, str]]:
    """Yield who seals a forgery, the file and a name: the office's own key only where all is computed again."""
    chance = random.Random(11)
    files = sorted(p for p in run.folder.rglob("*") if p.is_file() and p.name not in (NAME, SEAL) and p.stat().st_size)
    core = [p for p in files if p.relative_to(run.folder).parts[0] in (*PARTS, "plan", "proof")]
    papers = sorted(runs.papers_folder(run).iterdir())
    for at in range(many):
        kind = ("sealed by nobody", "sealed by a stranger", "sealed by the office", "paper")[at % 4]
        yield kind, chance.choice({"sealed by the office": core, "paper": papers}.get(kind, files)), f"{kind} {at}"


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("approved", [False, True])
def test_a_hundred_forgeries_before_and_after_approval_are_refused(copied: Copied, approved: bool) -> None:
    run = copied()
    if approved:
        assert main(["approve", run.info.run_id, "--officer", "chair", "--lang", "zh"]) == 0
    key, chance, tried = _office_key(), random.Random(5), 0
    for kind, path, what in _forgeries(run, 100):
        kept = {p: p.read_bytes() for p in [path, run.folder / NAME, *run.folder.rglob(SEAL)]}
        alter(path, chance)
        if kind == "paper":
            assert not runs.verify_run(_opened(run)).ok, f"{what}: {path.name}"
        elif path.read_bytes() != kept[path]:
            rebuild_manifest(run.folder)
            seal_again(
                run, {"sealed by a stranger": Ed25519PrivateKey.generate(), "sealed by the office": key}.get(kind)
            )
            _assert_refused(run, f"{what}: {path.relative_to(run.folder)}")
        tried += 1
        for file, data in kept.items():
            file.write_bytes(data)
    assert runs.verify_run(_opened(run)).ok
    print(f"{tried} forgeries, 0 verified, 0 approved, 0 committed")
    assert tried == 100
