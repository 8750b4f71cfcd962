"""What cannot be in the sheets about houses is said in words, cell by cell, and does not load."""

from __future__ import annotations

from pathlib import Path

import pytest
from defects.house_workbooks import ROWS, VILLAGES, write

from povlib import intake, ledger
from povlib.intake.checks.check import check_files
from povlib.intake.checks.house_checks import KnownHouses, check_houses
from povlib.intake.form import form
from povlib.intake.records.ledger_rows import ledger_rows
from povlib.intake.rules import RULES
from povlib.intake.sheets.file_check import FileCheck

BILL = {
    "project": "H1-Z1",
    "stage": "预算",
    "item": "砌墙",
    "quantity": "12.5",
    "unit": "立方米",
    "unit_price": "310.5",
}
WEEK = {"project": "H1-Z1", "week": "2016-04-08", "progress": "30", "week_text": ""}
CREDIT = {"credit": "H1-S1", "hh": "H1", "project": "H1-Z1", "guarantor": "联胜-干部2", "village": "联胜",
          "amount": "5000", "from_month": "2016-03", "due_month": "2017-03", "repaid": "0"}  # fmt: skip
DWELLING = {"hh": "H1", "only_dwelling": "是", "prior_benefit": "否", "delay_cause": "缺启动资金", "way": "赊购",
            "guarantor": "联胜-干部2"}  # fmt: skip
WORKS = ROWS["housing"][0]


def faults(path: Path, book: ledger.Ledger) -> list[tuple[str, str, str]]:
    (verdict,) = intake.load(book, [path], villages=VILLAGES)
    own = [flag for flag in verdict.flags if flag.rule != "audit"]
    assert all(flag.message("en") and flag.message("zh") != flag.message("en") for flag in own)
    return [(flag.sheet, flag.cell, flag.rule) for flag in verdict.flags if flag.refuses != "note"]


def test_sound_rows_load_without_a_word(tmp_path: Path, book: ledger.Ledger) -> None:
    path = write(
        tmp_path / "a.xlsx",
        bill=[BILL],
        progress=[WEEK],
        credit=[CREDIT | {"status": "还款中"}],
        dwelling=[DWELLING],
        site=[{"site": "联胜-集建点", "village": "联胜", "lots": "24"}],
        housing=[WORKS | {"crew": "乡建筑队", "start_day": "2016-03-01", "planned_done_day": "2099-05-15"}],
    )
    assert faults(path, book) == []
    state = ledger.read_state(book)
    assert state.bill_items[["stage", "qty", "unit_fen"]].to_numpy().tolist() == [["estimate", 12.5, 31050]]
    assert state.progress[["week", "pct"]].to_numpy().tolist() == [[20160408, 30.0]]
    assert state.project_schedules[["start_day", "planned_done_day"]].to_numpy().tolist() == [[20160301, 20990515]]
    assert state.material_credits[["fen", "repaid_fen", "status"]].to_numpy().tolist() == [[500_000, 0, "running"]]
    assert state.dwellings[["delay_cause", "way"]].to_numpy().tolist() == [["no_money", "credit"]]
    assert state.building_sites["lots"].tolist() == [24]
    assert ledger.check(book).ok


