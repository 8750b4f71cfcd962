"""A form to be filled in: what is known is locked, what is asked is open and may be chosen, the same bytes twice."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from povlib.report.writers.form_to_fill import FormToFill

COLUMNS = {"place": "place in the draw", "hh": "household", "kind": "what was said", "measure": "measure"}
WIDTHS = {"place": 8, "hh": 12, "kind": 14, "measure": 20}


def _write(path: Path) -> Path:
    form = FormToFill("A title", "a sheet", COLUMNS, WIDTHS, ("kind", "measure"), "en")
    form.write_head({"run": "run number"}, {"run": "0001"}, ["Fill it in."], at=4, column=1)
    form.write_rows([{"place": 1, "hh": "001"}, {"place": 2, "hh": "002"}])
    form.write_open_lines(3)
    form.choose_from("kind", ["yes", "no"])
    form.choose_from("measure", "='other'!$A$1:$A$2")
    return form.save(path, frozen=2)


def test_what_is_known_is_locked_and_what_is_asked_is_open(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(_write(tmp_path / "a.xlsx"))["a sheet"]
    assert [sheet["A1"].value, sheet["A2"].value, sheet["B2"].value, sheet["A3"].value] == [
        "A title", "run number", "0001", "Fill it in."
    ]  # fmt: skip
    assert [cell.value for cell in sheet[5]] == list(COLUMNS.values())
    assert [[cell.value for cell in row[:2]] for row in sheet["A6:B7"]] == [[1, "001"], [2, "002"]]
    assert sheet.protection.sheet
    locked = [[cell.protection.locked for cell in row] for row in sheet["A6:D10"]]
    assert locked == [[True, True, False, False]] * 2 + [[False] * 4] * 3
    assert sheet.freeze_panes == "C6"


def test_choices_reach_every_line_that_is_open(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(_write(tmp_path / "a.xlsx"))["a sheet"]
    found = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert found == {"C6:C10": '"yes,no"', "D6:D10": "'other'!$A$1:$A$2"}


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    assert _write(tmp_path / "a.xlsx").read_bytes() == _write(tmp_path / "b.xlsx").read_bytes()
