"""Checked files into the ledger: the same rows as the simulator's own, once, and nothing by half."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from defects.making import HEADERS, VILLAGES, csv, form, id_number, row, rows

from povlib import intake, ledger
from povlib.calendar import Month
from povlib.errors import LedgerError
from povlib.sample import Township, ledger_rows

KEYS = {
    "households": ["hh"],
    "members": ["hh", "person"],
    "observations": ["hh", "month"],
    "transfers": ["hh", "month", "kind"],
    "support": ["id"],
    "marks": ["hh", "month", "route"],
    "projects": ["project"],
    "project_items": ["project"],
    "placements": ["post", "person"],
}


@pytest.fixture(scope="session")
def loaded_file(workbooks: list[Path], villages: list[dict[str, str]], tmp_path_factory) -> Path:  # type: ignore[no-untyped-def]
    path: Path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    with ledger.open(path, create=True, seed=1) as book:
        verdicts = intake.load(book, workbooks, villages=villages)
    assert {verdict.verdict for verdict in verdicts} <= {"accept", "accept_with_notes"}
    return path


@pytest.fixture(scope="session")
def loaded(loaded_file: Path) -> ledger.State:
    with ledger.open(loaded_file) as book:
        return ledger.read_state(book)


@pytest.fixture
def book_of_all(loaded_file: Path, tmp_path: Path) -> Iterator[ledger.Ledger]:
    shutil.copytree(loaded_file.parent, tmp_path / "ledger")
    with ledger.open(tmp_path / "ledger" / "ledger.sqlite") as book:
        yield book


@pytest.mark.parametrize("table", sorted(KEYS))
def test_workbooks_load_as_the_simulator_knows_them(table: str, loaded: ledger.State, township: Township) -> None:
    truth = ledger_rows(township)[table].drop(columns=["flag", "place"], errors="ignore")
    got = getattr(loaded, table)
    shared = [name for name in truth if name in got]
    assert set(KEYS[table]) <= set(shared)
    for name in shared:
        left = truth.sort_values(KEYS[table])[name].astype(object)
        right = got.sort_values(KEYS[table])[name].astype(object)
        same = [(pd.isna(a) and pd.isna(b)) or a == b for a, b in zip(left, right, strict=True)]
        assert all(same), name


def test_no_personal_data_outside_identity(loaded: ledger.State, workbooks: list[Path]) -> None:
    personal = set(intake.check(workbooks[:1], villages=None)[0].rows["identity"]["value"])
    for name in KEYS:
        frame = getattr(loaded, name)
        held = {str(value) for column in frame for value in frame[column].dropna().unique()}
        assert not personal & held, name


def test_the_same_file_again_adds_nothing(book_of_all, workbooks, villages) -> None:  # type: ignore[no-untyped-def]
    book = book_of_all
    head = book.head()
    again = intake.load(book, workbooks, villages=villages)
    assert book.head() == head
    assert all(verdict.already and verdict.loaded == 0 and verdict.batch for verdict in again)
    assert "already_loaded" in {flag.rule for flag in again[0].flags}


def test_the_same_content_under_another_name_adds_nothing(book_of_all, workbooks, villages, tmp_path) -> None:  # type: ignore[no-untyped-def]
    copy = tmp_path / "别名.xlsx"
    copy.write_bytes(workbooks[0].read_bytes())
    assert intake.load(book_of_all, [copy], villages=villages)[0].already


def minimal(book: ledger.Ledger, folder: Path, data: bytes, name: str = "a.xlsx", **options):  # type: ignore[no-untyped-def]
    path = folder / name
    path.write_bytes(data)
    return intake.load(book, [path], villages=VILLAGES, **options)[0]


def test_the_minimal_form_loads_alone(book: ledger.Ledger, tmp_path: Path) -> None:
    found = minimal(book, tmp_path, form(rows(4, 备注="电话13800000000")))
    state = ledger.read_state(book)
    assert (found.verdict, found.loaded, found.batch) == ("accept", 4, 1)
    assert state.households["hh"].tolist() == ["H001", "H002", "H003", "H004"]
    assert state.households["size"].tolist() == [4, 5, 3, 4]
    assert (state.members["relation"] == "户主").sum() == 4
    assert state.members["birth"].dropna().unique().tolist() == [12 * 1965 + 2]
    told = ledger.history(book, "H001")
    assert "told_income_per_head_fen" in set(told["what"].astype(str)) or "283700" in told.to_csv()
    assert "13800000000" not in told.to_csv()


def test_unknown_columns_are_kept_sealed(book: ledger.Ledger, tmp_path: Path) -> None:
    minimal(book, tmp_path, form([[*line, "一类"] for line in rows()], [*HEADERS, "帮扶类别"]))
    from povlib.ledger.people.sealed_identities import open_identities

    kept = open_identities(book.store, book.key, ("columns",), book.head().batch)
    assert json.loads(kept["value"].iloc[0]) == {"帮扶类别": "一类"}


def test_a_corrected_file_becomes_change_events(book: ledger.Ledger, tmp_path: Path) -> None:
    minimal(book, tmp_path, form(rows()))
    minimal(book, tmp_path, form(rows(住房等级=["C", "D", "C", "C"])), "b.xlsx")
    state = ledger.read_state(book)
    assert state.households["housing_grade"].tolist() == ["C", "D", "C", "C"]
    events = ledger.history(book, "H002")
    assert {"C", "D"} <= set(events["before"].astype(str)) | set(events["after"].astype(str))


def test_fewer_rows_are_not_reported_and_never_deleted(book: ledger.Ledger, tmp_path: Path) -> None:
    # the fifth is of another village, which the second file does not speak of
    minimal(book, tmp_path, form([*rows(), row(5, 村="乐北")]))
    found = minimal(book, tmp_path, form(rows(2)), "b.xlsx")
    (flag,) = [flag for flag in found.flags if flag.rule == "not_reported"]
    assert "2（H003、H004）" in flag.message("en")
    assert len(ledger.read_state(book).households) == 5


def test_an_id_held_in_another_household_is_held(book: ledger.Ledger, tmp_path: Path) -> None:
    minimal(book, tmp_path, form(rows()))
    found = minimal(book, tmp_path, form([row(9, 身份证号=id_number(2))]), "b.xlsx")
    assert (found.verdict, found.loaded, found.batch) == ("reject_rows", 0, None)
    assert [(flag.cell, flag.rule) for flag in found.flags if flag.refuses != "note"] == [("C2", "same_id_ledger")]


def test_a_household_of_another_village_is_held(book: ledger.Ledger, tmp_path: Path) -> None:
    minimal(book, tmp_path, form(rows()))
    found = minimal(book, tmp_path, form(rows(村=["联胜", "农家", "联胜", "联胜"])), "b.xlsx")
    assert [(flag.cell, flag.rule) for flag in found.flags if flag.refuses != "note"] == [("A3", "other_village")]
    assert found.loaded == 3


def test_an_unknown_village_loads_as_to_be_verified_and_later_known(book: ledger.Ledger, tmp_path: Path) -> None:
    found = minimal(book, tmp_path, form(rows(村=["外村", "联胜", "联胜", "联胜"])))
    assert (found.verdict, found.loaded) == ("reject_cells", 4)
    assert ledger.read_state(book).households["village"].tolist()[0] == "待核实"
    minimal(book, tmp_path, form(rows()), "b.xlsx")
    assert ledger.read_state(book).households["village"].tolist()[0] == "联胜"
    minimal(book, tmp_path, form(rows(2, 村=["外村", "联胜"])), "c.xlsx")
    assert ledger.read_state(book).households["village"].tolist()[0] == "联胜"


def test_wrong_month_is_asked_about(book, workbooks, villages) -> None:  # type: ignore[no-untyped-def]
    found = intake.load(book, workbooks[:1], villages=villages, month=Month(2016, 5))[0]
    assert (found.verdict, found.loaded, found.batch) == ("reject_file", 0, None)
    assert "wrong_month" in {flag.rule for flag in found.flags}


def test_older_content_is_asked_about(book_of_all, loaded, villages, tmp_path) -> None:  # type: ignore[no-untyped-def]
    book = book_of_all
    before = book.head()
    old = intake.write_forms(None, Month(2016, 3), [villages[0]["name"]], tmp_path)[0]
    import openpyxl

    pages = openpyxl.load_workbook(old)
    hh = loaded.households["hh"].iloc[0]
    pages["户信息"].cell(4, 1, hh)
    pages["月度收支"].cell(4, 1, hh)
    pages["月度收支"].cell(4, 2, "2016-03")
    pages["月度收支"].cell(4, 3, 10)
    pages.save(old)
    found = intake.load(book, [old], villages=villages)[0]
    assert "older_content" in {flag.rule for flag in found.flags}
    assert book.head() == before
    assert intake.load(book, [old], villages=villages, older=True)[0].batch


def test_a_refused_file_leaves_the_ledger_as_it_was(book: ledger.Ledger, tmp_path: Path) -> None:
    before = book.head()
    found = minimal(book, tmp_path, b"PK\x03\x04 torn")
    assert (found.verdict, found.batch, found.rows) == ("reject_file", None, {})
    assert book.head() == before


def test_real_people_never_enter_the_practice_ledger(book: ledger.Ledger, tmp_path: Path) -> None:
    before = book.head()
    found = minimal(book, tmp_path, form([row(1, 身份证号="11010519491231002X")]))
    assert found.verdict == "reject_file"
    assert "ledger_refused" in {flag.rule for flag in found.flags}
    assert "11010519491231002X" not in json.dumps(found.as_json())
    assert book.head() == before


def test_a_full_disk_is_said_and_nothing_loads(book, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    def full(_: int) -> None:
        raise LedgerError("the disk is full; nothing was changed")

    monkeypatch.setattr(book.store, "room_for", full)
    with pytest.raises(LedgerError):
        minimal(book, tmp_path, form(rows()))
    assert book.head().batch == 0


def test_a_verdict_shows_no_identity_when_printed(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(form(rows()))
    shown = repr(intake.check([tmp_path / "a.xlsx"], villages=VILLAGES))
    assert id_number(1) not in shown
    assert "测试" not in shown


def test_receipts_hold_no_identity(book: ledger.Ledger, tmp_path: Path) -> None:
    ids = [id_number(1), id_number(2)[:17] + "X", id_number(3)[:15], "9.99E+17"]
    minimal(book, tmp_path, csv(rows(身份证号=ids)), "a.csv", receipts=tmp_path / "receipts")
    receipt = next((tmp_path / "receipts").glob("*.json")).read_text(encoding="utf-8")
    assert not [number for number in ids[:3] if number in receipt]
    assert json.loads(receipt)["sha256"]


def test_loading_again_writes_the_receipts_that_a_stopped_load_left_out(book: ledger.Ledger, tmp_path: Path) -> None:
    receipts = tmp_path / "receipts"
    first = minimal(book, tmp_path, csv(rows()), "a.csv")  # the computer stopped before the receipt
    again = minimal(book, tmp_path, csv(rows()), "a.csv", receipts=receipts)
    assert again.already
    (receipt,) = receipts.glob("*.json")
    said = json.loads(receipt.read_text(encoding="utf-8"))
    assert said["batch"] == first.batch
    assert said["verdict"] == first.verdict
    assert said["loaded"] == first.loaded
    written = receipt.stat().st_mtime_ns
    minimal(book, tmp_path, csv(rows()), "a.csv", receipts=receipts)
    assert receipt.stat().st_mtime_ns == written
