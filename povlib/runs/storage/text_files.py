"""Text files written whole or not at all, and the digests of files.

Responsible for single files. Not responsible for frames and arrays (`povlib.runs.storage.artefacts`).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

#: The file that holds the office's signature beside what it was put under (`povlib.runs.storage.office_seal`).
SEAL = "seal.json"
PARTIAL = ".partial"
"""Ending of what is still being written."""


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):  # 1 MiB: photos and scans never fill the memory
            digest.update(block)
    return digest.hexdigest()


def write_text(path: Path, words: str) -> Path:
    """Write a text file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # beside the target: only within one file system does renaming replace a file in one step
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=PARTIAL)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(words)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path
