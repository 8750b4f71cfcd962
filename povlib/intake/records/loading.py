"""Checked files into the ledger: one batch a file, or nothing.

Responsible for what only the ledger can tell (the same file again, an older month, a household that
moved, an identity number held elsewhere, households not reported) and for appending. Not
responsible for the ledger's own guarantees (`povlib.ledger`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.intake.checks.check import (
    CheckSetting,
    check_received,
    mappings_folder,
    registered_villages,
    rules_folder,
    verdict_for,
)
from povlib.intake.checks.checked_files import checked_files
from povlib.intake.checks.photo_check import take_photos
from povlib.intake.checks.receipts import has_receipt, write_receipt
from povlib.intake.checks.receipts_beside import ReceiptsBeside
from povlib.intake.checks.villages.told_files import OtherFiles, ToldTogether
from povlib.intake.checks.villages.told_rows import told_beside
from povlib.intake.files.reader_process import digest_of_file, read_files
from povlib.intake.outgoing.returned_forms import compare_with_sent
from povlib.intake.records.destinations import require_destinations
from povlib.intake.records.known_households import KnownHouseholds
from povlib.intake.records.ledger_comparison import compare_with_ledger
from povlib.intake.records.ledger_rows import UNVERIFIED, ledger_rows
from povlib.intake.records.review import decided_pairs
from povlib.intake.records.rows_beside import PreparedRows, RowsBeside
from povlib.intake.sheets.file_check import FileCheck
from povlib.intake.sheets.layouts import read_layouts, rules_digest
from povlib.intake.sheets.row_conflicts import HouseholdPairs
from povlib.intake.verdict import FileVerdict, Flag, printable_file_name
from povlib.ledger import BatchInfo, Ledger, PhotoStore

Progress = Callable[[str, float], None]


def load(
    book: Ledger,
    files: Sequence[str | Path],
    info: BatchInfo | None = None,
    *,
    villages: Any = None,
    rules: str | Path | None = None,
    month: Month | None = None,
    older: bool = False,
    receipts: str | Path | None = None,
    forms: str | Path | None = None,
    photos: PhotoStore | None = None,
    today: dt.date | None = None,
    progress: Progress | None = None,
    dry: bool = False,
    beside: Executor | None = None,
    private: Path | None = None,
) -> list[FileVerdict]:
    """Check files and load them: one batch a file, or nothing of it.

    Parameters
    ----------
    book : Ledger
        An open ledger.
    files : sequence of path
        Workbooks or text files, loaded in this order; the township's after those that register households.
    info : BatchInfo, optional
        Who loads, in which role and why; name, digests and month are filled in here.
    villages, rules, today, progress
        As for `check`.
    month : Month, optional
        Month the files should be for; a file for another is refused and asked about.
    older : bool
        Take content older than what the ledger holds: someone has asked the village.
    receipts : path, optional
        Folder for one receipt a file.
    forms : path, optional
        Folder of the forms that went out (`returned_forms.record_sent`), one folder a month: what a village changed,
        left out or added is noted.
    photos : PhotoStore, optional
        Where the photos that files name are kept, which lie in ``photos/`` beside a file; without it they are not read.
    dry : bool
        Say what loading would say, and write nothing: no batch, no receipt. Each file is judged by what the ledger
        holds now, as if it were loaded first.
    beside : Executor, optional
        Processes that check files and write receipts while this one records; what comes out is the same.
    private : Path, optional
        The office's own folder, where nobody else loads meanwhile: checked files wait in it. Default the system's
        folder for what is temporary, which a load that is ended from outside leaves them in.

    Returns
    -------
    list of FileVerdict
        With `batch`, and `already` for a file that was loaded before.

    Raises
    ------
    LedgerError
        If the ledger cannot be written (full disk, locked); files before stay loaded.
    """
    registered = registered_villages(villages)
    require_destinations(read_layouts(mappings_folder(rules)))
    digest = rules_digest(registered, rules_folder(rules))
    known = frozenset(str(hh) for (hh,) in book.store.rows("select hh from household"))
    decided = decided_pairs(book)
    digests = (digest, _digest_with_decisions(digest, decided))
    waited = _newest_decision(book)
    loaded = {str(path): _loaded_before(book, path, digests) for path in files}
    # what was loaded before the last decision may hold rows that waited for it: it is judged again
    verdicts: dict[str, FileVerdict] = {
        str(path): _already_loaded(path, before) for path in files if (before := loaded[str(path)]) and before > waited
    }
    # The same bytes under the same rules were judged before; after a change of spellings they are judged again.
    fresh = [path for path in files if str(path) not in verdicts]
    setting = CheckSetting(registered, rules, today or dt.date.today(), known, decided)
    judge = _Judge(KnownHouseholds(book, decided), month, older, photos, dry, None if forms is None else Path(forms))
    with (
        checked_files(fresh, setting, beside=beside, progress=progress, private=private) as waiting,
        ReceiptsBeside(receipts, beside) as written,
    ):
        told = ToldTogether([each.told for each in waiting])
        # the township's workbooks speak of households that the villages' register
        order = sorted(range(len(waiting)), key=lambda at: waiting[at].of_township)
        ahead = RowsBeside([waiting[at] for at in order], beside, photos=photos is not None and not dry)
        for done, at in enumerate(order, start=1):
            prepared, before = ahead.take(), loaded[str(fresh[at])]
            file_check = waiting[at].take()
            if before and not _speaks_of(file_check, decided):
                verdicts[str(fresh[at])] = _already_loaded(fresh[at], before)
                continue
            described = replace(info or BatchInfo(), rules_sha256=digests[1] if before else digest)
            verdict = judge.record(file_check, described, told.beside(at), setting, prepared)
            told.renew(at, told_beside(file_check))
            verdicts[str(fresh[at])] = verdict
            if not dry:
                written.write(verdict)
            if progress:
                progress("load", done / len(fresh))
    if receipts is not None and not dry:
        # a computer that stopped after a batch and before its receipt: loading again writes the receipt
        bare = [v for v in verdicts.values() if v.already and not has_receipt(v, receipts)]
        for verdict, received in zip(bare, read_files([v.file for v in bare]), strict=True):
            write_receipt(_verdict_of_loaded(check_received(received, setting), verdict), receipts)
    return [verdicts[str(path)] for path in files]


@dataclass(frozen=True)
class _Judge:
    """What every file of a load is judged and recorded by, beside what it is checked against."""

    known: KnownHouseholds
    month: Month | None
    older: bool
    photos: PhotoStore | None
    dry: bool
    forms: Path | None

    def record(
        self,
        file_check: FileCheck,
        info: BatchInfo,
        beside: OtherFiles,
        setting: CheckSetting,
        prepared: PreparedRows | None,
    ) -> FileVerdict:
        """Hold a checked file against the ledger and record it: one batch, or nothing of it."""
        described = replace(
            info,
            source_name=printable_file_name(Path(file_check.received.file).name),
            source_sha256=file_check.received.sha256,
            month=file_check.month or self.month,
        )
        if self.forms is not None:
            # what went out is read as it went out: nothing that the ledger has learnt since says anything of it
            blank = replace(setting, households=frozenset(), decided=frozenset())
            compare_with_sent(file_check, self.forms, lambda sent: _check_sent(sent, blank))
        compare_with_ledger(self.known, file_check, self.month, self.older, beside)
        ahead = None if prepared is None else prepared.photos
        taken = [] if file_check.refused else take_photos(file_check, self.photos, dry=self.dry, ahead=ahead)
        rows_of = ledger_rows if prepared is None else prepared.rows_of
        verdict = verdict_for(file_check, self.known.registers.heads, rows_of)
        if not self.dry:
            verdict = _load_one(self.known, file_check, described, verdict, prepared)
        if self.photos is not None and verdict.batch is None:  # nothing was recorded that names them
            for digest in () if self.dry else taken:
                self.photos.forget(digest)
        return verdict


def _check_sent(path: Path, setting: CheckSetting) -> FileCheck:
    (received,) = read_files([path])
    return check_received(received, setting)


def _already_loaded(path: str | Path, batch: int) -> FileVerdict:
    flag = Flag("", "", "already_loaded", {"got": batch})
    verdict = FileVerdict(str(path), "accept_with_notes", 0, [flag], [flag.message()], batch=batch, already=True)
    verdict.sha256 = digest_of_file(path)
    return verdict


def _verdict_of_loaded(file_check: FileCheck, before: FileVerdict) -> FileVerdict:
    """Return what is found in a file that was loaded before, as its receipt says it; what the ledger held is past."""
    verdict = verdict_for(file_check)
    verdict.batch, verdict.already = before.batch, True
    return verdict


def _loaded_before(book: Ledger, path: str | Path, rules: tuple[str, str]) -> int:
    query = "select coalesce(max(id), 0) from batch where source_sha256 = ? and rules_sha256 in (?, ?)"
    return int(book.store.rows(query, (digest_of_file(path) or "-", *rules))[0][0])


def _newest_decision(book: Ledger) -> int:
    """Return the newest batch that decided that two households are different; 0 when none did."""
    query = "select coalesce(max(batch), 0) from decision where verdict = ? and retracted = 0"
    return int(book.store.rows(query, ("different",))[0][0])


def _digest_with_decisions(rules: str, decided: HouseholdPairs) -> str:
    """Return the digest of the rules and of what was decided: a file is judged by both."""
    said = "\n".join(sorted(" ".join(sorted(pair)) for pair in decided))
    return hashlib.sha256(f"{rules}\n{said}".encode()).hexdigest() if said else rules


def _speaks_of(file_check: FileCheck, decided: HouseholdPairs) -> bool:
    """Whether a file holds a household that a decision is about."""
    told = {str(hh) for sheet in file_check.sheets if "hh" in sheet.frame for hh in sheet.frame["hh"].dropna()}
    return any(pair & told for pair in decided)


def _load_one(
    known: KnownHouseholds, file_check: FileCheck, info: BatchInfo, verdict: FileVerdict, prepared: PreparedRows | None
) -> FileVerdict:
    """Write a file's good rows as a batch, and return the verdict."""
    if not verdict.rows:
        return verdict
    rows = _complete_from_register(known, verdict.rows)
    try:
        batch = known.book.append(info, rows if prepared is None else prepared.as_stored(rows))
    except LedgerError as error:
        if any("disk" in fault.what or "another program" in fault.what for fault in error.faults):
            raise
        return _refused_by_ledger(verdict, file_check, error)
    if batch.added:
        known.renew(rows, batch.id)
    verdict.batch, verdict.already = batch.id, not batch.added
    return verdict


def _refused_by_ledger(verdict: FileVerdict, file_check: FileCheck, error: LedgerError) -> FileVerdict:
    file_check.flags.append(Flag("", "", "ledger_refused", {"got": str(error)}))
    refused = verdict_for(file_check)
    refused.loaded, refused.rows = 0, {}
    return refused


def _complete_from_register(known: KnownHouseholds, rows: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Keep what the ledger knows where the file does not say: a village, the members of a known household."""
    rows, registers = dict(rows), known.registers
    if "households" in rows:
        frame, villages = rows["households"], registers.villages
        before = pd.Series([villages.get(hh, "") for hh in frame["hh"]], index=frame.index, dtype="str")
        unsaid = frame["village"].eq(UNVERIFIED) & before.ne("")
        rows["households"] = frame.assign(village=before.where(unsaid, frame["village"]))
    if "identity" in rows:
        frame, persons = rows["identity"], registers.households_of
        told = set(rows["members"]["person"]) if "members" in rows else set()
        known_too = np.array([person in persons or person in told for person in frame["person"]], dtype=bool)
        rows["identity"] = frame[known_too].reset_index(drop=True)
    return {name: frame for name, frame in rows.items() if len(frame)}
