"""Where the finished runs of an office lie, by what a person calls them.

Responsible for the folder of a run. Not responsible for what is in it (`povlib.runs.run_folders`): a mistyped id is
answered from the names of the folders alone.
"""

from __future__ import annotations

from pathlib import Path

from povlib.errors import RunError, unknown_word_fault
from povlib.runs.office.office_place import Place
from povlib.runs.storage.manifest import NAME as MANIFEST

LATEST = "latest"
"""The run that was finished last."""


def run_folder(name: str, place: Place) -> Path:
    """Return the folder of a finished run by its id or the beginning of it; ``latest`` is the one finished last.

    Raises
    ------
    RunError
        If there is none, with the nearest ids, or more than one begins so.
    """
    folders = [p for p in sorted(place.office.runs.glob("*")) if (p / MANIFEST).is_file()]
    if not folders:
        raise RunError(
            "there is no run of {office} yet",
            remedy="plan first: python3 workbench.py plan base --office {office}",
            office=place.office.name,
        )
    if name == LATEST:
        # the manifest is written last, so its time is when the run was finished
        return max(folders, key=lambda p: ((p / MANIFEST).stat().st_mtime_ns, p.name))
    # an empty word begins every id and means none
    named = [p for p in folders if name and p.name.startswith(name)]
    if len(named) > 1:
        names = ", ".join(p.name for p in named)
        raise RunError("more than one run begins with {name}", allowed="{names}", name=name, names=names)
    if not named:
        known = [LATEST, *(p.name for p in folders)]
        raise RunError(
            [unknown_word_fault("there is no run {value} of {office}", name, known, "", office=place.office.name)]
        )
    return named[0]
