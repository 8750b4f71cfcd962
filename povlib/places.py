"""Where things lie: the project's own folders and an office's place under ``work/``."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from povlib.errors import RunError

ROOT = Path(__file__).resolve().parents[1]
PARAMS = ROOT / "params"
DATA = ROOT / "data"
NOTEBOOKS = ROOT / "notebooks"
NAME_PATTERN = r"[\w一-鿿-]{1,40}"


@dataclass(frozen=True)
class Office:
    """An office's own place: ``work/<name>/``; `work/sample` is the practice township.

    Examples
    --------
    >>> Office("sample").ledger.name
    'ledger.sqlite'
    """

    name: str

    def __post_init__(self) -> None:
        if not re.fullmatch(NAME_PATTERN, self.name):
            raise RunError(
                "{name} cannot be the name of a place",
                allowed="1-40 letters, digits, Chinese characters, - or _",
                name=repr(self.name),
            )

    @property
    def folder(self) -> Path:
        """The folder of the office; ``POVLIB_WORK`` moves all of them elsewhere."""
        return Path(os.environ.get("POVLIB_WORK", ROOT / "work")) / self.name

    @property
    def ledger(self) -> Path:
        """The ledger file."""
        return self.folder / "ledger.sqlite"

    @property
    def ledger_place(self) -> str:
        """Where the ledger is: ``POVLIB_LEDGER`` (``postgresql://...`` or another file), else the office's own file."""
        return os.environ.get("POVLIB_LEDGER") or str(self.ledger)

    @property
    def has_ledger(self) -> bool:
        """Whether there is a ledger to open; a server is taken to hold one."""
        return "://" in self.ledger_place or Path(self.ledger_place).exists()

    @property
    def inbox(self) -> Path:
        """Where received workbooks are put."""
        return self.folder / "inbox"

    @property
    def surveys(self) -> Path:
        """Where village surveys are put; of several files the last by name counts."""
        return self.inbox / "survey"

    @property
    def receipts(self) -> Path:
        """Receipts of what was read: desk only, never among papers."""
        return self.folder / "receipts"

    @property
    def runs(self) -> Path:
        """One folder a run."""
        return self.folder / "runs"

    @property
    def papers(self) -> Path:
        """What may be printed and handed round."""
        return self.folder / "papers"

    @property
    def params(self) -> Path:
        """The office's own parameters."""
        return self.folder / "params"

    @property
    def keys(self) -> Path:
        """Office keys: outside the ledger, readable by the office alone."""
        return self.folder / "keys"
