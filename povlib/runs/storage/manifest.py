"""The manifest of a run: a digest of every file, so that one flipped byte is found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from povlib.errors import Fault, RunError
from povlib.runs.storage.text_files import file_digest, write_text

NAME = "manifest.json"


def write_manifest(folder: Path, facts: dict[str, Any]) -> Path:
    """Write ``manifest.json``: `facts` about the run and a digest of each of its files.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    facts : dict
        Ledger head, parameters, code, solver, bound, gap, seed: plain values.
    """
    from povlib.runs.storage.artefacts import plain_value  # whoever looks for a run need not wait for numpy

    record = {**plain_value(facts), "files": _file_digests(folder)}
    return write_text(folder / NAME, json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run.

    Raises
    ------
    RunError
        If there is none, or it cannot be read.
    """
    try:
        found: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return found
    except (OSError, ValueError):
        raise RunError(
            "the run has no readable manifest: it was not finished",
            where=folder.name,
            remedy="make it again: python3 workbench.py plan base",
        ) from None


def changed_files(folder: Path) -> list[Fault]:
    """Return a fault for every file of a run that was changed, removed or added since the manifest."""
    sealed: dict[str, str] = read_manifest(folder)["files"]
    present = _file_digests(folder)
    verdicts = {
        "the file was changed after the run": sorted(
            n for n in sealed.keys() & present.keys() if sealed[n] != present[n]
        ),
        "the file is gone": sorted(sealed.keys() - present.keys()),
        "the file does not belong to the run": sorted(present.keys() - sealed.keys()),
    }
    return [Fault(what, where=name) for what, names in verdicts.items() for name in names]


def _file_digests(folder: Path) -> dict[str, str]:
    paths = (p for p in folder.rglob("*") if p.is_file() and p.name != NAME)
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in sorted(paths)}
