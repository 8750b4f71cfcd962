"""An office's folder belongs to its account alone: what is open to others is found, and closed.

Responsible for POSIX modes (which also mask what an access control list gives) and for the list of a Windows folder.
Not responsible for whoever administers the computer, nor for files that were copied elsewhere.
"""

from __future__ import annotations

import csv
import os
import re
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from povlib.errors import Fault

# everything a group or anyone else may do
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SYSTEM = "S-1-5-18"
# a choice: enough to see what kind of thing it is
_NAMED = 3
# how a list names who may read whatever it says (the system, administrators, the owner of a new file)
_ALWAYS_ALLOWED = frozenset({"SY", "BA", "LA", "OW", "CO", _SYSTEM})
_ALLOWED_TO = re.compile(r"\(X?A;[^;)]*;[^;)]*;[^;)]*;[^;)]*;([^;)]+)")


def open_to_others(folder: Path) -> list[Path]:
    """Return what accounts other than the folder's owner can reach or own in a folder, itself first.

    Parameters
    ----------
    folder : Path
        What is not there is open to nobody. Links are judged by where they lead.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     open_to_others(Path(folder))
    []
    """
    if not folder.is_dir():
        return []
    if sys.platform == "win32":
        return _open_on_windows(folder, deep=True)
    owner = folder.stat().st_uid
    shut: set[Path] = set()
    found = []
    for path, said in _entries(folder):
        # what lies behind a closed folder is reached by nobody, whatever its own mode; a link may lead elsewhere
        if path.parent in shut or (stat.S_ISDIR(said.st_mode) and not said.st_mode & _OTHERS):
            shut.add(path)
        reached = path.parent not in shut or path.is_symlink()
        if (said.st_mode & _OTHERS and reached) or said.st_uid != owner:
            found.append(path)
    return found


def close_to_others(folder: Path) -> None:
    """Take away what other accounts may do with a folder and all in it; what may not be changed stays as it is.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "list.csv"
    ...     _ = path.write_text("")
    ...     path.chmod(0o644)
    ...     close_to_others(Path(folder))
    ...     oct(path.stat().st_mode & 0o777)
    '0o600'
    """
    if not folder.is_dir():
        return
    if sys.platform == "win32":
        if _open_on_windows(folder, deep=False):
            _close_on_windows(folder)
        return
    for path, said in _entries(folder):
        # where a link leads is not the office's to change
        if said.st_mode & _OTHERS and not path.is_symlink():
            # gone by now, on a medium that is read only, or of another account: `ledger check` says what is left
            with suppress(OSError):
                path.chmod(stat.S_IMODE(said.st_mode) & ~_OTHERS)


def exposure_faults(folder: Path, before: Sequence[Path], outside: Sequence[Path] = ()) -> Iterator[Fault]:
    """Yield what is open to other accounts of the computer, and what was until it was closed just now.

    Parameters
    ----------
    folder : Path
        The office's folder, closed as far as it could be.
    before : sequence of Path
        What `open_to_others` found before.
    outside : sequence of Path
        Files of the office that lie elsewhere, such as a ledger or a key that the environment names.
    """
    still = open_to_others(folder)
    if sys.platform != "win32":
        still += [p for p in outside if p.is_file() and p.stat().st_mode & _OTHERS and p not in still]
    left = set(still)
    for what, remedy, paths in (
        (
            "{n} files and folders of the office were open to other accounts of this computer ({some})",
            "they are closed now; whoever has an account here may have read them",
            [path for path in before if path not in left],
        ),
        (
            "{n} files and folders of the office are open to other accounts of this computer or belong to one ({some})",
            "give them to the office's account alone: chown, then chmod go-rwx",
            still,
        ),
    ):
        if paths:
            some = ", ".join(str(path) for path in paths[:_NAMED])
            yield Fault(what, "", "", remedy, {"n": len(paths), "some": some})


def _entries(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield a folder and all in it with what the system says of each; folders behind links are not entered."""
    yield folder, folder.stat()
    waiting = [os.fspath(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                entries = list(found)
        except OSError:
            continue
        for entry in entries:
            with suppress(OSError):  # gone between two looks, or a link that leads nowhere
                yield Path(entry.path), entry.stat()
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def trustees_named(sddl: str) -> frozenset[str]:
    """Return whom a Windows security descriptor allows anything.

    Parameters
    ----------
    sddl : str
        In the language of descriptors (SDDL), the same on a Windows of any language.

    Examples
    --------
    >>> sorted(trustees_named("D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BU)(D;;FA;;;WD)"))
    ['BU', 'SY']
    """
    return frozenset(_ALLOWED_TO.findall(sddl))


def _open_on_windows(folder: Path, *, deep: bool) -> list[Path]:
    """Return what the lists of a folder open to others than its account; all in it when `deep`."""
    own = _windows_account()
    with tempfile.TemporaryDirectory() as aside:
        saved = Path(aside) / "lists"
        _run_icacls(os.fspath(folder), "/save", os.fspath(saved), "/C", "/Q", *(("/T",) if deep else ()))
        lines = saved.read_text(encoding="utf-16").splitlines() if saved.exists() else []
    # two lines an entry: its name from the parent of the folder on, and its list
    return [
        folder.parent / name
        for name, sddl in zip(lines[::2], lines[1::2], strict=False)
        if trustees_named(sddl) - _ALWAYS_ALLOWED - {own}
    ]


def _close_on_windows(folder: Path) -> None:
    granted = (f"*{sid}:(OI)(CI)F" for sid in (_windows_account(), _SYSTEM))
    _run_icacls(os.fspath(folder), "/inheritance:r", "/grant:r", *granted, "/C", "/Q")
    # what lies in it takes the folder's list
    _run_icacls(os.fspath(folder / "*"), "/reset", "/T", "/C", "/Q")


def _windows_account() -> str:
    """Return the security identifier of the account: its name may be in any language."""
    said = subprocess.run(["whoami", "/user", "/fo", "csv", "/nh"], capture_output=True, text=True, check=False)
    return next((row[-1] for row in csv.reader(said.stdout.splitlines()) if row), "")


def _run_icacls(*words: str) -> None:
    subprocess.run(["icacls", *words], capture_output=True, check=False)
