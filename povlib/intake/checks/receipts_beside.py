"""Receipts of a load: written while the next file is recorded, where a process has time for them.

Responsible for who writes a receipt, and for letting go of a file's cells once it is written. Not responsible for what
stands in it (`receipts`, `receipt_workbooks`).
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Self

from povlib.intake.checks.receipt_workbooks import has_marked_copy
from povlib.intake.checks.receipts import write_receipt
from povlib.intake.verdict import FileVerdict
from povlib.words import language, language_in_use

#: receipts under way: their files stay in memory until each is written
_MOST_UNDER_WAY = 4


class ReceiptsBeside:
    """Receipts of the files of a load; use it as a context: at its end all of them are written.

    Parameters
    ----------
    folder : path or None
        Folder of the receipts; None: none is written.
    beside : Executor, optional
        Processes that write marked copies; what is short is written at once.
    """

    def __init__(self, folder: str | Path | None, beside: Executor | None = None) -> None:
        self._folder, self._beside = folder, beside
        self._under_way: deque[tuple[FileVerdict, Future[None]]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while self._under_way:
            self._finish_first()

    def write(self, verdict: FileVerdict) -> None:
        """Write the receipt of a file, now or soon; its cells are gone then."""
        if self._folder is None:
            verdict.found.drop_cells()
        elif self._beside is None or not has_marked_copy(verdict.found):
            self._write_here(verdict)
        else:
            try:
                # without its rows: no receipt tells them
                work = self._beside.submit(_write_aside, replace(verdict, rows={}), Path(self._folder), language())
            except BrokenExecutor:  # one of them was ended from outside: they take nothing more
                self._beside = None
                self._write_here(verdict)
                return
            self._under_way.append((verdict, work))
            if len(self._under_way) > _MOST_UNDER_WAY:
                self._finish_first()

    def _write_here(self, verdict: FileVerdict) -> None:
        if self._folder is not None:
            write_receipt(verdict, self._folder)
        verdict.found.drop_cells()

    def _finish_first(self) -> None:
        verdict, work = self._under_way.popleft()
        try:
            work.result()
            verdict.found.drop_cells()
        except BrokenExecutor:  # ended from outside
            self._write_here(verdict)


def _write_aside(verdict: FileVerdict, folder: Path, lang: str) -> None:
    with language_in_use(lang):
        write_receipt(verdict, folder)
