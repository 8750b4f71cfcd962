"""Files checked beside the load say what files checked by it say, and of many only one has its cells in memory."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from povlib import intake, ledger
from povlib.intake.checks.checked_files import WaitingFile
from povlib.intake.sheets.file_check import FileCheck
from povlib.runs.side_processes import side_processes
from povlib.words import language_in_use


class Beside(Executor):
    """Another process as far as its work can tell: everything goes there and comes back pickled."""

    def __init__(self) -> None:
        self.asked = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.asked += 1
        told = pickle.loads(pickle.dumps((fn, args, kwargs)))
        done: Future[Any] = Future()
        done.set_result(pickle.loads(pickle.dumps(told[0](*told[1], **told[2]))))
        return done


class Ended(Beside):
    """Processes that do so many works, lose so many that were under way when one was ended, and then take none."""

    def __init__(self, done: int = 0, lost: int = 100) -> None:
        super().__init__()
        self.done, self.lost = done, lost

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.asked < self.done:
            return super().submit(fn, *args, **kwargs)
        self.asked += 1
        if self.asked > self.done + self.lost:
            raise BrokenProcessPool
        lost: Future[Any] = Future()
        lost.set_exception(BrokenProcessPool())
        return lost


Loaded = tuple[str, dict[str, bytes], list[dict[str, Any]]]


def loaded(folder: Path, files: list[Path], villages: Any, beside: Executor | None = None) -> Loaded:
    """Load into a new ledger; return its head (it stands for all rows), the receipts, and what was said."""
    # not the language that another process begins with: what it writes is in the command's
    with language_in_use("en"), ledger.open(folder / "ledger.sqlite", create=True, seed=1) as book:
        verdicts = intake.load(book, files, villages=villages, receipts=folder / "receipts", beside=beside)
        said = [verdict.as_json() for verdict in verdicts]
        head = str(book.head())
    receipts = {path.name: path.read_bytes() for path in sorted((folder / "receipts").iterdir())}
    return head, receipts, said


@pytest.fixture(scope="module")
def few(workbooks: list[Path]) -> list[Path]:
    """Two villages and the township."""
    return [*workbooks[:2], workbooks[-1]]


@pytest.fixture(scope="module")
def alone(few: list[Path], villages: Any, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return loaded(tmp_path_factory.mktemp("alone"), few, villages)


def test_what_is_checked_beside_is_loaded_as_what_is_checked_here(
    alone: Loaded, few: list[Path], villages: Any, tmp_path: Path
) -> None:
    beside = Beside()
    assert loaded(tmp_path, few, villages, beside) == alone
    assert any(name.endswith("-marked.xlsx") for name in alone[1])
    assert beside.asked > len(few)  # the receipts with marked copies too


@pytest.mark.parametrize(
    ("done", "lost"),
    [(0, 100), (1, 1), (4, 0), (7, 0)],
    ids=[
        "all lost",
        "none taken while files are checked",
        "none taken for rows",
        "none taken after a receipt",
    ],
)
def test_processes_ended_from_outside_cost_no_file(
    done: int, lost: int, alone: Loaded, few: list[Path], villages: Any, tmp_path: Path
) -> None:
    assert loaded(tmp_path, few, villages, Ended(done, lost)) == alone


@pytest.mark.thorough
def test_processes_of_their_own_load_the_same(alone: Loaded, few: list[Path], villages: Any, tmp_path: Path) -> None:
    with side_processes(2) as beside:
        assert loaded(tmp_path, few, villages, beside) == alone


@pytest.mark.thorough
def test_processes_of_which_one_is_gone_cost_no_file(
    alone: Loaded, few: list[Path], villages: Any, tmp_path: Path
) -> None:
    with side_processes(1) as beside:
        assert isinstance(beside.submit(os._exit, 1).exception(), BrokenProcessPool)
        assert loaded(tmp_path, few, villages, beside) == alone


def test_only_one_file_has_its_cells_in_memory(
    few: list[Path], villages: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[FileCheck] = []
    take = WaitingFile.take

    def take_and_count(waiting: WaitingFile) -> FileCheck:
        assert not [found for found in taken if holds_cells(found)]
        taken.append(take(waiting))
        assert holds_cells(taken[-1])
        return taken[-1]

    monkeypatch.setattr(WaitingFile, "take", take_and_count)
    with ledger.open(tmp_path / "ledger.sqlite", create=True, seed=1) as book:
        verdicts = intake.load(book, few, villages=villages, receipts=tmp_path / "receipts")
    assert len(taken) == len(few) > 2
    assert not any(holds_cells(verdict.found) for verdict in verdicts)
    # what someone has to look at is still said
    assert all(verdict.found.sheets for verdict in verdicts)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("ended", [False, True], ids=["done", "stopped"])
def test_files_wait_in_the_office_where_nobody_else_enters(
    ended: bool, few: list[Path], villages: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, elsewhere = tmp_path / "office", tmp_path / "elsewhere"
    # what a load left that was killed: names and identity numbers in clear
    (office / ".checked-left").mkdir(parents=True)
    (office / ".checked-left" / "0").write_bytes(b"11010519491231002X")
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    waited: list[tuple[str, int]] = []
    take = WaitingFile.take

    def take_and_look(waiting: WaitingFile) -> FileCheck:
        waited.extend((path.name, path.stat().st_mode & 0o777) for path in office.iterdir())
        assert not list(elsewhere.rglob("0"))
        if ended:
            raise KeyboardInterrupt
        return take(waiting)

    monkeypatch.setattr(WaitingFile, "take", take_and_look)
    before = os.umask(0)  # the widest rights a process can give, as some computers do
    try:
        with ledger.open(tmp_path / "ledger.sqlite", create=True, seed=1) as book:
            intake.load(book, few[:1], villages=villages, private=office)
    except KeyboardInterrupt:
        assert ended
    finally:
        os.umask(before)
    ((name, mode),) = waited
    assert name.startswith(".checked-")
    assert name != ".checked-left"
    assert mode == 0o700
    assert not list(office.iterdir())


def holds_cells(found: FileCheck) -> bool:
    return bool(found.received.grids) or any(len(sheet.frame) for sheet in found.sheets)
