"""Rows in Parquet into the ledger of a practice office: one batch a folder, where nobody would write workbooks.

Responsible for one folder as one batch, and for telling that it was loaded before. Not responsible for the ledger's
own checks, which hold here as anywhere; what intake checks in a workbook does not apply to rows that the simulator
wrote, and a real office's rows are never taken this way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from povlib import intake, ledger
from povlib.runs.storage.text_files import file_digest

RULES = hashlib.sha256(b"rows of the practice area").hexdigest()


def load_rows(
    book: ledger.Ledger, folders: list[Path], officer: str, progress: Callable[[str, float], None] | None = None
) -> list[intake.FileVerdict]:
    """Append each folder of rows as a batch of the ledger.

    Parameters
    ----------
    book : Ledger
        An open ledger of a practice office.
    folders : list of path
        Each with one Parquet file a table (`povlib.sample.office.practice_area.write_area_tables`).

    Returns
    -------
    list of FileVerdict
        One a folder; `already` for a folder that was loaded before.

    Raises
    ------
    LedgerError
        If the ledger does not take the rows; folders before stay loaded.
    """
    verdicts = []
    with ThreadPoolExecutor(1) as ahead:  # the next folder is read while the ledger writes this one
        parts = [ahead.submit(_rows_of_folder, folder) for folder in folders[:1]]
        for done, folder in enumerate(folders, start=1):
            digest, frames = parts.pop().result()
            parts += [ahead.submit(_rows_of_folder, following) for following in folders[done : done + 1]]
            info = ledger.BatchInfo(officer=officer, role="load", reason="", source_name=folder.name,
                                    source_sha256=digest, rules_sha256=RULES)  # fmt: skip
            batch = book.append(info, frames)
            verdict = intake.FileVerdict(str(folder), "accept", len(frames["households"]), [], [])
            verdict.sha256, verdict.batch, verdict.already = digest, batch.id, not batch.added
            verdicts.append(verdict)
            if progress:
                progress("load", done / len(folders))
    return verdicts


def _rows_of_folder(folder: Path) -> tuple[str, dict[str, pd.DataFrame]]:
    """Return the digest of a folder's files, and its tables."""
    files = sorted(folder.glob("*.parquet"))
    told = "\n".join(f"{path.name} {file_digest(path)}" for path in files)
    return hashlib.sha256(told.encode()).hexdigest(), {path.stem: pd.read_parquet(path) for path in files}
