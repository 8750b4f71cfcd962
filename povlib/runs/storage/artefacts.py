"""Artefacts of a run: computed once, written atomically, loaded ever after.

Responsible for turning a bundle of frames, arrays and plain values into files of fixed bytes and back.
Not responsible for what they mean or for the order in which they are made (`povlib.runs.run`).
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from povlib.errors import RunError
from povlib.runs.storage.office_seal import OfficeSeal
from povlib.runs.storage.stage_reuse import take_stage_over
from povlib.runs.storage.text_files import PARTIAL

T = TypeVar("T")


@dataclass(frozen=True)
class Bundle:
    """What an artefact holds: frames, arrays and plain JSON values, each by name."""

    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    arrays: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def plain_value(value: Any) -> Any:
    """Return `value` with numpy scalars and tuples as plain JSON values."""
    if isinstance(value, Mapping):
        return {str(k): plain_value(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(v) for v in value]
    if isinstance(value, np.generic):
        return value.item()
    return value


def compute_or_load(
    folder: Path,
    name: str,
    make: Callable[[], Bundle],
    seal: OfficeSeal,
    key: str = "",
    earlier: Callable[[], Path | None] = lambda: None,
) -> Bundle:
    """Return artefact `name` of a run, making it first when it is not there, or not as this office sealed it.

    Two processes may ask at once: both compute the same bytes, the first to finish is kept.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    name : str
        Name of the artefact, a folder inside.
    make : callable
        Computes it.
    seal : OfficeSeal
        The seal of the run: what is changed by anybody between two stages is computed anew.
    key : str
        Key under which it is stored; "" for what no other run can take over.
    earlier : callable
        Finds the same artefact in another run (`povlib.runs.storage.stage_reuse.find_stage`).

    Raises
    ------
    RunError
        If the folder is there but cannot be read.
    """
    place = folder / name
    if place.is_dir() and not seal.holds_for_folder(place, name):
        shutil.rmtree(place)
    if not place.is_dir():
        found = earlier()
        if found is None or not take_stage_over(found, place, seal, key):
            write_artefact(place, make(), seal, key)
    return read_artefact(place)


def write_artefact(place: Path, bundle: Bundle, seal: OfficeSeal | None = None, key: str = "") -> None:
    """Write an artefact whole or not at all, sealed where a seal is given, under the key that it was computed for."""
    place.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}", suffix=PARTIAL))
    try:
        for name, frame in bundle.frames.items():
            frame.to_parquet(part / f"{name}.parquet", index=False)
        for name, array in bundle.arrays.items():
            # no pickles: loading one may execute what is written in it
            np.save(part / f"{name}.npy", array, allow_pickle=False)
        values = json.dumps(plain_value(bundle.facts), ensure_ascii=False, indent=1, sort_keys=True)
        (part / "facts.json").write_text(values, encoding="utf-8")
        if seal is not None:
            seal.write_for_folder(part, place.name, key)
        try:
            part.replace(place)
        except OSError:  # another process was first: its bytes are the same, so they stay
            if not place.is_dir():
                raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


def read_artefact(place: Path) -> Bundle:
    """Return a stored artefact.

    Raises
    ------
    RunError
        If it cannot be read.
    """
    try:
        return Bundle(
            {path.stem: pd.read_parquet(path) for path in sorted(place.glob("*.parquet"))},
            {path.stem: _read_array(path) for path in sorted(place.glob("*.npy"))},
            json.loads((place / "facts.json").read_text(encoding="utf-8")),
        )
    except (OSError, ValueError) as fault:
        raise RunError(
            "this part of the run cannot be read",
            where=place.name,
            remedy="remove the run's folder and run again",
        ) from fault


# bytes from which an array is read page by page as it is asked for: the draws of 170,000 packages weigh 340 MB in each
# of three processes, and papers ask for those of the packages that were chosen. Below it nothing is gained.
_BY_PAGES_FROM = 2**25


def _read_array(path: Path) -> npt.NDArray[Any]:
    """Return a stored array; a large one stays on the disk until it is asked for, and changes of it stay in memory."""
    # Windows lets nobody move the folder of a file that is open so, and a run's folder is moved when it is finished
    by_pages = os.name != "nt" and path.stat().st_size >= _BY_PAGES_FROM
    array: npt.NDArray[Any] = np.load(path, mmap_mode="c" if by_pages else None, allow_pickle=False)
    return array


def to_bundle(record: Any) -> Bundle:
    """Return a dataclass of frames, arrays and plain values as a bundle, field by field."""
    frames: dict[str, pd.DataFrame] = {}
    arrays: dict[str, npt.NDArray[Any]] = {}
    values: dict[str, Any] = {}
    for name in (entry.name for entry in fields(record)):
        value = getattr(record, name)
        if isinstance(value, pd.DataFrame):
            frames[name] = value
        elif isinstance(value, np.ndarray):
            arrays[name] = value
        else:
            values[name] = value
    return Bundle(frames, arrays, values)


def from_bundle(kind: type[T], bundle: Bundle) -> T:
    """Return the dataclass that `to_bundle` took apart.

    Raises
    ------
    RunError
        If the files were written by another version of the workbench.
    """
    values = {**bundle.facts, **bundle.arrays, **bundle.frames}
    names = {entry.name for entry in fields(kind)}  # type: ignore[arg-type]
    if names != set(values):
        raise RunError(
            "this run was made by another version of the workbench",
            remedy="make it again: python3 workbench.py plan base",
        )
    return kind(**values)
