"""What the tests of runs share: the finished run opened, and copies of its office to tamper with."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from povlib import ledger, runs
from povlib.ledger.voice.plan_postings import record_posting
from povlib.runs.office.promise_rows import promise_rows


@pytest.fixture
def run(finished: Any) -> runs.Run:
    """The finished run."""
    return runs.find_run("latest", runs.sample_office())


@pytest.fixture
def approved() -> Callable[[runs.Run], None]:
    """Return a function that writes a run's approval into the ledger, without the minutes of its verification."""

    def approve(run: runs.Run) -> None:
        digest = hashlib.sha256((run.folder / "manifest.json").read_bytes()).hexdigest()
        info = ledger.BatchInfo(
            "promise", officer="o", role="approve", source_sha256=digest, month=run.settings.help_from
        )
        with runs.open_book(runs.find_office("sample")) as book:
            ledger.record_promises(book, run.info.run_id, promise_rows(run), info)

    return approve


@pytest.fixture
def copied(finished: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], runs.Run]:
    """Return a function that copies the whole office elsewhere, moves there and opens its run, its list posted."""

    def others(folder: str, names: list[str]) -> list[str]:
        # another test of this worker may have begun a run there
        return [name for name in names if Path(folder).name == "runs" and name != finished.folder.name]

    def move() -> runs.Run:
        shutil.copytree(finished.office, tmp_path / "work" / "sample", ignore=others)
        monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
        run = runs.find_run("latest", runs.find_office("sample"))
        with runs.open_book(runs.find_office("sample")) as book:
            record_posting(book, run.info.run_id, date(2016, 5, 1), 7, "desk", ledger.BatchInfo(officer="desk"))
        return run

    return move