CASES: dict[str, tuple[dict[str, list[dict[str, str]]], str, str, str]] = {
    "a variation before an estimate": ({"bill": [BILL | {"stage": "变更"}]}, "bill", "stage", "bill_first"),
    "an item without a price": ({"bill": [BILL | {"unit_price": ""}]}, "bill", "unit_price", "bill_unmeasured"),
    "an item without a quantity": ({"bill": [BILL | {"quantity": ""}]}, "bill", "quantity", "bill_unmeasured"),
    "an estimate below zero": ({"bill": [BILL | {"quantity": "-3"}]}, "bill", "quantity", "bill_below_zero"),
    "works that nobody knows": ({"bill": [BILL | {"project": "H9-Z9"}]}, "bill", "project", "project_unknown"),
    "a week of works that nobody knows": (
        {"progress": [WEEK | {"project": "H9-Z9"}]}, "progress", "project", "project_unknown"),
    "credit without a guarantor": ({"dwelling": [DWELLING | {"guarantor": ""}]}, "dwelling", "way", "way_unguaranteed"),
    "a name for a key": ({"credit": [CREDIT | {"guarantor": "王小明"}]}, "credit", "guarantor", "not_cadre_key"),
    "credit without an amount": ({"credit": [CREDIT | {"amount": ""}]}, "credit", "amount", "credit_needs"),
    "credit due before": ({"credit": [CREDIT | {"due_month": "2015-03"}]}, "credit", "due_month", "credit_due"),
    "more repaid than lent": ({"credit": [CREDIT | {"repaid": "5000.01"}]}, "credit", "repaid", "repaid_more"),
    "done before the start": (
        {"housing": [WORKS | {"start_day": "2016-04-02", "done_day": "2016-04-01", "status": "完工"}]},
        "housing", "done_day", "day_before_start"),
    "a percentage that goes back": (
        {"progress": [WEEK, WEEK | {"week": "2016-04-15", "progress": "20"}]}, "progress", "progress", "progress_back"),
    "two rows for one week": ({"progress": [WEEK, WEEK | {"progress": "35"}]}, "progress", "project", "same_key"),
    "two sheets that differ on a day": (
        {"progress": [WEEK], "housing": [WORKS | {"progress": "40", "week": "2016-04-08"}]},
        "progress", "progress", "progress_twice"),
    "a site that nobody knows": ({"dwelling": [DWELLING | {"site": "云上集建点"}]}, "dwelling", "site", "site_unknown"),
    "a week that says no day": ({"progress": [WEEK | {"week": "2016-04"}]}, "progress", "week", "vague_date"),
}  # fmt: skip


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FileCheck]:
    """Every case judged as beside an empty ledger, read in one go."""
    folder = tmp_path_factory.mktemp("cases")
    files = [write(folder / f"{at}.xlsx", **rows) for at, (rows, *_) in enumerate(CASES.values())]
    checks = check_files(files, VILLAGES)
    for check in checks:
        check_houses(check, KnownHouses())
    return dict(zip(CASES, checks, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_is_named_in_its_cell(case: str, judged: dict[str, FileCheck]) -> None:
    _, sheet, key, rule = CASES[case]
    asked, found = form().sheet(sheet), [flag for flag in judged[case].all_flags() if flag.refuses != "note"]
    column = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[[field.key for field in asked.fields].index(key)]
    assert {flag.cell[0] for flag in found if (flag.sheet, flag.rule) == (asked.name, rule)} == {column}
    assert all(flag.message("en") and flag.message("zh") != flag.message("en") for flag in found)
    frames = ledger_rows(judged[case])
    assert frames["households"]["hh"].tolist() == ["H1"], "the household itself loads"
    assert "王小明" not in str([frame.to_string() for frame in frames.values()])
    held = {"bill": "bill_items", "progress": "progress", "credit": "material_credits"}.get(sheet, "")
    if rule == "progress_twice":
        assert frames["progress"]["pct"].tolist() == [40.0], "the sheet of the works is believed"
    elif RULES[rule].level == "reject_rows" and held:
        assert len(frames.get(held, ())) < len(CASES[case][0][sheet])


def test_what_the_ledger_knows_counts_too(tmp_path: Path, book: ledger.Ledger) -> None:
    assert (
        faults(
            write(tmp_path / "a.xlsx", bill=[BILL], progress=[WEEK], site=[{"site": "甲点", "village": "联胜"}]), book
        )
        == []
    )
    later = {"bill": [BILL | {"stage": "决算"}], "progress": [WEEK | {"week": "2016-04-22", "progress": "10"}],
             "dwelling": [DWELLING | {"site": "甲点"}]}  # fmt: skip
    found = faults(
        write(tmp_path / "b.xlsx", leave_out=("household", "member", "income", "support", "housing"), **later), book
    )
    assert [fault for *_, fault in found] == ["progress_back"], "estimate, works and site are on record; 30 % was told"
    state = ledger.read_state(book)
    assert state.bill_items["stage"].tolist() == ["estimate", "final"]
    assert state.progress["pct"].tolist() == [30.0]


def test_works_that_go_back_with_words_load_and_are_noted(tmp_path: Path, book: ledger.Ledger) -> None:
    back = WEEK | {"week": "2016-04-15", "progress": "20", "week_text": "暴雨冲毁一面墙"}
    (verdict,) = intake.load(book, [write(tmp_path / "a.xlsx", progress=[WEEK, back])], villages=VILLAGES)
    assert "progress_back_told" in {flag.rule for flag in verdict.flags}
    assert ledger.read_state(book).progress["pct"].tolist() == [30.0, 20.0]


def test_a_row_that_went_out_and_came_back_bare_is_no_report(tmp_path: Path, book: ledger.Ledger) -> None:
    path = write(tmp_path / "a.xlsx", progress=[{"project": "H1-Z1"}], dwelling=[{"hh": "H1"}])
    assert faults(path, book) == []
    state = ledger.read_state(book)
    assert (len(state.progress), len(state.dwellings)) == (0, 0)


def test_a_workbook_of_before_loads_with_a_note(tmp_path: Path, book: ledger.Ledger) -> None:
    later = ("dwelling", "bill", "progress", "credit", "site")
    days = ("crew", "start_day", "planned_done_day", "done_day")
    works = [WORKS | {"start_day": "2016-03-01", "crew": "乡建筑队"}]
    assert faults(write(tmp_path / "a.xlsx", housing=works), book) == []
    old = write(tmp_path / "b.xlsx", leave_out=later, without=days, housing=[WORKS | {"status": "完工"}])
    (verdict,) = intake.load(book, [old], villages=VILLAGES)
    assert verdict.verdict == "accept_with_notes"
    assert [f.values["got"] for f in verdict.flags if f.rule == "sheets_absent"] == [
        "住房情况、工程量清单、工程进度、赊购建材、集建点"
    ]
    state = ledger.read_state(book)
    assert state.projects["status"].tolist() == ["完工"]
    assert state.project_schedules["crew"].tolist() == ["乡建筑队"], "what a form does not ask takes nothing back"
    some = write(tmp_path / "c.xlsx", without=("start_day",), housing=works)
    assert "column_missing" in {fault for *_, fault in faults(some, book)}


def test_an_unknown_column_is_sealed_with_its_house_and_named_where_there_is_none(
    tmp_path: Path, book: ledger.Ledger
) -> None:
    import openpyxl

    path = write(tmp_path / "a.xlsx", bill=[BILL], site=[{"site": "甲点", "village": "联胜"}])
    workbook = openpyxl.load_workbook(path)
    for name, column in (("工程量清单", 8), ("集建点", 8)):
        workbook[name].cell(3, column).value, workbook[name].cell(4, column).value = "经手人", "测试乙"
    workbook.save(path)
    (verdict,) = intake.load(book, [path], villages=VILLAGES)
    assert {"column_unknown", "column_not_kept"} <= {flag.rule for flag in verdict.flags}
    told = ledger.unmask(
        book, None, ("columns bill H1-Z1 estimate 砌墙",), "audit", ledger.BatchInfo(officer="A", role="desk")
    )
    assert told["value"].tolist() == ['{"经手人": "测试乙"}']
