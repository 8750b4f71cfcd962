"""The parts that a plan's claim rests on, made a second time from the ledger and held against those of the run.

Responsible for computing poverty, effects, packages, groups and projection again and naming what differs: a part that
was altered is found also when every digest and seal was made anew. Not responsible for the plan itself, which exact
arithmetic repeats without its solver (`povlib.allocation.verify`), nor for what explains it (baselines, reasons,
outlook, notebooks): those are bound by the office's seal.
"""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from povlib.errors import Fault, RunError
from povlib.runs.run import Run
from povlib.runs.storage.artefacts import Bundle, read_artefact
from povlib.runs.storage.text_files import SEAL, file_digest
from povlib.runs.stored_run import RECORD, SURVEY
from povlib.words import language, language_in_use, languages, text

Progress = Callable[[str, float], None]
PARTS: dict[str, Callable[[Run], object]] = {
    "poverty": lambda run: run.overview,
    "effects": lambda run: run.effects,
    "offer": lambda run: run.offer,
    "groups": lambda run: run.households,
    "projection": lambda run: run.projection,
    "sources": lambda run: run.hanging_help,
}
"""Parts by name, each after those it is computed from."""
#: parts that a run holds only where a limit, a page or a paper asked for them: a point of a sweep has none
_WHERE_ASKED = ("sources",)
#: what another computer's last digits may differ by: far below anything printed or decided, far above rounding
_RELATIVE, _ABSOLUTE = 1e-9, 1e-12
# digests of the parts of runs that this process found sound, by run id: the id binds rows, parameters and code, which
# `origin_faults` has compared just before, so that any other bytes are another part
_made: dict[str, dict[str, dict[str, str]]] = {}


def second_making_faults(run: Run, tell: Progress) -> list[Fault]:
    """Return a fault for every part that is not what the ledger and the parameters give.

    Call it only for a run whose record follows from both (`povlib.runs.run_origin.origin_faults`).

    Parameters
    ----------
    tell : callable
        Receives stage and share done.
    """
    known = _made.get(run.info.run_id)
    if known is not None:
        differing = [name for name in _parts_of(run) if known.get(name) != artefact_digests(run.folder / name)]
    else:
        differing = _parts_made_otherwise(run, tell)
        if not differing:
            _made[run.info.run_id] = {name: artefact_digests(run.folder / name) for name in _parts_of(run)}
    return [Fault("this part of the run is not what the ledger and the parameters give", name) for name in differing]


def _parts_of(run: Run) -> list[str]:
    """Return the parts that a run rests on; its manifest says of every file whether it should be there."""
    return [name for name in PARTS if name not in _WHERE_ASKED or (run.folder / name).is_dir()]


def _parts_made_otherwise(run: Run, tell: Progress) -> list[str]:
    """Return the names of the parts that are made otherwise, in whichever language the run was made."""
    differing = _parts_of(run)
    # some parts hold words in the language of who made the run, which no record names: the one in use first
    for lang in sorted(languages(), key=lambda name: name != language()):
        with tempfile.TemporaryDirectory(prefix="povlib-verify-") as aside, language_in_use(lang):
            copied_beginning(run, Path(aside))
            # a second making that took over what was made before would find nothing
            again = Run(Path(aside), run.office, run.info, run.overrides, run.pins, takes_over=False)
            for at, name in enumerate(differing):
                tell(text("computing again"), at / len(differing))
                PARTS[name](again)
            differing = [name for name in differing if not is_alike(run.folder / name, again.folder / name)]
        if not differing:
            break
    return differing


def copied_beginning(run: Run, folder: Path) -> None:
    """Copy what a run was begun with into another folder: record, parameters, survey."""
    shutil.copytree(run.folder / "params", folder / "params")
    shutil.copy(run.folder / RECORD, folder / RECORD)
    if (run.folder / SURVEY).is_dir():
        shutil.copytree(run.folder / SURVEY, folder / SURVEY)


def artefact_digests(place: Path) -> dict[str, str]:
    """Return SHA-256 of each file of a stored artefact, by name, without its seal."""
    return {path.name: file_digest(path) for path in sorted(place.glob("*")) if path.name != SEAL}


def is_alike(stored: Path, made: Path) -> bool:
    """Return whether two stored artefacts say the same: the same bytes, or values but for the last digits of floats."""
    if artefact_digests(stored) == artefact_digests(made):
        return True
    try:
        return are_alike(read_artefact(stored), read_artefact(made))
    except RunError:
        return False


def are_alike(one: Bundle, other: Bundle) -> bool:
    """Return whether two bundles say the same, but for the last digits of floats.

    Examples
    --------
    >>> def bundle(p: float) -> Bundle:
    ...     return Bundle({"frame": pd.DataFrame({"p": [p]})}, facts={"n": 1})
    >>> [are_alike(bundle(0.5), bundle(p)) for p in (0.5, 0.5 + 1e-15, 0.51)]
    [True, True, False]
    """
    if one.frames.keys() != other.frames.keys() or one.arrays.keys() != other.arrays.keys():
        return False
    try:
        for name, frame in one.frames.items():
            pd.testing.assert_frame_equal(frame, other.frames[name], rtol=_RELATIVE, atol=_ABSOLUTE)
        for name, array in one.arrays.items():
            np.testing.assert_allclose(array, other.arrays[name], rtol=_RELATIVE, atol=_ABSOLUTE)
    except (AssertionError, TypeError):
        return False
    return facts_alike(one.facts, other.facts)


def facts_alike(one: Any, other: Any) -> bool:
    """Return whether two plain values say the same, but for the last digits of floats."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(facts_alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(facts_alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE) or (one != one and other != other)
    return bool(one == other)
