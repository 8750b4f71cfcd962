"""A practice office of another size: made whole or not at all, loaded from workbooks or rows, planned as any office."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from povlib import ledger, runs
from povlib.errors import DataError, RunError
from povlib.runs.office.office_place import open_book, practice_place
from povlib.runs.office.practice_office import ROWS, folders_of_rows, practice_office
from povlib.runs.routine.inbox_loading import load_workbooks
from povlib.sample.office.practice_area import write_area_tables


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POVLIB_WORK", str(tmp_path / "work"))


def test_rows_are_loaded_once_and_planned_on(tmp_path: Path) -> None:
    place = practice_place("county", lambda made: write_area_tables(60, made.office.inbox / ROWS) and None)
    [first] = load_workbooks(place, "desk")
    [again] = load_workbooks(place, "desk")
    assert (first.batch, first.already, again.batch, again.already) == (1, False, 1, True)
    with open_book(place, create=False) as book:
        assert book.synthetic
        assert (ledger.read_state(book).households["status"] != "已脱贫").sum() == 60


def test_a_real_office_takes_no_rows(tmp_path: Path) -> None:
    place = runs.new_office("真单位")
    write_area_tables(60, place.office.inbox / ROWS)
    assert folders_of_rows(place) == []


def test_an_office_of_that_name_is_left_alone(tmp_path: Path) -> None:
    runs.new_office("county")
    with pytest.raises(RunError, match="there already"):
        practice_office("county", 60)
    with pytest.raises(RunError, match="practice township"):
        practice_office("sample", 60)


def test_an_area_that_is_too_small_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="too small"):
        practice_office("county", 3)
    assert not (tmp_path / "work" / "county").exists()


def test_months_are_left_out_of_rows_only(tmp_path: Path) -> None:
    [folder] = write_area_tables(60, tmp_path / "rows", months=12)
    seen = {name: pd.read_parquet(folder / f"{name}.parquet")["month"] for name in ("observations", "transfers")}
    assert {name: months.max() - months.min() for name, months in seen.items()} == dict.fromkeys(seen, 11)
    with pytest.raises(RunError, match="all months"):
        practice_office("county", 60, months=12)
