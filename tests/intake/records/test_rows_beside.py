"""Rows that were made ahead are taken where nothing was found since, and made anew where something was."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from povlib import ledger
from povlib.intake.checks.check import check_files
from povlib.intake.checks.house_checks import check_houses
from povlib.intake.checks.photo_check import TakenPhoto
from povlib.intake.records import rows_beside
from povlib.intake.records.house_frames import names_of_photos
from povlib.intake.records.ledger_rows import ledger_rows
from povlib.intake.records.rows_beside import PreparedRows, RowsBeside, prepared_rows
from povlib.intake.sheets.file_check import FileCheck
from povlib.ledger.frame_conversion import StoredRows
from povlib.ledger.photos.photo_store import StoredPhoto


@pytest.fixture(scope="module")
def checked(workbooks: list[Path], villages: Any) -> bytes:
    """A village's workbook, checked by itself."""
    return pickle.dumps(check_files(workbooks[:1], villages)[0])


@pytest.fixture
def judged(checked: bytes) -> FileCheck:
    """The same file after its houses were looked at, as a load does before it makes rows."""
    found: FileCheck = pickle.loads(checked)
    check_houses(found, None)
    return found


@pytest.fixture(scope="module")
def prepared(checked: bytes) -> PreparedRows:
    made = prepared_rows(pickle.loads(checked))
    assert made is not None
    return made


def assert_same(one: Mapping[str, pd.DataFrame], other: Mapping[str, pd.DataFrame]) -> None:
    assert one.keys() == other.keys()
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name])


def sheet_of(check: FileCheck, table: str) -> Any:
    return next(sheet for sheet in check.sheets if sheet.layout.table == table)


def test_nothing_is_made_again_where_nothing_was_found(
    prepared: PreparedRows, judged: FileCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = ledger_rows(judged, {})
    monkeypatch.setattr(rows_beside, "ledger_rows", None)
    assert_same(prepared.rows_of(judged, {}), expected)


def test_a_row_refused_or_a_cell_emptied_since_is_not_loaded(prepared: PreparedRows, judged: FileCheck) -> None:
    before = len(prepared.rows["members"])
    sheet_of(judged, "member").refused[0] = True
    assert len(prepared.rows_of(judged, {})["members"]) == before - 1
    sheet_of(judged, "member").refused[0] = False
    assert_same(prepared.rows_of(judged, {}), prepared.rows)
    household = sheet_of(judged, "household").frame
    at = household["village"].first_valid_index()
    household.loc[at, "village"] = None
    rows = prepared.rows_of(judged, {})["households"].set_index("hh")
    assert rows.loc[household.loc[at, "hh"], "village"] == "待核实"


def test_a_head_that_the_ledger_knows_counts(judged: FileCheck) -> None:
    judged.sheets = [sheet for sheet in judged.sheets if sheet.layout.table != "member"]
    made = prepared_rows(pickle.loads(pickle.dumps(judged)))
    assert made is not None
    hh = sorted(made.headless)[0]
    known = made.rows_of(judged, {hh: f"{hh}-01"})
    assert_same(known, ledger_rows(judged, {hh: f"{hh}-01"}))
    assert f"{hh}-01" in set(known["identity"]["person"])


def test_photos_taken_since_have_their_rows(prepared: PreparedRows, judged: FileCheck) -> None:
    frame = sheet_of(judged, "progress").frame
    names = [name for cell in frame["photo_before"] for name in names_of_photos(cell)] or ["a.jpg"]
    if names == ["a.jpg"]:
        frame.loc[frame.index[0], "photo_before"] = "a.jpg"
    judged.photos = {name: TakenPhoto(StoredPhoto(f"{at:064x}", "0" * 16), name) for at, name in enumerate(names)}
    rows = prepared.rows_of(judged, {})
    assert_same(rows, ledger_rows(judged, {}))
    assert len(rows["house_photos"])


def test_rows_stored_ahead_are_those_of_the_frames_that_were_left_as_they_were(
    checked: bytes, judged: FileCheck, tmp_path: Path
) -> None:
    waiting = tmp_path / "waiting"
    waiting.write_bytes(checked)
    prepared = rows_beside._prepare(waiting, "en", photos=False)
    assert prepared is not None
    assert {"observations", "projects"} <= prepared.stored.keys()
    assert not prepared.stored.keys() & {"households", "members", "identity", "events"}
    rows = prepared.rows_of(judged, {}) | {"projects": prepared.rows["projects"].iloc[1:]}
    told = prepared.as_stored(rows)
    assert isinstance(told["observations"], StoredRows)
    assert isinstance(told["projects"], pd.DataFrame)  # another frame than the one that was made ahead
    meta = ledger.BatchInfo(officer="desk", recorded_at="2016-05-01T08:00:00+08:00")
    heads = []
    for number, frames in enumerate((rows, told)):
        with ledger.open(tmp_path / f"{number}" / "l.sqlite", create=True, seed=1) as book:
            heads.append((book.append(meta, frames), book.head()))
    assert heads[0] == heads[1]


def test_nobody_beside_makes_nothing() -> None:
    assert RowsBeside([], None).take() is None
