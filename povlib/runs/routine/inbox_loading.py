"""The inbox of an office: its workbooks loaded, or judged without loading.

Responsible for whose villages, mappings and rules a file is read by, and for one load at a time. Not responsible for
any rule (`povlib.intake`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

from povlib import intake, ledger
from povlib.calendar import Month
from povlib.errors import IntakeError
from povlib.intake.files.inbox import workbooks_in_inbox
from povlib.ledger.storage.process_lock import one_at_a_time
from povlib.runs.office.office_place import Place, open_book, photo_store
from povlib.runs.office.practice_office import folders_of_rows
from povlib.runs.routine.row_loading import load_rows
from povlib.runs.side_processes import number_of_cores, side_processes

Progress = Callable[[str, float], None]
# From these bytes together on, workbooks are checked by processes beside this one: each takes a second to begin, which
# is what the checks of about a fifth of them take.
_WORTH_PROCESSES = 500_000
# each holds one file with all its cells, some hundreds of megabytes for the largest
_MOST_PROCESSES = 4


def load_workbooks(
    place: Place,
    officer: str,
    files: list[Path] | None = None,
    *,
    villages: Path | None = None,
    rules: Path | None = None,
    month: Month | None = None,
    older: bool = False,
    dry: bool = False,
    progress: Progress | None = None,
) -> list[intake.FileVerdict]:
    """Load the inbox of an office (or `files`) by its own villages, mappings and rules.

    Parameters
    ----------
    officer : str
        Who loads, as it will stand in the ledger.
    villages, rules, month, older, dry, progress
        As for `povlib.intake.load`; default the office's own villages and rules. With `dry` nothing is written.

    Raises
    ------
    IntakeError
        If there is no file.
    LedgerError
        If the ledger cannot be written; files before stay loaded. If the office does not know the officer.
    """
    chosen = files or inbox_files(place)
    # beside workbooks, or instead of them: what a large practice area received
    rows = [] if files or dry else folders_of_rows(place)
    if not chosen and not rows:
        raise IntakeError(
            "the inbox is empty", where=str(place.office.inbox), remedy="put the villages' workbooks there"
        )
    own = place.office.params
    villages, rules = villages or own / "villages.yaml", rules or own
    if dry and not place.office.has_ledger:
        # looking at files must not begin a ledger
        return intake.check(chosen, villages, rules, photos=photo_store(place), progress=progress)
    info = ledger.BatchInfo(officer=officer, role="load", reason="")
    # one load at a time: two would both find the same household new
    with (
        one_at_a_time(place.office.folder / ".load.lock"),
        # begun first: they import what checks need while this one opens the ledger
        _processes_for(chosen) as beside,
        open_book(place, create=not dry) as book,
    ):
        if not dry:
            book.signature(officer)  # an officer whom the office does not know is refused before a file is read
        verdicts = load_rows(book, rows, officer, progress) if rows else []
        verdicts += intake.load(
            book,
            chosen,
            info,
            villages=villages,
            rules=rules,
            month=month,
            older=older,
            receipts=None if dry else place.office.receipts,
            forms=place.office.folder / "forms",
            photos=photo_store(place),
            progress=progress,
            dry=dry,
            beside=beside,
            private=place.office.folder,
        )
    if place.synthetic and not dry and not rows:
        from povlib.runs.inspections.practice_round import record_practice_round

        with one_at_a_time(place.office.folder / ".load.lock"):
            record_practice_round(place, officer)
    return verdicts


@contextmanager
def _processes_for(files: Sequence[Path]) -> Iterator[Executor | None]:
    """Give processes that check so many files beside this one; None where they are not worth their beginning."""
    count = min(number_of_cores(), len(files), _MOST_PROCESSES)
    if count < 2 or sum(path.stat().st_size for path in files if path.is_file()) < _WORTH_PROCESSES:
        yield None
        return
    with side_processes(count, loads="povlib.intake.checks.checked_files") as pool:
        yield pool


def inbox_files(place: Place) -> list[Path]:
    """Return the workbooks in an office's inbox by name; none when there is no inbox."""
    inbox = place.office.inbox
    return workbooks_in_inbox(inbox) if inbox.is_dir() else []
