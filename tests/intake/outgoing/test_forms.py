"""Forms out and back: a form returned untouched says nothing new but the month."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from povlib import intake, ledger
from povlib.calendar import Month
from povlib.ledger.people.sealed_identities import open_identities

MAY = Month(2016, 5)


def written(book: ledger.Ledger, names: list[str], folder: Path, *, named: bool = True) -> list[Path]:
    kinds = ("name", "id_number", "phone", "account", "helper")
    people = open_identities(book.store, book.key, kinds, book.head().batch) if named else None
    return intake.write_forms(ledger.read_state(book), MAY, names, folder, identities=people)


@pytest.mark.thorough
def test_a_returned_form_changes_nothing_but_the_month(book, workbooks, villages, tmp_path) -> None:  # type: ignore[no-untyped-def]
    workbooks, villages = workbooks[:3], villages[:3]
    intake.load(book, workbooks, villages=villages)
    before = ledger.read_state(book)
    paths = written(book, [v["name"] for v in villages], tmp_path / "out")
    page = openpyxl.load_workbook(paths[0])
    wage = [cell.value for cell in page["月度收支"][3]].index("工资性收入（元）") + 1
    page["月度收支"].cell(4, wage, 1234.5)
    page.save(paths[0])
    for verdict in intake.load(book, paths, villages=villages):
        assert not [flag for flag in verdict.flags if flag.refuses != "note"], verdict.flags
    after = ledger.read_state(book)
    for name in ("households", "members", "support", "projects", "project_items", "marks", "placements"):
        assert getattr(before, name).equals(getattr(after, name)), name
    new = after.observations[after.observations["month"] == MAY.ordinal]
    assert new["wage_fen"].tolist() == [123450]


def test_blank_forms_are_empty_tables(villages, tmp_path) -> None:  # type: ignore[no-untyped-def]
    paths = intake.write_forms(None, MAY, [villages[0]["name"]], tmp_path)
    found = intake.check(paths, villages=villages)[0]
    assert (found.verdict, [flag.rule for flag in found.flags]) == ("reject_file", ["no_rows"])


def test_forms_carry_checks_and_locked_keys(book, workbooks, villages, tmp_path) -> None:  # type: ignore[no-untyped-def]
    intake.load(book, workbooks[:1], villages=villages)
    path = written(book, [villages[0]["name"]], tmp_path / "out")[0]
    page = openpyxl.load_workbook(path)["户信息"]
    assert page.protection.sheet
    assert page.cell(4, 1).protection.locked
    assert not page.cell(4, 5).protection.locked
    kinds = {rule.type for rule in page.data_validations.dataValidation}
    assert {"list", "decimal", "whole", "custom"} <= kinds


def test_without_identities_no_name_is_written(book, workbooks, villages, tmp_path) -> None:  # type: ignore[no-untyped-def]
    intake.load(book, workbooks[:1], villages=villages)
    path = written(book, [villages[0]["name"]], tmp_path / "out", named=False)[0]
    rows = openpyxl.load_workbook(path)["家庭成员"].iter_rows(min_row=4, values_only=True)
    assert not [line for line in rows if line[0] and (line[2] or line[3])]


@pytest.mark.parametrize("month", [Month(2016, 5), Month(2017, 1)])
def test_forms_are_the_same_bytes_every_time(month: Month, villages, tmp_path) -> None:  # type: ignore[no-untyped-def]
    names = [villages[0]["name"]]
    first = intake.write_forms(None, month, names, tmp_path / "a")[0].read_bytes()
    assert first == intake.write_forms(None, month, names, tmp_path / "b")[0].read_bytes()
