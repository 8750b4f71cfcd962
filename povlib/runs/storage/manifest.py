"""The manifest of a run: a digest of every file, so that one flipped byte is found."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from povlib.errors import Fault, RunError
from povlib.runs.storage.text_files import SEAL, file_digest, write_text

if TYPE_CHECKING:
    from povlib.runs.storage.office_seal import OfficeSeal

NAME = "manifest.json"


def write_manifest(folder: Path, facts: dict[str, Any], seal: OfficeSeal | None = None) -> Path:
    """Write ``manifest.json``: `facts` about the run and a digest of each of its files.

    Parameters
    ----------
    folder : Path
        Folder of the run.
    facts : dict
        Ledger head, parameters, code, solver, bound, gap, seed: plain values.
    seal : OfficeSeal, optional
        The seal under it, in a file beside it.
    """
    from povlib.runs.storage.artefacts import plain_value  # whoever looks for a run need not wait for numpy

    record = {**plain_value(facts), "files": _file_digests(folder)}
    words = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    # the seal first: a run whose manifest is there is finished
    if seal is not None:
        seal.write(folder / SEAL, NAME, {NAME: hashlib.sha256(words.encode()).hexdigest()})
    return write_text(folder / NAME, words)


def seal_fault(folder: Path, seal: OfficeSeal) -> str:
    """Return why the manifest of a run bears no seal of the office that holds, as `OfficeSeal.fault`; "" if it does."""
    return seal.fault(folder / SEAL, NAME, {NAME: file_digest(folder / NAME)})


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


def changed_files(folder: Path, part: str = "") -> list[Fault]:
    """Return a fault for every file of a run that was changed, removed or added since the manifest.

    Parameters
    ----------
    part : str
        Only one file, or the files of one folder of the run; "" for all.
    """
    listed: dict[str, str] = read_manifest(folder)["files"]
    sealed = {
        name: digest for name, digest in listed.items() if not part or name == part or name.startswith(f"{part}/")
    }
    present = _file_digests(folder, part)
    verdicts = {
        "the file was changed after the run": sorted(
            n for n in sealed.keys() & present.keys() if sealed[n] != present[n]
        ),
        "the file is gone": sorted(sealed.keys() - present.keys()),
        "the file does not belong to the run": sorted(present.keys() - sealed.keys()),
    }
    return [Fault(what, where=name) for what, names in verdicts.items() for name in names]


def _file_digests(folder: Path, part: str = "") -> dict[str, str]:
    inside = folder / part
    own = (folder / NAME, folder / SEAL)
    paths = [inside] if inside.is_file() else sorted(p for p in inside.rglob("*") if p.is_file() and p not in own)
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in paths}
