"""Which files of an inbox are a village's, and which ones programs and systems leave beside them.

Responsible for telling lock files, half downloads and system files by their names. Not responsible for content.
"""

from __future__ import annotations

import re
from pathlib import Path

from povlib.words import text

_LEFT_OVER = re.compile(
    r"[.~].*|thumbs\.db|ehthumbs.*\.db|desktop\.ini|icon\r|.*\.(?:crdownload|part|partial|tmp|download|lnk|lock)|.*~",
    re.IGNORECASE | re.DOTALL,
)


def is_left_over(name: str) -> bool:
    """Whether a file of this name is a lock file, a half download or a system file.

    Examples
    --------
    >>> [is_left_over(name) for name in ("~$联胜.xlsx", "Thumbs.db", "联胜.xlsx.crdownload", "联胜.xlsx")]
    [True, True, True, False]
    """
    return _LEFT_OVER.fullmatch(name) is not None


def workbooks_in_inbox(folder: Path) -> list[Path]:
    """Return the files of an inbox by name, so that batches come in the same order on every computer."""
    return sorted(path for path in folder.iterdir() if path.is_file() and not is_left_over(path.name))


def note_of_left_overs(folder: Path) -> str:
    """Return one sentence that names what was passed over, or "" when nothing was; hidden files are not named."""
    names = sorted(p.name for p in folder.iterdir() if p.is_file() and is_left_over(p.name) and p.name[0] != ".")
    return text("passed over, left there by programs: {names}", names="、".join(names)) if names else ""
