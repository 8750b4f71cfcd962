"""Stages of earlier runs taken over by later ones: found by key, trusted by seal, linked and not copied.

Responsible for finding a stage that this office sealed under the same key and for putting it into another run. Not
responsible for what a key is made of (`povlib.runs.stages.stage_inputs`).
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from povlib.runs.storage.office_seal import STAGE, OfficeSeal, digests_in
from povlib.runs.storage.text_files import PARTIAL, SEAL

BEGUN = ".begun"
"""Ending of the folder of a run that is being made."""


def find_stage(runs: Path, name: str, seal: OfficeSeal, key: str) -> Path | None:
    """Return the folder of a stage that some run of the office stored under this key; None without one.

    The seal binds the key, the run and every file: one that was altered, moved or made by anybody else is passed over.

    Parameters
    ----------
    runs : Path
        Folder of the office's runs.
    name : str
        Name of the stage; of a part of a run, its path in the run's folder.
    seal : OfficeSeal
        Seal of the run (or part) that asks.
    key : str
        Key of the stage.
    """
    for place in _stages_under(runs, name, key):
        inside = place.relative_to(runs).parts
        # the run, and the part of it where the stage is one of a part
        signed_for = "/".join([_run_of(inside[0]), *inside[2:-1]])
        if replace(seal, run=signed_for).holds_for_folder(place, place.name):
            return place
    return None


def take_stage_over(found: Path, place: Path, seal: OfficeSeal, key: str) -> bool:
    """Put a stage found by `find_stage` into the run that asks, under that run's own seal, whole or not at all.

    Returns False where it is gone meanwhile.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}", suffix=PARTIAL))
    try:
        for path in sorted(found.iterdir()):
            if path.name != SEAL:
                _link_or_copy(path, part / path.name)
        seal.write(part / SEAL, place.name, digests_in(part), key)
        part.replace(place)
    except OSError:  # another process was first, or the run it comes from was removed a moment ago
        return place.is_dir()
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return True


def _link_or_copy(source: Path, target: Path) -> None:
    """Give the file a second name: a sweep of runs would hold a projection of some megabytes in each."""
    try:
        os.link(source, target)
    except OSError:  # some file systems know no second names
        shutil.copyfile(source, target)


def _stages_under(runs: Path, name: str, key: str) -> Iterator[Path]:
    """Yield the folders of stages that say they were stored under this key."""
    for seal_file in runs.glob(f"*/{name}/{SEAL}"):
        try:
            said = json.loads(seal_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(said, dict) and said.get(STAGE) == key:
            yield seal_file.parent


def _run_of(folder: str) -> str:
    """Return the id of the run that a folder is named after, finished or being made."""
    return folder.removesuffix(BEGUN).removeprefix(".")
