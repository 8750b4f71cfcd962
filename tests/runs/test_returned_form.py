"""Any form that came back: found by its headers in either language, its cells named, what cannot be read refused."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from povlib.intake.files.reader_process import read_files
from povlib.runs.returned_form import ReturnedForm, day_of_cell, file_faults, form_among, unreadable_cells, written_day
from povlib.words import text

COLUMNS = {"hh": "household", "day": "day", "note": "note"}
BELONGS = {"run": "run number"}
FILLED_IN = ("day", "note")


def _form(path: Path, rows: list[tuple[object, ...]], lang: str = "en", above: int = 0) -> ReturnedForm | None:
    book = openpyxl.Workbook()
    book.active.title = "words"
    book.active.append([text("run number", lang), None, "0001"])
    for _ in range(above):
        book.active.append(["a line of a clerk"])
    book.active.append([text(label, lang) for label in COLUMNS.values()])
    for row in rows:
        book.active.append(row)
    for cell in (cell for line in book.active.iter_rows() for cell in line if cell.value == "struck"):
        cell.font = Font(strike=True)
    book.create_sheet("other").append(["nothing"])
    book.save(path)
    (received,) = read_files([path])
    assert not file_faults(received)
    return form_among(received.grids, COLUMNS, BELONGS, ("hh", "note"), FILLED_IN)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_form_is_found_in_either_language_below_what_a_clerk_wrote(tmp_path: Path, lang: str) -> None:
    form = _form(tmp_path / "a.xlsx", [("001", "2016-06-15", " good "), ("002", None, None)], lang, above=20)
    assert form is not None
    assert form.belongs == {"run": "0001"}
    (row,) = form.rows
    assert [form.text(row, key) for key in ("hh", "day", "note", "nowhere")] == ["001", "2016-06-15", "good", ""]
    assert form.cell(row, "note") == "words!C23"


def test_headers_too_far_down_or_missing_are_no_form(tmp_path: Path) -> None:
    assert _form(tmp_path / "a.xlsx", [("001", "2016-06-15", "good")], above=40) is None
    (received,) = read_files([tmp_path / "a.xlsx"])
    assert form_among(received.grids, {"hh": "household", "kind": "what was said"}, BELONGS, ("kind",), ()) is None


def test_formulas_struck_out_cells_and_what_is_personal_are_named(tmp_path: Path) -> None:
    form = _form(
        tmp_path / "a.xlsx",
        [
            ("001", "2016-06-15", "=1+1"),
            ("002", None, "struck"),
            ("003", None, "call 13800138000"),
            ("004", None, "ok"),
        ],
    )
    assert form is not None
    said = [[fault.show("en") for fault in unreadable_cells(form, row, ("note",))] for row in form.rows]
    assert [len(faults) for faults in said] == [1, 1, 1, 0]
    assert "words!C3" in said[0][0]
    assert "formula" in said[0][0]
    assert "struck out" in said[1][0]
    assert "personal" in said[2][0]
    assert "13800138000" not in said[2][0]


def test_a_day_is_one_of_the_calendar_and_not_of_the_future(tmp_path: Path) -> None:
    later = date.today() + timedelta(days=1)
    days = ("2016/6/15", "20160615", "15.6.2016", "2016-02-30", later.isoformat())
    form = _form(tmp_path / "a.xlsx", [(f"00{n}", day, "x") for n, day in enumerate(days)])
    assert form is not None
    found = [day_of_cell(form, row) for row in form.rows]
    assert [day for day, _ in found] == [date(2016, 6, 15), date(2016, 6, 15), None, None, None]
    said = [faults[0].show("en") if faults else "" for _, faults in found]
    assert ["future" in words for words in said] == [False, False, False, False, True]
    assert ["no date" in words for words in said] == [False, False, True, True, False]


def test_digits_that_may_be_read_two_ways_are_no_day() -> None:
    assert written_day("2016111") is None
    assert written_day("2016-6-15") == written_day("2016年6月15日") == date(2016, 6, 15)
