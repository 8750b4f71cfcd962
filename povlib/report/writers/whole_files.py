"""Write a file whole or not at all.

Responsible for the last step of every writer: bytes go to a neighbour first and then take the
name, so a full disk or a crash leaves the paper of before. Not responsible for what is written.
"""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
from pathlib import Path

from povlib.errors import ReportError

# the earliest date a ZIP can hold: no clock in a paper
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_whole_file(path: str | os.PathLike[str], data: bytes | str) -> Path:
    """Write `data` to `path` and return the path.

    Raises
    ------
    ReportError
        If the file cannot be written (no such folder, open in another program, disk full).
    """
    target = Path(path)
    # beside the target, not in a temporary folder: renaming is one step only within one disk
    neighbour = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        neighbour.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
        neighbour.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            neighbour.unlink(missing_ok=True)
        raise ReportError(
            "the paper cannot be written: {reason}",
            where=target.name,
            remedy="close the file if it is open in another program, and look whether the disk is full",
            reason=error.strerror or type(error).__name__,
        ) from error
    return target


def repeatable_archive(office_file: bytes) -> bytes:
    """Return a .docx or .xlsx packed again with fixed dates and order: same content, same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(office_file)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            # as from Unix on every computer: the byte is part of the file, and Windows would write another
            entry.create_system = 3
            new.writestr(entry, old.read(name))
    return packed.getvalue()
