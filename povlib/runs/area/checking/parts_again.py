"""Every part of a run made a second time from the ledger, aside, and held against what is stored.

Responsible for computing again, by as many processes as planning takes, whatever a plan by parts rests on and what it
is expected to bring, and for naming what differs, part by part. The plan itself is not searched for again: it is
taken as stored, and proved without its search (`povlib.allocation.parts.verify_parts`). Not responsible for sums
(`povlib.runs.area.checking.part_sums`).
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import cast

from povlib.errors import Fault
from povlib.runs.area.area_plan import PLAN
from povlib.runs.area.area_run import AreaRun
from povlib.runs.area.part_run import CHOICE, PARTS
from povlib.runs.area.part_work import Progress, done_for_all_parts, done_for_the_office, part_processes
from povlib.runs.run_folders import read_run
from povlib.runs.second_making import artefact_digests, copied_beginning, is_alike
from povlib.words import language, language_in_use, languages, text

#: what the search found is not searched for again; the proof of it is repeated by whoever verifies
_NOT_AGAIN = (PLAN, "proof")
#: by a run's id, digests of what this process found sound: any other bytes are another artefact
_sound: dict[str, dict[str, dict[str, str]]] = {}


def parts_made_otherwise(run: AreaRun, tell: Progress) -> list[Fault]:
    """Return a fault for every artefact that is not what the ledger and the parameters give.

    Call it only for a run whose record follows from both (`povlib.runs.run_origin.origin_faults`).

    Parameters
    ----------
    tell : callable
        Receives stage and share done.
    """
    known = _sound.get(run.info.run_id)
    stored = {name: artefact_digests(run.folder / name) for name in _artefacts(run.folder)}
    if known is not None:
        differing = sorted(name for name in known.keys() | stored.keys() if known.get(name) != stored.get(name))
    else:
        differing = _made_otherwise(run, list(stored), tell)
        if not differing:
            _sound[run.info.run_id] = stored
    return [_fault(run, name) for name in differing]


def choices_written_otherwise(run: AreaRun) -> list[Fault]:
    """Return a fault for every part whose packages in whole numbers are not those of its stored tables."""
    faults = []
    for part in run.part_runs:
        with tempfile.TemporaryDirectory(prefix="povlib-verify-") as aside:
            written = part.written_for_choice(Path(aside))
            if artefact_digests(written) != artefact_digests(part.folder / CHOICE):
                faults.append(_fault(run, f"{PARTS}/{part.part.key}/{CHOICE}"))
    return faults


def _made_otherwise(run: AreaRun, names: list[str], tell: Progress) -> list[str]:
    """Return the artefacts that are made otherwise, in whichever language the run was made."""
    differing = names
    # some tables hold words in the language of who made them, which no record names: the one in use first
    for lang in sorted(languages(), key=lambda name: name != language()):
        with tempfile.TemporaryDirectory(prefix="povlib-verify-") as aside, language_in_use(lang):
            copied_beginning(run, Path(aside))
            # a second making that took over what was made before would find nothing
            again = replace(cast(AreaRun, read_run(Path(aside), run.office)), takes_over=False)
            shutil.copytree(run.folder / PLAN, again.folder / PLAN)
            _make_again(again, tell)
            differing = [name for name in differing if not is_alike(run.folder / name, again.folder / name)]
        if not differing:
            break
    return differing


def _make_again(run: AreaRun, tell: Progress) -> None:
    """Do every step of every part and of the whole office but the choice, as when the run was made."""
    title = text("computing again")
    with part_processes(run) as pool:
        done_for_all_parts(run, "owed", pool, tell, title)
        done_for_the_office(run, "law", pool)
        done_for_all_parts(run, "offered", pool, tell, title, beside=("effects",))
        done_for_the_office(run, "groups", pool)
        done_for_all_parts(run, "projected", pool, tell, title)
        done_for_all_parts(run, "expected", pool, tell, title)
        done_for_all_parts(run, "tested", pool, tell, title)
    _ = run.payments


def _artefacts(folder: Path) -> list[str]:
    """Return the names of what is stored and can be made again: of the office, then of each part."""
    every = [*folder.glob("*/facts.json"), *folder.glob(f"{PARTS}/*/*/facts.json")]
    names = sorted(path.parent.relative_to(folder).as_posix() for path in every)
    return [name for name in names if name not in _NOT_AGAIN]


def _fault(run: AreaRun, name: str) -> Fault:
    """Return what to say of an artefact that differs, with the townships of its part."""
    inside = name.split("/")
    of_part = next((part.name for part in run.parts if len(inside) > 1 and part.key == inside[1]), "")
    return Fault(
        "this part of the run is not what the ledger and the parameters give",
        f"{of_part}: {name}" if of_part else name,
    )
