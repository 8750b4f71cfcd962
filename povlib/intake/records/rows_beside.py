"""Rows of the files of a load and photos they name, made ready by other processes while the files before are recorded.

Responsible for making them ahead of the ledger's judgement and for taking rows only where that judgement left the file
as it was. Not responsible for what stands in a row (`ledger_rows`), nor for what a photo must be (`photo_check`).
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from povlib.intake.checks.checked_files import WaitingFile
from povlib.intake.checks.house_checks import check_houses
from povlib.intake.checks.photo_check import PhotosAhead, photos_ahead
from povlib.intake.records.ledger_rows import Frames, ledger_rows, photo_rows
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.sheets.row_conflicts import unknown_columns
from povlib.ledger.frame_conversion import StoredRows, stored_rows
from povlib.words import language, language_in_use

#: files whose rows are made ahead: their frames lie in memory, and one is enough to keep another core at work
_AHEAD = 3


@dataclass(frozen=True)
class PreparedRows:
    """Rows of a file as it was checked by itself, with what they were made of.

    Attributes
    ----------
    rows : dict of DataFrame
        As of `ledger_rows`, without photos.
    made_of : tuple
        Of each sheet its rows, how many cells are told and which rows are refused; whose works the file names.
    headless : frozenset of str
        Households that the file speaks of and names no head of: the ledger may know one.
    photos : PhotosAhead or None
        Photos that it names, looked at already.
    stored : dict of StoredRows
        What the ledger will store of those rows, of the frames that are found sound.
    """

    rows: Frames
    made_of: tuple[Any, ...]
    headless: frozenset[str]
    photos: PhotosAhead | None = None
    stored: Mapping[str, StoredRows] = field(default_factory=dict)

    def rows_of(self, check: FileCheck, heads: Mapping[str, str]) -> Frames:
        """Return what `ledger_rows` returns of a file that was judged since: these rows where nothing was changed."""
        if _made_of(check) != self.made_of or any(hh in heads for hh in self.headless):
            return ledger_rows(check, heads)
        return self.rows | photo_rows(check)

    def as_stored(self, rows: Frames) -> dict[str, pd.DataFrame | StoredRows]:
        """Return rows that are to be appended, those of this file that are still the same as the ledger stores them."""
        return {
            name: self.stored[name] if name in self.stored and frame is self.rows[name] else frame
            for name, frame in rows.items()
        }


class RowsBeside:
    """Rows of waiting files, in their order, a few files ahead.

    Parameters
    ----------
    waiting : sequence of WaitingFile
        In the order in which they will be taken.
    beside : Executor, optional
        Processes that make them; default nobody: each file's are made when it is recorded.
    photos : bool
        Whether they also look at the photos that a file names.
    """

    def __init__(self, waiting: Sequence[WaitingFile], beside: Executor | None, *, photos: bool = False) -> None:
        self._waiting, self._beside, self._photos = deque(waiting), beside, photos
        self._ahead: deque[Future[PreparedRows | None] | None] = deque()
        for _ in range(_AHEAD):
            self._begin_next()

    def take(self) -> PreparedRows | None:
        """Return the rows of the next file; None where nobody made them. Its file on disk is nobody's then."""
        if not self._ahead:
            return None
        work = self._ahead.popleft()
        self._begin_next()
        if work is None or work.cancel():
            return None
        try:
            return work.result()
        except BrokenExecutor:  # ended from outside
            return None

    def _begin_next(self) -> None:
        if self._beside is None or not self._waiting:
            return
        try:
            kept = self._waiting.popleft().kept
            self._ahead.append(self._beside.submit(_prepare, kept, language(), self._photos))
        except BrokenExecutor:  # they take nothing more
            self._ahead.append(None)


def _prepare(kept: Path, lang: str, photos: bool) -> PreparedRows | None:
    with language_in_use(lang):
        # written by this very load into a folder that nobody else may enter
        check: FileCheck = pickle.loads(kept.read_bytes())
        prepared = prepared_rows(check)
        if prepared is None:
            return None
        stored = {name: made for name, frame in prepared.rows.items() if (made := stored_rows(name, frame)) is not None}
        looked_at = photos_ahead(check, kept.with_suffix(".photos")) if photos else None
        return replace(prepared, stored=stored, photos=looked_at)


def prepared_rows(check: FileCheck) -> PreparedRows | None:
    """Return the rows of a checked file as far as it tells them without a ledger; None where it is refused.

    What is found on the way stays in `check`, which is a copy: the ledger's judgement finds it again.
    """
    if check.refused:
        return None
    check_houses(check, None)
    return PreparedRows(ledger_rows(check), _made_of(check), _households_without_head(check))


def _made_of(check: FileCheck) -> tuple[Any, ...]:
    """Return what tells a checked file from the same one after more was found: cells are emptied, rows are refused."""
    sheets = [
        (len(sheet.frame), int(sheet.frame.notna().to_numpy().sum()), sheet.refused.tobytes()) for sheet in check.sheets
    ]
    return sheets, check.homes


def _households_without_head(check: FileCheck) -> frozenset[str]:
    """Return the households of which a file may seal something and does not name the head."""
    own: set[str] = set()
    told: set[str] = set()
    for sheet in check.sheets:
        frame, table = sheet.frame[~sheet.refused], sheet.layout.table
        if table in ("household_brief", "member"):
            own.update(map(str, frame["hh"].dropna()))
        elif any(field.place[0] == "identity" for field in sheet.layout.columns) or unknown_columns(frame):
            homes = frame["hh"] if "hh" in frame else frame.get("project", pd.Series(dtype=object)).map(check.homes)
            told.update(hh for hh in homes if isinstance(hh, str))
    return frozenset(told - own)
