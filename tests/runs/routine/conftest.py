"""What the tests of the routine share: workbooks of sixty households by month, and an office that has loaded April."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from povlib import ledger, runs, sample
from povlib.calendar import Month
from tests.conftest import fill_inbox

Workbooks = Callable[[int], list[Path]]
Fill = Callable[..., None]


@pytest.fixture(scope="session")
def workbooks(made_once: Any, sixty: Path) -> Workbooks:
    """Return a function that writes the workbooks of a month so many after April 2016, once for all workers."""

    def written(after: int) -> list[Path]:
        def later(folder: Path) -> None:
            sample.write_workbooks(sample.simulate(households=60, seed=5, months_after=after), folder)

        return sorted((made_once(f"sixty-{after}", later) if after else sixty).glob("*.xlsx"))

    return written


@pytest.fixture
def place(april: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> runs.Place:
    """The office in April, a copy of the test's own."""
    shutil.copytree(april, tmp_path / "work")
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))
    monkeypatch.delenv("POVLIB_OFFICE", raising=False)
    return runs.find_office("sample")


@pytest.fixture
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> runs.Place:
    """An office that has loaded nothing."""
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "empty"))
    monkeypatch.delenv("POVLIB_OFFICE", raising=False)
    made = runs.sample_office()
    fill_inbox(made, [])
    return made


@pytest.fixture
def fill(place: runs.Place, workbooks: Workbooks) -> Fill:
    """Return a function that puts the workbooks of a month into the inbox, in place of what lay there."""

    def put(after: int, most: int = 12) -> None:
        fill_inbox(place, workbooks(after)[:most])

    return put


@pytest.fixture
def report(place: runs.Place) -> Callable[..., None]:
    """Return a function that lets all households, or those of some villages, report a month as they did April."""

    def append(month: Month, villages: Sequence[str] = ()) -> None:
        with runs.open_book(place) as book:
            state = ledger.read_state(book, months=(Month(2016, 4), Month(2016, 4)))
            home = state.observations["hh"].map(state.households.set_index("hh")["village"])
            rows = state.observations[home.isin(villages) if villages else home.notna()]
            info = ledger.BatchInfo(officer="desk", month=month)
            book.append(info, {"observations": rows.assign(month=month.ordinal)})

    return append
