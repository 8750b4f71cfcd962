"""Receipts: what a village gets back for its file.

Responsible for the JSON receipt and for asking for its workbooks (`receipt_workbooks`). Values are masked.
Not responsible for verdicts.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from povlib.intake.checks.receipt_workbooks import write_receipt_workbooks
from povlib.intake.verdict import FileVerdict, printable_file_name


def receipt_name(verdict: FileVerdict) -> str:
    """Return the name of a receipt, safe whatever the file was called.

    Examples
    --------
    >>> receipt_name(FileVerdict("in/../村;rm -rf.xlsx", sha256="ab" * 32))
    '村_rm_-rf-abababab'
    """
    stem = re.sub(r"[^\w一-鿿-]+", "_", Path(verdict.file).stem)[:60].strip("_") or "file"
    return f"{stem}-{verdict.sha256[:8] or 'none'}"


def write_receipt(verdict: FileVerdict, folder: str | Path) -> Path:
    """Write the receipt of a file: JSON, its refused rows, and a marked copy of a small file.

    Each appears whole or not at all, the JSON last: where it stands, nothing of the receipt is missing.

    Returns
    -------
    Path
        The JSON receipt; the workbooks stand beside it.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{receipt_name(verdict)}.json"
    receipt = verdict.as_json() | {
        "file": printable_file_name(Path(verdict.file).name),
        "sha256": verdict.sha256,
        "batch": verdict.batch,
        "waiting": _waiting_pairs(verdict),
    }
    if verdict.found is not None:
        write_receipt_workbooks(verdict.found, folder, receipt_name(verdict))
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(receipt, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(draft, path)
    return path


def _waiting_pairs(verdict: FileVerdict) -> list[list[str]]:
    """Return pairs of households whose rows are held until someone decides."""
    sheets = verdict.found.sheets if verdict.found is not None else ()
    pairs = {(min(pair), max(pair)) for sheet in sheets for pair in sheet.pairs}
    return [[left, right] for left, right in sorted(pairs)]


def waiting_pairs(folder: str | Path) -> list[tuple[str, str]]:
    """Return pairs of households that files wait for, by the newest receipt of each file name.

    Parameters
    ----------
    folder : path
        Folder of the receipts; what is no receipt is passed over.
    """
    newest: dict[str, tuple[float, list[tuple[str, str]]]] = {}
    for path in sorted(Path(folder).glob("*.json")):
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            pairs = [(str(left), str(right)) for left, right in said["waiting"]]
            name, when = str(said["file"]), path.stat().st_mtime
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if name not in newest or newest[name][0] <= when:
            newest[name] = (when, pairs)
    return sorted({pair for _, pairs in newest.values() for pair in pairs})


def has_receipt(verdict: FileVerdict, folder: str | Path) -> bool:
    """Return whether the receipt of a file is there as a whole."""
    return (Path(folder) / f"{receipt_name(verdict)}.json").is_file()


def verdict_of_receipt(verdict: FileVerdict, folder: str | Path) -> str:
    """Return what the receipt of a file says of it (one of the verdicts of `FileVerdict`); "" without a receipt."""
    try:
        said = json.loads((Path(folder) / f"{receipt_name(verdict)}.json").read_text(encoding="utf-8"))
        return str(said["verdict"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
