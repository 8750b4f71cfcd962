"""Which runs nobody needs any more, and their removal: whole, or not at all.

Responsible for the rule, which is stated to whoever asks, and for the order of steps that leaves a whole run or none
when the computer stops. Not responsible for asking (`povlib.cli`). What is kept: runs that were ever approved or that
the ledger's money speaks of, the newest of each scenario, those younger than some days, those whose papers were handed
out, and those that a comparison handed out speaks of.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from povlib import ledger
from povlib.ledger.storage.process_lock import one_at_a_time
from povlib.runs.office.finished_runs import finished_folders
from povlib.runs.office.office_place import Place, open_book
from povlib.runs.paper_folder import COMPARISON
from povlib.runs.storage.manifest import NAME as MANIFEST

YOUNGER_THAN_DAYS = 30
"""Days for which every run is kept: a choice, a month between two plans."""
COMPARED = "runs.json"
"""Ends the name of the file in which a comparison lists the runs it speaks of."""
_LEAVING = ".leaving"
_DAY_S = 86400.0
_LOCK_ENDS = ".lock"


@dataclass(frozen=True)
class PrunedRun:
    """A run and what becomes of it.

    Attributes
    ----------
    name : str
        Its id.
    scenario : str
    kept_for : str
        Why it is kept, a message id; "" when it goes.
    paths : tuple of Path
        What goes with it.
    size : int
        Bytes of these.
    """

    name: str
    scenario: str
    kept_for: str
    paths: tuple[Path, ...]
    size: int


def pruned_runs(
    place: Place, *, days: float = YOUNGER_THAN_DAYS, drafts: bool = False, now: float | None = None
) -> list[PrunedRun]:
    """Return what would become of each finished run, the newest first; nothing is touched.

    Parameters
    ----------
    days : float
        Younger runs are kept.
    drafts : bool
        Whether papers that are drafts hold no run: they go with it.
    now : float, optional
        Seconds since 1970; default the clock.
    """
    now = time.time() if now is None else now
    spoken_of, compared = _runs_in_ledger(place), _compared_runs(place)
    newest: set[str] = set()
    found = []
    for folder in finished_folders(place):
        scenario = _scenario(folder)
        papers = _papers(place, folder.name)
        reasons = {
            "the ledger speaks of it: approved, or its money": folder.name in spoken_of,
            "the newest of its scenario": scenario not in newest,
            "younger than the days given": now - (folder / MANIFEST).stat().st_mtime < days * _DAY_S,
            "a comparison that was written speaks of it": folder.name in compared,
            "its papers were handed out (drafts go with --drafts)": bool(papers) and not drafts,
        }
        newest.add(scenario)
        kept_for = next((words for words, holds in reasons.items() if holds), "")
        paths = (folder, *_beside(place, folder.name), *papers)
        found.append(PrunedRun(folder.name, scenario, kept_for, paths, sum(map(_size, paths))))
    return found


def remove_runs(place: Place, going: Iterable[PrunedRun]) -> int:
    """Remove runs and what lies beside them; return how many bytes were freed.

    Each run's own folder is renamed first, which makes it gone at once, and deleted last: a kill in between leaves a
    whole run or none. What an earlier kill left is removed first.
    """
    for left in sorted(place.office.runs.glob(f".*{_LEAVING}")):
        _remove_rest(place, left.name.removeprefix(".").removesuffix(_LEAVING))
    freed = 0
    for run in going:
        # whoever makes this run anew holds the same lock
        with one_at_a_time(place.office.runs / f".{run.name}{_LOCK_ENDS}"):
            (place.office.runs / run.name).replace(place.office.runs / f".{run.name}{_LEAVING}")
            _remove_rest(place, run.name)
            freed += run.size
    return freed


def _remove_rest(place: Place, name: str) -> None:
    """Remove what a run that was renamed leaves behind, its own folder last: while that is there, more may be."""
    for path in (*_beside(place, name), *_papers(place, name), place.office.runs / f".{name}{_LEAVING}"):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _papers(place: Place, name: str) -> list[Path]:
    return sorted(place.office.papers.glob(f"*-{name}"))


def _beside(place: Place, name: str) -> list[Path]:
    """Return what the office keeps beside a run: answers to later questions, the list of its papers."""
    paths = (place.office.folder / "asked" / name, place.office.receipts / "papers" / f"{name}.json")
    return [path for path in paths if path.exists()]


def _runs_in_ledger(place: Place) -> set[str]:
    """Return the runs that the ledger speaks of: every decision ever taken, every movement of money."""
    if not place.office.has_ledger:
        return set()
    with open_book(place, create=False) as book:
        decided = {str(run) for run in ledger.plan_decisions(book)["run"]}
        return decided | {str(run) for (run,) in book.store.rows("select distinct run from txn where run is not null")}


def _compared_runs(place: Place) -> set[str]:
    """Return the runs that comparisons handed out speak of."""
    named: set[str] = set()
    for path in place.office.papers.glob(f"*/*{COMPARED}"):
        named |= {str(name) for name in json.loads(path.read_text(encoding="utf-8"))["runs"]}
    # a comparison among the papers of a run names the other one in its files
    named |= {path.name.split(".")[1] for path in place.office.papers.glob(f"*/{COMPARISON}.*.numbers.json")}
    return named


def _scenario(folder: Path) -> str:
    """Return the scenario of a run; its own id where the record cannot be read, so that it is the newest of its own."""
    try:
        return str(json.loads((folder / "run.json").read_text(encoding="utf-8"))["run"]["scenario"])
    except (OSError, ValueError, KeyError, TypeError):
        return folder.name


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(inside.stat().st_size for inside in path.rglob("*") if inside.is_file())
