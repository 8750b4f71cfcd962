"""Checked files that wait for the ledger's judgement: checked in other processes where there are any, kept on disk.

Responsible for checking many files by all that needs no ledger, and for holding one of them in memory at a
time. Not responsible for any rule (`check`), nor for beginning processes.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.util import Finalize
from pathlib import Path

from povlib.intake.checks.check import CheckSetting, check_received
from povlib.intake.checks.villages.told_files import ToldBeside
from povlib.intake.checks.villages.told_rows import told_beside
from povlib.intake.files.reader_process import ReaderProcess, ReceivedFile, read_files
from povlib.intake.sheets.file_check import FileCheck
from povlib.words import language, language_in_use

Progress = Callable[[str, float], None]
#: begins the names of folders of files that wait: hidden, as all is that an office keeps for itself
_FOLDER = ".checked-"
_reader: ReaderProcess | None = None


@dataclass(frozen=True)
class WaitingFile:
    """A checked file that waits: whether it is the township's, what it tells files beside it, and where it is kept."""

    of_township: bool
    told: ToldBeside | None
    kept: Path

    def take(self) -> FileCheck:
        """Return everything found in the file; it is gone from the disk then, but for its sheets."""
        # written by this very load into a folder that nobody else may enter
        found: FileCheck = pickle.loads(self.kept.read_bytes())
        self.kept.unlink()
        return found


def remove_left_files(private: Path) -> int:
    """Remove what loads that were ended from outside left waiting in a folder; return how many such folders are gone.

    Names and identity numbers lie there in clear. What cannot be removed stops nobody.

    Parameters
    ----------
    private : Path
        Folder that files wait in; nobody loads meanwhile.
    """
    left = sorted(private.glob(f"{_FOLDER}*"))
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return sum(not folder.exists() for folder in left)


@contextmanager
def checked_files(
    files: Sequence[str | Path], setting: CheckSetting, *, beside: Executor | None = None,
    progress: Progress | None = None, private: Path | None = None,
) -> Iterator[list[WaitingFile]]:  # fmt: skip
    """Check files and give them in their order, each to be taken once; what nobody took is gone at the end.

    Parameters
    ----------
    setting : CheckSetting
        What they are checked against.
    beside : Executor, optional
        Processes that check, each reading its files in a child of its own; default this process. What comes out is
        the same.
    progress : callable, optional
        Called with stage and share done.
    private : Path, optional
        Folder that they wait in, where nobody else loads meanwhile: what a load that was ended from outside left there
        is removed first. Default the system's folder for what is temporary.
    """
    if private:
        remove_left_files(private)
    # made for this account alone, whatever the process gives to new files
    with tempfile.TemporaryDirectory(prefix=_FOLDER, dir=private) as folder:
        places = [Path(folder) / str(number) for number in range(len(files))]
        if beside is None:
            received = read_files(files, progress)
            yield [_keep(check_received(one, setting), place) for one, place in zip(received, places, strict=True)]
            return
        work = [_handed_over(beside, path, place, setting) for path, place in zip(files, places, strict=True)]
        waiting = []
        for number, (one, path, place) in enumerate(zip(work, files, places, strict=True), start=1):
            waiting.append(_result(one, path, place, setting))
            if progress:
                progress("read", number / len(files))
        yield waiting


def _handed_over(beside: Executor, path: str | Path, place: Path, setting: CheckSetting) -> Future[WaitingFile]:
    try:
        return beside.submit(_check_aside, str(path), place, setting, language())
    except BrokenExecutor as error:  # they take nothing more: as if it had been under way
        lost: Future[WaitingFile] = Future()
        lost.set_exception(error)
        return lost


def _keep(found: FileCheck, place: Path) -> WaitingFile:
    told = told_beside(found)
    found.records.clear()  # by sheets of this process
    found.received.put_aside(place.with_suffix(".sheets"))
    place.write_bytes(pickle.dumps(found, protocol=pickle.HIGHEST_PROTOCOL))
    return WaitingFile(found.of_township, told, place)


def _check_aside(path: str, place: Path, setting: CheckSetting, lang: str) -> WaitingFile:
    """Check a file in another process: the texts of its findings are in the language of the command."""
    with language_in_use(lang):
        return _keep(check_received(_read(path), setting), place)


def _read(path: str) -> ReceivedFile:
    """Read a file in the one child that this process keeps for all its files."""
    global _reader
    if _reader is None:
        _reader = ReaderProcess()
        # a process of a pool runs nothing else when it ends
        Finalize(None, _reader.__exit__, exitpriority=1)
    return _reader.read(path)


def _result(work: Future[WaitingFile], path: str | Path, place: Path, setting: CheckSetting) -> WaitingFile:
    """Return what a process found, or check here what was under way in one that was ended from outside."""
    try:
        return work.result()
    except BrokenExecutor:
        (received,) = read_files([path])
        return _keep(check_received(received, setting), place)
