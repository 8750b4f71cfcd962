"""Rows of work, co-ops and contracts: from the workbook into the ledger, out in the forms, and back unchanged."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from povlib import intake, ledger
from povlib.calendar import Month
from povlib.intake.form import every_sheet, township_form
from povlib.intake.outgoing.form_rows import form_rows
from povlib.intake.outgoing.village_rows import township_rows, village_rows
from povlib.intake.village_sheets import MAIN_TABLES
from tests.intake.township_rows import TOWNSHIP, VILLAGE, write_rows

MAY = Month(2016, 5)
VILLAGES = [{"name": "联胜"}, {"name": "乐北"}]


def register() -> dict[str, pd.DataFrame]:
    """Two households, of two villages."""
    return {
        "households": pd.DataFrame({"hh": ["H1", "H2"], "village": ["联胜", "乐北"], "status": "未脱贫"}),
        "members": pd.DataFrame({"person": ["H1-01", "H2-01"], "hh": ["H1", "H2"], "relation": "户主",
                                 "labour": ["普通劳动力", "无劳动力"], "birth": Month(1970, 5).ordinal}),
        "placements": pd.DataFrame({"post": ["旧岗位"], "person": ["H1-01"], "hh": ["H1"],
                                    "from_month": [Month(2015, 2).ordinal]}),
    }  # fmt: skip


@pytest.fixture
def loaded(book: ledger.Ledger, tmp_path: Path) -> ledger.Ledger:
    book.append(ledger.BatchInfo(month=Month(2016, 4)), register())
    for name, told in (("township", TOWNSHIP), ("village", VILLAGE)):
        path = write_rows(tmp_path / f"{name}.xlsx", told)
        (verdict,) = intake.load(book, [path], villages=VILLAGES, receipts=tmp_path / "receipts")
        assert [flag.message("zh") for flag in verdict.flags if flag.refuses != "note"] == []
    return book


def test_every_sheet_reaches_its_table_and_stands_in_the_form_that_goes_out(loaded: ledger.Ledger) -> None:
    state = ledger.read_state(loaded)
    rows = {**village_rows(state), **township_rows(state)}
    for key, told in {**TOWNSHIP, **VILLAGE}.items():
        assert len(getattr(state, MAIN_TABLES[key])) == len(told), key
        shown = rows[key].astype(object).where(rows[key].notna(), None).to_dict("records")
        assert [{name: row[name] for name in wanted} for wanted, row in zip(told, shown, strict=True)] == told, key
    assert set(MAIN_TABLES) == {*TOWNSHIP, *VILLAGE}
    assert state.posts[["post", "slots", "wage_fen"]].to_numpy().tolist() == [["联胜保洁", 2, 50_000]]
    assert int(state.coop_entries["fen"].sum()) == 0


@pytest.mark.thorough
def test_forms_that_come_back_unchanged_change_nothing(loaded: ledger.Ledger, tmp_path: Path) -> None:
    before = ledger.read_state(loaded)
    sent = intake.write_forms(before, MAY, ["联胜", "乐北"], tmp_path / "forms")
    sent.append(intake.write_township_form(before, MAY, tmp_path / "forms"))
    assert [path.name for path in sent][-1] == "台账-乡镇_2016-05.xlsx"
    assert openpyxl.load_workbook(sent[-1]).sheetnames[:-1] == [sheet.name for sheet in township_form().sheets]
    (tmp_path / "sent").mkdir()
    sent[-1].parent.replace(tmp_path / "sent" / str(MAY))
    intake.record_sent(tmp_path / "sent" / str(MAY))
    back = tmp_path / "sent" / str(MAY) / sent[-1].name
    (same,) = intake.load(loaded, [back], villages=VILLAGES, forms=tmp_path / "sent", dry=True)
    assert [flag.rule for flag in same.flags if flag.rule.startswith("form_")] == []
    book = openpyxl.load_workbook(back)
    book["专业合作社"]["G4"] = 61
    book.save(tmp_path / "changed.xlsx")
    (other,) = intake.load(loaded, [tmp_path / "changed.xlsx"], villages=VILLAGES, forms=tmp_path / "sent", dry=True)
    assert [flag.rule for flag in other.flags if flag.rule.startswith("form_")] == ["form_changed"]
    (verdict,) = intake.load(loaded, [back], villages=VILLAGES)
    assert verdict.verdict in ("accept", "accept_with_notes")
    after = ledger.read_state(loaded)
    for table in (*MAIN_TABLES.values(), "posts"):
        pd.testing.assert_frame_equal(getattr(before, table), getattr(after, table), obj=table)


def test_who_can_work_is_asked_and_a_blank_answer_says_nothing(book: ledger.Ledger, tmp_path: Path) -> None:
    book.append(ledger.BatchInfo(month=Month(2016, 4)), register())
    rows = form_rows(ledger.read_state(book), MAY)["worker"]
    assert rows[["person", "_village"]].to_numpy().tolist() == [["H1-01", "联胜"]]
    path = write_rows(tmp_path / "a.xlsx", {"worker": [{"hh": "H1", "person": "H1-01"}]})
    intake.load(book, [path], villages=VILLAGES)
    assert ledger.read_state(book).workers.empty


@pytest.mark.thorough
def test_a_workbook_of_before_these_sheets_is_read_by_its_own(tmp_path: Path) -> None:
    for key, told in {**TOWNSHIP, **VILLAGE}.items():
        path = write_rows(tmp_path / f"{key}.xlsx", {key: told})
        (verdict,) = intake.check([path], villages=VILLAGES)
        assert verdict.found is not None
        assert [sheet.layout.table for sheet in verdict.found.sheets] == [key]
    assert every_sheet()["stake"].name == "合作社股金"
