"""Where the files of an office's inbox wait while they are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from povlib import intake, runs
from povlib.ledger.storage.process_lock import is_held
from povlib.runs.routine.inbox_loading import load_workbooks


@pytest.mark.parametrize("dry", [False, True])
def test_files_wait_in_the_office_while_nobody_else_loads(
    dry: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path))
    place = runs.new_office("farm")
    with runs.open_book(place):
        pass
    told: list[tuple[Any, bool]] = []

    def look(*_: Any, **how: Any) -> list[intake.FileVerdict]:
        told.append((how.get("private"), is_held(place.office.folder / ".load.lock")))
        return []

    monkeypatch.setattr(intake, "load", look)
    load_workbooks(place, "desk", [tmp_path / "a.csv"], dry=dry)
    assert told == [(place.office.folder, True)]
